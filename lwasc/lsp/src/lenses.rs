//! Tests, run from the editor: a lens above each, and one above all. `lwasc test` runs them, beside the conversation; how it went is
//! told in a message and, of those that failed, where they stand.

use crate::capabilities::RUN_TEST;
use crate::decl::{Decl, Kind};
use crate::places;
use crate::server::{Refused, State};
use lsp_server::{ErrorCode, RequestId};
use lsp_types::{
    CodeLens, CodeLensParams, Command, Diagnostic, DiagnosticSeverity, MessageType, Position, Range, ShowMessageParams,
    Uri,
};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;

/// What tests have found, by file, until it changes.
#[derive(Default)]
pub struct Failures(BTreeMap<PathBuf, Vec<Diagnostic>>);

impl Failures {
    /// A file has changed: what was found in it may be mended.
    pub fn forget(&mut self, path: &Path) {
        self.0.remove(path);
    }

    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = (&PathBuf, &Vec<Diagnostic>)> {
        self.0.iter()
    }
}

/// The lenses of a file.
pub fn lenses(state: &mut State, params: &CodeLensParams) -> Option<Vec<CodeLens>> {
    let uri = &params.text_document.uri;
    let place = state.world.place(&places::path(uri))?;
    let lines = place.analysis.lines(place.file, state.client.encoding);
    let is_test = |decl: &&Decl| decl.kind == Kind::Test && decl.at.file == place.file;
    let mut tests: Vec<&Decl> = place.analysis.decls().values().filter(is_test).collect();
    tests.sort_by_key(|decl| decl.at.start);
    let lens = |decl: &Decl, title: &str, arguments: Vec<Value>| CodeLens {
        range: lines.range(decl.whole.start as usize..decl.at.end as usize),
        command: Some(Command { title: title.to_owned(), command: RUN_TEST.to_owned(), arguments: Some(arguments) }),
        data: None,
    };
    let all = tests.first().map(|first| lens(first, "run all tests", vec![json!(uri)]));
    let each = tests.iter().map(|decl| lens(decl, "run test", vec![json!(uri), json!(decl.name.as_str())]));
    Some(all.into_iter().chain(each).collect())
}

/// Tests that were asked for.
pub struct Run {
    id: RequestId,
    command: std::process::Command,
    root: PathBuf,
    name: Option<String>,
    /// Where the named test stands: its line in its file below the folder, from 1.
    place: Option<String>,
}

/// How they went.
pub struct Ended {
    /// The request that is answered.
    pub id: RequestId,
    /// What it is answered with.
    pub summary: Value,
    root: PathBuf,
    name: Option<String>,
    /// Where tests failed, with the message.
    failed: Vec<(String, String)>,
    passed: usize,
    /// Why nothing ran.
    stopped: Option<String>,
}

/// Finds the program, and what is to be run of it.
pub fn start(state: &mut State, arguments: &[Value], id: RequestId) -> Result<Run, Refused> {
    let wrong = || Refused {
        code: ErrorCode::InvalidParams,
        why: format!("`{RUN_TEST}` takes a file's address and perhaps the name of a test"),
    };
    let uri: Uri = arguments.first().cloned().and_then(|uri| serde_json::from_value(uri).ok()).ok_or_else(wrong)?;
    let name = match arguments.get(1) {
        Some(name) => Some(name.as_str().ok_or_else(wrong)?.to_owned()),
        None => None,
    };
    let path = places::path(&uri);
    let place = state.world.place(&path).ok_or_else(|| Refused::new("there is no program at this address"))?;
    let analysis = &place.analysis;
    let package = &analysis.studied.package;
    let test = name.as_ref().map(|name| {
        let is_it = |decl: &&Decl| decl.kind == Kind::Test && decl.at.file == place.file && decl.name.as_str() == name;
        analysis.decls().values().find(is_it).ok_or_else(|| Refused::new(format!("there is no test `{name}` here")))
    });
    let test = test.transpose()?;
    let place = test.map(|decl| {
        let source = analysis.studied.sources.file(decl.at.file);
        format!("{}:{}:", source.path, source.line_col(decl.at.start).line)
    });
    let program = if package.std { PathBuf::from(&package.entry) } else { package.root.join(&package.entry_file) };
    // The folder itself, where it is one that is named by its `lwas.toml`.
    let folder = lwas_driver::Package::open(&package.root, state.world.shell().std).ok();
    let is_whole = folder.is_some_and(|whole| whole.entry_file == package.entry_file);
    let mut command = std::process::Command::new(&state.world.shell().lwasc);
    command.args(["test", "--json", "--"]).arg(if is_whole { &package.root } else { &program });
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    Ok(Run { id, command, root: package.root.clone(), name, place })
}

impl Run {
    /// Runs them, and waits.
    pub fn finish(mut self) -> Ended {
        let (mut failed, mut passed, mut stopped) = (vec![], 0, None);
        match self.command.output() {
            Err(error) => stopped = Some(format!("`lwasc` can't be run: {error}")),
            Ok(output) => {
                let text = String::from_utf8_lossy(&output.stdout);
                let mut is_summed_up = false;
                for line in text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()) {
                    is_summed_up |= line.get("summary").is_some();
                    let part = |name: &str| line.get(name).and_then(Value::as_str).unwrap_or_default();
                    let is_meant = self.place.as_ref().is_none_or(|place| part("at").starts_with(place.as_str()));
                    match part("status") {
                        "passed" if is_meant => passed += 1,
                        "failed" if is_meant => {
                            let failure = line.get("failure").cloned().unwrap_or_default();
                            let of =
                                |name: &str| failure.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
                            failed.push((of("at"), format!("{}: {}", part("name"), of("message"))));
                        }
                        _ => {}
                    }
                }
                if !is_summed_up {
                    let errors = String::from_utf8_lossy(&output.stderr);
                    let last = errors.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("nothing was said");
                    stopped = Some(format!("the tests can't run: {last}"));
                }
            }
        }
        let summary = json!({ "passed": passed, "failed": failed.len() });
        Ended { id: self.id, summary, root: self.root, name: self.name, failed, passed, stopped }
    }
}

/// Takes note of what failed, and says how it went.
pub fn tell(state: &mut State, ended: &Ended) -> ShowMessageParams {
    state.told.unsettle();
    // What was found before in this program is found again, or mended.
    let root = ended.root.clone();
    state.failures.0.retain(|path, _| !path.starts_with(&root));
    for (at, message) in &ended.failed {
        let mut parts = at.rsplitn(3, ':');
        let column: u32 = parts.next().and_then(|n| n.parse().ok()).unwrap_or(1);
        let line: u32 = parts.next().and_then(|n| n.parse().ok()).unwrap_or(1);
        let Some(file) = parts.next() else { continue };
        let start = Position { line: line.saturating_sub(1), character: column.saturating_sub(1) };
        let end = Position { line: start.line, character: i32::MAX as u32 };
        state.failures.0.entry(ended.root.join(file)).or_default().push(Diagnostic {
            range: Range { start, end },
            severity: Some(DiagnosticSeverity::ERROR),
            source: Some("lwasc test".to_owned()),
            message: message.clone(),
            ..Diagnostic::default()
        });
    }
    let plural = |n: usize| if n == 1 { "" } else { "s" };
    let (passed, failed) = (ended.passed, ended.failed.len());
    let (typ, message) = match (&ended.stopped, failed, &ended.name) {
        (Some(why), ..) => (MessageType::ERROR, why.clone()),
        (None, 0, Some(name)) => (MessageType::INFO, format!("the test `{name}` passed")),
        (None, 0, None) => (MessageType::INFO, format!("{passed} test{} passed", plural(passed))),
        (None, _, Some(name)) => (MessageType::ERROR, format!("the test `{name}` failed")),
        (None, _, None) => (MessageType::ERROR, format!("{failed} of {} tests failed", passed + failed)),
    };
    ShowMessageParams { typ, message }
}
