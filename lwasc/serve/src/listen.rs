//! Connections: taken up to a number, with TLS or without, each with a limit on how long a client may be silent or leave an answer
//! unread, until the server is told to end; then those that are open may finish what they have begun.

use crate::app::Limits;
use axum::{Extension, Router};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use prometheus_client::metrics::gauge::Gauge;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_io_timeout::TimeoutStream;
use tokio_rustls::TlsAcceptor;
use tower_layer::Layer;

/// How long open requests may take once the server is told to end.
const LAST_REQUESTS: Duration = Duration::from_secs(20);

/// The most bytes of a request's head, as other servers have it; it bounds what a connection keeps of a request that is not whole yet.
const HEAD_BYTES: usize = 64 << 10;

/// How long nothing is taken after the system could not give a connection, such as when too many files are open.
const RECOVERY: Duration = Duration::from_millis(50);

/// Who is at the other end of a connection, as each of its requests knows it.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

/// What answers the requests of one connection.
type Service = <Extension<Peer> as Layer<Router>>::Service;

/// A server's end of things: what takes connections, with what, and how many are open.
pub struct Door {
    /// Where they come.
    pub listener: TcpListener,
    /// What makes them secret; none for no TLS.
    pub tls: Option<TlsAcceptor>,
    /// How many and how slow they may be.
    pub limits: Limits,
    /// How many there are.
    pub open: Gauge,
}

/// Serves a router until `end`.
pub async fn serve(door: Door, router: Router, end: impl Future<Output = ()>) {
    let Door { listener, tls, limits, open } = door;
    let places = Arc::new(Semaphore::new(limits.connections));
    let graceful = GracefulShutdown::new();
    let mut http = auto::Builder::new(TokioExecutor::new()).http1_only();
    http.http1().timer(TokioTimer::new()).header_read_timeout(limits.patience).max_buf_size(HEAD_BYTES);
    tokio::pin!(end);
    loop {
        let taken = async {
            let place = Arc::clone(&places).acquire_owned().await.expect("the semaphore is never closed");
            (place, listener.accept().await)
        };
        let (place, stream, peer) = tokio::select! {
            (place, taken) = taken => match taken {
                Ok((stream, peer)) => (place, stream, Peer(peer)),
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be taken");
                    tokio::time::sleep(RECOVERY).await;
                    continue;
                }
            },
            () = &mut end => break,
        };
        // Small answers go out at once.
        let _ = stream.set_nodelay(true);
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(limits.patience));
        let service = Extension(peer).layer(router.clone());
        let (http, watcher, tls, open) = (http.clone(), graceful.watcher(), tls.clone(), open.clone());
        open.inc();
        tokio::spawn(async move {
            let done = match tls {
                None => answer(&http, watcher, Box::pin(stream), service).await,
                Some(tls) => match tokio::time::timeout(limits.patience, tls.accept(Box::pin(stream))).await {
                    Ok(Ok(stream)) => answer(&http, watcher, stream, service).await,
                    Ok(Err(error)) => Err(error.into()),
                    Err(late) => Err(late.into()),
                },
            };
            if let Err(error) = done {
                tracing::debug!(%error, "a connection broke off");
            }
            open.dec();
            drop(place);
        });
    }
    drop(listener);
    if tokio::time::timeout(LAST_REQUESTS, graceful.shutdown()).await.is_err() {
        tracing::warn!("connections were still open when the server ended");
    }
}

/// Answers what comes over one connection.
async fn answer(
    http: &auto::Builder<TokioExecutor>,
    watcher: Watcher,
    stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    service: Service,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let connection = http.serve_connection_with_upgrades(TokioIo::new(stream), TowerToHyperService::new(service));
    watcher.watch(connection.into_owned()).await
}
