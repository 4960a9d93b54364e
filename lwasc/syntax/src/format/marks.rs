//! What the tree knows and tokens alone don't: where statements and elements begin, which operators stand between two
//! operands, which brackets belong to the name before them. The tree comes in; offsets of the text go out. The same marks say
//! whether a text that was formatted is still read as before.

use crate::ast::*;
use lwas_base::Span;
use std::collections::{HashMap, HashSet};

/// Offsets of what the tree knows.
#[derive(Debug, Default)]
pub(super) struct Marks {
    /// Where items begin.
    pub(super) items: HashSet<usize>,
    /// Where statements begin, and elements that a line break may stand before in place of a comma.
    pub(super) starts: HashSet<usize>,
    /// Operators between two operands, by how tightly they bind.
    pub(super) operators: HashMap<usize, u8>,
    /// Where that ends which a bracket follows without a blank.
    pub(super) tight: HashSet<usize>,
    /// Opening braces of bodies.
    pub(super) bodies: HashSet<usize>,
    /// Where declarations end whose last brace holds fields, one a line without commas.
    pub(super) declarations: HashSet<usize>,
    /// Where alerts end.
    pub(super) alerts: HashSet<usize>,
    /// Where types and other names begin and end whose brackets hold no list.
    pub(super) types: Vec<(usize, usize)>,
    /// Where `apply` and `reject` begin.
    pub(super) claims: HashSet<usize>,
    /// Where `index (a, b)` begins.
    pub(super) indexes: HashSet<usize>,
}

fn start(span: Span) -> usize {
    span.range().start
}

fn end(span: Span) -> usize {
    span.range().end
}

/// The marks of a file.
pub(super) fn marks(file: &File) -> Marks {
    let mut marks = Marks::default();
    for item in &file.items {
        marks.items.insert(start(item.span));
        for attribute in &item.attributes {
            marks.tight.insert(end(attribute.name.span));
            marks.exprs(&attribute.args);
        }
        marks.item(item);
    }
    marks.types.sort_unstable();
    marks
}

impl Marks {
    fn item(&mut self, item: &Item) {
        match &item.kind {
            ItemKind::Use(_) | ItemKind::Accept(_) | ItemKind::Error => {}
            ItemKind::Const(c) => {
                self.types(c.ty.iter());
                self.expr(&c.value);
            }
            ItemKind::Currency(c) => {
                self.tight.insert(end(c.name.span));
                self.types.push((start(c.name.span), end(c.digits.1)));
            }
            ItemKind::Enum(e) => {
                self.declarations.insert(end(item.span));
                for variant in &e.variants {
                    self.starts.insert(start(variant.name.span));
                    self.tight.insert(end(variant.name.span));
                    self.params(&variant.fields);
                }
            }
            ItemKind::Record(r) => {
                self.declarations.insert(end(item.span));
                r.fields.iter().for_each(|f| self.field(f.name, &f.ty, f.default.as_ref()));
            }
            ItemKind::Event(e) => {
                self.declarations.insert(end(item.span));
                e.fields.iter().for_each(|f| self.field(f.name, &f.ty, f.default.as_ref()));
            }
            ItemKind::State(s) => {
                self.declarations.insert(end(item.span));
                self.tight.insert(end(s.name.span));
                self.params(&s.key);
                self.members(&s.members);
            }
            ItemKind::Journal(j) => {
                self.declarations.insert(end(item.span));
                self.members(&j.members);
            }
            ItemKind::Function(f) => {
                self.tight.insert(end(f.name.span));
                self.params(&f.params);
                self.types(f.result.iter());
                self.block(&f.body);
            }
            ItemKind::Rule(r) => self.block(&r.body),
            ItemKind::Due(d) => self.block(&d.body),
            ItemKind::Axiom(a) => self.axiom(item, a),
            ItemKind::Test(t) => {
                t.cases.iter().for_each(|cases| self.cases(cases));
                self.block(&t.body);
            }
        }
    }

    fn cases(&mut self, cases: &Cases) {
        self.exprs(&cases.title);
        match &cases.source {
            CaseSource::Each(source) => self.expr(source),
            CaseSource::Table(rows) => rows.iter().for_each(|row| self.exprs(&row.values)),
        }
    }

    fn axiom(&mut self, item: &Item, axiom: &Axiom) {
        if let AxiomScope::Rows { filter: Some(filter), .. } = &axiom.scope {
            self.expr(filter);
        }
        if let AxiomKind::Alert { message, .. } = &axiom.kind {
            self.alerts.insert(end(item.span));
            message.iter().for_each(|message| self.expr(message));
            axiom.body.value.iter().for_each(|value| self.expr(value));
            axiom.body.statements.iter().for_each(|statement| self.statement(statement));
        } else {
            self.block(&axiom.body);
        }
    }

    fn field(&mut self, name: Ident, ty: &TypeExpr, default: Option<&Expr>) {
        self.starts.insert(start(name.span));
        self.ty(ty);
        default.into_iter().for_each(|default| self.expr(default));
    }

    fn params(&mut self, params: &[Param]) {
        params.iter().for_each(|p| self.field(p.name, &p.ty, p.default.as_ref()));
    }

    fn members(&mut self, members: &[StateMember]) {
        for member in members {
            match member {
                StateMember::Field(f) => self.field(f.name, &f.ty, f.default.as_ref()),
                // It begins with the `let` before its name, which begins a member wherever it stands.
                StateMember::Computed { ty, value, .. } => {
                    self.types(ty.iter());
                    self.expr(value);
                }
                StateMember::Index { fields, span } => {
                    self.starts.insert(start(*span));
                    self.indexes.insert(start(*span));
                    self.names(fields.iter());
                }
            }
        }
    }

    fn names<'i>(&mut self, names: impl Iterator<Item = &'i Ident>) {
        self.starts.extend(names.map(|name| start(name.span)));
    }

    fn types<'t>(&mut self, types: impl Iterator<Item = &'t TypeExpr>) {
        types.for_each(|ty| self.ty(ty));
    }

    fn ty(&mut self, ty: &TypeExpr) {
        self.types.push((start(ty.span), end(ty.span)));
    }

    fn block(&mut self, block: &Block) {
        self.bodies.insert(start(block.span));
        for statement in &block.statements {
            self.starts.insert(start(statement.span));
            self.statement(statement);
        }
        if let Some(value) = &block.value {
            self.starts.insert(start(value.span));
            self.expr(value);
        }
    }

    fn statement(&mut self, statement: &Stmt) {
        match &statement.kind {
            StmtKind::Error | StmtKind::Clear { .. } => {}
            StmtKind::Let { ty, value, .. } => {
                self.types(ty.iter());
                self.expr(value);
            }
            StmtKind::Require { condition, message } => {
                self.expr(condition);
                self.expr(message);
            }
            StmtKind::Assign { target, value, .. } => {
                self.expr(target);
                self.expr(value);
            }
            StmtKind::Delete { path, keys } => {
                self.path(path);
                self.exprs(keys);
            }
            StmtKind::For { binder, body } => {
                self.binder(binder);
                self.block(body);
            }
            StmtKind::Emit { event: expr } | StmtKind::Expr(expr) => self.expr(expr),
            StmtKind::Advance { by: expr } | StmtKind::Expect { condition: expr } => self.expr(expr),
            StmtKind::Apply { event, at } => {
                self.claims.insert(start(statement.span));
                self.exprs([event].into_iter().chain(at));
            }
            StmtKind::Reject { what, at, with, .. } => {
                self.claims.insert(start(statement.span));
                self.exprs([what].into_iter().chain(at).chain(with));
            }
        }
    }

    fn path(&mut self, path: &[Ident]) {
        self.tight.extend(path.last().map(|name| end(name.span)));
    }

    fn exprs<'e>(&mut self, exprs: impl IntoIterator<Item = &'e Expr>) {
        exprs.into_iter().for_each(|expr| self.expr(expr));
    }

    fn binder(&mut self, binder: &Binder) {
        self.expr(&binder.source);
        self.exprs(binder.over.iter().chain(&binder.filter));
    }

    fn inits(&mut self, fields: &[FieldInit]) {
        for field in fields {
            self.starts.insert(start(field.name.span));
            self.exprs(&field.value);
        }
    }

    fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Error
            | ExprKind::Literal(_)
            | ExprKind::Amount { .. }
            | ExprKind::Text(_)
            | ExprKind::Name(_) => {}
            ExprKind::Some(inner) => self.expr(inner),
            ExprKind::List(list) => self.exprs(list),
            ExprKind::Comprehension { value, binder } => {
                self.expr(value);
                self.binder(binder);
            }
            ExprKind::Map(entries) => {
                for (key, value) in entries {
                    self.starts.insert(start(key.span));
                    self.exprs([key, value]);
                }
            }
            ExprKind::MapComprehension { key, value, binder } => {
                self.exprs([&**key, &**value]);
                self.binder(binder);
            }
            ExprKind::Aggregate { name, limit, value, binder } => {
                self.tight.insert(end(name.span));
                self.exprs(limit.iter().chain(value).map(|expr| &**expr));
                self.binder(binder);
            }
            ExprKind::Fold { ty, init, binder, body, .. } => {
                self.types(ty.iter());
                self.expr(init);
                self.binder(binder);
                self.block(body);
            }
            ExprKind::Record { fields, .. } => self.inits(fields),
            ExprKind::With { base, fields } => {
                self.expr(base);
                self.inits(fields);
            }
            ExprKind::Write(write) => {
                self.path(&write.path);
                self.exprs(&write.keys);
                self.inits(&write.fields);
            }
            ExprKind::Field { base, .. } => self.expr(base),
            ExprKind::Index { base, keys } => {
                self.tight.insert(end(base.span));
                self.expr(base);
                self.exprs(keys);
            }
            ExprKind::Call { callee, args } => {
                self.tight.insert(end(callee.span));
                self.expr(callee);
                self.exprs(args.iter().map(|arg| &arg.value));
            }
            ExprKind::Unary { operand, .. } => self.expr(operand),
            ExprKind::Binary { op: (op, span), left, right } => {
                self.operators.insert(start(*span), rank(*op));
                self.exprs([&**left, &**right]);
            }
            ExprKind::If { condition, then, otherwise } => {
                self.expr(condition);
                self.block(then);
                match otherwise.as_deref() {
                    Some(Else::Block(block)) => self.block(block),
                    Some(Else::If(chain)) => self.expr(chain),
                    None => {}
                }
            }
            ExprKind::Match { subject, arms } => {
                self.expr(subject);
                for arm in arms {
                    self.starts.insert(start(arm.pattern.span));
                    self.pattern(&arm.pattern);
                    self.arm(&arm.body);
                }
            }
        }
    }

    /// A bare expression or statement behind `=>` begins no line of its own.
    fn arm(&mut self, body: &Block) {
        let first = body.statements.first().map(|statement| statement.span);
        let first = first.or(body.value.as_ref().map(|value| value.span));
        if first.is_some_and(|first| start(first) == start(body.span)) {
            body.statements.iter().for_each(|statement| self.statement(statement));
            self.exprs(body.value.as_deref());
        } else {
            self.block(body);
        }
    }

    fn pattern(&mut self, pattern: &Pattern) {
        match &pattern.kind {
            PatternKind::Variant { path, fields: Some(_) } => self.path(path),
            PatternKind::Or(patterns) => patterns.iter().for_each(|pattern| self.pattern(pattern)),
            _ => {}
        }
    }
}

/// How tightly an operator binds, the loosest first; 0 and 1 are left for clauses.
fn rank(op: BinaryOp) -> u8 {
    match op {
        BinaryOp::Or => 2,
        BinaryOp::And => 3,
        BinaryOp::Equal | BinaryOp::NotEqual | BinaryOp::Less | BinaryOp::LessEqual => 4,
        BinaryOp::Greater | BinaryOp::GreaterEqual | BinaryOp::In => 4,
        BinaryOp::Coalesce => 5,
        BinaryOp::Add | BinaryOp::Sub => 6,
        BinaryOp::Mul | BinaryOp::Div => 7,
    }
}
