//! What each name is, for an editor that colours names by it. Words, numbers and texts are the grammar's to colour.

use crate::decl::Kind;
use crate::places;
use crate::server::State;
use lsp_types::{
    SemanticToken, SemanticTokenModifier, SemanticTokenType, SemanticTokens, SemanticTokensLegend, SemanticTokensParams,
};
use lwas_base::Span;

/// The kinds of names, by number.
const TYPES: [SemanticTokenType; 11] = [
    SemanticTokenType::NAMESPACE,
    SemanticTokenType::VARIABLE,
    SemanticTokenType::TYPE,
    SemanticTokenType::ENUM,
    SemanticTokenType::ENUM_MEMBER,
    SemanticTokenType::STRUCT,
    SemanticTokenType::CLASS,
    SemanticTokenType::EVENT,
    SemanticTokenType::FUNCTION,
    SemanticTokenType::PROPERTY,
    SemanticTokenType::PARAMETER,
];

/// What the numbers mean.
pub fn legend() -> SemanticTokensLegend {
    let token_modifiers = vec![SemanticTokenModifier::DECLARATION, SemanticTokenModifier::READONLY];
    SemanticTokensLegend { token_types: TYPES.to_vec(), token_modifiers }
}

fn number(kind: Kind) -> u32 {
    match kind {
        Kind::Module => 0,
        Kind::Const | Kind::Local => 1,
        Kind::Currency => 2,
        Kind::Enum => 3,
        Kind::Variant => 4,
        Kind::Record => 5,
        Kind::State | Kind::Journal => 6,
        Kind::Event => 7,
        Kind::Fn | Kind::Action | Kind::Query | Kind::Rule | Kind::Axiom | Kind::Belief | Kind::Alert | Kind::Test => 8,
        Kind::Field => 9,
        Kind::Param => 10,
    }
}

/// The names of a file.
pub fn tokens(state: &mut State, params: &SemanticTokensParams) -> Option<SemanticTokens> {
    let place = state.world.place(&places::path(&params.text_document.uri))?;
    let (analysis, file) = (&place.analysis, place.file);
    let decls = analysis.decls();
    let used = analysis.uses().iter().filter(|used| used.name.file == file);
    let mut names: Vec<(Span, Kind, bool)> =
        used.filter_map(|used| decls.get(&used.of).map(|decl| (used.name, decl.kind, false))).collect();
    let own =
        decls.values().filter(|decl| decl.at.file == file && decl.at.start < decl.at.end && decl.kind != Kind::Test);
    names.extend(own.map(|decl| (decl.at, decl.kind, true)));
    names.sort_by_key(|(span, ..)| (span.start, span.end));
    names.dedup_by_key(|(span, ..)| span.start);
    let lines = analysis.lines(file, state.client.encoding);
    let (mut line, mut column) = (0, 0);
    let mut data = vec![];
    for (span, kind, is_declared) in names {
        let range = lines.range(span.range());
        if range.start.line != range.end.line {
            continue;
        }
        let delta_line = range.start.line - line;
        let delta_start = if delta_line == 0 { range.start.character - column } else { range.start.character };
        (line, column) = (range.start.line, range.start.character);
        let modifiers = u32::from(is_declared) | u32::from(kind == Kind::Const) << 1;
        data.push(SemanticToken {
            delta_line,
            delta_start,
            length: range.end.character - range.start.character,
            token_type: number(kind),
            token_modifiers_bitset: modifiers,
        });
    }
    Some(SemanticTokens { result_id: None, data })
}
