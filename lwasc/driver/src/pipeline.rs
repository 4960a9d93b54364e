//! The stages in order, each a gate: sources → `Front` (checked) → `Compiled` (lowered, verified, its constants and laws
//! evaluated) → object.

use crate::load::{self, Kept, Loaded};
use crate::packages::home;
use crate::{Buffers, CodeCache, OpenError, Package, Std, examples, laws};
use lwas_artifact::Sources;
use lwas_base::{Diagnostic, Diagnostics, SourceMap};
use lwas_check::{Sound, SourceModule};
use lwas_codegen::{CodegenError, Means, Object};
use lwas_ir::Module;
use lwas_ir::coverage::Points;
use std::collections::BTreeSet;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A program that was checked.
pub struct Front {
    /// Where it lies and what it is called.
    pub package: Package,
    /// Its sources, for messages.
    pub sources: SourceMap,
    /// What was wrong, and warnings.
    pub diagnostics: Diagnostics,
    /// The typed program, when no error was found.
    pub sound: Option<Sound>,
}

/// A program as ir.
pub struct Compiled {
    /// The folder below which messages show its files.
    pub root: PathBuf,
    /// Its sources, for messages.
    pub sources: SourceMap,
    /// The same as an artifact carries them.
    pub texts: Sources,
    /// Warnings, or the errors because of which there is no module.
    pub diagnostics: Diagnostics,
    /// The verified module.
    pub module: Option<Module>,
}

impl Compiled {
    /// A program with errors.
    pub(crate) fn failed(root: &Path, sources: SourceMap, diagnostics: Diagnostics) -> Compiled {
        Compiled { root: root.to_owned(), sources, texts: Sources::default(), diagnostics, module: None }
    }
}

/// Reads and checks a program. Nothing of it is executed.
pub fn check(path: &Path, std: Std) -> Result<Front, OpenError> {
    check_over(path, &Buffers::new(), std)
}

/// The same, with texts that count in place of what lies on the disk.
pub fn check_over(path: &Path, buffers: &Buffers, std: Std) -> Result<Front, OpenError> {
    let package = Package::open(path, std)?;
    let Loaded { sources, modules, mut diagnostics } = load::load_above(&package, std, buffers, &mut Kept::default())?;
    let sound = checked(modules, &[&package.entry], &sources, &mut diagnostics);
    Ok(Front { package, sources, diagnostics, sound })
}

/// Checks parsed modules of one program, or of several that are linked.
pub(crate) fn checked(
    modules: Vec<SourceModule>,
    entries: &[&str],
    sources: &SourceMap,
    diagnostics: &mut Diagnostics,
) -> Option<Sound> {
    let syntax_is_fine = !diagnostics.has_errors();
    let checked = lwas_check::check_set(modules, entries);
    diagnostics.append(without_echoes(diagnostics, checked.diagnostics.clone(), sources));
    without_advice_to_others(diagnostics, sources);
    checked.into_sound().ok().filter(|_| syntax_is_fine)
}

/// Takes out warnings in packages that the program depends on: they are for those who write these.
pub(crate) fn without_advice_to_others(diagnostics: &mut Diagnostics, sources: &SourceMap) {
    let is_advice =
        |told: &Diagnostic| !told.is_error() && home::of_file(&sources.file(told.primary.span.file).path).is_some();
    if diagnostics.dropped() == 0 && diagnostics.iter().any(is_advice) {
        let mut kept = Diagnostics::new();
        diagnostics.iter().filter(|told| !is_advice(told)).for_each(|told| kept.push(told.clone()));
        *diagnostics = kept;
    }
}

/// What the checker says, without what only follows from text that could not be read: a value that is missing, unused or of
/// another type around a syntax error, or a name that stands beside one, such as `y` of `var y = 1`; nor warnings.
pub(crate) fn without_echoes(syntax: &Diagnostics, checked: Diagnostics, sources: &SourceMap) -> Diagnostics {
    let line_of = |diagnostic: &Diagnostic| {
        let span = diagnostic.primary.span;
        (span.file, sources.file(span.file).line_col(span.start).line)
    };
    let broken: BTreeSet<_> = syntax.iter().filter(|told| told.is_error()).map(line_of).collect();
    if broken.is_empty() || checked.dropped() > 0 {
        return checked;
    }
    let is_echo = |told: &Diagnostic| {
        let span = told.primary.span;
        let file = sources.file(span.file);
        let mut lines = broken.iter().filter(|(of, _)| *of == span.file).map(|(_, line)| *line);
        match told.code.0 {
            "E0253" | "E0304" | "E0311" | "E0312" | "E0325" | "E0402" | "E0431" => {
                let covered = file.line_col(span.start).line..=file.line_col(span.end).line;
                lines.any(|line| covered.contains(&line))
            }
            _ if !told.is_error() => true,
            "E0201" | "E0251" => lines.any(|line| words(file.line(line)).any(|word| word == sources.text(span))),
            _ => false,
        }
    };
    let mut kept = Diagnostics::new();
    checked.iter().filter(|told| !is_echo(told)).for_each(|told| kept.push(told.clone()));
    kept
}

/// The names in a line that it may declare: behind another word, as in `var y`, or before a colon.
fn words(line: &str) -> impl Iterator<Item = &str> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let mut rest = line;
    let mut behind_word = false;
    std::iter::from_fn(move || {
        let begin = rest.find(is_part)?;
        let spaces = rest.get(..begin)?;
        let declared = behind_word && !spaces.is_empty() && spaces.trim().is_empty();
        rest = rest.get(begin..)?;
        let word = rest.get(..rest.find(|c| !is_part(c)).unwrap_or(rest.len()))?;
        rest = rest.get(word.len()..)?;
        behind_word = true;
        Some((word, declared || rest.trim_start().starts_with(':') && !spaces.ends_with('.')))
    })
    .filter(|(_, declared)| *declared)
    .map(|(word, _)| word)
}

/// Reads, checks and lowers a program; constants are evaluated, and laws on the empty ledger, by the interpreter. With
/// `tests` the module has the program's tests.
pub fn compile(path: &Path, std: Std, tests: bool) -> Result<Compiled, OpenError> {
    read(path, std, |program| if tests { program.with_examples().compile(true) } else { program.compile(false) })
}

/// The same with the program's tests, and what of it they could reach.
pub fn compile_with_points(path: &Path, std: Std) -> Result<(Compiled, Points), OpenError> {
    read(path, std, |program| program.with_examples().lowered(lwas_lower::lower_with_points))
}

/// Reads a program for what is to be done with it.
fn read<T>(path: &Path, std: Std, work: impl FnOnce(Texts<'_>) -> T) -> Result<T, OpenError> {
    let package = Package::open(path, std)?;
    let loaded = load::load(&package, std)?;
    let texts = load::texts(&package, &loaded);
    let Loaded { sources, modules, diagnostics } = loaded;
    Ok(work(Texts { root: &package.root, texts, sources, modules, diagnostics }))
}

/// Sources that were read: of one program, or of several that are linked.
pub(crate) struct Texts<'a> {
    /// The folder below which messages show the files.
    pub root: &'a Path,
    /// The texts, with the programs' names and modules.
    pub texts: Sources,
    /// The same for messages.
    pub sources: SourceMap,
    /// The same as trees.
    pub modules: Vec<SourceModule>,
    /// What was wrong so far.
    pub diagnostics: Diagnostics,
}

impl Texts<'_> {
    /// Checks and lowers them.
    /// The same with the examples in doc comments as tests of their modules; those of the standard library where it is the program.
    fn with_examples(mut self) -> Self {
        for module in &mut self.modules {
            let is_entry = self.texts.programs.iter().any(|program| program.module == module.path);
            let file = self.sources.file(module.file);
            // Those of packages that it depends on are their own business, as their tests are.
            if !module.std && home::of_file(&file.path).is_none() || is_entry {
                let (items, wrong) = examples::of(module.file, &file.text);
                if !items.is_empty() {
                    Arc::make_mut(&mut module.tree).items.extend(items);
                }
                self.diagnostics.append(wrong);
            }
        }
        self
    }

    pub fn compile(self, tests: bool) -> Compiled {
        self.lowered(|sound, sources| (lwas_lower::lower(sound, sources, tests), Points::default())).0
    }

    /// The same by any lowering.
    fn lowered(self, lower: impl FnOnce(&Sound, &SourceMap) -> (Module, Points)) -> (Compiled, Points) {
        let Texts { root, texts, sources, modules, mut diagnostics } = self;
        let entries: Vec<&str> = texts.programs.iter().map(|program| program.module.as_str()).collect();
        let sound = checked(modules, &entries, &sources, &mut diagnostics);
        let lowered = sound.map(|sound| {
            let (mut module, points) = lower(&sound, &sources);
            let names: Vec<&str> = texts.programs.iter().map(|program| program.name.as_str()).collect();
            module.name = names.join("+");
            for (face, name) in module.faces.iter_mut().zip(names) {
                name.clone_into(&mut face.name);
            }
            lwas_ir::verify(&module).expect("what the compiler lowers, its own verifier passes");
            laws::evaluate(&module, &sources, &mut diagnostics);
            (module, points)
        });
        let (module, points) = lowered.filter(|_| !diagnostics.has_errors()).unzip();
        let root = root.to_owned();
        (Compiled { root, sources, texts, diagnostics, module }, points.unwrap_or_default())
    }
}

/// The native code of a module for a target (a triple), made from nothing.
pub fn object(module: &Module, target: &str) -> Result<Object, CodegenError> {
    object_with(module, target, None)
}

/// The native code of a module for a target (a triple): the same, whether some of it is in the cache or not, on as many
/// threads as the machine has cores.
pub fn object_with(module: &Module, target: &str, cache: Option<&CodeCache>) -> Result<Object, CodegenError> {
    let threads = std::thread::available_parallelism().unwrap_or(NonZero::<usize>::MIN);
    let cache = cache.map(|cache| cache as &dyn lwas_codegen::Cache);
    lwas_codegen::compile_with(module, target, &Means { threads, cache })
}
