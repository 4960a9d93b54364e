//! A test played for somebody who watches: its steps run as those of a test do, and of the last one is told what came of it. A
//! conversation with a program is such a test, one step longer each time.

use std::sync::Arc;

use lwas_ir::{Test, TestStep, TestStepKind, TypeId, Value};

use super::steps::Running;
use super::{START, TestFailure, begin};
use crate::engine::Engine;
use crate::error::RuntimeError;
use crate::judge::{Incoming, MOST_DUE};
use crate::program::Program;
use crate::why::{Story, foresee};

/// How a test that was played stands at its end.
#[derive(Clone, Debug)]
pub struct Played {
    /// The first step that failed, by its number from 0; no later one ran.
    pub failure: Option<(usize, TestFailure)>,
    /// What the last step's event led to, applied or rejected.
    pub story: Option<Story>,
    /// The value that the last step has bound.
    pub value: Option<(TypeId, Value)>,
    /// The number of the last entry.
    pub seq: u64,
    /// The time now, µs since 1970.
    pub now: i64,
}

/// Plays a test from an empty ledger in memory, by the interpreter.
///
/// # Errors
/// As [`super::run_tests`]; never a failing step.
pub fn play(program: &Arc<Program>, test: &Test) -> Result<Played, RuntimeError> {
    let mut runtime = begin(program, Engine::Interpreter)?;
    let mut running = Running { program, runtime: &mut runtime, lets: vec![], clock: START, counts: None };
    let (mut failure, mut story, mut value) = (None, None, None);
    for (number, step) in test.steps.iter().enumerate() {
        let is_last = number + 1 == test.steps.len();
        if is_last {
            story = event_of(&mut running, step)?;
        }
        if let Some(failed) = running.step(step)? {
            failure = Some((number, failed));
            break;
        }
        if is_last && matches!(step.kind, TestStepKind::Let { .. }) {
            value = running.lets.last().cloned();
        }
    }
    let now = running.now();
    let seq = runtime.next_seq().saturating_sub(1);
    runtime.abandon();
    Ok(Played { failure, story, value, seq, now })
}

/// What the event of a step will lead to; none where it has no event, or one that can't be computed.
fn event_of(running: &mut Running<'_>, step: &TestStep) -> Result<Option<Story>, RuntimeError> {
    let (TestStepKind::Apply { event, data, at } | TestStepKind::Reject { event, data, at, .. }) = &step.kind else {
        return Ok(None);
    };
    let ty = running.program.event(*event).data;
    let Ok(data) = running.value(*data, Some(ty))? else { return Ok(None) };
    let time = match at {
        Some(at) => match running.value(*at, None)? {
            Ok(Value::Int(time)) => time,
            _ => return Ok(None),
        },
        None => running.now(),
    };
    if time >= running.runtime.last_time() {
        // As the runtime itself does before the event.
        running.runtime.run_due(time, MOST_DUE)?;
    }
    foresee(running.runtime, &Incoming::bare(*event, data), time).map(Some)
}
