//! What changes state: `create`, `put`, `append`, `delete`, assignment.

use super::Checker;
use crate::env::Purpose;
use crate::errors::{attributes, bodies, types};
use crate::hir::{ArithOp, Expr, ExprKind, StateId, StateKind, StmtKind, Type, WriteKind};
use lwas_base::Span;
use lwas_syntax::ast;

impl Checker<'_> {
    /// Says so where a state can't be written.
    fn writes(&mut self, state: StateId, span: Span) -> bool {
        let declared = &self.env.program.states[state];
        if self.purpose != Purpose::Write {
            self.report(bodies::write_outside(span, self.place()));
            return false;
        }
        if self.env.program.settings_of(state).is_some() {
            self.report(attributes::settings_written(span, declared.name.as_str()));
            return false;
        }
        if declared.module != self.module {
            let module = &self.env.program.modules[declared.module];
            self.report(bodies::foreign_state(span, declared.name.as_str(), module.name.as_str()));
            return false;
        }
        true
    }

    fn wants(&mut self, state: StateId, kind: StateKind, span: Span, word: &str) -> bool {
        let declared = &self.env.program.states[state];
        if declared.kind == kind {
            return true;
        }
        let (what, advice) = match declared.kind {
            StateKind::Keyed => ("a state with keys", "use `create`, `put` or `delete`"),
            StateKind::Single => ("one row that is always there", "assign its fields: `State.field = …`"),
            StateKind::Journal => ("a journal, whose rows never change", "it only grows: `append` a row"),
        };
        self.report(bodies::wrong_state(
            span,
            format!("`{word}` does not go with `{}`: it is {what}", declared.name),
            advice,
        ));
        false
    }

    pub(super) fn write(&mut self, write: &ast::Write, span: Span) -> Expr {
        let Some(state) = self.state(&write.path) else { return self.error(span) };
        let (kind, word, wanted) = match write.kind {
            ast::WriteKind::Create => (WriteKind::Create, "create", StateKind::Keyed),
            ast::WriteKind::Put => (WriteKind::Put, "put", StateKind::Keyed),
            ast::WriteKind::Append => (WriteKind::Append, "append", StateKind::Journal),
        };
        if !self.writes(state, span) || !self.wants(state, wanted, span, word) {
            return self.error(span);
        }
        let declared = &self.env.program.states[state];
        if let (WriteKind::Append, Some(key)) = (kind, write.keys.first()) {
            let message = format!("a row of the journal `{}` gets its `seq` when it is appended", declared.name);
            self.report(
                types::bad_index(key.span, message, "no key is wanted here").with_help("leave out the brackets"),
            );
        }
        let keys = match kind {
            WriteKind::Append => Some(vec![]),
            _ => self.keys(state, &write.keys, span),
        };
        let fields = &declared.fields[..declared.key];
        let in_braces = |init: &&ast::FieldInit| fields.iter().any(|field| field.name == init.name.name);
        if keys.is_none() && write.keys.is_empty() && write.fields.iter().any(|init| in_braces(&init)) {
            // The key was given as if it were a field, and that was said.
            return self.error(span);
        }
        let name = declared.name.as_str();
        if keys.is_some()
            && let Some(init) = write.fields.iter().find(in_braces)
        {
            self.report(types::key_in_braces(init.name.span, init.name.name.as_str(), declared.name.as_str()));
            return self.error(span);
        }
        // A journal's own fields, `seq` and `time`, are filled in by the runner.
        let skip = if kind == WriteKind::Append { 2 } else { declared.key };
        let fields = self.field_values(name, &declared.fields[skip..declared.stored], &write.fields, span);
        let (Some(keys), Some(fields)) = (keys, fields) else { return self.error(span) };
        let ty = match (kind, &declared.fields[..declared.key]) {
            (WriteKind::Append, _) => Type::Int,
            (_, [key]) => key.ty.clone(),
            _ => Type::Unit,
        };
        Expr { ty, span, kind: ExprKind::Write { kind, state, keys, fields } }
    }

    pub(super) fn delete(&mut self, path: &[ast::Ident], keys: &[ast::Expr], span: Span) -> Option<StmtKind> {
        let state = self.state(path)?;
        if !self.writes(state, span) || !self.wants(state, StateKind::Keyed, span, "delete") {
            return None;
        }
        let keys = self.keys(state, keys, span)?;
        Some(StmtKind::Delete { state, keys })
    }

    /// `S[k].field = value`, `S.field += value`.
    pub(super) fn assign(
        &mut self,
        target: &ast::Expr,
        op: ast::AssignOp,
        value: &ast::Expr,
        span: Span,
    ) -> Option<StmtKind> {
        let target = self.expr(target, None);
        let target = match target.kind {
            // What is known not to be `none` may still become it.
            ExprKind::Unwrap(inner) => *inner,
            _ => target,
        };
        let ExprKind::Field { base, field } = target.kind else {
            if target.ty != Type::Error {
                self.report(self.no_place(&target, op));
            }
            self.expr(value, None);
            return None;
        };
        let (state, keys) = match base.kind {
            ExprKind::Row { state, keys } => (state, keys),
            ExprKind::Single(state) => (state, vec![]),
            _ => {
                let advice = match base.ty {
                    Type::Row(state) => self.row_advice(state, field),
                    _ => "make another one: `value with { field: … }`".to_owned(),
                };
                let message = "a copy of a row or record can't be assigned".to_owned();
                self.report(bodies::not_assignable(target.span, message, &advice));
                self.expr(value, None);
                return None;
            }
        };
        if !self.writes(state, span) || !self.assignable(state, field, target.span) {
            self.expr(value, None);
            return None;
        }
        let ty = target.ty.clone();
        let place = format!("`{}`", self.env.program.states[state].fields[field as usize].name);
        let arith = match op {
            ast::AssignOp::Set => {
                let value = self.expr_to(value, &ty, &place);
                return Some(StmtKind::Assign { state, keys, field, old: None, value });
            }
            ast::AssignOp::Add => ArithOp::Add,
            ast::AssignOp::Sub => ArithOp::Sub,
        };
        let right = self.expr(value, Some(&ty).filter(|ty| matches!(ty, Type::List(_) | Type::Map(_))));
        let name = self.env.program.states[state].fields[field as usize].name;
        let old = self.locals.push(crate::hir::Local { name, ty: ty.clone(), span: target.span });
        let left = Expr { ty: ty.clone(), span: target.span, kind: ExprKind::Local(old) };
        let sum = self.arith(arith, left, right, span);
        let value = self.coerce(sum, &ty, &place);
        Some(StmtKind::Assign { state, keys, field, old: Some(old), value })
    }

    /// What is said about an assignment to something that holds no value of its own.
    fn no_place(&self, target: &Expr, op: ast::AssignOp) -> lwas_base::Diagnostic {
        match &target.kind {
            ExprKind::Local(local) => {
                let local = &self.locals[*local];
                let name = local.name;
                let advice = match op {
                    ast::AssignOp::Set => format!("bind a new name: `let new_{name} = …`"),
                    _ => format!(
                        "add up with `sum(… for item in items)`, or go on from value to value: `fold {name} = 0 for item in items {{ {name} + item }}`"
                    ),
                };
                bodies::local_assigned(target.span, name.as_str(), local.span, &advice)
            }
            ExprKind::Row { .. } | ExprKind::Single(_) => {
                let message = "a row is not assigned as a whole".to_owned();
                bodies::not_assignable(
                    target.span,
                    message,
                    "assign one of its fields, or replace it: `put S[key] { … }`",
                )
            }
            _ => {
                let advice = "assign a field of a row: `State[key].field = …`";
                bodies::not_assignable(target.span, "this can't be assigned".to_owned(), advice)
            }
        }
    }

    /// How a field of a row itself is written.
    fn row_advice(&self, state: StateId, field: u32) -> String {
        let declared = &self.env.program.states[state];
        let keys =
            declared.fields[..declared.key].iter().map(|field| field.name.as_str()).collect::<Vec<_>>().join(", ");
        let field = declared.fields.get(field as usize).map_or("field", |field| field.name.as_str());
        format!("name the row itself, by its key: `{}[{keys}].{field}`", declared.name)
    }

    fn assignable(&mut self, state: StateId, field: u32, span: Span) -> bool {
        let declared = &self.env.program.states[state];
        let at = field as usize;
        let name = declared.fields[at].name;
        let diagnostic = if declared.kind == StateKind::Journal {
            bodies::not_assignable(
                span,
                format!("`{}` is a journal: its rows never change", declared.name),
                "append another row",
            )
        } else if at < declared.key {
            let message = format!("`{name}` is the key of `{}`", declared.name);
            bodies::not_assignable(span, message, "delete the row and create it with the new key")
        } else if at >= declared.stored {
            let message = format!("`{name}` is computed");
            bodies::not_assignable(span, message, "change what it is computed from")
        } else if declared.fields[at].fixed {
            bodies::fixed_field(span, name.as_str(), declared.fields[at].span)
        } else {
            return true;
        };
        self.report(diagnostic);
        false
    }
}
