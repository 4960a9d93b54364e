//! What was typed, as program text: items behind the program's own, then one test with a step for each of the rest. Each piece begins a line of
//! its own, so that a place in the whole text is found again in the piece that somebody typed.

use lwas_base::{Diagnostic, Diagnostics, FileId, Label, SourceMap, Span};
use lwas_runtime::At;
use lwas_syntax::ast::{ItemKind, Stmt, StmtKind, Test};

/// The name of the test.
pub const TEST: &str = "what was typed";

/// What a piece of text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Items: `state`, `rule`, `use` and their like.
    Items,
    /// Steps of a test: `apply`, `let` and their like.
    Steps,
    /// An expression.
    Value,
}

/// What a text is. One with mistakes is taken for what its first word begins.
pub fn kind_of(text: &str) -> Kind {
    let is_fine = |text: &str| {
        let parsed = lwas_syntax::parse(FileId(0), text);
        (!parsed.diagnostics.has_errors()).then_some(parsed.file.items)
    };
    if is_fine(text).is_some_and(|items| !items.is_empty()) {
        return Kind::Items;
    }
    let statements = |steps: &str| match &is_fine(&format!("test \"t\" {{\n{steps}\n}}"))?.first()?.kind {
        ItemKind::Test(test) => Some(test.body.statements.len() + usize::from(test.body.value.is_some())),
        _ => None,
    };
    if statements(&format!("{LET}{text}")) == Some(1) {
        return Kind::Value;
    }
    if statements(text).is_some() {
        return Kind::Steps;
    }
    let first = text.trim_start().split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
    match first {
        "use" | "accept" | "const" | "currency" | "enum" | "record" | "state" | "journal" | "event" | "fn"
        | "action" | "query" | "rule" | "axiom" | "belief" | "alert" | "test" | "private" => Kind::Items,
        "apply" | "reject" | "expect" | "advance" | "let" => Kind::Steps,
        _ if text.trim_start().starts_with('@') => Kind::Items,
        _ => Kind::Value,
    }
}

/// The names that a test binds.
pub fn bound(test: &Test) -> Vec<String> {
    let name = |statement: &Stmt| match &statement.kind {
        StmtKind::Let { name, .. } => Some(name.name.to_string()),
        _ => None,
    };
    test.body.statements.iter().filter_map(name).collect()
}

/// What stands before an expression, on a line of its own.
const LET: &str = "let it =\n";

/// Pieces of text, and where each of them lies in the whole.
#[derive(Debug, Default)]
pub struct Typed {
    text: String,
    pieces: Vec<Piece>,
}

/// A piece: its bytes in the whole text, and the line on which it begins, from 0.
#[derive(Debug)]
struct Piece {
    start: usize,
    end: usize,
    line: u32,
    /// Whether it was typed last.
    is_new: bool,
}

impl Typed {
    /// The whole of items and steps, with a new piece.
    pub fn new(items: &[String], steps: &[String], new: Option<(Kind, &str)>) -> Typed {
        let mut typed = Typed::default();
        let new_of = |kind: Kind| new.filter(|(of, _)| *of == kind).map(|(_, text)| text);
        items.iter().for_each(|item| typed.push(item, false));
        if let Some(item) = new_of(Kind::Items) {
            typed.push(item, true);
        }
        typed.text.push_str(&format!("test \"{TEST}\" {{\n"));
        steps.iter().for_each(|step| typed.push(step, false));
        if let Some(step) = new_of(Kind::Steps) {
            typed.push(step, true);
        }
        if let Some(value) = new_of(Kind::Value) {
            typed.text.push_str(LET);
            typed.push(value, true);
        }
        typed.text.push_str("}\n");
        typed
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    fn push(&mut self, text: &str, is_new: bool) {
        let start = self.text.len();
        let line = u32::try_from(self.text.matches('\n').count()).unwrap_or(u32::MAX);
        self.text.push_str(text);
        self.pieces.push(Piece { start, end: self.text.len(), line, is_new });
        self.text.push('\n');
    }

    /// A place of a rejection in the whole program, as one in what was typed, where it lies there. `base_lines` is how many lines the
    /// program itself has.
    pub fn place(&self, at: &At, entry: &str, base_lines: u32) -> At {
        let line = at.line.checked_sub(base_lines + 1).filter(|_| at.path == entry);
        let piece = line.and_then(|line| Some((line, self.pieces.iter().rfind(|piece| piece.line <= line)?)));
        match piece {
            Some((line, piece)) => At { path: name(piece).to_owned(), line: line - piece.line + 1, ..at.clone() },
            None => at.clone(),
        }
    }

    /// The errors of the whole program, with their places in what was typed. `base` is the text of the program itself, whose file is the first.
    /// Warnings are left out: what is typed next may well be what they miss.
    pub fn errors(&self, all: &Diagnostics, sources: &SourceMap, base: &str) -> (Diagnostics, SourceMap) {
        let mut shown = SourceMap::new();
        for (id, file) in sources.files() {
            shown.add(file.path.clone(), if id == FileId(0) { base.into() } else { file.text.clone() });
        }
        let files: Vec<FileId> =
            self.pieces.iter().map(|piece| shown.add(name(piece), &self.text[piece.start..piece.end])).collect();
        let moved = |span: Span| {
            let Some(start) = (span.start as usize).checked_sub(base.len()).filter(|_| span.file == FileId(0)) else {
                return span;
            };
            let mut pieces = self.pieces.iter().zip(&files);
            let Some((piece, file)) = pieces.clone().rfind(|(piece, _)| piece.start <= start).or(pieces.next()) else {
                return Span::new(FileId(0), base.len(), base.len());
            };
            let within = |at: usize| at.clamp(piece.start, piece.end) - piece.start;
            Span::new(*file, within(start), within((span.end as usize).saturating_sub(base.len())))
        };
        let label = |label: &Label| Label { span: moved(label.span), text: label.text.clone() };
        let mut kept = Diagnostics::new();
        for told in all.iter().filter(|told| told.is_error()) {
            let (primary, labels) = (label(&told.primary), told.labels.iter().map(label).collect());
            kept.push(Diagnostic { primary, labels, fixes: vec![], ..told.clone() });
        }
        (kept, shown)
    }
}

fn name(piece: &Piece) -> &'static str {
    if piece.is_new { "typed" } else { "typed before" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_what_they_say() {
        for (text, kind) in [
            ("use std.currency.USD", Kind::Items),
            ("fn f(x: Int) -> Int { x }", Kind::Items),
            ("@settings state S { a: Int = 1 }", Kind::Items),
            ("apply Pay { id: \"1\" }", Kind::Steps),
            ("let x = 5", Kind::Steps),
            ("advance 5m", Kind::Steps),
            ("expect 1 == 1", Kind::Steps),
            ("1 + 2", Kind::Value),
            ("[1, 2]", Kind::Value),
            ("{ \"a\": 1 }", Kind::Value),
            ("(1 + 2) * 3", Kind::Value),
            ("state + 1", Kind::Value),
            ("apply(1)", Kind::Value),
            ("rule x on", Kind::Items),
            ("let x =", Kind::Steps),
            ("1 +", Kind::Value),
        ] {
            assert_eq!(kind_of(text), kind, "{text}");
        }
    }

    #[test]
    fn a_place_is_found_in_its_piece() {
        let typed = Typed::new(&["const A = 1\n".into()], &["let x = 1".into()], Some((Kind::Value, "x +\ny")));
        let line = |number: usize| typed.text().lines().nth(number).unwrap_or_default();
        assert_eq!((line(0), line(3), line(5), line(6)), ("const A = 1", "let x = 1", "x +", "y"));
        let at = |line| At { path: "main.lwas".into(), line, column: 1, width: 1, source_line: String::new() };
        let placed = typed.place(&at(17), "main.lwas", 10);
        assert_eq!((placed.path.as_str(), placed.line), ("typed", 2));
        assert_eq!(typed.place(&at(14), "main.lwas", 10).path, "typed before");
        assert_eq!(typed.place(&at(10), "main.lwas", 10), at(10));
    }
}
