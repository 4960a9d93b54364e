//! What a name or an expression is: the declaration as it is written, its type where that is not written, and its doc comment; for any
//! other expression its type with its digits.

use crate::analysis::Analysis;
use crate::builtins;
use crate::decl::{Decl, Kind};
use crate::places;
use crate::server::State;
use lsp_types::{Hover, HoverContents, HoverParams, MarkupContent, MarkupKind};
use lwas_base::{FileId, Span};
use lwas_check::hir::{FractionOf, Type};

/// The most lines of a declaration that are shown.
const MAX_LINES: usize = 24;

/// What stands at a place.
pub fn hover(state: &mut State, params: &HoverParams) -> Option<Hover> {
    let at = &params.text_document_position_params;
    let place = state.world.place(&places::path(&at.text_document.uri))?;
    let (analysis, file) = (&place.analysis, place.file);
    let lines = analysis.lines(file, state.client.encoding);
    let offset = lines.offset(at.position);
    let meanings = analysis.meanings(file, offset);
    let decls: Vec<&Decl> = meanings.iter().filter_map(|used| analysis.decls().get(&used.of)).collect();
    let (text, span) = if decls.is_empty() {
        expression(analysis, file, offset)?
    } else {
        let texts: Vec<String> = decls.iter().map(|decl| describe(analysis, decl)).collect();
        (texts.join("\n\n---\n\n"), meanings.first()?.name)
    };
    let contents = HoverContents::Markup(MarkupContent { kind: MarkupKind::Markdown, value: text });
    Some(Hover { contents, range: Some(lines.range(span.range())) })
}

/// A declaration in Markdown.
pub fn describe(analysis: &Analysis, decl: &Decl) -> String {
    let mut text = code(&head(analysis, decl));
    if !decl.docs.is_empty() {
        text.push_str(&format!("\n\n{}", decl.docs));
    }
    text
}

/// A declaration as it is written, with a type where none is written.
pub fn head(analysis: &Analysis, decl: &Decl) -> String {
    let source = analysis.studied.sources.text(decl.head).trim_end();
    let typed = |name: &str| match analysis.type_at(decl.at) {
        Some(ty) => format!("{name}: {}", analysis.show(ty)),
        None => name.to_owned(),
    };
    let of = decl.of.map(|of| format!("// of `{of}`\n")).unwrap_or_default();
    match decl.kind {
        Kind::Module => format!("module {}", decl.name),
        Kind::Local => format!("let {}", typed(decl.name.as_str())),
        Kind::Const if decl.is_untyped => match const_type(analysis, decl.at) {
            Some(ty) => source.replacen(decl.name.as_str(), &format!("{}: {ty}", decl.name), 1),
            None => source.to_owned(),
        },
        Kind::Field if decl.is_untyped => match field_type(analysis, decl.at) {
            Some(ty) => format!("{of}let {}", source.replacen(decl.name.as_str(), &format!("{}: {ty}", decl.name), 1)),
            None => format!("{of}let {source}"),
        },
        Kind::Field | Kind::Param | Kind::Variant => format!("{of}{source}"),
        _ => source.to_owned(),
    }
}

/// The type of a constant.
pub fn const_type(analysis: &Analysis, at: Span) -> Option<String> {
    let constant = analysis.studied.program.consts.values().find(|constant| constant.span == at)?;
    (constant.value.ty != Type::Error).then(|| analysis.show(&constant.value.ty))
}

/// The type of a field of a state.
pub fn field_type(analysis: &Analysis, at: Span) -> Option<String> {
    let fields = analysis.studied.program.states.values().flat_map(|state| &state.fields);
    let field = fields.into_iter().find(|field| field.span == at)?;
    (field.ty != Type::Error).then(|| analysis.show(&field.ty))
}

fn code(text: &str) -> String {
    let lines: Vec<&str> = text.lines().take(MAX_LINES).collect();
    let more = if text.lines().count() > MAX_LINES { "\n…" } else { "" };
    format!("```lwas\n{}{more}\n```", lines.join("\n"))
}

/// A name of the language, else the smallest expression around a place, with its type.
fn expression(analysis: &Analysis, file: FileId, offset: usize) -> Option<(String, Span)> {
    let text = analysis.text(file);
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let start = text
        .get(..offset)?
        .rfind(|c| !is_part(c))
        .map_or(0, |at| at + text.get(at..).and_then(|s| s.chars().next()).map_or(1, char::len_utf8));
    let end = text.get(offset..)?.find(|c| !is_part(c)).map_or(text.len(), |at| offset + at);
    if let Some((written, docs)) = builtins::find(text.get(start..end)?) {
        return Some((format!("{}\n\n{docs}", code(&written)), Span::new(file, start, end)));
    }
    let around = |span: &Span| span.file == file && span.start as usize <= offset && offset <= span.end as usize;
    let types = analysis.studied.notes.types.iter().filter(|(span, ty)| around(span) && *ty != Type::Error);
    let (span, ty) = types.min_by_key(|(span, _)| span.end - span.start)?;
    let words = words(analysis, ty).map(|words| format!("\n\n{words}")).unwrap_or_default();
    Some((format!("{}{words}", code(&analysis.show(ty))), *span))
}

/// What a type says of digits, in a sentence.
fn words(analysis: &Analysis, ty: &Type) -> Option<String> {
    let plural = |n: u8| if n == 1 { "" } else { "s" };
    match ty {
        Type::Decimal(digits) => {
            Some(format!("An exact number with {digits} digit{} behind the point.", plural(*digits)))
        }
        Type::Amount(id, digits) => {
            let currency = analysis.studied.program.currencies.get(*id)?;
            let own = currency.digits;
            let more = match digits.checked_sub(own).filter(|more| *more > 0) {
                Some(more) => format!(", {more} more than the currency's own: `round` takes it to {own}"),
                None => String::new(),
            };
            Some(format!("An amount of {} with {digits} digit{}{more}.", currency.code, plural(*digits)))
        }
        Type::Fraction(FractionOf::Number | FractionOf::Amount(_) | FractionOf::Money) => {
            Some("An exact fraction; rounding makes it a value.".to_owned())
        }
        _ => None,
    }
}
