//! What this stage has to say: one constructor a code, or a few that share one. The grammar's own general message, what
//! was expected and what was found, is E0112. Each code has its page in `spec/errors/`.

use lwas_base::{Code, Diagnostic, Edit, Fix, Span};

/// E0101: a character that means nothing outside a text.
pub(crate) fn unknown_character(span: Span, found: &str) -> Diagnostic {
    let shown: String = found.chars().take(8).collect();
    let message = format!("`{shown}` means nothing in a program");
    let error = Diagnostic::error(Code("E0101"), span, message, "unknown");
    match found {
        "%" => error.with_help("the remainder of a division is `mod(a, b)`"),
        "^" => error.with_help("powers are `pow(x, n, digits)`"),
        "$" => error.with_help("an amount is a number and its currency: `5 USD`"),
        _ => error,
    }
}

/// E0102: a control character, or one that turns the direction of writing.
pub(crate) fn control_character(span: Span, found: char) -> Diagnostic {
    let message = format!("the invisible character U+{:04X} may not stand in a source", u32::from(found));
    let error = Diagnostic::error(Code("E0102"), span, message, "here");
    error.with_help(format!("in a text it can be written `\\u{{{:x}}}`", u32::from(found)))
}

/// E0103: a text without its closing quote.
pub(crate) fn unclosed_text(quote: Span) -> Diagnostic {
    let message = "this text does not end on its line: expected `\"`";
    Diagnostic::error(Code("E0103"), quote, message, "it begins here")
        .with_help("a line break in a text is written `\\n`")
}

/// E0104: an escape that does not exist.
pub(crate) fn unknown_escape(span: Span, written: &str) -> Diagnostic {
    let message = format!("`\\{}` is not an escape", shown(written));
    Diagnostic::error(Code("E0104"), span, message, "unknown escape")
        .with_help("escapes are `\\\"`, `\\\\`, `\\n`, `\\t`, `\\{` and `\\u{20ac}`")
}

/// E0105: an Int beyond 64 bits.
pub(crate) fn int_too_large(span: Span) -> Diagnostic {
    let message = "this number is too large for an `Int`, which ends at 9223372036854775807";
    Diagnostic::error(Code("E0105"), span, message, "beyond 64 bits")
}

/// E0105: a number beyond 128 bits.
pub(crate) fn number_too_large(span: Span) -> Diagnostic {
    Diagnostic::error(Code("E0105"), span, "this number is too large: its digits do not fit 128 bits", "too large")
}

/// E0105: more digits after the point than any value has.
pub(crate) fn too_many_digits(span: Span) -> Diagnostic {
    let message = "this number has more than 36 digits after the point";
    Diagnostic::error(Code("E0105"), span, message, "too many digits")
}

/// E0106: an underscore that does not stand between two digits.
pub(crate) fn underscore(span: Span, written: &str) -> Diagnostic {
    let message = format!("`{}` is not a number: an underscore stands between two digits", shown(written));
    Diagnostic::error(Code("E0106"), span, message, "misplaced underscore")
}

/// E0106: a number with letters behind it that is no duration.
pub(crate) fn bad_duration(span: Span, written: &str, too_long: bool) -> Diagnostic {
    let written = shown(written);
    if too_long {
        return Diagnostic::error(Code("E0106"), span, format!("the duration `{written}` is too long"), "too long");
    }
    let number = written.trim_end_matches(|c: char| c.is_ascii_uppercase());
    if let Some(currency) = written.strip_prefix(number).filter(|currency| currency.len() >= 2) {
        let message = format!("`{written}` is no amount: a blank stands between a number and its currency");
        return Diagnostic::error(Code("E0106"), span, message, "expected a blank in it")
            .with_certain_text(&format!("{number} {currency}"));
    }
    let error = Diagnostic::error(
        Code("E0106"),
        span,
        format!("`{written}` is neither a number nor a duration"),
        "unknown unit",
    );
    if written.contains("mon") || written.contains('y') {
        return error
            .with_help("months and years differ in length: go on by them with `add_months(date, n, last_day)`");
    }
    error.with_help("durations are whole numbers of `d`, `h`, `m`, `s` or `ms`, such as `30s` or `250ms`")
}

/// E0106: a number and a word of time.
pub(crate) fn spaced_duration(span: Span, written: &str, meant: Option<String>) -> Diagnostic {
    let message = format!("`{}` is not a duration: its unit stands right behind the number", shown(written));
    let error = Diagnostic::error(Code("E0106"), span, message, "of two words");
    match meant {
        Some(meant) => error.with_certain_text(&meant),
        None => {
            error.with_help("months and years differ in length: go on by them with `add_months(date, n, last_day)`")
        }
    }
}

/// E0106: a date or time that is none.
pub(crate) fn bad_date(span: Span, written: &str, out_of_range: bool) -> Diagnostic {
    let written = shown(written);
    if out_of_range {
        return Diagnostic::error(
            Code("E0106"),
            span,
            format!("`@{written}` is not in the calendar"),
            "no such day or time",
        );
    }
    Diagnostic::error(Code("E0106"), span, format!("`@{written}` is neither a date nor a time"), "unknown form")
        .with_help("a date is written `@2026-01-25`, a time in UTC `@2026-01-25T02:52:48.340Z`")
}

/// E0107: an operator of another language, which was read as the one that is meant.
pub(crate) fn foreign_operator(span: Span, written: &str) -> Diagnostic {
    let meant = match written {
        "&&" => "and",
        "||" => "or",
        "!" => "not",
        "===" => "==",
        "::" => ".",
        _ => "!=",
    };
    let message = format!("`{written}` is written `{meant}`");
    let error = Diagnostic::error(Code("E0107"), span, message, "from another language");
    // What follows `!` may stand right behind it.
    let text = if written == "!" { "not " } else { meant };
    let help = format!("write `{meant}`");
    error.with_help(help.clone()).with_fix(Fix::certain(help, span, text))
}

/// E0107: a text in single or curly quotes.
pub(crate) fn wrong_quotes(span: Span, written: &str) -> Diagnostic {
    let quotes = ['\'', '“', '”', '„', '`'];
    let inner = written.trim_matches(quotes).replace("${", "{");
    let error = Diagnostic::error(Code("E0107"), span, "a text stands in double quotes", "other quotes");
    let help = format!("write `\"{}\"`", inner.chars().take(40).collect::<String>());
    // What stands in it may mean something else in a text of ours.
    let fix = Fix {
        certain: !inner.contains(['"', '{', '\\']),
        ..Fix::new("write it in double quotes", span, format!("\"{inner}\""))
    };
    error.with_help(help).with_fix(fix)
}

/// E0107: semicolons; one message for all of a file.
pub(crate) fn semicolon(first: Span, all: &[Span]) -> Diagnostic {
    let error = Diagnostic::error(Code("E0107"), first, "a statement ends without `;`", "not needed");
    let error = error.with_fix(everywhere("remove `;`", all, ""));
    match all.len() {
        1 => error.with_help("remove it"),
        count => error.with_help(format!("remove it and the {} that follow in this file", count - 1)),
    }
}

/// The same text in many places.
fn everywhere(title: &str, places: &[Span], text: &str) -> Fix {
    let edit = |span: &Span| Edit { span: *span, text: text.to_owned() };
    Fix { title: title.to_owned(), edits: places.iter().map(edit).collect(), certain: true }
}

/// E0107: comments after `#`; one message for all of a file.
pub(crate) fn hash(first: Span, all: &[Span]) -> Diagnostic {
    let error = Diagnostic::error(Code("E0107"), first, "a comment begins with `//`", "from another language");
    let signs: Vec<Span> = all.iter().map(|span| Span { end: span.start + 1, ..*span }).collect();
    let error = error.with_fix(everywhere("write `//`", &signs, "//"));
    match all.len() {
        1 => error.with_help("write `//`, or `///` to describe the next item"),
        count => error.with_help(format!("write `//` here and in the {} that follow in this file", count - 1)),
    }
}

/// E0107: an amount with its sign in front.
pub(crate) fn signed_amount(span: Span, written: &str) -> Diagnostic {
    let currency = match written.chars().next() {
        Some('€') => "EUR",
        Some('£') => "GBP",
        _ => "USD",
    };
    let number = written.trim_start_matches(['$', '€', '£']).replace(',', "_");
    Diagnostic::error(Code("E0107"), span, "an amount is a number and its currency", "from another language")
        .with_text(&format!("{} {currency}", shown(number.trim_end_matches('_'))))
}

/// E0107: `&`.
pub(crate) fn ampersand(span: Span, before_name: bool) -> Diagnostic {
    if before_name {
        let message = "there are no references: a value is what it is, wherever it goes";
        return Diagnostic::error(Code("E0107"), span, message, "from another language")
            .with_help("remove `&`")
            .with_fix(Fix::certain("remove `&`", span, ""));
    }
    Diagnostic::error(Code("E0107"), span, "`&` is no operator", "from another language")
        .with_help("`and` joins two conditions")
}

/// E0107: a type as another language writes it.
pub(crate) fn foreign_type(span: Span, message: &str, help: String) -> Diagnostic {
    Diagnostic::error(Code("E0107"), span, message, "from another language").with_help(help)
}

/// E0107: `T[]`.
pub(crate) fn list_as_brackets(span: Span, of: &str) -> Diagnostic {
    Diagnostic::error(Code("E0107"), span, "a list's type stands in angle brackets", "from another language")
        .with_certain_text(&format!("List<{of}>"))
}

/// E0107: a word of another language behind a field.
pub(crate) fn foreign_word(span: Span, written: &str, help: &str) -> Diagnostic {
    let message = format!("`{}` says nothing about a field", shown(written));
    Diagnostic::error(Code("E0107"), span, message, "from another language").with_help(help)
}

/// E0107: a currency in small letters behind a number.
pub(crate) fn small_currency(span: Span, written: &str) -> Diagnostic {
    let message = format!("a currency is written in capitals, not `{}`", shown(written));
    Diagnostic::error(Code("E0107"), span, message, "in small letters")
        .with_certain_text(&shown(&written.to_uppercase()))
}

/// E0107: `name: value`, `case x: value` and their like in a `match`.
pub(crate) fn foreign_arm(span: Span, written: &str, help: &str) -> Diagnostic {
    let message = format!("an arm of a `match` is `pattern => value`, without `{written}`");
    Diagnostic::error(Code("E0107"), span, message, "from another language").with_help(help)
}

/// E0107: two signs that are one operator in other languages.
pub(crate) fn foreign_pair(span: Span, written: &str, help: &str) -> Diagnostic {
    Diagnostic::error(Code("E0107"), span, format!("there is no `{written}`"), "from another language").with_help(help)
}

/// E0108: a source beyond the limit. By how much is not known, as nobody reads further than that.
pub(crate) fn source_too_large(span: Span) -> Diagnostic {
    let message = format!("this source has more than {} bytes, which is the most", crate::MAX_SOURCE_BYTES);
    Diagnostic::error(Code("E0108"), span, message, "too large")
}

/// E0109: bytes that are not UTF-8.
pub(crate) fn not_utf8(span: Span, offset: usize, byte: u8) -> Diagnostic {
    let message = format!("this source is not UTF-8: byte {offset} is 0x{byte:02X}");
    Diagnostic::error(Code("E0109"), span, message, "the first wrong byte")
}

/// E0110: brackets inside brackets beyond the limit.
pub(crate) fn too_deep(span: Span) -> Diagnostic {
    let message =
        format!("this is nested too deeply: the most is {} brackets inside brackets", crate::limits::MAX_NESTING);
    Diagnostic::error(Code("E0110"), span, message, "one too many")
}

/// E0111: a chain of operators beyond the limit.
pub(crate) fn chain_too_long(span: Span) -> Diagnostic {
    let limit = crate::limits::MAX_HEIGHT;
    let message = format!("this expression is too long: the most is {limit} operators in one chain");
    Diagnostic::error(Code("E0111"), span, message, "one too many").with_help("name a part of it with `let`")
}

/// E0112: what was expected, and what stands there instead. `place` explains what was being read.
pub(crate) fn unexpected(span: Span, expected: &str, found: &str) -> Diagnostic {
    let message = format!("expected {expected}, found {found}");
    Diagnostic::error(Code("E0112"), span, message, format!("expected {expected}"))
}

/// E0112: the one thing that is done in an `if` or `else`, without braces.
pub(crate) fn body_without_braces(span: Span) -> Diagnostic {
    Diagnostic::error(Code("E0112"), span, "what is done in a case stands in braces", "expected `{` before this")
        .with_help("write `if c { a } else { b }`")
}

/// What to write in place of an operator that other languages have, where it is what was found.
pub(crate) fn operator_elsewhere(written: &str) -> Option<&'static str> {
    Some(match written {
        "++" => "a field of a row grows with `+= 1`",
        "--" => "a field of a row goes down with `-= 1`; a comment begins with `//`",
        "**" => "powers are `pow(x, n, digits)`",
        "?." => "ask first, `if x != none { x.field } else { … }`, or give a value for that case, `x ?? …`",
        "?:" => "a value for what is missing is given with `??`",
        "*=" | "/=" | "%=" => "write it out: `S[key].field = S[key].field …`",
        ".." | "..." => "whole numbers from one to another are `range(first, last)`",
        "<<" | ">>" => "numbers have no bits here: multiply or divide",
        ":=" => "a local is bound with `let x = …`",
        "/*" => "a comment begins with `//`, on each of its lines",
        _ => return None,
    })
}

/// E0112: `accept Sale`.
pub(crate) fn accept_without_module(span: Span, event: &str) -> Diagnostic {
    let message = format!("`accept` takes a module and its events, found `{}` alone", shown(event));
    Diagnostic::error(Code("E0112"), span, message, "of which module")
        .with_help("events of this module are accepted as they are; those of another: `accept ledger.{Open}`")
}

/// E0113: a bracket that is never closed.
pub(crate) fn unclosed(open: Span, bracket: &str, close: &str, found: Span) -> Diagnostic {
    Diagnostic::error(Code("E0113"), open, format!("this `{bracket}` is never closed"), "opened here")
        .with_label(found, format!("expected `{close}` before this"))
}

/// E0113: a bracket that was never opened.
pub(crate) fn unopened(span: Span, bracket: &str) -> Diagnostic {
    Diagnostic::error(Code("E0113"), span, format!("this `{bracket}` closes nothing"), "never opened")
}

/// E0114: no comma between two things on one line.
pub(crate) fn missing_comma(after: Span, between: &str) -> Diagnostic {
    Diagnostic::error(Code("E0114"), after, format!("{between} on one line are separated by commas"), "expected `,`")
        .with_fix(Fix::certain("add `,`", after, ","))
}

/// E0115: a word that begins no item.
pub(crate) fn unknown_item(span: Span, word: &str, meant: Option<&str>) -> Diagnostic {
    let error =
        Diagnostic::error(Code("E0115"), span, format!("expected an item, found `{}`", shown(word)), "begins no item");
    match meant {
        Some(_) => error.with_near(meant),
        None => error.with_help("items begin with words such as `fn`, `state`, `event`, `rule` and `axiom`"),
    }
}

/// E0116: `a < b < c`.
pub(crate) fn chained_comparison(span: Span, first: Span) -> Diagnostic {
    Diagnostic::error(Code("E0116"), span, "comparisons cannot be chained", "the second comparison")
        .with_label(first, "the first")
        .with_help("compare twice: `a < b and b < c`")
}

/// E0117: `=` where two values are compared.
pub(crate) fn assignment_in_condition(span: Span) -> Diagnostic {
    Diagnostic::error(Code("E0117"), span, "`=` assigns; two values are compared with `==`", "compares nothing")
        .with_certain_text("==")
}

/// E0118: a `require` without its message.
pub(crate) fn require_without_else(require: Span, at: Span) -> Diagnostic {
    let message = "a `require` says what is wrong when it does not hold: expected `else` and a text";
    Diagnostic::error(Code("E0118"), at, message, "expected `else`")
        .with_label(require, "of this `require`")
        .with_help("add `else \"why not\"`, with its own words")
}

/// E0118: `require(condition, "message")`.
pub(crate) fn require_as_call(comma: Span, require: Span) -> Diagnostic {
    let message = "the message of a `require` follows `else`";
    Diagnostic::error(Code("E0118"), comma, message, "expected `else`")
        .with_label(require, "this is no function")
        .with_help("write `require condition else \"why not\"`, without parentheses")
}

/// E0119: a `fn` or `query` that does not say what it gives.
pub(crate) fn no_result_type(span: Span, name: &str) -> Diagnostic {
    let message = format!("`{name}` does not say what it gives: expected `->` and a type");
    Diagnostic::error(Code("E0119"), span, message, "expected `->`")
}

/// E0119: another sign where `->` belongs.
pub(crate) fn wrong_arrow(span: Span, found: &str, before: Span) -> Diagnostic {
    Diagnostic::error(Code("E0119"), span, format!("the result's type follows `->`, not `{found}`"), "expected `->`")
        .with_help("write `->`")
        .with_fix(Fix::certain("write `->`", before.after().to(span), " ->"))
}

/// E0119: a type where `->` belongs.
pub(crate) fn missing_arrow(span: Span) -> Diagnostic {
    Diagnostic::error(Code("E0119"), span, "the result's type follows `->`", "expected `->` before this")
        .with_help("write `->`")
        .with_fix(Fix::certain("write `->`", Span { end: span.start, ..span }, "-> "))
}

/// E0120: `return`.
pub(crate) fn return_word(span: Span, with_value: bool) -> Diagnostic {
    let message = "there is no `return`: a body's last expression is its value";
    let error = Diagnostic::error(Code("E0120"), span, message, "from another language");
    match with_value {
        true => error.with_help("remove `return`").with_fix(Fix::new("remove `return`", span, "")),
        false => error.with_help("what is not to be done in some cases stands in an `if … { … }`"),
    }
}

/// E0120: `let mut`.
pub(crate) fn let_mut(span: Span) -> Diagnostic {
    let message = "there is no `mut`: a local is bound once";
    Diagnostic::error(Code("E0120"), span, message, "from another language")
        .with_help("use a new name, or `fold` to go on from value to value")
}

/// E0120: `if` behind a binder.
pub(crate) fn if_for_where(span: Span) -> Diagnostic {
    let message = "which elements are meant is said with `where`";
    Diagnostic::error(Code("E0120"), span, message, "from another language")
        .with_help("write `where` for `if`")
        .with_fix(Fix::certain("write `where`", span, "where"))
}

/// E0120: a word that begins no statement.
pub(crate) fn unknown_statement(span: Span, word: &str, help: Option<String>) -> Diagnostic {
    let message = format!("expected a statement, found `{}`", shown(word));
    let error = Diagnostic::error(Code("E0120"), span, message, "begins no statement");
    match help {
        Some(help) => error.with_help(help),
        None => error,
    }
}

/// E0120: a word where an operator belongs.
pub(crate) fn unknown_operator(span: Span, help: &str) -> Diagnostic {
    Diagnostic::error(Code("E0120"), span, "this is no operator", "expected an operator").with_help(help)
}

/// E0121: elements or entries beside those that a `for` makes.
pub(crate) fn beside_for(span: Span, what: &str) -> Diagnostic {
    let message = format!("a `for` makes all {what} between these brackets: nothing stands beside it");
    Diagnostic::error(Code("E0121"), span, message, "beside a `for`").with_help("put two together with `+`")
}

/// E0122: `//!` after the first item.
pub(crate) fn late_module_docs(span: Span) -> Diagnostic {
    let message = "`//!` describes the module and stands before its first item";
    Diagnostic::error(Code("E0122"), span, message, "too late").with_help("`///` describes the next item")
}

/// E0123: `for` where a value is wanted.
pub(crate) fn for_as_value(span: Span) -> Diagnostic {
    Diagnostic::error(Code("E0123"), span, "a `for` has no value", "expected an expression")
        .with_help("`[e for x in xs]` is a list, `fold acc = 0 for x in xs { … }` goes on from value to value")
}

/// E0124: a record where a body begins.
pub(crate) fn record_in_condition(span: Span) -> Diagnostic {
    let message = "this `{` begins the body: a record in a condition stands in parentheses";
    Diagnostic::error(Code("E0124"), span, message, "taken as the body").with_help("write `(Name { field: value })`")
}

/// E0124: a map where a body begins.
pub(crate) fn map_in_condition(span: Span) -> Diagnostic {
    let message = "this `{` begins the body: a map in a condition stands in parentheses";
    Diagnostic::error(Code("E0124"), span, message, "taken as the body").with_help("write `({ \"key\": value })`")
}

/// E0124: a body that is written as a map.
pub(crate) fn map_as_body(span: Span) -> Diagnostic {
    let message = "this `{` begins a body: a map in it has braces of its own";
    Diagnostic::error(Code("E0124"), span, message, "taken as a body").with_help("write `{ { \"key\": value } }`")
}

/// E0125: `{` in a text without `}`.
pub(crate) fn unclosed_part(span: Span) -> Diagnostic {
    let message =
        "this `{` begins an expression in a text, but no `}` follows before a quote, a brace or the line's end";
    Diagnostic::error(Code("E0125"), span, message, "expected `}` later")
        .with_help("a brace itself is written `\\{`; give a part with quotes or braces a name with `let` first")
}

/// E0125: `{}` in a text.
pub(crate) fn empty_part(span: Span) -> Diagnostic {
    Diagnostic::error(Code("E0125"), span, "expected an expression between `{` and `}`", "nothing here")
        .with_help("a brace itself is written `\\{`")
}

/// E0125: an expression in a text that must be known as it is.
pub(crate) fn text_with_parts(span: Span, what: &str) -> Diagnostic {
    Diagnostic::error(Code("E0125"), span, format!("{what} has no expressions in it"), "expected a plain text")
        .with_help("a brace itself is written `\\{`")
}

/// E0126: `apply` of something that is no event.
pub(crate) fn not_an_event(span: Span) -> Diagnostic {
    Diagnostic::error(Code("E0126"), span, "`apply` and `emit` take an event with its fields", "expected `Name { … }`")
}

/// E0127: `T??`.
pub(crate) fn optional_twice(span: Span) -> Diagnostic {
    Diagnostic::error(Code("E0127"), span, "a type is optional once", "one `?` too many")
        .with_help("write one `?`")
        .with_fix(Fix::certain("remove `?`", span, ""))
}

/// E0128: a word behind a field that does not belong to this kind of field.
pub(crate) fn misplaced_modifier(span: Span, word: &str, place: &str) -> Diagnostic {
    let error = Diagnostic::error(Code("E0128"), span, format!("`{word}` belongs to {place}"), "not here");
    match word {
        "key" => error.with_help("the key of a state stands in its brackets: `state Account[id: Text] { … }`"),
        _ => error,
    }
}

/// E0129: a negative number as a pattern.
pub(crate) fn negative_pattern(span: Span) -> Diagnostic {
    Diagnostic::error(Code("E0129"), span, "a pattern is a number without a sign", "a sign")
        .with_help("compare with `if`, or use `_` and ask there")
}

/// E0130: an aggregate over something that is not called by a bare name.
pub(crate) fn aggregate_without_name(span: Span) -> Diagnostic {
    let message = "`for` in parentheses belongs to an aggregate such as `sum(x.amount for x in xs)`";
    Diagnostic::error(Code("E0130"), span, message, "not an aggregate")
}

/// E0130: `count(Account where …)`.
pub(crate) fn aggregate_without_variable(span: Span) -> Diagnostic {
    let message = "a row has a name in what is asked of it";
    Diagnostic::error(Code("E0130"), span, message, "expected `x in` before this")
        .with_help("write `count(x in S where x.field > 0)`")
}

/// The user's text as a message shows it: one line, not endless.
fn shown(text: &str) -> String {
    let mut line: String = text.chars().take(60).collect();
    if line.len() < text.len() {
        line.push('…');
    }
    line
}
