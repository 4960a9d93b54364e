//! The style. Atoms, marks and nodes come in, a document goes out. What an author decides is kept where both ways are good: a
//! bracket behind which the line breaks stays open, what stands on one line in an open list stays so, and an operator
//! that begins a line goes on to do so. All else is decided here and in `brackets`: blanks, indentation, commas, and what
//! breaks when a line is too long.

use super::atoms::{Atom, Comment};
use super::brackets::{Style, split};
use super::doc::Doc;
use super::marks::Marks;
use super::nodes::Node;
use crate::tokens::{Kind, Word};

pub(super) const INDENT: usize = 2;
/// How far the head of a body goes on, so that it stands apart from the body.
const HEAD_INDENT: usize = 4;

/// What is formatted.
pub(super) struct Layout<'m, 'a> {
    pub(super) atoms: &'m [Atom<'a>],
    pub(super) marks: &'m Marks,
}

/// How the parts of a sequence stand.
#[derive(Clone, Copy)]
pub(super) struct How {
    /// How far lines go in that begin with an operator.
    nest: usize,
    /// The same of `for` and `where`.
    clauses: usize,
    /// Whether it is `apply` or `reject`, with clauses of their own.
    claim: bool,
}

pub(super) const VALUE: How = How { nest: INDENT, clauses: INDENT, claim: false };
pub(super) const ELEMENT: How = How { clauses: 0, ..VALUE };
const HEAD: How = How { nest: HEAD_INDENT, clauses: HEAD_INDENT, claim: false };

/// What stands before an atom when no comment does.
pub(super) enum Gap {
    Nothing,
    Space,
    Line(&'static str, &'static str),
    Hard,
}

impl<'a> Layout<'_, 'a> {
    /// The whole file.
    pub(super) fn file(&self, nodes: &[Node]) -> Doc<'a> {
        let mut docs = vec![];
        for (number, item) in
            split(nodes, |node| self.marks.items.contains(&self.atom(node.first()).start)).into_iter().enumerate()
        {
            let Some(first) = item.first().map(Node::first) else { continue };
            self.before(&mut docs, first, if number == 0 { Gap::Nothing } else { Gap::Hard }, number == 0);
            docs.push(self.item(item));
        }
        let end = self.atom(self.atoms.len().saturating_sub(1));
        let is_empty = docs.is_empty();
        self.comments(&mut docs, &end.comments, is_empty, false);
        Doc::All(docs)
    }

    pub(super) fn atom(&self, at: usize) -> &Atom<'a> {
        self.atoms.get(at).expect("nodes are made of the atoms")
    }

    pub(super) fn kind(&self, node: &Node) -> Kind {
        self.atom(node.first()).kind
    }

    /// Whether an offset lies in a type.
    pub(super) fn in_type(&self, offset: usize) -> bool {
        let before = self.marks.types.partition_point(|(start, _)| *start <= offset);
        let last = before.checked_sub(1).and_then(|at| self.marks.types.get(at));
        last.is_some_and(|(_, end)| offset < *end)
    }

    // What stands between two atoms.

    /// Whether a blank stands between an atom and the one before.
    fn is_spaced(&self, at: usize) -> bool {
        let Some(before) = at.checked_sub(1) else { return false };
        let (a, b) = (self.atom(before), self.atom(at));
        let in_type = self.in_type(b.start);
        match (a.kind, b.kind) {
            (Kind::LParen | Kind::LBracket | Kind::Dot | Kind::At, _) => false,
            (_, Kind::Comma | Kind::RParen | Kind::RBracket | Kind::Colon | Kind::Dot | Kind::Question) => false,
            (Kind::Less, _) | (_, Kind::Less | Kind::Greater) if in_type => false,
            (Kind::Minus, _) => self.marks.operators.contains_key(&a.start),
            (_, Kind::LParen | Kind::LBracket) => !self.is_tight(at),
            _ => true,
        }
    }

    /// Whether a bracket belongs to the name before it.
    pub(super) fn is_tight(&self, open: usize) -> bool {
        let (Some(before), bracket) = (open.checked_sub(1), self.atom(open)) else { return false };
        let before = self.atom(before);
        let some = before.kind == Kind::Some && bracket.kind == Kind::LParen;
        let named = self.marks.tight.contains(&before.end) && !self.marks.starts.contains(&bracket.start);
        some || named || self.in_type(bracket.start)
    }

    /// What stands before an atom: its comments and the lines they need, else the gap. `first`: no empty line may stand there.
    pub(super) fn before(&self, docs: &mut Vec<Doc<'a>>, at: usize, gap: Gap, first: bool) {
        let atom = self.atom(at);
        if atom.comments.is_empty() {
            return match gap {
                Gap::Nothing => {}
                Gap::Space => docs.push(Doc::Text(" ")),
                Gap::Line(flat, broken) => docs.push(Doc::Line { flat, broken }),
                Gap::Hard => docs.push(Doc::Hard { blank: atom.blank && !first }),
            };
        }
        if let Gap::Line(_, broken) = gap {
            docs.push(Doc::Text(broken));
        }
        let apart = self.comments(docs, &atom.comments, at == 0, first);
        docs.push(Doc::Hard { blank: atom.blank && apart });
    }

    /// Comments, each on a line of its own but for one that stands behind something. `first`: no empty line may stand before
    /// them. The answer is whether one may stand behind them.
    pub(super) fn comments(
        &self,
        docs: &mut Vec<Doc<'a>>,
        comments: &[Comment<'a>],
        begins_file: bool,
        first: bool,
    ) -> bool {
        let mut apart = !first;
        for (number, comment) in comments.iter().enumerate() {
            if comment.trails {
                docs.push(Doc::Comment(comment.text));
                continue;
            }
            if number > 0 || !begins_file {
                docs.push(Doc::Hard { blank: comment.blank && apart });
            }
            docs.push(Doc::Text(comment.text));
            apart = true;
        }
        apart
    }

    fn gap(&self, at: usize) -> Gap {
        if self.is_spaced(at) { Gap::Space } else { Gap::Nothing }
    }

    // Items and statements.

    fn item(&self, nodes: &[Node]) -> Doc<'a> {
        let mut docs = vec![];
        let mut rest = nodes;
        while rest.first().is_some_and(|node| self.kind(node) == Kind::At) {
            let has_arguments = rest.get(2).is_some_and(|node| self.kind(node) == Kind::LParen);
            let (attribute, after) = rest.split_at_checked(if has_arguments { 3 } else { 2 }).unwrap_or((rest, &[]));
            docs.push(self.join(attribute));
            rest = after;
            if let Some(next) = rest.first().map(Node::first) {
                self.before(&mut docs, next, if self.atom(next).starts_line { Gap::Hard } else { Gap::Space }, true);
            }
        }
        docs.push(self.declared(rest));
        Doc::All(docs)
    }

    /// A head with a body behind it, or anything else.
    fn declared(&self, nodes: &[Node]) -> Doc<'a> {
        let Some((Node::Bracket { open, close, inner }, head)) = nodes.split_last() else {
            return self.sequence(nodes, VALUE);
        };
        if !matches!(self.style(*open, *close, inner), Style::Body | Style::Alert | Style::Fields) {
            return self.sequence(nodes, VALUE);
        }
        let mut docs = vec![Doc::group(vec![self.sequence(head, HEAD)], false)];
        self.before(&mut docs, *open, Gap::Space, true);
        docs.push(self.bracket(*open, *close, inner));
        Doc::All(docs)
    }

    pub(super) fn statement(&self, nodes: &[Node]) -> Doc<'a> {
        let Some(first) = nodes.first() else { return Doc::All(vec![]) };
        if self.kind(first) == Kind::For {
            return self.declared(nodes);
        }
        let claim = self.marks.claims.contains(&self.atom(first.first()).start);
        self.sequence(nodes, How { claim, ..VALUE })
    }

    // Sequences: what stands between two separators.

    /// Nodes that break before the loosest of their operators when they do not fit.
    pub(super) fn sequence(&self, nodes: &[Node], how: How) -> Doc<'a> {
        let loosest = (1..nodes.len()).filter_map(|at| self.rank(nodes, at, how)).min();
        let Some(loosest) = loosest else { return self.join(nodes) };
        let mut begins: Vec<usize> =
            (1..nodes.len()).filter(|at| self.rank(nodes, *at, how) == Some(loosest)).collect();
        begins.push(nodes.len());
        let nest = if loosest == 1 { how.clauses } else { how.nest };
        let (mut docs, mut parts, mut broken) = (vec![], vec![], false);
        let mut begin = 0;
        for end in begins {
            let part = nodes.get(begin..end).unwrap_or_default();
            if begin == 0 {
                docs.push(self.sequence(part, how));
            } else if let Some((operator, rest)) = part.split_first() {
                self.before(&mut parts, operator.first(), Gap::Line(" ", ""), true);
                parts.push(self.node(operator));
                broken |= self.atom(operator.first()).starts_line;
                if let Some(first) = rest.first() {
                    broken |= self.atom(first.first()).starts_line;
                    self.before(&mut parts, first.first(), Gap::Space, true);
                }
                parts.push(self.sequence(rest, VALUE));
            }
            begin = end;
        }
        docs.push(Doc::Nest(nest, parts));
        Doc::group(docs, broken)
    }

    /// How loosely an atom ties what is on both sides of it; nothing where no line may begin with it.
    fn rank(&self, nodes: &[Node], at: usize, how: How) -> Option<u8> {
        let Some(Node::Atom(number)) = nodes.get(at) else { return None };
        let atom = self.atom(*number);
        let next = nodes.get(at + 1).map(|node| self.kind(node));
        match (atom.kind, atom.word) {
            (Kind::Else, _) => Some(0),
            (_, Word::With) if how.claim && next != Some(Kind::LBrace) => Some(0),
            (_, Word::By | Word::At) if how.claim => Some(0),
            // `for 5m` of an alert stays on its line.
            (Kind::For, _) => (next != Some(Kind::Literal)).then_some(1),
            (_, Word::Where) => Some(1),
            (Kind::Pipe, _) => Some(8),
            _ => self.marks.operators.get(&atom.start).copied(),
        }
    }

    /// Nodes one behind the other.
    fn join(&self, nodes: &[Node]) -> Doc<'a> {
        let mut docs = vec![];
        for (number, node) in nodes.iter().enumerate() {
            if number > 0 {
                self.before(&mut docs, node.first(), self.gap(node.first()), true);
            }
            docs.push(self.node(node));
        }
        Doc::All(docs)
    }

    pub(super) fn node(&self, node: &Node) -> Doc<'a> {
        match node {
            Node::Atom(at) => Doc::Text(self.atom(*at).text),
            Node::Bracket { open, close, inner } => self.bracket(*open, *close, inner),
            Node::Chain(nodes) => self.chain(nodes),
        }
    }

    /// `if`, `match` or `fold`: on one line, or all its bodies open.
    fn chain(&self, nodes: &[Node]) -> Doc<'a> {
        let (mut docs, mut broken, mut begin) = (vec![], false, 0);
        for (at, node) in nodes.iter().enumerate() {
            let Node::Bracket { open, close, inner } = node else { continue };
            let style = self.style(*open, *close, inner);
            if self.kind(node) != Kind::LBrace || style != Style::Body && at + 1 < nodes.len() {
                continue;
            }
            let head = nodes.get(begin..at).unwrap_or_default();
            if let Some(first) = head.first().filter(|_| begin > 0) {
                self.before(&mut docs, first.first(), Gap::Space, true);
            }
            docs.push(Doc::group(vec![self.sequence(head, HEAD)], false));
            self.before(&mut docs, *open, Gap::Space, true);
            let (body, open) = self.opened(*open, *close, inner, style);
            docs.extend(body);
            broken |= open;
            begin = at + 1;
        }
        Doc::group(docs, broken)
    }
}
