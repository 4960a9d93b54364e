//! `lwasc query`: answers a query from a ledger, with one JSON value. Nothing is written.

use super::{program, rejection, settings};
use crate::args::Query;
use crate::exit::{self, Done, Stop};
use crate::output;
use lwas_ir::{Module, Value};
use lwas_ledger::{Ledger, Mode};
use lwas_runtime::data;

pub fn run(args: &Query) -> Done {
    super::packages::settle(std::slice::from_ref(&args.program), args.locked)?;
    let loaded = program::load(std::slice::from_ref(&args.program), args.key.as_deref(), false, args.no_cache)?;
    let module = loaded.program.module.clone();
    let query = find(&module, &args.name)?;
    let values = arguments(&module, query, &args.args)?;
    let now = match &args.at {
        Some(at) => lwas_exact::calendar::parse_instant(at).map_err(|_| {
            Stop::new(exit::USAGE, format!("--at wants a time such as 2026-01-25T00:00:00Z, not `{at}`"))
        })?,
        None => lwas_runtime::clock::now(),
    };
    let mut ledger = Ledger::open(&args.ledger, Mode::ReadOnly)?;
    let open = &program::open_stored;
    if let Some(wanted) = settings::read(std::slice::from_ref(&args.program), None, &loaded.program)? {
        let (mut store, _) = lwas_runtime::query::reading(&loaded.program, &mut ledger, open)?;
        settings::compare(&loaded.program, &mut store, &wanted)?;
    }
    match lwas_runtime::query::query(&loaded.program, &mut ledger, &mut loaded.engine()?, query, &values, now, open)? {
        Ok(value) => output::answer(&data::json_text(&module, query.result, &value)),
        Err(rejection) => {
            let place = rejection::place(&rejection);
            output::error(&format!("query `{}` has no answer: {} [{}]", args.name, rejection.message, rejection.code));
            output::say_all(&place);
            Err(Stop::told(exit::REFUSED))
        }
    }
}

fn find<'m>(module: &'m Module, name: &str) -> Result<&'m lwas_ir::Query, Stop> {
    let offer = module.offer_of_all();
    let place = offer.queries.get(name).copied();
    place.and_then(|place| module.queries.get(place as usize)).ok_or_else(|| {
        let names = offer.shown_queries().iter().map(|(name, _)| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let known = if names.is_empty() { "it has none".to_owned() } else { format!("it has {names}") };
        let hint = lwas_base::hint(name, offer.queries.keys().map(String::as_str));
        Stop::new(exit::USAGE, format!("the program has no query `{name}`; {known}{hint}"))
    })
}

fn arguments(module: &Module, query: &lwas_ir::Query, args: &[String]) -> Result<Vec<Value>, Stop> {
    if args.len() != query.params.len() {
        let names = query.params.iter().map(|p| p.name.as_str()).collect::<Vec<_>>().join(", ");
        let message = match query.params.len() {
            0 => format!("query `{}` takes no arguments, not {}", query.name, args.len()),
            n => format!("query `{}` takes {} ({names}), not {}", query.name, count(n), args.len()),
        };
        return Err(Stop::new(exit::USAGE, message));
    }
    let pairs = query.params.iter().zip(args);
    pairs
        .map(|(param, text)| {
            data::parse_argument(module, param.ty, text)
                .map_err(|error| Stop::new(exit::USAGE, format!("argument `{}`: {error}", param.name)))
        })
        .collect()
}

fn count(n: usize) -> String {
    if n == 1 { "1 argument".to_owned() } else { format!("{n} arguments") }
}
