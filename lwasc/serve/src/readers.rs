//! Those that answer queries: a few readers of the ledger, each with a connection and machine code of its own, and the answers
//! that are still true.
//!
//! A query sees the ledger as it is after a whole batch. An answer depends on the query, its arguments and the state, and on the time
//! only where the query reads the clock; so without a clock it is kept, with the number of the entry that it saw, and given again until
//! there is a later entry. Memory for it is bounded: when there are too many answers, all go.

use axum::body::Bytes;
use lwas_ir::{Query, Row, Value};
use lwas_ledger::{Head, Ledger};
use lwas_runtime::attach::OpenArtifact;
use lwas_runtime::clock::now;
use lwas_runtime::data::{encode, json_text_within};
use lwas_runtime::query::RowsOf;
use lwas_runtime::{Engine, Program, Rejection, RuntimeError};
use rustc_hash::FxHashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use tokio::sync::{Semaphore, watch};

/// The most answers that are kept, and the longest.
const MOST_ANSWERS: usize = 4_096;
const LONGEST_ANSWER_BYTES: usize = 64 << 10;

/// A connection to the ledger with what executes queries over it.
pub struct Reader {
    /// Open for reading.
    pub ledger: Ledger,
    /// What executes.
    pub engine: Engine,
}

/// A query's answer as JSON text, or why there is none.
pub type Text = Result<Bytes, Box<Rejection>>;

/// How an artifact that the ledger holds is opened.
pub type Open = Arc<dyn Fn(lwas_seal::Hash, &[u8]) -> Result<lwas_runtime::attach::Opened, String> + Send + Sync>;

/// All readers.
pub struct Readers {
    program: Arc<Program>,
    open: Open,
    idle: Mutex<Vec<Reader>>,
    free: Semaphore,
    head: watch::Receiver<Head>,
    answers: RwLock<FxHashMap<Key, Kept>>,
    /// The most bytes of an answer.
    answer_bytes: usize,
    /// Of each query, whether what it says depends on more than its arguments and the state.
    depends_on_call: Vec<bool>,
}

/// A query's number and the canonical bytes of its arguments.
type Key = (usize, Vec<u8>);

struct Kept {
    seq: u64,
    text: Bytes,
}

impl Readers {
    /// Over these readers, of a ledger whose end is told by `head`, with answers of at most so many bytes.
    pub fn new(
        program: Arc<Program>,
        readers: Vec<Reader>,
        open: Open,
        head: watch::Receiver<Head>,
        answer_bytes: usize,
    ) -> Readers {
        let depends_on_call =
            program.module.queries.iter().map(|query| lwas_ir::depends_on_call(&program.module, query.func)).collect();
        let free = Semaphore::new(readers.len());
        let idle = Mutex::new(readers);
        Readers { program, open, idle, free, head, answers: RwLock::default(), answer_bytes, depends_on_call }
    }

    /// The program.
    pub fn program(&self) -> &Arc<Program> {
        &self.program
    }

    /// How an artifact that the ledger holds is opened.
    pub fn open(&self) -> OpenArtifact<'_> {
        &*self.open
    }

    /// Asks a query of the module by its number, at the moment of the call.
    ///
    /// # Errors
    /// What the ledger says.
    pub async fn ask(self: &Arc<Self>, number: usize, args: Vec<Value>) -> Result<Text, RuntimeError> {
        let program = Arc::clone(&self.program);
        let query =
            program.module.queries.get(number).ok_or_else(|| RuntimeError::World(format!("no query {number}")))?;
        if self.depends_on_call.get(number).copied().unwrap_or(true) {
            return self.answer(number, args).await.map(|(text, _)| text);
        }
        let key = (number, self.bytes(query, &args));
        if let Some(text) = self.kept(&key) {
            return Ok(Ok(text));
        }
        let (text, seq) = self.answer(number, args).await?;
        if let Ok(text) = &text {
            self.keep(key, seq, text);
        }
        Ok(text)
    }

    fn bytes(&self, query: &Query, args: &[Value]) -> Vec<u8> {
        let pairs = query.params.iter().zip(args);
        pairs.flat_map(|(param, value)| encode(&self.program.module, param.ty, value)).collect()
    }

    fn kept(&self, key: &Key) -> Option<Bytes> {
        let seq = self.head.borrow().seq;
        let answers = self.answers.read().unwrap_or_else(PoisonError::into_inner);
        answers.get(key).filter(|kept| kept.seq >= seq).map(|kept| kept.text.clone())
    }

    fn keep(&self, key: Key, seq: u64, text: &Bytes) {
        if text.len() > LONGEST_ANSWER_BYTES {
            return;
        }
        let mut answers = self.answers.write().unwrap_or_else(PoisonError::into_inner);
        if answers.len() >= MOST_ANSWERS && !answers.contains_key(&key) {
            answers.clear();
        }
        answers.insert(key, Kept { seq, text: text.clone() });
    }

    /// The answer, and the number of an entry that it surely saw.
    async fn answer(self: &Arc<Self>, number: usize, args: Vec<Value>) -> Result<(Text, u64), RuntimeError> {
        self.with_reader(move |readers, reader| {
            let seq = reader.ledger.head()?.seq;
            let program = &readers.program;
            let query = &program.module.queries[number];
            let open: OpenArtifact<'_> = &*readers.open;
            let Reader { ledger, engine } = reader;
            let answer = lwas_runtime::query::query(program, ledger, engine, query, &args, now(), open)?;
            let text = answer.map_err(Box::new).and_then(|value| {
                let text = json_text_within(&program.module, query.result, &value, readers.answer_bytes);
                text.map(Bytes::from).ok_or_else(|| Box::new(too_long(readers.answer_bytes)))
            });
            Ok((text, seq))
        })
        .await
    }

    /// The rows of a state with keys that begin with these values, as they are now.
    ///
    /// # Errors
    /// What the ledger says.
    pub async fn rows(self: &Arc<Self>, asked: RowsOf) -> Result<Vec<Row>, RuntimeError> {
        let work = move |readers: &Readers, reader: &mut Reader| {
            let open: OpenArtifact<'_> = &*readers.open;
            lwas_runtime::query::rows(&readers.program, &mut reader.ledger, open, &asked)
        };
        self.with_reader(work).await
    }

    /// Does something with a reader, on a thread where waiting for the disk holds nobody up.
    ///
    /// # Errors
    /// What `work` says; it did not come to its end.
    pub async fn with_reader<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Readers, &mut Reader) -> Result<T, RuntimeError> + Send + 'static,
    ) -> Result<T, RuntimeError> {
        let ended =
            |error: &dyn std::fmt::Display| RuntimeError::World(format!("a query did not come to its end: {error}"));
        let _permit = self.free.acquire().await.map_err(|error| ended(&error))?;
        let readers = Arc::clone(self);
        let done = tokio::task::spawn_blocking(move || {
            let reader = readers.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let mut reader = reader.ok_or_else(|| RuntimeError::World("no reader is free".into()))?;
            let done = work(&readers, &mut reader);
            readers.idle.lock().unwrap_or_else(PoisonError::into_inner).push(reader);
            done
        });
        done.await.map_err(|error| ended(&error))?
    }
}

/// An answer that nobody wants to hold in memory as often as it is asked for.
fn too_long(most: usize) -> Rejection {
    Rejection::plain("E0719", format!("the answer has more than {most} bytes; ask for less at a time"))
}
