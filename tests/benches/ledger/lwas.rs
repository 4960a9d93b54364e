//! The side of LwaS: a program compiled and sealed as `lwasc run` does it, and events judged on a ledger file.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use lwas_artifact::{Draft, Sealed};
use lwas_runtime::attach::{Attach, Opened, attach};
use lwas_runtime::decoding::decoder;
use lwas_runtime::native::NativeModule;
use lwas_runtime::{Bounds, Engine, Incoming, Outcome, Program, Runtime};
use lwas_seal::{PublicKey, Signer};

use super::programs::Case;

/// A program ready to be executed.
pub struct Compiled {
    program: Arc<Program>,
    object: Vec<u8>,
    signer: PublicKey,
}

/// Compiles, seals and verifies a program.
pub fn compile(case: &Case, folder: &Path) -> Compiled {
    let path: PathBuf = folder.join("main.lwas");
    std::fs::write(&path, case.source).expect("the source is written");
    let compiled = lwas_driver::compile(&path, lwas_std::MODULES, false).expect("the source is read");
    let module =
        compiled.module.unwrap_or_else(|| panic!("`{}` does not compile: {:?}", case.name, compiled.diagnostics));
    let target = lwas_codegen::host_target();
    let object = lwas_driver::object(&module, &target).expect("native code for this machine").bytes;
    let signer = Signer::generate().expect("a key");
    let draft = Draft {
        module,
        sources: Default::default(),
        compiler: lwas_codegen::COMPILER.to_owned(),
        objects: vec![(target, object.clone())],
    };
    let (bytes, _) = draft.seal(&signer);
    let verified =
        Sealed::parse(&bytes).and_then(|sealed| sealed.verify(&[signer.public_key()])).expect("its own seal");
    let program = Program::new(&verified.module, verified.hash, bytes).expect("state that tables can hold");
    Compiled { program: Arc::new(program), object, signer: signer.public_key() }
}

impl Compiled {
    /// The program attached to a ledger file, with native code.
    pub fn attach(&self, ledger: &Path) -> Runtime {
        let native = NativeModule::load(&self.object, &self.program.module).expect("native code loads");
        let engine = Engine::Native(Box::new(native));
        let open = |_, _: &[u8]| -> Result<Opened, String> { Err("there is one artifact".to_owned()) };
        let how = Attach {
            signer: Some(self.signer),
            allowed: &[self.signer],
            start: None,
            open: &open,
            bounds: Bounds::default(),
        };
        attach(ledger, Arc::clone(&self.program), engine, &how).expect("attached")
    }
}

/// Decodes, judges and commits batches of lines, all of which must be applied. The time that it took.
pub fn judge(runtime: &mut Runtime, compiled: &Compiled, batches: &[Vec<String>]) -> Duration {
    let decoder = decoder(&compiled.program);
    let start = Instant::now();
    for batch in batches {
        for line in batch {
            let event = decoder.decode_line(line.as_bytes()).expect("an event");
            let outcome = runtime.judge(&Incoming::from(event), now()).expect("judged");
            assert!(matches!(outcome, Outcome::Applied { .. }), "{line}: {outcome:?}");
        }
        runtime.commit().expect("committed");
    }
    start.elapsed()
}

/// The clock, µs since 1970.
fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}
