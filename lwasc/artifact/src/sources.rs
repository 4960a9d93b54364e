//! [`Sources`]: the texts that a program was made from, which an artifact carries so that it can be linked with others. What states
//! keep depends on the laws of all modules that read them, so programs that share a ledger are compiled anew, as one.
//!
//! Texts and program must fit as far as that can be told without compiling: the modules that the program was made from are there, and
//! each line that the ir has for messages stands in its text. An artifact may carry none; then it can be run, but not linked.

use std::collections::BTreeMap;

use lwas_ir::Module;

use crate::ArtifactError;
use crate::wire::wire_struct;

/// The texts that a program was made from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sources {
    /// The programs, in order of name: one, but in a set.
    pub programs: Vec<Origin>,
    /// The modules, in order of path.
    pub modules: Vec<SourceText>,
}

/// A program's name, and its own module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The name.
    pub name: String,
    /// The path of its entry module.
    pub module: String,
}

/// A module's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceText {
    /// The module's path, such as `std.ledger`.
    pub module: String,
    /// The file as messages show it, such as `fees/tiers.lwas`.
    pub file: String,
    /// What is in it.
    pub text: String,
}

wire_struct! {
    Sources { programs, modules }
    Origin { name, module }
    SourceText { module, file, text }
}

impl Sources {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.programs.is_empty() && self.modules.is_empty()
    }

    /// That a module can have been made from them, or that there are none.
    pub(crate) fn check(&self, module: &Module) -> Result<(), ArtifactError> {
        let fits = self.is_empty() || (self.are_named_by(module) && self.are_sorted() && self.have_lines_of(module));
        if fits { Ok(()) } else { Err(ArtifactError::Manifest("the texts that it carries and its sources")) }
    }

    fn are_named_by(&self, module: &Module) -> bool {
        let names: Vec<&str> = self.programs.iter().map(|program| program.name.as_str()).collect();
        let has = |path: &str| self.modules.iter().any(|source| source.module == path);
        names.join("+") == module.name
            && names.is_sorted_by(|a, b| a < b)
            && self.programs.iter().all(|program| has(&program.module))
    }

    fn are_sorted(&self) -> bool {
        self.modules.is_sorted_by(|a, b| a.module < b.module)
    }

    /// Whether each file that messages name is there once, with the lines that they show.
    fn have_lines_of(&self, module: &Module) -> bool {
        let mut files: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for source in &self.modules {
            let lines = source.text.split('\n').map(|line| line.trim_end_matches('\r'));
            if files.insert(&source.file, lines.collect()).is_some() {
                return false;
            }
        }
        let known = module.sources.iter().all(|file| files.contains_key(file.as_str()));
        let shown = |((file, line), text): (&(u32, u32), &String)| {
            let lines = module.sources.get(*file as usize).and_then(|file| files.get(file.as_str()));
            let at = (*line as usize).checked_sub(1);
            // A place may be behind the last line, where nothing is.
            lines.zip(at).is_some_and(|(lines, at)| lines.get(at).copied().unwrap_or_default() == text)
        };
        known && module.source_lines.iter().all(shown)
    }
}
