//! What alerts went through, for whoever tells others: rows of the journal `std.alert.Alert` with what belongs to them.

use std::ops::{Bound, ControlFlow};
use std::sync::Arc;

use lwas_ir::{Module, Row, State, StateId, Value};
use lwas_ledger::{By, Cell, Ledger, Scan};

use crate::attach::OpenArtifact;
use crate::error::RuntimeError;
use crate::program::Program;
use crate::query::reading;
use crate::store::StoreError;

/// What has become of an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Its condition is true, but not for long enough.
    Pending,
    /// It fires.
    Firing,
    /// It fired, and does no more: since this time it had fired.
    Resolved(i64),
    /// It was pending, and is no more.
    Gone,
}

/// One row of the journal. Times are microseconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transition {
    /// Its number.
    pub row: i64,
    /// When it happened.
    pub time: i64,
    /// The alert's name.
    pub alert: Arc<str>,
    /// The row that it is about, as people name it; empty for the whole.
    pub subject: Arc<str>,
    /// How much it matters, from 0.
    pub severity: usize,
    /// What has become of it.
    pub stage: Stage,
    /// What it says.
    pub message: Arc<str>,
}

/// The severities by their numbers, as labels have them.
pub const SEVERITIES: [&str; 3] = ["info", "warning", "critical"];

/// The journal of a program that has alerts.
#[must_use]
pub fn journal(module: &Module) -> Option<StateId> {
    let is_it = |state: &State| state.module == "std.alert" && state.name == "Alert";
    module.states.iter().find(|(_, state)| is_it(state)).map(|(id, _)| id)
}

/// The number of the journal's last row; 0 where there is none.
///
/// # Errors
/// What the ledger says.
pub fn last(program: &Arc<Program>, ledger: &mut Ledger, open: OpenArtifact<'_>) -> Result<i64, RuntimeError> {
    let Some(journal) = journal(&program.module) else { return Ok(0) };
    drop(reading(program, ledger, open)?);
    let scan = Scan { reverse: true, limit: Some(1), ..Scan::default() };
    let mut last = 0;
    ledger.scan(program.layout.state_id(journal), &scan, |cells| {
        last = number(&cells);
        ControlFlow::Break(())
    })?;
    Ok(last)
}

/// The rows behind this one, the oldest first, at most so many.
///
/// # Errors
/// What the ledger says.
pub fn after(
    program: &Arc<Program>,
    ledger: &mut Ledger,
    open: OpenArtifact<'_>,
    (row, most): (i64, u64),
) -> Result<Vec<Transition>, RuntimeError> {
    let Some(journal) = journal(&program.module) else { return Ok(vec![]) };
    drop(reading(program, ledger, open)?);
    let from = Cell::Int(row);
    let scan = Scan { from: Bound::Excluded(&from), limit: Some(most), ..Scan::default() };
    let mut rows = Vec::new();
    ledger.scan(program.layout.state_id(journal), &scan, |cells| {
        rows.push(cells);
        ControlFlow::Continue(())
    })?;
    let reading = Reading { program, ledger, journal };
    rows.iter().map(|cells| reading.transition(cells)).collect()
}

fn number(cells: &[Cell]) -> i64 {
    if let Some(Cell::Int(number)) = cells.first() { *number } else { 0 }
}

struct Reading<'a> {
    program: &'a Program,
    ledger: &'a Ledger,
    journal: StateId,
}

/// The fields of a row that are told.
struct Fields {
    row: i64,
    time: i64,
    alert: Arc<str>,
    subject: Arc<str>,
    severity: i64,
    status: i64,
    message: Arc<str>,
}

impl Reading<'_> {
    fn damaged(&self, what: String) -> RuntimeError {
        let table = self.program.layout.state(self.journal).spec.name.clone();
        StoreError::Damaged { table, what }.into()
    }

    fn fields(&self, cells: &[Cell]) -> Result<Fields, RuntimeError> {
        let (module, table) = (&self.program.module, self.program.layout.state(self.journal));
        let row: Row = table.read(module, cells).map_err(|what| self.damaged(what.0))?;
        let fields = &module.states[self.journal].fields;
        let value = |name: &str| {
            let at = fields.iter().position(|field| field.name == name);
            at.and_then(|at| row.get(at)).ok_or_else(|| self.damaged(format!("no field `{name}`")))
        };
        let whole = |name: &str| match value(name)? {
            Value::Int(number) => Ok(*number),
            _ => Err(self.damaged(format!("`{name}` is no whole number"))),
        };
        let text = |name: &str| match value(name)? {
            Value::Text(text) => Ok(Arc::clone(text)),
            _ => Err(self.damaged(format!("`{name}` is no text"))),
        };
        Ok(Fields {
            row: whole("seq")?,
            time: whole("time")?,
            alert: text("alert")?,
            subject: text("subject")?,
            severity: whole("severity")?,
            status: whole("status")?,
            message: text("message")?,
        })
    }

    fn transition(&self, cells: &[Cell]) -> Result<Transition, RuntimeError> {
        let Fields { row, time, alert, subject, severity, status, message } = self.fields(cells)?;
        let stage = match status {
            0 => Stage::Pending,
            1 => Stage::Firing,
            _ => match self.before(row, &alert, &subject)? {
                Some(before) if before.status == 1 => Stage::Resolved(before.time),
                _ => Stage::Gone,
            },
        };
        let severity = usize::try_from(severity).unwrap_or_default().min(SEVERITIES.len() - 1);
        Ok(Transition { row, time, alert, subject, severity, stage, message })
    }

    /// The row of the same alert before this one.
    fn before(&self, row: i64, alert: &str, subject: &str) -> Result<Option<Fields>, RuntimeError> {
        let (module, layout) = (&self.program.module, &self.program.layout);
        let state = &module.states[self.journal];
        let fields: Vec<u32> = ["alert", "subject"]
            .iter()
            .filter_map(|name| state.fields.iter().position(|field| field.name == *name))
            .filter_map(|at| u32::try_from(at).ok())
            .collect();
        let index = state.indexes.iter().position(|index| *index == fields);
        let index = index.and_then(|index| layout.state(self.journal).table_index(u32::try_from(index).ok()?));
        let index = index.ok_or_else(|| self.damaged("no index by alert and subject".into()))?;
        let equal = [Cell::Text(alert.to_owned()), Cell::Text(subject.to_owned())];
        let scan = Scan { by: By::Index(index), equal: &equal, reverse: true, ..Scan::default() };
        let mut found = None;
        self.ledger.scan(layout.state_id(self.journal), &scan, |cells| {
            if number(&cells) >= row {
                return ControlFlow::Continue(());
            }
            found = Some(cells);
            ControlFlow::Break(())
        })?;
        found.map(|cells| self.fields(&cells)).transpose()
    }
}
