//! E08xx: what of other programs' rules can't be said in LwaS.

use lwas_base::{Code, Diagnostic, Span};

/// E0801: a rule that can't be said.
pub fn rule_unsaid(span: Span, rule: &str, why: &str) -> Diagnostic {
    let message = format!("rule `{rule}` can't be said in LwaS with the same meaning");
    Diagnostic::error(Code("E0801"), span, message, why)
}

/// E0802: a file that can't be read as what it should be.
pub fn unreadable(span: Span, what: &str, why: &str) -> Diagnostic {
    Diagnostic::error(Code("E0802"), span, format!("this is no file of {what}"), why)
}

/// E0803: a test that can't be said.
pub fn test_unsaid(span: Span, why: &str) -> Diagnostic {
    let message = "this test can't be said in LwaS with the same verdict".to_owned();
    Diagnostic::error(Code("E0803"), span, message, why)
}

/// W0801: an annotation that can't be said.
pub fn annotation_unsaid(span: Span, annotation: &str, rule: &str, why: &str) -> Diagnostic {
    let message = format!("annotation `{annotation}` of `{rule}` is left out");
    Diagnostic::warning(Code("W0801"), span, message, why)
}
