//! Tree to typed program: names, types, digits, totality. Parsed modules come in, a `Program` and diagnostics go out;
//! only a `Sound` program, one without an error, can be lowered.
//!
//! The passes in order: `declare` (modules, names, signatures, then the values of constants, defaults and computed fields),
//! `fill` (bodies of functions, rules, axioms and tests, each through `body`), `total` (nothing needs itself),
//! `law` (how rows are found, what is kept by difference, what axioms read).

mod body;
mod declare;
pub mod env;
mod errors;
mod fill;
pub mod hir;
mod importing;
mod law;
mod notes;
mod total;
mod walk;

pub use body::{function_names, show_type};
pub use declare::{Import, imports};
pub use notes::{Notes, Use};

use cranelift_entity::SecondaryMap;
use lwas_base::{Diagnostics, FileId};
use lwas_syntax::ast;
use std::ops::Deref;
use std::sync::Arc;

/// One parsed module as the package loader found it.
#[derive(Clone, Debug)]
pub struct SourceModule {
    /// Dotted: `std.ledger`, `wallet`, `fees.tiers`.
    pub path: String,
    /// Its source.
    pub file: FileId,
    /// Its tree; shared, so that who checks a program again need not read again what stayed.
    pub tree: Arc<ast::File>,
    /// Whether it is of the standard library.
    pub std: bool,
}

/// What became of a program.
#[derive(Debug)]
pub struct Checked {
    /// The typed program; where the source was wrong it has `Error` types and nodes.
    pub program: hir::Program,
    /// What was wrong, and warnings.
    pub diagnostics: Diagnostics,
}

impl Checked {
    /// The program for `lower`, if it has no error; else everything back.
    pub fn into_sound(self) -> Result<Sound, Box<Checked>> {
        if self.diagnostics.has_errors() { Err(Box::new(self)) } else { Ok(Sound(self.program)) }
    }
}

/// A program without an error: only `Checked::into_sound` makes one.
#[derive(Debug)]
pub struct Sound(hir::Program);

impl Sound {
    /// The program.
    pub fn program(&self) -> &hir::Program {
        &self.0
    }
}

impl Deref for Sound {
    type Target = hir::Program;

    fn deref(&self) -> &hir::Program {
        &self.0
    }
}

/// Checks a program. `modules` holds each module that is reached from `entry` by `use`, in any order; one that is missing is
/// reported at its `use`.
pub fn check(modules: Vec<SourceModule>, entry: &str) -> Checked {
    check_set(modules, &[entry])
}

/// A program as an editor wants it.
#[derive(Debug)]
pub struct Noted {
    /// What became of it.
    pub checked: Checked,
    /// The names that each module sees.
    pub scopes: SecondaryMap<hir::ModuleId, env::Scope>,
    /// What its names stand for, and the types of its expressions.
    pub notes: Notes,
}

/// The same as [`check`], with what an editor asks besides.
pub fn check_noted(modules: &[SourceModule], entry: &str) -> Noted {
    checked(modules, &[entry], true)
}

/// Checks programs that are linked into one, each by its entry module; an entry may use another.
pub fn check_set(modules: Vec<SourceModule>, entries: &[&str]) -> Checked {
    checked(&modules, entries, false).checked
}

fn checked(modules: &[SourceModule], entries: &[&str], keeps_notes: bool) -> Noted {
    let mut declared = declare::declare(modules, entries, keeps_notes);
    fill::fill(&mut declared);
    let ends = total::check(&declared.program, &mut declared.diagnostics);
    if ends {
        total::emit::check(&declared.program, &mut declared.diagnostics);
    }
    law::check(&mut declared.program, ends, &mut declared.diagnostics);
    fill::warn(&mut declared);
    let diagnostics = declare::without_consequences(declared.diagnostics, &declared.missing);
    let diagnostics = importing::offer(diagnostics, modules);
    let checked = Checked { program: declared.program, diagnostics };
    Noted { checked, scopes: declared.scopes, notes: declared.notes.finish() }
}
