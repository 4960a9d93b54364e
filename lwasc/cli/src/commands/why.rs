//! `lwasc why`: tells why an entry of a ledger's log is what it is: what came in, which rules ran, what they rounded and changed,
//! which laws were asked, and what became of it. The log is replayed up to the entry; nothing of the ledger is changed.

mod json;

use super::program::open_stored;
use super::rejection;
use crate::args;
use crate::exit::Done;
use crate::output;
use lwas_driver::render::visible;
use lwas_exact::calendar::format_time;
use lwas_ledger::{Kind, Ledger, Mode};
use lwas_runtime::why::{self, FieldChange, How, Step, Story, Why};
use lwas_runtime::{At, Traced};

pub fn run(args: &args::Why) -> Done {
    let mut ledger = Ledger::open(&args.ledger, Mode::ReadOnly)?;
    let mut bar = output::progress(args.seq, "replaying entries");
    let why = why::why(&mut ledger, &open_stored, args.seq, |done| bar.set(done));
    drop(bar);
    let why = why?;
    output::answer(if args.json { json::text(&why) } else { human(&why) }.trim_end())
}

fn human(why: &Why) -> String {
    let entry = &why.entry;
    let mut text = format!("entry {}: {}\n", entry.seq, headline(why));
    let mut fact = |name: &str, value: &str| text.push_str(&format!("  {name:<9} {}\n", visible(value)));
    fact("time", &time(entry.time));
    fact("hash", &entry.hash.to_string());
    if entry.kind != Kind::Genesis {
        fact("artifact", &entry.artifact.to_string());
    }
    if let Some(story) = &why.story {
        if let Some(id) = &story.id {
            fact("id", id);
        }
        if !story.caller.is_empty() {
            fact("caller", &story.caller);
        }
        fact("data", &story.data);
        push_story(&mut text, story);
    }
    text
}

/// What an entry is, in one line.
fn headline(why: &Why) -> String {
    let name = visible(&why.entry.event_type).to_string();
    match (why.entry.kind, &why.program) {
        (Kind::Genesis, _) => "the genesis, with which the ledger begins".to_owned(),
        (Kind::Program, Some(program)) => {
            format!("from here on, program `{}` judges by this artifact", visible(program))
        }
        (Kind::Applied, _) => format!("`{name}` was applied"),
        (Kind::Rejected, _) => format!("`{name}` was rejected, and nothing has changed"),
        (kind, _) => kind.to_string(),
    }
}

/// A time as people read it.
fn time(micros: i64) -> String {
    format_time(micros).unwrap_or_else(|_| format!("{micros} µs since 1970"))
}

/// What happened with an event, step by step.
pub(super) fn push_story(text: &mut String, story: &Story) {
    let mut in_laws = false;
    for step in &story.steps {
        if matches!(step, Step::Law { .. }) && !in_laws {
            in_laws = true;
            text.push_str("\nlaws that what changed may have broken\n");
        }
        push_step(text, step);
    }
    if story.left_out > 0 {
        text.push_str(&format!("\n… and {} more steps, which are not shown\n", story.left_out));
    }
    if let Some(why) = &story.rejection {
        text.push_str(&format!("\nrejected: {} [{}]\n", visible(&why.message), why.code));
        text.push_str(&rejection::place(why));
    }
}

fn push_step(text: &mut String, step: &Step) {
    match step {
        Step::Began { what, name, at } => {
            let place = at.as_ref().map_or_else(String::new, |at| format!("   {at}"));
            text.push_str(&format!("\n{} `{}`{}\n", visible(what), visible(name), visible(&place)));
        }
        Step::Rounded { at, exact, result, values } => {
            let source = at.text();
            text.push_str(&format!(
                "  {result} = {}   exactly {exact}   {}\n",
                visible(&source),
                visible(&at.to_string())
            ));
            push_values(text, values);
        }
        Step::Changed { at, within, row, how, fields, values } => {
            push_change(text, (at, within), row, *how, (fields, values));
        }
        Step::Law { name, row, at, holds, values } => push_law(text, (name, row.as_deref(), at), *holds, values),
    }
}

fn push_change(
    text: &mut String,
    (at, within): (&At, &[String]),
    row: &str,
    how: How,
    (fields, values): (&[FieldChange], &[Traced]),
) {
    let done = match how {
        How::Created => "is new",
        How::Changed if fields.is_empty() => "is written and stays as it is",
        How::Changed => "is changed",
        How::Deleted => "is deleted",
    };
    text.push_str(&format!("  {} {done}\n", visible(row)));
    text.push_str(&format!("    by `{}`   {}\n", visible(&statement(at)), visible(&at.to_string())));
    // The rule itself stands above.
    if let [callees @ .., _] = within
        && !callees.is_empty()
    {
        let names: Vec<String> = callees.iter().map(|name| format!("`{}`", visible(name))).collect();
        text.push_str(&format!("    in {}\n", names.join(", called by ")));
    }
    push_values(text, values);
    let widest = fields.iter().map(|field| field.name.chars().count()).max().unwrap_or(0);
    for FieldChange { name, before, after } in fields {
        let values: Vec<&str> = [before, after].into_iter().flatten().map(String::as_str).collect();
        text.push_str(&format!("    {name:<widest$}  {}\n", visible(&values.join(" → "))));
    }
}

fn push_law(text: &mut String, (name, row, at): (&str, Option<&str>, &At), holds: bool, values: &[Traced]) {
    let whom = row.map_or_else(String::new, |row| format!(" for {}", visible(row)));
    let verdict = if holds { "holds" } else { "does not hold" };
    text.push_str(&format!("  `{}` {verdict}{whom}   {}\n", visible(name), visible(&at.to_string())));
    push_values(text, values);
}

/// The values of sub-expressions, each once.
fn push_values(text: &mut String, values: &[Traced]) {
    let mut told = Vec::new();
    for value in values.iter().filter_map(Traced::in_words) {
        if !told.contains(&value) {
            text.push_str(&format!("    {}\n", visible(&value).replace('\n', " ")));
            told.push(value);
        }
    }
}

/// The text of a statement; of one that goes on behind its line, the beginning.
fn statement(at: &At) -> String {
    let text = at.text();
    if text.ends_with(['{', '(', '[', ',']) { format!("{text} …") } else { text }
}
