//! What there is to run: the tests of a module in their order, each once, or once for each of its cases. The lists of the cases are computed
//! on an empty ledger before anything runs, so that every case has a name that is its own and the same each time.

use std::collections::HashSet;
use std::sync::Arc;

use lwas_ir::{Column, Test, Type, TypeId, Value, host};

use super::steps::Running;
use super::{START, TestFailure, begin};
use crate::engine::Engine;
use crate::error::RuntimeError;
use crate::judge::{Runtime, at};
use crate::outcome::{At, Rejection};
use crate::program::Program;

/// The most cases of a test.
pub const MAX_CASES: usize = 1000;
/// The most characters of a value that is shown.
const LONGEST_VALUE: usize = 200;
/// The most characters of a name that a case computes.
const LONGEST_NAME: usize = 200;

/// One run of a test.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// The number of its test in the module.
    pub test: usize,
    /// Its name, which no other case of its module has.
    pub name: String,
    /// The path of its module.
    pub module: String,
    /// Where its test stands.
    pub at: At,
    /// What it binds before the steps.
    pub bound: Vec<Bound>,
    /// Why it fails before its first step.
    pub broken: Option<TestFailure>,
}

/// A value of a case.
#[derive(Clone, Debug, PartialEq)]
pub struct Bound {
    /// The name by which the steps know it.
    pub name: String,
    /// Its type.
    pub ty: TypeId,
    /// The value.
    pub value: Value,
    /// The value as people read it.
    pub shown: String,
}

/// All cases of a program's tests, in order.
///
/// # Errors
/// As [`super::run_tests`].
pub fn cases(program: &Arc<Program>) -> Result<Vec<Case>, RuntimeError> {
    let mut runtime = None;
    let mut all = Vec::new();
    for (number, test) in program.module.tests.iter().enumerate() {
        if test.cases.is_none() {
            all.push(case(program, number, test, test.name.clone()));
            continue;
        }
        let runtime = match &mut runtime {
            Some(runtime) => runtime,
            none => none.insert(begin(program, Engine::Interpreter)?),
        };
        all.extend(Table { program, runtime, number, test }.cases()?);
    }
    number(program, &mut all);
    Ok(all)
}

/// A case that binds nothing.
fn case(program: &Program, test: usize, tree: &Test, name: String) -> Case {
    let (module, at) = (tree.module.clone(), at(&program.module, tree.place));
    Case { test, name, module, at, bound: Vec::new(), broken: None }
}

/// Cases whose names say nothing of them, or that share a name with others of their module, get numbers from 1.
fn number(program: &Program, all: &mut [Case]) {
    let key = |case: &Case, name: String| (case.module.clone(), name);
    let mut taken: HashSet<(String, String)> = HashSet::new();
    let mut shared: HashSet<(String, String)> = HashSet::new();
    for case in &*all {
        let name = key(case, case.name.clone());
        if !taken.insert(name.clone()) {
            shared.insert(name);
        }
    }
    let mut last: Option<(usize, String, usize)> = None;
    for case in all.iter_mut().filter(|case| !case.bound.is_empty()) {
        let cases = program.module.tests.get(case.test).and_then(|test| test.cases.as_ref());
        let is_titled = cases.is_some_and(|cases| cases.title.is_some());
        if is_titled && !shared.contains(&key(case, case.name.clone())) {
            continue;
        }
        let mut number = match &last {
            Some((test, name, number)) if *test == case.test && *name == case.name => number + 1,
            _ => 1,
        };
        let numbered = |number: usize| format!("{} [{number}]", case.name);
        // Another test may be called so.
        while !taken.insert(key(case, numbered(number))) {
            number += 1;
        }
        last = Some((case.test, case.name.clone(), number));
        case.name = numbered(number);
    }
}

/// A test with cases.
struct Table<'a> {
    program: &'a Arc<Program>,
    runtime: &'a mut Runtime,
    number: usize,
    test: &'a Test,
}

/// The values of a case, in the order of the columns.
type Row = Vec<(TypeId, Value)>;

/// Why a test has no cases.
type Broken = (String, Option<Rejection>);

impl Table<'_> {
    /// Its cases; one that fails where they can't be computed, or there are none.
    fn cases(&mut self) -> Result<Vec<Case>, RuntimeError> {
        let rows = match self.rows()? {
            Ok(rows) => rows,
            Err(broken) => {
                return Ok(vec![
                    self.broken(case(self.program, self.number, self.test, self.test.name.clone()), broken),
                ]);
            }
        };
        rows.into_iter().map(|row| self.case(row)).collect()
    }

    /// A case by its values.
    fn case(&mut self, row: Row) -> Result<Case, RuntimeError> {
        let title = self.test.cases.as_ref().and_then(|cases| cases.title);
        let mut case = case(self.program, self.number, self.test, self.test.name.clone());
        let names: Vec<&Column> = self.test.cases.iter().flat_map(|cases| &cases.columns).collect();
        for (column, (ty, value)) in names.into_iter().zip(&row) {
            let shown = self.shown(*ty, value);
            case.bound.push(Bound { name: column.name.clone(), ty: *ty, value: value.clone(), shown });
        }
        let Some(title) = title else { return Ok(case) };
        let text = self.program.type_of(Type::Text);
        match self.running(row).value(title, Some(text))? {
            Ok(Value::Text(name)) => case.name = name.chars().take(LONGEST_NAME).collect(),
            Ok(_) => return Err(RuntimeError::World("the name of a case is no Text".into())),
            Err(rejection) => {
                let message = format!("the name can't be computed: {}", rejection.message);
                case = self.broken(case, (message, Some(rejection)));
            }
        }
        Ok(case)
    }

    /// The values of all cases, by case.
    fn rows(&mut self) -> Result<Result<Vec<Row>, Broken>, RuntimeError> {
        let mut rows: Vec<Row> = Vec::new();
        for (number, column) in self.test.cases.iter().flat_map(|cases| &cases.columns).enumerate() {
            let list = match self.elements(column)? {
                Ok(list) => list,
                Err(rejection) => {
                    let message = format!("the cases can't be computed: {}", rejection.message);
                    return Ok(Err((message, Some(rejection))));
                }
            };
            if list.len() > MAX_CASES {
                return Ok(Err((format!("there are {} cases, and at most {MAX_CASES} are run", list.len()), None)));
            }
            if number == 0 {
                rows = list.iter().map(|_| Vec::new()).collect();
            }
            let Some(Type::List(of)) = self.program.module.types.get(column.ty) else { continue };
            rows.iter_mut().zip(list.iter()).for_each(|(row, value)| row.push((*of, value.clone())));
        }
        Ok(if rows.is_empty() {
            Err(("there are no cases, so nothing would be tested".into(), None))
        } else {
            Ok(rows)
        })
    }

    /// The values of a column.
    fn elements(&mut self, column: &Column) -> Result<Result<Arc<[Value]>, Rejection>, RuntimeError> {
        match self.running(Vec::new()).value(column.list, Some(column.ty))? {
            Ok(Value::List(list)) => Ok(Ok(list)),
            Ok(_) => Err(RuntimeError::World("the cases of a test are no list".into())),
            Err(rejection) => Ok(Err(rejection)),
        }
    }

    /// The test before its first step.
    fn running(&mut self, lets: Row) -> Running<'_> {
        Running { program: self.program, runtime: self.runtime, lets, clock: START, counts: None }
    }

    /// A value as people read it, or its beginning.
    fn shown(&mut self, ty: TypeId, value: &Value) -> String {
        let module = &self.program.module;
        let (_, _, memory, _) = self.runtime.parts();
        memory.reset();
        let slot = memory.write_value(module, ty, value);
        let text = slot.and_then(|slot| host::words_of(module, memory, ty, slot)).unwrap_or_else(|_| "…".into());
        match text.char_indices().nth(LONGEST_VALUE) {
            Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
            None => text,
        }
    }

    /// A case that fails where its cases stand.
    fn broken(&self, case: Case, (message, rejection): Broken) -> Case {
        let place = self.test.cases.as_ref().map_or(self.test.place, |cases| cases.place);
        let at = at(&self.program.module, place);
        Case { broken: Some(TestFailure { at, message, rejection, traces: Vec::new() }), ..case }
    }
}
