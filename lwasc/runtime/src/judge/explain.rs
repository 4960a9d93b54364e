//! From what ended a pass to the rejection that people read: code, sentence, place, values.

use lwas_exact::calendar;
use lwas_ir::{AxiomScope, CurrencyId, FailReason, FuncId, Key, KeyPart, Module, Place, Site, StateId, Type, TypeId};

use super::pass::{Broken, Stopped};
use crate::engine::Failed;
use crate::outcome::{At, Rejection, Traced};
use crate::program::Program;

/// The most values that a rejection shows.
const MOST_TRACES: usize = 32;
/// The most characters of one of them.
const LONGEST_TRACE: usize = 200;
/// The most characters of a message.
const LONGEST_MESSAGE: usize = 4000;
/// The most bytes of a source line.
const LONGEST_LINE: usize = 1000;

/// A rejection of what ended a pass by the interpreter.
pub fn rejection(program: &Program, stopped: Stopped) -> Rejection {
    let module = program.explained();
    match stopped {
        Stopped::Data { place, reason, detail } => {
            Rejection { at: Some(at(module, place)), ..Rejection::plain(reason.code(), detail) }
        }
        Stopped::Rule(Failed::Explained(rejection)) => of_failure(module, &rejection),
        Stopped::Law(broken) => of_law(module, &broken),
        // Only the interpreter explains, and its caller has taken the world's errors out.
        Stopped::Rule(Failed::Native { func, site }) => Rejection {
            at: site_place(module, func, Site::from_u32(site)).map(|place| at(module, place)),
            ..Rejection::plain(FailReason::Require.code(), "rejected by native code")
        },
        Stopped::Rule(Failed::World(error)) | Stopped::World(error) => Rejection::plain("E0600", error.0),
    }
}

/// A rejection of a function's failure.
pub fn of_failure(module: &Module, failure: &lwas_ir::Rejection) -> Rejection {
    Rejection {
        code: failure.reason.code().into(),
        message: shortened(&failure.message, LONGEST_MESSAGE),
        axiom: None,
        at: failure_place(module, failure).map(|place| at(module, place)),
        traces: traces(module, failure),
    }
}

/// Where a failure is shown. A budget that is spent while a row is written, or in another function that stands nowhere in source, is
/// shown at the statement that was at work.
fn failure_place(module: &Module, failure: &lwas_ir::Rejection) -> Option<Place> {
    let own = site_place(module, failure.func, failure.site);
    // What a program calls has a name of one word, what the compiler makes says before it what it is: `put wallet.Account`.
    let written = |func: &FuncId| {
        let name = module.functions.get(*func).map_or("", |function| function.name.as_str());
        !name.contains(' ') || ["rule ", "axiom ", "belief ", "alert "].iter().any(|word| name.starts_with(word))
    };
    if !failure.reason.is_budget() || written(&failure.func) {
        return own;
    }
    failure.within.iter().find(|(func, _)| written(func)).map(|(_, place)| *place).or(own)
}

/// A rejection by a law.
fn of_law(module: &Module, broken: &Broken) -> Rejection {
    let Some(axiom) = module.axioms.get(broken.axiom) else {
        return Rejection::plain(FailReason::Axiom.code(), "an axiom does not hold");
    };
    let whom = match (axiom.scope, &broken.row) {
        (AxiomScope::Rows(state) | AxiomScope::Changed(state) | AxiomScope::Deleted(state), Some(key)) => {
            format!(" for {}", KeyText(module, state, key))
        }
        _ => String::new(),
    };
    let mut message = format!("axiom `{}` does not hold{whom}", axiom.name);
    let mut shown = Vec::new();
    if let Some(Failed::Explained(failure)) = &broken.because {
        if !(failure.func == axiom.func && failure.reason == FailReason::Axiom) {
            message = format!("{message}: it can't be computed, as {}", failure.message);
        }
        shown = traces(module, failure);
    }
    Rejection {
        code: FailReason::Axiom.code().into(),
        message: shortened(&message, LONGEST_MESSAGE),
        axiom: Some(axiom.name.clone()),
        at: Some(at(module, axiom.place)),
        traces: shown,
    }
}

fn traces(module: &Module, failure: &lwas_ir::Rejection) -> Vec<Traced> {
    let Some(function) = module.functions.get(failure.func) else { return Vec::new() };
    let traced = failure.traces.iter().filter_map(|(trace, value)| {
        let place = function.traces.get(*trace)?.place;
        Some(Traced { at: at(module, place), value: shortened(value, LONGEST_TRACE) })
    });
    traced.take(MOST_TRACES).collect()
}

/// The same text, or its beginning and `…`.
fn shortened(text: &str, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or(text)),
    }
}

fn site_place(module: &Module, func: FuncId, site: Site) -> Option<Place> {
    Some(module.functions.get(func)?.sites.get(site)?.place)
}

/// A place with its path and source line.
pub fn at(module: &Module, place: Place) -> At {
    At {
        path: module.sources.get(place.file as usize).cloned().unwrap_or_default(),
        line: place.line,
        column: place.column,
        width: place.width,
        source_line: source_line(module, place).to_owned(),
    }
}

/// The line of a place; empty where it is too long to be shown, since entries of the log keep it.
fn source_line(module: &Module, place: Place) -> &str {
    let line = module.source_lines.get(&(place.file, place.line)).map_or("", String::as_str);
    if line.len() > LONGEST_LINE { "" } else { line }
}

/// A row as people name it: `Account["ann"]`, `Rate[EUR, USD]`, `Totals`.
pub struct KeyText<'a>(pub &'a Module, pub StateId, pub &'a Key);

impl std::fmt::Display for KeyText<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let KeyText(module, state, key) = self;
        let state = &module.states[*state];
        f.write_str(&state.name)?;
        if key.is_empty() {
            return Ok(());
        }
        let parts: Vec<String> = state.fields.iter().zip(*key).map(|(f, part)| part_text(module, f.ty, part)).collect();
        write!(f, "[{}]", parts.join(", "))
    }
}

/// A part of a key as it would stand in source.
pub fn part_text(module: &Module, ty: TypeId, part: &KeyPart) -> String {
    let number = match part {
        KeyPart::Text(text) => return lwas_ir::host::quoted(text),
        KeyPart::Wide(units) => return units.to_string(),
        KeyPart::Int(number) => *number,
    };
    let at = usize::try_from(number).unwrap_or(usize::MAX);
    let text = match module.types.get(ty) {
        Some(Type::Bool) => Some((number != 0).to_string()),
        Some(Type::Currency) => {
            let id = u32::try_from(number).ok().map(CurrencyId::from_u32);
            id.and_then(|id| module.currencies.get(id)).map(|currency| currency.code.clone())
        }
        Some(Type::Enum(id)) => module.enums[*id].variants.get(at).map(|variant| variant.name.clone()),
        Some(Type::Date) => calendar::format_date(number).ok(),
        Some(Type::Time) => calendar::format_time(number).ok(),
        Some(Type::Duration) => Some(calendar::format_duration(number)),
        _ => None,
    };
    text.unwrap_or_else(|| number.to_string())
}
