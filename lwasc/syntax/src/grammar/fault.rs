//! What goes wrong while the grammar reads. A `Fault` says at which token, and either what was expected there, as a set of
//! few named things, or its own message. It becomes a diagnostic only at the end, when of several at one token the first
//! is known.

use super::foreign::Around;
use crate::errors;
use crate::tokens::{Kind, Lexed, Token};
use lwas_base::{Diagnostic, Diagnostics};

/// A set of things that could stand in a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Expected(u64);

macro_rules! expected {
    ($($name:ident = $bit:literal $text:literal;)*) => {
        impl Expected {
            $(pub(super) const $name: Expected = Expected(1 << $bit);)*
        }
        /// The things in the order in which a message names them.
        const NAMES: &[(Expected, &str)] = &[$((Expected::$name, $text)),*];
    };
}

expected! {
    ITEM = 0 "an item";
    STATEMENT = 1 "a statement";
    EXPRESSION = 2 "an expression";
    TYPE = 3 "a type";
    NAME = 4 "a name";
    FIELD = 5 "a field";
    PATTERN = 6 "a pattern";
    TEXT = 7 "a text";
    DIGITS = 8 "a number of digits";
    VARIANT = 9 "a variant";
    EVENT = 10 "an event";
    MODULE = 11 "a module";
    COMMA = 12 "`,`";
    COLON = 13 "`:`";
    DOT = 14 "`.`";
    EQUAL = 15 "`=`";
    ARROW = 16 "`->`";
    FAT_ARROW = 17 "`=>`";
    LPAREN = 18 "`(`";
    LBRACKET = 19 "`[`";
    LBRACE = 20 "`{`";
    RPAREN = 21 "`)`";
    RBRACKET = 22 "`]`";
    RBRACE = 23 "`}`";
    RANGLE = 24 "`>`";
    IN = 25 "`in`";
    FOR = 26 "`for`";
    ON = 27 "`on`";
    FROM = 28 "`from`";
    WITH = 29 "`with`";
    BY = 30 "`by`";
    OPERATOR = 31 "an operator";
    PART_CLOSE = 32 "`}` of the expression in this text";
    CALL = 33 "`fn`, `action` or `event`";
    ELSE = 34 "`else`";
    GIVEN = 35 "`given`";
    TRUTH = 36 "`truth`";
    TRUTH_VALUE = 37 "a truth between 0 and 1, such as `0.8`";
    SEVERITY = 38 "`info`, `warning` or `critical`";
    WHEN = 39 "`when`";
    DURATION = 40 "a duration such as `5m`";
    MESSAGE = 41 "`message`";
    ALERTS = 42 "`alerts`";
    AS = 43 "`as`";
    KEY = 44 "a key";
}

impl Expected {
    /// Nothing that has a name.
    pub(super) const NOTHING: Expected = Expected(0);

    /// Both.
    pub(super) const fn or(self, other: Expected) -> Expected {
        Expected(self.0 | other.0)
    }

    /// Whether this is one of them.
    pub(super) const fn has(self, one: Expected) -> bool {
        self.0 & one.0 != 0
    }

    fn words(self) -> String {
        let names: Vec<_> = NAMES.iter().filter(|(thing, _)| thing.0 & self.0 != 0).map(|(_, name)| *name).collect();
        match names.as_slice() {
            [] => "something else".into(),
            [one] => (*one).into(),
            [most @ .., last] => format!("{} or {last}", most.join(", ")),
        }
    }
}

/// One mistake.
#[derive(Clone, Debug)]
pub(super) struct Fault {
    /// The token at which it showed.
    pub(super) at: usize,
    /// What could have stood there.
    expected: Expected,
    /// Its own message, which is then all it says.
    special: Option<Box<Diagnostic>>,
    /// Whether it says nothing, and only keeps others at its token from speaking.
    silent: bool,
}

impl Fault {
    /// Something else stands at this token.
    pub(super) fn expected(at: usize, expected: Expected) -> Fault {
        Fault { at, expected, special: None, silent: false }
    }

    /// Nothing: whatever is wrong at this token follows from something that was reported.
    pub(super) fn silence(at: usize) -> Fault {
        Fault { at, expected: Expected::NOTHING, special: None, silent: true }
    }

    /// A mistake with a message of its own.
    pub(super) fn special(at: usize, diagnostic: Diagnostic) -> Fault {
        Fault { at, expected: Expected::NOTHING, special: Some(Box::new(diagnostic)), silent: false }
    }

    fn diagnostic(self, lexed: &Lexed, text: &str) -> Option<Diagnostic> {
        if self.silent {
            return None;
        }
        if let Some(special) = self.special {
            return Some(*special);
        }
        let found = lexed.tokens.get(self.at).or(lexed.tokens.last())?;
        let before = self.at.checked_sub(1).and_then(|at| lexed.tokens.get(at));
        if found.kind == Kind::Bad {
            return None;
        }
        // What is missing at the end of a line is missing there, not where the next line begins.
        let line_ended = before.filter(|_| found.starts_line);
        let span = line_ended.map_or(found.span, |token| token.span.after());
        let around = Around::new(lexed, text, self.at);
        if let Some((span, written, help)) = around.pair() {
            return Some(errors::foreign_pair(span, written, help));
        }
        let error = errors::unexpected(span, &self.expected.words(), &describe(found, text));
        match around.help(self.expected) {
            Some(help) => Some(error.with_help(help)),
            None => Some(error),
        }
    }
}

/// A token as a message names it.
fn describe(token: &Token, text: &str) -> String {
    match token.kind {
        Kind::End => "the end of the file".into(),
        Kind::Text | Kind::TextOpen => "a text".into(),
        _ => {
            let written = text.get(token.span.range()).unwrap_or_default();
            let shown: String = written.chars().take(60).collect();
            format!("`{shown}{}`", if shown.len() < written.len() { "…" } else { "" })
        }
    }
}

/// Turns faults into diagnostics. Of several at one token the first is kept: the others are its consequences.
pub(super) fn report(mut faults: Vec<Fault>, lexed: &Lexed, text: &str, diagnostics: &mut Diagnostics) {
    faults.sort_by_key(|fault| fault.at);
    faults.dedup_by_key(|fault| fault.at);
    for diagnostic in faults.into_iter().filter_map(|fault| fault.diagnostic(lexed, text)) {
        diagnostics.push(diagnostic);
    }
}
