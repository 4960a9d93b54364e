//! A function being built from a body: its locals, its blocks, its sites. Every file of expressions and statements adds
//! methods to `Fx`.

use crate::cover::Notes;
use crate::row::RowForm;
use crate::tables::Lower;
use crate::uses::Uses;
use lwas_base::Span;
use lwas_check::hir::{Block, Body, Expr, LocalId, Type};
use lwas_ir::{BlockId, FailReason, FuncId, FunctionBuilder, HostOp, Kind, Local, Site};
use std::collections::HashMap;

/// The register of a local; of a row also how much of it is filled in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bound {
    pub reg: Local,
    pub form: RowForm,
}

/// What is known of the body whose code is being made.
#[derive(Debug, Default)]
pub(crate) struct Scope {
    /// The locals that are bound. Looked up only.
    pub locals: HashMap<LocalId, Bound>,
    /// How its locals that hold rows are used; empty where it can't write.
    pub uses: Uses,
    /// Whether it can write, so that rows must be copies.
    pub writing: bool,
}

/// A function being built.
pub(crate) struct Fx<'l, 'a> {
    pub cx: &'l mut Lower<'a>,
    pub b: FunctionBuilder,
    pub scope: Scope,
    /// Whether the expression that comes next is a condition whose values a rejection shows.
    pub tracing: bool,
    /// The failure that these values explain; none for any of the function.
    pub explained: Option<Site>,
    /// Where a computation is under way: the failure that its operands explain, as in `explained`.
    pub computing: Option<Option<Site>>,
    /// What could be reached, where somebody asks for it.
    pub notes: Option<Notes>,
}

impl<'l, 'a> Fx<'l, 'a> {
    /// A function whose current block is the entry.
    pub fn new(
        cx: &'l mut Lower<'a>,
        name: String,
        span: Span,
        params: &[Kind],
        result: Option<Kind>,
        scope: Scope,
    ) -> Fx<'l, 'a> {
        let place = cx.place(span);
        Fx {
            b: FunctionBuilder::new(name, place, params, result),
            notes: cx.notes(span.file).then(Notes::default),
            cx,
            scope,
            tracing: false,
            explained: None,
            computing: None,
        }
    }

    /// Returns a value and defines the function.
    pub fn finish(mut self, func: FuncId, value: Option<Local>) {
        self.b.ret(value);
        self.cx.define(func, self.b.finish());
        self.cx.keep(func, self.notes);
    }

    /// A site of its own for an instruction that can fail.
    pub fn site(&mut self, span: Span) -> Site {
        let place = self.cx.place(span);
        self.b.site(place)
    }

    /// A host function's value.
    pub fn host(&mut self, op: HostOp, args: &[Local], result: Kind, span: Span) -> Local {
        let site = self.site(span);
        self.b.host(op, args, Some(result), site).expect("a result was asked for")
    }

    /// A host function without a value.
    pub fn host_effect(&mut self, op: HostOp, args: &[Local], span: Span) {
        let site = self.site(span);
        self.b.host(op, args, None, site);
    }

    /// Fails in a block of its own when `bad` is not 0. The message is made in that block.
    pub fn fail_if(&mut self, bad: Local, span: Span, reason: FailReason, message: impl FnOnce(&mut Self) -> Local) {
        let (fails, goes_on) = (self.b.new_block(), self.b.new_block());
        self.b.branch(bad, fails, goes_on);
        self.b.switch_to(fails);
        let message = message(self);
        let site = self.site(span);
        self.b.fail(site, reason, Some(message));
        self.b.switch_to(goes_on);
    }

    /// Does something where `condition` is not 0.
    pub fn when(&mut self, condition: Local, work: impl FnOnce(&mut Self)) {
        let (then, done) = (self.b.new_block(), self.b.new_block());
        self.b.branch(condition, then, done);
        self.b.switch_to(then);
        work(self);
        self.b.jump(done);
        self.b.switch_to(done);
    }

    /// One of two values of a kind, by a condition.
    pub fn choose(
        &mut self,
        condition: Local,
        kind: Kind,
        then: impl FnOnce(&mut Self) -> Local,
        otherwise: impl FnOnce(&mut Self) -> Local,
    ) -> Local {
        let dst = self.b.new_local(kind);
        let (yes, no, done) = (self.b.new_block(), self.b.new_block(), self.b.new_block());
        self.b.branch(condition, yes, no);
        self.b.switch_to(yes);
        let value = then(self);
        self.arrive(Some(dst), Some(value), done);
        self.b.switch_to(no);
        let value = otherwise(self);
        self.arrive(Some(dst), Some(value), done);
        self.b.switch_to(done);
        dst
    }

    /// Gives a value to where branches meet, and goes there.
    pub fn arrive(&mut self, dst: Option<Local>, value: Option<Local>, done: BlockId) {
        if let (Some(dst), Some(value)) = (dst, value) {
            self.b.assign(dst, value);
        }
        self.b.jump(done);
    }

    /// A register for a value of a type; none for Unit.
    pub fn result_local(&mut self, ty: &Type) -> Option<Local> {
        let kind = self.cx.kind(ty)?;
        Some(self.b.new_local(kind))
    }

    /// A register is the `none` of its type.
    pub fn is_none(&mut self, option: Local) -> Local {
        let none = self.b.none();
        self.b.compare(lwas_ir::CompareOp::Equal, option, none)
    }

    /// A block: its statements, then its value. When the block is a traced condition, so is its value.
    pub fn block(&mut self, block: &Block) -> Option<Local> {
        let tracing = std::mem::take(&mut self.tracing);
        for statement in &block.statements {
            self.stmt(statement);
        }
        self.tracing = tracing;
        if let Some(value) = &block.value {
            self.note_statement(value.span);
        }
        let value = block.value.as_ref().and_then(|value| self.value(value));
        self.tracing = false;
        if block.ty == Type::Unit { None } else { value }
    }

    /// A computation whose operands are shown to whoever asks how it came out, or why it failed.
    pub fn computed(&mut self, value: &Expr, span: Span) -> Local {
        let site = self.site(span);
        let outer = self.computing.replace(Some(site));
        let value = self.expr(value);
        self.computing = outer;
        value
    }

    /// A condition whose values a rejection shows.
    pub fn condition(&mut self, value: &Expr) -> Local {
        self.tracing = true;
        self.expr(value)
    }

    /// Works with another body's locals, such as an aggregate's in a function that writes rows; its one parameter is a row
    /// whose computed fields are computed where they are read.
    pub fn with_row<T>(&mut self, body: &Body, row: Local, work: impl FnOnce(&mut Self) -> T) -> T {
        let mut inner = Scope::default();
        for local in &body.params {
            inner.locals.insert(*local, Bound { reg: row, form: RowForm::Bare });
        }
        let outer = std::mem::replace(&mut self.scope, inner);
        let result = work(self);
        self.scope = outer;
        result
    }
}
