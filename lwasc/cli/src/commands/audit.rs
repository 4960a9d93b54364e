//! `lwasc audit`: walks the chain, replays the log from scratch by the interpreter, and compares every row.

use super::program::open_stored;
use crate::args::Audit;
use crate::exit::{self, Done, Stop};
use crate::output;
use lwas_driver::render::visible;
use lwas_ledger::{Ledger, Mode};
use lwas_runtime::audit::{self, Report};
use lwas_seal::Hash;
use serde::Serialize;

#[derive(Serialize)]
struct Found {
    ledger: String,
    status: &'static str,
    seq: u64,
    hash: String,
    entries: u64,
    rows: u64,
    differences: Vec<String>,
}

pub fn run(args: &Audit) -> Done {
    let expect = args.expect.as_deref().map(head).transpose()?;
    let mut ledger = Ledger::open(&args.ledger, Mode::ReadOnly)?;
    let total = ledger.head()?.seq;
    let mut bar = output::progress(total, "replaying entries");
    let how = audit::Audit { open: &open_stored, expect };
    let report = audit::audit(&mut ledger, &how, |done, _| bar.set(done));
    drop(bar);
    let report = report?;
    if args.json {
        json(args, &report)?
    } else {
        human(&report)?
    }
    if report.differences.is_empty() { Ok(()) } else { Err(Stop::told(exit::LEDGER)) }
}

/// `SEQ:HASH`.
fn head(text: &str) -> Result<(u64, Hash), Stop> {
    let parsed = text.split_once(':').and_then(|(seq, hash)| Some((seq.parse().ok()?, hash.parse().ok()?)));
    parsed.ok_or_else(|| {
        let message = format!("--expect wants SEQ:HASH, such as 7: and 64 hexadecimal digits, not `{text}`");
        Stop::new(exit::USAGE, message)
    })
}

fn json(args: &Audit, report: &Report) -> Done {
    let found = Found {
        ledger: args.ledger.display().to_string(),
        status: if report.differences.is_empty() { "clean" } else { "different" },
        seq: report.head.seq,
        hash: report.head.hash.to_string(),
        entries: report.entries,
        rows: report.rows,
        differences: report.differences.iter().map(ToString::to_string).collect(),
    };
    output::answer(&serde_json::to_string(&found).expect("texts and numbers always have a JSON form"))
}

fn human(report: &Report) -> Done {
    for difference in &report.differences {
        output::error(&visible(&difference.to_string()));
    }
    let verdict = match report.differences.len() {
        0 => "clean".to_owned(),
        1 => "1 difference".to_owned(),
        n => format!("{n} differences"),
    };
    output::answer(&format!("{verdict}: {} entries replayed, {} rows compared", report.entries, report.rows))?;
    output::answer(&format!("head  {}:{}", report.head.seq, report.head.hash))
}
