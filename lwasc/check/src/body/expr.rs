//! Expressions: one line a kind; the work is in the files by subject.

use super::Checker;
use crate::errors::{bodies, types};
use crate::hir::{ArithOp, Block, CompareOp, Expr, ExprKind, Stmt, StmtKind, Type};
use lwas_base::Span;
use lwas_syntax::ast::{self, BinaryOp, UnaryOp};

impl Checker<'_> {
    /// An expression with its own type; `want` helps where the expression alone does not say it.
    pub(super) fn expr(&mut self, expr: &ast::Expr, want: Option<&Type>) -> Expr {
        let typed = self.by_kind(expr, want);
        self.env.notes.typed(expr.span, &typed.ty);
        typed
    }

    fn by_kind(&mut self, expr: &ast::Expr, want: Option<&Type>) -> Expr {
        use ast::ExprKind as K;
        let span = expr.span;
        match &expr.kind {
            K::Error => self.error(span),
            K::Literal(literal) => self.literal(literal, span, plain(want, literal)),
            K::Amount { units, digits, currency } => self.amount(*units, *digits, *currency, span),
            K::Text(parts) => self.text(parts, span),
            K::Some(inner) => self.some(inner, span, want),
            K::List(elements) => self.list(elements, span, collection(want)),
            K::Comprehension { value, binder } => self.comprehension(value, binder, span, collection(want)),
            K::Map(entries) => self.map(entries, span, collection(want)),
            K::MapComprehension { key, value, binder } => {
                self.map_comprehension(key, value, binder, span, collection(want))
            }
            K::Aggregate { name, limit, value, binder } => {
                self.aggregate(*name, limit.as_deref(), value.as_deref(), binder, span)
            }
            K::Fold { acc, ty, init, binder, body } => self.fold(*acc, ty.as_ref(), init, binder, body, span),
            K::Record { path, fields } => self.record(path, fields, span),
            K::With { base, fields } => self.with(base, fields, span),
            K::Write(_) => {
                self.report(bodies::write_inside(span));
                self.error(span)
            }
            K::Name(name) => self.name(*name),
            K::Field { base, name } => self.field(expr, base, *name),
            K::Index { base, keys } => self.index(base, keys, span),
            K::Call { callee, args } => self.call(callee, args, span),
            K::Unary { op, operand } => self.unary(*op, operand, span, want),
            K::Binary { op, left, right } => self.operator(*op, left, right, span, want),
            K::If { condition, then, otherwise } => self.if_value(condition, then, otherwise.as_deref(), span, want),
            K::Match { subject, arms } => self.match_value(subject, arms, span, want),
        }
    }

    fn some(&mut self, inner: &ast::Expr, span: Span, want: Option<&Type>) -> Expr {
        let want = match want {
            Some(Type::Option(of)) => Some(&**of),
            _ => None,
        };
        let value = self.expr(inner, want);
        let value = match want {
            Some(ty) => self.coerce(value, ty, "`some`"),
            None => self.keepable(value, "`some`"),
        };
        if matches!(value.ty, Type::Option(_)) {
            let found = self.words(&value.ty);
            self.report(types::mismatch(inner.span, "a plain value", &found, "`some`"));
            return self.error(span);
        }
        if value.ty == Type::Error {
            return self.error(span);
        }
        Expr { ty: Type::option(value.ty.clone()), span, kind: ExprKind::Some(Box::new(value)) }
    }

    fn unary(&mut self, op: UnaryOp, operand: &ast::Expr, span: Span, want: Option<&Type>) -> Expr {
        match op {
            UnaryOp::Neg => {
                let operand = self.expr(operand, want);
                self.negate(operand, span)
            }
            UnaryOp::Not => {
                let operand = self.condition(operand, "`not`");
                Expr { ty: Type::Bool, span, kind: ExprKind::Not(Box::new(operand)) }
            }
        }
    }

    fn operator(
        &mut self,
        op: (BinaryOp, Span),
        left: &ast::Expr,
        right: &ast::Expr,
        span: Span,
        want: Option<&Type>,
    ) -> Expr {
        let (op, at) = op;
        match op {
            BinaryOp::Or => self.or(left, right, span),
            BinaryOp::And => self.and(left, right, span),
            BinaryOp::In => self.contains(left, right, span),
            BinaryOp::Coalesce => self.coalesce(left, right, span, want),
            BinaryOp::Equal => self.comparison(CompareOp::Equal, left, right, at),
            BinaryOp::NotEqual => self.comparison(CompareOp::NotEqual, left, right, at),
            BinaryOp::Less => self.comparison(CompareOp::Less, left, right, at),
            BinaryOp::LessEqual => self.comparison(CompareOp::LessEqual, left, right, at),
            BinaryOp::Greater => self.comparison(CompareOp::Greater, left, right, at),
            BinaryOp::GreaterEqual => self.comparison(CompareOp::GreaterEqual, left, right, at),
            BinaryOp::Add => self.arithmetic(ArithOp::Add, left, right, at, want),
            BinaryOp::Sub => self.arithmetic(ArithOp::Sub, left, right, at, want),
            BinaryOp::Mul => self.arithmetic(ArithOp::Mul, left, right, at, None),
            BinaryOp::Div => self.arithmetic(ArithOp::Div, left, right, at, None),
        }
    }

    fn arithmetic(&mut self, op: ArithOp, left: &ast::Expr, right: &ast::Expr, at: Span, want: Option<&Type>) -> Expr {
        let want = want.filter(|ty| matches!(ty, Type::List(_) | Type::Map(_)));
        let (left, right) = (self.expr(left, want), self.expr(right, want));
        self.arith(op, left, right, at)
    }

    fn comparison(&mut self, op: CompareOp, left: &ast::Expr, right: &ast::Expr, at: Span) -> Expr {
        // What a list or map as written does not say of its type the other side does, but for the digits that are written.
        let (left, right) = if is_written_out(left) && !is_written_out(right) {
            let right = self.expr(right, None);
            (self.expr(left, collection(Some(&right.ty)).map(|ty| with_digits_of(ty, left)).as_ref()), right)
        } else {
            let left = self.expr(left, None);
            let hint = collection(Some(&left.ty)).map(|ty| with_digits_of(ty, right));
            (left, self.expr(right, hint.as_ref()))
        };
        self.compare(op, left, right, at)
    }

    fn if_value(
        &mut self,
        condition: &ast::Expr,
        then: &ast::Block,
        otherwise: Option<&ast::Else>,
        span: Span,
        want: Option<&Type>,
    ) -> Expr {
        let condition = self.condition(condition, "`if`");
        let mut then = self.after(&condition, true, |checker| checker.block(then, want));
        let Some(otherwise) = otherwise else {
            self.report(types::else_needed(span));
            return self.error(span);
        };
        let mut otherwise = self.after(&condition, false, |checker| match otherwise {
            ast::Else::Block(block) => checker.block(block, want),
            ast::Else::If(inner) => {
                let value = checker.expr(inner, want);
                Block { statements: vec![], ty: value.ty.clone(), span: inner.span, value: Some(Box::new(value)) }
            }
        });
        let ty = self.meet_blocks(&mut [&mut then, &mut otherwise], span, want);
        let kind =
            ExprKind::If { condition: Box::new(condition), then: Box::new(then), otherwise: Some(Box::new(otherwise)) };
        Expr { ty, span, kind }
    }

    /// A block whose value is wanted. Its last statement counts as the value when it is an `if` or `match`.
    pub(super) fn block(&mut self, block: &ast::Block, want: Option<&Type>) -> Block {
        self.scoped(|checker| {
            let (last, rest) = match (&block.value, block.statements.split_last()) {
                (Some(value), _) => (Some(&**value), &block.statements[..]),
                (None, Some((ast::Stmt { kind: ast::StmtKind::Expr(last), .. }, rest))) => (Some(last), rest),
                (None, _) => (None, &block.statements[..]),
            };
            let mut statements: Vec<_> = rest.iter().map(|s| checker.stmt(s)).collect();
            let value = match last {
                Some(ast::Expr { kind: ast::ExprKind::Write(write), span }) => Some(checker.write(write, *span)),
                Some(last) => Some(checker.expr(last, want)),
                None => None,
            };
            let (ty, value) = match value {
                Some(value) if value.ty == Type::Unit => {
                    statements.push(Stmt { span: value.span, kind: StmtKind::Expr(value) });
                    (Type::Unit, None)
                }
                Some(value) => (value.ty.clone(), Some(Box::new(value))),
                None => (Type::Unit, None),
            };
            Block { statements, value, ty, span: block.span }
        })
    }

    fn fold(
        &mut self,
        acc: ast::Ident,
        ty: Option<&ast::TypeExpr>,
        init: &ast::Expr,
        binder: &ast::Binder,
        body: &ast::Block,
        span: Span,
    ) -> Expr {
        let declared = ty.map(|ty| self.resolve_type(ty));
        let init = match &declared {
            Some(ty) => self.expr_to(init, ty, "the accumulator"),
            None => {
                let init = self.expr(init, None);
                self.keepable(init, "an accumulator")
            }
        };
        let ty = init.ty.clone();
        self.scoped(|checker| {
            let binder = checker.binder(binder);
            let local = checker.bind(acc.name, acc.span, ty.clone());
            let place = format!("`{}`", acc.name);
            if let Some(diagnostic) = accumulator_assigned(acc, body) {
                checker.report(diagnostic);
                return checker.error(span);
            }
            let body = checker.block_to(body, &ty, &place);
            let kind =
                ExprKind::Fold { acc: local, init: Box::new(init), binder: Box::new(binder), body: Box::new(body) };
            Expr { ty, span, kind }
        })
    }

    pub(super) fn resolve_type(&mut self, ty: &ast::TypeExpr) -> Type {
        crate::declare::types::resolve_type(self.env, self.module, ty, self.sink)
    }
}

/// `fold a = 0 for x in xs { a += x }`: the block's value is the next one, nothing is assigned.
fn accumulator_assigned(acc: ast::Ident, body: &ast::Block) -> Option<lwas_base::Diagnostic> {
    let last = body.statements.last().filter(|_| body.value.is_none())?;
    let ast::StmtKind::Assign { target, op, .. } = &last.kind else { return None };
    let assigned = matches!(&target.kind, ast::ExprKind::Name(name) if name.name == acc.name);
    let advice = match op {
        ast::AssignOp::Set => "write the next value alone, without a name and `=`".to_owned(),
        ast::AssignOp::Add => format!("the block's value is the next one: `{} + …`", acc.name),
        ast::AssignOp::Sub => format!("the block's value is the next one: `{} - …`", acc.name),
    };
    assigned.then(|| bodies::local_assigned(target.span, acc.name.as_str(), acc.span, &advice))
}

/// A wanted type as far as a literal can use it.
fn plain<'t>(want: Option<&'t Type>, literal: &ast::Literal) -> Option<&'t Type> {
    want.filter(|_| *literal == ast::Literal::None)
}

/// Whether a list or map is written element by element.
fn is_written_out(expr: &ast::Expr) -> bool {
    matches!(expr.kind, ast::ExprKind::List(_) | ast::ExprKind::Map(_))
}

/// A type, its numbers with as many digits at least as numbers in an expression are written with.
fn with_digits_of(ty: &Type, expr: &ast::Expr) -> Type {
    let inner = |of: &Type| with_digits_of(of, expr).into();
    match ty {
        Type::Option(of) => Type::Option(inner(of)),
        Type::List(of) => Type::List(inner(of)),
        Type::Map(of) => Type::Map(inner(of)),
        Type::Decimal(digits) => Type::Decimal(written_digits(expr).max(*digits)),
        Type::Amount(currency, digits) => Type::Amount(*currency, written_digits(expr).max(*digits)),
        Type::Int => match written_digits(expr) {
            0 => Type::Int,
            digits => Type::Decimal(digits),
        },
        ty => ty.clone(),
    }
}

/// The most digits that a number in a list or map is written with.
fn written_digits(expr: &ast::Expr) -> u8 {
    match &expr.kind {
        ast::ExprKind::Literal(ast::Literal::Decimal { digits, .. }) | ast::ExprKind::Amount { digits, .. } => *digits,
        ast::ExprKind::Unary { operand, .. } => written_digits(operand),
        ast::ExprKind::List(elements) => elements.iter().map(written_digits).max().unwrap_or(0),
        ast::ExprKind::Map(entries) => entries.iter().map(|(_, value)| written_digits(value)).max().unwrap_or(0),
        _ => 0,
    }
}

/// The type of a list or map that is wanted, through an optional too.
fn collection(want: Option<&Type>) -> Option<&Type> {
    match want {
        Some(Type::Option(of)) => Some(&**of),
        want => want,
    }
    .filter(|ty| matches!(ty, Type::List(_) | Type::Map(_)))
}
