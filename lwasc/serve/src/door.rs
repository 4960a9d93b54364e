//! An address, and which programs of a set are reached there.

use crate::ServeError;
use lwas_ir::{Module, Place, Route};
use std::collections::BTreeMap;
use std::net::SocketAddr;

/// An address, and what is reached there.
#[derive(Clone, Debug)]
pub struct Door {
    /// Where clients find it.
    pub listen: SocketAddr,
    /// The places of the programs in [`Module::faces`]; nothing where the module is no set.
    pub faces: Vec<usize>,
}

/// What is reached through some programs of a set, or through a program that is no set, by name.
pub fn name(module: &Module, faces: &[usize]) -> String {
    let names: Vec<&str> = faces.iter().filter_map(|at| Some(module.faces.get(*at)?.name.as_str())).collect();
    if names.is_empty() { module.name.clone() } else { names.join("+") }
}

impl Door {
    /// That no two programs answer the same requests.
    ///
    /// # Errors
    /// [`ServeError::Clash`].
    pub fn check(&self, module: &Module) -> Result<(), ServeError> {
        let mut taken = BTreeMap::new();
        let offer = module.offer(&self.faces);
        for second in offer.routes.iter().filter_map(|at| module.routes.get(*at as usize)) {
            let Some(first) = taken.insert(second.requests(), second) else { continue };
            return Err(ServeError::Clash {
                address: self.listen,
                first: shown(module, first),
                second: shown(module, second),
            });
        }
        Ok(())
    }
}

/// A route and its place, for people.
fn shown(module: &Module, route: &Route) -> String {
    let Place { file, line, column, .. } = route.place;
    let file = module.sources.get(file as usize).map_or("?", String::as_str);
    format!("`{}` at {file}:{line}:{column}", module.route_text(route))
}
