//! `lwasc serve`: a program behind HTTP, until the process is told to end.

use super::program::{self, Loaded};
use super::{serving, settings};
use crate::args::{LogFormat, Serve};
use crate::exit::{self, Done, Stop};
use crate::output;
use lwas_ledger::{Ledger, LedgerError, Mode};
use lwas_runtime::RuntimeError;
use lwas_serve::{AccessLog, Door, Reader, Setup};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tracing_subscriber::EnvFilter;

/// How many queries are answered at the same time, for each core.
const READERS_PER_CORE: usize = 2;

/// Where the dashboard is when nobody says.
const DASHBOARD: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 3000);

/// The ledger of all services together, when nobody says.
const LEDGER_OF_ALL: &str = "platform.ledger";

pub fn run(args: &Serve) -> Done {
    let programs = programs(args);
    super::packages::settle(&programs, args.locked)?;
    let loaded = program::load(&programs, args.key.as_deref(), args.interpret, args.no_cache)?;
    let (configuration, says) = serving::read(&programs, args.config.as_deref())?;
    let faces = program::faces(&programs, &loaded)?;
    let listen = (args.listen.as_slice(), usual(&loaded, &faces));
    let mut asked = serving::asked((listen, args.dashboard), configuration.as_ref(), &says, &loaded)?;
    if args.all {
        asked.dashboard.get_or_insert(DASHBOARD);
    }
    let doors = doors(&asked.listen, faces)?;
    let ledger = program::ledger(args.ledger.as_deref().or(args.all.then_some(LEDGER_OF_ALL.as_ref())), &programs)?;
    let log_file = asked.access_log.clone().unwrap_or_else(|| serving::log_beside(&ledger));
    if args.check {
        return asked.tell(&log_file);
    }
    // Whatever is wrong with program or ledger is said before anything listens; and a new ledger is there for the readers.
    let mut runtime = loaded.attach(&ledger)?;
    let named = args.settings.as_deref().or(args.config.as_deref());
    if let Some(wanted) = settings::read(&programs, named, &loaded.program)? {
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
                // One that is gone is not begun anew while clients know what was in it.
                if !ledger.exists() {
                    return Err(LedgerError::NotFound { path: ledger.clone() }.into());
                }
                let engine = loaded.engine().map_err(|stop| RuntimeError::World(stop.to_string()))?;
                loaded.attach_with(&ledger, engine)
            })
        },
        ledger,
        doors,
        dashboard: asked.dashboard,
        tick: args.tick.0,
        certificate: asked.certificate,
        access: asked.access,
        access_log: AccessLog::open(&log_file).map_err(|error| Stop::io("write", &log_file, &error))?,
        limits: asked.limits,
        audit: asked.audit,
        webhooks: asked.webhooks,
        origin: asked.origin,
    };
    log(args.log);
    lwas_serve::serve(setup, |name, address| output::say(&format!("{name} listens on {scheme}://{address}")))?;
    Ok(())
}

/// The programs that are named, and with `--all` the services of the standard library that are not among them.
fn programs(args: &Serve) -> Vec<PathBuf> {
    let services = lwas_std::PORTS.iter().map(|(module, _)| PathBuf::from(module));
    let others = services.filter(|service| args.all && !args.programs.contains(service));
    args.programs.iter().cloned().chain(others).collect()
}

/// The addresses, and which programs are reached there: with one address all; else each has its own, in the order given.
fn doors(listen: &[SocketAddr], faces: Vec<usize>) -> Result<Vec<Door>, Stop> {
    match listen {
        [listen] => Ok(vec![Door { listen: *listen, faces }]),
        several if several.len() == faces.len() => {
            let door = |(listen, face): (&SocketAddr, usize)| Door { listen: *listen, faces: vec![face] };
            Ok(several.iter().zip(faces).map(door).collect())
        }
        several => {
            let programs = if faces.len() > 1 { format!("{} programs", faces.len()) } else { "one program".to_owned() };
            let message = format!(
                "there are {} addresses for {programs}: give one `--listen` for all, or one for each",
                several.len()
            );
            Err(Stop::new(exit::USAGE, message))
        }
    }
}

/// Where programs listen when nobody says: on this machine only, at ports that clients of the standard library's services know, the others
/// from the usual port upwards.
fn usual(loaded: &Loaded, faces: &[usize]) -> Vec<SocketAddr> {
    let module = &loaded.program.module;
    let names: Vec<&str> = match faces {
        [] => vec![&module.name],
        faces => faces.iter().map(|face| module.faces[*face].name.as_str()).collect(),
    };
    let known: Vec<u16> = names.iter().filter_map(|name| lwas_std::port(name)).collect();
    let mut free = (lwas_std::ANY_PORT..).filter(|port| !known.contains(port));
    let port = |name: &&str| lwas_std::port(name).or_else(|| free.next()).unwrap_or(lwas_std::ANY_PORT);
    names.iter().map(port).map(|port| (Ipv4Addr::LOCALHOST, port).into()).collect()
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
