//! One program as it was checked, with what questions need of it: declarations by place, uses in order, types by place. Tables are made
//! when somebody asks first.

use crate::decl::{self, Decl};
use crate::position::{Encoding, Lines};
use lwas_base::{FileId, Span, Symbol};
use lwas_check::hir::{ModuleId, Type};
use lwas_check::{SourceModule, Use};
use lwas_driver::Studied;
use std::cell::OnceCell;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// A checked program.
pub struct Analysis {
    /// What the driver found.
    pub studied: Studied,
    decls: OnceCell<HashMap<Span, Decl>>,
    uses: OnceCell<Vec<Use>>,
    types: OnceCell<HashMap<Span, Type>>,
}

impl Analysis {
    /// A program that was just checked.
    pub fn new(studied: Studied) -> Analysis {
        Analysis { studied, decls: OnceCell::new(), uses: OnceCell::new(), types: OnceCell::new() }
    }

    /// Its declarations by the place of their names.
    pub fn decls(&self) -> &HashMap<Span, Decl> {
        self.decls.get_or_init(|| decl::table(&self.studied.modules))
    }

    /// Its names, in order of place, each meaning once.
    pub fn uses(&self) -> &[Use] {
        self.uses.get_or_init(|| {
            let key = |used: &Use| (used.name.file, used.name.start, used.name.end, used.of.file, used.of.start);
            let mut uses = self.studied.notes.uses.clone();
            uses.sort_by_key(key);
            uses.dedup();
            uses
        })
    }

    /// The type of an expression, or of a local where it is bound.
    pub fn type_at(&self, place: Span) -> Option<&Type> {
        let types = self.types.get_or_init(|| {
            let known = self.studied.notes.types.iter().filter(|(_, ty)| *ty != Type::Error);
            known.map(|(place, ty)| (*place, ty.clone())).collect()
        });
        types.get(&place)
    }

    /// A type as users write it.
    pub fn show(&self, ty: &Type) -> String {
        lwas_check::show_type(&self.studied.program, ty)
    }

    /// The module that a file is.
    pub fn module(&self, file: FileId) -> Option<&SourceModule> {
        self.studied.modules.iter().find(|module| module.file == file)
    }

    /// The same by the checker's number.
    pub fn module_id(&self, file: FileId) -> Option<ModuleId> {
        self.studied.program.modules.iter().find(|(_, module)| module.file == file).map(|(id, _)| id)
    }

    /// The text of a file.
    pub fn text(&self, file: FileId) -> &str {
        &self.studied.sources.file(file).text
    }

    /// The lines of a file.
    pub fn lines(&self, file: FileId, encoding: Encoding) -> Lines<'_> {
        Lines::new(self.text(file), encoding)
    }

    /// Where a module of the program's own lies, or one of a package that it depends on.
    pub fn path(&self, module: &SourceModule) -> PathBuf {
        let file = self.studied.sources.file(module.file);
        file.shown.as_ref().map_or_else(|| self.studied.package.root.join(&file.path), PathBuf::from)
    }

    /// The file at a path, if it is one of the program's own.
    pub fn file(&self, path: &Path) -> Option<FileId> {
        let is_std = self.studied.package.std;
        let own = self.studied.modules.iter().filter(|module| module.std == is_std);
        own.into_iter().find(|module| is_std || self.path(module) == path).map(|module| module.file)
    }

    /// What the names at an offset stand for: the places of the names and of their declarations. A name that is declared there
    /// stands for itself.
    pub fn meanings(&self, file: FileId, offset: usize) -> Vec<Use> {
        let at = |span: Span| span.file == file && span.start as usize <= offset && offset <= span.end as usize;
        let mut found: Vec<Use> = self.uses().iter().filter(|used| at(used.name)).copied().collect();
        let declared = self.decls().keys().filter(|place| at(**place) && place.start != place.end);
        found.extend(declared.map(|place| Use { name: *place, of: *place }));
        // Where two names touch, as in `a.b`, that which begins here counts.
        if let Some(last) = found.iter().map(|used| used.name.start).max() {
            found.retain(|used| used.name.start == last);
        }
        found
    }

    /// All places where a declaration is named, its own among them, in order of place.
    pub fn places(&self, of: Span) -> Vec<Span> {
        let mut places: Vec<Span> = self
            .uses()
            .iter()
            .filter(|used| used.of == of && used.name.start != used.name.end)
            .map(|used| used.name)
            .collect();
        if of.start != of.end {
            places.push(of);
        }
        places.sort_by_key(|place| (place.file, place.start));
        places.dedup();
        places
    }

    /// A declaration by its name in a module.
    pub fn declared(&self, module: ModuleId, name: Symbol) -> Option<&Decl> {
        let binding = self.studied.scopes.get(module)?.own.get(&name)?;
        self.decls().get(&binding.span)
    }
}
