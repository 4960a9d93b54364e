//! Where names are declared and used.

use crate::analysis::Analysis;
use crate::places;
use crate::position::Lines;
use crate::server::State;
use crate::world::Place;
use lsp_types::{
    DocumentHighlight, DocumentHighlightKind, DocumentHighlightParams, GotoDefinitionParams, GotoDefinitionResponse,
    Location, ReferenceParams, TextDocumentPositionParams,
};
use lwas_base::{FileId, Span};
use std::collections::HashMap;

/// A file and an offset in it.
fn find(state: &mut State, at: &TextDocumentPositionParams) -> Option<(Place, usize)> {
    let place = state.world.place(&places::path(&at.text_document.uri))?;
    let offset = place.analysis.lines(place.file, state.client.encoding).offset(at.position);
    Some((place, offset))
}

/// Places for the editor; those in files that it can't open are left out.
fn locations(state: &State, analysis: &Analysis, spans: &[Span]) -> Vec<Location> {
    let mut files: HashMap<FileId, Option<(lsp_types::Uri, Lines<'_>)>> = HashMap::new();
    let mut found = vec![];
    for span in spans {
        let file = files.entry(span.file).or_insert_with(|| {
            let path = state.world.file_path(analysis, span.file)?;
            let open = state.world.documents.get(&path).map(|document| document.uri.clone());
            Some((open.or_else(|| places::uri(&path))?, analysis.lines(span.file, state.client.encoding)))
        });
        if let Some((uri, lines)) = file {
            found.push(Location { uri: uri.clone(), range: lines.range(span.range()) });
        }
    }
    found
}

/// Where what stands at a place is declared.
pub fn definition(state: &mut State, params: &GotoDefinitionParams) -> Option<GotoDefinitionResponse> {
    let (place, offset) = find(state, &params.text_document_position_params)?;
    let spans: Vec<Span> = place.analysis.meanings(place.file, offset).iter().map(|used| used.of).collect();
    let found = locations(state, &place.analysis, &spans);
    (!found.is_empty()).then_some(GotoDefinitionResponse::Array(found))
}

/// All places that name what stands at a place, in the program's own files and in the standard library.
pub fn references(state: &mut State, params: &ReferenceParams) -> Option<Vec<Location>> {
    let (place, offset) = find(state, &params.text_document_position)?;
    let mut spans = vec![];
    for used in place.analysis.meanings(place.file, offset) {
        let of = used.of;
        let named = place.analysis.places(of).into_iter();
        spans.extend(named.filter(|span| params.context.include_declaration || *span != of));
    }
    Some(locations(state, &place.analysis, &spans))
}

/// The same in the one file.
pub fn highlight(state: &mut State, params: &DocumentHighlightParams) -> Option<Vec<DocumentHighlight>> {
    let (place, offset) = find(state, &params.text_document_position_params)?;
    let lines = place.analysis.lines(place.file, state.client.encoding);
    let mut found = vec![];
    for used in place.analysis.meanings(place.file, offset) {
        for span in place.analysis.places(used.of).into_iter().filter(|span| span.file == place.file) {
            let is_declared = span == used.of;
            let kind = if is_declared { DocumentHighlightKind::WRITE } else { DocumentHighlightKind::READ };
            found.push(DocumentHighlight { range: lines.range(span.range()), kind: Some(kind) });
        }
    }
    Some(found)
}
