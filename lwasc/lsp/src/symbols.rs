//! The declarations of a file as an outline, and those of all open programs by a part of their names.

use crate::analysis::Analysis;
use crate::decl::{Decl, Kind};
use crate::places;
use crate::position::Lines;
use crate::server::State;
use lsp_types::{
    DocumentSymbol, DocumentSymbolParams, DocumentSymbolResponse, Location, OneOf, SymbolInformation, SymbolKind, Uri,
    WorkspaceSymbol, WorkspaceSymbolParams, WorkspaceSymbolResponse,
};
use lwas_base::FileId;
use lwas_driver::Package;
use std::rc::Rc;

/// The most symbols that are told of all programs.
const MAX_SYMBOLS: usize = 500;

/// The outline of a file.
pub fn of_document(state: &mut State, params: &DocumentSymbolParams) -> Option<DocumentSymbolResponse> {
    let uri = &params.text_document.uri;
    let place = state.world.place(&places::path(uri))?;
    let lines = place.analysis.lines(place.file, state.client.encoding);
    let tree = outline(&place.analysis, place.file, &lines);
    if state.client.nested_symbols {
        return Some(DocumentSymbolResponse::Nested(tree));
    }
    let mut flat = vec![];
    flatten(tree, None, uri, &mut flat);
    Some(DocumentSymbolResponse::Flat(flat))
}

/// The items of a file in order, with their fields, variants and parameters inside.
fn outline(analysis: &Analysis, file: FileId, lines: &Lines<'_>) -> Vec<DocumentSymbol> {
    let is_shown =
        |decl: &&Decl| decl.at.file == file && !matches!(decl.kind, Kind::Local | Kind::Module | Kind::Param);
    let mut decls: Vec<&Decl> = analysis.decls().values().filter(is_shown).collect();
    // What holds others begins before them, or where they begin, and is longer.
    decls.sort_by_key(|decl| (decl.whole.start, std::cmp::Reverse(decl.whole.end), decl.at.start));
    let mut open: Vec<(u32, DocumentSymbol)> = vec![];
    let mut roots = vec![];
    for decl in decls {
        while open.last().is_some_and(|(end, _)| *end < decl.whole.end) {
            close(&mut open, &mut roots);
        }
        open.push((decl.whole.end, symbol(analysis, decl, lines)));
    }
    while !open.is_empty() {
        close(&mut open, &mut roots);
    }
    roots
}

fn close(open: &mut Vec<(u32, DocumentSymbol)>, roots: &mut Vec<DocumentSymbol>) {
    let Some((_, done)) = open.pop() else { return };
    match open.last_mut() {
        Some((_, around)) => around.children.get_or_insert_default().push(done),
        None => roots.push(done),
    }
}

fn symbol(analysis: &Analysis, decl: &Decl, lines: &Lines<'_>) -> DocumentSymbol {
    let head = analysis.studied.sources.text(decl.head);
    let detail = head.lines().next().unwrap_or_default().trim_end_matches(['{', ' ']).to_owned();
    #[expect(deprecated, reason = "the protocol's type still has the field")]
    DocumentSymbol {
        name: if decl.name.as_str().is_empty() { "(without a name)".to_owned() } else { decl.name.to_string() },
        detail: Some(detail),
        kind: kind(decl.kind),
        tags: None,
        deprecated: None,
        range: lines.range(decl.whole.range()),
        selection_range: lines.range(decl.at.range()),
        children: None,
    }
}

fn flatten(tree: Vec<DocumentSymbol>, container: Option<&str>, uri: &Uri, flat: &mut Vec<SymbolInformation>) {
    for symbol in tree {
        let name = symbol.name.clone();
        #[expect(deprecated, reason = "the protocol's type still has the field")]
        flat.push(SymbolInformation {
            name: symbol.name,
            kind: symbol.kind,
            tags: None,
            deprecated: None,
            location: Location { uri: uri.clone(), range: symbol.range },
            container_name: container.map(str::to_owned),
        });
        flatten(symbol.children.unwrap_or_default(), Some(&name), uri, flat);
    }
}

fn kind(kind: Kind) -> SymbolKind {
    match kind {
        Kind::Module => SymbolKind::MODULE,
        Kind::Const | Kind::Currency => SymbolKind::CONSTANT,
        Kind::Enum => SymbolKind::ENUM,
        Kind::Variant => SymbolKind::ENUM_MEMBER,
        Kind::Record => SymbolKind::STRUCT,
        Kind::State | Kind::Journal => SymbolKind::CLASS,
        Kind::Event => SymbolKind::EVENT,
        Kind::Fn | Kind::Action | Kind::Query | Kind::Rule => SymbolKind::FUNCTION,
        Kind::Axiom | Kind::Belief | Kind::Alert => SymbolKind::BOOLEAN,
        Kind::Test => SymbolKind::METHOD,
        Kind::Field => SymbolKind::FIELD,
        Kind::Param | Kind::Local => SymbolKind::VARIABLE,
    }
}

/// Declarations whose names contain a text, whatever its letters' case.
pub fn of_workspace(state: &mut State, params: &WorkspaceSymbolParams) -> Option<WorkspaceSymbolResponse> {
    let query = params.query.to_lowercase();
    let mut programs: Vec<Rc<Analysis>> = state.world.current();
    for folder in state.folders.clone() {
        let opened = Package::open(&folder, state.world.shell().std).ok();
        programs.extend(opened.and_then(|package| state.world.study(package).ok()));
    }
    let mut found: Vec<WorkspaceSymbol> = vec![];
    for analysis in programs {
        for module in analysis.studied.modules.iter().filter(|module| !module.std) {
            let Some(uri) = places::uri(&analysis.path(module)) else { continue };
            let lines = analysis.lines(module.file, state.client.encoding);
            let mut decls: Vec<&Decl> = analysis.decls().values().filter(|decl| decl.at.file == module.file).collect();
            decls.retain(|decl| !matches!(decl.kind, Kind::Local | Kind::Param | Kind::Module));
            decls.retain(|decl| decl.name.as_str().to_lowercase().contains(&query));
            decls.sort_by_key(|decl| decl.at.start);
            for decl in decls {
                let location = Location { uri: uri.clone(), range: lines.range(decl.at.range()) };
                let container_name = Some(decl.of.map_or_else(|| module.path.clone(), |of| of.to_string()));
                let symbol = WorkspaceSymbol {
                    name: decl.name.to_string(),
                    kind: kind(decl.kind),
                    tags: None,
                    container_name,
                    location: OneOf::Left(location),
                    data: None,
                };
                if found.len() < MAX_SYMBOLS && !found.contains(&symbol) {
                    found.push(symbol);
                }
            }
        }
    }
    Some(WorkspaceSymbolResponse::Nested(found))
}
