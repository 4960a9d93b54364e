//! How deep a tree may become, decided on the tokens before anything recurses. Two limits: brackets inside brackets, and
//! the height of an expression, which also grows with each operator of a chain (`1 + 1 + …` is a tree that leans to the
//! left). The tokens come in; the height of the tallest expression goes out, or the message about the first that is too
//! tall. Later stages recurse over the tree and rely on it.

use crate::errors;
use crate::tokens::{Kind, Token};
use lwas_base::Diagnostic;

/// Brackets inside brackets.
pub(crate) const MAX_NESTING: usize = 200;

/// Operators, brackets and prefixes above one another in one expression.
pub(crate) const MAX_HEIGHT: u32 = 1000;

/// What is open at one level of brackets.
#[derive(Clone, Copy)]
struct Level {
    open: Kind,
    /// Height of the expression that goes on.
    current: u32,
    /// The tallest before it.
    tallest: u32,
    /// Whether an operand has just ended, so that another operand begins something new.
    operand_ended: bool,
}

/// The greatest height, counted generously.
pub(crate) fn height(tokens: &[Token]) -> Result<u32, Box<Diagnostic>> {
    let file = Level { open: Kind::End, current: 0, tallest: 0, operand_ended: false };
    let mut levels = vec![file];
    let mut tallest = 0;
    for token in tokens {
        if token.begins_item {
            levels.truncate(1);
        }
        let Some(level) = levels.last_mut() else { break };
        let fresh = level.operand_ended && begins_operand(token) || matches!(token.kind, Kind::Comma | Kind::PartOpen);
        if fresh || token.begins_item {
            level.tallest = level.tallest.max(level.current);
            level.current = 0;
        }
        level.operand_ended = ends_operand(token.kind);
        if grows(token.kind) {
            level.current += 1;
        }
        if opens(token.kind) {
            levels.push(Level { open: token.kind, ..file });
            if levels.len() > MAX_NESTING + 1 {
                return Err(Box::new(errors::too_deep(token.span)));
            }
        } else if let Some(open) = opener(token.kind) {
            close(&mut levels, open);
        }
        let current = levels.last().map_or(0, |level| level.current);
        if current > MAX_HEIGHT {
            return Err(Box::new(errors::chain_too_long(token.span)));
        }
        tallest = tallest.max(current);
    }
    // What is never closed still counts: the parser goes down before it finds out.
    let open: u32 = levels.iter().map(|level| level.current.max(level.tallest) + 1).sum();
    Ok(tallest.max(open))
}

/// Ends the innermost level that `open` began; a closing bracket without one is for the grammar to report.
fn close(levels: &mut Vec<Level>, open: Kind) {
    let Some(at) = levels.iter().rposition(|level| level.open == open) else { return };
    let inner = levels.drain(at..).map(|level| level.current.max(level.tallest)).max().unwrap_or(0);
    if let Some(level) = levels.last_mut() {
        level.current = level.current.max(inner) + 1;
        level.operand_ended = true;
    }
}

pub(crate) fn opens(kind: Kind) -> bool {
    matches!(kind, Kind::LParen | Kind::LBracket | Kind::LBrace | Kind::TextOpen | Kind::PartOpen)
}

pub(crate) fn opener(kind: Kind) -> Option<Kind> {
    Some(match kind {
        Kind::RParen => Kind::LParen,
        Kind::RBracket => Kind::LBracket,
        Kind::RBrace => Kind::LBrace,
        Kind::PartClose => Kind::PartOpen,
        Kind::TextClose => Kind::TextOpen,
        _ => return None,
    })
}

#[rustfmt::skip]
fn grows(kind: Kind) -> bool {
    matches!(kind,
        Kind::And | Kind::Or | Kind::Not | Kind::In | Kind::EqualEqual | Kind::NotEqual | Kind::Less | Kind::LessEqual
        | Kind::Greater | Kind::GreaterEqual | Kind::Coalesce | Kind::Plus | Kind::Minus | Kind::Star | Kind::Slash
        | Kind::Dot | Kind::If | Kind::Match | Kind::Fold | Kind::Question)
}

#[rustfmt::skip]
fn ends_operand(kind: Kind) -> bool {
    matches!(kind,
        Kind::Name | Kind::False | Kind::None | Kind::True | Kind::Int | Kind::Decimal | Kind::Literal | Kind::Text
        | Kind::TextClose | Kind::RParen | Kind::RBracket | Kind::RBrace | Kind::Bad)
}

/// Whether this, after the end of an operand, begins something new. A bracket does so only at the beginning of a line.
#[rustfmt::skip]
fn begins_operand(token: &Token) -> bool {
    match token.kind {
        Kind::LParen | Kind::LBracket | Kind::LBrace => token.starts_line,
        Kind::Name | Kind::False | Kind::None | Kind::True | Kind::Int | Kind::Decimal | Kind::Literal | Kind::Text
        | Kind::TextOpen | Kind::Some | Kind::If | Kind::Match | Kind::Fold | Kind::Let | Kind::Require | Kind::Not
        | Kind::For => true,
        _ => false,
    }
}
