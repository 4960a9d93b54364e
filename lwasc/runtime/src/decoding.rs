//! A decoder for a program's events: that of `data`, with the values of the fields' defaults.

use std::sync::Arc;

use lwas_ir::{Env, Failure, Fault, FuncId, Interpreter, MapWorld, Memory, TypeId, Value};
use rustc_hash::FxHashMap;

use crate::data::Decoder;
use crate::program::Program;

/// A decoder for the program. Defaults are computed here, once, by the interpreter in an empty world; one that can't be
/// computed is told to whoever leaves the field out.
pub fn decoder(program: &Program) -> Decoder {
    let module = &program.module;
    let in_records = module.records.values().flat_map(|record| &record.fields);
    let variants = module.enums.values().flat_map(|known| &known.variants);
    let fields = in_records.chain(variants.flat_map(|variant| &variant.fields));
    let types: FxHashMap<FuncId, TypeId> = fields.filter_map(|field| Some((field.default?, field.ty))).collect();
    let mut memory = Memory::new(module);
    Decoder::new(Arc::clone(module), |func| match types.get(&func) {
        Some(ty) => constant(program, &mut memory, func, *ty),
        None => Err("the program has no such default".into()),
    })
}

/// The value of a function without parameters, with full budgets, in an empty world. `Err` says why it has none.
///
/// # Errors
/// In words, what the function's rejection says.
pub fn constant(program: &Program, memory: &mut Memory, func: FuncId, ty: TypeId) -> Result<Value, String> {
    let module = &program.module;
    memory.reset();
    let mut world = MapWorld::new(module, Env::nobody());
    let slot = Interpreter::new(module).call(func, &[], memory, &mut world).map_err(|failure| match failure {
        Failure::Rejected(rejection) => rejection.message,
        Failure::World(error) => error.0,
    })?;
    memory.read_value(module, ty, slot.unwrap_or_default()).map_err(|fault| match fault {
        Fault::Failed { detail, .. } => detail,
        Fault::World(error) => error.0,
    })
}
