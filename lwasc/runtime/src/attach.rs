//! A program and a ledger, put together.
//!
//! A new ledger gets its genesis and a `program` entry, in whose transaction the artifact is stored, the tables are made and
//! the rows of states without key begin. On an old one the program goes on where its artifact is the last that worked
//! there; another artifact of the same program with the same schemas gets a `program` entry, in whose transaction the aggregates
//! of the old one go, those of the new one are made from the rows, and its laws are asked of all of them; all else is refused, with
//! the difference. A `program` entry takes no time of its own: it has that of the entry before it.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use lwas_exact::calendar::MIN_TIME;
use lwas_ir::{Env, Failure, MapWorld, Memory, Module, StateKind};
use lwas_ledger::{Batch, Genesis, Head, Kind, Ledger, LedgerId, Mode, NewEntry, TableId};
use lwas_seal::{Hash, PublicKey};

use crate::engine::Engine;
use crate::error::RuntimeError;
use crate::judge::Runtime;
use crate::program::Program;
use crate::rebuild::Rebuild;
use crate::schema::{Layout, currency_rows, describe, differences};
use crate::store::{Bounds, Store};

/// What an artifact turned out to be.
#[derive(Clone, Debug)]
pub struct Opened {
    /// Its module, verified.
    pub module: Module,
    /// Who signed it, with a signature that was found good; none where nobody did.
    pub signer: Option<PublicKey>,
}

/// Opens an artifact: checks that the bytes belong to the hash, the signature and the ir. `Err` says in words what is
/// wrong.
pub type OpenArtifact<'a> = &'a dyn Fn(Hash, &[u8]) -> Result<Opened, String>;

/// How a ledger is attached.
#[derive(Clone, Copy)]
pub struct Attach<'a> {
    /// Who signed the program's artifact; none where nobody did, which only ledgers in memory take.
    pub signer: Option<PublicKey>,
    /// The keys that a new ledger will allow; without any, a file takes no program at all.
    pub allowed: &'a [PublicKey],
    /// The time of a new ledger's first entries, µs since 1970: no event may be earlier. None for the calendar's first
    /// moment, so that events of the past can come.
    pub start: Option<i64>,
    /// How an older artifact in the ledger is opened.
    pub open: OpenArtifact<'a>,
    /// What may be kept in memory.
    pub bounds: Bounds,
}

/// Opens the ledger at `path`, or makes it, and attaches the program.
///
/// # Errors
/// What the ledger says; [`RuntimeError::OtherProgram`], [`RuntimeError::SchemaChanged`],
/// [`RuntimeError::SignerNotAllowed`], [`RuntimeError::Artifact`], [`RuntimeError::Initial`], [`RuntimeError::Aggregate`],
/// [`RuntimeError::Law`]. Nothing was written then, but perhaps the first entry of a new ledger.
pub fn attach(path: &Path, program: Arc<Program>, engine: Engine, how: &Attach<'_>) -> Result<Runtime, RuntimeError> {
    let ledger = match Ledger::open(path, Mode::ReadWrite) {
        Err(lwas_ledger::LedgerError::NotFound { .. }) => Ledger::create(path, &genesis(how)?)?,
        opened => opened?,
    };
    attach_ledger(ledger, program, engine, how)
}

/// A ledger in memory with the program attached. Whether the laws hold on it is not asked: it is for those who ask it themselves.
///
/// # Errors
/// As [`attach`].
pub fn attach_memory(program: Arc<Program>, engine: Engine, how: &Attach<'_>) -> Result<Runtime, RuntimeError> {
    let mut ledger = Ledger::in_memory(&genesis(how)?)?;
    check_signer(&ledger, how.signer)?;
    begin(&mut ledger, &program, &Begin { asks_laws: false, ..Begin::new_ledger(how.bounds) })?;
    start(ledger, program, engine, how)
}

/// The first entry of a new ledger.
fn genesis(how: &Attach<'_>) -> Result<Genesis, RuntimeError> {
    let id = LedgerId::random().map_err(|error| RuntimeError::World(error.to_string()))?;
    Ok(Genesis { id, signers: how.allowed.to_vec(), time: how.start.unwrap_or(MIN_TIME) })
}

/// Attaches the program to a ledger that is open for writing.
///
/// # Errors
/// As [`attach`].
pub fn attach_ledger(
    mut ledger: Ledger,
    program: Arc<Program>,
    engine: Engine,
    how: &Attach<'_>,
) -> Result<Runtime, RuntimeError> {
    check_signer(&ledger, how.signer)?;
    let head = ledger.head()?;
    match last_artifact(&ledger, head)? {
        None => begin(&mut ledger, &program, &Begin::new_ledger(how.bounds))?,
        Some(hash) if hash == program.hash => {
            ledger.expect_schema(&program.layout.specs())?;
        }
        Some(hash) => {
            let old = open_stored(&ledger, hash, how.open)?;
            check_same(&old.module, &program.module)?;
            let layout = Layout::new(&old.module).map_err(|what| RuntimeError::Unsupported(what.0))?;
            let kept = program.layout.kept_agendas(&program.module, &layout, &old.module);
            ledger.expect_schema(&layout.specs_keeping(&kept))?;
            begin(&mut ledger, &program, &Begin { is_new: false, asks_laws: true, kept, bounds: how.bounds })?;
        }
    }
    start(ledger, program, engine, how)
}

/// The runtime over a ledger whose last artifact is the program's.
fn start(ledger: Ledger, program: Arc<Program>, engine: Engine, how: &Attach<'_>) -> Result<Runtime, RuntimeError> {
    let head = ledger.head()?;
    let store = Store::new(Arc::clone(&program.module), ledger, program.layout.clone(), how.bounds);
    let anew = is_anew(store.ledger(), &program, head)?;
    Ok(Runtime::new(program, engine, store, head, anew))
}

/// Whether no event was applied since the program began on the ledger; it is only asked where there are alerts.
fn is_anew(ledger: &Ledger, program: &Program, head: Head) -> Result<bool, RuntimeError> {
    let mut seq = head.seq;
    while program.module.watch.is_some()
        && let Some(entry) = ledger.entry(seq)?
    {
        match entry.kind {
            Kind::Rejected => seq = seq.saturating_sub(1),
            kind => return Ok(kind != Kind::Applied),
        }
    }
    Ok(false)
}

/// The artifact that worked on the ledger last; none when none did.
pub fn last_artifact(ledger: &Ledger, head: Head) -> Result<Option<Hash>, RuntimeError> {
    if head.seq == 0 {
        return Ok(None);
    }
    let entry = ledger.entry(head.seq)?;
    let missing = || RuntimeError::Entry { seq: head.seq, what: "it is the last one, and it is not there".into() };
    Ok(Some(entry.ok_or_else(missing)?.artifact))
}

/// Opens an artifact that the ledger holds.
pub fn open_stored(ledger: &Ledger, hash: Hash, open: OpenArtifact<'_>) -> Result<Opened, RuntimeError> {
    let refuse = |reason: String| RuntimeError::Artifact { hash: hash.to_string(), reason };
    let bytes = ledger.artifact(hash)?.ok_or_else(|| refuse("it is not stored there".into()))?;
    open(hash, &bytes).map_err(refuse)
}

/// Whether the ledger allows artifacts of this signer. One in memory without signers allows anybody; a file without them
/// allows nobody.
///
/// # Errors
/// [`RuntimeError::SignerNotAllowed`].
pub fn check_signer(ledger: &Ledger, signer: Option<PublicKey>) -> Result<(), RuntimeError> {
    let allowed = ledger.signers();
    let is_memory = ledger.path() == Path::new(":memory:");
    if (allowed.is_empty() && is_memory) || signer.is_some_and(|signer| allowed.contains(&signer)) {
        return Ok(());
    }
    let signer = signer.map_or_else(|| "nobody".to_owned(), |signer| signer.to_string());
    Err(RuntimeError::SignerNotAllowed { signer })
}

/// Whether a ledger of the old module can go on with the new one.
pub fn check_same(old: &Module, new: &Module) -> Result<(), RuntimeError> {
    if old.name != new.name {
        return Err(RuntimeError::OtherProgram { expected: new.name.clone(), found: old.name.clone() });
    }
    let differences = differences(&describe(old), &describe(new));
    if differences.is_empty() { Ok(()) } else { Err(RuntimeError::SchemaChanged { differences }) }
}

/// How a program begins on a ledger.
#[derive(Clone)]
pub struct Begin {
    /// Whether nothing has worked there yet: then states without key get their first rows. Else the tables of the program that worked
    /// there last are attached.
    pub is_new: bool,
    /// Whether the laws must hold on the rows that are there.
    pub asks_laws: bool,
    /// The tables of agendas that go on as they are; all others are made from the rows.
    pub kept: BTreeSet<String>,
    /// What may be kept in memory.
    pub bounds: Bounds,
}

impl Begin {
    /// On a ledger where nothing has worked yet.
    pub fn new_ledger(bounds: Bounds) -> Begin {
        Begin { is_new: true, asks_laws: true, kept: BTreeSet::new(), bounds }
    }
}

/// Writes the `program` entry with all that belongs to it, in one transaction.
///
/// # Errors
/// As [`attach`]; nothing was changed then.
pub fn begin(ledger: &mut Ledger, program: &Program, how: &Begin) -> Result<(), RuntimeError> {
    let initial = if how.is_new { initial_rows(program)? } else { Vec::new() };
    let mut batch = ledger.begin()?;
    batch.store_artifact(program.hash, &program.artifact)?;
    let specs = program.layout.specs_keeping(&how.kept);
    if how.is_new {
        batch.ensure_tables(&specs)?
    } else {
        batch.replace_tables(&specs)?
    };
    for row in currency_rows(&program.module) {
        batch.put_row(program.layout.currencies_id(), &row)?;
    }
    for (table, cells) in initial {
        batch.put_row(table, &cells)?;
    }
    let mut rebuild = Rebuild::new(&mut batch, program, how.bounds);
    rebuild.aggregates()?;
    rebuild.agendas(&how.kept)?;
    if how.asks_laws {
        rebuild.laws()?;
    }
    rebuild.beliefs()?;
    append_program(&mut batch, program)?;
    batch.commit()?;
    Ok(())
}

fn append_program(batch: &mut Batch<'_>, program: &Program) -> Result<(), RuntimeError> {
    let time = batch.head().time;
    let body = program.module.name.as_bytes();
    batch.append(NewEntry { kind: Kind::Program, time, event_type: "", artifact: program.hash, body })?;
    Ok(())
}

/// The first rows of states without key, as cells.
fn initial_rows(program: &Program) -> Result<Vec<(TableId, Vec<lwas_ledger::Cell>)>, RuntimeError> {
    let module = &program.module;
    let mut memory = Memory::new(module);
    let world = MapWorld::initial(module, Env::nobody(), &mut memory).map_err(|failure| {
        let (state, reason) = match failure {
            Failure::Rejected(rejection) => {
                let name = module.functions.get(rejection.func).map_or("?", |function| function.name.as_str());
                (name.to_owned(), rejection.message)
            }
            Failure::World(error) => (module.name.clone(), error.0),
        };
        RuntimeError::Initial { state, reason }
    })?;
    let mut rows = Vec::new();
    for (id, state) in module.states.iter().filter(|(_, state)| state.kind == StateKind::Single) {
        for (_, row) in world.rows(id) {
            let mut cells = Vec::new();
            let written = program.layout.state(id).write(module, row, &mut cells);
            written.map_err(|what| RuntimeError::Initial { state: state.name.clone(), reason: what.0 })?;
            rows.push((program.layout.state_id(id), cells));
        }
    }
    Ok(rows)
}
