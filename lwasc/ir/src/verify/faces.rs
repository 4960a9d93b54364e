//! Rule 25: the programs of a set.

use super::{VerifyError, broken, check, routes};
use crate::{Face, Module, Target};

pub(super) fn verify(module: &Module) -> Result<(), VerifyError> {
    if module.faces.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = module.faces.iter().map(|face| face.name.as_str()).collect();
    let place = || "faces".to_owned();
    let several = names.len() > 1 && names.is_sorted_by(|a, b| a < b);
    check(several, 25, place, || "a set has several programs, in order of name".to_owned())?;
    check(module.name == names.join("+"), 25, place, || "the set is not called by its programs".to_owned())?;
    module.faces.iter().try_for_each(|face| one(module, face))?;
    for (id, event) in module.events.iter().filter(|(_, event)| event.accepted) {
        let taken = module.faces.iter().any(|face| face.events.contains(&id));
        check(taken, 25, place, || format!("no program takes `{}`", event.name))?;
    }
    Ok(())
}

fn one(module: &Module, face: &Face) -> Result<(), VerifyError> {
    let place = || format!("face {}", face.name);
    for id in &face.events {
        let Some(event) = module.events.get(*id) else { return broken(1, place(), format!("{id:?} is not there")) };
        check(event.accepted, 25, place, || format!("`{}` is not accepted from outside", event.name))?;
    }
    let sorted = face.events.is_sorted_by(|a, b| a < b)
        && face.queries.is_sorted_by(|a, b| a < b)
        && face.routes.is_sorted_by(|a, b| a < b);
    check(sorted, 25, place, || "it has something twice, or out of order".to_owned())?;
    let there = face.queries.last().is_none_or(|last| (*last as usize) < module.queries.len())
        && face.routes.last().is_none_or(|last| (*last as usize) < module.routes.len());
    check(there, 1, place, || "a query or a route is not there".to_owned())?;
    let own = || face.routes.iter().filter_map(|at| module.routes.get(*at as usize));
    for route in own() {
        let fits = match route.target {
            Target::Get { query } => face.queries.contains(&query),
            Target::Post { event, .. } => face.events.contains(&event),
        };
        check(fits, 25, place, || format!("what answers `{}` is not its own", module.route_text(route)))?;
    }
    routes::differ(module, own())
}
