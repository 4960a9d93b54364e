//! E0400 to E0419: states, events, functions and constants as declared; E0430 on: tests. W…: warnings.

use lwas_base::{Code, Diagnostic, Span};

/// E0400: a type that is not stored.
pub fn not_stored(span: Span, ty: &str, place: &str, why: &str, help: &str) -> Diagnostic {
    Diagnostic::error(Code("E0400"), span, format!("`{ty}` can't be {place}"), why).with_help(help)
}

/// E0390: digits that no declared type has.
pub fn too_many_digits(span: Span, digits: i64, most: i64) -> Diagnostic {
    let message = format!("a declared type has at most {most} digits, not {digits}");
    Diagnostic::error(Code("E0390"), span, message, "too many digits")
}

/// E0401: a type that is no key.
pub fn no_key(span: Span, ty: &str, what: &str) -> Diagnostic {
    let message = format!("`{ty}` can't be {what}");
    Diagnostic::error(Code("E0401"), span, message, "not a type that rows are found by")
        .with_help("use Text, Int, Bool, Date, Time, Currency or an enum without payload")
}

/// E0401: a field that no index can have.
pub fn no_index_type(span: Span, ty: &str, is_money: bool) -> Diagnostic {
    let message = format!("`{ty}` can't be indexed");
    let help = if is_money {
        "amounts of several currencies have no order: store an amount of one, or the currency in a field of its own, and index those"
    } else {
        "use Text, Int, Decimal, an amount such as USD, Bool, Date, Time, Duration, Currency or an enum without payload"
    };
    Diagnostic::error(Code("E0401"), span, message, "not a type that rows are found by").with_help(help)
}

/// E0402: a state of one row without a default.
pub fn single_without_default(span: Span, state: &str, field: &str, others: &[Span]) -> Diagnostic {
    let message = format!("`{state}` has no key, so it is one row that is always there, and `{field}` needs a value");
    let diagnostic = Diagnostic::error(Code("E0402"), span, message, "no default").with_help(format!(
        "give each field a value, `= …`; or give the state a key, `state {state}[id: Text] {{ … }}`"
    ));
    others.iter().fold(diagnostic, |diagnostic, other| diagnostic.with_label(*other, "no default"))
}

/// E0403: a record or enum that holds itself.
pub fn holds_itself(span: Span, path: &[String]) -> Diagnostic {
    let arrows = path.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" → ");
    let message = format!("a value can't hold a value of its own type: {arrows}");
    Diagnostic::error(Code("E0403"), span, message, "this would never end")
        .with_help("keep the parts in a state and hold their keys")
}

/// E0404: a name that every journal's rows have.
pub fn journal_field(span: Span, name: &str) -> Diagnostic {
    let message = format!("every row of a journal already has `{name}`");
    Diagnostic::error(Code("E0404"), span, message, "choose another name")
}

/// E0405: an index over what can't be indexed.
pub fn no_index(span: Span, message: String, label: &str) -> Diagnostic {
    Diagnostic::error(Code("E0405"), span, message, label)
}

/// E0406: more than one key of an event.
pub fn two_event_keys(span: Span, event: &str, first: Span) -> Diagnostic {
    Diagnostic::error(Code("E0406"), span, format!("event `{event}` has two keys"), "a second `key`")
        .with_label(first, "the first `key`")
        .with_help("an event is judged once by one field: keep the one that the sender makes unique")
}

/// E0407: a type that can't come from outside.
pub fn not_received(span: Span, ty: &str, event: &str) -> Diagnostic {
    let message = format!("`{ty}` can't be a field of event `{event}`");
    Diagnostic::error(Code("E0407"), span, message, "data from outside has no such values")
        .with_help("take the key, or the fields one by one")
}

/// E0409: a word or default where it means nothing.
pub fn misplaced_word(span: Span, what: &str, place: &str) -> Diagnostic {
    Diagnostic::error(Code("E0409"), span, format!("{place} has no {what}"), "means nothing here")
}

/// E0410: a loop or a local in a constant.
pub fn constant_with_locals(span: Span, what: &str) -> Diagnostic {
    let message = format!("{what} is one expression without names of its own");
    Diagnostic::error(Code("E0410"), span, message, "this binds a name")
        .with_help("put it into a `fn` and call that here")
}

/// W0402: an `accept` that has no effect.
pub fn accept_outside_entry(span: Span) -> Diagnostic {
    let message = "only the program's own module says which events come from outside";
    Diagnostic::warning(Code("W0402"), span, message, "without effect in a module that is imported")
}

/// E0412: a type whose rows can't be held.
pub fn row_inside(span: Span, ty: &str, place: &str) -> Diagnostic {
    Diagnostic::error(Code("E0412"), span, format!("{place} can't hold `{ty}`"), "a row is found by its key")
        .with_help("hold the key, or the fields that you need")
}

/// E0413: an axiom of each row of a single row.
pub fn rows_of_single(span: Span, state: &str) -> Diagnostic {
    let message = format!("`{state}` is one row: an axiom about it is of the whole");
    Diagnostic::error(Code("E0413"), span, message, "has no key")
        .with_help(format!("leave out `for … in {state}` and write `{state}.field`"))
}

/// E0414: rows of a journal never go.
pub fn journal_changes(span: Span, journal: &str) -> Diagnostic {
    let message = format!("rows of journal `{journal}` never change and are never deleted");
    Diagnostic::error(Code("E0414"), span, message, "this axiom would never be looked at")
}

/// E0415: nothing to choose from.
pub fn empty_enum(span: Span, name: &str) -> Diagnostic {
    Diagnostic::error(Code("E0415"), span, format!("enum `{name}` has no variant"), "no value can be of this type")
}

/// E0431: a test's statement elsewhere, or another statement in a test.
pub fn not_in_a_test(span: Span) -> Diagnostic {
    Diagnostic::error(Code("E0431"), span, "a test changes state by events only", "not a step of a test")
        .with_help("use `apply`, `reject`, `expect` or `let`")
}

/// E0432: a broken axiom or a time where only an expression is judged.
pub fn reject_of_value(span: Span, what: &str) -> Diagnostic {
    let message = format!("{what} belongs to an event, and this rejects a value");
    Diagnostic::error(Code("E0432"), span, message, "expected `Event { … }`")
}

/// E0436: a test that is run for nothing.
pub fn no_cases(span: Span) -> Diagnostic {
    Diagnostic::error(Code("E0436"), span, "this test has no cases", "expected a row for each case")
        .with_help("write a row for each: `[(1, 2), (3, 4)]`")
}

/// E0436: a test that is run too often.
pub fn too_many_cases(span: Span, count: usize) -> Diagnostic {
    let message = format!("this test has {count} cases, and at most 1000 are run");
    Diagnostic::error(Code("E0436"), span, message, "one too many")
}

/// E0436: a row of another length than the others must have.
pub fn other_width(span: Span, found: usize, wanted: usize, names: Span) -> Diagnostic {
    let values = if found == 1 { "1 value".to_owned() } else { format!("{found} values") };
    let message = format!("this case has {values}, and each has {wanted}");
    Diagnostic::error(Code("E0436"), span, message, format!("expected {wanted} values"))
        .with_label(names, format!("{wanted} names stand here"))
}

/// W0201: something private that nothing uses.
pub fn unused_private(span: Span, name: &str) -> Diagnostic {
    Diagnostic::warning(Code("W0201"), span, format!("`{name}` is private and nothing in its module uses it"), "unused")
}

/// W0401: an event that does nothing.
pub fn event_without_rule(span: Span, name: &str) -> Diagnostic {
    let message = format!("event `{name}` changes nothing: no rule is on it");
    Diagnostic::warning(Code("W0401"), span, message, "accepted from outside")
        .with_help(format!("write `rule … on {name} as e {{ … }}`"))
}

/// E0460: an event that its own rules emit.
pub fn emits_itself(span: Span, path: &[String], declared: Span) -> Diagnostic {
    let first = path.first().map_or("", String::as_str);
    let message = match path {
        [_, _] => format!("the rules of `{first}` emit `{first}` again"),
        _ => {
            let round = path.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" → ");
            format!("the rules of `{first}` emit `{first}` again: {round}")
        }
    };
    Diagnostic::error(Code("E0460"), span, message, "this would never end")
        .with_label(declared, format!("`{first}` is declared here"))
        .with_help("emit another event, or do it in an action that the rules call")
}

/// E0461: a field at which no rule is due.
pub fn not_due(span: Span, message: String, label: &str) -> Diagnostic {
    Diagnostic::error(Code("E0461"), span, message, label)
        .with_help("a rule is due at an indexed `Time` or `Time?` of a state of its module")
}
