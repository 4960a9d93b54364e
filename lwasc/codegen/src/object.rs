//! A module's functions put together into one ELF object, and what is checked of it: nothing is imported, nothing can trap,
//! nothing but code and a table of numbers is in it, and the stack it can take is bounded.
//!
//! Each function is there twice: as itself, local, with its arguments in registers, and as an entry point `f<number>` that
//! takes them from an array of slots. Each becomes a piece of code by itself; equal functions share the work of making it, and
//! a cache may have it from an earlier time. Pieces know no numbers of the module: they read their own number, those of host
//! functions and the places of texts from the table. So the same module gives the same bytes anywhere, whoever made the
//! pieces, when and in which order.

use crate::make::{Source, backend, make_all};
use crate::piece::{Piece, Target};
use crate::unit::{Unit, Units, entry_bytes, index};
use crate::{CodegenError, stack, target};
use cranelift_codegen::entity::SecondaryMap;
use cranelift_codegen::ir::Signature;
use cranelift_codegen::isa::{OwnedTargetIsa, TargetIsa};
use cranelift_module::{DataDescription, Linkage, Module as _, ModuleReloc, ModuleRelocTarget};
use cranelift_object::{ObjectBuilder, ObjectModule};
use lwas_ir::native::{entry_symbol, host_ops};
use lwas_ir::{FuncId, Function, HostOp, Kind, Module, constant_offsets};
use rustc_hash::FxHashMap;
use std::borrow::Cow;
use std::collections::HashMap;
use std::num::NonZero;
use std::rc::Rc;

/// Native code of a module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// The triple that it is for.
    pub target: String,
    /// A relocatable ELF object.
    pub bytes: Vec<u8>,
    /// Bytes of machine code by function, its entry point included.
    pub code_bytes: Vec<u32>,
}

/// Machine code that was made before. Whoever keeps it keeps the bytes of different `fingerprint`s apart, and answers with
/// what was put there or not at all: the code is executed.
pub trait Cache {
    /// What was put there for a unit.
    fn get(&self, unit: &[u8]) -> Option<Cow<'_, [u8]>>;
    /// Keeps the code of a unit.
    fn put(&self, unit: &[u8], piece: &[u8]);
}

/// With what native code is made; none of it changes the result.
#[derive(Clone, Copy)]
pub struct Means<'a> {
    /// How many threads make code.
    pub threads: NonZero<usize>,
    /// Where code is looked for first, and kept.
    pub cache: Option<&'a dyn Cache>,
}

impl Default for Means<'_> {
    /// One thread, no cache.
    fn default() -> Self {
        Means { threads: NonZero::<usize>::MIN, cache: None }
    }
}

/// Makes native code of a verified module for a target triple, on one thread and without a cache. Errors as `CodegenError` says.
pub fn compile(module: &Module, target: &str) -> Result<Object, CodegenError> {
    compile_with(module, target, &Means::default())
}

/// Makes native code of a verified module for a target triple: the same, whatever the means. Errors as `CodegenError` says.
pub fn compile_with(module: &Module, target: &str, means: &Means<'_>) -> Result<Object, CodegenError> {
    let isa = target::isa(target)?;
    let host_numbers: HashMap<HostOp, u32> = host_ops(module).into_iter().zip(0..).collect();
    let plan = Plan::of(module, &host_numbers);
    let pieces = pieces(&*isa, &plan.sources, means)?;
    let mut frames = SecondaryMap::new();
    let mut code_bytes = Vec::with_capacity(plan.functions.len());
    for func in module.functions.keys() {
        let made = &plan.functions[func.as_u32() as usize];
        let (function, entry) = (&pieces[made.function], &pieces[made.entry]);
        frames[func] = stack::Frames { function: function.frame, entry: entry.frame };
        code_bytes.push((function.code.len() + entry.code.len()) as u32);
    }
    stack::check(module, &frames)?;
    let bytes = Assembly::new(isa, module, host_numbers.len())?.finish(&plan, &pieces)?;
    Ok(Object { target: target.to_string(), bytes, code_bytes })
}

/// What there is to make, each thing once.
struct Plan<'a> {
    sources: Vec<(Source<'a>, Rc<[u8]>)>,
    /// By number.
    functions: Vec<Planned<'a>>,
}

/// Where a function's code comes from.
struct Planned<'a> {
    name: &'a str,
    /// The source of the function as itself.
    function: usize,
    /// The source of its entry point.
    entry: usize,
    links: Links,
}

/// What a unit's own numbers stand for, of this function.
struct Links {
    callees: Vec<FuncId>,
    hosts: Vec<u32>,
    texts: Vec<lwas_ir::TextId>,
}

impl<'a> Plan<'a> {
    fn of(module: &'a Module, host_numbers: &'a HashMap<HostOp, u32>) -> Plan<'a> {
        let mut units = Units::new(module, host_numbers);
        let mut known = FxHashMap::<Rc<[u8]>, usize>::default();
        let mut plan = Plan { sources: Vec::new(), functions: Vec::with_capacity(module.functions.len()) };
        let mut source = |bytes: Vec<u8>, source: Source<'a>| {
            *known.entry(bytes.into()).or_insert_with_key(|bytes| {
                plan.sources.push((source, Rc::clone(bytes)));
                plan.sources.len() - 1
            })
        };
        for (func, function) in &module.functions {
            let (unit, bytes) = units.unit(func);
            let links = Links::of(&unit);
            let params: Vec<Kind> = params(function).collect();
            let name = function.name.as_str();
            let entry = source(entry_bytes(&params), Source::Entry { name, params });
            let function = source(bytes, Source::Function(unit));
            plan.functions.push(Planned { name, function, entry, links });
        }
        plan
    }
}

impl Links {
    fn of(unit: &Unit<'_>) -> Links {
        Links {
            callees: unit.callees.iter().map(|(func, _)| *func).collect(),
            hosts: unit.hosts.iter().map(|host| host.number).collect(),
            texts: unit.texts.iter().map(|(text, _)| *text).collect(),
        }
    }
}

fn params(function: &Function) -> impl Iterator<Item = Kind> {
    function.locals.values().take(function.params as usize).copied()
}

/// The pieces of all sources: those that the cache has, and the others made and put there.
fn pieces(
    isa: &dyn TargetIsa,
    sources: &[(Source<'_>, Rc<[u8]>)],
    means: &Means<'_>,
) -> Result<Vec<Piece>, CodegenError> {
    let kept = |(source, bytes): &(Source<'_>, Rc<[u8]>)| {
        let kept = means.cache?.get(bytes)?;
        Piece::from_bytes(&kept, source.counts())
    };
    let mut pieces: Vec<Option<Piece>> = sources.iter().map(kept).collect();
    let missing: Vec<usize> = (0..sources.len()).filter(|number| pieces[*number].is_none()).collect();
    let to_make: Vec<&Source<'_>> = missing.iter().map(|number| &sources[*number].0).collect();
    for (number, piece) in missing.into_iter().zip(make_all(isa, &to_make, means.threads)?) {
        if let Some(cache) = means.cache {
            cache.put(&sources[number].1, &piece.to_bytes());
        }
        pieces[number] = Some(piece);
    }
    Ok(pieces.into_iter().map(|piece| piece.expect("what was missing has been made")).collect())
}

/// An object that is being put together.
struct Assembly {
    object: ObjectModule,
    /// The functions as themselves.
    ids: Vec<cranelift_module::FuncId>,
    table: Table,
}

/// Words that code reads, since it may not contain them itself: the numbers from 0 on, for functions and host functions, then
/// the places of the texts in program memory.
struct Table {
    numbers: usize,
    texts: Vec<u64>,
}

impl Table {
    fn bytes(&self) -> Vec<u8> {
        let words = (0..self.numbers as u64).chain(self.texts.iter().copied());
        words.flat_map(u64::to_le_bytes).collect()
    }

    /// Where the word of a number or of a text stands.
    fn offset(&self, word: usize) -> i64 {
        8 * word as i64
    }
}

impl Assembly {
    fn new(isa: OwnedTargetIsa, module: &Module, host_ops: usize) -> Result<Assembly, CodegenError> {
        let builder = ObjectBuilder::new(isa, "lwas", cranelift_module::default_libcall_names());
        let object = ObjectModule::new(builder.map_err(|error| backend("the object", error.to_string()))?);
        let numbers = module.functions.len().max(host_ops);
        let texts = constant_offsets(module).0.values().copied().collect();
        let mut assembly = Assembly { object, ids: Vec::new(), table: Table { numbers, texts } };
        for (func, function) in &module.functions {
            let id = assembly.declare(&format!("i{}", func.as_u32()), &function.name, Linkage::Local)?;
            assembly.ids.push(id);
        }
        Ok(assembly)
    }

    fn declare(
        &mut self,
        symbol: &str,
        name: &str,
        linkage: Linkage,
    ) -> Result<cranelift_module::FuncId, CodegenError> {
        // Nothing asks the object for signatures: the pieces are made.
        let signature = Signature::new(self.object.isa().default_call_conv());
        let id = self.object.declare_function(symbol, linkage, &signature);
        id.map_err(|error| backend(name, error.to_string()))
    }

    /// Puts the pieces in order of function and writes the object.
    fn finish(mut self, plan: &Plan<'_>, pieces: &[Piece]) -> Result<Vec<u8>, CodegenError> {
        let words = if plan.functions.is_empty() { None } else { Some(self.define_table()?) };
        for (number, planned) in plan.functions.iter().enumerate() {
            let function = &pieces[planned.function];
            self.define(self.ids[number], function, planned.name, |assembly, target| {
                let word = match target {
                    Target::Callee(place) => {
                        let callee = assembly.ids[index(planned.links.callees[place as usize]) as usize];
                        return (ModuleRelocTarget::user(0, callee.as_u32()), 0);
                    }
                    Target::Own => number,
                    Target::Host(place) => planned.links.hosts[place as usize] as usize,
                    Target::Text(place) => assembly.table.numbers + index(planned.links.texts[place as usize]) as usize,
                };
                let table = words.expect("an object with functions has a table");
                (ModuleRelocTarget::user(1, table.as_u32()), assembly.table.offset(word))
            })?;
            let func = FuncId::from_u32(number as u32);
            let id = self.declare(&entry_symbol(func), planned.name, Linkage::Export)?;
            self.define(id, &pieces[planned.entry], planned.name, |assembly, _| {
                (ModuleRelocTarget::user(0, assembly.ids[number].as_u32()), 0)
            })?;
        }
        self.object.finish().emit().map_err(|error| backend("the object", error.to_string()))
    }

    /// Defines a function as a piece whose targets are these, each with what is added to it.
    fn define(
        &mut self,
        id: cranelift_module::FuncId,
        piece: &Piece,
        name: &str,
        target: impl Fn(&Assembly, Target) -> (ModuleRelocTarget, i64),
    ) -> Result<(), CodegenError> {
        let filled = |link: &crate::piece::Link| {
            let (name, more) = target(self, link.target);
            ModuleReloc { offset: link.offset, kind: link.kind, name, addend: link.addend + more }
        };
        let relocs: Vec<ModuleReloc> = piece.links.iter().map(filled).collect();
        let defined = self.object.define_function_bytes(id, u64::from(piece.align), &piece.code, &relocs);
        defined.map_err(|error| backend(name, error.to_string()))
    }

    fn define_table(&mut self) -> Result<cranelift_module::DataId, CodegenError> {
        let error = |error: cranelift_module::ModuleError| backend("the table", error.to_string());
        let id = self.object.declare_data("words", Linkage::Local, false, false).map_err(error)?;
        let mut data = DataDescription::new();
        data.define(self.table.bytes().into_boxed_slice());
        data.set_align(8);
        self.object.define_data(id, &data).map_err(error)?;
        Ok(id)
    }
}
