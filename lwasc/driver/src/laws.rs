//! What must hold before anything has happened: constants can be computed, and laws hold on the empty ledger. The
//! interpreter evaluates both, within the budget of an event.

use lwas_base::{Code, Diagnostic, Diagnostics, SourceMap, Span};
use lwas_ir::{AxiomScope, Env, Failure, FuncId, Interpreter, MapWorld, Memory, Module, Place, Slot};

/// Evaluates constants and whole laws of a verified module, and reports those that fail.
pub(crate) fn evaluate(module: &Module, sources: &SourceMap, diagnostics: &mut Diagnostics) {
    let mut memory = Memory::new(module);
    let (world, no_row) = match MapWorld::initial(module, Env::nobody(), &mut memory) {
        Ok(world) => (world, None),
        Err(failure) => (MapWorld::new(module, Env::nobody()), Some(failure)),
    };
    let mut empty = Empty { module, sources, memory, world };
    if let Some(failure) = no_row {
        diagnostics.push(empty.cannot("a state's first row", first_place(module), &failure));
        return;
    }
    for constant in &module.constants {
        if let Err(failure) = empty.call(*constant) {
            diagnostics.push(empty.cannot("this constant", first_place(module), &failure));
        }
    }
    for axiom in module.axioms.iter().filter(|axiom| axiom.scope == AxiomScope::Whole) {
        let place = empty.span(axiom.place);
        match empty.call(axiom.func) {
            Ok(holds) if holds.is_some_and(|holds| holds.as_int() != 0) => {}
            Ok(_) => diagnostics.push(broken(place, &axiom.name)),
            Err(failure) => diagnostics.push(empty.cannot("this law on the empty ledger", axiom.place, &failure)),
        }
    }
}

struct Empty<'a> {
    module: &'a Module,
    sources: &'a SourceMap,
    memory: Memory,
    world: MapWorld,
}

impl Empty<'_> {
    fn call(&mut self, func: FuncId) -> Result<Option<Slot>, Failure> {
        self.memory.reset();
        Interpreter::new(self.module).call(func, &[], &mut self.memory, &mut self.world)
    }

    /// E0480: a computation that has no answer, at the place where it fails.
    fn cannot(&self, what: &str, otherwise: Place, failure: &Failure) -> Diagnostic {
        let (place, message) = match failure {
            Failure::Rejected(rejection) => {
                let function = &self.module.functions[rejection.func];
                (function.sites.get(rejection.site).map_or(otherwise, |site| site.place), rejection.message.clone())
            }
            Failure::World(error) => (otherwise, error.0.clone()),
        };
        Diagnostic::error(
            Code("E0480"),
            self.span(place),
            format!("{what} can't be computed: {message}"),
            "this has no answer",
        )
    }

    /// A place as a span; a place in a source that is not at hand is the beginning of the first.
    fn span(&self, place: Place) -> Span {
        let path = self.module.sources.get(place.file as usize);
        let found =
            self.sources.files().find(|(_, file)| Some(&file.path) == path).or_else(|| self.sources.files().next());
        let (id, file) = found.expect("a module was lowered from at least one source");
        let start = file.offset(place.line, place.column);
        Span::new(id, start, file.offset(place.line, place.column.saturating_add(place.width)).max(start))
    }
}

fn first_place(module: &Module) -> Place {
    let places = module.functions.values().flat_map(|function| function.sites.values());
    places.map(|site| site.place).next().unwrap_or(Place { file: 0, line: 1, column: 1, width: 1 })
}

/// E0481: a law that is false before anything has happened.
fn broken(span: Span, name: &str) -> Diagnostic {
    let message = format!("the law `{name}` does not hold on the empty ledger");
    Diagnostic::error(Code("E0481"), span, message, "false before anything has happened").with_help(
        "a law holds always: say it so that it is true of a ledger without entries, or make it a requirement of a rule",
    )
}
