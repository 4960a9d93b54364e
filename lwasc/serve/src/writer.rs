//! The one that writes: a thread with the runtime, and a bounded queue in front of it.
//!
//! Events come in from any number of requests and wait in the queue; when it is full, the next is turned away at once. The thread
//! takes whatever waits, judges it one after the other in one batch, makes the batch durable with one flush, and only then tells
//! everybody. So a request alone pays one flush, and many share one. Where several came with the last batches, it goes on taking what comes
//! for as long as a flush takes: many are worth more than it costs to wait for them, and nobody waits for more than the batch that was under
//! way when it came, that time, and its own flush. When no event comes, time passes by ticks, where the program wants them.
//!
//! When the ledger can't be written, all who wait are told so, nothing of the batch counts, and the ledger is opened again before
//! the next batch. It must be the one that was served: another file at its path is refused.

use lwas_ir::{Env, Value};
use lwas_ledger::{Delivered, Head};
use lwas_runtime::clock::now;
use lwas_runtime::query::Answer;
use lwas_runtime::{Incoming, Outcome, Rejection, Runtime, RuntimeError, Ticked};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tokio::sync::{oneshot, watch};

/// The most events of one batch. It bounds what one failed flush takes with it and the memory of the open batch.
const MOST_IN_BATCH: usize = 1_000;

/// The longest that a batch waits for more events, however slow the disk.
const LONGEST_WAIT: Duration = Duration::from_millis(2);

/// How long the writer waits for an event before it looks whether it is to end, where no ticks are wanted.
const IDLE: Duration = Duration::from_secs(1);

/// Opens the ledger again with the same program.
pub type Attach = Box<dyn FnMut() -> Result<Runtime, RuntimeError> + Send>;

/// What a request asks of the writer.
enum Ask {
    /// One event, and the query that is asked after it was applied.
    One(Incoming, Option<Question>),
    /// Several of which all are applied or none is.
    All(Vec<Incoming>),
    /// What a webhook, by its name, has acknowledged.
    Delivered(String, Delivered),
}

/// A query's number in the module, and its arguments.
pub type Question = (usize, Vec<Value>);

/// The outcomes of a transaction, or the place and rejection of the event because of which nothing of it was applied.
pub type Transaction = Result<Vec<Outcome>, (usize, Rejection)>;

/// What became of it. All of it is durable.
enum Told {
    One(Outcome, Option<Answer>),
    All(Transaction),
    Noted,
}

/// Why nothing was judged, or nobody can say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unavailable {
    /// More events wait than may.
    #[error("too many events wait to be judged; try again in a moment")]
    Full,
    /// The ledger can't be written, or the server is about to end. The event may be sent again: with a key, it is judged once.
    #[error("the ledger can't be written just now; nothing of this event was kept")]
    Ledger,
    /// An audit has found that the ledger does not agree with itself, so nothing may follow from it.
    #[error(
        "an audit has found that the ledger does not agree with itself, so nothing is judged until somebody has looked at it"
    )]
    Audit,
}

struct Task {
    ask: Ask,
    reply: oneshot::Sender<Result<Told, Unavailable>>,
}

/// The way to the writer.
#[derive(Clone)]
pub struct Writer {
    queue: SyncSender<Task>,
    waiting: Arc<AtomicUsize>,
    /// Whether nothing may be written, as an audit has found something: set by the audits.
    pub refusing: Arc<AtomicBool>,
    /// The end of the log, as it is durable.
    pub head: watch::Receiver<Head>,
}

impl Writer {
    /// Starts the thread. `waiting` events may wait; without events a tick comes every so often, where the program wants it.
    ///
    /// # Errors
    /// The ledger can't be attached; the system gives no thread.
    pub fn start(
        mut attach: Attach,
        waiting: usize,
        tick: Option<Duration>,
    ) -> Result<(Writer, JoinHandle<()>), RuntimeError> {
        let (queue, tasks) = sync_channel(waiting);
        let counter = Arc::<AtomicUsize>::default();
        let waiting = Arc::clone(&counter);
        let refusing = Arc::<AtomicBool>::default();
        let refuses = Arc::clone(&refusing);
        let (begun, begins) = sync_channel(1);
        // A runtime stays on the thread that made it.
        let work = move || {
            let runtime = match attach() {
                Ok(runtime) => runtime,
                Err(error) => return drop(begun.send(Err(error))),
            };
            let (head, told) = watch::channel(runtime.head());
            if begun.send(Ok(told)).is_ok() {
                let pace = Pace::default();
                Work { runtime: Some(runtime), attach, tasks, waiting, refuses, head, tick, pace }.run();
            }
        };
        let no_thread =
            |error: &dyn std::fmt::Display| RuntimeError::World(format!("no thread for the writer: {error}"));
        let thread = std::thread::Builder::new().name("writer".to_owned()).stack_size(crate::STACK_BYTES).spawn(work);
        let thread = thread.map_err(|error| no_thread(&error))?;
        let head = begins.recv().map_err(|error| no_thread(&error))??;
        Ok((Writer { queue, waiting: counter, refusing, head }, thread))
    }

    /// Has an event judged, and a query asked after it was applied; returns when what became of it is durable.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn judge(
        &self,
        event: Incoming,
        then: Option<Question>,
    ) -> Result<(Outcome, Option<Answer>), Unavailable> {
        match self.ask(Ask::One(event, then)).await? {
            Told::One(outcome, answer) => Ok((outcome, answer)),
            _ => unreachable!("one event was asked for"),
        }
    }

    /// Has several events judged, of which all are applied or none is.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn judge_all(&self, events: Vec<Incoming>) -> Result<Transaction, Unavailable> {
        match self.ask(Ask::All(events)).await? {
            Told::All(told) => Ok(told),
            _ => unreachable!("a transaction was asked for"),
        }
    }

    /// Notes what a webhook has acknowledged; returns when that is durable.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn note_delivered(&self, webhook: &str, delivered: Delivered) -> Result<(), Unavailable> {
        self.ask(Ask::Delivered(webhook.to_owned(), delivered)).await.map(drop)
    }

    async fn ask(&self, ask: Ask) -> Result<Told, Unavailable> {
        if self.refuses() {
            return Err(Unavailable::Audit);
        }
        let (reply, told) = oneshot::channel();
        // Counted before it is sent, so that the writer never takes away what was not yet added.
        self.waiting.fetch_add(1, Ordering::Relaxed);
        self.queue.try_send(Task { ask, reply }).map_err(|error| {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            match error {
                TrySendError::Full(_) => Unavailable::Full,
                TrySendError::Disconnected(_) => Unavailable::Ledger,
            }
        })?;
        told.await.unwrap_or(Err(Unavailable::Ledger))
    }

    /// Whether nothing will ever be judged again.
    pub fn has_ended(&self) -> bool {
        self.head.has_changed().is_err()
    }

    /// Whether nothing is judged, because of what an audit has found.
    pub fn refuses(&self) -> bool {
        self.refusing.load(Ordering::Relaxed)
    }

    /// How many requests wait to be judged.
    pub fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }
}

/// The thread's own.
struct Work {
    /// None after the ledger could not be written.
    runtime: Option<Runtime>,
    attach: Attach,
    tasks: Receiver<Task>,
    waiting: Arc<AtomicUsize>,
    refuses: Arc<AtomicBool>,
    head: watch::Sender<Head>,
    tick: Option<Duration>,
    pace: Pace,
}

/// What the last batches were like.
#[derive(Default)]
struct Pace {
    /// How many requests they had, of larger ones fewer with each batch: so many may be expected.
    crowd: usize,
    /// How long the last flush took.
    flush: Duration,
}

impl Pace {
    fn note(&mut self, requests: usize, flush: Duration) {
        self.crowd = requests.max(self.crowd - self.crowd.div_ceil(8));
        self.flush = flush.min(LONGEST_WAIT);
    }
}

impl Work {
    /// Works until nobody can ask any more, and all that was asked is answered.
    fn run(mut self) {
        let mut next_tick = Instant::now();
        loop {
            let wait = if self.wants_ticks() { next_tick.saturating_duration_since(Instant::now()) } else { IDLE };
            match self.tasks.recv_timeout(wait) {
                Ok(first) => self.batch(first),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            if self.wants_ticks() && next_tick <= Instant::now() {
                self.tick();
                next_tick = Instant::now() + self.tick.unwrap_or(IDLE);
            }
        }
    }

    fn wants_ticks(&self) -> bool {
        self.tick.is_some()
            && !self.refuses.load(Ordering::Relaxed)
            && self.runtime.as_ref().is_some_and(Runtime::wants_ticks)
    }

    /// Judges what waits, makes it durable, and tells.
    fn batch(&mut self, first: Task) {
        let begun = Instant::now();
        // Whoever waits already is in this batch.
        let waiting = self.waiting.load(Ordering::Relaxed);
        let Some(mut runtime) = self.attached() else {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            first.tell(Err(Unavailable::Ledger));
            return self.refuse(waiting);
        };
        let mut judged = Vec::with_capacity(waiting.clamp(1, MOST_IN_BATCH));
        let (mut next, mut failed) = (Some(first), None);
        while let Some(task) = next {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            match judge(&mut runtime, &task.ask) {
                Ok(told) => judged.push((task, told)),
                Err(error) => {
                    failed = Some(error);
                    task.tell(Err(Unavailable::Ledger));
                    break;
                }
            }
            next = self.next(judged.len(), waiting, begun);
        }
        let ends = Instant::now();
        let committed = runtime.commit();
        self.pace.note(judged.len(), ends.elapsed());
        match committed {
            Ok(head) => {
                self.head.send_replace(head);
                for (task, mut told) in judged {
                    answer(&mut runtime, &task.ask, &mut told);
                    task.tell(Ok(told));
                }
                // Those who were just told have not waited for it, as they would within a commit.
                if let Err(error) = runtime.store().fold_back() {
                    tracing::warn!(%error, "the write-ahead log could not be folded back");
                }
            }
            Err(error) => {
                judged.into_iter().for_each(|(task, _)| task.tell(Err(Unavailable::Ledger)));
                failed = failed.or(Some(error));
            }
        }
        if failed.is_some() {
            self.refuse(waiting);
        }
        self.keep(runtime, failed);
    }

    /// What is judged next in a batch that has so many requests and began with so many waiting: one that waits, or where more may be
    /// expected, one that comes within the time that a flush takes.
    fn next(&self, judged: usize, waiting: usize, begun: Instant) -> Option<Task> {
        if judged >= MOST_IN_BATCH {
            return None;
        }
        let left = self.pace.flush.saturating_sub(begun.elapsed());
        if judged < waiting || !left.is_zero() {
            let waits = self.tasks.try_recv().ok();
            let may_come = judged < self.pace.crowd && !left.is_zero();
            return waits.or_else(|| may_come.then(|| self.tasks.recv_timeout(left).ok()).flatten());
        }
        None
    }

    /// Tells those who wait, as many as did when the batch began, that the ledger can't be written.
    fn refuse(&self, waiting: usize) {
        for task in self.tasks.try_iter().take(waiting.min(MOST_IN_BATCH)) {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            task.tell(Err(Unavailable::Ledger));
        }
    }

    /// Takes the runtime, attached again where it was lost.
    fn attached(&mut self) -> Option<Runtime> {
        let known = self.runtime.take();
        known.or_else(|| {
            let runtime = (self.attach)().and_then(|runtime| self.goes_on(runtime));
            let runtime = runtime.inspect_err(|error| tracing::error!(%error, "the ledger can't be opened")).ok()?;
            self.head.send_replace(runtime.head());
            Some(runtime)
        })
    }

    /// Whether the log of a ledger that was opened again has all that clients were told of.
    fn goes_on(&self, mut runtime: Runtime) -> Result<Runtime, RuntimeError> {
        let known = *self.head.borrow();
        let (_, store, ..) = runtime.parts();
        let ledger = store.ledger();
        match ledger.entry(known.seq)? {
            Some(entry) if entry.hash == known.hash => Ok(runtime),
            _ => Err(RuntimeError::World(format!(
                "`{}` is another ledger, or an older copy: entry {} is not the one that was served; put the file back",
                ledger.path().display(),
                known.seq
            ))),
        }
    }

    /// Puts it back, unless it has failed.
    fn keep(&mut self, runtime: Runtime, failed: Option<RuntimeError>) {
        match failed {
            None => self.runtime = Some(runtime),
            Some(error) => tracing::error!(%error, "the ledger could not be written; it is opened again"),
        }
    }

    /// Lets time pass to the clock.
    fn tick(&mut self) {
        let Some(mut runtime) = self.attached() else { return };
        let mut pass = || {
            while !runtime.catch_up_to(now(), MOST_IN_BATCH as u64)? {
                runtime.commit()?;
            }
            let ticked = runtime.tick(now())?;
            Ok((ticked, runtime.commit()?))
        };
        let passed: Result<_, RuntimeError> = pass();
        let failed = match passed {
            Ok((ticked, head)) => {
                if let Ticked::Rejected(why) = ticked {
                    tracing::warn!(code = why.code, message = why.in_words(), "a tick was rejected");
                }
                self.head.send_if_modified(|known| std::mem::replace(known, head).seq != head.seq);
                None
            }
            Err(error) => Some(error),
        };
        self.keep(runtime, failed);
    }
}

impl Task {
    /// Whoever asked may have left; what became of the event is in the ledger all the same.
    fn tell(self, told: Result<Told, Unavailable>) {
        let _ = self.reply.send(told);
    }
}

fn judge(runtime: &mut Runtime, ask: &Ask) -> Result<Told, RuntimeError> {
    let first = match ask {
        Ask::One(event, _) => Some(event),
        Ask::All(events) => events.first(),
        Ask::Delivered(..) => None,
    };
    if let Some(first) = first {
        while !runtime.catch_up(first, now(), MOST_IN_BATCH as u64)? {
            runtime.commit()?;
        }
    }
    Ok(match ask {
        Ask::One(event, _) => Told::One(runtime.judge(event, now())?, None),
        Ask::All(events) => Told::All(runtime.apply_transaction(events, now())?),
        Ask::Delivered(webhook, delivered) => {
            runtime.note_delivered(webhook, delivered)?;
            Told::Noted
        }
    })
}

/// Asks the query that goes with an event that was applied. That it has no answer changes nothing of what was applied.
fn answer(runtime: &mut Runtime, ask: &Ask, told: &mut Told) {
    let (Ask::One(event, Some((query, args))), Told::One(outcome, answer)) = (ask, told) else { return };
    if !outcome.is_applied() {
        return;
    }
    let env = Env {
        now: now().max(runtime.last_time()),
        event_seq: i64::try_from(runtime.head().seq).unwrap_or(i64::MAX),
        caller: Arc::clone(&event.caller),
    };
    let (program, store, memory, engine) = runtime.parts();
    let Some(query) = program.module.queries.get(*query) else { return };
    match lwas_runtime::query::ask(program, store, memory, engine, query, args, env) {
        Ok(given) => *answer = Some(given),
        Err(error) => tracing::error!(%error, query = query.name, "a query could not be asked"),
    }
}
