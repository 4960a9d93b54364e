//! What a configuration says of serving: the table `serve` of a `lwas.toml`. In comes the file, out goes what it says, each value with
//! its place in the file, so that whoever finds it wrong later can say where.

use crate::{Configuration, OpenError};
use serde::Deserialize;
use serde::de::Deserializer;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use toml::Spanned;

/// The table `serve`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Serving {
    /// The address and port to listen on.
    pub listen: Option<Placed<String>>,
    /// Those of the dashboard.
    pub dashboard: Option<Placed<String>>,
    /// The certificate.
    pub tls: Option<TlsOf>,
    /// Where requests that change something are noted.
    pub access_log: Option<PathBuf>,
    /// Roles beside those that every server has, by name.
    pub roles: BTreeMap<String, Placed<RoleOf>>,
    /// Callers with keys. Two entries of one name are one caller with two keys.
    pub api_keys: Vec<ApiKeyOf>,
    /// Whose tokens count.
    pub jwt: Option<JwtOf>,
    /// What clients may ask.
    pub limits: LimitsOf,
    /// When the ledger is audited.
    pub audit: Option<AuditOf>,
    /// Who is told of alerts.
    pub webhooks: Vec<WebhookOf>,
    /// The address under which others know the server.
    pub external_url: Option<String>,
}

/// Somebody who is told of alerts.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebhookOf {
    /// Its name.
    pub name: Placed<String>,
    /// Where it is told.
    pub url: Placed<String>,
    /// A file with the secret that it asks for.
    #[serde(default)]
    pub token_file: Option<Placed<PathBuf>>,
    /// A variable of the environment with that secret.
    #[serde(default)]
    pub token_env: Option<Placed<String>>,
    /// Certificates of authorities to trust in place of the usual ones, PEM.
    #[serde(default)]
    pub ca: Option<Placed<PathBuf>>,
    /// The severities that it is told of; all where it is left out.
    #[serde(default)]
    pub severities: Option<Vec<Placed<String>>>,
    /// The alerts that it is told of; all where it is left out.
    #[serde(default)]
    pub alerts: Vec<Placed<String>>,
    /// How long it may take to answer: `10s`.
    #[serde(default)]
    pub timeout: Option<Placed<String>>,
}

/// When the ledger is audited, and what follows.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditOf {
    /// How long after the end of one the next begins: `24h`.
    pub every: Placed<String>,
    /// What becomes of a server whose ledger does not agree with itself: `read_only`, or `go_on`.
    #[serde(default)]
    pub on_failure: Option<Placed<String>>,
}

/// Where a certificate lies: paths from the configuration's folder on.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TlsOf {
    /// The chain, PEM.
    pub certificate: PathBuf,
    /// Its key, PEM.
    pub key: PathBuf,
}

/// Whose tokens count.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JwtOf {
    /// The audience that tokens must name.
    pub audience: String,
    /// The issuer that they must name; none for any.
    #[serde(default)]
    pub issuer: Option<String>,
    /// Public keys by their `kid`: their digits, or the path of a file.
    pub keys: BTreeMap<String, Placed<String>>,
}

/// What clients may ask; what is left out is as usual.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LimitsOf {
    /// The most bytes of a request's body.
    pub body_bytes: Option<Placed<u64>>,
    /// The most bytes of an answer.
    pub answer_bytes: Option<Placed<u64>>,
    /// How many events may wait to be judged.
    pub waiting: Option<Placed<u64>>,
    /// How many connections may be open.
    pub connections: Option<Placed<u64>>,
    /// How long a client may be silent: `30s`.
    pub patience: Option<Placed<String>>,
    /// How many requests a second may come from one address; 0 for any number.
    pub requests_by_address: Option<Placed<u64>>,
    /// How many requests a second one caller may send; 0 for any number.
    pub requests_by_caller: Option<Placed<u64>>,
}

/// What a role may do.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RoleOf {
    /// The events it may send.
    pub events: Vec<Placed<String>>,
    /// The queries it may ask.
    pub queries: Vec<Placed<String>>,
    /// Whether it may read the log.
    pub log: bool,
    /// Whether it may read the server's own numbers.
    pub metrics: bool,
    /// Whether it may say when an event happened.
    pub time: bool,
}

/// A caller with a key.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApiKeyOf {
    /// The caller's name.
    pub name: Placed<String>,
    /// Its roles.
    pub roles: Vec<Placed<String>>,
    /// The hash of its key.
    pub hash: Placed<String>,
    /// From when on the key counts no more.
    #[serde(default)]
    pub expires: Option<Placed<Moment>>,
}

/// A time as TOML writes it.
#[derive(Debug)]
pub struct Moment(pub String);

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Moment, D::Error> {
        toml::value::Datetime::deserialize(from).map(|time| Moment(time.to_string()))
    }
}

/// A value with its place in the file.
#[derive(Debug)]
pub struct Placed<T> {
    /// The value.
    pub value: T,
    at: usize,
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Placed<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Placed<T>, D::Error> {
        Spanned::deserialize(from).map(|value| Placed { at: value.span().start, value: value.into_inner() })
    }
}

/// The whole file, of which the rest is read elsewhere.
#[derive(Deserialize)]
struct Whole {
    #[serde(default)]
    serve: Serving,
}

impl Configuration {
    /// What it says of serving; nothing where it has no such table.
    ///
    /// # Errors
    /// Unknown keys, and values of other kinds.
    pub fn serving(&self) -> Result<Serving, OpenError> {
        let whole: Whole = toml::from_str(&self.text)
            .map_err(|error| self.wrong(error.span().map_or(0, |span| span.start), error.message()))?;
        Ok(whole.serve)
    }

    /// What is wrong with a value.
    pub fn wrong_at<T>(&self, value: &Placed<T>, message: &str) -> OpenError {
        self.wrong(value.at, message)
    }

    /// A path that stands in the file, which is one from the file's folder on.
    pub fn beside(&self, path: &Path) -> PathBuf {
        Path::new(&self.path).parent().unwrap_or(Path::new("")).join(path)
    }
}

#[cfg(test)]
mod tests {
    use super::Serving;
    use crate::Configuration;

    fn read(text: &str) -> Result<Serving, String> {
        Configuration { path: "lwas.toml".into(), text: text.into() }.serving().map_err(|error| error.to_string())
    }

    #[test]
    fn what_it_says_is_read_and_the_rest_is_left_to_others() {
        let text = "name = \"shop\"\n[settings]\nfee = 1.5\n[serve]\nlisten = \"[::1]:80\"\n[serve.roles.till]\nevents = [\"Sale\"]\n\
                    [[serve.api_keys]]\nname = \"a\"\nroles = [\"till\"]\nhash = \"00\"\nexpires = 2027-01-01T00:00:00Z\n";
        let serving = read(text).unwrap();
        assert_eq!(serving.listen.unwrap().value, "[::1]:80");
        assert_eq!(serving.roles["till"].value.events[0].value, "Sale");
        assert_eq!(serving.api_keys[0].expires.as_ref().unwrap().value.0, "2027-01-01T00:00:00Z");
        assert!(read("name = \"shop\"").unwrap().api_keys.is_empty());
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let refused = |text| read(text).expect_err("it is wrong");
        let unknown = refused("[serve]\nlistne = \"x\"");
        assert!(unknown.starts_with("lwas.toml:2:1: unknown field `listne`"), "{unknown}");
        let kind = refused("[serve.roles.a]\nlog = 1");
        assert!(kind.starts_with("lwas.toml:2:7: invalid type: integer"), "{kind}");
    }
}
