//! Tokens to tree. The grammar stands on chumsky: its input, its checkpoints and its precedence climbing. Every production
//! is a function over that input, which `custom` makes a parser; chumsky's other combinators are not used, because they
//! find out which alternative is meant by trying, and report what the last one expected. Here the next one or two tokens
//! decide, so nothing is read twice, the time is linear, and a message names what was meant.
//!
//! Lists and bodies never fail: a mistake inside is reported, skipped up to a place from where reading on makes sense,
//! and an `Error` node stands for it. See `sequence` for where these places are.

mod block;
mod code;
mod expr;
mod fault;
mod foreign;
mod item;
mod map;
mod member;
mod operand;
mod pattern;
mod sequence;
mod statement;
mod test;
mod ty;
mod watch;
mod words;

use crate::ast::{File, Ident};
use crate::errors;
use crate::limits::MAX_HEIGHT;
use crate::tokens::{Kind, Lexed, Payload, Token, Word};
use chumsky::input::{Checkpoint, Cursor, InputRef};
use chumsky::inspector::Inspector;
use chumsky::prelude::*;
use fault::{Expected, Fault};
use lwas_base::{Diagnostics, Span};

type Tokens<'t> = &'t [Token];
type Extra<'t> = extra::Full<NoMatch, State<'t>, ()>;
/// What chumsky hears of a parser that does not fit: nothing, for the faults are kept beside it.
type NoMatch = EmptyErr;
type Inp<'t, 'p> = InputRef<'t, 'p, Tokens<'t>, Extra<'t>>;
type Read<T> = Result<T, Fault>;

/// What the productions share.
struct State<'t> {
    lexed: &'t Lexed,
    /// The source.
    text: &'t str,
    /// Mistakes from which reading went on.
    faults: Vec<Fault>,
    /// Why the expression that is being read cannot go on.
    failed: Option<Fault>,
    /// Whether a `{` may go on an expression: not where it would be taken for the body that follows.
    braces: bool,
    /// Productions inside one another, and how many the stack holds.
    depth: u32,
    max_depth: u32,
    /// The limit was reached.
    too_deep: bool,
}

impl<'t> Inspector<'t, Tokens<'t>> for State<'t> {
    type Checkpoint = ();
    fn on_token(&mut self, _: &Token) {}
    fn on_save(&self, _: &Cursor<'t, '_, Tokens<'t>>) {}
    fn on_rewind(&mut self, _: &Checkpoint<'t, '_, Tokens<'t>, ()>) {}
}

/// Expressions up to this height are read on the caller's stack, whatever its size.
const SHALLOW: u32 = 40;

/// Room for `MAX_HEIGHT` productions inside one another, several times over. It is reserved, not used, until it is needed.
const DEEP_STACK_BYTES: usize = 256 * 1024 * 1024;

/// The tree of a file; `height` is what `limits` measured.
pub(crate) fn file(lexed: &Lexed, text: &str, height: u32, diagnostics: &mut Diagnostics) -> File {
    let shallow = if height <= SHALLOW { attempt(lexed, text, SHALLOW) } else { None };
    let attempted = shallow.or_else(|| attempt_on_deep_stack(lexed, text));
    let (file, faults) = attempted.unwrap_or_else(|| {
        let span = lexed.tokens.first().expect("the lexer ends every list with `End`").span;
        (File::default(), vec![Fault::special(0, errors::chain_too_long(span))])
    });
    fault::report(faults, lexed, text, diagnostics);
    File { docs: lexed.module_docs.clone(), ..file }
}

/// Deep source is rare and may come from anywhere: it is read on a stack that is certainly large enough, instead of
/// hoping for the caller's.
fn attempt_on_deep_stack(lexed: &Lexed, text: &str) -> Option<(File, Vec<Fault>)> {
    std::thread::scope(|scope| {
        let deep = std::thread::Builder::new().stack_size(DEEP_STACK_BYTES);
        let handle = deep.spawn_scoped(scope, || attempt(lexed, text, MAX_HEIGHT)).ok()?;
        handle.join().ok().flatten()
    })
}

/// The tree and the mistakes; nothing when productions stand inside one another more than `max_depth` times.
fn attempt<'t>(lexed: &'t Lexed, text: &'t str, max_depth: u32) -> Option<(File, Vec<Fault>)> {
    let mut state =
        State { lexed, text, faults: vec![], failed: None, braces: true, depth: 0, max_depth, too_deep: false };
    let file = custom(|inp: &mut Inp<'_, '_>| Ok(item::file(inp)))
        .parse_with_state(lexed.tokens.as_slice(), &mut state)
        .into_output();
    if state.too_deep {
        return None;
    }
    Some((file.unwrap_or_default(), state.faults))
}

// Looking and stepping. `End` is the last token and is never stepped over but by the file itself, so that there is always
// one to look at.

/// The number of the next token.
fn at(inp: &Inp<'_, '_>) -> usize {
    *inp.cursor().inner()
}

/// The next token.
fn peek(inp: &mut Inp<'_, '_>) -> Token {
    peek_nth(inp, 0)
}

/// The token after `n` others.
fn peek_nth(inp: &mut Inp<'_, '_>, n: usize) -> Token {
    let at = at(inp) + n;
    let tokens = &inp.state().lexed.tokens;
    *tokens.get(at).or(tokens.last()).expect("the lexer ends every list with `End`")
}

/// The token before the next one.
fn previous(inp: &mut Inp<'_, '_>) -> Token {
    let at = at(inp).saturating_sub(1);
    let tokens = &inp.state().lexed.tokens;
    *tokens.get(at).or(tokens.last()).expect("the lexer ends every list with `End`")
}

/// Whether the next token is of this kind.
fn is(inp: &mut Inp<'_, '_>, kind: Kind) -> bool {
    peek(inp).kind == kind
}

/// Whether the next token is this word.
fn is_word(inp: &mut Inp<'_, '_>, word: Word) -> bool {
    peek(inp).word == word
}

/// Steps over a token, but not over the end.
fn step(inp: &mut Inp<'_, '_>) -> Token {
    let token = peek(inp);
    if token.kind != Kind::End {
        inp.skip();
    }
    token
}

/// Steps over a token of this kind where one stands.
fn eat(inp: &mut Inp<'_, '_>, kind: Kind) -> Option<Token> {
    if is(inp, kind) { Some(step(inp)) } else { None }
}

/// Steps over this word where it stands.
fn eat_word(inp: &mut Inp<'_, '_>, word: Word) -> Option<Token> {
    if is_word(inp, word) { Some(step(inp)) } else { None }
}

/// Steps over a token of this kind, which must stand here.
fn want(inp: &mut Inp<'_, '_>, kind: Kind, expected: Expected) -> Read<Token> {
    eat(inp, kind).ok_or_else(|| missing(inp, expected))
}

/// The fault that something else stands here.
fn missing(inp: &mut Inp<'_, '_>, expected: Expected) -> Fault {
    Fault::expected(at(inp), expected)
}

/// Reports a mistake and goes on.
fn complain(inp: &mut Inp<'_, '_>, diagnostic: lwas_base::Diagnostic) {
    let fault = Fault::special(at(inp), diagnostic);
    inp.state().faults.push(fault);
}

/// The span from the token with this number to the one before the next.
fn since(inp: &mut Inp<'_, '_>, start: usize) -> Span {
    let end = previous(inp).span;
    let first = inp.state().lexed.tokens.get(start).map_or(end, |token| token.span);
    if first.start <= end.end { first.to(end) } else { first }
}

/// A name.
fn name(inp: &mut Inp<'_, '_>) -> Read<Ident> {
    name_as(inp, Expected::NAME)
}

/// A name that messages call so.
fn name_as(inp: &mut Inp<'_, '_>, expected: Expected) -> Read<Ident> {
    let token = peek(inp);
    match token.payload {
        Payload::Name(name) if token.kind == Kind::Name => {
            step(inp);
            Ok(Ident { name, span: token.span })
        }
        _ => Err(missing(inp, expected)),
    }
}

/// `a.b.c`; `.{` behind it is left for an import.
fn path(inp: &mut Inp<'_, '_>) -> Read<Vec<Ident>> {
    path_as(inp, Expected::NAME)
}

/// A path whose first name messages call so.
fn path_as(inp: &mut Inp<'_, '_>, expected: Expected) -> Read<Vec<Ident>> {
    let mut path = vec![name_as(inp, expected)?];
    while is(inp, Kind::Dot) && peek_nth(inp, 1).kind != Kind::LBrace {
        step(inp);
        path.push(name(inp)?);
    }
    Ok(path)
}

/// One or more with a sign between each two: behind the sign another must follow.
fn separated<'t, 'p, T>(
    inp: &mut Inp<'t, 'p>,
    sign: Kind,
    mut read: impl FnMut(&mut Inp<'t, 'p>) -> Read<T>,
) -> Read<Vec<T>> {
    let mut all = vec![read(inp)?];
    while eat(inp, sign).is_some() {
        all.push(read(inp)?);
    }
    Ok(all)
}

/// Reads with or without the freedom to begin a record with `{`.
fn with_braces<'t, 'p, T>(inp: &mut Inp<'t, 'p>, braces: bool, read: impl FnOnce(&mut Inp<'t, 'p>) -> T) -> T {
    let before = std::mem::replace(&mut inp.state().braces, braces);
    let result = read(inp);
    inp.state().braces = before;
    result
}

/// Reads one production deeper.
fn deeper<'t, 'p, T>(inp: &mut Inp<'t, 'p>, read: impl FnOnce(&mut Inp<'t, 'p>) -> Read<T>) -> Read<T> {
    inp.state().depth += 1;
    let result = if inp.state().depth > inp.state().max_depth {
        inp.state().too_deep = true;
        Err(missing(inp, Expected::NOTHING))
    } else {
        read(inp)
    };
    inp.state().depth -= 1;
    result
}

/// The doc comment of a token.
fn docs(inp: &mut Inp<'_, '_>, token: Token) -> String {
    let row = (token.docs as usize).checked_sub(1);
    row.and_then(|row| inp.state().lexed.docs.get(row)).cloned().unwrap_or_default()
}
