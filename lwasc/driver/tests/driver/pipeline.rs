//! One program through the whole upper half, and its tests through both engines. What comes out is how far it got, or what
//! did not hold, in words; a panic is such a thing too.

use super::corpus::Program;
use lwas_base::{Diagnostics, SourceMap, Span};
use lwas_driver::render::{Format, render};
use lwas_driver::{Compiled, check, compile};
use lwas_ir::Module;
use lwas_runtime::native::NativeModule;
use lwas_runtime::testing::{How, TestReport, cases, run_tests};
use lwas_runtime::{Engine, Program as Executable, RuntimeError};
use lwas_seal::Hash;
use std::cell::RefCell;
use std::fs;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Arc, Once};

/// How far a program got.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reached {
    /// It has errors, which were told.
    Told,
    /// It was compiled, and its tests went alike; so many there are.
    Ran(usize),
}

thread_local! {
    /// Where the last panic of this thread happened, and its words.
    static LAST_PANIC: RefCell<String> = const { RefCell::new(String::new()) };
    /// Whether panics of this thread are caught, and so not to be printed.
    static IS_CAUGHT: RefCell<bool> = const { RefCell::new(false) };
}

/// Runs a program that is written into `folder`.
pub fn run(program: &Program, folder: &Path) -> Result<Reached, String> {
    for (path, text) in &program.files {
        fs::write(folder.join(path), text).map_err(|error| format!("{path} can't be written: {error}"))?;
    }
    caught(|| through(&folder.join(&program.entry), folder))
}

/// Whether all tests of a program pass, by the interpreter.
pub fn passed(entry: &Path) -> Result<(), String> {
    let compiled = compile(entry, lwas_std::MODULES, true).map_err(|error| format!("it can't be opened: {error}"))?;
    let module = compiled.module.ok_or_else(|| "it has errors".to_owned())?;
    let program = Executable::new(&module, Hash::of(b""), Vec::new());
    let program = program.map_err(|misfit| format!("the runtime refuses it: {}", misfit.0))?;
    match reports(&Arc::new(program), How { jobs: 2, engine: &|| Ok(Engine::Interpreter), counts: None })?
        .into_iter()
        .find_map(|report| report.failure)
    {
        Some(failure) => Err(format!("{failure:?}")),
        None => Ok(()),
    }
}

/// Reads and checks a source, and says what is told of it, as codes: nothing is lowered or run.
pub fn checked(source: &[u8], folder: &Path) -> Result<Vec<&'static str>, String> {
    let entry = folder.join("source.lwas");
    fs::write(&entry, source).map_err(|error| format!("the source can't be written: {error}"))?;
    let front = check(&entry, lwas_std::MODULES).map_err(|error| format!("it can't be opened: {error}"))?;
    told_well(&front.diagnostics, &front.sources, folder)?;
    if front.sound.is_none() != front.diagnostics.has_errors() {
        return Err("sound with errors, or not sound without".to_owned());
    }
    Ok(front.diagnostics.iter().map(|told| told.code.0).collect())
}

/// A panic as words, with its place in front.
pub fn caught<T>(work: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            LAST_PANIC.with(|last| *last.borrow_mut() = info.to_string());
            if !IS_CAUGHT.with(|is| *is.borrow()) {
                usual(info);
            }
        }));
    });
    IS_CAUGHT.with(|is| *is.borrow_mut() = true);
    let done = catch_unwind(AssertUnwindSafe(work));
    IS_CAUGHT.with(|is| *is.borrow_mut() = false);
    done.unwrap_or_else(|_| Err(LAST_PANIC.with(|last| last.borrow().clone())))
}

fn through(entry: &Path, folder: &Path) -> Result<Reached, String> {
    let compiled = compile(entry, lwas_std::MODULES, true).map_err(|error| format!("it can't be opened: {error}"))?;
    told_well(&compiled.diagnostics, &compiled.sources, folder)?;
    let Compiled { module: Some(module), .. } = compiled else {
        return if compiled.diagnostics.has_errors() {
            Ok(Reached::Told)
        } else {
            Err("no module, and no error that says why".to_owned())
        };
    };
    let again =
        compile(entry, lwas_std::MODULES, true).map_err(|error| format!("it can't be opened again: {error}"))?;
    if again.module.as_ref() != Some(&module) {
        return Err("compiled a second time it is another module".to_owned());
    }
    ran_alike(&module)
}

/// Whether each message points into its text, and can be written in every form.
fn told_well(diagnostics: &Diagnostics, sources: &SourceMap, root: &Path) -> Result<(), String> {
    for diagnostic in diagnostics.iter() {
        for label in std::iter::once(&diagnostic.primary).chain(&diagnostic.labels) {
            if !lies_within(label.span, sources) {
                return Err(format!("{} points to {:?}, where no text is", diagnostic.code, label.span));
            }
        }
    }
    for format in [Format::Human { color: true }, Format::Human { color: false }, Format::Short] {
        let written = render(diagnostics, sources, root, format);
        if written.is_empty() != diagnostics.is_empty() {
            return Err(format!("{} messages are written as {} bytes", diagnostics.iter().count(), written.len()));
        }
    }
    for line in render(diagnostics, sources, root, Format::Json).lines() {
        serde_json::from_str::<serde_json::Value>(line).map_err(|error| format!("no JSON: {error}: {line}"))?;
    }
    Ok(())
}

fn lies_within(span: Span, sources: &SourceMap) -> bool {
    let file = sources.files().find(|(id, _)| *id == span.file);
    file.is_some_and(|(_, file)| file.text.get(span.range()).is_some())
}

/// Whether a module gets through its wire form unchanged, and its tests go alike by the interpreter and by native code.
fn ran_alike(module: &Module) -> Result<Reached, String> {
    let mut bare = module.clone();
    bare.tests.clear();
    let bytes = lwas_artifact::encode_module(&bare);
    let decoded = lwas_artifact::decode_module(&bytes).map_err(|error| format!("the artifact is refused: {error}"))?;
    if decoded != bare {
        return Err("the artifact holds another module".to_owned());
    }
    let target = lwas_codegen::host_target();
    let object = lwas_driver::object(module, &target).map_err(|error| format!("no native code: {error}"))?;
    NativeModule::load(&object.bytes, module).map_err(|error| format!("not loaded: {error}"))?;
    let native = || {
        let native = NativeModule::load(&object.bytes, module);
        let native = native.map_err(|error| RuntimeError::World(error.to_string()))?;
        Ok(Engine::Native(Box::new(native)))
    };
    let program = Executable::new(module, Hash::of(b""), Vec::new());
    let program = Arc::new(program.map_err(|misfit| format!("the runtime refuses it: {}", misfit.0))?);
    let interpreted = reports(&program, How { jobs: 1, engine: &|| Ok(Engine::Interpreter), counts: None })?;
    let native = reports(&program, How { jobs: 1, engine: &native, counts: None })?;
    match interpreted.iter().zip(&native).find(|(one, other)| one != other) {
        Some((one, other)) => Err(format!("the interpreter says {one:?}, native code {other:?}")),
        None => Ok(Reached::Ran(interpreted.len())),
    }
}

fn reports(program: &Arc<Executable>, how: How<'_>) -> Result<Vec<TestReport>, String> {
    let cases = cases(program).map_err(|error| format!("its cases can't be computed: {error}"))?;
    let ran = run_tests(program, &cases, &how, |_| ControlFlow::Continue(()));
    let ran = ran.map_err(|error| format!("its tests can't be run: {error}"))?;
    Ok(ran.into_iter().map(|ran| ran.report).collect())
}
