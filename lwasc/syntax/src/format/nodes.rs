//! Atoms nested by their brackets. Atoms and marks come in; nodes go out, in which an `if` with all its branches, a `match` or a
//! `fold` is one, so that what stands between commas or operators is found without looking into bodies.

use super::atoms::Atom;
use super::marks::Marks;
use crate::tokens::Kind;

/// An atom, or what belongs together.
#[derive(Debug)]
pub(super) enum Node {
    Atom(usize),
    /// What stands between two brackets.
    Bracket {
        open: usize,
        close: usize,
        inner: Vec<Node>,
    },
    /// `if`, `match` or `fold`, up to the end of its last body.
    Chain(Vec<Node>),
}

impl Node {
    /// Its first atom.
    pub(super) fn first(&self) -> usize {
        match self {
            Node::Atom(at) | Node::Bracket { open: at, .. } => *at,
            Node::Chain(nodes) => nodes.first().map_or(0, Node::first),
        }
    }
}

/// The atoms by their brackets, the end of the file left out; nothing where brackets do not match.
pub(super) fn nest(atoms: &[Atom<'_>], marks: &Marks) -> Option<Vec<Node>> {
    let mut outer: Vec<(usize, Vec<Node>)> = vec![];
    let mut nodes = vec![];
    for (at, atom) in atoms.iter().enumerate() {
        match atom.kind {
            Kind::LParen | Kind::LBracket | Kind::LBrace => outer.push((at, std::mem::take(&mut nodes))),
            Kind::RParen | Kind::RBracket | Kind::RBrace => {
                let (open, before) = outer.pop()?;
                let inner = chains(std::mem::replace(&mut nodes, before), atoms, marks);
                nodes.push(Node::Bracket { open, close: at, inner });
            }
            Kind::End => {}
            _ => nodes.push(Node::Atom(at)),
        }
    }
    outer.is_empty().then(|| chains(nodes, atoms, marks))
}

/// Puts each `if`, `match` and `fold` of one level together.
fn chains(nodes: Vec<Node>, atoms: &[Atom<'_>], marks: &Marks) -> Vec<Node> {
    let mut rest = Rest { nodes: nodes.into_iter().peekable(), atoms, marks };
    let mut out = vec![];
    while let Some(node) = rest.nodes.next() {
        out.push(rest.chain(node));
    }
    out
}

struct Rest<'m, 'a> {
    nodes: std::iter::Peekable<std::vec::IntoIter<Node>>,
    atoms: &'m [Atom<'a>],
    marks: &'m Marks,
}

impl Rest<'_, '_> {
    fn chain(&mut self, first: Node) -> Node {
        let kind = self.kind(&first);
        if !matches!(first, Node::Atom(_)) || !matches!(kind, Kind::If | Kind::Match | Kind::Fold) {
            return first;
        }
        let mut chain = vec![first];
        let mut last = false;
        while let Some(node) = self.nodes.next() {
            let ends = self.is_body(&node, kind);
            let node = self.chain(node);
            chain.push(node);
            if !ends {
                continue;
            }
            if kind != Kind::If || last || !self.next_is(Kind::Else) {
                break;
            }
            chain.extend(self.nodes.next());
            last = !self.next_is(Kind::If);
            if !last {
                chain.extend(self.nodes.next());
            }
        }
        Node::Chain(chain)
    }

    fn kind(&self, node: &Node) -> Kind {
        self.atoms.get(node.first()).map_or(Kind::End, |atom| atom.kind)
    }

    fn next_is(&mut self, kind: Kind) -> bool {
        let next = self.nodes.peek().map(Node::first);
        next.and_then(|at| self.atoms.get(at)).is_some_and(|atom| atom.kind == kind)
    }

    /// Whether a node is the body of what begins with such a word. The subject of a `match` holds no brace.
    fn is_body(&self, node: &Node, kind: Kind) -> bool {
        let Node::Bracket { open, .. } = node else { return false };
        let is_marked = |atom: &Atom<'_>| self.marks.bodies.contains(&atom.start);
        self.kind(node) == Kind::LBrace && (kind == Kind::Match || self.atoms.get(*open).is_some_and(is_marked))
    }
}
