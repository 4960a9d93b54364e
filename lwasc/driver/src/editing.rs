//! A program that somebody edits. The texts of open files come in, above what lies on the disk; what the program is and what
//! is wrong with it goes out, for programs with errors too. From one check to the next a file keeps its number, and one whose
//! text stayed is not read again.

use crate::load::{self, Kept, Loaded};
use crate::pipeline;
use crate::{OpenError, Package, Std};
use cranelift_entity::SecondaryMap;
use lwas_base::{Diagnostics, SourceMap};
use lwas_check::env::Scope;
use lwas_check::hir::{ModuleId, Program};
use lwas_check::{Notes, SourceModule};
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

/// Texts that count in place of what files hold, by path: the package's folder with the file's path below it.
pub type Buffers = HashMap<PathBuf, Arc<str>>;

/// What is kept of a program from one check to the next.
#[derive(Default)]
pub struct Editing {
    kept: Kept,
}

/// A program as it stands while it is edited.
pub struct Studied {
    /// Where it lies.
    pub package: Package,
    /// Its sources, and perhaps more that it once had.
    pub sources: SourceMap,
    /// The modules that it is made of, the entry module first.
    pub modules: Vec<SourceModule>,
    /// What is wrong, and warnings.
    pub diagnostics: Diagnostics,
    /// The typed program, which has `Error` nodes where something was wrong.
    pub program: Program,
    /// The names that each module sees.
    pub scopes: SecondaryMap<ModuleId, Scope>,
    /// What names stand for, and the types of expressions.
    pub notes: Notes,
}

impl Editing {
    /// Nothing kept yet.
    pub fn new() -> Editing {
        Editing::default()
    }

    /// Reads what has changed and checks the program.
    ///
    /// # Errors
    /// The entry file can't be read.
    pub fn study(&mut self, package: &Package, std: Std, buffers: &Buffers) -> Result<Studied, OpenError> {
        let Loaded { sources, modules, mut diagnostics } = load::load_above(package, std, buffers, &mut self.kept)?;
        let noted = lwas_check::check_noted(&modules, &package.entry);
        let found = pipeline::without_echoes(&diagnostics, noted.checked.diagnostics, &sources);
        diagnostics.append(found);
        pipeline::without_advice_to_others(&mut diagnostics, &sources);
        let (program, scopes, notes) = (noted.checked.program, noted.scopes, noted.notes);
        Ok(Studied { package: package.clone(), sources, modules, diagnostics, program, scopes, notes })
    }
}
