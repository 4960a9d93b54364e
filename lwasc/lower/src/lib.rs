//! Typed program to ir. Comes in: a sound program, in which every implicit step is written out, and its sources. Goes out:
//! an `ir::Module` with everything that is executed and every table that the runtime reads. A pure, total function: a sound
//! program always lowers, the same program to the same module in any folder.
//!
//! The tables come first (`tables`, `item`), then each function is built (`function`, `state`, `axiom`, `test`). A function's
//! body is lowered by `Fx` (`body`), to which every other file adds what it knows of its subject.
//!
//! **Rows.** A row in memory is its key, its stored and its computed fields. Where bodies can write (rules, actions), a row that is kept
//! has its computed fields filled in when it is read, for it is a copy. Elsewhere they are computed where they are read, so
//! that a law fails only for what it looks at; a row that is handed on is filled in first. See `row`.
//!
//! **Agendas** of rules that are due (`due`) are kept by the same functions: an entry for each row whose time has not come.
//!
//! **Aggregates** are kept by the functions that write rows (`state`): the old row's part is taken away, the new one's added. Where one keeps
//! an order (`order`), the row is put into hidden states or taken out of them.
//!
//! **Points** that coverage counts (`cover`) are noted beside the functions, which are the same with and without them.
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::panic))]

mod aggregate;
mod arith;
mod axiom;
mod binder;
mod body;
mod builtin;
mod compare;
mod convert;
mod cover;
mod due;
mod expr;
mod function;
mod item;
mod literal;
mod map;
mod matching;
mod money;
mod order;
mod route;
mod row;
mod state;
mod stmt;
mod tables;
mod test;
mod text;
mod ty;
mod uses;
mod walk;
mod watch;
mod write;

use lwas_base::SourceMap;
use lwas_check::Sound;
use lwas_ir::Module;
use lwas_ir::coverage::Points;

/// The module of a sound program. With `tests` it has the program's tests, which artifacts leave out.
pub fn lower(program: &Sound, sources: &SourceMap, tests: bool) -> Module {
    build(tables::Lower::new(program.program(), sources), tests).0
}

/// The same module with its tests, and what of it could be reached by them.
pub fn lower_with_points(program: &Sound, sources: &SourceMap) -> (Module, Points) {
    let mut cx = tables::Lower::new(program.program(), sources);
    cx.noted = Some(cover::Noted::new(program.program(), sources));
    build(cx, true)
}

fn build(mut cx: tables::Lower<'_>, tests: bool) -> (Module, Points) {
    item::declare(&mut cx);
    function::lower(&mut cx);
    state::lower(&mut cx);
    function::rules(&mut cx);
    due::rules(&mut cx);
    axiom::lower(&mut cx);
    watch::lower(&mut cx);
    route::declare(&mut cx);
    cx.note_functions();
    if tests {
        test::lower(&mut cx);
    }
    cx.finish()
}
