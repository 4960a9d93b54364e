//! The textual form of modules and functions: for `--emit ir`, for snapshots, for people who look for a mistake. It is not
//! read back. It shows unverified modules too, so it never panics: what is not there is shown by its number.
//!
//! A function shows one instruction a line, the register that it assigns first, and `@` with its site:
//!
//! ```text
//! fn0 ledger.fee(%0: i128) -> i128
//!   block0:
//!     %1 = wide 29
//!     %2 = mul %0, %1 @1
//!     return %2
//!   @1 = fees.lwas:4:18
//! ```

mod inst;
mod tables;

use crate::{FuncId, Function, Kind, Module, Place, Type, TypeId};
use std::fmt;

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::I64 => "i64",
            Kind::I128 => "i128",
            Kind::Ref => "ref",
        })
    }
}

impl fmt::Display for Function {
    /// Without the module that it belongs to: other functions and types are shown by number.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        function(f, None, None, self)
    }
}

impl fmt::Display for Module {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        tables::write(f, self)?;
        for (id, known) in &self.functions {
            writeln!(f)?;
            function(f, Some(self), Some(id), known)?;
        }
        Ok(())
    }
}

/// A function with the names of what it calls, and without the places where it stands in source: the same text for a function
/// that does the same.
pub fn meaning(module: &Module, known: &Function) -> String {
    struct Shown<'a>(&'a Module, &'a Function);
    impl fmt::Display for Shown<'_> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            function(f, Some(self.0), None, self.1)
        }
    }
    let nowhere = Place { file: 0, line: 0, column: 0, width: 0 };
    let mut known = known.clone();
    known.sites.values_mut().for_each(|site| site.place = nowhere);
    known.traces.values_mut().for_each(|trace| trace.place = nowhere);
    Shown(module, &known).to_string()
}

fn function(f: &mut fmt::Formatter<'_>, module: Option<&Module>, id: Option<FuncId>, known: &Function) -> fmt::Result {
    match id {
        Some(id) => write!(f, "{id} {}(", known.name)?,
        None => write!(f, "fn {}(", known.name)?,
    }
    for (place, (local, kind)) in known.locals.iter().take(known.params as usize).enumerate() {
        write!(f, "{}{local}: {kind}", if place > 0 { ", " } else { "" })?;
    }
    write!(f, ")")?;
    if let Some(result) = known.result {
        write!(f, " -> {result}")?;
    }
    writeln!(f)?;
    for (id, block) in &known.blocks {
        writeln!(f, "  {id}:")?;
        for one in &block.insts {
            write!(f, "    ")?;
            inst::write(f, module, known, one)?;
            writeln!(f)?;
        }
        write!(f, "    ")?;
        inst::end(f, &block.end)?;
        writeln!(f)?;
    }
    for (site, data) in &known.sites {
        writeln!(f, "  @{} = {}", site.as_u32(), place(module, data.place))?;
    }
    for (trace, data) in &known.traces {
        write!(f, "  {trace} = {} of {}", place(module, data.place), type_name(module, data.ty))?;
        match data.site {
            Some(site) => writeln!(f, " for @{}", site.as_u32())?,
            None => writeln!(f)?,
        }
    }
    Ok(())
}

/// `wallet.lwas:4:18`.
fn place(module: Option<&Module>, place: Place) -> String {
    let source = module.and_then(|module| module.sources.get(place.file as usize));
    let source = source.cloned().unwrap_or_else(|| format!("source{}", place.file));
    format!("{source}:{}:{}", place.line, place.column)
}

/// A type as the language writes it, amounts with their digits: `List<USD(2)>`.
pub fn type_name(module: Option<&Module>, ty: TypeId) -> String {
    name_within(module, ty, 0)
}

fn name_within(module: Option<&Module>, ty: TypeId, depth: u32) -> String {
    let unknown = || ty.to_string();
    let Some(module) = module.filter(|_| depth <= crate::memory::MAX_DEPTH) else { return unknown() };
    let inside = |inner: TypeId| name_within(Some(module), inner, depth + 1);
    match module.types.get(ty) {
        None => unknown(),
        Some(Type::Decimal(digits)) => format!("Decimal({digits})"),
        Some(Type::Amount(currency, digits)) => {
            let code = module.currencies.get(*currency).map_or_else(|| currency.to_string(), |c| c.code.clone());
            format!("{code}({digits})")
        }
        Some(Type::Option(inner)) => format!("{}?", inside(*inner)),
        Some(Type::List(inner)) => format!("List<{}>", inside(*inner)),
        Some(Type::Map(inner)) => format!("Map<Text, {}>", inside(*inner)),
        Some(Type::Enum(id)) => module.enums.get(*id).map_or_else(unknown, |known| known.name.clone()),
        Some(Type::Record(id)) => module.records.get(*id).map_or_else(unknown, |known| known.name.clone()),
        Some(Type::Row(id)) => {
            module.states.get(*id).map_or_else(unknown, |known| format!("{}.{}", known.module, known.name))
        }
        Some(other) => format!("{other:?}"),
    }
}
