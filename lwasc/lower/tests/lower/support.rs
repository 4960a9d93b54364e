//! Builds a program from source text, and runs it over a world of maps: queries, events with all their laws, and the
//! program's own tests. Simple on purpose: every law is checked on every row after every event.

use lwas_base::SourceMap;
use lwas_check::{SourceModule, check};
use lwas_ir::{
    AxiomScope, Env, Failure, FuncId, Interpreter, KeyPart, MapWorld, Memory, Module, Rejection, Row, Slot, StateId,
    TestStepKind, Value, World as _, verify,
};
use std::collections::BTreeMap;

/// Currencies for the programs here.
const CURRENCIES: &str = "currency USD(2)\ncurrency EUR(2)\ncurrency JPY(0)\ncurrency BHD(3)\n";

/// When a test begins: 2000-01-01T00:00:00Z.
const START: i64 = 946_684_800_000_000;

/// The module of a program of one file, verified.
pub fn module(source: &str) -> Module {
    modules(&[("main", source)], true)
}

/// The module of a program of several files, the last of which is the program's own, verified.
pub fn modules(files: &[(&str, &str)], tests: bool) -> Module {
    let mut sources = SourceMap::new();
    let std = ("std.currency", CURRENCIES);
    let mut trees = vec![];
    for (path, text) in [std].iter().chain(files) {
        let file = sources.add(format!("{}.lwas", path.replace('.', "/")), *text);
        let parsed = lwas_syntax::parse(file, text);
        assert!(!parsed.diagnostics.has_errors(), "{path}: {:#?}", parsed.diagnostics.sorted());
        trees.push(SourceModule {
            path: (*path).to_owned(),
            file,
            tree: parsed.file.into(),
            std: path.starts_with("std."),
        });
    }
    let entry = files.last().expect("a program has a file").0;
    let checked = check(trees, entry);
    assert!(!checked.diagnostics.has_errors(), "{:#?}", checked.diagnostics.sorted());
    let sound = checked.into_sound().expect("there is no error");
    let module = lwas_lower::lower(&sound, &sources, tests);
    if let Err(error) = verify(&module) {
        panic!("{error}\n{module}");
    }
    if tests {
        // Whoever counts what is reached runs the same functions.
        let (noted, _) = lwas_lower::lower_with_points(&sound, &sources);
        assert_eq!(noted.functions, module.functions);
    }
    module
}

/// A program at work.
pub struct Runner {
    pub module: Module,
    pub world: MapWorld,
    memory: Memory,
}

impl Runner {
    /// The empty ledger of a program.
    pub fn new(module: Module) -> Runner {
        let mut memory = Memory::new(&module);
        let env = Env { now: START, event_seq: 0, caller: "".into() };
        let world = MapWorld::initial(&module, env, &mut memory).expect("the first rows can be made");
        Runner { module, world, memory }
    }

    /// Calls a function.
    pub fn call(&mut self, func: FuncId, args: &[Slot]) -> Result<Slot, Rejection> {
        let interpreter = Interpreter::new(&self.module).keep_traces(true);
        match interpreter.call(func, args, &mut self.memory, &mut self.world) {
            Ok(value) => Ok(value.unwrap_or_default()),
            Err(Failure::Rejected(rejection)) => Err(rejection),
            Err(Failure::World(error)) => panic!("the world can't be read: {error:?}"),
        }
    }

    /// The Text that a query without parameters answers.
    pub fn text(&mut self, query: &str) -> Result<String, Rejection> {
        let query = self.module.queries.iter().find(|q| q.name == query).expect("the query is there").clone();
        self.memory.reset();
        let slot = self.call(query.func, &[])?;
        Ok(self.memory.text(slot.as_ref()).expect("the answer is a text").to_owned())
    }

    /// Applies an event whose data a function gives. A rejected one leaves no trace.
    pub fn apply(&mut self, event: lwas_ir::EventId, data: Slot) -> Result<(), String> {
        self.pass_time();
        let saved = self.world.clone();
        self.world.begin();
        self.world.env.event_seq += 1;
        let before = self.world.clone();
        let result = self.judge(event, data, &before);
        if result.is_err() {
            self.world = saved;
        }
        result
    }

    fn judge(&mut self, event: lwas_ir::EventId, data: Slot, before: &MapWorld) -> Result<(), String> {
        for rule in self.module.events[event].rules.clone() {
            self.call(rule, &[data]).map_err(|r| told(&self.module, &r))?;
        }
        self.settle(before)
    }

    /// What comes after the rules: those of what was emitted, then the axioms.
    fn settle(&mut self, before: &MapWorld) -> Result<(), String> {
        while let Some((event, data)) = self.world.take_emitted() {
            for rule in self.module.events[event].rules.clone() {
                self.call(rule, &[data]).map_err(|r| told(&self.module, &r))?;
            }
        }
        self.aggregates_follow_from_rows();
        for axiom in self.module.axioms.clone() {
            for rows in self.axiom_rows(axiom.scope, before) {
                let held = self.law(axiom.func, &rows);
                let holds = held.map_err(|r| format!("axiom {} can't be computed: {}", axiom.name, r.message))?;
                if !holds {
                    return Err(format!("axiom {}", axiom.name));
                }
            }
        }
        Ok(())
    }

    /// Runs what is due by now, the earliest first; one that is rejected has had its turn.
    fn pass_time(&mut self) {
        let now = self.world.env.now;
        loop {
            let rules = self.module.due.iter().enumerate();
            let lines = rules.flat_map(|(number, due)| self.world.rows(due.agenda).map(move |(key, _)| (key, number)));
            let Some((key, number)) = lines.min().map(|(key, number)| (key.clone(), number)) else { return };
            let due = self.module.due[number].clone();
            let KeyPart::Int(time) = key[0] else { panic!("an agenda begins with a time") };
            if time > now {
                return;
            }
            self.world.env.now = time;
            self.world.begin();
            self.world.delete(due.agenda, &key).expect("the line is there");
            let saved = self.world.clone();
            let row = self.world.row(due.state, &key[1..].to_vec()).expect("it can be read").expect("it is there");
            let row = self.memory.write_row(&self.module, due.state, &row).expect("a row has room");
            let ran = self.call(due.func, &[row]).map_err(|r| told(&self.module, &r));
            if ran.and_then(|_| self.settle(&saved)).is_err() {
                self.world = saved;
            }
            self.world.env.now = now;
        }
    }

    /// What the writers have kept by difference is what each aggregate's function makes of the rows that are there.
    fn aggregates_follow_from_rows(&mut self) {
        let mut anew = MapWorld::new(&self.module, self.world.env.clone());
        for aggregate in self.module.aggregates.values() {
            for (_, row) in self.world.rows(aggregate.state) {
                let mut memory = Memory::new(&self.module);
                let row = memory.write_row(&self.module, aggregate.state, row).expect("a row fits its state");
                let added = Interpreter::new(&self.module).call(aggregate.add, &[row], &mut memory, &mut anew);
                added.expect("what was added once can be added again");
            }
        }
        assert!(self.world.aggregates().eq(anew.aggregates()), "{:?} {:?}", self.world, anew);
    }

    /// The arguments with which an axiom is checked.
    fn axiom_rows(&self, scope: AxiomScope, before: &MapWorld) -> Vec<Vec<(StateId, Row)>> {
        let rows = |world: &MapWorld, state| -> BTreeMap<_, _> {
            world.rows(state).map(|(key, row)| (key.clone(), row.clone())).collect()
        };
        match scope {
            AxiomScope::Whole => vec![vec![]],
            AxiomScope::Rows(state) => rows(&self.world, state).into_values().map(|row| vec![(state, row)]).collect(),
            AxiomScope::Changed(state) => {
                let after = rows(&self.world, state);
                let both =
                    rows(before, state).into_iter().filter_map(|(key, old)| Some((after.get(&key)?.clone(), old)));
                both.map(|(new, old)| vec![(state, new), (state, old)]).collect()
            }
            AxiomScope::Deleted(state) => {
                let after = rows(&self.world, state);
                let gone = rows(before, state).into_iter().filter(|(key, _)| !after.contains_key(key));
                gone.map(|(_, old)| vec![(state, old)]).collect()
            }
        }
    }

    fn law(&mut self, func: FuncId, rows: &[(StateId, Row)]) -> Result<bool, Rejection> {
        let write = |memory: &mut Memory, (state, row): &(StateId, Row)| {
            memory.write_row(&self.module, *state, row).expect("a row of the world fits its state")
        };
        let args: Vec<_> = rows.iter().map(|row| write(&mut self.memory, row)).collect();
        Ok(self.call(func, &args)?.as_int() != 0)
    }

    /// Runs a test of the program; the error says which step fails, and how.
    pub fn test(module: &Module, test: &lwas_ir::Test) -> Result<(), String> {
        let mut runner = Runner::new(module.clone());
        let mut bound: Vec<(lwas_ir::TypeId, Value)> = vec![];
        for step in &test.steps {
            runner.memory.reset();
            let args: Vec<_> = bound
                .iter()
                .map(|(ty, value)| {
                    runner.memory.write_value(module, *ty, value).expect("a value that was read is written")
                })
                .collect();
            let result = runner.step(&step.kind, &args, &mut bound);
            result.map_err(|error| format!("{} at line {}: {error}", test.name, step.place.line))?;
        }
        Ok(())
    }

    fn step(
        &mut self,
        step: &TestStepKind,
        args: &[Slot],
        bound: &mut Vec<(lwas_ir::TypeId, Value)>,
    ) -> Result<(), String> {
        match step {
            TestStepKind::Apply { event, data, at } => self.applied(*event, *data, *at, args),
            TestStepKind::Reject { event, data, at, with, by } => {
                let with = self.wanted(*with, args)?;
                let by = by.map(|axiom| format!("axiom {}", self.module.axioms[axiom as usize].name));
                match self.applied(*event, *data, *at, args) {
                    Ok(()) => Err("the event is applied".to_owned()),
                    Err(message) if message.contains(&with) && message.contains(&by.unwrap_or_default()) => Ok(()),
                    Err(message) => Err(format!("rejected otherwise: {message}")),
                }
            }
            TestStepKind::RejectValue { value, with } => {
                let with = self.wanted(*with, args)?;
                match self.call(*value, args) {
                    Ok(_) => Err("it has a value".to_owned()),
                    Err(rejection) if rejection.message.contains(&with) => Ok(()),
                    Err(rejection) => Err(format!("rejected otherwise: {}", rejection.message)),
                }
            }
            TestStepKind::Expect { condition } => {
                let holds = self.call(*condition, args).map_err(|r| told(&self.module, &r))?;
                if holds.as_int() == 1 { Ok(()) } else { Err("it is false".to_owned()) }
            }
            TestStepKind::Advance { by } => {
                self.world.env.now += self.call(*by, args).map_err(|r| told(&self.module, &r))?.as_int();
                self.pass_time();
                Ok(())
            }
            TestStepKind::Let { value, ty, .. } => {
                let slot = self.call(*value, args).map_err(|r| told(&self.module, &r))?;
                bound.push((*ty, self.memory.read_value(&self.module, *ty, slot).expect("a value can be read")));
                Ok(())
            }
        }
    }

    fn wanted(&mut self, with: Option<FuncId>, args: &[Slot]) -> Result<String, String> {
        let Some(with) = with else { return Ok(String::new()) };
        let slot = self.call(with, args).map_err(|r| told(&self.module, &r))?;
        Ok(self.memory.text(slot.as_ref()).expect("`with` is a text").to_owned())
    }

    fn applied(
        &mut self,
        event: lwas_ir::EventId,
        data: FuncId,
        at: Option<FuncId>,
        args: &[Slot],
    ) -> Result<(), String> {
        let data = self.call(data, args).map_err(|r| told(&self.module, &r))?;
        if let Some(at) = at {
            self.world.env.now = self.call(at, args).map_err(|r| told(&self.module, &r))?.as_int();
        }
        self.apply(event, data)
    }
}

/// What a rejection says, with its values.
pub fn told(module: &Module, rejection: &Rejection) -> String {
    let place = module.functions[rejection.func].sites[rejection.site].place;
    let values: Vec<_> = rejection
        .traces
        .iter()
        .map(|(trace, value)| {
            let place = module.functions[rejection.func].traces[*trace].place;
            let line = &module.source_lines[&(place.file, place.line)];
            let (skip, take) = (place.column as usize - 1, place.width as usize);
            format!("{} = {value}", line.chars().skip(skip).take(take).collect::<String>())
        })
        .collect();
    let values = if values.is_empty() { String::new() } else { format!(" ({})", values.join(", ")) };
    format!("{} at {}:{}: {}{values}", rejection.reason.code(), place.line, place.column, rejection.message)
}

/// Builds a program and runs all its tests.
pub fn holds(source: &str) {
    let module = module(source);
    assert!(!module.tests.is_empty(), "the program has no test");
    for test in &module.tests {
        if let Err(error) = Runner::test(&module, test) {
            panic!("{error}");
        }
    }
}
