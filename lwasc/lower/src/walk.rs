//! Going through a body: the parts of an expression or statement, in order of evaluation.

use lwas_check::hir::{
    Access, Binder, Block, Expr, ExprKind, FunctionKind, Pattern, Program, Source, Stmt, StmtKind, TextPart,
};

/// A part of a body.
#[derive(Clone, Copy)]
pub(crate) enum Node<'e> {
    Expr(&'e Expr),
    Stmt(&'e Stmt),
}

/// Calls `visit` for each direct part.
pub(crate) fn children<'e>(node: Node<'e>, visit: &mut dyn FnMut(Node<'e>)) {
    match node {
        Node::Expr(e) => expr(e, visit),
        Node::Stmt(s) => stmt(s, visit),
    }
}

/// Calls `visit` for each statement of a block and its value.
pub(crate) fn block<'e>(block: &'e Block, visit: &mut dyn FnMut(Node<'e>)) {
    block.statements.iter().for_each(|s| visit(Node::Stmt(s)));
    block.value.iter().for_each(|e| visit(Node::Expr(e)));
}

fn all<'e>(exprs: impl IntoIterator<Item = &'e Expr>, visit: &mut dyn FnMut(Node<'e>)) {
    exprs.into_iter().for_each(|e| visit(Node::Expr(e)));
}

fn stmt<'e>(s: &'e Stmt, visit: &mut dyn FnMut(Node<'e>)) {
    match &s.kind {
        StmtKind::Let { value, .. } | StmtKind::Expr(value) => visit(Node::Expr(value)),
        StmtKind::Require { condition, message } => all([condition, message], visit),
        StmtKind::Assign { keys, value, .. } => all(keys.iter().chain([value]), visit),
        StmtKind::Delete { keys, .. } => all(keys, visit),
        StmtKind::Emit { data, .. } => visit(Node::Expr(data)),
        StmtKind::For { binder: source, body } => {
            binder(source, visit);
            block(body, visit);
        }
    }
}

fn binder<'e>(binder: &'e Binder, visit: &mut dyn FnMut(Node<'e>)) {
    match &binder.source {
        Source::List(e) | Source::Bag(e) | Source::Map(e) => visit(Node::Expr(e)),
        Source::Range(a, b) | Source::Zip(a, b) => all([a, b], visit),
        Source::Rows { access: Access::All, .. } => {}
        Source::Rows { access: Access::Kept(_, keys), .. } => all(keys, visit),
        Source::Rows { access: Access::Key(keys, range) | Access::Index(_, keys, range), .. } => {
            all(keys.iter().chain(range.values()), visit)
        }
    }
    all(&binder.filter, visit);
}

fn expr<'e>(e: &'e Expr, visit: &mut dyn FnMut(Node<'e>)) {
    use ExprKind as K;
    match &e.kind {
        K::Error | K::Int(_) | K::Bool(_) | K::Wide(_) | K::Currency(_) | K::Text(_) | K::None => {}
        K::Local(_) | K::Const(_) | K::Single(_) => {}
        K::Interpolate(parts) => parts.iter().for_each(|part| {
            if let TextPart::Expr(e) = part {
                visit(Node::Expr(e));
            }
        }),
        K::Some(x) | K::Unwrap(x) | K::Neg(x) | K::Not(x) | K::Convert(x) => visit(Node::Expr(x)),
        K::Field { base: x, .. } | K::CompareZero { operand: x, .. } | K::IsNone { operand: x, .. } => {
            visit(Node::Expr(x))
        }
        K::List(xs) | K::Map(xs) | K::Record { fields: xs, .. } | K::Variant { fields: xs, .. } => all(xs, visit),
        K::Row { keys: xs, .. } | K::RowGet { keys: xs, .. } | K::RowHas { keys: xs, .. } => all(xs, visit),
        K::Call { args: xs, .. } | K::Builtin { args: xs, .. } | K::Kept { group: xs, .. } => all(xs, visit),
        K::Write { keys, fields, .. } => all(keys.iter().chain(fields), visit),
        K::With { base, fields } => all(std::iter::once(&**base).chain(fields.iter().map(|(_, e)| e)), visit),
        K::Element { list: a, index: b } | K::BagGet { bag: a, currency: b } | K::In { value: a, list: b } => {
            all([&**a, b], visit)
        }
        K::Arith { left: a, right: b, .. } | K::Compare { left: a, right: b, .. } => all([&**a, b], visit),
        K::And(a, b) | K::Or(a, b) | K::Coalesce { option: a, default: b } => all([&**a, b], visit),
        K::If { condition, then, otherwise } => {
            visit(Node::Expr(condition));
            block(then, visit);
            otherwise.iter().for_each(|b| block(b, visit));
        }
        K::Match { subject, arms } => {
            visit(Node::Expr(subject));
            for arm in arms {
                arm.patterns.iter().for_each(|p| {
                    if let Pattern::Literal(e) = p {
                        visit(Node::Expr(e))
                    }
                });
                block(&arm.body, visit);
            }
        }
        K::Comprehension { binder: source, value } | K::Sort { binder: source, value } => {
            binder(source, visit);
            visit(Node::Expr(value));
        }
        K::MapComprehension { binder: source, key, value } => {
            binder(source, visit);
            all([&**key, value], visit);
        }
        K::Aggregate { binder: source, value, limit, .. } => {
            all(limit.as_deref(), visit);
            binder(source, visit);
            all(value.as_deref(), visit);
        }
        K::Fold { init, binder: source, body, .. } => {
            visit(Node::Expr(init));
            binder(source, visit);
            block(body, visit);
        }
    }
}

/// Whether evaluating an expression may change state.
pub(crate) fn may_write(program: &Program, e: &Expr) -> bool {
    fn any(program: &Program, node: Node) -> bool {
        let writes = match node {
            Node::Expr(e) => match &e.kind {
                ExprKind::Write { .. } => true,
                ExprKind::Call { function, .. } => program.functions[*function].kind == FunctionKind::Action,
                _ => false,
            },
            Node::Stmt(s) => matches!(s.kind, StmtKind::Assign { .. } | StmtKind::Delete { .. }),
        };
        let mut found = writes;
        if !found {
            children(node, &mut |child| found = found || any(program, child));
        }
        found
    }
    any(program, Node::Expr(e))
}
