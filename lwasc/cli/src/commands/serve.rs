//! `lwasc serve`: a program behind HTTP, until the process is told to end.

use super::program::{self, Loaded};
use super::{place, serving, settings};
use crate::args::{LogFormat, Serve};
use crate::exit::{Done, Stop};
use crate::output;
use lwas_ledger::{Ledger, Mode};
use lwas_runtime::RuntimeError;
use lwas_serve::{AccessLog, Reader, Setup};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tracing_subscriber::EnvFilter;

/// How many queries are answered at the same time, for each core.
const READERS_PER_CORE: usize = 2;

pub fn run(args: &Serve) -> Done {
    let loaded = program::load(&args.program, args.key.as_deref(), args.interpret, args.no_cache)?;
    let (configuration, says) = serving::read(&args.program, args.config.as_deref())?;
    let listen = (args.listen, usual(&loaded.program.module.name));
    let asked = serving::asked(listen, configuration.as_ref(), &says, &loaded)?;
    let ledger = args.ledger.clone().unwrap_or_else(|| place::ledger(&args.program));
    let log_file = asked.access_log.clone().unwrap_or_else(|| serving::log_beside(&ledger));
    if args.check {
        return asked.tell(&log_file);
    }
    // Whatever is wrong with program or ledger is said before anything listens; and a new ledger is there for the readers.
    let mut runtime = loaded.attach(&ledger)?;
    if let Some(wanted) = settings::read(
        &args.program,
        args.settings.as_ref().or(args.config.as_ref()).map(PathBuf::as_path),
        &loaded.program,
    )? {
        settings::apply(&mut runtime, &wanted)?;
    }
    drop(runtime);
    let scheme = if asked.certificate.is_some() { "https" } else { "http" };
    let setup = Setup {
        program: Arc::clone(&loaded.program),
        readers: readers(&loaded, &ledger)?,
        open: Arc::new(program::open_stored),
        attach: {
            let (loaded, ledger) = (loaded.clone(), ledger.clone());
            Box::new(move || {
                let engine = loaded.engine().map_err(|stop| RuntimeError::World(stop.to_string()))?;
                loaded.attach_with(&ledger, engine)
            })
        },
        ledger,
        listen: asked.listen,
        tick: args.tick.0,
        certificate: asked.certificate,
        access: asked.access,
        access_log: AccessLog::open(&log_file).map_err(|error| Stop::io("write", &log_file, &error))?,
        limits: asked.limits,
    };
    log(args.log);
    let name = loaded.program.module.name.clone();
    lwas_serve::serve(setup, |address| output::say(&format!("{name} listens on {scheme}://{address}")))?;
    Ok(())
}

/// Where a program listens when nobody says: on this machine only, at a port that clients of the standard library's services know.
fn usual(name: &str) -> SocketAddr {
    (Ipv4Addr::LOCALHOST, lwas_std::port(name).unwrap_or(lwas_std::ANY_PORT)).into()
}

fn readers(loaded: &Loaded, ledger: &Path) -> Result<Vec<Reader>, Stop> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let reader = |_| Ok(Reader { ledger: Ledger::open(ledger, Mode::ReadOnly)?, engine: loaded.engine()? });
    (0..cores * READERS_PER_CORE).map(reader).collect()
}

/// Logs go to standard error, from `info` on, or as `RUST_LOG` says.
fn log(format: LogFormat) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let logs =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(output::color());
    match format {
        LogFormat::Human => logs.init(),
        LogFormat::Json => logs.json().init(),
    }
}
