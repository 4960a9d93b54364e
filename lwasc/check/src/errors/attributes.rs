//! E0440 to E0449 and E0470 to E0472: attributes: routes, exports, settings, samples.

use lwas_base::{Code, Diagnostic, Span};

/// E0440: arguments that an attribute does not take.
pub fn arguments(span: Span, message: String, form: &str) -> Diagnostic {
    Diagnostic::error(Code("E0440"), span, message, "not what it takes").with_help(format!("write `{form}`"))
}

/// E0441: a path that is none.
pub fn bad_path(span: Span, message: String, help: &str) -> Diagnostic {
    Diagnostic::error(Code("E0441"), span, message, "in this path").with_help(help)
}

/// E0442: a part of a path that is no parameter of the query, or no field of the event (`owner`).
pub fn no_such_value(span: Span, name: &str, owner: &str, near: Option<&str>, declared: Span) -> Diagnostic {
    let diagnostic = Diagnostic::error(Code("E0442"), span, format!("{owner} has no `{name}`"), "nothing takes this");
    let diagnostic = diagnostic.with_label(declared, "declared here");
    match near {
        Some(near) => diagnostic.with_help(format!("did you mean `{{{near}}}`?")),
        None => diagnostic,
    }
}

/// E0443: a type whose values a request can't carry there.
pub fn not_in_request(span: Span, name: &str, ty: &str, place: &str, help: &str) -> Diagnostic {
    let message = format!("`{name}` is `{ty}`, which can't come from {place}");
    Diagnostic::error(Code("E0443"), span, message, "has no form there").with_help(help)
}

/// E0444: two routes for the same requests.
pub fn route_twice(span: Span, route: &str, first: Span) -> Diagnostic {
    Diagnostic::error(Code("E0444"), span, format!("`{route}` is taken"), "the same requests lead here")
        .with_label(first, "taken here")
}

/// E0445: `@post` on an event that does not come from outside.
pub fn not_accepted(span: Span, event: &str, help: &str) -> Diagnostic {
    let message = format!("`{event}` is not accepted from outside, so nobody can post it");
    Diagnostic::error(Code("E0445"), span, message, "never taken").with_help(help)
}

/// E0446: a parameter of the query that answers which the event does not give.
pub fn answer_parameter(span: Span, message: String, declared: Span) -> Diagnostic {
    Diagnostic::error(Code("E0446"), span, message, "asked after the event")
        .with_label(declared, "declared here")
        .with_help("the query is given the event's fields of the same names and types")
}

/// E0447: a type without a form in C.
pub fn no_c_form(span: Span, what: &str, ty: &str, attribute: Span) -> Diagnostic {
    Diagnostic::error(Code("E0447"), span, format!("{what} is `{ty}`, which has no form in C"), "can't be exported")
        .with_label(attribute, "exported here")
        .with_help(
            "take and give Bool, Int, Float, Decimal, amounts of one currency, Text, Time, Date, Duration and enums without \
             fields",
        )
}

/// E0448: a symbol that C can't have.
pub fn bad_symbol(span: Span, message: String) -> Diagnostic {
    Diagnostic::error(Code("E0448"), span, message, "not for C")
        .with_help("say another symbol: `@export(\"market_fee\")`")
}

/// E0448: a symbol of two functions.
pub fn symbol_twice(span: Span, symbol: &str, first: Span) -> Diagnostic {
    bad_symbol(span, format!("the symbol `{symbol}` is taken")).with_label(first, "taken here")
}

/// E0449: settings that code writes.
pub fn settings_written(span: Span, state: &str) -> Diagnostic {
    let message = format!("`{state}` is set by the configuration, and no code writes it");
    Diagnostic::error(Code("E0449"), span, message, "written here")
        .with_help("keep what rules change in a state of its own; a test says `apply` and the settings it wants")
}

/// E0470: more than one state of settings in a module.
pub fn settings_twice(span: Span, first: Span) -> Diagnostic {
    Diagnostic::error(Code("E0470"), span, "a module has one state of settings", "a second one")
        .with_label(first, "the first")
        .with_help("put the fields of both into one state")
}

/// E0470: a field of the program's settings that is named as a module that has some.
pub fn settings_of_module(span: Span, name: &str, module: &str, declared: Span) -> Diagnostic {
    let message = format!("`{name}` in `[settings]` would be both this field and the module `{module}`");
    Diagnostic::error(Code("E0470"), span, message, "a field of the program's own settings")
        .with_label(declared, format!("settings of `{module}`"))
        .with_help("give the field another name")
}

/// E0471: a source or a field that no runner samples.
pub fn not_sampled(span: Span, message: String, near: Option<&str>, known: &str) -> Diagnostic {
    let diagnostic = Diagnostic::error(Code("E0471"), span, message, "not sampled");
    match near {
        Some(near) => diagnostic.with_help(format!("did you mean `{near}`?")),
        None => diagnostic.with_help(format!("there are {known}")),
    }
}

/// E0472: a field or a query of another type than a sample has, or a key.
pub fn sample_type(span: Span, message: String, attribute: Span, help: &str) -> Diagnostic {
    Diagnostic::error(Code("E0472"), span, message, "does not fit")
        .with_label(attribute, "sampled by this")
        .with_help(help)
}
