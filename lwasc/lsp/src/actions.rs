//! Changes that mend what is wrong, as the diagnostics carry them: one quick fix each, and all certain ones of a file at once.

use crate::analysis::Analysis;
use crate::places;
use crate::server::State;
use lsp_types::{
    CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams, NumberOrString, TextEdit, Uri, WorkspaceEdit,
};
use lwas_base::{Diagnostic, Edit, FileId, Fix, PRIMARY_TEXT};
use std::collections::HashMap;

/// What can be done in a range.
pub fn actions(state: &mut State, params: &CodeActionParams) -> Option<Vec<CodeActionOrCommand>> {
    let uri = &params.text_document.uri;
    let place = state.world.place(&places::path(uri))?;
    let (analysis, file) = (&place.analysis, place.file);
    let lines = analysis.lines(file, state.client.encoding);
    let range = lines.offset(params.range.start)..lines.offset(params.range.end);
    let wants = |kind: &CodeActionKind| {
        let is_of = |wanted: &CodeActionKind| {
            kind == wanted || kind.as_str().strip_prefix(wanted.as_str()).is_some_and(|rest| rest.starts_with('.'))
        };
        params.context.only.as_ref().is_none_or(|only| only.iter().any(is_of))
    };
    let edit = |edits: Vec<(std::ops::Range<usize>, String)>| {
        let edits =
            edits.into_iter().map(|(range, new_text)| TextEdit { range: lines.range(range), new_text }).collect();
        #[expect(clippy::mutable_key_type, reason = "the protocol's type has it so, and no key changes")]
        let changes: HashMap<Uri, Vec<TextEdit>> = [(uri.clone(), edits)].into();
        WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() }
    };
    let mut found = vec![];
    let sorted = analysis.studied.diagnostics.sorted();
    let own: Vec<_> = sorted.into_iter().filter(|diagnostic| diagnostic.primary.span.file == file).collect();
    if wants(&CodeActionKind::QUICKFIX) {
        let touched = |d: &&&Diagnostic| {
            let span = d.primary.span.range();
            span.start <= range.end && range.start <= span.end
        };
        for diagnostic in own.iter().filter(touched) {
            let code = NumberOrString::String(diagnostic.code.to_string());
            let at = lines.range(diagnostic.primary.span.range());
            let is_same = |told: &&lsp_types::Diagnostic| told.code.as_ref() == Some(&code) && told.range == at;
            let mended: Vec<_> = params.context.diagnostics.iter().filter(is_same).cloned().collect();
            for fix in diagnostic.fixes.iter().filter(|fix| is_in(fix, file)) {
                found.push(CodeActionOrCommand::CodeAction(CodeAction {
                    title: fix.title.clone(),
                    kind: Some(CodeActionKind::QUICKFIX),
                    diagnostics: Some(mended.clone()),
                    edit: Some(edit(texts(analysis, diagnostic, &fix.edits))),
                    is_preferred: Some(fix.certain),
                    ..CodeAction::default()
                }));
            }
        }
    }
    if wants(&CodeActionKind::SOURCE_FIX_ALL) {
        let all = certain(analysis, file, &own);
        if !all.is_empty() {
            found.push(CodeActionOrCommand::CodeAction(CodeAction {
                title: "mend all that can only be meant in one way".to_owned(),
                kind: Some(CodeActionKind::SOURCE_FIX_ALL),
                edit: Some(edit(all)),
                ..CodeAction::default()
            }));
        }
    }
    Some(found)
}

/// Whether all edits are in one file.
fn is_in(fix: &Fix, file: FileId) -> bool {
    !fix.edits.is_empty() && fix.edits.iter().all(|edit| edit.span.file == file)
}

fn texts(analysis: &Analysis, diagnostic: &Diagnostic, edits: &[Edit]) -> Vec<(std::ops::Range<usize>, String)> {
    let primary = analysis.studied.sources.text(diagnostic.primary.span);
    edits.iter().map(|edit| (edit.span.range(), edit.text.replace(PRIMARY_TEXT, primary))).collect()
}

/// The certain changes of a file, in order, none over another.
fn certain(analysis: &Analysis, file: FileId, own: &[&Diagnostic]) -> Vec<(std::ops::Range<usize>, String)> {
    let mut all: Vec<(std::ops::Range<usize>, String)> = vec![];
    for diagnostic in own {
        let Some(fix) = diagnostic.fixes.iter().find(|fix| fix.certain && is_in(fix, file)) else { continue };
        let edits = texts(analysis, diagnostic, &fix.edits);
        let clashes = |edit: &(std::ops::Range<usize>, String)| {
            all.iter().any(|other| edit.0.start <= other.0.end && other.0.start <= edit.0.end)
        };
        if !edits.iter().any(clashes) {
            all.extend(edits);
        }
    }
    all.sort_by_key(|(range, _)| range.start);
    all
}
