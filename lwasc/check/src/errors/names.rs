//! E0200 to E0249: modules, imports, names, types as written, and what calls itself.

use lwas_base::{Code, Diagnostic, Fix, Span};

/// E0200: a module that is not there.
pub fn unknown_module(span: Span, path: &str, near: Option<&str>) -> Diagnostic {
    let message = format!("there is no module `{path}`");
    Diagnostic::error(Code("E0200"), span, message, "no such file in the package or in `std`").with_near(near)
}

/// E0201: a name that stands for nothing, where a type, state, event or axiom is named.
pub fn unknown_item(span: Span, name: &str, near: Option<&str>) -> Diagnostic {
    let message = format!("`{name}` is not known here");
    Diagnostic::error(Code("E0201"), span, message, "nothing of this name is declared or imported").with_near(near)
}

/// E0202: two declarations of one name.
pub fn declared_twice(span: Span, name: &str, what: &str, first: Span) -> Diagnostic {
    let message = format!("{what} `{name}` is declared twice");
    Diagnostic::error(Code("E0202"), span, message, "declared again here").with_label(first, "first declared here")
}

/// E0203: two imports of one name, or an import of the name of an own item.
pub fn imported_twice(span: Span, name: &str, first: Span, own: bool) -> Diagnostic {
    let first_text = if own { "declared here" } else { "imported here" };
    Diagnostic::error(Code("E0203"), span, format!("`{name}` already stands for something else"), "imported here")
        .with_label(first, first_text)
        .with_help(format!("give one of them another name: `use … as other_{name}`"))
}

/// E0204: something that another module keeps to itself.
pub fn private_item(span: Span, name: &str, module: &str, declared: Span) -> Diagnostic {
    let message = format!("`{name}` is private to module `{module}`");
    Diagnostic::error(Code("E0204"), span, message, "not seen from here")
        .with_label(declared, "declared `private` here")
}

/// E0205: a name in the wrong case.
pub fn wrong_case(span: Span, name: &str, what: &str, case: &str, better: &str) -> Diagnostic {
    let message = format!("the name of {what} is written in {case}, not `{name}`");
    Diagnostic::error(Code("E0205"), span, message, "the first letter says what a name stands for").with_text(better)
}

/// E0206: a name that the language has taken.
pub fn taken_by_language(span: Span, name: &str, what: &str) -> Diagnostic {
    let message = format!("`{name}` is {what} of the language");
    Diagnostic::error(Code("E0206"), span, message, "choose another name")
}

/// E0207: modules that import each other.
pub fn import_cycle(span: Span, path: &[String], others: &[(Span, String)]) -> Diagnostic {
    let message = format!("modules import each other: {}", arrows(path));
    let mut diagnostic = Diagnostic::error(Code("E0207"), span, message, "imported here");
    for (span, module) in others {
        diagnostic = diagnostic.with_label(*span, format!("`{module}` imports on"));
    }
    diagnostic.with_help("move what both need into a module of its own")
}

/// E0208: an item of another kind than is wanted.
pub fn wrong_kind(span: Span, name: &str, is: &str, want: &str) -> Diagnostic {
    Diagnostic::error(Code("E0208"), span, format!("`{name}` is {is}, not {want}"), format!("expected {want}"))
}

/// E0209: what stands in a type's parentheses or angle brackets is wrong.
pub fn type_arguments(span: Span, message: String, help: &str) -> Diagnostic {
    Diagnostic::error(Code("E0209"), span, message, format!("write {help}"))
}

/// E0211: a member that a module does not have.
pub fn unknown_member(span: Span, module: &str, name: &str, near: Option<&str>) -> Diagnostic {
    let message = format!("module `{module}` has no `{name}`");
    Diagnostic::error(Code("E0211"), span, message, "not declared there").with_near(near)
}

/// E0212: two currencies of one code.
pub fn currency_twice(span: Span, code: &str, module: &str, first: Span) -> Diagnostic {
    let message = format!("the currency `{code}` is already declared in module `{module}`");
    Diagnostic::error(Code("E0212"), span, message, "declared again here")
        .with_label(first, "first declared here")
        .with_help("data names a currency by its code alone: choose another code or import the other currency")
}

/// E0213: a module's name that is taken.
pub fn reserved_module(span: Span, path: &str) -> Diagnostic {
    let message = format!("a module can't be named `{path}`");
    Diagnostic::error(Code("E0213"), span, message, "names that begin with `std`, `lwas` or `sqlite` are taken")
        .with_help("give the file another name")
}

/// E0214: an attribute where it means nothing.
pub fn misplaced(span: Span, what: &str, where_it_stands: &str, help: &str) -> Diagnostic {
    let message = format!("{what} stands before {where_it_stands}");
    Diagnostic::error(Code("E0214"), span, message, "means nothing here").with_help(help)
}

/// E0215: an attribute that there is not.
pub fn unknown_attribute(span: Span, name: &str, near: Option<&str>) -> Diagnostic {
    let message = format!("there is no attribute `@{name}`");
    let known = "`@event`, `@get`, `@post`, `@export` and `@settings`";
    let diagnostic = Diagnostic::error(Code("E0215"), span, message, "not known");
    match near {
        Some(near) => diagnostic.with_help(format!("did you mean `@{near}`?")).with_fix(Fix::new(
            format!("write `@{near}`"),
            span,
            near,
        )),
        None => diagnostic.with_help(format!("there are {known}")),
    }
}

/// E0216: a function, constant or computed field that needs itself.
pub fn needs_itself(span: Span, path: &[String], others: &[(Span, String)]) -> Diagnostic {
    let first = path.first().map_or("", String::as_str);
    let message = match path.len() {
        2 => format!("`{first}` uses itself"),
        _ => format!("`{first}` uses itself: {}", arrows(path)),
    };
    let mut diagnostic = Diagnostic::error(Code("E0216"), span, message, "every evaluation must end");
    for (span, name) in others {
        diagnostic = diagnostic.with_label(*span, format!("`{name}` is on the way"));
    }
    diagnostic
}

/// E0217: calls too deep to follow.
pub fn nested_too_deeply(span: Span, name: &str, most: usize) -> Diagnostic {
    let message = format!("`{name}` needs more than {most} others, each through the last");
    Diagnostic::error(Code("E0217"), span, message, "nested too deeply").with_help("join some of the steps into one")
}

fn arrows(path: &[String]) -> String {
    path.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" → ")
}
