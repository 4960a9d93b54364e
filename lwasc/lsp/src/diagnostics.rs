//! What is wrong with programs, as editors show it. The checked programs of all open files come in; of each file whose list is another
//! than was told, the new list goes out, the empty one where nothing is wrong any more.

use crate::analysis::Analysis;
use crate::places;
use crate::position::{Encoding, Lines};
use crate::server::State;
use crate::world::World;
use lsp_types::{
    CodeDescription, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag, Location,
    NumberOrString, PublishDiagnosticsParams, Uri,
};
use lwas_base::{Code, FileId, MAX_DIAGNOSTICS, PRIMARY_TEXT, Severity, Span};
use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;

/// What was told.
#[derive(Default)]
pub struct Told {
    files: BTreeMap<PathBuf, (Option<i32>, Vec<Diagnostic>)>,
    is_settled: bool,
    /// The pages of codes, where they lie.
    pages: HashMap<Code, Option<Uri>>,
}

impl Told {
    /// Something has happened, so that there may be news.
    pub fn unsettle(&mut self) {
        self.is_settled = false;
    }

    /// There are no news until something happens.
    pub fn settle(&mut self) {
        self.is_settled = true;
    }
}

/// What has not been told.
pub fn news(state: &mut State) -> Vec<PublishDiagnosticsParams> {
    if state.told.is_settled {
        return vec![];
    }
    state.told.settle();
    let mut found: BTreeMap<PathBuf, Vec<Diagnostic>> = BTreeMap::new();
    for analysis in state.world.current() {
        for (path, list) in of_program(&analysis, state) {
            let known = found.entry(path).or_default();
            list.into_iter().for_each(|one| {
                if !known.contains(&one) {
                    known.push(one);
                }
            });
        }
    }
    for (path, failures) in state.failures.all() {
        found.entry(path.clone()).or_default().extend(failures.iter().cloned());
    }
    // What was told of other files is taken back.
    for path in state.told.files.keys().filter(|path| !found.contains_key(*path)).cloned().collect::<Vec<_>>() {
        found.insert(path, vec![]);
    }
    let mut news = vec![];
    for (path, diagnostics) in found {
        let open = state.world.documents.get(&path);
        let version = open.map(|document| document.version);
        let told = state.told.files.get(&path);
        let is_told =
            told.map_or(diagnostics.is_empty() && open.is_none(), |told| *told == (version, diagnostics.clone()));
        if is_told {
            continue;
        }
        let Some(uri) = open.map(|document| document.uri.clone()).or_else(|| places::uri(&path)) else { continue };
        if diagnostics.is_empty() && open.is_none() {
            state.told.files.remove(&path);
        } else {
            state.told.files.insert(path, (version, diagnostics.clone()));
        }
        news.push(PublishDiagnosticsParams { uri, diagnostics, version });
    }
    news
}

/// By file of the program's own, those without any among them.
fn of_program(analysis: &Analysis, state: &mut State) -> BTreeMap<PathBuf, Vec<Diagnostic>> {
    let State { world, client, told, .. } = state;
    let mut view = View { analysis, encoding: client.encoding, lines: HashMap::new(), world, pages: &mut told.pages };
    let studied = &analysis.studied;
    let own = studied.modules.iter().filter(|module| !module.std);
    let paths: HashMap<FileId, PathBuf> = own.map(|module| (module.file, analysis.path(module))).collect();
    let mut found: BTreeMap<PathBuf, Vec<Diagnostic>> = paths.values().map(|path| (path.clone(), vec![])).collect();
    for diagnostic in studied.diagnostics.sorted() {
        let Some(list) = paths.get(&diagnostic.primary.span.file).and_then(|path| found.get_mut(path)) else {
            continue;
        };
        if list.len() < MAX_DIAGNOSTICS {
            list.push(view.one(diagnostic));
        }
    }
    found
}

/// What is needed to show diagnostics.
struct View<'a> {
    analysis: &'a Analysis,
    encoding: Encoding,
    lines: HashMap<FileId, Lines<'a>>,
    world: &'a World,
    pages: &'a mut HashMap<Code, Option<Uri>>,
}

impl<'a> View<'a> {
    fn range(&mut self, span: Span) -> lsp_types::Range {
        let analysis: &'a Analysis = self.analysis;
        let lines = self.lines.entry(span.file).or_insert_with(|| analysis.lines(span.file, self.encoding));
        lines.range(span.range())
    }

    fn one(&mut self, told: &lwas_base::Diagnostic) -> Diagnostic {
        let mut message = told.message.clone();
        if !told.primary.text.is_empty() && told.primary.text != told.message {
            message.push_str(&format!(": {}", told.primary.text));
        }
        let text = self.analysis.studied.sources.text(told.primary.span);
        for help in &told.help {
            message.push_str(&format!("\nhelp: {}", help.replace(PRIMARY_TEXT, text)));
        }
        let related = told.labels.iter().filter_map(|label| self.related(label)).collect();
        let world = self.world;
        let page = || world.page_path(told.code.0).and_then(|path| places::uri(&path));
        let page = self.pages.entry(told.code).or_insert_with(page).clone();
        Diagnostic {
            range: self.range(told.primary.span),
            severity: Some(match told.severity {
                Severity::Error => DiagnosticSeverity::ERROR,
                Severity::Warning => DiagnosticSeverity::WARNING,
            }),
            code: Some(NumberOrString::String(told.code.to_string())),
            code_description: page.map(|href| CodeDescription { href }),
            source: Some("lwasc".to_owned()),
            message,
            related_information: Some(related),
            tags: ["W0201", "W0301"].contains(&told.code.0).then(|| vec![DiagnosticTag::UNNECESSARY]),
            data: None,
        }
    }

    fn related(&mut self, label: &lwas_base::Label) -> Option<DiagnosticRelatedInformation> {
        let module = self.analysis.module(label.span.file).filter(|module| !module.std)?;
        let uri = places::uri(&self.analysis.path(module))?;
        let location = Location { uri, range: self.range(label.span) };
        Some(DiagnosticRelatedInformation { location, message: label.text.clone() })
    }
}
