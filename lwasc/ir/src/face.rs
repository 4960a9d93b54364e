//! Programs that were linked into one module, a set: what of it is reached through each, and by which names.
//!
//! In a set all names of the log have a module before them, `shop.Sale`. Who comes to one of its programs may leave out the module
//! where it is that program's own, as if nothing were linked to it.

use crate::{EventId, Module};
use std::collections::BTreeMap;

/// A program of a set.
#[derive(Clone, Debug, PartialEq)]
pub struct Face {
    /// The program's name, which no other of the set has.
    pub name: String,
    /// What stands before the names of its own module, without the dot.
    pub module: String,
    /// The events that it takes from outside, in order.
    pub events: Vec<EventId>,
    /// The queries that it answers, by their places in [`Module::queries`], in order.
    pub queries: Vec<u32>,
    /// Its routes, by their places in [`Module::routes`], in order.
    pub routes: Vec<u32>,
}

/// What is reached through some of a set's programs, or through a program that is no set.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Offer {
    /// Events by all of their names.
    pub events: BTreeMap<String, EventId>,
    /// Queries by all of their names: their places in [`Module::queries`].
    pub queries: BTreeMap<String, u32>,
    /// The places of routes in [`Module::routes`].
    pub routes: Vec<u32>,
}

impl Module {
    /// What is reached through the faces of these places, or through all of a module that is no set.
    pub fn offer(&self, faces: &[usize]) -> Offer {
        if self.faces.is_empty() {
            return self.whole();
        }
        let mut offer = Offer::default();
        let (mut bare_events, mut bare_queries) = (BTreeMap::new(), BTreeMap::new());
        for face in faces.iter().filter_map(|place| self.faces.get(*place)) {
            for id in &face.events {
                let Some(event) = self.events.get(*id) else { continue };
                offer.events.insert(event.name.clone(), *id);
                face.own(&event.name, *id, &mut bare_events);
            }
            for place in &face.queries {
                let Some(query) = self.queries.get(*place as usize) else { continue };
                offer.queries.insert(query.name.clone(), *place);
                face.own(&query.name, *place, &mut bare_queries);
            }
            offer.routes.extend(&face.routes);
        }
        offer.routes.sort_unstable();
        offer.routes.dedup();
        // A bare name that two programs have stands for neither.
        offer.events.extend(bare_events.into_iter().filter_map(|(name, id)| Some((name, id?))));
        offer.queries.extend(bare_queries.into_iter().filter_map(|(name, place)| Some((name, place?))));
        offer
    }

    /// What is reached through all programs of a set, or through a program that is no set.
    pub fn offer_of_all(&self) -> Offer {
        self.offer(&(0..self.faces.len()).collect::<Vec<_>>())
    }

    fn whole(&self) -> Offer {
        let accepted = self.events.iter().filter(|(_, event)| event.accepted);
        Offer {
            events: accepted.map(|(id, event)| (event.name.clone(), id)).collect(),
            queries: (0..).zip(&self.queries).map(|(place, query)| (query.name.clone(), place)).collect(),
            routes: (0..).zip(&self.routes).map(|(place, _)| place).collect(),
        }
    }
}

impl Face {
    /// Notes the bare name of what is its own module's.
    fn own<T: Copy + PartialEq>(&self, name: &str, of: T, bare: &mut BTreeMap<String, Option<T>>) {
        let own = name.strip_prefix(self.module.as_str()).and_then(|rest| rest.strip_prefix('.'));
        let Some(own) = own.filter(|own| !own.contains('.')) else { return };
        let known = bare.entry(own.to_owned()).or_insert(Some(of));
        if *known != Some(of) {
            *known = None;
        }
    }
}

impl Offer {
    /// The events that are reached, each once, by the shortest name.
    pub fn shown_events(&self) -> Vec<(&str, EventId)> {
        shortest(&self.events)
    }

    /// The queries that are reached, each once, by the shortest name.
    pub fn shown_queries(&self) -> Vec<(&str, u32)> {
        shortest(&self.queries)
    }
}

fn shortest<T: Copy + Ord>(names: &BTreeMap<String, T>) -> Vec<(&str, T)> {
    let mut shown: BTreeMap<T, &str> = BTreeMap::new();
    for (name, of) in names {
        let known = shown.entry(*of).or_insert(name);
        if name.len() < known.len() {
            *known = name;
        }
    }
    shown.into_iter().map(|(of, name)| (name, of)).collect()
}
