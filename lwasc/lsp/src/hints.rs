//! Types that are not written: of each `let`, constant and computed field without one, with its digits.

use crate::decl::Kind;
use crate::hover;
use crate::places;
use crate::scope;
use crate::server::State;
use lsp_types::{InlayHint, InlayHintKind, InlayHintLabel, InlayHintParams};
use lwas_base::Span;

/// The hints of a range.
pub fn hints(state: &mut State, params: &InlayHintParams) -> Option<Vec<InlayHint>> {
    let place = state.world.place(&places::path(&params.text_document.uri))?;
    let (analysis, file) = (&place.analysis, place.file);
    let lines = analysis.lines(file, state.client.encoding);
    let range = lines.offset(params.range.start)..=lines.offset(params.range.end);
    let is_wanted = |name: &Span| name.file == file && range.contains(&(name.end as usize));
    let mut found: Vec<(Span, String)> = vec![];
    for bound in scope::bound(&analysis.module(file)?.tree).iter().filter(|bound| bound.is_untyped_let) {
        let name = bound.name.span;
        if is_wanted(&name)
            && let Some(ty) = analysis.type_at(name)
        {
            found.push((name, analysis.show(ty)));
        }
    }
    for decl in analysis.decls().values().filter(|decl| decl.is_untyped && is_wanted(&decl.at)) {
        let ty = match decl.kind {
            Kind::Const => hover::const_type(analysis, decl.at),
            Kind::Field => hover::field_type(analysis, decl.at),
            _ => None,
        };
        found.extend(ty.map(|ty| (decl.at, ty)));
    }
    found.sort_by_key(|(name, _)| name.start);
    let hint = |(name, ty): (Span, String)| InlayHint {
        position: lines.position(name.end as usize),
        label: InlayHintLabel::String(format!(": {ty}")),
        kind: Some(InlayHintKind::TYPE),
        text_edits: None,
        tooltip: None,
        padding_left: None,
        padding_right: None,
        data: None,
    };
    Some(found.into_iter().map(hint).collect())
}
