//! A program with text that is not in its files: what somebody types behind its entry module. A program may also be typed from nothing;
//! then modules are found in the current folder.

use crate::load::{self, Loaded};
use crate::pipeline::{self, Compiled, Texts};
use crate::{OpenError, Package, Std};
use lwas_check::hir::TestStepKind;
use std::path::Path;

/// The name of a program that is typed from nothing.
const TYPED: &str = "typed";

/// A program that more is typed behind.
pub struct Draft {
    package: Package,
    base: String,
    std: Std,
}

impl Draft {
    /// The program at a path, or an empty one.
    ///
    /// # Errors
    /// The program can't be opened.
    pub fn open(program: Option<&Path>, std: Std) -> Result<Draft, OpenError> {
        let Some(path) = program else {
            let (name, entry, entry_file) = (TYPED.to_owned(), TYPED.to_owned(), format!("{TYPED}.lwas").into());
            let package =
                Package { name, root: Path::new("").to_owned(), entry, entry_file, std: false, is_package: false };
            return Ok(Draft { package, base: String::new(), std });
        };
        let package = Package::open(path, std)?;
        let base = load::entry_text(&package, std)?;
        Ok(Draft { package, base, std })
    }

    /// The text before what is typed.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Compiles the program with a text behind that of its entry module, with tests.
    ///
    /// # Errors
    /// A file of the program can't be read any more.
    pub fn compile(&self, typed: &str) -> Result<Compiled, OpenError> {
        let loaded = self.load(typed)?;
        let texts = load::texts(&self.package, &loaded);
        let Loaded { sources, modules, diagnostics } = loaded;
        Ok(Texts { root: &self.package.root, texts, sources, modules, diagnostics }.compile(true))
    }

    /// The type in words of the value that the last step of a test binds; what is wrong where there is none.
    ///
    /// # Errors
    /// As [`Draft::compile`].
    pub fn type_of_last(&self, typed: &str, test: &str) -> Result<Result<String, Compiled>, OpenError> {
        let Loaded { sources, modules, mut diagnostics } = self.load(typed)?;
        let sound = pipeline::checked(modules, &[&self.package.entry], &sources, &mut diagnostics);
        let shown = sound.as_ref().and_then(|sound| {
            match &sound.tests.iter().find(|known| known.name == test)?.steps.last()?.kind {
                TestStepKind::Let { value, .. } => Some(lwas_check::show_type(sound, &value.ty)),
                _ => None,
            }
        });
        Ok(shown.ok_or_else(|| Compiled::failed(&self.package.root, sources, diagnostics)))
    }

    fn load(&self, typed: &str) -> Result<Loaded, OpenError> {
        load::load_as(&self.package, Some(&format!("{}{typed}", self.base)), self.std)
    }
}
