//! Queries: a question to the ledger at one moment. Nothing is written.

use std::ops::ControlFlow;
use std::sync::Arc;

use lwas_ir::{Env, Fault, KeyPart, Memory, Query, Row, Slot, StateId, Value};
use lwas_ledger::{Ledger, Scan};

use crate::attach::{OpenArtifact, check_same, last_artifact, open_stored};
use crate::engine::{Caller, Engine, Failed, Interpreted, Native};
use crate::error::RuntimeError;
use crate::judge::explain_failure;
use crate::outcome::Rejection;
use crate::program::Program;
use crate::schema::{Misfit, other_aggregates};
use crate::store::{Store, StoreError};

/// What a query answers, or why it has no answer.
pub type Answer = Result<Value, Rejection>;

/// Asks a query, with arguments of its parameters' types, at the moment of the call. `now` is the caller's time.
///
/// # Errors
/// [`RuntimeError::OtherProgram`], [`RuntimeError::SchemaChanged`] when the ledger's last artifact is of another program or
/// keeps other tables, [`RuntimeError::OtherAggregates`]; what the ledger says. `open` opens that artifact when it is not the program's own.
pub fn query(
    program: &Arc<Program>,
    ledger: &mut Ledger,
    engine: &mut Engine,
    query: &Query,
    args: &[Value],
    now: i64,
    open: OpenArtifact<'_>,
) -> Result<Answer, RuntimeError> {
    let (mut store, event_seq) = reading(program, ledger, open)?;
    let mut memory = Memory::new(&program.module);
    let env = Env { now, event_seq, caller: Arc::from("") };
    ask(program, &mut store, &mut memory, engine, query, args, env)
}

/// State as it is now, for whoever only reads, and the number of the last entry. What it holds does not change while it is read.
///
/// # Errors
/// As [`query`].
pub fn reading<'l>(
    program: &Arc<Program>,
    ledger: &'l mut Ledger,
    open: OpenArtifact<'_>,
) -> Result<(Store<'l>, i64), RuntimeError> {
    let head = ledger.head()?;
    match last_artifact(ledger, head)? {
        Some(hash) if hash == program.hash => {}
        // Another version of the program may ask, as long as it means the same by the same tables.
        Some(hash) => {
            let last = open_stored(ledger, hash, open)?.module;
            check_same(&last, &program.module)?;
            let names = other_aggregates(&last, &program.module);
            if !names.is_empty() {
                return Err(RuntimeError::OtherAggregates { names });
            }
        }
        None => {
            return Err(RuntimeError::Entry { seq: head.seq, what: "no program has worked on this ledger yet".into() });
        }
    }
    ledger.expect_schema(&program.layout.specs())?;
    let snapshot = ledger.snapshot()?;
    let store = Store::at_moment(Arc::clone(&program.module), snapshot, program.layout.clone());
    Ok((store, i64::try_from(head.seq).unwrap_or(i64::MAX)))
}

/// Which rows of a state are wanted.
#[derive(Clone, Debug)]
pub struct RowsOf {
    /// The state.
    pub state: StateId,
    /// What their keys begin with.
    pub key: Vec<KeyPart>,
    /// Whether the last come first.
    pub reverse: bool,
    /// The most that come.
    pub most: u64,
}

/// Rows of a state as they are now, in order of key, without what is computed from them.
///
/// # Errors
/// As [`query`].
pub fn rows(
    program: &Arc<Program>,
    ledger: &mut Ledger,
    open: OpenArtifact<'_>,
    asked: &RowsOf,
) -> Result<Vec<Row>, RuntimeError> {
    drop(reading(program, ledger, open)?);
    let (module, table) = (&program.module, program.layout.state(asked.state));
    let damaged = |what: Misfit| StoreError::Damaged { table: table.spec.name.clone(), what: what.0 };
    let mut equal = Vec::new();
    table.write_key(module, &asked.key, &mut equal).map_err(damaged)?;
    let scan = Scan { equal: &equal, reverse: asked.reverse, limit: Some(asked.most), ..Scan::default() };
    let mut rows = Vec::new();
    ledger.scan(program.layout.state_id(asked.state), &scan, |cells| {
        rows.push(table.read(module, &cells));
        ControlFlow::Continue(())
    })?;
    Ok(rows.into_iter().collect::<Result<_, _>>().map_err(damaged)?)
}

/// Asks a query over a store, such as that of a runtime with its open batch.
///
/// # Errors
/// What the ledger says; a disagreement of native code and interpreter.
pub fn ask(
    program: &Program,
    store: &mut Store<'_>,
    memory: &mut Memory,
    engine: &mut Engine,
    query: &Query,
    args: &[Value],
    env: Env,
) -> Result<Answer, RuntimeError> {
    if args.len() != query.params.len() {
        return Err(RuntimeError::World(format!("query `{}` takes {} arguments", query.name, query.params.len())));
    }
    let module = &program.module;
    if let Engine::Native(code) = engine {
        let mut caller = Native { module, code: code.as_mut() };
        if let Ok(value) = once(program, store, memory, &mut caller, query, args, env.clone())? {
            return Ok(Ok(value));
        }
    }
    let mut caller = Interpreted { module, explain: true, counts: None };
    match (once(program, store, memory, &mut caller, query, args, env)?, engine) {
        (Err(Some(rejection)), _) => Ok(Err(rejection)),
        (Ok(value), Engine::Interpreter) => Ok(Ok(value)),
        (Ok(_), Engine::Native(_)) => Err(RuntimeError::Disagreement {
            event: query.name.clone(),
            native: "fails".into(),
            interpreted: "answers it".into(),
        }),
        (Err(None), _) => Err(RuntimeError::World("the interpreter gives no reason".into())),
    }
}

/// Calls the query's function once, with full budgets. Whatever it writes is undone.
fn once(
    program: &Program,
    store: &mut Store<'_>,
    memory: &mut Memory,
    caller: &mut dyn Caller,
    query: &Query,
    args: &[Value],
    env: Env,
) -> Result<Result<Value, Option<Rejection>>, RuntimeError> {
    store.begin_event(env);
    memory.reset();
    let params: Vec<_> = query.params.iter().map(|param| param.ty).collect();
    let types = (params.as_slice(), query.result);
    let result = evaluate(program, store, memory, caller, query.func, types, args);
    store.undo_event();
    result
}

/// Calls a function with values and reads its result. The outer error is the world's, the inner one the program's: with
/// its explanation where the interpreter gave one.
pub(crate) fn evaluate(
    program: &Program,
    store: &mut Store<'_>,
    memory: &mut Memory,
    caller: &mut dyn Caller,
    func: lwas_ir::FuncId,
    (params, result): (&[lwas_ir::TypeId], lwas_ir::TypeId),
    args: &[Value],
) -> Result<Result<Value, Option<Rejection>>, RuntimeError> {
    let module = &program.module;
    let mut slots: Vec<Slot> = Vec::with_capacity(args.len());
    for (ty, value) in params.iter().zip(args) {
        match memory.write_value(module, *ty, value) {
            Ok(slot) => slots.push(slot),
            Err(fault) => return of_fault(fault),
        }
    }
    match caller.call(func, &slots, memory, store) {
        Ok(slot) => match memory.read_value(module, result, slot.unwrap_or_default()) {
            Ok(value) => Ok(Ok(value)),
            Err(fault) => of_fault(fault),
        },
        Err(Failed::Explained(failure)) => Ok(Err(Some(explain_failure(program.explained(), &failure)))),
        Err(Failed::Native { .. }) => Ok(Err(None)),
        Err(Failed::World(error)) => Err(match store.take_failure() {
            Some(failure) => failure.into(),
            None => RuntimeError::World(error.0),
        }),
    }
}

fn of_fault<T>(fault: Fault) -> Result<Result<T, Option<Rejection>>, RuntimeError> {
    match fault {
        Fault::Failed { reason, detail } => Ok(Err(Some(Rejection::plain(reason.code(), detail)))),
        Fault::World(error) => Err(RuntimeError::World(error.0)),
    }
}
