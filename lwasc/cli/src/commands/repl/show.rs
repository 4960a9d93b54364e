//! Answers in words: values, what an event changed, what is wrong.

use super::session::{Answer, Run, Session};
use super::typed::{Kind, Typed};
use crate::commands::rejection;
use crate::exit::{Done, Stop};
use crate::output;
use lwas_driver::Compiled;
use lwas_driver::render::{self, visible};
use lwas_exact::calendar::format_time;
use lwas_ir::{TestStepKind, Type, Value};
use lwas_runtime::data::literal;
use lwas_runtime::why::{FieldChange, How, Step, Story};
use lwas_runtime::{At, Traced};
use std::path::Path;

/// The most bytes of a value that are shown.
const MOST_BYTES: usize = 10_000;
/// The most rows of a list, and changes of an event, that are shown.
const MOST_LINES: usize = 100;

/// Shows an answer; whether the input was right.
pub fn answer(session: &Session, answer: &Answer) -> Result<bool, Stop> {
    match answer {
        Answer::Wrong(compiled, typed) => {
            wrong(session, compiled, typed);
            Ok(false)
        }
        Answer::Failed(run) => {
            output::say_all(&failure(session, run));
            Ok(false)
        }
        Answer::Done(run) => {
            let text = done(run);
            if !text.is_empty() {
                output::answer(text.trim_end())?;
            }
            Ok(true)
        }
    }
}

/// What is wrong with the program.
fn wrong(session: &Session, compiled: &Compiled, typed: &Typed) {
    let (errors, sources) = typed.errors(&compiled.diagnostics, &compiled.sources, session.base());
    let format = render::Format::Human { color: output::color() };
    output::say_all(&render::render(&errors, &sources, Path::new(""), format));
    if let Some(first) = errors.sorted().first() {
        output::say(&format!("`:explain {}` tells more", first.code));
    }
}

/// How many rows each state and journal has that the program can name.
pub fn states(session: &Session) -> Done {
    let mut lines = vec![];
    for name in super::complete::states(session)? {
        let count = format!("count(row in {name})");
        let shown = match session.ask((Kind::Value, &count))? {
            Answer::Done(run) => {
                value(&run).map(|number| if number == "1" { "1 row".to_owned() } else { format!("{number} rows") })
            }
            // It has one row, without a key.
            _ => Some("one row".to_owned()),
        };
        lines.push(format!("{name}  {}", shown.unwrap_or_default()));
    }
    output::answer(&if lines.is_empty() { "the program has no states".to_owned() } else { lines.join("\n") })
}

fn done(run: &Run) -> String {
    if let Some(story) = &run.played.story {
        return applied(run, story);
    }
    match run.last_step() {
        Some(TestStepKind::Let { .. }) if run.kind != Kind::Items => {
            rows(run).or_else(|| value(run)).unwrap_or_default()
        }
        Some(TestStepKind::Advance { .. }) if run.kind == Kind::Steps => {
            format!("it is {}", format_time(run.played.now).unwrap_or_default())
        }
        _ => String::new(),
    }
}

/// What an event has changed.
fn applied(run: &Run, story: &Story) -> String {
    if let Some(rejection) = &story.rejection {
        return format!("rejected, as expected: {} [{}]", visible(&rejection.message), rejection.code);
    }
    let mut lines: Vec<String> = story.steps.iter().flat_map(change).collect();
    if lines.len() > MOST_LINES {
        let more = lines.len() - MOST_LINES;
        lines.truncate(MOST_LINES);
        lines.push(format!("  … and {more} more"));
    }
    lines.insert(0, format!("applied as entry {}", run.played.seq));
    lines.join("\n")
}

/// A change of a row, a line for each field where it was there before.
fn change(step: &Step) -> Vec<String> {
    let Step::Changed { row, fields, how, .. } = step else { return vec![] };
    let row = visible(row);
    let text = |value: &Option<String>| visible(value.as_deref().unwrap_or("none"));
    match how {
        How::Created => {
            let fields: Vec<String> =
                fields.iter().map(|field| format!("{} {}", field.name, text(&field.after))).collect();
            vec![format!("  {row} is new: {}", fields.join(", ")).trim_end_matches([':', ' ']).to_owned()]
        }
        How::Changed => {
            let one = |field: &FieldChange| {
                format!("  {row}.{}: {} → {}", field.name, text(&field.before), text(&field.after))
            };
            fields.iter().map(one).collect()
        }
        How::Deleted => vec![format!("  {row} is gone")],
    }
}

/// A value on one line.
fn value(run: &Run) -> Option<String> {
    let (ty, value) = run.played.value.as_ref()?;
    Some(visible(&literal(&run.program.module, *ty, value, MOST_BYTES)))
}

/// A list of rows or records, each on a line of its own.
fn rows(run: &Run) -> Option<String> {
    let module = &run.program.module;
    let (Type::List(of), Value::List(values)) =
        (module.types.get(run.played.value.as_ref()?.0)?, &run.played.value.as_ref()?.1)
    else {
        return None;
    };
    if !matches!(module.types.get(*of), Some(Type::Row(_) | Type::Record(_))) {
        return None;
    }
    if values.is_empty() {
        return Some("no rows".to_owned());
    }
    let shown = values.iter().take(MOST_LINES).map(|value| visible(&literal(module, *of, value, MOST_BYTES)));
    let mut text = shown.collect::<Vec<_>>().join("\n");
    if values.len() > MOST_LINES {
        text.push_str(&format!("\n… and {} more", values.len() - MOST_LINES));
    }
    Some(text)
}

/// What happened with an event, with its places in what was typed.
pub fn placed(session: &Session, run: &Run, mut story: Story) -> Story {
    let moved = |at: &mut At| *at = session.place(run, at);
    let move_all = |values: &mut Vec<Traced>| values.iter_mut().for_each(|value| moved(&mut value.at));
    for step in &mut story.steps {
        match step {
            Step::Began { at, .. } => at.iter_mut().for_each(moved),
            Step::Rounded { at, values, .. } | Step::Changed { at, values, .. } | Step::Law { at, values, .. } => {
                moved(at);
                move_all(values);
            }
        }
    }
    if let Some(rejection) = &mut story.rejection {
        rejection.at.iter_mut().for_each(moved);
        move_all(&mut rejection.traces);
    }
    story
}

/// Why a step failed.
fn failure(session: &Session, run: &Run) -> String {
    let Some((number, failure)) = &run.played.failure else { return String::new() };
    let moved = |at: &At| session.place(run, at);
    let excerpt = |at: &At, traces: &[Traced]| {
        let traces: Vec<Traced> =
            traces.iter().map(|trace| Traced { at: moved(&trace.at), value: trace.value.clone() }).collect();
        rejection::excerpt(&moved(at), &traces)
    };
    if let Some(why) = run.rejection() {
        let place = why.at.as_ref().map(|at| excerpt(at, &why.traces)).unwrap_or_default();
        return format!("rejected: {} [{}]\n{place}", visible(&why.message), why.code);
    }
    if let (Kind::Value, Some(why)) =
        (run.kind, failure.rejection.as_ref().filter(|_| number + 1 == run.test.steps.len()))
    {
        let place = why.at.as_ref().unwrap_or(&failure.at);
        return format!("no value: {} [{}]\n{}", visible(&why.message), why.code, excerpt(place, &why.traces));
    }
    let mut text = String::new();
    if number + 1 != run.test.steps.len() {
        text.push_str("with this, what was typed before fails:\n");
    }
    text.push_str(&format!("{}\n", visible(&failure.message)));
    match failure.rejection.as_ref().and_then(|why| Some((why.at.as_ref()?, &why.traces))) {
        Some((at, traces)) => text.push_str(&excerpt(at, traces)),
        None => text.push_str(&excerpt(&failure.at, &failure.traces)),
    }
    text
}
