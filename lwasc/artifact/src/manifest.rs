//! [`Manifest`]: what an artifact says of itself, for people and for tools that do not read ir. All of it but the versions
//! follows from the ir, and is compared with it: a manifest that says something else is refused.

use lwas_ir::{MEMORY_BUDGET, Module, STEP_BUDGET, State};
use lwas_seal::Hash;

use crate::ArtifactError;
use crate::schema::schema;
use crate::wire::{Read, Reader, Wire, wire_struct};

/// What an artifact says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// The program's name.
    pub name: String,
    /// The version of LwaS that made it.
    pub lwas: String,
    /// What made the native code, with its settings.
    pub compiler: String,
    /// The hash of the program's schema: see [`crate::schema`].
    pub schema: Hash,
    /// The states and journals, with their modules.
    pub states: Vec<String>,
    /// The events that it accepts from outside.
    pub events: Vec<String>,
    /// Its queries.
    pub queries: Vec<String>,
    /// Its axioms, in the order in which they are checked.
    pub axioms: Vec<String>,
    /// Its beliefs, in the order in which they are checked.
    pub beliefs: Vec<String>,
    /// Its alerts, in the order in which they are judged.
    pub alerts: Vec<String>,
    /// Its routes, such as `GET /accounts/{id} account` and `POST /sales Sale 201 recorded`.
    pub routes: Vec<String>,
    /// The C symbols of its exported functions.
    pub exports: Vec<String>,
    /// The states that the configuration sets, with their modules.
    pub settings: Vec<String>,
    /// What the runner samples, such as `machine Sample interval`.
    pub samples: Vec<String>,
    /// The sources that it was made from, package-relative.
    pub sources: Vec<String>,
    /// The steps that one event may take.
    pub step_budget: u64,
    /// The bytes of values that one event may make.
    pub memory_budget: u64,
}

wire_struct! {
    Manifest {
        name, lwas, compiler, schema, states, events, queries, axioms, beliefs, alerts, routes, exports, settings, samples, sources,
        step_budget, memory_budget,
    }
}

impl Wire for Hash {
    fn write(&self, to: &mut Vec<u8>) {
        to.extend_from_slice(self.as_bytes());
    }

    fn read(from: &mut Reader<'_>) -> Read<Hash> {
        let (bytes, rest) = from.0.split_first_chunk().ok_or(ArtifactError::Damaged("it ends too early"))?;
        from.0 = rest;
        Ok(Hash(*bytes))
    }
}

fn state_name(state: &State) -> String {
    format!("{}.{}", state.module, state.name)
}

impl Manifest {
    /// What there is to say of a module that the verifier has passed.
    pub fn of(module: &Module, lwas: &str, compiler: &str) -> Manifest {
        let accepted = module.events.values().filter(|event| event.accepted);
        let states = module.states.iter().filter(|(id, _)| !module.is_hidden(*id));
        Manifest {
            name: module.name.clone(),
            lwas: lwas.to_owned(),
            compiler: compiler.to_owned(),
            schema: schema(module).hash(),
            states: states.map(|(_, state)| state_name(state)).collect(),
            events: accepted.map(|event| event.name.clone()).collect(),
            queries: module.queries.iter().map(|query| query.name.clone()).collect(),
            axioms: module.axioms.iter().map(|axiom| axiom.name.clone()).collect(),
            beliefs: module.beliefs.iter().map(|belief| belief.check.name.clone()).collect(),
            alerts: module.alerts.iter().map(|alert| alert.check.name.clone()).collect(),
            routes: module.routes.iter().map(|route| module.route_text(route)).collect(),
            exports: module.exports.iter().map(|export| export.symbol.clone()).collect(),
            settings: module.settings.iter().filter_map(|one| module.states.get(one.state)).map(state_name).collect(),
            samples: module.samples.iter().map(|sample| module.sample_text(sample)).collect(),
            sources: module.sources.clone(),
            step_budget: STEP_BUDGET,
            memory_budget: MEMORY_BUDGET,
        }
    }

    /// That it says of a module what there is to say.
    pub(crate) fn check(&self, module: &Module) -> Result<(), ArtifactError> {
        let fits = Manifest::of(module, &self.lwas, &self.compiler);
        let differs = [
            ("their names", self.name != fits.name),
            ("their schemas", self.schema != fits.schema),
            ("their states", self.states != fits.states),
            ("their events", self.events != fits.events),
            ("their queries", self.queries != fits.queries),
            ("their axioms", self.axioms != fits.axioms),
            ("their beliefs", self.beliefs != fits.beliefs),
            ("their alerts", self.alerts != fits.alerts),
            ("their routes", self.routes != fits.routes),
            ("their exports", self.exports != fits.exports),
            ("their settings", self.settings != fits.settings),
            ("what they sample", self.samples != fits.samples),
            ("their sources", self.sources != fits.sources),
            ("the budgets of the manifest and of this lwasc", {
                (self.step_budget, self.memory_budget) != (fits.step_budget, fits.memory_budget)
            }),
        ];
        match differs.into_iter().find(|(_, differs)| *differs) {
            Some((what, _)) => Err(ArtifactError::Manifest(what)),
            None => Ok(()),
        }
    }
}
