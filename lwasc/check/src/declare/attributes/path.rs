//! Paths of routes as they are written: `"/accounts/{id}"`. In comes the text, whose `{…}` the parser has read as expressions; out
//! go the parts between the slashes.

use crate::errors::attributes;
use lwas_base::Diagnostics;
use lwas_syntax::ast::{self, ExprKind, Ident, TextPart};

/// What stands between two slashes.
pub(super) enum Part {
    /// As it is.
    Word(String),
    /// `{name}`.
    Value(Ident),
}

/// What a path is made of before it is divided.
enum Piece {
    Slash,
    Word(String),
    Value(Ident),
}

/// The parts of a path. What is wrong with it is reported; `form` is how the attribute is written.
pub(super) fn parts(tree: &ast::Expr, form: &str, sink: &mut Diagnostics) -> Option<Vec<Part>> {
    let ExprKind::Text(text) = &tree.kind else {
        if !matches!(tree.kind, ExprKind::Error) {
            let message = "a route's path is a text".to_owned();
            sink.push(attributes::arguments(tree.span, message, form));
        }
        return None;
    };
    let mut pieces = vec![];
    for part in text {
        match part {
            TextPart::Literal(literal) => literally(literal, &mut pieces),
            TextPart::Expr(ast::Expr { kind: ExprKind::Name(name), .. }) => pieces.push(Piece::Value(*name)),
            TextPart::Expr(expr) => {
                let message = "what stands in braces in a path is one name".to_owned();
                sink.push(attributes::bad_path(expr.span, message, "write `{id}`, and take it as a parameter"));
                return None;
            }
        }
    }
    divide(pieces).map_err(|(message, help)| sink.push(attributes::bad_path(tree.span, message, &help))).ok()
}

fn literally(text: &str, pieces: &mut Vec<Piece>) {
    for c in text.chars() {
        match (c, pieces.last_mut()) {
            ('/', _) => pieces.push(Piece::Slash),
            (_, Some(Piece::Word(word))) => word.push(c),
            _ => pieces.push(Piece::Word(c.into())),
        }
    }
}

/// Divides a path at its slashes; else what is wrong, and help.
fn divide(pieces: Vec<Piece>) -> Result<Vec<Part>, (String, String)> {
    let mut pieces = pieces.into_iter();
    let begins = "let it begin with `/`: `\"/accounts/{id}\"`";
    if !matches!(pieces.next(), Some(Piece::Slash)) {
        return Err(("a path begins with `/`".to_owned(), begins.to_owned()));
    }
    let mut parts: Vec<Option<Part>> = vec![None];
    for piece in pieces {
        let open = parts.last_mut().expect("there is always a last part");
        match (piece, &open) {
            (Piece::Slash, None) => return Err(empty()),
            (Piece::Slash, Some(_)) => parts.push(None),
            (Piece::Word(word), None) => *open = Some(Part::Word(checked(word)?)),
            (Piece::Value(name), None) => *open = Some(Part::Value(name)),
            (_, Some(_)) => {
                let message = "`{…}` is a whole part of a path".to_owned();
                return Err((message, "put a `/` between it and what stands beside it".to_owned()));
            }
        }
    }
    match parts.as_slice() {
        // The path `/` itself.
        [None] => Ok(vec![]),
        [.., None] => Err(empty()),
        _ => Ok(parts.into_iter().flatten().collect()),
    }
}

fn empty() -> (String, String) {
    ("a path has something between its slashes, and none at its end".to_owned(), "leave out the `/`".to_owned())
}

/// A word of a path, as it stands in a URL without `%`.
fn checked(word: String) -> Result<String, (String, String)> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '~');
    match word.chars().find(|c| !plain(*c)) {
        Some('?') => {
            let message = "a path ends before `?`".to_owned();
            Err((message, "leave it out: parameters that are not in the path come from the query string".to_owned()))
        }
        Some(c) => {
            let message = format!("`{}` can't stand in a path", c.escape_debug());
            Err((message, "use letters from a to z, digits, `-`, `_`, `.` and `~`".to_owned()))
        }
        None if word == "." || word == ".." => {
            let message = format!("`{word}` can't be a part of a path");
            Err((message, "whoever sends a request leaves it out".to_owned()))
        }
        None => Ok(word),
    }
}
