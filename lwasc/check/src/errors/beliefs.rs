//! E0465 to E0469: beliefs, alerts, and what they are given.

use lwas_base::{Code, Diagnostic, Span};

/// E0465: a truth that is none.
pub fn no_truth(span: Span) -> Diagnostic {
    let message = "a belief's truth lies strictly between 0 and 1".to_owned();
    Diagnostic::error(Code("E0465"), span, message, "expected a number such as `0.8` or `80%`")
        .with_help("what is always true is a law: `axiom`; what is never true needs no line")
}

/// E0466: a belief or alert about changes or rows that go.
pub fn of_changes(span: Span, word: &str) -> Diagnostic {
    let article = if word == "alert" { "an" } else { "a" };
    let message = format!("{article} {word} is about rows that are there, not about how they change or go");
    Diagnostic::error(Code("E0466"), span, message, "expected `where …` or the body here").with_help(format!(
        "leave out `changed from …` or `deleted`, and store in the row what the {word} has to know of the past"
    ))
}

/// E0467: what is given itself.
pub fn given_round(span: Span, names: &[String]) -> Diagnostic {
    let round: Vec<_> = names.iter().chain(names.first()).map(|name| format!("`{name}`")).collect();
    let message =
        format!("`{}` depends on itself: {}", names.first().map_or("", String::as_str), round.join(" given "));
    Diagnostic::error(Code("E0467"), span, message, "given itself in the end")
        .with_help("take one `given` of the round out: what is given must be judged before")
}

/// E0468: given something that it can't depend on.
pub fn given_misfit(span: Span, word: &str, name: &str, on: &str) -> Diagnostic {
    let article = |word: &str| if word == "belief" { "a" } else { "an" };
    let message = format!("{} {word} can't be given `{name}`, {} {on}", article(word), article(on));
    let help = match (word, on) {
        ("axiom", "belief") => "a law is given laws only: it holds whatever is believed",
        _ => "name a law or a belief",
    };
    Diagnostic::error(Code("E0468"), span, message, "not what it can depend on").with_help(help)
}

/// E0469: something reads what is recorded only after it has been judged.
pub fn recorded_later(span: Span, what: &str, place: &str) -> Diagnostic {
    let message = format!("{place} can't read {what}, which is recorded after it has been judged");
    Diagnostic::error(Code("E0469"), span, message, "not known yet when this is judged")
        .with_help("beliefs are judged after the laws, and alerts after the beliefs: each may read what came before")
}
