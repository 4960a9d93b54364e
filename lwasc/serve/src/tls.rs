//! TLS 1.3 in front of HTTP. In come two files, a chain of certificates and its key; out goes what takes connections. The files are read
//! again when the process is told so (SIGHUP), so that a certificate is renewed without an interruption; one that is wrong is left, and the
//! one before stays. TLS stops here.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use tokio::signal::unix::{SignalKind, signal};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::pki_types::pem::{self, PemObject};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::{ClientHello, ResolvesServerCert, ServerConfig};
use tokio_rustls::rustls::sign::CertifiedKey;
use tokio_rustls::rustls::version::TLS13;
use tokio_rustls::rustls::{Error, InconsistentKeys};

/// Where a certificate lies.
#[derive(Clone, Debug)]
pub struct TlsFiles {
    /// The chain, PEM, the server's own certificate first.
    pub certificate: PathBuf,
    /// Its key, PEM.
    pub key: PathBuf,
}

/// Why a certificate is of no use.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file can't be read.
    #[error("can't read {path}: {error}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
    /// A file is not what it should be.
    #[error("{path}: {what}")]
    File {
        /// The file.
        path: PathBuf,
        /// What was expected and found.
        what: String,
    },
}

/// A certificate with its key, as the files were when they were last read.
#[derive(Debug)]
pub struct Certificate {
    files: TlsFiles,
    provider: Arc<CryptoProvider>,
    known: RwLock<Arc<CertifiedKey>>,
}

impl Certificate {
    /// Reads the files.
    ///
    /// # Errors
    /// They can't be read, hold no certificate or no key, or do not belong together.
    pub fn open(files: TlsFiles) -> Result<Arc<Certificate>, TlsError> {
        let provider = Arc::new(ring::default_provider());
        let known = RwLock::new(read(&files, &provider)?);
        Ok(Arc::new(Certificate { files, provider, known }))
    }

    /// What takes connections with it.
    pub fn acceptor(self: &Arc<Self>) -> TlsAcceptor {
        let config = ServerConfig::builder_with_provider(Arc::clone(&self.provider))
            .with_protocol_versions(&[&TLS13])
            .expect("the provider has the ciphers of TLS 1.3");
        let mut config = config.with_no_client_auth().with_cert_resolver(Arc::<Certificate>::clone(self));
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        TlsAcceptor::from(Arc::new(config))
    }

    fn read_again(&self) {
        match read(&self.files, &self.provider) {
            Ok(known) => {
                *self.known.write().unwrap_or_else(PoisonError::into_inner) = known;
                tracing::info!(certificate = %self.files.certificate.display(), "the certificate was read again");
            }
            Err(error) => tracing::error!(%error, "the certificate was not renewed; the one before stays"),
        }
    }
}

/// From now on the certificate's files are read again whenever the process is told so. The signal ends a process that does not listen to it, so it is
/// heard without a certificate too, and then nothing is read.
pub fn keep_renewed(certificate: Option<Arc<Certificate>>) {
    let mut told = match signal(SignalKind::hangup()) {
        Ok(told) => told,
        Err(error) => return tracing::error!(%error, "signals can't be heard; the certificate is not renewed"),
    };
    tokio::spawn(async move {
        while told.recv().await.is_some() {
            match &certificate {
                Some(certificate) => certificate.read_again(),
                None => tracing::info!("told to read the certificate again, and there is none"),
            }
        }
    });
}

impl ResolvesServerCert for Certificate {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.known.read().unwrap_or_else(PoisonError::into_inner)))
    }
}

fn read(files: &TlsFiles, provider: &CryptoProvider) -> Result<Arc<CertifiedKey>, TlsError> {
    let io = |path: &PathBuf, error| TlsError::Io { path: path.clone(), error };
    let file = |path: &PathBuf, what: String| TlsError::File { path: path.clone(), what };
    let text = fs::read(&files.certificate).map_err(|error| io(&files.certificate, error))?;
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&text).collect();
    let chain = chain.map_err(|error| file(&files.certificate, format!("expected certificates as PEM: {error}")))?;
    if chain.is_empty() {
        return Err(file(&files.certificate, "expected certificates as PEM, found none".to_owned()));
    }
    let known = fs::metadata(&files.key).map_err(|error| io(&files.key, error))?;
    if known.permissions().mode() & 0o007 != 0 {
        let what = format!(
            "every user of this machine can read it: a secret key needs mode 0600 (`chmod 600 {}`)",
            files.key.display()
        );
        return Err(file(&files.key, what));
    }
    let text = fs::read(&files.key).map_err(|error| io(&files.key, error))?;
    let key = PrivateKeyDer::from_pem_slice(&text).map_err(|error| match error {
        pem::Error::NoItemsFound => file(&files.key, "expected a private key as PEM, found none".to_owned()),
        _ => file(&files.key, "expected a private key as PEM".to_owned()),
    })?;
    let certified = CertifiedKey::from_der(chain, key, provider).map_err(|error| match error {
        Error::InconsistentKeys(InconsistentKeys::KeyMismatch) => {
            file(&files.key, format!("it is not the key of the certificate in {}", files.certificate.display()))
        }
        // What it says of a key has nothing of the key.
        error => file(&files.certificate, format!("expected a certificate and a key that belong together: {error}")),
    })?;
    Ok(Arc::new(certified))
}
