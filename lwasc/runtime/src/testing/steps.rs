//! The steps of one test on a ledger that has nothing of any other: events are judged by the runtime's engine, values are computed by
//! the interpreter. The first step that does not come out as it says ends the test.

use std::sync::Arc;

use lwas_ir::coverage::Counts;
use lwas_ir::{Env, EventId, FuncId, Module, Test, TestStep, TestStepKind, Type, TypeId, Value};

use super::TestFailure;
use crate::engine::Interpreted;
use crate::error::RuntimeError;
use crate::judge::{Incoming, Runtime, Ticked, at};
use crate::outcome::{Outcome, Rejection, Traced};
use crate::program::Program;
use crate::query::evaluate;

/// A test under way.
pub(super) struct Running<'a> {
    pub program: &'a Arc<Program>,
    pub runtime: &'a mut Runtime,
    /// The values of the test's case, then those of its `let` steps so far.
    pub lets: Vec<(TypeId, Value)>,
    /// What `advance` steps have moved, µs since 1970.
    pub clock: i64,
    /// Who counts what is reached, if anybody does.
    pub counts: Option<&'a Counts>,
}

/// What a value of a step turned out to be.
pub(super) type Evaluated = Result<Value, Rejection>;

impl Running<'_> {
    /// The first step that fails.
    pub fn test(&mut self, test: &Test) -> Result<Option<TestFailure>, RuntimeError> {
        for step in &test.steps {
            if let Some(failure) = self.step(step)? {
                return Ok(Some(failure));
            }
        }
        Ok(None)
    }

    /// Runs a step: why it failed, if it did.
    pub fn step(&mut self, step: &TestStep) -> Result<Option<TestFailure>, RuntimeError> {
        let failure = match &step.kind {
            TestStepKind::Apply { event, data, at } => self.apply(*event, *data, *at)?,
            TestStepKind::Reject { event, data, at, with, by } => {
                let outcome = self.outcome(*event, *data, *at)?;
                self.rejected(outcome, *with, *by)?
            }
            TestStepKind::RejectValue { value, with } => match self.value(*value, None)? {
                Ok(_) => Some(Why::words("expected a rejection, but there is a value".into())),
                Err(rejection) => self.contains(rejection, *with)?,
            },
            TestStepKind::Expect { condition } => match self.value(*condition, None)? {
                Ok(Value::Int(0)) => Some(Why::words("expected this to be true, but it is false".into())),
                Ok(_) => None,
                Err(rejection) if is_false(&rejection, step, &self.program.module) => {
                    let message = "expected this to be true, but it is false".into();
                    Some(Why { message, rejection: None, traces: rejection.traces })
                }
                Err(rejection) => Some(Why::rejected("expected this to be true, but it can't be computed", rejection)),
            },
            TestStepKind::Advance { by } => self.advance(*by)?,
            TestStepKind::Let { name, value, ty } => match self.value(*value, Some(*ty))? {
                Ok(value) => {
                    self.lets.push((*ty, value));
                    None
                }
                Err(rejection) => Some(Why::rejected(&format!("`{name}` can't be computed"), rejection)),
            },
        };
        let at = at(&self.program.module, step.place);
        Ok(failure.map(|Why { message, rejection, traces }| TestFailure { at, message, rejection, traces }))
    }

    fn apply(&mut self, event: EventId, data: FuncId, at: Option<FuncId>) -> Result<Option<Why>, RuntimeError> {
        Ok(match self.outcome(event, data, at)? {
            Ok(Outcome::Applied { .. } | Outcome::Duplicate { .. }) => None,
            Ok(Outcome::Rejected(rejection)) => {
                Some(Why::rejected("expected this to be applied, but it is rejected", rejection))
            }
            Err(rejection) => Some(Why::rejected("the event can't be computed", rejection)),
        })
    }

    /// The test's time: that of the last entry, or where it was moved to.
    pub fn now(&self) -> i64 {
        self.clock.max(self.runtime.last_time())
    }

    /// Lets time pass, as a tick does.
    fn advance(&mut self, by: FuncId) -> Result<Option<Why>, RuntimeError> {
        let by = match self.value(by, None)? {
            Ok(Value::Int(by)) => by,
            Ok(_) => return Err(RuntimeError::World("a step's duration is no Duration".into())),
            Err(rejection) => return Ok(Some(Why::rejected("the duration can't be computed", rejection))),
        };
        let to = self.now().checked_add(by).filter(|to| by >= 0 && *to <= lwas_exact::calendar::MAX_TIME);
        let Some(to) = to else {
            let by = lwas_exact::calendar::format_duration(by);
            return Ok(Some(Why::words(format!("time can't be moved by {by}: it goes on, within the calendar"))));
        };
        self.clock = to;
        Ok(match self.runtime.tick(to)? {
            Ticked::Rejected(rejection) => Some(Why::rejected("time passes, but a rule on it is rejected", rejection)),
            Ticked::Logged | Ticked::Nothing => None,
        })
    }

    /// Judges an event; the inner error is one of computing its data or time.
    fn outcome(
        &mut self,
        event: EventId,
        data: FuncId,
        at: Option<FuncId>,
    ) -> Result<Result<Outcome, Rejection>, RuntimeError> {
        let data = match self.value(data, Some(self.program.event(event).data))? {
            Ok(data) => data,
            Err(rejection) => return Ok(Err(rejection)),
        };
        let time = match at {
            None => None,
            Some(func) => match self.value(func, None)? {
                Ok(Value::Int(time)) => Some(time),
                Ok(_) => return Err(RuntimeError::World("a step's time is no Time".into())),
                Err(rejection) => return Ok(Err(rejection)),
            },
        };
        let clock = self.now();
        Ok(Ok(self.runtime.judge(&Incoming { time, ..Incoming::bare(event, data) }, clock)?))
    }

    fn rejected(
        &mut self,
        outcome: Result<Outcome, Rejection>,
        with: Option<FuncId>,
        by: Option<u32>,
    ) -> Result<Option<Why>, RuntimeError> {
        let rejection = match outcome {
            Ok(Outcome::Rejected(rejection)) | Err(rejection) => rejection,
            Ok(_) => return Ok(Some(Why::words("expected a rejection, but it is applied".into()))),
        };
        let axiom = by.and_then(|by| self.program.module.axioms.get(by as usize));
        if let Some(axiom) = axiom
            && rejection.axiom.as_ref() != Some(&axiom.name)
        {
            let message =
                format!("expected a rejection by axiom `{}`, but it is rejected for another reason", axiom.name);
            return Ok(Some(Why::rejected(&message, rejection)));
        }
        self.contains(rejection, with)
    }

    fn contains(&mut self, rejection: Rejection, with: Option<FuncId>) -> Result<Option<Why>, RuntimeError> {
        let Some(with) = with else { return Ok(None) };
        match self.value(with, Some(self.text_type()))? {
            Ok(Value::Text(text)) if rejection.message.contains(text.as_ref()) => Ok(None),
            Ok(Value::Text(text)) => Ok(Some(Why::rejected(
                &format!("expected a rejection with \"{text}\", but it says otherwise"),
                rejection,
            ))),
            Ok(_) => Err(RuntimeError::World("the text of a step is no Text".into())),
            Err(rejection) => Ok(Some(Why::rejected("the text that is expected can't be computed", rejection))),
        }
    }

    fn text_type(&self) -> TypeId {
        self.program.type_of(Type::Text)
    }

    /// Computes a value of a step from the `let`s before it, by the interpreter, with full budgets. Without a type it is one
    /// that lies in 64 bits, or none that anybody looks at.
    pub fn value(&mut self, func: FuncId, ty: Option<TypeId>) -> Result<Evaluated, RuntimeError> {
        let now = self.now();
        let event_seq = i64::try_from(self.runtime.next_seq()).unwrap_or(i64::MAX);
        let counts = self.counts;
        let (program, store, memory, _) = self.runtime.parts();
        store.begin_event(Env { now, event_seq, caller: Arc::from("") });
        memory.reset();
        let (params, args): (Vec<TypeId>, Vec<Value>) = self.lets.iter().cloned().unzip();
        let mut caller = Interpreted { module: program.explained(), explain: true, counts };
        let result = ty.unwrap_or_else(|| program.type_of(Type::Int));
        let value = evaluate(program, store, memory, &mut caller, func, (&params, result), &args);
        store.undo_event();
        Ok(value?.map_err(|rejection| {
            rejection.unwrap_or_else(|| Rejection::plain("E0600", "the interpreter gives no reason"))
        }))
    }
}

/// Why a step failed.
struct Why {
    message: String,
    rejection: Option<Rejection>,
    traces: Vec<Traced>,
}

impl Why {
    fn words(message: String) -> Why {
        Why { message, rejection: None, traces: Vec::new() }
    }

    fn rejected(message: &str, rejection: Rejection) -> Why {
        let message = format!("{message}: {}", rejection.message);
        Why { message, traces: Vec::new(), rejection: Some(rejection) }
    }
}

/// Whether an expectation failed as conditions do that are false.
fn is_false(rejection: &Rejection, step: &TestStep, module: &Module) -> bool {
    rejection.code == lwas_ir::FailReason::Axiom.code() && rejection.at == Some(at(module, step.place))
}
