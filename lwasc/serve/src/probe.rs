//! Asks a server on this machine whether it is well, for whoever starts and watches it in a place without other tools, such as an
//! image that holds `lwasc` alone.

use std::net::IpAddr;
use std::time::Duration;
use ureq::http::Uri;
use ureq::tls::TlsConfig;

/// How long an answer may take. Health is told without work, so one that takes longer is none.
const TIME_LIMIT: Duration = Duration::from_secs(5);

/// The most bytes of an answer that are read.
const MOST_BYTES: u64 = 64 << 10;

/// Why a server is not known to be well.
#[derive(Debug, thiserror::Error)]
pub enum ProbeError {
    /// It is no address that may be asked.
    #[error("expected the URL of a server on this machine, such as `http://127.0.0.1:8891/health/ready`, found `{0}`")]
    Url(String),
    /// There is no answer.
    #[error("{url} does not answer: {error}")]
    Silent {
        /// What was asked.
        url: String,
        /// What is wrong with the connection.
        error: Box<ureq::Error>,
    },
    /// The answer is another status than one of success.
    #[error("{url} answers with status {status}: {text}")]
    Unwell {
        /// What was asked.
        url: String,
        /// The status.
        status: u16,
        /// The body.
        text: String,
    },
}

/// Asks, and gives the answer's text. Only servers on this machine are asked: to these nobody else stands in between, so a
/// certificate, which is made for the name by which others know the server, need not be compared with it.
///
/// # Errors
/// [`ProbeError`].
pub fn probe(url: &str) -> Result<String, ProbeError> {
    let parsed: Uri = url.parse().map_err(|_| ProbeError::Url(url.to_owned()))?;
    if !matches!(parsed.scheme_str(), Some("http" | "https")) || !is_loopback(parsed.host().unwrap_or_default()) {
        return Err(ProbeError::Url(url.to_owned()));
    }
    let silent = |error| ProbeError::Silent { url: url.to_owned(), error: Box::new(error) };
    let config = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .proxy(None)
        .timeout_global(Some(TIME_LIMIT))
        .tls_config(TlsConfig::builder().disable_verification(true).build())
        .build();
    let mut answer = ureq::Agent::new_with_config(config).get(parsed).call().map_err(silent)?;
    let text = answer.body_mut().with_config().limit(MOST_BYTES).read_to_string().map_err(silent)?;
    let status = answer.status();
    if status.is_success() {
        Ok(text)
    } else {
        Err(ProbeError::Unwell { url: url.to_owned(), status: status.as_u16(), text })
    }
}

/// Whether a host is this machine by its name or address.
pub fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost") || bare.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::{ProbeError, probe};

    #[test]
    fn only_this_machine_is_asked() {
        for url in [
            "http://192.0.2.1/health",
            "https://example.com/",
            "ftp://127.0.0.1/",
            "127.0.0.1:8891/health",
            "",
            "http://[::2]:1/",
        ] {
            assert!(matches!(probe(url), Err(ProbeError::Url(_))), "{url}");
        }
    }

    #[test]
    fn nobody_there_is_said() {
        let port = std::net::TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).unwrap().port();
        let error = probe(&format!("http://127.0.0.1:{port}/health/ready")).unwrap_err();
        assert!(matches!(error, ProbeError::Silent { .. }), "{error}");
    }
}
