//! Brackets: what they hold, how its elements stand apart, and whether they are open. Nodes come in, documents go out.

use super::doc::Doc;
use super::layout::{ELEMENT, Gap, INDENT, Layout, VALUE};
use super::nodes::Node;
use crate::tokens::{Kind, Word};

/// What brackets hold.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// Statements.
    Body,
    /// What an alert says.
    Alert,
    /// The arms of a `match`.
    Arms,
    /// Declared fields.
    Fields,
    /// Elements with commas, the last one too when they stand on several lines.
    List,
    /// The same, where none may follow the last one.
    Source,
    /// One thing.
    Plain,
}

impl<'a> Layout<'_, 'a> {
    pub(super) fn style(&self, open: usize, close: usize, inner: &[Node]) -> Style {
        let (bracket, end) = (self.atom(open), self.atom(close).end);
        let before = open.checked_sub(1).map(|before| self.atom(before));
        let is_list = match bracket.kind {
            Kind::LBrace if self.marks.bodies.contains(&bracket.start) => return Style::Body,
            Kind::LBrace if self.marks.alerts.contains(&end) => return Style::Alert,
            Kind::LBrace if self.marks.declarations.contains(&end) => return Style::Fields,
            Kind::LBrace if inner.iter().any(|node| self.kind(node) == Kind::FatArrow) => return Style::Arms,
            Kind::LParen => {
                let is_index = before.is_some_and(|before| self.marks.indexes.contains(&before.start));
                is_index
                    || self.is_tight(open)
                        && !self.in_type(bracket.start)
                        && before.is_some_and(|before| before.kind != Kind::Some)
            }
            _ => true,
        };
        let is_source = |node: &Node| {
            let atom = self.atom(node.first());
            matches!(node, Node::Atom(_)) && (atom.kind == Kind::For || atom.word == Word::By)
                || self.binds_in(inner, node)
        };
        match is_list {
            false => Style::Plain,
            true if inner.iter().any(is_source) => Style::Source,
            true => Style::List,
        }
    }

    /// Whether a node is the `in` of `count(x in xs)`, which takes no comma behind it.
    fn binds_in(&self, inner: &[Node], node: &Node) -> bool {
        let atom = self.atom(node.first());
        let is_in = atom.kind == Kind::In && !self.marks.operators.contains_key(&atom.start);
        is_in && inner.iter().all(|node| self.kind(node) != Kind::Fold)
    }

    pub(super) fn bracket(&self, open: usize, close: usize, inner: &[Node]) -> Doc<'a> {
        let style = self.style(open, close, inner);
        let (docs, broken) = self.opened(open, close, inner, style);
        Doc::group(docs, broken)
    }

    /// What brackets hold, for a group that the caller makes, and whether it is broken from the start.
    pub(super) fn opened(&self, open: usize, close: usize, inner: &[Node], style: Style) -> (Vec<Doc<'a>>, bool) {
        let elements = self.elements(inner, style);
        let mut docs = vec![Doc::Text(self.atom(open).text)];
        let last = &self.atom(close).comments;
        if style == Style::Plain
            || elements.is_empty() && last.is_empty()
            || self.is_hugged(open, close, &elements, style)
        {
            let mut inside = vec![];
            for element in &elements {
                if let Some(first) = element.first() {
                    self.before(&mut inside, first.first(), Gap::Nothing, true);
                }
                inside.push(self.sequence(element, ELEMENT));
            }
            self.before(&mut inside, close, Gap::Nothing, true);
            docs.push(Doc::All(inside));
            docs.push(Doc::Text(self.atom(close).text));
            return (docs, false);
        }
        let pad = if self.atom(open).kind == Kind::LBrace && !self.follows_dot(open) { " " } else { "" };
        let is_open = self.atom(open + 1).starts_line;
        let several = style == Style::Body && elements.len() > 1;
        let mut inside = vec![];
        for (number, element) in elements.iter().enumerate() {
            let Some(first) = element.first().map(Node::first) else { continue };
            self.between(&mut inside, number, first, (style, pad, is_open));
            inside.push(self.element(element, style));
        }
        let comma = if style == Style::List { "," } else { "" };
        if last.is_empty() {
            docs.push(Doc::Nest(INDENT, inside));
            docs.push(Doc::Line { flat: pad, broken: comma });
        } else {
            inside.push(Doc::Text(if elements.is_empty() { "" } else { comma }));
            self.comments(&mut inside, last, false, elements.is_empty());
            docs.push(Doc::Nest(INDENT, inside));
            docs.push(Doc::Hard { blank: false });
        }
        docs.push(Doc::Text(self.atom(close).text));
        let lines = matches!(style, Style::Body | Style::Alert | Style::Arms) && docs.iter().any(Doc::is_many);
        (docs, is_open || several || lines)
    }

    /// What stands before an element.
    fn between(
        &self,
        docs: &mut Vec<Doc<'a>>,
        number: usize,
        first: usize,
        (style, pad, is_open): (Style, &'static str, bool),
    ) {
        let comma = if matches!(style, Style::List | Style::Source) { "," } else { "" };
        let begins_line = self.atom(first).starts_line;
        match style {
            _ if number == 0 => self.before(docs, first, Gap::Line(pad, ""), true),
            Style::Body => self.before(docs, first, Gap::Hard, false),
            Style::Alert => self.before(docs, first, Gap::Line(" ", ""), true),
            _ if is_open && begins_line => {
                docs.push(Doc::Text(comma));
                self.before(docs, first, Gap::Hard, false);
            }
            // As many on a line as fit.
            _ if is_open && self.atom(first).comments.is_empty() => {
                docs.push(Doc::group(vec![Doc::Line { flat: ", ", broken: comma }], false));
            }
            _ => self.before(docs, first, Gap::Line(", ", comma), true),
        }
    }

    fn element(&self, nodes: &[Node], style: Style) -> Doc<'a> {
        match style {
            Style::Body => self.statement(nodes),
            Style::Arms => {
                let arrow = nodes.iter().position(|node| self.kind(node) == Kind::FatArrow).unwrap_or(nodes.len());
                let (pattern, rest) = nodes.split_at_checked(arrow).unwrap_or((nodes, &[]));
                let mut docs = vec![self.sequence(pattern, VALUE)];
                if let Some((arrow, body)) = rest.split_first() {
                    self.before(&mut docs, arrow.first(), Gap::Space, true);
                    docs.push(self.node(arrow));
                    if let Some(first) = body.first() {
                        self.before(&mut docs, first.first(), Gap::Space, true);
                    }
                    docs.push(self.statement(body));
                }
                Doc::All(docs)
            }
            Style::Alert | Style::Fields => self.sequence(nodes, VALUE),
            Style::List | Style::Source | Style::Plain => self.sequence(nodes, ELEMENT),
        }
    }

    /// The elements of what stands between brackets, without the commas between them.
    fn elements<'n>(&self, inner: &'n [Node], style: Style) -> Vec<&'n [Node]> {
        let starts = |node: &Node| self.marks.starts.contains(&self.atom(node.first()).start);
        match style {
            Style::Body => split(inner, starts),
            Style::Alert => split(inner, |node| matches!(node, Node::Atom(at) if self.atom(*at).word == Word::Message)),
            Style::Plain => split(inner, |_| false),
            Style::Arms | Style::Fields | Style::List | Style::Source => self.separated(inner, style, starts),
        }
    }

    fn separated<'n>(&self, nodes: &'n [Node], style: Style, starts: impl Fn(&Node) -> bool) -> Vec<&'n [Node]> {
        let mut elements = vec![];
        let mut begin = 0;
        // Names before `in` have commas of their own.
        let mut in_source = false;
        for (at, node) in nodes.iter().enumerate() {
            let is_atom = matches!(node, Node::Atom(_));
            let kind = self.kind(node);
            let comma = is_atom && kind == Kind::Comma && !in_source && !self.in_type(self.atom(node.first()).start);
            let begins = starts(node) || style == Style::Fields && is_atom && kind == Kind::Let;
            in_source |= is_atom && kind == Kind::For;
            if comma || begins {
                elements.extend(nodes.get(begin..at));
                begin = if comma { at + 1 } else { at };
            }
        }
        elements.extend(nodes.get(begin..));
        elements.retain(|element| !element.is_empty());
        elements
    }

    /// Whether brackets in parentheses stand so close that both open together: `f([…])`.
    fn is_hugged(&self, open: usize, close: usize, elements: &[&[Node]], style: Style) -> bool {
        let ([element], Style::List, Kind::LParen) = (elements, style, self.atom(open).kind) else { return false };
        let Some((Node::Bracket { open: inner, .. }, path)) = element.split_last() else { return false };
        let named = |node: &Node| matches!(node, Node::Atom(_)) && matches!(self.kind(node), Kind::Name | Kind::Dot);
        let quiet = [open + 1, *inner, close].iter().all(|at| self.atom(*at).comments.is_empty());
        quiet && self.atom(*inner).kind != Kind::LParen && path.iter().all(named)
    }

    fn follows_dot(&self, open: usize) -> bool {
        open.checked_sub(1).is_some_and(|before| self.atom(before).kind == Kind::Dot)
    }
}

/// Nodes cut before each that begins something.
pub(super) fn split(nodes: &[Node], begins: impl Fn(&Node) -> bool) -> Vec<&[Node]> {
    let mut cuts: Vec<usize> = (1..nodes.len()).filter(|at| nodes.get(*at).is_some_and(&begins)).collect();
    cuts.push(nodes.len());
    let mut begin = 0;
    let part = |end| nodes.get(std::mem::replace(&mut begin, end)..end);
    cuts.into_iter().filter_map(part).filter(|part| !part.is_empty()).collect()
}
