//! An object, checked and laid out: from ELF bytes to the image that goes to memory. Nothing here is executed, nothing is
//! trusted: whatever the bytes are, the answer is an image or an error.
//!
//! An object is what `lwas-codegen` makes and nothing else: x86-64 ELF, relocatable, code in `.text` and constants in
//! `.rodata`, no symbol from outside, entry points `f<number>`, and relocations that are relative to their own place and
//! stay in the object. So an image needs no addresses: it can lie anywhere.

use super::LoadError;
use lwas_ir::FuncId;
use lwas_ir::native::entry_symbol;
use object::elf;
use object::endian::LittleEndian;
use object::read::elf::{FileHeader as _, Rela as _, SectionHeader as _, SectionTable, Sym as _, SymbolTable};
use object::read::{SectionIndex, SymbolIndex};

/// Code and constants start at a page, so that each can have its own protection.
pub(super) const PAGE: usize = 4096;

/// The most bytes that code or constants may take: beyond any program, far below where offsets become hard.
const MAX_SECTION: u64 = 256 << 20;

const LE: LittleEndian = LittleEndian;

type Header = elf::FileHeader64<LittleEndian>;
type Sections<'a> = SectionTable<'a, Header>;
type Symbols<'a> = SymbolTable<'a, Header>;

/// What goes to memory.
#[derive(Debug)]
pub(super) struct Image {
    /// Code, zeroes up to a page, constants.
    pub(super) bytes: Vec<u8>,
    /// Where the constants begin, a multiple of `PAGE`: all before is code.
    pub(super) constants: usize,
    /// Where each function of the program has its entry point.
    pub(super) entries: Vec<usize>,
}

/// A section that is loaded.
#[derive(Clone, Copy)]
struct Loaded {
    index: SectionIndex,
    /// Its place in the image.
    start: usize,
    size: usize,
}

/// Reads an object with the entry points of this many functions. Errors: all of `LoadError` but those about the machine it
/// runs on.
pub(super) fn read(data: &[u8], functions: usize) -> Result<Image, LoadError> {
    let header = Header::parse(data).map_err(|_| LoadError::Malformed("it is no 64-bit ELF file"))?;
    if !header.is_little_endian() || header.e_type(LE) != elf::ET_REL {
        return Err(LoadError::Malformed("it is no relocatable ELF file"));
    }
    if header.e_machine(LE) != elf::EM_X86_64 {
        return Err(LoadError::ForeignMachine(header.e_machine(LE)));
    }
    let sections = header.sections(LE, data).map_err(|_| LoadError::Malformed("its sections can't be read"))?;
    let mut image = Image { bytes: Vec::new(), constants: 0, entries: Vec::new() };
    let loaded = load_sections(data, &sections, &mut image)?;
    let symbols = sections.symbols(LE, data, elf::SHT_SYMTAB);
    let symbols = symbols.map_err(|_| LoadError::Malformed("its symbols can't be read"))?;
    image.entries = entries(&symbols, &loaded, functions)?;
    for (_, section) in sections.enumerate() {
        if section.sh_type(LE) == elf::SHT_RELA {
            relocate(data, section, &symbols, &loaded, &mut image.bytes)?;
        }
    }
    Ok(image)
}

/// Checks all sections and copies those that are loaded into the image: code first.
fn load_sections(data: &[u8], sections: &Sections<'_>, image: &mut Image) -> Result<Vec<Loaded>, LoadError> {
    let mut code = None;
    let mut constants = None;
    for (index, section) in sections.enumerate() {
        let name = sections.section_name(LE, section).map_err(|_| LoadError::Malformed("a section has no name"))?;
        let refused = || LoadError::Section(name.escape_ascii().to_string());
        let (kind, flags) = (section.sh_type(LE), section.sh_flags(LE));
        let executable = u64::from(elf::SHF_ALLOC | elf::SHF_EXECINSTR);
        let place = match (name, kind) {
            (b".text", elf::SHT_PROGBITS) if flags == executable => &mut code,
            (b".rodata", elf::SHT_PROGBITS) if flags == u64::from(elf::SHF_ALLOC) => &mut constants,
            // Says that the stack need not be executable; empty.
            (b".note.GNU-stack", elf::SHT_PROGBITS) if flags == 0 && section.sh_size(LE) == 0 => continue,
            (_, elf::SHT_NULL | elf::SHT_SYMTAB | elf::SHT_STRTAB) if flags == 0 => continue,
            (_, elf::SHT_RELA) if flags & !u64::from(elf::SHF_INFO_LINK) == 0 => continue,
            _ => return Err(refused()),
        };
        let align = section.sh_addralign(LE).max(1);
        let known = PAGE as u64;
        if section.sh_size(LE) > MAX_SECTION || !align.is_power_of_two() || align > known || place.is_some() {
            return Err(refused());
        }
        *place = Some((index, section.data(LE, data).map_err(|_| refused())?));
    }
    let mut loaded = Vec::new();
    let mut load = |section: Option<(SectionIndex, &[u8])>, bytes: &mut Vec<u8>| {
        let Some((index, content)) = section else { return };
        loaded.push(Loaded { index, start: bytes.len(), size: content.len() });
        bytes.extend_from_slice(content);
        bytes.resize(bytes.len().next_multiple_of(PAGE), 0);
    };
    load(code, &mut image.bytes);
    image.constants = image.bytes.len();
    load(constants, &mut image.bytes);
    Ok(loaded)
}

/// Checks all symbols; where the entry points are.
fn entries(symbols: &Symbols<'_>, loaded: &[Loaded], functions: usize) -> Result<Vec<usize>, LoadError> {
    let mut entries = vec![None; functions];
    for (index, symbol) in symbols.enumerate() {
        let name = symbols.symbol_name(LE, symbol).map_err(|_| LoadError::Malformed("a symbol has no name"))?;
        let refused = || LoadError::Symbol(name.escape_ascii().to_string());
        if index.0 == 0 || symbol.st_type() == elf::STT_FILE {
            continue;
        }
        let at = address(symbol, name, loaded)?;
        if symbol.is_local() {
            continue;
        }
        let number = name.strip_prefix(b"f").and_then(|digits| std::str::from_utf8(digits).ok());
        let number = number.and_then(|digits| digits.parse::<u32>().ok()).ok_or_else(refused)?;
        let code = loaded.first().is_some_and(|code| at < code.start + code.size) && symbol.st_type() == elf::STT_FUNC;
        let slot = entries.get_mut(number as usize).ok_or_else(refused)?;
        // A number has one spelling, a function one entry point.
        if !code || slot.is_some() || entry_symbol(FuncId::from_u32(number)).as_bytes() != name {
            return Err(refused());
        }
        *slot = Some(at);
    }
    let found = entries.into_iter().zip(0..);
    found.map(|(entry, number)| entry.ok_or(LoadError::Missing(FuncId::from_u32(number)))).collect()
}

/// Where a symbol lies in the image.
fn address(symbol: &elf::Sym64<LittleEndian>, name: &[u8], loaded: &[Loaded]) -> Result<usize, LoadError> {
    let shown = || name.escape_ascii().to_string();
    if symbol.is_undefined(LE) {
        return Err(LoadError::Undefined(shown()));
    }
    let refused = || LoadError::Symbol(shown());
    let index = SectionIndex(usize::from(symbol.st_shndx(LE)));
    let section = loaded.iter().find(|section| section.index == index).ok_or_else(refused)?;
    let end = symbol.st_value(LE).checked_add(symbol.st_size(LE)).ok_or_else(refused)?;
    if end > section.size as u64 {
        return Err(refused());
    }
    Ok(section.start + usize::try_from(symbol.st_value(LE)).map_err(|_| refused())?)
}

/// Applies the relocations of a section: to code only, each relative to its own place, each within the object.
fn relocate(
    data: &[u8],
    section: &elf::SectionHeader64<LittleEndian>,
    symbols: &Symbols<'_>,
    loaded: &[Loaded],
    bytes: &mut [u8],
) -> Result<(), LoadError> {
    let malformed = |_| LoadError::Malformed("its relocations can't be read");
    let relocations = section.rela(LE, data).map_err(malformed)?;
    let (relocations, table) = relocations.ok_or(LoadError::Malformed("its relocations can't be read"))?;
    let target = SectionIndex(section.sh_info(LE) as usize);
    let code = loaded.first().filter(|code| code.index == target && code.start == 0);
    let code = code.filter(|_| table == symbols.section()).ok_or(LoadError::RelocationRange)?;
    for relocation in relocations {
        let kind = relocation.r_type(LE, false);
        if !matches!(kind, elf::R_X86_64_PLT32 | elf::R_X86_64_PC32) {
            return Err(LoadError::RelocationKind(kind));
        }
        let index = SymbolIndex(relocation.r_sym(LE, false) as usize);
        let symbol = symbols.symbol(index).map_err(malformed)?;
        let name = symbols.symbol_name(LE, symbol).map_err(malformed)?;
        let to = address(symbol, name, loaded)?;
        let range = || LoadError::RelocationRange;
        let at = usize::try_from(relocation.r_offset(LE)).map_err(|_| range())?;
        let end = at.checked_add(4).filter(|end| *end <= code.size).ok_or_else(range)?;
        let distance = distance(to, relocation.r_addend(LE), at, bytes.len()).ok_or_else(range)?;
        bytes.get_mut(at..end).ok_or_else(range)?.copy_from_slice(&distance.to_le_bytes());
    }
    Ok(())
}

/// What stands at `at` for a target `to` + `addend`: their distance. The processor counts from behind the four bytes; from
/// there, too, the target must lie in the image.
fn distance(to: usize, addend: i64, at: usize, image: usize) -> Option<i32> {
    let target = i64::try_from(to).ok()?.checked_add(addend)?;
    let reached = usize::try_from(target.checked_add(4)?).ok()?;
    let distance = target.checked_sub(i64::try_from(at).ok()?)?;
    if reached < image { i32::try_from(distance).ok() } else { None }
}
