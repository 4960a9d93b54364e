//! Where things are in source and what we say about them: spans, files, names, codes, diagnostics, and what was likely
//! meant; and what a runner can sample, by name. A leaf: every stage above the ir speaks in these terms, and nothing here knows a stage.

mod diagnostic;
mod near;
mod samples;
mod source;
mod symbol;

pub use diagnostic::{Code, Diagnostic, Diagnostics, Edit, Fix, Label, MAX_DIAGNOSTICS, PRIMARY_TEXT, Severity};
pub use near::{hint, near};
pub use samples::{LATENCY, Reading, ReadingKind, SampleSource};
pub use source::{FileId, LineCol, SourceFile, SourceMap, Span};
pub use symbol::Symbol;
