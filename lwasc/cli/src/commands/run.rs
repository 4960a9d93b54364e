//! `lwasc run`: applies events to a ledger. Lines are read by a thread of their own; the batch grows while the ledger is
//! busy and is committed when it is full or nobody has sent more, and only then are its outcomes told.

mod lines;
mod stats;

use super::{program, rejection, settings};
use crate::args::Run;
use crate::exit::{self, Done, Stop};
use crate::output;
use lines::{Lines, Next};
use lwas_driver::render::visible;
use lwas_ir::Value;
use lwas_runtime::clock::now;
use lwas_runtime::data::{self, DecodeError, Decoder};
use lwas_runtime::decoding::decoder;
use lwas_runtime::{Incoming, Outcome, Rejection, Runtime, TRANSACTION, Ticked, Work};
use stats::Stats;
use std::io::Write;
use std::path::Path;
use std::time::Duration;

/// What became of the lines so far.
#[derive(Default)]
struct Counts {
    applied: u64,
    duplicates: u64,
    rejected: u64,
}

/// A judged line whose outcome nobody has been told.
struct Judged {
    line: u64,
    event: Option<String>,
    id: Option<String>,
    outcome: Outcome,
    /// What judging the whole line has cost, at the first of its outcomes.
    work: Option<Work>,
}

pub fn run(args: &Run) -> Done {
    super::packages::settle(&args.programs, args.locked)?;
    let loaded = program::load(&args.programs, args.key.as_deref(), args.interpret, args.no_cache)?;
    let ledger = program::ledger(args.ledger.as_deref(), &args.programs)?;
    let total = file_size(&args.events);
    // A file is read to its end at once; what it tells of the past is not overtaken by the clock.
    let tick = args.tick.0.filter(|_| !args.events.is_file());
    let lines = Lines::open(&args.events)?;
    let decoder = decoder(&loaded.program);
    let wanted = settings::read(&args.programs, args.settings.as_deref(), &loaded.program)?;
    let mut runtime = loaded.attach(&ledger)?;
    if let Some(wanted) = wanted {
        settings::apply(&mut runtime, &wanted)?;
    }
    let mut teller = Teller {
        json: args.json,
        stats: args.stats.then(Stats::default),
        counts: Counts::default(),
        out: std::io::stdout().lock(),
    };
    let mut bar = output::progress(total, "applying events");
    let judged = apply(&mut runtime, &decoder, lines, (args.batch as usize, tick), &mut teller, &mut bar);
    drop(bar);
    judged?;
    if !args.json {
        let (counts, head) = (&teller.counts, runtime.head());
        let summary = format!(
            "{} applied, {} duplicate, {} rejected; the log's head is {}:{} in {}",
            counts.applied,
            counts.duplicates,
            counts.rejected,
            head.seq,
            head.hash,
            ledger.display()
        );
        let stats = teller.stats.as_ref().map(|stats| format!("{stats}\n")).unwrap_or_default();
        teller.out.write_all(format!("{stats}{summary}\n").as_bytes()).map_err(|error| unwritten(&error))?;
    }
    if teller.counts.rejected > 0 { Err(Stop::told(exit::REFUSED)) } else { Ok(()) }
}

/// Judges all lines. On a failure what was judged before is committed and told first, if that is still possible.
fn apply(
    runtime: &mut Runtime,
    decoder: &Decoder,
    mut lines: Lines,
    (batch, tick): (usize, Option<Duration>),
    teller: &mut Teller,
    bar: &mut output::Progress,
) -> Done {
    let mut waiting: Vec<Judged> = vec![];
    loop {
        // Nobody waits for outcomes that could be told while no line is there to be judged.
        if !waiting.is_empty() && (waiting.len() >= batch || !lines.is_ready()) {
            runtime.commit()?;
            teller.tell(&mut waiting, bar)?;
        }
        let line = match lines.next(tick.filter(|_| runtime.wants_ticks())) {
            Ok(Next::Line(line)) => line,
            Ok(Next::End) => break,
            Ok(Next::Silence) => {
                self::tick(runtime, batch, bar)?;
                continue;
            }
            Err(stop) => {
                runtime.commit()?;
                teller.tell(&mut waiting, bar)?;
                return Err(stop);
            }
        };
        bar.set(lines.bytes());
        if line.text.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let before = runtime.work();
        match judge(runtime, decoder, batch, line.number, &line.text) {
            Ok(mut judged) => {
                if let Some(first) = judged.first_mut() {
                    first.work = Some(runtime.work() - before);
                }
                waiting.extend(judged);
            }
            Err(stop) => {
                runtime.commit()?;
                teller.tell(&mut waiting, bar)?;
                return Err(stop);
            }
        }
    }
    runtime.commit()?;
    teller.tell(&mut waiting, bar)
}

/// Lets time pass to the clock, while nobody sends anything.
fn tick(runtime: &mut Runtime, batch: usize, bar: &output::Progress) -> Done {
    while !runtime.catch_up_to(now(), batch as u64)? {
        runtime.commit()?;
    }
    let ticked = runtime.tick(now())?;
    runtime.commit()?;
    if let Ticked::Rejected(why) = ticked {
        let text = format!("rejected  tick: {} [{}]\n{}", why.message, why.code, rejection::place(&why));
        bar.beside(|| eprintln!("{}", visible(text.trim_end())));
    }
    Ok(())
}

/// Judges what a line holds: one event, or several in a transaction of their own.
fn judge(runtime: &mut Runtime, decoder: &Decoder, batch: usize, line: u64, text: &[u8]) -> Result<Vec<Judged>, Stop> {
    let judged = |read: &data::Incoming, outcome| {
        let event = &decoder.module().events[read.event];
        let id = read.id.as_deref().map(str::to_owned).or_else(|| key(&read.data, event.key));
        Judged { line, event: Some(event.name.clone()), id, outcome, work: None }
    };
    match decoder.decode(text) {
        Err(error) => Ok(vec![undecoded(line, &error)]),
        Ok(data::Line::Event(read)) => {
            let incoming = Incoming::from(read.clone());
            catch_up(runtime, &incoming, batch)?;
            let outcome = runtime.judge(&incoming, now())?;
            Ok(vec![judged(&read, outcome)])
        }
        Ok(data::Line::Transaction(read)) => {
            let events: Vec<Incoming> = read.iter().cloned().map(Incoming::from).collect();
            if let Some(first) = events.first() {
                catch_up(runtime, first, batch)?;
            }
            let outcomes = match runtime.apply_transaction(&events, now())? {
                Ok(outcomes) => outcomes,
                Err((place, rejection)) => (0..events.len()).map(|at| not_applied(at, place, &rejection)).collect(),
            };
            Ok(read.iter().zip(outcomes).map(|(read, outcome)| judged(read, outcome)).collect())
        }
    }
}

/// Runs what is due before an event, and commits in between, so that memory stays bounded however much it is.
fn catch_up(runtime: &mut Runtime, incoming: &Incoming, batch: usize) -> Done {
    while !runtime.catch_up(incoming, now(), batch as u64)? {
        runtime.commit()?;
    }
    Ok(())
}

/// The outcome of an event whose transaction has failed at one of its events.
fn not_applied(at: usize, rejected: usize, rejection: &Rejection) -> Outcome {
    Outcome::Rejected(if at == rejected {
        rejection.clone()
    } else {
        Rejection::plain(TRANSACTION, format!("event [{rejected}] of its transaction was rejected"))
    })
}

/// The key of an event as people read it, where it is a text or a number.
fn key(data: &Value, key: Option<u32>) -> Option<String> {
    let Value::Record(fields) = data else { return None };
    match fields.get(key? as usize)? {
        Value::Text(text) => Some(text.to_string()),
        Value::Int(number) => Some(number.to_string()),
        _ => None,
    }
}

fn undecoded(line: u64, error: &DecodeError) -> Judged {
    let rejection = Rejection::plain(error.code(), error.to_string());
    Judged {
        line,
        event: error.event_type.clone(),
        id: error.id.clone(),
        outcome: Outcome::Rejected(rejection),
        work: None,
    }
}

fn file_size(events: &Path) -> u64 {
    std::fs::metadata(events).ok().filter(std::fs::Metadata::is_file).map_or(0, |meta| meta.len())
}

/// Standard output can't be written. A reader that has left ends the command quietly: what was applied is in the ledger.
fn unwritten(error: &std::io::Error) -> Stop {
    match error.kind() {
        std::io::ErrorKind::BrokenPipe => Stop::told(0),
        _ => Stop::new(exit::IO, format!("can't write to standard output: {error}")),
    }
}

/// Tells outcomes on standard output: each as JSON, or those that were rejected in words.
struct Teller {
    json: bool,
    /// Where it is asked, what judging has cost.
    stats: Option<Stats>,
    counts: Counts,
    out: std::io::StdoutLock<'static>,
}

impl Teller {
    fn tell(&mut self, judged: &mut Vec<Judged>, bar: &output::Progress) -> Done {
        let mut text = String::new();
        for one in judged.drain(..) {
            match &one.outcome {
                Outcome::Applied { .. } => self.counts.applied += 1,
                Outcome::Duplicate { .. } => self.counts.duplicates += 1,
                Outcome::Rejected(_) => self.counts.rejected += 1,
            }
            if let (Some(stats), Some(work)) = (&mut self.stats, one.work) {
                stats.note(one.line, work);
            }
            if self.json {
                let work = one.work.filter(|_| self.stats.is_some());
                text.push_str(&one.outcome.to_json(Some(one.line), one.event.as_deref(), one.id.as_deref(), work));
                text.push('\n');
            } else if let Outcome::Rejected(rejection) = &one.outcome {
                text.push_str(&in_words(&one, rejection));
                text.push('\n');
            }
        }
        let out = &mut self.out;
        let written = bar.beside(|| out.write_all(text.as_bytes()).and_then(|()| out.flush()));
        written.map_err(|error| unwritten(&error))
    }
}

fn in_words(judged: &Judged, rejection: &Rejection) -> String {
    let event = judged.event.as_deref().unwrap_or("event");
    let id = judged.id.as_deref().map(|id| format!(" {id}")).unwrap_or_default();
    let head = format!("rejected  {event}{id} (line {}): {} [{}]", judged.line, rejection.message, rejection.code);
    let place = rejection::place(rejection);
    format!("{}\n{place}", visible(&head)).trim_end().to_owned()
}
