//! What we say about source: one plain struct for every message of every stage. Each code has one constructor
//! function beside the stage that finds the mistake; rendering is the driver's.

use crate::Span;
use std::fmt;

/// A stable code such as `E0301`; each has a page in `spec/errors/`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Code(pub &'static str);

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// How much a diagnostic weighs: an error stops the build, a warning does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// The program is wrong.
    Error,
    /// The program works, but probably says something else than was meant.
    Warning,
}

/// A place with what is to be said about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// One lower-case clause without a full stop.
    pub text: String,
}

/// New text for a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced; an empty span inserts.
    pub span: Span,
    /// The new text, in which `PRIMARY_TEXT` stands for the source text of the diagnostic's primary place.
    pub text: String,
}

/// A change of the source that mends a mistake. `lwasc check --fix` makes those that are certain, an editor offers all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does, as a command: "round half to even".
    pub title: String,
    /// The edits, all in one file, none over another.
    pub edits: Vec<Edit>,
    /// Whether nothing else can have been meant, so that it may be made unasked.
    pub certain: bool,
}

impl Fix {
    /// Puts a text in a place; one of several that can be meant.
    pub fn new(title: impl Into<String>, span: Span, text: impl Into<String>) -> Fix {
        Fix { title: title.into(), edits: vec![Edit { span, text: text.into() }], certain: false }
    }

    /// The same, where nothing else can have been meant.
    pub fn certain(title: impl Into<String>, span: Span, text: impl Into<String>) -> Fix {
        Fix { certain: true, ..Fix::new(title, span, text) }
    }
}

/// One message for the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The stable code.
    pub code: Code,
    /// Error or warning.
    pub severity: Severity,
    /// One lower-case sentence without a full stop, the user's words in backticks.
    pub message: String,
    /// The place that must change.
    pub primary: Label,
    /// Other places that explain it.
    pub labels: Vec<Label>,
    /// What to do, only where it is likely right. `PRIMARY_TEXT` in it stands for the source text of the primary place.
    pub help: Vec<String>,
    /// Changes that mend it, the likeliest first.
    pub fixes: Vec<Fix>,
}

impl Diagnostic {
    /// An error whose primary label says `label` at `span`.
    pub fn error(code: Code, span: Span, message: impl Into<String>, label: impl Into<String>) -> Diagnostic {
        let primary = Label { span, text: label.into() };
        let message = message.into();
        Diagnostic { code, severity: Severity::Error, message, primary, labels: vec![], help: vec![], fixes: vec![] }
    }

    /// A warning whose primary label says `label` at `span`.
    pub fn warning(code: Code, span: Span, message: impl Into<String>, label: impl Into<String>) -> Diagnostic {
        Diagnostic { severity: Severity::Warning, ..Diagnostic::error(code, span, message, label) }
    }

    /// The same with another place that explains it.
    pub fn with_label(mut self, span: Span, text: impl Into<String>) -> Diagnostic {
        self.labels.push(Label { span, text: text.into() });
        self
    }

    /// The same with advice.
    pub fn with_help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help.push(help.into());
        self
    }

    /// The same with a change that mends it.
    pub fn with_fix(mut self, fix: Fix) -> Diagnostic {
        self.fixes.push(fix);
        self
    }

    /// The same with advice to write another text in the primary place, and that change.
    pub fn with_text(self, text: &str) -> Diagnostic {
        let fix = Fix::new(format!("write `{text}`"), self.primary.span, text);
        self.with_help(fix.title.clone()).with_fix(fix)
    }

    /// The same, where nothing else can have been meant.
    pub fn with_certain_text(self, text: &str) -> Diagnostic {
        let fix = Fix::certain(format!("write `{text}`"), self.primary.span, text);
        self.with_help(fix.title.clone()).with_fix(fix)
    }

    /// The same with a name that was likely meant in the primary place, if there is one.
    pub fn with_near(self, near: Option<&str>) -> Diagnostic {
        let Some(near) = near else { return self };
        let fix = Fix::new(format!("write `{near}`"), self.primary.span, near);
        self.with_help(format!("did you mean `{near}`?")).with_fix(fix)
    }

    /// Whether this stops the build.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// In advice: the source text of the primary place, so that `round(amount * 2.9%)` can be said by a stage that sees no text.
/// No source contains it.
pub const PRIMARY_TEXT: &str = "\u{0}";

/// The most diagnostics that are shown of one run.
pub const MAX_DIAGNOSTICS: usize = 100;

/// Diagnostics as a stage collects them. Past ten times `MAX_DIAGNOSTICS` it only counts, so that hostile
/// input cannot fill the memory with messages.
#[derive(Clone, Debug, Default)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
    dropped: usize,
    errors: usize,
}

impl Diagnostics {
    /// None yet.
    pub fn new() -> Diagnostics {
        Diagnostics::default()
    }

    /// Adds one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.errors += usize::from(diagnostic.is_error());
        if self.list.len() < 10 * MAX_DIAGNOSTICS { self.list.push(diagnostic) } else { self.dropped += 1 }
    }

    /// Adds all of another collection.
    pub fn append(&mut self, other: Diagnostics) {
        self.dropped += other.dropped;
        for diagnostic in other.list {
            self.push(diagnostic);
        }
    }

    /// Whether an error is among them.
    pub fn has_errors(&self) -> bool {
        self.errors > 0
    }

    /// Those kept, as they were found.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.list.iter()
    }

    /// Those kept, in order of place (file, then offset), each once.
    pub fn sorted(&self) -> Vec<&Diagnostic> {
        let mut list: Vec<_> = self.list.iter().collect();
        list.sort_by_key(|d| (d.primary.span.file, d.primary.span.start, d.primary.span.end, d.code));
        list.dedup();
        list
    }

    /// How many were counted but not kept.
    pub fn dropped(&self) -> usize {
        self.dropped
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
}
