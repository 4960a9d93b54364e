//! The one style of sources. A text comes in; out goes the same program as it is written well. No token is lost or made but
//! for commas that stand where a line break may: the tree only tells where statements, elements and operators are, so what is
//! written are the tokens themselves with other white space between them, and every comment with the token that it stood before.
//!
//! The steps, each a module: `atoms` finds the comments between the tokens, `marks` asks the tree, `nodes` puts brackets
//! together, `layout` and `brackets` are the style, `doc` breaks the lines. At the end the result is read again and compared.

mod atoms;
mod brackets;
mod doc;
mod layout;
mod marks;
mod nodes;

use crate::tokens::{Kind, Lexed};
use crate::{ast, grammar, in_order, lexer, limits, source_too_large};
use atoms::{Atom, Comment};
use layout::Layout;
use lwas_base::{Diagnostics, FileId};
use marks::Marks;

/// Room for the deepest source that can be read.
const STACK_BYTES: usize = 256 * 1024 * 1024;

/// Expressions up to this height are formatted on the caller's stack.
const SHALLOW: u32 = 40;

/// Why a text was not formatted.
#[derive(Clone, Debug)]
pub enum Unformatted {
    /// It has mistakes: what is wrong.
    Wrong(Diagnostics),
    /// What would have been written is not read as the same program. This is a mistake of the formatter.
    Changed,
}

/// Formats a source text without mistakes, in time linear in its length. Formatting the result changes nothing.
pub fn format(file: FileId, text: &str) -> Result<String, Unformatted> {
    let before = Read::new(file, text)?;
    let formatted = before.formatted().ok_or(Unformatted::Changed)?;
    if formatted == text {
        // The same text is the same program.
        return Ok(formatted);
    }
    let after = Read::new(file, &formatted).map_err(|_| Unformatted::Changed)?;
    if before.is_same(&after) { Ok(formatted) } else { Err(Unformatted::Changed) }
}

/// Formats a source as it lies on the disk.
pub fn format_bytes(file: FileId, bytes: &[u8]) -> Result<String, Unformatted> {
    match std::str::from_utf8(bytes) {
        Ok(text) => format(file, text),
        Err(_) => Err(Unformatted::Wrong(crate::parse_bytes(file, bytes).diagnostics)),
    }
}

/// A text that was read.
struct Read<'a> {
    lexed: Lexed,
    tree: ast::File,
    atoms: Vec<Atom<'a>>,
    marks: Marks,
    height: u32,
}

impl<'a> Read<'a> {
    fn new(file: FileId, text: &'a str) -> Result<Read<'a>, Unformatted> {
        let mut diagnostics = Diagnostics::new();
        if let Some(diagnostic) = source_too_large(file, text.len()) {
            diagnostics.push(diagnostic);
            return Err(Unformatted::Wrong(diagnostics));
        }
        let lexed = lexer::lex(file, text, &mut diagnostics);
        let height = limits::height(&lexed.tokens).unwrap_or_else(|diagnostic| {
            diagnostics.push(*diagnostic);
            0
        });
        if diagnostics.has_errors() && height == 0 {
            return Err(Unformatted::Wrong(in_order(diagnostics)));
        }
        let tree = grammar::file(&lexed, text, height, &mut diagnostics);
        if diagnostics.has_errors() {
            return Err(Unformatted::Wrong(in_order(diagnostics)));
        }
        let mut atoms = atoms::atoms(&lexed, text).ok_or(Unformatted::Changed)?;
        comments_behind_commas(&mut atoms);
        Ok(Read { lexed, atoms, marks: Marks::default(), tree, height }.marked())
    }

    fn marked(mut self) -> Read<'a> {
        self.marks = on_stack(self.height, || marks::marks(&self.tree));
        self
    }

    fn formatted(&self) -> Option<String> {
        on_stack(self.height, || {
            let nodes = nodes::nest(&self.atoms, &self.marks)?;
            let doc = Layout { atoms: &self.atoms, marks: &self.marks }.file(&nodes);
            let mut text = doc::print(&doc);
            if !text.is_empty() {
                text.push('\n');
            }
            Some(text)
        })
    }

    /// Whether two texts are the same program: the same tokens but for commas, with the same docs and the same marks.
    fn is_same(&self, other: &Read<'_>) -> bool {
        self.lexed.module_docs == other.lexed.module_docs
            && self.docs().eq(other.docs())
            && self.comments().eq(other.comments())
            && self.signs().eq(other.signs())
    }

    /// The docs of each token but commas.
    fn docs(&self) -> impl Iterator<Item = Option<&str>> {
        let tokens = self.lexed.tokens.iter().filter(|token| token.kind != Kind::Comma);
        tokens.map(|token| self.lexed.docs.get((token.docs as usize).checked_sub(1)?).map(String::as_str))
    }

    fn comments(&self) -> impl Iterator<Item = &'a str> {
        self.atoms.iter().flat_map(|atom| atom.comments.iter().map(|comment| comment.text))
    }

    /// What each token but commas is, and what the tree says of it.
    fn signs(&self) -> impl Iterator<Item = (&'a str, Option<u8>, [bool; 6])> {
        let atoms = self.atoms.iter().filter(|atom| atom.kind != Kind::Comma);
        atoms.map(|atom| {
            let marks = &self.marks;
            let at = atom.start;
            let said = [
                marks.items.contains(&at),
                marks.starts.contains(&at),
                marks.bodies.contains(&at),
                marks.claims.contains(&at),
                marks.tight.contains(&atom.end),
                marks.types.binary_search_by_key(&at, |(start, _)| *start).is_ok(),
            ];
            (atom.text, marks.operators.get(&at).copied(), said)
        })
    }
}

/// Moves comments before a comma behind it, to where they stand when the comma is written right behind its element. `///`
/// before a comma are the docs of nothing, and must not become those of what follows.
fn comments_behind_commas(atoms: &mut [Atom<'_>]) {
    for at in 0..atoms.len() {
        let Some([comma, next]) = atoms.get_mut(at..at + 2) else { return };
        if comma.kind != Kind::Comma || comma.comments.is_empty() {
            continue;
        }
        let mut moved = std::mem::take(&mut comma.comments);
        for comment in &mut moved {
            if comment.text.starts_with("///") && !comment.text.starts_with("////") {
                comment.text = comment.text.get(1..).unwrap_or_default();
            }
        }
        let own = std::mem::take(&mut next.comments);
        moved.extend(own.into_iter().map(|comment| Comment { trails: false, ..comment }));
        next.comments = moved;
    }
}

/// Does something that recurses over the tree of a source of such a height.
fn on_stack<T: Send>(height: u32, work: impl FnOnce() -> T + Send) -> T {
    if height <= SHALLOW {
        return work();
    }
    std::thread::scope(|scope| {
        let deep = std::thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, work);
        deep.expect("a thread can be made").join().expect("formatting does not panic")
    })
}
