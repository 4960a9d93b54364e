//! Whether a text that somebody types goes on: a bracket in it is still open.

use crate::lexer;
use crate::tokens::Kind;
use lwas_base::{Diagnostics, FileId};

/// Whether a bracket that opens in the text does not close in it, so that whoever types it is asked for more.
pub fn is_unfinished(text: &str) -> bool {
    let lexed = lexer::lex(FileId(0), text, &mut Diagnostics::new());
    let mut open = 0_usize;
    for token in &lexed.tokens {
        match token.kind {
            Kind::LParen | Kind::LBracket | Kind::LBrace => open += 1,
            Kind::RParen | Kind::RBracket | Kind::RBrace => open = open.saturating_sub(1),
            _ => {}
        }
    }
    open > 0
}

#[cfg(test)]
mod tests {
    use super::is_unfinished;

    #[test]
    fn what_is_open_goes_on() {
        for (text, goes_on) in [
            ("rule pay on Pay as e {", true),
            ("sum([1, 2", true),
            ("1 + 2", false),
            ("}", false),
            ("\"{a.b}\"", false),
            ("\"[\"", false),
            ("// {", false),
            ("", false),
        ] {
            assert_eq!(is_unfinished(text), goes_on, "{text}");
        }
    }
}
