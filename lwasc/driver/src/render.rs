//! Diagnostics as text: for people with the source beside it, as one line, as JSON, as a SARIF document, or as commands of GitHub's runner.
//! Control characters of the source are made visible before they reach a terminal.

mod github;
mod human;
mod json;
mod sarif;

use crate::fix::written;
use lwas_base::{Diagnostic, Diagnostics, Fix, MAX_DIAGNOSTICS, PRIMARY_TEXT, Severity, SourceMap};
use std::path::{Component, Path, PathBuf};

/// The longest source text that advice quotes, in characters.
const MAX_QUOTE: usize = 60;

/// How diagnostics are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// With the source and labels.
    Human {
        /// With colours.
        color: bool,
    },
    /// `fees.lwas:4:18: error[E0301]: this would lose 3 digits`.
    Short,
    /// One JSON object a line.
    Json,
    /// One document of SARIF 2.1.0, which code scanning reads, also where there is nothing to say.
    Sarif,
    /// A command a line that GitHub's runner turns into an annotation.
    Github,
}

/// All diagnostics in order of place, at most `MAX_DIAGNOSTICS`. Paths are shown below `root`, the package's folder as it was given.
pub fn render(diagnostics: &Diagnostics, sources: &SourceMap, root: &Path, format: Format) -> String {
    let all = diagnostics.sorted();
    let view = View { sources, root };
    if format == Format::Sarif {
        return sarif::document(&view, &all);
    }
    let mut text: String = all.iter().take(MAX_DIAGNOSTICS).map(|diagnostic| view.one(diagnostic, format)).collect();
    let more = all.len().saturating_sub(MAX_DIAGNOSTICS) + diagnostics.dropped();
    if more > 0 && !matches!(format, Format::Json | Format::Github) {
        text.push_str(&format!("… and {more} more\n"));
    }
    text
}

/// What is known of where diagnostics point.
struct View<'a> {
    sources: &'a SourceMap,
    root: &'a Path,
}

impl View<'_> {
    fn one(&self, diagnostic: &Diagnostic, format: Format) -> String {
        match format {
            Format::Human { color } => human::render(self, diagnostic, color),
            Format::Short => self.short(diagnostic),
            Format::Json => json::render(self, diagnostic),
            Format::Github => github::render(self, diagnostic),
            Format::Sarif => unreachable!("it is one document of all"),
        }
    }

    fn short(&self, diagnostic: &Diagnostic) -> String {
        let span = diagnostic.primary.span;
        let at = self.sources.file(span.file).line_col(span.start);
        let (word, code) = (word(diagnostic.severity), diagnostic.code);
        format!(
            "{}:{}:{}: {word}[{code}]: {}\n",
            self.path(span.file),
            at.line,
            at.column,
            visible(&diagnostic.message)
        )
    }

    /// The advice, with the source text that it quotes.
    fn help(&self, diagnostic: &Diagnostic) -> Vec<String> {
        let text = self.sources.text(diagnostic.primary.span);
        let quoted = if text.contains('\n') || text.chars().count() > MAX_QUOTE { "…" } else { text };
        diagnostic.help.iter().map(|help| visible(&help.replace(PRIMARY_TEXT, quoted))).collect()
    }

    /// The changes that mend it, with the source text that they quote.
    fn fixes(&self, diagnostic: &Diagnostic) -> Vec<Fix> {
        diagnostic.fixes.iter().map(|fix| written(diagnostic, fix, self.sources)).collect()
    }

    /// A file's path for people: the standard library's as it is, the package's below its folder, that of another package where it lies.
    fn path(&self, file: lwas_base::FileId) -> String {
        let file = self.sources.file(file);
        let path = &file.path;
        if let Some(shown) = &file.shown {
            return visible(shown);
        }
        if path.starts_with("std/") { path.clone() } else { place(self.root, path) }
    }
}

/// A file below a folder, for people and for tools that know the files of a checkout: `./main.lwas` is `main.lwas`.
pub fn place(root: &Path, file: &str) -> String {
    let path: PathBuf = root.join(file).components().filter(|part| *part != Component::CurDir).collect();
    visible(&path.display().to_string())
}

fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

/// Control characters but tabs and line breaks, and those that turn the direction of text, as escapes.
pub fn visible(text: &str) -> String {
    let is_safe = |c: char| c == '\n' || c == '\t' || !(c.is_control() || is_turning(c));
    if text.chars().all(is_safe) {
        return text.to_owned();
    }
    text.chars().map(|c| if is_safe(c) { c.to_string() } else { c.escape_unicode().to_string() }).collect()
}

fn is_turning(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
