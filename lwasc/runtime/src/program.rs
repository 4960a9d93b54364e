//! [`Program`]: a verified module with what the judge looks up in it, made once.

use std::sync::Arc;

use lwas_ir::{
    Alert, Block, EventId, FailReason, Function, Kind, Module, Place, SiteData, Terminator, TestStepKind, Type, TypeId,
};
use lwas_seal::Hash;
use rustc_hash::FxHashMap;

use crate::concern::{By, Concerns};
use crate::judge::content;
use crate::schema::{Layout, Misfit};

/// A program that may be executed: the module of a verified artifact.
#[derive(Clone, Debug)]
pub struct Program {
    /// What is executed. The types of all events' data are interned in it.
    pub module: Arc<Module>,
    /// The hash of the artifact.
    pub hash: Hash,
    /// The artifact, as it is stored in the ledger.
    pub artifact: Arc<[u8]>,
    /// Its tables.
    pub layout: Layout,
    /// For each event: what is looked up when it is judged.
    events: Vec<EventFacts>,
    /// Which beliefs an event concerns, and which alerts.
    pub(crate) beliefs: Concerns,
    pub(crate) alerts: Concerns,
    /// The alerts' names in their order, as parts of keys; and each alert by its name.
    alert_names: Vec<Arc<str>>,
    alert_places: FxHashMap<Arc<str>, usize>,
    /// The same module, in which a condition that is false fails, so that the interpreter shows its values.
    explained: Arc<Module>,
}

/// What is looked up when an event of a type is judged.
#[derive(Clone, Debug)]
pub struct EventFacts {
    /// The type of its data.
    pub data: TypeId,
    /// Its name, under which keyed events are found.
    pub name: Arc<str>,
    /// The same for events without a `key` field that have an envelope's id.
    pub by_id: Arc<str>,
    /// The same where the envelope has a source too.
    pub by_source: Arc<str>,
    /// Under which a rejected content is found.
    pub rejected: Arc<str>,
    /// Whether one content may be written in several ways.
    pub several_ways: bool,
}

impl Program {
    /// A program of a module that the verifier has passed, with its artifact. `Err` says in words why its state can't be
    /// kept in tables.
    pub fn new(module: &Module, hash: Hash, artifact: impl Into<Arc<[u8]>>) -> Result<Program, Misfit> {
        let mut module = module.clone();
        let records: Vec<_> = module.events.values().map(|event| (event.record, event.name.clone())).collect();
        let facts = |(record, name): (_, String)| EventFacts {
            data: module.intern(Type::Record(record)),
            several_ways: content::has_several_ways(&module, record),
            by_id: format!("{name}#id").into(),
            by_source: format!("{name}#id+source").into(),
            rejected: format!("{name}#rejected").into(),
            name: name.into(),
        };
        let events = records.into_iter().map(facts).collect();
        module.intern(Type::Text);
        module.intern(Type::Int);
        let layout = Layout::new(&module)?;
        let explained = Arc::new(explained(&module));
        let (beliefs, alerts) = (beliefs(&module), alerts(&module));
        let alert_names: Vec<Arc<str>> = module.alerts.iter().map(|alert| alert.check.name.as_str().into()).collect();
        let alert_places = alert_names.iter().cloned().zip(0..).collect();
        let (module, artifact) = (Arc::new(module), artifact.into());
        Ok(Program { module, hash, artifact, layout, events, beliefs, alerts, alert_names, alert_places, explained })
    }

    /// The alert of a name.
    pub fn alert(&self, name: &str) -> Option<&Alert> {
        self.module.alerts.get(*self.alert_places.get(name)?)
    }

    /// An alert of a place in the list, with its name.
    pub(crate) fn alert_at(&self, place: u32) -> Option<(&Alert, &Arc<str>)> {
        let place = place as usize;
        Some((self.module.alerts.get(place)?, self.alert_names.get(place)?))
    }

    /// What is looked up when an event is judged.
    pub fn event(&self, event: EventId) -> &EventFacts {
        &self.events[event.as_u32() as usize]
    }

    /// The number of a type that every program has: `Int` or `Text`.
    pub fn type_of(&self, ty: Type) -> TypeId {
        let found = self.module.types.iter().find(|(_, known)| **known == ty);
        found.expect("`new` has interned both").0
    }

    /// The module in which axioms and conditions of tests fail where they are false.
    pub fn explained(&self) -> &Arc<Module> {
        &self.explained
    }
}

fn beliefs(module: &Module) -> Concerns {
    let recording = module.doubts.iter().flat_map(|doubts| [doubts.doubt, doubts.settle]);
    let checks = module.beliefs.iter().map(|belief| (&belief.check, false));
    // A belief is doubted where its condition is false, so it is asked of all rows that change.
    Concerns::new(module, checks, &recording.collect::<Vec<_>>(), By::Reads)
}

fn alerts(module: &Module) -> Concerns {
    let recording = module.watch.iter().flat_map(|watch| [watch.pend, watch.say, watch.fire, watch.resolve]);
    let checks = module.alerts.iter().map(|alert| (&alert.check, alert.reads_now));
    Concerns::new(module, checks, &recording.collect::<Vec<_>>(), By::Values)
}

/// A copy of the module in which axioms and expectations fail, at a site of their own, where they would return false.
/// Steps and memory are the same.
fn explained(module: &Module) -> Module {
    let mut copy = module.clone();
    for axiom in &module.axioms {
        fail_when_false(&mut copy.functions[axiom.func], axiom.place);
    }
    for step in module.tests.iter().flat_map(|test| &test.steps) {
        if let TestStepKind::Expect { condition } = step.kind {
            fail_when_false(&mut copy.functions[condition], step.place);
        }
    }
    copy
}

fn fail_when_false(function: &mut Function, place: Place) {
    if function.result != Some(Kind::I64) {
        return;
    }
    let site = function.sites.push(SiteData { place });
    let returns = function.blocks.iter().filter_map(|(id, block)| match block.end {
        Terminator::Return(Some(value)) => Some((id, value)),
        _ => None,
    });
    let returns: Vec<_> = returns.collect();
    if returns.is_empty() {
        return;
    }
    let failed = function
        .blocks
        .push(Block { insts: Vec::new(), end: Terminator::Fail { site, reason: FailReason::Axiom, message: None } });
    for (id, value) in returns {
        let held = function.blocks.push(Block { insts: Vec::new(), end: Terminator::Return(Some(value)) });
        function.blocks[id].end = Terminator::Branch { condition: value, then: held, otherwise: failed };
    }
}
