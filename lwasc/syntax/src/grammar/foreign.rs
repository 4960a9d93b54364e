//! What other languages write where something else belongs. The tokens around a mistake come in, words of help go out,
//! only where it is likely right.

use super::fault::Expected;
use crate::errors;
use crate::tokens::{Kind, Lexed, Token};
use lwas_base::near;

/// The tokens around a mistake.
#[derive(Clone, Copy)]
pub(super) struct Around<'a> {
    lexed: &'a Lexed,
    text: &'a str,
    at: usize,
}

impl<'a> Around<'a> {
    pub(super) fn new(lexed: &'a Lexed, text: &'a str, at: usize) -> Around<'a> {
        Around { lexed, text, at }
    }

    fn token(self, at: Option<usize>) -> Option<&'a Token> {
        self.lexed.tokens.get(at?)
    }

    /// What stands there, as it is written.
    fn written(self, token: Option<&Token>) -> &'a str {
        token.and_then(|token| self.text.get(token.span.range())).unwrap_or_default()
    }

    fn found(self) -> Option<&'a Token> {
        self.token(Some(self.at))
    }

    fn before(self) -> Option<&'a Token> {
        self.token(self.at.checked_sub(1))
    }

    /// Two signs that touch, one of which is where the mistake showed, and are one operator elsewhere.
    pub(super) fn pair(self) -> Option<(lwas_base::Span, &'a str, &'static str)> {
        const TEXTS: &str = "texts are put together in one: `\"{a}{b}\"`";
        let behind_text = |at: usize| self.token(self.at.checked_sub(at)).is_some_and(|token| token.kind == Kind::Text);
        let pairs = [(self.before(), self.found()), (self.found(), self.token(Some(self.at + 1)))];
        pairs.into_iter().find_map(|(first, second)| {
            let (first, second) = (first?.span, second?.span);
            let touching = first.range().end == second.range().start;
            let written = self.text.get(first.range().start..second.range().end).filter(|_| touching)?;
            let help = errors::operator_elsewhere(written)?;
            let joined = written == "++" && (behind_text(1) || behind_text(2));
            Some((first.to(second), written, if joined { TEXTS } else { help }))
        })
    }

    /// Words of help about what was found instead of what was expected.
    pub(super) fn help(self, expected: Expected) -> Option<String> {
        let (kind, found) = (self.found()?.kind, self.written(self.found()));
        let before = self.written(self.before());
        let help = match kind {
            Kind::Question => "there is no `? :`: write `if condition { a } else { b }`",
            Kind::FatArrow => {
                "functions have names, `fn name(x: T) -> T { … }`; a list of results is `[f(x) for x in xs]`"
            }
            Kind::Pipe => "`or` joins two conditions, `T?` is the type of what may be missing",
            Kind::Else if expected.has(Expected::LBRACE) => "the condition comes first: `if c { a } else { b }`",
            Kind::Else => "`else` stands behind `require …` or the `}` of an `if`",
            Kind::If if expected.has(Expected::RBRACKET) => {
                "a condition follows `where`: `[x for x in xs where x > 0]`"
            }
            Kind::Arrow if expected.has(Expected::FAT_ARROW) => "write `=>`",
            Kind::Equal if expected.has(Expected::IN) => "a loop goes over something: `for i in range(1, 10) { … }`",
            Kind::Equal if expected.has(Expected::COLON) => "the type stands before the value: `name: Int = 1`",
            Kind::LParen if expected.has(Expected::AS) => {
                "the event gets a name with `as`: `rule r on Sale as sale { … }`"
            }
            Kind::LParen if expected.has(Expected::LBRACKET) => {
                "a key stands in brackets, fields in braces: `[…] { … }`"
            }
            Kind::LParen if expected.has(Expected::FOR) => "a law takes nothing: leave out the parentheses",
            Kind::LParen if expected.has(Expected::LBRACE) => "fields stand in braces: `{ … }`",
            Kind::Equal if expected == Expected::LBRACE => "what belongs to it stands in braces: `{ … }`",
            Kind::Equal if expected.has(Expected::RBRACE) => "leave out `=` and what follows",
            Kind::LBrace if expected.has(Expected::IN) => "say of which rows: `for x in S { … }`",
            Kind::LBrace if expected == Expected::NAME && matches!(before, "axiom" | "rule" | "state" | "event") => {
                return Some(format!("a name stands behind `{before}`"));
            }
            Kind::Name if found == "where" && expected.has(Expected::FOR) => {
                "say of which rows: `for x in S where … { … }`"
            }
            Kind::Name if found == "of" && expected.has(Expected::IN) => "write `in`",
            Kind::Colon if expected.has(Expected::PART_CLOSE) => {
                "a value is written with the digits of its type: round it first to have fewer"
            }
            Kind::Text if before == "." => "texts are put together in one: `\"{a}{b}\"`",
            Kind::Colon if expected.has(Expected::LBRACE) => "a body stands in braces: `{ … }`",
            Kind::RParen | Kind::RBracket | Kind::Comma | Kind::Name
                if expected.has(Expected::COLON) && !expected.has(Expected::EQUAL) =>
            {
                "its type follows a colon: `name: Text`"
            }
            Kind::LBrace if before == "as" => "name what it is about: `as sale { … }`",
            Kind::Slash | Kind::Star if before == "/" => "a comment begins with `//`, on each of its lines",
            Kind::Star if expected.has(Expected::NAME) => "say which names: `use std.currency.{USD, EUR}`",
            Kind::Text if expected.has(Expected::MODULE) => "a module is named with points: `use std.ledger`",
            Kind::Name | Kind::If | Kind::Require if expected.has(Expected::WHEN) => when(found),
            Kind::LBrace | Kind::For if expected.has(Expected::SEVERITY) => {
                "say how bad it is: `alert high_cpu warning for h in Host { … }`"
            }
            Kind::LBrace if expected.has(Expected::ON) => "say which event: `rule settle on Sale as sale { … }`",
            Kind::Name if expected.has(Expected::ON) && found == "every" => {
                "at a time that a row has a rule is `due`: `rule r due Hold.at as h`; at each tick: `rule r on time.Tick`"
            }
            Kind::Name if expected.has(Expected::SEVERITY) => return severity(found).map(did_you_mean),
            Kind::Name if expected.has(Expected::IN) && matches!(before, "all" | "each" | "every") => {
                return Some(format!("leave out `{before}`: `for {found} in …`"));
            }
            Kind::Name if before == "on" && expected.has(Expected::ON) => {
                "a rule has a name of its own: `rule settle on Sale as sale { … }`"
            }
            Kind::LBrace if expected.has(Expected::TEXT) => {
                "a test says what it shows: `test \"a sale is paid\" { … }`"
            }
            Kind::LBrace if expected.has(Expected::TRUTH) => "say how true it is: `belief b truth 0.8 { … }`",
            Kind::Name if expected.has(Expected::TEXT) => "a text stands in double quotes",
            Kind::Int | Kind::Decimal
                if self.before().is_some_and(|token| token.capital) && !self.found()?.starts_line =>
            {
                return Some(format!("the number comes first: `{found} {before}`"));
            }
            Kind::Int | Kind::Decimal if expected.has(Expected::DURATION) => {
                return Some(format!("a duration has a unit: `{found}m`, or `s`, `h`, `d`"));
            }
            Kind::Name | Kind::Int | Kind::Decimal | Kind::Let | Kind::Require | Kind::Text | Kind::TextOpen
                if expected == Expected::LBRACE =>
            {
                "a body stands in braces: `{ … }`"
            }
            _ => return errors::operator_elsewhere(found).map(str::to_owned),
        };
        Some(help.to_owned())
    }
}

fn did_you_mean(meant: &str) -> String {
    format!("did you mean `{meant}`?")
}

/// What stands where an alert's condition begins.
fn when(found: &str) -> &'static str {
    match found {
        "if" => "write `when`",
        "message" => "the message follows the condition: `when … message \"…\"`",
        _ => "the condition follows `when`: `when h.cpu > 80 for 5m`",
    }
}

/// A severity by another name.
fn severity(found: &str) -> Option<&'static str> {
    match found {
        "warn" | "minor" => Some("warning"),
        "error" | "err" | "crit" | "fatal" | "page" | "major" | "high" | "emergency" | "alert" => Some("critical"),
        "notice" | "debug" | "low" | "none" => Some("info"),
        _ => near(found, ["info", "warning", "critical"].into_iter()),
    }
}
