//! Another name for what stands at a place, wherever it is named. What the change would break is found by checking the program with it:
//! where that has mistakes that were not there, the change is refused with the first of them.

use crate::analysis::Analysis;
use crate::decl::{Decl, Kind};
use crate::places;
use crate::server::{Refused, State};
use lsp_types::{PrepareRenameResponse, RenameParams, TextDocumentPositionParams, TextEdit, Uri, WorkspaceEdit};
use lwas_base::{FileId, Span};
use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;

/// What is to be renamed.
struct Target<'a> {
    decl: &'a Decl,
    /// The name at the cursor.
    name: Span,
    /// The name that is replaced: another one than the declaration's where a `use` gives it another.
    old: String,
    /// Where that is so, the only file that knows it by that name.
    only: Option<FileId>,
}

/// The name that would be replaced.
pub fn prepare(state: &mut State, at: &TextDocumentPositionParams) -> Result<Option<PrepareRenameResponse>, Refused> {
    let Some(place) = state.world.place(&places::path(&at.text_document.uri)) else { return Ok(None) };
    let lines = place.analysis.lines(place.file, state.client.encoding);
    let target = target(&place.analysis, place.file, lines.offset(at.position))?;
    let range = lines.range(target.name.range());
    Ok(Some(PrepareRenameResponse::RangeWithPlaceholder { range, placeholder: target.old }))
}

fn target(analysis: &Analysis, file: FileId, offset: usize) -> Result<Target<'_>, Refused> {
    let nothing = || Refused::new("there is no name here that could be another");
    let meanings = analysis.meanings(file, offset);
    // In the short form of a field, `Name { field }`, the value is meant.
    let is_own = |used: &&lwas_check::Use| analysis.decls().get(&used.of).is_some_and(|decl| decl.kind == Kind::Local);
    let used = meanings.iter().find(is_own).or(meanings.first()).ok_or_else(nothing)?;
    let decl = analysis.decls().get(&used.of).ok_or_else(nothing)?;
    let old = analysis.studied.sources.text(used.name).to_owned();
    let is_std = analysis.module(decl.at.file).is_none_or(|module| module.std);
    let declared = decl.name.as_str();
    let is_other = old != declared && !(decl.is_event && old == upper_camel(declared));
    match decl.kind {
        Kind::Test => return Err(Refused::new("a test has a text for a name: change the text")),
        Kind::Module if !is_other || declared.ends_with(&format!(".{old}")) => {
            return Err(Refused::new("a module is called after its file: rename the file"));
        }
        _ if is_std && !is_other => return Err(Refused::new(format!("`{old}` belongs to the standard library"))),
        _ => {}
    }
    Ok(Target { decl, name: used.name, old, only: is_other.then_some(file) })
}

/// The edits that give another name.
pub fn rename(state: &mut State, params: &RenameParams) -> Result<Option<WorkspaceEdit>, Refused> {
    let at = &params.text_document_position;
    let Some(place) = state.world.place(&places::path(&at.text_document.uri)) else { return Ok(None) };
    let analysis = &place.analysis;
    let offset = analysis.lines(place.file, state.client.encoding).offset(at.position);
    let target = target(analysis, place.file, offset)?;
    let new = params.new_name.trim();
    if !lwas_syntax::is_name(new) {
        return Err(Refused::new(format!(
            "`{new}` can't be a name: it is a word of the language, or has other characters"
        )));
    }
    let edits = edits(analysis, &target, new);
    refuse_breakage(state, analysis, &edits, new)?;
    let mut changes: Vec<(Uri, Vec<TextEdit>)> = vec![];
    for (file, list) in edits {
        let Some(path) = state.world.file_path(analysis, file) else { continue };
        let open = state.world.documents.get(&path).map(|document| document.uri.clone());
        let Some(uri) = open.or_else(|| places::uri(&path)) else { continue };
        let lines = analysis.lines(file, state.client.encoding);
        let list = list.into_iter().map(|(span, new_text)| TextEdit { range: lines.range(span.range()), new_text });
        changes.push((uri, list.collect()));
    }
    #[expect(clippy::mutable_key_type, reason = "the protocol's type has it so, and no key changes")]
    let changes: HashMap<Uri, Vec<TextEdit>> = changes.into_iter().collect();
    Ok(Some(WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() }))
}

/// By file, what is replaced by what, in order of place.
fn edits(analysis: &Analysis, target: &Target<'_>, new: &str) -> BTreeMap<FileId, Vec<(Span, String)>> {
    let declared = target.decl.name.as_str();
    let camel = target.decl.is_event.then(|| upper_camel(declared));
    // Of an event that an action is, the action's name is changed so that the event's becomes what is wanted.
    let (snake, event) = match &camel {
        Some(camel) if *camel == target.old => (snake_case(new), new.to_owned()),
        _ => (new.to_owned(), upper_camel(new)),
    };
    let mut edits: BTreeMap<FileId, Vec<(Span, String)>> = BTreeMap::new();
    for place in analysis.places(target.decl.at) {
        let written = analysis.studied.sources.text(place);
        let to = match target.only {
            Some(file) if file == place.file && written == target.old => new,
            Some(_) => continue,
            None if written == declared => &snake,
            None if camel.as_deref() == Some(written) => &event,
            None => continue,
        };
        edits.entry(place.file).or_default().push((place, in_short_form(analysis, target.decl, place, to)));
    }
    edits
}

/// The new text of a place. `Name { field }` stands for a field and a value; when one gets another name both are written.
fn in_short_form(analysis: &Analysis, decl: &Decl, place: Span, new: &str) -> String {
    let mut meanings = analysis.uses().iter().filter(|used| used.name == place && used.of != decl.at);
    let written = analysis.studied.sources.text(place);
    match meanings.next() {
        Some(_) if decl.kind == Kind::Field || decl.kind == Kind::Param && is_field_name(analysis, decl, place) => {
            format!("{new}: {written}")
        }
        Some(_) => format!("{written}: {new}"),
        None => new.to_owned(),
    }
}

/// Whether a parameter is meant as the field of the event that its action is.
fn is_field_name(analysis: &Analysis, decl: &Decl, place: Span) -> bool {
    let of_other_file = decl.at.file != place.file;
    let functions = &analysis.studied.program.functions;
    let function = functions.values().find(|function| function.params.iter().any(|param| param.span == decl.at));
    let inside = function.and_then(|function| function.body.as_ref()).is_some_and(|body| {
        let block = body.block.span;
        block.file == place.file && block.start <= place.start && place.end <= block.end
    });
    of_other_file || !inside
}

/// Checks the program with the edits.
fn refuse_breakage(
    state: &State,
    analysis: &Analysis,
    edits: &BTreeMap<FileId, Vec<(Span, String)>>,
    new: &str,
) -> Result<(), Refused> {
    let mut texts: Vec<(PathBuf, String)> = vec![];
    for (file, list) in edits {
        let Some(path) = analysis.module(*file).filter(|module| !module.std).map(|module| analysis.path(module)) else {
            continue;
        };
        let mut text = analysis.text(*file).to_owned();
        for (span, to) in list.iter().rev() {
            text.replace_range(span.range(), to);
        }
        texts.push((path, text));
    }
    let Some(after) = state.world.suppose(&analysis.studied.package, texts) else { return Ok(()) };
    let known = |of: &Analysis| {
        let mut codes: HashMap<&'static str, usize> = HashMap::new();
        of.studied.diagnostics.iter().filter(|d| d.is_error()).for_each(|d| *codes.entry(d.code.0).or_default() += 1);
        codes
    };
    let (before, now) = (known(analysis), known(&after));
    let mut errors = after.studied.diagnostics.iter().filter(|diagnostic| diagnostic.is_error());
    let is_new =
        |code: &str| now.get(code).copied().unwrap_or_default() > before.get(code).copied().unwrap_or_default();
    match errors.find(|diagnostic| is_new(diagnostic.code.0)) {
        Some(broken) => {
            let source = after.studied.sources.file(broken.primary.span.file);
            let line = source.line_col(broken.primary.span.start).line;
            Err(Refused::new(format!("`{new}` would break the program at {}:{line}: {}", source.path, broken.message)))
        }
        None => Ok(()),
    }
}

fn upper_camel(name: &str) -> String {
    let capital = |part: &str| {
        let mut chars = part.chars();
        chars.next().map(|first| first.to_ascii_uppercase().to_string() + chars.as_str()).unwrap_or_default()
    };
    name.split('_').map(capital).collect()
}

fn snake_case(name: &str) -> String {
    let mut text = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() && !text.is_empty() {
            text.push('_');
        }
        text.push(c.to_ascii_lowercase());
    }
    text
}
