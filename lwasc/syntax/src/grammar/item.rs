//! Items: the file, what stands before an item, and the items without a body of statements.

use super::code;
use super::expr::inner;
use super::fault::{Expected, Fault};
use super::member::{NAMES, event_fields, members, names, params, record_fields, variants};
use super::sequence::{Apart, Elements, list, skip_to_item};
use super::{Inp, Read, at, complain, docs, eat, eat_word, is, missing, name, path, path_as, peek, peek_nth, since};
use super::{operand, previous, step, test, ty, want, watch, words};
use crate::ast::{
    Accept, Attribute, ConstItem, CurrencyItem, EnumItem, Event, File, FunctionKind, Item, ItemKind, Journal,
    RecordItem, State, Use, UseName, UseNames,
};
use crate::errors;
use crate::tokens::{Kind, Lexed, Payload, Token, Word};

/// The whole file, its end included. It does not fail.
pub(super) fn file(inp: &mut Inp<'_, '_>) -> File {
    let mut items = vec![];
    while !is(inp, Kind::End) {
        let before = at(inp);
        items.push(item_or_error(inp));
        // The end of an expression in a text, with no text around it, is nothing that recovery stops behind.
        if at(inp) == before {
            step(inp);
        }
    }
    inp.skip();
    File { docs: String::new(), items, built_in: watch::built_in(inp) }
}

/// An item; one that cannot be read is reported and skipped up to the next.
fn item_or_error(inp: &mut Inp<'_, '_>) -> Item {
    let begin = at(inp);
    let start = inp.save();
    let fault = match item(inp) {
        Ok(item) => return item,
        Err(fault) => fault,
    };
    inp.rewind(start);
    let reached = fault.at;
    inp.state().faults.push(fault);
    let lexed = inp.state().lexed;
    loop {
        skip_to_item(inp, reached, |token, past| {
            let begins = begins_item(token) || token.kind == Kind::At || meant_as_item(lexed, token);
            past && token.starts_line && begins
        });
        // What closes nothing belongs to the mistake; behind a body the next line begins something new.
        let next = peek(inp);
        if !matches!(next.kind, Kind::RBrace | Kind::RParen | Kind::RBracket) {
            break;
        }
        step(inp);
        if peek(inp).starts_line {
            break;
        }
    }
    Item { docs: String::new(), attributes: vec![], private: None, kind: ItemKind::Error, span: since(inp, begin) }
}

/// Whether a mistyped or foreign word stands where an item begins, with a name behind it: a mistake of its own.
fn meant_as_item(lexed: &Lexed, token: Token) -> bool {
    let next = lexed.tokens.partition_point(|other| other.span.start <= token.span.start);
    let named = |next: &Token| matches!(next.kind, Kind::Name | Kind::Text) && !next.starts_line;
    let named = lexed.tokens.get(next).is_some_and(named);
    let Payload::Name(word) = token.payload else { return named && token.kind == Kind::Let };
    named && words::item_word(word.as_str()).is_some()
}

fn begins_item(token: Token) -> bool {
    token.word.begins_item()
}

/// An item with what stands before it.
fn item(inp: &mut Inp<'_, '_>) -> Read<Item> {
    let start = at(inp);
    let first = peek(inp);
    let docs = docs(inp, first);
    let mut attributes = vec![];
    while is(inp, Kind::At) {
        attributes.push(attribute(inp)?);
    }
    let private = private(inp)?;
    let kind = kind(inp)?;
    Ok(Item { docs, attributes, private, kind, span: since(inp, start) })
}

/// `private`, which stands before a `fn`, `action` or `event`.
fn private(inp: &mut Inp<'_, '_>) -> Read<Option<lwas_base::Span>> {
    let Some(private) = eat_word(inp, Word::Private) else { return Ok(None) };
    match peek(inp).word {
        Word::Fn | Word::Action | Word::Event => Ok(Some(private.span)),
        _ => Err(missing(inp, Expected::CALL)),
    }
}

/// `@name(args)`.
fn attribute(inp: &mut Inp<'_, '_>) -> Read<Attribute> {
    const ARGUMENTS: Elements = Elements { one: Expected::EXPRESSION, many: "arguments", apart: Apart::Commas };
    let start = at(inp);
    step(inp);
    let name = name(inp)?;
    let args = if is(inp, Kind::LParen) && !peek(inp).starts_line {
        step(inp);
        list(inp, ARGUMENTS, inner)
    } else {
        vec![]
    };
    Ok(Attribute { name, args, span: since(inp, start) })
}

fn kind(inp: &mut Inp<'_, '_>) -> Read<ItemKind> {
    let token = peek(inp);
    if !begins_item(token) {
        return Err(not_an_item(inp, token));
    }
    step(inp);
    match token.word {
        Word::Use => use_item(inp).map(ItemKind::Use),
        Word::Accept => accept(inp).map(ItemKind::Accept),
        Word::Const => constant(inp).map(ItemKind::Const),
        Word::Currency => currency(inp).map(ItemKind::Currency),
        Word::Enum => Ok(ItemKind::Enum(EnumItem { name: name(inp)?, variants: braces(inp, variants)? })),
        Word::Record => Ok(ItemKind::Record(RecordItem { name: name(inp)?, fields: braces(inp, record_fields)? })),
        Word::Event => Ok(ItemKind::Event(Event { name: name(inp)?, fields: braces(inp, event_fields)? })),
        Word::Journal => Ok(ItemKind::Journal(Journal { name: name(inp)?, members: braces(inp, members)? })),
        Word::State => state(inp).map(ItemKind::State),
        Word::Fn => code::function(inp, FunctionKind::Fn),
        Word::Action => code::function(inp, FunctionKind::Action),
        Word::Query => code::function(inp, FunctionKind::Query),
        Word::Rule => code::rule(inp),
        Word::Axiom => code::axiom(inp),
        Word::Test => test::test(inp),
        Word::Belief => watch::belief(inp),
        _ => watch::alert(inp),
    }
}

/// Something else than a word that begins an item.
fn not_an_item(inp: &mut Inp<'_, '_>, token: Token) -> Fault {
    let here = at(inp);
    let written = match token.kind {
        Kind::RBrace => return Fault::special(here, errors::unopened(token.span, "}")),
        Kind::Let => "let",
        Kind::Require => "require",
        Kind::Name => match token.payload {
            Payload::Name(name) => name.as_str(),
            _ => "",
        },
        _ => return Fault::expected(here, Expected::ITEM),
    };
    Fault::special(here, errors::unknown_item(token.span, written, words::item_word(written)))
}

/// Reads what stands in braces.
fn braces<'t, 'p, T>(inp: &mut Inp<'t, 'p>, read: fn(&mut Inp<'t, 'p>) -> T) -> Read<T> {
    if is(inp, Kind::LBrace) { Ok(read(inp)) } else { Err(missing(inp, Expected::LBRACE)) }
}

/// `use a.b`, `use a.b as c`, `use a.b.{C, D as E}`.
fn use_item(inp: &mut Inp<'_, '_>) -> Read<Use> {
    let path = path_as(inp, Expected::MODULE)?;
    let names = if eat(inp, Kind::Dot).is_some() {
        UseNames::Several(braces(inp, use_names)?)
    } else if eat_word(inp, Word::As).is_some() {
        UseNames::As(name(inp)?)
    } else {
        UseNames::Last
    };
    Ok(Use { path, names })
}

/// `{C, D as E}`, from the brace.
fn use_names(inp: &mut Inp<'_, '_>) -> Vec<UseName> {
    step(inp);
    list(inp, NAMES, |inp| {
        let member = name(inp)?;
        let bound = if eat_word(inp, Word::As).is_some() { name(inp)? } else { member };
        Ok(UseName { member, bound })
    })
}

/// `accept ledger.{Open}` or `accept ledger.Open`.
fn accept(inp: &mut Inp<'_, '_>) -> Read<Accept> {
    let mut module = path_as(inp, Expected::MODULE)?;
    if eat(inp, Kind::Dot).is_some() {
        return Ok(Accept { module, events: braces(inp, names)? });
    }
    match module.pop() {
        Some(event) if !module.is_empty() => Ok(Accept { module, events: vec![event] }),
        Some(event) => Err(Fault::special(at(inp) - 1, errors::accept_without_module(event.span, event.name.as_str()))),
        None => Err(missing(inp, Expected::DOT)),
    }
}

/// `const CAP: USD = 50 USD`.
fn constant(inp: &mut Inp<'_, '_>) -> Read<ConstItem> {
    let name = name(inp)?;
    let ty = if eat(inp, Kind::Colon).is_some() { Some(ty::ty(inp)?) } else { None };
    want(inp, Kind::Equal, if ty.is_some() { Expected::EQUAL } else { Expected::EQUAL.or(Expected::COLON) })?;
    Ok(ConstItem { name, ty, value: inner(inp)? })
}

/// `currency PTS(0) "loyalty points"`.
fn currency(inp: &mut Inp<'_, '_>) -> Read<CurrencyItem> {
    let name = name(inp)?;
    want(inp, Kind::LParen, Expected::LPAREN)?;
    let digits = ty::digits(inp)?;
    want(inp, Kind::RParen, Expected::RPAREN)?;
    let title = match peek(inp).kind {
        Kind::Text | Kind::TextOpen => Some(plain_text(inp, "a currency's name")?.0),
        _ => None,
    };
    Ok(CurrencyItem { name, digits, title })
}

/// A text that must be known as it is; `what` names it in messages.
pub(super) fn plain_text(inp: &mut Inp<'_, '_>, what: &str) -> Read<(String, lwas_base::Span)> {
    let start = at(inp);
    match peek(inp).kind {
        Kind::Text => {
            let token = step(inp);
            Ok((operand::text(inp, token), token.span))
        }
        Kind::TextOpen => {
            operand::literal(inp)?;
            let span = since(inp, start);
            complain(inp, errors::text_with_parts(span, what));
            Ok((String::new(), span))
        }
        Kind::Bad => {
            step(inp);
            Ok((String::new(), previous(inp).span))
        }
        _ => Err(missing(inp, Expected::TEXT)),
    }
}

/// `state Account[id: Text] { … }`.
fn state(inp: &mut Inp<'_, '_>) -> Read<State> {
    let name = name(inp)?;
    let has_key = is(inp, Kind::LBracket) && !peek(inp).starts_line;
    let key = if has_key { params(inp) } else { vec![] };
    if !has_key && !is(inp, Kind::LBrace) {
        return Err(missing(inp, Expected::LBRACKET.or(Expected::LBRACE)));
    }
    Ok(State { name, key, members: braces(inp, members)? })
}

/// Whether `as` and a name stand here.
pub(super) fn binding(inp: &mut Inp<'_, '_>) -> Read<Option<crate::ast::Ident>> {
    if eat_word(inp, Word::As).is_some() { name(inp).map(Some) } else { Ok(None) }
}

/// Whether this word stands here before a name.
pub(super) fn word_and_name(inp: &mut Inp<'_, '_>, word: Word) -> bool {
    peek(inp).word == word && peek_nth(inp, 1).kind == Kind::Name
}

/// A path of names; for the places outside this file that begin with an event.
pub(super) fn event_path(inp: &mut Inp<'_, '_>) -> Read<Vec<crate::ast::Ident>> {
    if is(inp, Kind::Name) { path(inp) } else { Err(missing(inp, Expected::EVENT)) }
}
