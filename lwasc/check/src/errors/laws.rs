//! E0420 to E0439: going through rows, what is kept by difference, what axioms read, windows.

use crate::hir::{Axiom, AxiomKind};
use lwas_base::{Code, Diagnostic, Span};

/// A law, belief or alert by its name.
fn named(axiom: &Axiom) -> String {
    format!("{} `{}`", axiom.word(), axiom.name)
}

/// What it is, with an article.
fn one(axiom: &Axiom) -> &'static str {
    match axiom.kind {
        AxiomKind::Law => "an axiom",
        AxiomKind::Belief { .. } => "a belief",
        AxiomKind::Alert(_) => "an alert",
    }
}

/// Who asks: a place that explains why a query must not scan.
pub type Asker = Option<(Span, String)>;

fn asked(diagnostic: Diagnostic, asker: &Asker) -> Diagnostic {
    match asker {
        Some((span, text)) => diagnostic.with_label(*span, text.clone()),
        None => diagnostic,
    }
}

/// E0420: a rule that goes through all rows.
pub fn scan(span: Span, state: &str, help: String, asker: &Asker) -> Diagnostic {
    let message = format!("this goes through all rows of `{state}`");
    asked(Diagnostic::error(Code("E0420"), span, message, "costs more with every row"), asker).with_help(help)
}

/// E0421: an aggregate that can't be kept by difference.
pub fn not_kept(span: Span, state: &str, why: &str, at: Span, cure: &str, asker: &Asker) -> Diagnostic {
    let message = format!("this can't be kept by difference over the rows of `{state}`");
    let diagnostic = Diagnostic::error(Code("E0421"), span, message, "checked after every event");
    asked(diagnostic.with_label(at, why), asker).with_help(cure)
}

/// E0422: a law of each row that all rows would have to be checked for.
pub fn same_for_all(at: Span, axiom: &Axiom, what: &str, cure: &str) -> Diagnostic {
    let message = format!("{} reads {what} for each row, so that one change would check all rows", named(axiom));
    Diagnostic::error(Code("E0422"), axiom.span, message, format!("{} of each row", one(axiom)))
        .with_label(at, "the same for every row")
        .with_help(cure)
}

/// E0423: a law whose rows can't be found back.
pub fn not_found_back(at: Span, axiom: &Axiom, what: &str, state: &str, cure: &str) -> Diagnostic {
    let message = format!("{} reads {what}, and the rows of `{state}` that read it can't be found", named(axiom));
    Diagnostic::error(Code("E0423"), axiom.span, message, format!("{} of each row", one(axiom)))
        .with_label(at, "when this changes, which rows must be checked")
        .with_help(cure)
}

/// E0424: a law of the whole that reads a row.
pub fn row_in_whole(at: Span, axiom: &Axiom, state: &str) -> Diagnostic {
    let message = format!("{} is of the whole, and reads one row of `{state}`", named(axiom));
    let header = match axiom.kind {
        AxiomKind::Law => format!("axiom {}", axiom.name),
        AxiomKind::Belief { .. } => format!("belief {} truth …", axiom.name),
        AxiomKind::Alert(_) => format!("alert {} …", axiom.name),
    };
    Diagnostic::error(Code("E0424"), axiom.span, message, format!("{} of the whole", one(axiom)))
        .with_label(at, "expected aggregates and states without key")
        .with_help(format!("say it of the row: `{header} for x in {state} where …`"))
}

/// E0425: a query that a law calls reads the clock.
pub fn law_reads_clock(span: Span, what: &str, asker: &Asker) -> Diagnostic {
    let message = format!("a law reads `{what}` through this query");
    asked(Diagnostic::error(Code("E0425"), span, message, "a law holds at every moment or at none"), asker)
        .with_help("store in the row what the law is about, and compare that")
}

/// E0427: a law that goes through rows.
/// `help` is what leads to a smallest or largest, a first or last.
pub fn law_loops(span: Span, state: &str, is_alert: bool, help: Option<String>, asker: &Asker) -> Diagnostic {
    let (who, when) = match is_alert {
        true => ("an alert", "judged after every event"),
        false => ("an axiom or computed field", "checked after every event"),
    };
    let message = format!("{who} can't go through the rows of `{state}`");
    asked(Diagnostic::error(Code("E0427"), span, message, when), asker).with_help(help.unwrap_or_else(|| {
        "use `sum`, `count`, `all` or `any`, which are kept by difference, or store the value in the row".to_owned()
    }))
}

/// E0328: a law that reads a Float. `via` is where, in what the place calls.
pub fn law_reads_float(span: Span, axiom: &str, at: Span, via: Option<Span>) -> Diagnostic {
    let message = format!("axiom `{axiom}` reads a Float");
    let diagnostic = Diagnostic::error(Code("E0328"), span, message, "a Float decides no law");
    let diagnostic = match via {
        Some(via) => diagnostic.with_label(via, "the Float is read here"),
        None => diagnostic.with_label(at, "this must always hold, to the last digit"),
    };
    diagnostic.with_help("store an exact number, `round(f, n)`, when an event comes, and compare that")
}

/// E0433: a window of what has no times.
pub fn window_of_no_journal(span: Span) -> Diagnostic {
    Diagnostic::error(Code("E0433"), span, "a window is of a journal, whose rows have times", "of this there is none")
        .with_help("go through a journal, or compare a field with `now`: `where x.at > now - 5m`")
}

/// E0434: a window whose length is not known.
pub fn window_length(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0434"),
        span,
        "the length of a window is a constant above zero",
        "not known before the run",
    )
    .with_help("write it out, or give it a name: `const DAY: Duration = 24h`")
}

/// E0435: a law that reads a window.
pub fn law_reads_window(span: Span, state: &str, asker: &Asker) -> Diagnostic {
    let message = format!("an axiom or computed field reads no window of `{state}`");
    asked(Diagnostic::error(Code("E0435"), span, message, "changes while time passes"), asker)
        .with_help("require it in the rule that would break it: `require count(…) < 10 else \"…\"`")
}
