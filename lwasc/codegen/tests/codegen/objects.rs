//! What an object is, and what the loader makes of one that was damaged: an error, always, and never anything worse.

use crate::compare::PLACE;
use lwas_codegen::{compile, host_target};
use lwas_ir::{FuncId, FunctionBuilder, IntOp, Kind, Module};
use lwas_runtime::native::{LoadError, NativeModule};
use object::elf::{self, FileHeader64, Rela64, SectionHeader64, Sym64};
use object::read::elf::{FileHeader as _, SectionHeader as _, Sym as _};
use object::{LittleEndian, U16, U32, U64};

const LE: LittleEndian = LittleEndian;

/// Two functions, of which the second calls the first.
fn module() -> Module {
    let mut module = Module { name: "test".to_owned(), sources: vec!["test.lwas".to_owned()], ..Module::default() };
    let pair = [Kind::I64, Kind::I64];
    let mut b = FunctionBuilder::new("add", PLACE, &pair, Some(Kind::I64));
    let site = b.site(PLACE);
    let sum = b.int_op(IntOp::Add, b.param(0), b.param(1), site);
    b.ret(Some(sum));
    let add = module.functions.push(b.finish());
    let mut b = FunctionBuilder::new("twice", PLACE, &[Kind::I64], Some(Kind::I64));
    let sum = b.call(add, &[b.param(0), b.param(0)], Some(Kind::I64));
    b.ret(sum);
    module.functions.push(b.finish());
    module
}

fn object() -> Vec<u8> {
    compile(&module(), &host_target()).expect("the module is compiled").bytes
}

fn load(bytes: &[u8]) -> Result<(), LoadError> {
    NativeModule::load(bytes, &module()).map(|_| ())
}

/// Where things are in an object's bytes.
struct Parts {
    bytes: Vec<u8>,
}

impl Parts {
    fn header(&self) -> &FileHeader64<LittleEndian> {
        FileHeader64::parse(&*self.bytes).unwrap()
    }

    /// The number of a section and its header.
    fn section(&self, name: &str) -> (usize, &SectionHeader64<LittleEndian>) {
        let sections = self.header().sections(LE, &*self.bytes).unwrap();
        let found = sections.enumerate().find(|(_, s)| sections.section_name(LE, s).unwrap() == name.as_bytes());
        let (index, section) = found.unwrap();
        (index.0, section)
    }

    /// Where an entry of a table in a section begins.
    fn entry(&self, section: &str, index: usize, size: usize) -> usize {
        self.section(section).1.sh_offset(LE) as usize + index * size
    }

    fn relocation(&self, index: usize) -> usize {
        self.entry(".rela.text", index, size_of::<Rela64<LittleEndian>>())
    }

    fn symbol(&self, name: &str) -> usize {
        let sections = self.header().sections(LE, &*self.bytes).unwrap();
        let symbols = sections.symbols(LE, &*self.bytes, elf::SHT_SYMTAB).unwrap();
        let named = |s: &Sym64<LittleEndian>| symbols.symbol_name(LE, s).unwrap() == name.as_bytes();
        let (index, _) = symbols.enumerate().find(|(_, symbol)| named(symbol)).unwrap();
        self.entry(".symtab", index.0, size_of::<Sym64<LittleEndian>>())
    }

    fn header_of(&self, section: &str) -> usize {
        let (index, _) = self.section(section);
        self.header().e_shoff.get(LE) as usize + index * size_of::<SectionHeader64<LittleEndian>>()
    }
}

/// The object with a few bytes replaced; where is found in the whole one.
fn damaged(place: impl FnOnce(&Parts) -> usize, new: &[u8]) -> Result<(), LoadError> {
    let mut parts = Parts { bytes: object() };
    let at = place(&parts);
    parts.bytes[at..at + new.len()].copy_from_slice(new);
    load(&parts.bytes)
}

// Offsets of fields in ELF's structures.
const REL_OFFSET: usize = 0;
const REL_KIND: usize = 8;
const REL_SYMBOL: usize = 12;
const REL_ADDEND: usize = 16;
const SYM_SECTION: usize = 6;
const SYM_VALUE: usize = 8;
const SECTION_NAME: usize = 0;
const SECTION_KIND: usize = 4;
const SECTION_FLAGS: usize = 8;

#[test]
fn objects_are_the_same_every_time() {
    assert_eq!(object(), object());
}

#[test]
fn objects_hold_code_and_a_table_of_words_and_nothing_else() {
    let parts = Parts { bytes: object() };
    let sections = parts.header().sections(LE, &*parts.bytes).unwrap();
    for section in sections.iter() {
        if section.sh_flags(LE) & u64::from(elf::SHF_ALLOC) != 0 && section.sh_size(LE) > 0 {
            let name = sections.section_name(LE, section).unwrap();
            assert!(name == b".text" || name == b".rodata", "{}", name.escape_ascii());
        }
    }
    let symbols = sections.symbols(LE, &*parts.bytes, elf::SHT_SYMTAB).unwrap();
    for (index, symbol) in symbols.enumerate() {
        assert!(index.0 == 0 || !symbol.is_undefined(LE), "an undefined symbol");
    }
    assert_eq!(load(&parts.bytes), Ok(()));
}

#[test]
fn every_other_relocation_is_refused() {
    for kind in 0..=64u32 {
        let result = damaged(|parts| parts.relocation(0) + REL_KIND, &kind.to_le_bytes());
        let known = kind == elf::R_X86_64_PC32 || kind == elf::R_X86_64_PLT32;
        assert_eq!(result, if known { Ok(()) } else { Err(LoadError::RelocationKind(kind)) }, "kind {kind}");
    }
}

#[test]
fn relocations_stay_in_the_object() {
    for offset in [u64::MAX, u64::MAX - 3, 1 << 40, 4096, 1 << 63] {
        let result = damaged(|parts| parts.relocation(0) + REL_OFFSET, &offset.to_le_bytes());
        assert_eq!(result, Err(LoadError::RelocationRange), "offset {offset}");
    }
    // The code is a page, the table another: the first relocation leads to the table.
    for addend in [i64::MAX, i64::MIN, 1 << 31, -(1 << 31), 4096, -8192] {
        let result = damaged(|parts| parts.relocation(0) + REL_ADDEND, &addend.to_le_bytes());
        assert_eq!(result, Err(LoadError::RelocationRange), "addend {addend}");
    }
    for symbol in [0u32, 9999, u32::MAX] {
        let result = damaged(|parts| parts.relocation(0) + REL_SYMBOL, &symbol.to_le_bytes());
        assert!(matches!(result, Err(LoadError::Malformed(_))), "symbol {symbol}: {result:?}");
    }
    // To be applied to another section than the code.
    let elsewhere = damaged(|parts| parts.header_of(".rela.text") + 44, &1_000u32.to_le_bytes());
    assert_eq!(elsewhere, Err(LoadError::RelocationRange));
}

#[test]
fn other_sections_are_refused() {
    let text = || Err(LoadError::Section(".text".to_owned()));
    for flags in [elf::SHF_ALLOC, elf::SHF_ALLOC | elf::SHF_EXECINSTR | elf::SHF_WRITE, 0, u32::MAX] {
        let result = damaged(|parts| parts.header_of(".text") + SECTION_FLAGS, &u64::from(flags).to_le_bytes());
        assert_eq!(result, text(), "flags {flags:x}");
    }
    for kind in [elf::SHT_NOBITS, elf::SHT_INIT_ARRAY, elf::SHT_DYNAMIC, elf::SHT_NOTE, elf::SHT_REL] {
        let result = damaged(|parts| parts.header_of(".text") + SECTION_KIND, &kind.to_le_bytes());
        assert_eq!(result, text(), "kind {kind}");
    }
    // A table of symbols that wants to be loaded, and one that calls itself data.
    let flags = u64::from(elf::SHF_ALLOC).to_le_bytes();
    let loaded = damaged(|parts| parts.header_of(".symtab") + SECTION_FLAGS, &flags);
    assert_eq!(loaded, Err(LoadError::Section(".symtab".to_owned())));
    let data = damaged(|parts| parts.header_of(".strtab") + SECTION_KIND, &elf::SHT_PROGBITS.to_le_bytes());
    assert_eq!(data, Err(LoadError::Section(".strtab".to_owned())));
    // Code twice: the table of relocations as another `.text`.
    let mut parts = Parts { bytes: object() };
    let (from, to) = (parts.header_of(".text"), parts.header_of(".rela.text"));
    parts.bytes.copy_within(from..from + 64, to);
    assert_eq!(load(&parts.bytes), text());
    let nameless = damaged(|parts| parts.header_of(".text") + SECTION_NAME, &u32::MAX.to_le_bytes());
    assert!(matches!(nameless, Err(LoadError::Malformed(_))), "{nameless:?}");
}

#[test]
fn symbols_are_in_the_object() {
    let symbol = |name: &str| Err(LoadError::Symbol(name.to_owned()));
    let undefined = damaged(|parts| parts.symbol("f0") + SYM_SECTION, &elf::SHN_UNDEF.to_le_bytes());
    assert_eq!(undefined, Err(LoadError::Undefined("f0".to_owned())));
    for section in [elf::SHN_ABS, elf::SHN_COMMON, elf::SHN_XINDEX, 77] {
        assert_eq!(damaged(|parts| parts.symbol("f0") + SYM_SECTION, &section.to_le_bytes()), symbol("f0"));
        assert_eq!(damaged(|parts| parts.symbol("i1") + SYM_SECTION, &section.to_le_bytes()), symbol("i1"));
    }
    for value in [u64::MAX, 1 << 32, 1 << 63] {
        assert_eq!(damaged(|parts| parts.symbol("f1") + SYM_VALUE, &value.to_le_bytes()), symbol("f1"));
    }
}

#[test]
fn entry_points_are_those_of_the_module() {
    let few = Module { functions: module().functions.values().take(1).cloned().collect(), ..module() };
    assert_eq!(NativeModule::load(&object(), &few).map(|_| ()), Err(LoadError::Symbol("f1".to_owned())));
    let mut many = module();
    many.functions.push(many.functions[FuncId::from_u32(0)].clone());
    let missing = NativeModule::load(&object(), &many).map(|_| ());
    assert_eq!(missing, Err(LoadError::Missing(FuncId::from_u32(2))));
    // `f1` under the name of `f0`.
    let mut parts = Parts { bytes: object() };
    let (one, two) = (parts.symbol("f0"), parts.symbol("f1"));
    parts.bytes.copy_within(one..one + 4, two);
    assert_eq!(load(&parts.bytes), Err(LoadError::Symbol("f0".to_owned())));
}

#[test]
fn foreign_machines_are_named() {
    let machine = elf::EM_AARCH64;
    assert_eq!(damaged(|_| 18, &machine.to_le_bytes()), Err(LoadError::ForeignMachine(machine)));
    let executable = damaged(|_| 16, &elf::ET_EXEC.to_le_bytes());
    assert!(matches!(executable, Err(LoadError::Malformed(_))), "{executable:?}");
}

#[test]
fn a_truncated_object_is_an_error() {
    let object = object();
    for length in 0..object.len() {
        assert!(load(&object[..length]).is_err(), "the first {length} bytes");
    }
}

/// Loading must survive any byte; what it loads then is never called.
#[test]
fn any_byte_may_be_wrong() {
    let mut object = object();
    for at in 0..object.len() {
        let right = object[at];
        for wrong in [0, 1, 0x7f, 0x80, 0xff, right ^ 1, right.wrapping_add(1)] {
            object[at] = wrong;
            let _ = load(&object);
        }
        object[at] = right;
    }
    assert_eq!(load(&object), Ok(()));
}

#[test]
fn the_structures_are_as_long_as_assumed() {
    assert_eq!(size_of::<Rela64<LittleEndian>>(), 24);
    assert_eq!(size_of::<Sym64<LittleEndian>>(), 24);
    assert_eq!(size_of::<SectionHeader64<LittleEndian>>(), 64);
    let aligned = [align_of::<U16<LittleEndian>>(), align_of::<U32<LittleEndian>>(), align_of::<U64<LittleEndian>>()];
    assert_eq!(aligned, [1, 1, 1], "an object may lie at any address of an artifact");
}
