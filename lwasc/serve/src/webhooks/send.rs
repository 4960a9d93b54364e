//! Notifications over HTTP: one POST, again and again until the receiver has taken it or says that it never will.
//!
//! As with Alertmanager, 2xx is taken, 429, 5xx and no answer are tried again, and all else is final. Redirects are not followed, since they would lead
//! where the configuration does not; certificates are verified.

use super::payload::{Said, payload};
use super::{Counts, Label, Outcome, Webhook};
use backon::{BackoffBuilder, ExponentialBuilder};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};
use tokio::sync::Semaphore;
use ureq::http::Uri;
use ureq::http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, RETRY_AFTER, USER_AGENT};
use ureq::tls::{Certificate, RootCerts, TlsConfig};

/// How many notifications are under way to one webhook at the same time.
const AT_ONCE: usize = 4;

/// The first pause after a failure, doubled with each further one, and the longest.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(300);

/// The longest that a receiver may ask to wait.
const LONGEST_WISH: Duration = Duration::from_secs(3_600);

/// How a webhook is reached.
#[derive(Debug)]
pub struct Target {
    uri: Uri,
    token: Option<Token>,
    agent: ureq::Agent,
}

/// A secret that a webhook asks for.
pub enum Token {
    /// It is this.
    Value(String),
    /// It is in this file, which is read each time, so that it can be replaced.
    File(PathBuf),
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token")
    }
}

/// Why there is no way to a webhook.
#[derive(Debug, thiserror::Error)]
pub enum HookError {
    /// It is no address.
    #[error("expected a URL such as `https://alerts.example.com/hook`, found `{0}`")]
    Url(String),
    /// A secret would be readable on its way.
    #[error("a token is sent over `https`, or to this machine, not to `{0}`")]
    Plain(String),
    /// The certificates that are to be trusted can't be read.
    #[error("expected certificates in PEM: {0}")]
    Certificates(String),
}

impl Target {
    /// A way to a URL. `trusted` are the certificates of authorities, PEM, instead of those that everybody trusts; an answer may take so long.
    ///
    /// # Errors
    /// [`HookError`].
    pub fn new(
        url: &str,
        token: Option<Token>,
        trusted: Option<&[u8]>,
        timeout: Duration,
    ) -> Result<Target, HookError> {
        let uri: Uri = url.parse().map_err(|_| HookError::Url(url.to_owned()))?;
        let host = uri.host().unwrap_or_default().to_owned();
        if !matches!(uri.scheme_str(), Some("http" | "https")) || host.is_empty() {
            return Err(HookError::Url(url.to_owned()));
        }
        if token.is_some() && uri.scheme_str() == Some("http") && !crate::probe::is_loopback(&host) {
            return Err(HookError::Plain(url.to_owned()));
        }
        let mut config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            .timeout_global(Some(timeout));
        if let Some(pem) = trusted {
            let certificates = ureq::tls::parse_pem(pem)
                .filter_map(|item| match item {
                    Ok(ureq::tls::PemItem::Certificate(certificate)) => Some(Ok(certificate)),
                    Ok(_) => None,
                    Err(error) => Some(Err(HookError::Certificates(error.to_string()))),
                })
                .collect::<Result<Vec<Certificate<'static>>, _>>()?;
            if certificates.is_empty() {
                return Err(HookError::Certificates("there is none".to_owned()));
            }
            let roots = RootCerts::new_with_certs(&certificates);
            config = config.tls_config(TlsConfig::builder().root_certs(roots).build());
        }
        Ok(Target { uri, token, agent: ureq::Agent::new_with_config(config.build()) })
    }

    /// The URL without what may be secret in it.
    #[must_use]
    pub fn shown(&self) -> String {
        let scheme = self.uri.scheme_str().unwrap_or_default();
        let port = self.uri.port_u16().map(|port| format!(":{port}")).unwrap_or_default();
        format!("{scheme}://{}{port}{}", self.uri.host().unwrap_or_default(), self.uri.path())
    }

    /// One attempt; it blocks.
    fn post(&self, body: &str) -> Attempt {
        let mut request = self
            .agent
            .post(self.uri.clone())
            .header(CONTENT_TYPE, "application/json")
            .header(USER_AGENT, concat!("lwasc/", env!("CARGO_PKG_VERSION")));
        match &self.token {
            None => {}
            Some(Token::Value(token)) => request = request.header(AUTHORIZATION, format!("Bearer {token}")),
            Some(Token::File(path)) => match std::fs::read_to_string(path) {
                Ok(token) => request = request.header(AUTHORIZATION, format!("Bearer {}", token.trim())),
                Err(error) => {
                    let why = format!("the token's file {} can't be read: {error}", path.display());
                    return Attempt::Later { why, wish: None };
                }
            },
        }
        match request.send(body) {
            Ok(answer) => judged(answer.status().as_u16(), answer.headers()),
            Err(error) => Attempt::Later { why: error.to_string(), wish: None },
        }
    }
}

/// What came of an attempt.
#[derive(Debug, PartialEq, Eq)]
enum Attempt {
    Taken,
    Later { why: String, wish: Option<Duration> },
    Never(String),
}

fn judged(status: u16, headers: &HeaderMap) -> Attempt {
    let why = format!("it answers with status {status}");
    match status {
        200..=299 => Attempt::Taken,
        429 | 500..=599 => {
            Attempt::Later { why, wish: headers.get(RETRY_AFTER).and_then(|wish| pause(wish.to_str().ok()?)) }
        }
        300..=399 => Attempt::Never(format!("{why}, a redirect, which is not followed")),
        _ => Attempt::Never(why),
    }
}

/// What `Retry-After` asks for: seconds or a time.
fn pause(wish: &str) -> Option<Duration> {
    let seconds = wish.trim().parse().map(Duration::from_secs).ok();
    let asked = seconds.or_else(|| httpdate::parse_http_date(wish).ok()?.duration_since(SystemTime::now()).ok());
    asked.map(|asked| asked.min(LONGEST_WISH))
}

/// Tells one webhook.
pub struct Sender {
    hook: Arc<Webhook>,
    program: Arc<str>,
    origin: Arc<str>,
    counts: Counts,
    free: Semaphore,
}

impl Sender {
    /// Of a program, which others know by an address.
    pub fn new(hook: Arc<Webhook>, (program, origin): (Arc<str>, Arc<str>), counts: Counts) -> Sender {
        Sender { hook, program, origin, counts, free: Semaphore::new(AT_ONCE) }
    }

    /// Who is told.
    pub fn hook(&self) -> &Webhook {
        &self.hook
    }

    /// How many wait to be acknowledged is told in the metrics.
    pub fn note_waiting(&self, count: usize) {
        let label = Label { webhook: self.hook.name.clone() };
        self.counts.waiting.get_or_create(&label).set(i64::try_from(count).unwrap_or(i64::MAX));
    }

    /// Tells of an alert; comes to its end when the receiver has taken it, or never will.
    pub async fn tell(&self, said: &Said<'_>) {
        let (webhook, alert, subject) = (self.hook.name.as_str(), said.alert, said.subject);
        let body: Arc<str> = payload(said, webhook, &self.program, &self.origin).into();
        let backoff = ExponentialBuilder::default().with_min_delay(FIRST_PAUSE).with_max_delay(LONGEST_PAUSE);
        let mut pauses = backoff.with_jitter().without_max_times().build();
        loop {
            let wish = match self.attempt(&body).await {
                Attempt::Taken => return self.count("taken"),
                Attempt::Never(why) => {
                    tracing::error!(
                        webhook,
                        alert,
                        ?subject,
                        ?why,
                        "a notification is refused for good, and not sent again"
                    );
                    return self.count("refused");
                }
                Attempt::Later { why, wish } => {
                    tracing::warn!(webhook, alert, ?subject, ?why, "a notification was not taken; it is sent again");
                    self.count("failed");
                    wish
                }
            };
            let pause = pauses.next().unwrap_or(LONGEST_PAUSE);
            tokio::time::sleep(pause.max(wish.unwrap_or_default())).await;
        }
    }

    fn count(&self, outcome: &'static str) {
        self.counts.notifications.get_or_create(&Outcome { webhook: self.hook.name.clone(), outcome }).inc();
    }

    async fn attempt(&self, body: &Arc<str>) -> Attempt {
        let _place = self.free.acquire().await;
        let (hook, body, begun) = (Arc::clone(&self.hook), Arc::clone(body), Instant::now());
        let attempt = tokio::task::spawn_blocking(move || hook.target.post(&body)).await;
        let label = Label { webhook: self.hook.name.clone() };
        self.counts.latency.get_or_create(&label).observe(begun.elapsed().as_secs_f64());
        attempt.unwrap_or_else(|error| Attempt::Later { why: error.to_string(), wish: None })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_judged_as_alertmanager_does() {
        let judged = |status| judged(status, &HeaderMap::new());
        for status in [200, 202, 204] {
            assert_eq!(judged(status), Attempt::Taken);
        }
        for status in [429, 500, 503] {
            assert!(matches!(judged(status), Attempt::Later { .. }), "{status}");
        }
        for status in [301, 307, 400, 401, 404, 413] {
            assert!(matches!(judged(status), Attempt::Never(_)), "{status}");
        }
    }

    #[test]
    fn a_wish_to_wait_is_seconds_or_a_time() {
        assert_eq!(pause("7"), Some(Duration::from_secs(7)));
        assert_eq!(pause("999999"), Some(LONGEST_WISH));
        let soon = httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(100));
        assert!(pause(&soon).is_some_and(|pause| (90..=100).contains(&pause.as_secs())));
        assert_eq!([pause("Thu, 01 Jan 1970 00:00:00 GMT"), pause("soon")], [None, None]);
    }

    #[test]
    fn a_token_does_not_leave_this_machine_in_the_clear() {
        let new = |url| Target::new(url, Some(Token::Value("secret".into())), None, FIRST_PAUSE);
        assert!(matches!(new("http://alerts.example.com/x"), Err(HookError::Plain(_))));
        assert!(new("https://alerts.example.com/x").is_ok());
        assert!(new("http://127.0.0.1:9/x").is_ok());
        assert!(matches!(new("alerts.example.com"), Err(HookError::Url(_))));
        assert_eq!(new("https://u:p@a.example.com:1/x?key=1").unwrap().shown(), "https://a.example.com:1/x");
    }
}
