//! Rules written for other programs become programs of LwaS: rule files of Prometheus, and the unit tests that `promtool test
//! rules` runs. In come texts of files; out go the text of a program, a report, and diagnostics about all that can't be said with
//! the same meaning, which is refused and never approximated.
//!
//! `yaml` reads the files, `promql` the expressions, `template` labels and annotations, `series` samples; `translate` makes
//! conditions of expressions, `needs` collects what the program must keep for them, `rules` and `tests` go through the files,
//! `write` writes the program.

#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

mod code;
mod errors;
mod names;
mod needs;
mod promql;
mod regex;
mod report;
mod rules;
mod series;
mod template;
mod tests;
mod time;
mod translate;
mod write;
mod yaml;

pub use report::{Outcome, Place, Report, RuleReport, TestReport};

use lwas_base::{Diagnostics, FileId, SourceMap, Span};
use serde::de::DeserializeOwned;

/// A file as it was read.
#[derive(Clone, Debug)]
pub struct File {
    /// What messages call it.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// What an import gives.
#[derive(Debug)]
pub struct Import {
    /// The program; `None` where a file can't be read as what it should be.
    pub program: Option<String>,
    /// What became of each rule and test.
    pub report: Report,
    /// What can't be said.
    pub diagnostics: Diagnostics,
    /// The files, for drawing the diagnostics.
    pub sources: SourceMap,
}

/// Translates rule files of Prometheus, and unit tests of promtool for them.
pub fn prometheus(rules: &[File], tests: &[File]) -> Import {
    let mut sources = SourceMap::new();
    let mut diagnostics = Diagnostics::new();
    let mut report = Report::default();
    let mut inputs = Vec::new();
    for file in rules {
        let id = sources.add(file.path.clone(), file.text.as_str());
        let read = read(file, id, "alerting and recording rules of Prometheus", &mut diagnostics);
        inputs.extend(read.map(|rules| rules::Input { id, file, rules }));
    }
    let mut test_files = Vec::new();
    for file in tests {
        let id = sources.add(file.path.clone(), file.text.as_str());
        let read = read(file, id, "unit tests of promtool", &mut diagnostics);
        test_files.extend(read.map(|tests| (id, file, tests)));
    }
    if diagnostics.has_errors() {
        return Import { program: None, report, diagnostics, sources };
    }
    let mut translated = rules::translate(&inputs, &mut diagnostics, &mut report);
    let names: Vec<&str> = rules.iter().map(|file| file.path.as_str()).collect();
    let mut text = write::program(&names, &mut translated);
    if !test_files.is_empty() {
        text.line("const START = @2000-01-01T00:00:00Z");
        text.gap();
    }
    for (id, file, tests) in &test_files {
        let (diagnostics, report) = (&mut diagnostics, &mut report);
        let mut writer = tests::Tests { id: *id, file, translated: &mut translated, diagnostics, report };
        writer.write(tests, &mut text);
    }
    Import { program: Some(text.finished()), report, diagnostics, sources }
}

fn read<T: DeserializeOwned>(file: &File, id: FileId, what: &str, diagnostics: &mut Diagnostics) -> Option<T> {
    match yaml::read(&file.text) {
        Ok(read) => Some(read),
        Err(error) => {
            let rest = file.text.get(error.at..).unwrap_or_default();
            let length = rest.lines().next().unwrap_or_default().len();
            diagnostics.push(errors::unreadable(Span::new(id, error.at, error.at + length), what, &error.why));
            None
        }
    }
}
