//! HTTP in front of a runtime.
//!
//! In come a program attached to a ledger, readers of the same ledger and addresses; out go answers. Of a set, [`Door`] says which
//! programs are reached at which address; writer, readers and log are those of all. Events are judged by one [`writer`], queries are
//! answered by several [`readers`]; `events`, `queries`, `entries`, `health` and `metrics` are the routes that every program has, `own`
//! those of the program. `dashboard` is a page that shows it all, at an address of its own. `sampler` makes events of what the machine does
//! and of `traffic`, where the program asks for it. `guard` and `access` stand before requests, `reply` says how things are told, and
//! `listen` takes connections, with `tls` where there is a certificate. HTTP stops here.
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::panic))]

mod access;
mod app;
mod audits;
mod body;
mod dashboard;
mod door;
mod entries;
mod events;
mod guard;
mod health;
mod listen;
mod metrics;
mod openapi;
mod own;
mod probe;
mod queries;
mod readers;
mod reply;
mod routes;
mod sampler;
mod tls;
mod traffic;
mod webhooks;
mod writer;

pub use access::{Access, AccessLog, ApiKey, Names, Rates, Role, Tokens, is_caller_name};
pub use app::Limits;
pub use audits::AuditPlan;
pub use door::Door;
pub use probe::{ProbeError, probe};
pub use readers::{Open, Reader};
pub use tls::{Certificate, TlsError, TlsFiles};
pub use webhooks::{AUDIT_ALERT, HookError, Target, Token, Webhook};
pub use writer::Attach;

use access::Counts;
use app::App;
use audits::Audits;
use axum::Router;
use lwas_runtime::{Program, RuntimeError};
use prometheus_client::registry::Registry;
use readers::Readers;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;
use traffic::Traffic;
use writer::Writer;

/// The stack of each thread: the interpreter, which explains what native code has rejected, calls itself as deep as a program's calls go.
const STACK_BYTES: usize = 64 << 20;

/// What is served, and where.
pub struct Setup {
    /// The program.
    pub program: Arc<Program>,
    /// Attaches it to its ledger.
    pub attach: Attach,
    /// Those that answer queries; at least one.
    pub readers: Vec<Reader>,
    /// How an artifact that the ledger holds is opened.
    pub open: Open,
    /// The ledger's file.
    pub ledger: PathBuf,
    /// Where clients find the server; at least one.
    pub doors: Vec<Door>,
    /// Where people find the dashboard; none for none.
    pub dashboard: Option<SocketAddr>,
    /// How often time passes while no event comes; none for never.
    pub tick: Option<Duration>,
    /// What makes connections secret; none for no TLS.
    pub certificate: Option<Arc<Certificate>>,
    /// How callers are known.
    pub access: Access,
    /// Where requests that change something are noted.
    pub access_log: AccessLog,
    /// What clients may ask.
    pub limits: Limits,
    /// When the ledger is audited; none for never.
    pub audit: Option<AuditPlan>,
    /// Who is told of alerts.
    pub webhooks: Vec<Webhook>,
    /// The address under which others know this server, for whoever is told.
    pub origin: String,
}

/// Why nothing is served.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The program can't be attached to the ledger.
    #[error(transparent)]
    Runtime(#[from] RuntimeError),
    /// The address can't be used.
    #[error("can't listen on {address}: {error}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        error: io::Error,
    },
    /// Two programs of one address take the same requests.
    #[error(
        "two programs would answer the same requests at {address}: {first}, and {second}; give them an address each"
    )]
    Clash {
        /// The address.
        address: SocketAddr,
        /// The one route, with its file, line and column.
        first: String,
        /// The other.
        second: String,
    },
    /// The system gives no threads.
    #[error("can't start: {0}")]
    Start(io::Error),
}

/// The number of the signal for a file that has reached the size that the system allows the process, on all systems that we run on.
const FILE_TOO_LARGE: i32 = 25;

/// Has a write beyond the size that the system allows a file fail, as on a full disk, and not end the process.
fn outlive_large_files() {
    let kind = tokio::signal::unix::SignalKind::from_raw(FILE_TOO_LARGE);
    if let Err(error) = tokio::signal::unix::signal(kind) {
        tracing::warn!(%error, "a file that reaches a limit of the system will end the server");
    }
}

/// Comes when the process is told to end: by Ctrl-C, or by the signal that service managers send.
///
/// # Errors
/// The system takes no handlers for signals.
async fn told_to_end() -> io::Result<()> {
    let mut ended = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted,
        _ = ended.recv() => Ok(()),
    }
}

/// Serves until the process is told to end: then what was begun is finished, judged and made durable. `begun` is told what is reached at each
/// address, once clients may come.
///
/// # Errors
/// [`ServeError`]; nothing was served then.
pub fn serve(setup: Setup, begun: impl FnMut(&str, SocketAddr)) -> Result<(), ServeError> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_stack_size(STACK_BYTES)
        .build()
        .map_err(ServeError::Start)?;
    let Setup { program, attach, readers, open, ledger, doors, dashboard, tick, .. } = setup;
    let Setup { certificate, access, access_log, limits, audit, webhooks, origin, .. } = setup;
    let (access, access_log, counts) = (Arc::new(access), Arc::new(access_log), Arc::new(Counts::new(limits.rates)));
    doors.iter().try_for_each(|door| door.check(&program.module))?;
    let (writer, thread) = Writer::start(attach, limits.waiting, tick)?;
    let decoder = lwas_runtime::decoding::decoder(&program);
    let defaults = Arc::new(queries::Defaults::of(&program));
    let kept = limits.answer_bytes;
    let readers = Arc::new(Readers::new(Arc::clone(&program), readers, Arc::clone(&open), writer.head.clone(), kept));
    let mut shared = Registry::with_prefix(metrics::PREFIX);
    let audits = audit.map(|plan| Arc::new(Audits::new(plan, ledger.clone(), Arc::clone(&open), &writer, &mut shared)));
    let counts_of_webhooks = webhooks::Counts::new(&mut shared);
    let shared = Arc::new(shared);
    let (end, ending) = watch::channel(false);
    let app = |faces: &[usize]| {
        let offer = program.module.offer(faces);
        Arc::new(App {
            program: Arc::clone(&program),
            name: door::name(&program.module, faces),
            decoder: decoder.clone().offering(&offer.events),
            offer,
            defaults: Arc::clone(&defaults),
            writer: writer.clone(),
            readers: Arc::clone(&readers),
            metrics: Default::default(),
            shared: Arc::clone(&shared),
            audits: audits.clone(),
            traffic: Traffic::of(&program.module),
            ledger: ledger.clone(),
            ending: ending.clone(),
            access: Arc::clone(&access),
            access_log: Arc::clone(&access_log),
            counts: Arc::clone(&counts),
            limits,
        })
    };
    let mut sites: Vec<_> = doors.iter().map(|door| Site::of_programs(door.listen, app(&door.faces))).collect();
    sites.extend(dashboard.map(|listen| {
        let faces: Vec<usize> = doors.iter().flat_map(|door| &door.faces).copied().collect();
        let each = faces.chunks(1).map(&app).collect();
        Site {
            listen,
            programs: if faces.is_empty() { vec![app(&[])] } else { each },
            whole: app(&faces),
            is_dashboard: true,
        }
    }));
    if let Some(site) = sites.first() {
        webhooks::start(&runtime, webhooks, &site.whole, &counts_of_webhooks, &origin);
    }
    drop(writer);
    let served = runtime.block_on(listen_at(sites, certificate, end, begun));
    // The last way to the writer went with the apps and with what was still being answered; then it ends.
    runtime.shutdown_timeout(Duration::from_secs(1));
    let _ = thread.join();
    access_log.flush();
    served
}

/// What is found at an address.
struct Site {
    listen: SocketAddr,
    /// All that is served there.
    whole: Arc<App>,
    /// Each program of it, for the dashboard.
    programs: Vec<Arc<App>>,
    is_dashboard: bool,
}

impl Site {
    fn of_programs(listen: SocketAddr, whole: Arc<App>) -> Site {
        Site { listen, whole, programs: vec![], is_dashboard: false }
    }

    fn name(&self) -> &str {
        if self.is_dashboard { "the dashboard" } else { &self.whole.name }
    }

    fn router(&self, wrapped: routes::Wrapped) -> Router {
        let whole = Arc::clone(&self.whole);
        if self.is_dashboard {
            dashboard::router(whole, &self.programs, wrapped)
        } else {
            routes::router(whole, wrapped)
        }
    }
}

/// Listens at all addresses until the process is told to end.
async fn listen_at(
    sites: Vec<Site>,
    certificate: Option<Arc<Certificate>>,
    end: watch::Sender<bool>,
    mut begun: impl FnMut(&str, SocketAddr),
) -> Result<(), ServeError> {
    outlive_large_files();
    let mut bound = Vec::with_capacity(sites.len());
    for site in sites {
        let failed = |error| ServeError::Listen { address: site.listen, error };
        let listener = TcpListener::bind(site.listen).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        bound.push((listener, address, site));
    }
    // What the dashboard asks is not what the programs are asked.
    let programs = bound.iter().map(|(_, _, site)| site).filter(|site| !site.is_dashboard);
    for sampler in sampler::begin(&programs.map(|site| Arc::clone(&site.whole)).collect::<Vec<_>>()).await {
        tokio::spawn(sampler.go_on());
    }
    // What all addresses share is kept up once.
    if let Some(app) = bound.first().map(|(_, _, site)| &site.whole) {
        tokio::spawn(Arc::clone(&app.counts).forget());
        tokio::spawn(Arc::clone(&app.access_log).keep_flushed());
        app.audits.clone().map(|audits| tokio::spawn(audits.keep()));
    }
    tls::keep_renewed(certificate.clone());
    let mut listening = JoinSet::new();
    for (listener, address, site) in bound {
        let wrapped = routes::Wrapped { on_loopback: address.ip().is_loopback(), secret: certificate.is_some() };
        let router = site.router(wrapped);
        let app = &site.whole;
        let tls = certificate.as_ref().map(Certificate::acceptor);
        let (open, limits, mut ending) = (app.metrics.connections.clone(), app.limits, app.ending.clone());
        begun(site.name(), address);
        // It can't be gone before it has said so: the sender is kept until all have ended.
        let ended = async move { drop(ending.wait_for(|ends| *ends).await) };
        listening.spawn(listen::serve(listen::Door { listener, tls, limits, open }, router, ended));
    }
    if let Err(error) = told_to_end().await {
        tracing::error!(%error, "signals can't be heard");
        std::future::pending::<()>().await;
    }
    tracing::info!("told to end");
    end.send_replace(true);
    while listening.join_next().await.is_some() {}
    Ok(())
}
