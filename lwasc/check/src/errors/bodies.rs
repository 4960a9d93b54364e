//! E025x and E045x: names and state inside bodies. One constructor a code.

use lwas_base::{Code, Diagnostic, Span};

/// E0250: a name bound twice.
pub fn bound_twice(span: Span, name: &str, first: Span) -> Diagnostic {
    Diagnostic::error(Code("E0250"), span, format!("`{name}` is already bound"), "bound again here")
        .with_label(first, format!("`{name}` is bound here"))
        .with_help("a local is bound once and shadows no other: choose another name")
}

/// E0251: a name that stands for nothing.
pub fn unknown_name(span: Span, name: &str, near: Option<&str>) -> Diagnostic {
    let diagnostic = Diagnostic::error(Code("E0251"), span, format!("`{name}` is not known here"), "no such value");
    diagnostic.with_near(near)
}

/// E0252: a name that is no value.
pub fn not_a_value(span: Span, name: &str, what: &str, advice: &str) -> Diagnostic {
    Diagnostic::error(Code("E0252"), span, format!("`{name}` is {what}, not a value"), "expected a value")
        .with_help(advice)
}

/// E0253: a function that is not there.
pub fn unknown_function(span: Span, name: &str, near: Option<&str>) -> Diagnostic {
    let message = format!("there is no function `{name}`");
    let diagnostic = Diagnostic::error(Code("E0253"), span, message, "not known here");
    diagnostic.with_near(near)
}

/// E0253: a function behind a point.
pub fn no_method(span: Span, of: &str, name: &str) -> Diagnostic {
    let message = format!("{of} has no function `{name}`: a function stands before what it takes");
    Diagnostic::error(Code("E0253"), span, message, "not a function of a value")
}

/// E0453: a local that is assigned.
pub fn local_assigned(span: Span, name: &str, bound: Span, advice: &str) -> Diagnostic {
    Diagnostic::error(Code("E0453"), span, format!("`{name}` is bound once and keeps its value"), "assigned here")
        .with_label(bound, format!("`{name}` is bound here"))
        .with_help(advice)
}

/// E0254: another kind of item is wanted.
pub fn wrong_item(span: Span, name: &str, want: &str) -> Diagnostic {
    Diagnostic::error(Code("E0254"), span, format!("`{name}` is not {want}"), format!("expected {want}"))
}

/// E0450: state, time or the caller in something pure.
pub fn impure(span: Span, what: &str, place: &str, advice: &str) -> Diagnostic {
    Diagnostic::error(Code("E0450"), span, format!("{place} can't {what}"), "not from here").with_help(advice)
}

/// E0451: another module's state is written.
pub fn foreign_state(span: Span, state: &str, module: &str) -> Diagnostic {
    let message = format!("only the code of `{module}` writes `{state}`");
    Diagnostic::error(Code("E0451"), span, message, "written here").with_help(format!("call an action of `{module}`"))
}

/// E0452: a `fixed` field is assigned.
pub fn fixed_field(span: Span, field: &str, declared: Span) -> Diagnostic {
    let message = format!("`{field}` is `fixed`: it is set when the row is created and never again");
    Diagnostic::error(Code("E0452"), span, message, "assigned here").with_label(declared, "declared `fixed` here")
}

/// E0453: a field that is not for assigning.
pub fn not_assignable(span: Span, message: String, advice: &str) -> Diagnostic {
    Diagnostic::error(Code("E0453"), span, message, "can't be assigned").with_help(advice)
}

/// E0454: a write where nothing is written.
pub fn write_outside(span: Span, place: &str) -> Diagnostic {
    Diagnostic::error(Code("E0454"), span, format!("{place} can't change state"), "changes state")
        .with_help("move it into an `action` or a `rule`")
}

/// E0455: an action called where nothing is written.
pub fn action_outside(span: Span, name: &str, place: &str) -> Diagnostic {
    let message = format!("{place} can't call the action `{name}`, which changes state");
    Diagnostic::error(Code("E0455"), span, message, "an action is called here").with_help(match place {
        "a test" => "`apply` an event whose rule calls it",
        _ => "actions are called by rules and other actions",
    })
}

/// E0456: a write in the middle of an expression.
pub fn write_inside(span: Span) -> Diagnostic {
    let message = "`create`, `put` and `append` stand alone or after `let x =`";
    Diagnostic::error(Code("E0456"), span, message, "in the middle of an expression")
        .with_help("bind its value with `let` first")
}

/// E0457: something private of another module.
pub fn private(span: Span, name: &str, declared: Span) -> Diagnostic {
    Diagnostic::error(Code("E0457"), span, format!("`{name}` is private to its module"), "not seen from here")
        .with_label(declared, "declared `private` here")
}

/// E0458: a kind of state that does not do this.
pub fn wrong_state(span: Span, message: String, advice: &str) -> Diagnostic {
    Diagnostic::error(Code("E0458"), span, message, "not with this state").with_help(advice)
}

/// E0459: a test's statement elsewhere.
pub fn test_only(span: Span) -> Diagnostic {
    let message = "`apply`, `reject` and `expect` stand in tests only";
    Diagnostic::error(Code("E0459"), span, message, "not in a test")
        .with_help("what must be true is demanded with `require … else \"why not\"`")
}
