//! What a configuration says of serving a program, made into what the server is given: each name and number is held against the
//! program, and what is wrong is told with its place in the file.

use super::program::Loaded;
use crate::exit::{self, Done, Stop};
use crate::keys;
use crate::output;
use lwas_driver::{ApiKeyOf, AuditOf, Configuration, JwtOf, LimitsOf, Placed, RoleOf, Serving};
use lwas_exact::calendar::{format_time, parse_duration, parse_instant};
use lwas_seal::PublicKey;
use lwas_serve::{
    Access, ApiKey, AuditPlan, Certificate, Limits, Names, Rates, Role, TlsFiles, Tokens, Webhook, is_caller_name,
};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// How many requests a second may come from one address or by one caller where others than this machine reach the server, unless the
/// configuration says otherwise. On loopback any number may.
const USUAL_RATE: Option<NonZeroU32> = NonZeroU32::new(1_000);

/// What is asked of the server.
pub struct Asked {
    /// Where it listens.
    pub listen: Vec<SocketAddr>,
    /// Where its dashboard does; none for no dashboard.
    pub dashboard: Option<SocketAddr>,
    /// What makes connections secret.
    pub certificate: Option<Arc<Certificate>>,
    /// How callers are known.
    pub access: Access,
    /// Where requests are noted; none for beside the ledger.
    pub access_log: Option<PathBuf>,
    /// What clients may ask.
    pub limits: Limits,
    /// When the ledger is audited; none for never.
    pub audit: Option<AuditPlan>,
    /// Who is told of alerts.
    pub webhooks: Vec<Webhook>,
    /// The address under which others know the server.
    pub origin: String,
}

/// The configuration that counts: the file that was named, else that of the program's folder. Of several programs none is that of all.
pub fn read(programs: &[PathBuf], file: Option<&Path>) -> Result<(Option<Configuration>, Serving), Stop> {
    let configuration = match (file, programs) {
        (Some(file), _) => Some(Configuration::open(file)?),
        (None, [program]) => Configuration::of_program(program, lwas_std::MODULES)?,
        (None, programs) => {
            for program in programs {
                let own = Configuration::of_program(program, lwas_std::MODULES)?;
                if let Some(own) = own.filter(Configuration::has_serving) {
                    let message = format!("{} says how to serve one program; several need `--config FILE`", own.path());
                    return Err(Stop::new(exit::USAGE, message));
                }
            }
            None
        }
    };
    let says = configuration.as_ref().map(Configuration::serving).transpose()?.unwrap_or_default();
    Ok((configuration, says))
}

/// What it asks of the server of a program. `given` are addresses that the command line has named, `usual` those where nobody says;
/// the command line may name another for the dashboard.
pub fn asked(
    ((given, usual), dashboard): ((&[SocketAddr], Vec<SocketAddr>), Option<SocketAddr>),
    configuration: Option<&Configuration>,
    says: &Serving,
    loaded: &Loaded,
) -> Result<Asked, Stop> {
    let address = |text: &Option<Placed<String>>, example| match (text, configuration) {
        (Some(text), Some(configuration)) => text.value.parse::<SocketAddr>().map(Some).map_err(|_| {
            let message = format!("expected an address and a port, such as `{example}`, found `{}`", text.value);
            configuration.wrong_at(text, &message)
        }),
        _ => Ok(None),
    };
    let listen = match (given, address(&says.listen, "127.0.0.1:8891")?) {
        ([], Some(address)) => vec![address],
        ([], None) => usual,
        (given, _) => given.to_vec(),
    };
    let dashboard = dashboard.or(address(&says.dashboard, "127.0.0.1:3000")?);
    let rate = if listen.iter().chain(&dashboard).all(|listen| listen.ip().is_loopback()) { None } else { USUAL_RATE };
    let usual = Limits { rates: Rates { by_address: rate, by_caller: rate }, ..Limits::default() };
    let plain = Asked {
        listen,
        dashboard,
        certificate: None,
        access: Access::default(),
        access_log: None,
        limits: usual,
        audit: None,
        webhooks: vec![],
        origin: String::new(),
    };
    let mut asked = match configuration {
        Some(configuration) => Reading { configuration, loaded }.asked(says, plain)?,
        None => plain,
    };
    if let (true, Some(listen)) = (asked.origin.is_empty(), asked.listen.first()) {
        let scheme = if asked.certificate.is_some() { "https" } else { "http" };
        asked.origin = format!("{scheme}://{listen}");
    }
    for listen in asked.listen.iter().chain(&asked.dashboard).filter(|listen| !listen.ip().is_loopback()) {
        asked.may_leave_this_machine(listen, loaded)?;
    }
    Ok(asked)
}

impl Asked {
    /// Whether others than this machine may reach the server.
    fn may_leave_this_machine(&self, listen: &SocketAddr, loaded: &Loaded) -> Result<(), Stop> {
        let mut missing = vec![];
        if self.certificate.is_none() {
            missing.push("a certificate: `certificate` and `key` in the configuration's `[serve.tls]`, the paths of two PEM files");
        }
        if self.access.is_open() {
            missing.push(
                "callers that it can tell apart: `lwasc keygen --api NAME` makes a key and says what the configuration has of it",
            );
        }
        if keys::is_developer_key(loaded.signer) {
            missing.push(
                "a program that is signed by a key made for it, not by your developer key: `lwasc keygen release.key`, then \
                 `lwasc build PROGRAM --key release.key`, and here `--key release.pub`",
            );
        }
        if missing.is_empty() {
            return Ok(());
        }
        let list: String = missing.iter().map(|one| format!("\n  - {one}")).collect();
        let message = format!("{listen} is reached from other machines. To listen there, the server needs{list}");
        Err(Stop::new(exit::REFUSED, message))
    }
}

impl Asked {
    /// Says what the configuration asks for, and where requests are noted.
    pub fn tell(&self, log: &Path) -> Done {
        let Limits { body_bytes, answer_bytes, waiting, connections, patience, rates } = &self.limits;
        let each = |rate: Option<NonZeroU32>| rate.map_or("any number".to_owned(), |rate| format!("{rate}"));
        let scheme = if self.certificate.is_some() { "https" } else { "http" };
        for listen in &self.listen {
            output::answer(&format!("listens on  {scheme}://{listen}"))?;
        }
        if let Some(dashboard) = &self.dashboard {
            output::answer(&format!("dashboard   {scheme}://{dashboard}"))?;
        }
        if self.access.is_open() {
            output::answer("callers     nobody is asked who they are")?;
        }
        for key in &self.access.keys {
            let end = key.expires.and_then(|time| format_time(time).ok()).map(|time| format!(", until {time}"));
            output::answer(&format!("caller      {}, by a key{}", key.name, end.unwrap_or_default()))?;
        }
        if self.access.tokens.is_some() {
            output::answer("callers     by tokens")?;
        }
        output::answer(&format!("access log  {}", log.display()))?;
        if let Some(AuditPlan { every, goes_on }) = self.audit {
            let then = if goes_on { "goes on" } else { "writes nothing more" };
            output::answer(&format!("audits      every {every:?}; after one that finds something the server {then}"))?;
        }
        for hook in &self.webhooks {
            output::answer(&super::webhooks::shown(hook))?;
        }
        output::answer(&format!(
            "limits      bodies of {body_bytes} bytes, answers of {answer_bytes} bytes, {waiting} events that wait, {connections} connections, {patience:?} of silence; \
             requests a second: {} from an address, {} by a caller",
            each(rates.by_address),
            each(rates.by_caller),
        ))
    }
}

/// Where requests are noted when the configuration does not say.
pub fn log_beside(ledger: &Path) -> PathBuf {
    let mut name = ledger.as_os_str().to_owned();
    name.push(".access.log");
    name.into()
}

/// A duration that is not shorter than `least`.
pub fn duration(
    configuration: &Configuration,
    text: &Placed<String>,
    least: Duration,
    such_as: &str,
) -> Result<Duration, Stop> {
    let span = parse_duration(&text.value).ok().and_then(|span| u64::try_from(span).ok()).map(Duration::from_micros);
    span.filter(|span| *span >= least).ok_or_else(|| {
        let message = format!("expected a duration such as {such_as}, of at least {least:?}, found `{}`", text.value);
        configuration.wrong_at(text, &message).into()
    })
}

/// A configuration on its way to the server.
struct Reading<'a> {
    configuration: &'a Configuration,
    loaded: &'a Loaded,
}

impl Reading<'_> {
    fn wrong<T>(&self, at: &Placed<T>, message: &str) -> Stop {
        self.configuration.wrong_at(at, message).into()
    }

    fn asked(&self, says: &Serving, plain: Asked) -> Result<Asked, Stop> {
        let open = |tls: &lwas_driver::TlsOf| {
            let (certificate, key) = (self.configuration.beside(&tls.certificate), self.configuration.beside(&tls.key));
            Certificate::open(TlsFiles { certificate, key })
                .map_err(|error| Stop::new(exit::REFUSED, error.to_string()))
        };
        Ok(Asked {
            certificate: says.tls.as_ref().map(open).transpose()?,
            access: self.access(says)?,
            access_log: says.access_log.as_ref().map(|path| self.configuration.beside(path)),
            limits: self.limits(&says.limits, plain.limits)?,
            audit: says.audit.as_ref().map(|of| self.audit(of)).transpose()?,
            webhooks: super::webhooks::asked(self.configuration, &says.webhooks, self.loaded)?,
            origin: says.external_url.clone().unwrap_or_default(),
            ..plain
        })
    }

    fn limits(&self, says: &LimitsOf, usual: Limits) -> Result<Limits, Stop> {
        let number = |given: &Option<Placed<u64>>, usual: usize, most: u64| match given {
            None => Ok(usual),
            Some(number) if (1..=most).contains(&number.value) => Ok(usize::try_from(number.value).unwrap_or(usual)),
            Some(number) => {
                Err(self.wrong(number, &format!("expected a number from 1 to {most}, found {}", number.value)))
            }
        };
        let rate = |given: &Option<Placed<u64>>, usual: Option<NonZeroU32>| match given {
            None => Ok(usual),
            Some(number) => u32::try_from(number.value).map(NonZeroU32::new).map_err(|_| {
                let message =
                    format!("expected a number of requests a second, 0 for any number, found {}", number.value);
                self.wrong(number, &message)
            }),
        };
        let patience = |text: &Placed<String>| duration(self.configuration, text, Duration::from_millis(1), "`30s`");
        Ok(Limits {
            body_bytes: number(&says.body_bytes, usual.body_bytes, 1 << 30)?,
            answer_bytes: number(&says.answer_bytes, usual.answer_bytes, 1 << 30)?,
            waiting: number(&says.waiting, usual.waiting, 1_000_000)?,
            connections: number(&says.connections, usual.connections, 1_000_000)?,
            patience: says.patience.as_ref().map_or(Ok(usual.patience), patience)?,
            rates: Rates {
                by_address: rate(&says.requests_by_address, usual.rates.by_address)?,
                by_caller: rate(&says.requests_by_caller, usual.rates.by_caller)?,
            },
        })
    }

    fn audit(&self, of: &AuditOf) -> Result<AuditPlan, Stop> {
        let goes_on = match &of.on_failure {
            None => false,
            Some(text) => match text.value.as_str() {
                "read_only" => false,
                "go_on" => true,
                other => {
                    return Err(self.wrong(text, &format!("expected `read_only` or `go_on`, found `{other}`")));
                }
            },
        };
        Ok(AuditPlan { every: duration(self.configuration, &of.every, Duration::from_secs(1), "`24h`")?, goes_on })
    }

    fn tokens(&self, of: &JwtOf, roles: &BTreeMap<&str, Role>) -> Result<Tokens, Stop> {
        let mut keys = BTreeMap::new();
        for (kid, text) in &of.keys {
            keys.insert(kid.clone(), self.public_key(text)?);
        }
        let roles = roles.iter().map(|(name, role)| ((*name).to_owned(), role.clone())).collect();
        Ok(Tokens::new(&of.audience, of.issuer.as_deref(), &keys, roles))
    }

    fn public_key(&self, text: &Placed<String>) -> Result<PublicKey, Stop> {
        if let Ok(key) = text.value.parse() {
            return Ok(key);
        }
        let path = self.configuration.beside(Path::new(&text.value));
        keys::public(&path).map_err(|why| {
            let message = format!("expected a public key, its 64 digits or the path of its file: {why}");
            self.wrong(text, &message)
        })
    }

    fn access(&self, says: &Serving) -> Result<Access, Stop> {
        let mut roles: BTreeMap<&str, Role> = BTreeMap::new();
        for name in Role::OF_EVERYBODY {
            roles.extend(Role::of_everybody(name).map(|role| (name, role)));
        }
        for (name, of) in &says.roles {
            if roles.insert(name, self.role(&of.value)?).is_some() {
                return Err(self.wrong(of, &format!("every server has a role `{name}`; give this one another name")));
            }
        }
        let keys = says.api_keys.iter().map(|key| self.key(key, &roles)).collect::<Result<_, _>>()?;
        let tokens = says.jwt.as_ref().map(|of| self.tokens(of, &roles)).transpose()?;
        Ok(Access { keys, tokens })
    }

    fn role(&self, of: &RoleOf) -> Result<Role, Stop> {
        let module = &self.loaded.program.module;
        let events: Vec<&str> =
            module.events.values().filter(|event| event.accepted).map(|event| event.name.as_str()).collect();
        let queries: Vec<&str> = module.queries.iter().map(|query| query.name.as_str()).collect();
        Ok(Role {
            events: self.names(&of.events, "accepts no event", &events)?,
            queries: self.names(&of.queries, "has no query", &queries)?,
            log: of.log,
            metrics: of.metrics,
            time: of.time,
        })
    }

    /// Names, each of which stands for something that the program has.
    fn names(&self, given: &[Placed<String>], lacks: &str, known: &[&str]) -> Result<Vec<Names>, Stop> {
        let read = |text: &Placed<String>| {
            let names = Names::read(&text.value);
            if names != Names::All && !known.iter().any(|name| names.have(name)) {
                let hint = lwas_base::hint(&text.value, known.iter().copied());
                return Err(self.wrong(text, &format!("the program {lacks} `{}`{hint}", text.value)));
            }
            Ok(names)
        };
        given.iter().map(read).collect()
    }

    fn key(&self, of: &ApiKeyOf, roles: &BTreeMap<&str, Role>) -> Result<ApiKey, Stop> {
        if !is_caller_name(&of.name.value) {
            let message = "expected the name of a caller, without spaces, such as `till-1`";
            return Err(self.wrong(&of.name, message));
        }
        let role = |name: &Placed<String>| {
            roles.get(name.value.as_str()).cloned().ok_or_else(|| {
                let hint = lwas_base::hint(&name.value, roles.keys().copied());
                self.wrong(name, &format!("there is no role `{}`{hint}", name.value))
            })
        };
        let roles = of.roles.iter().map(role).collect::<Result<Vec<_>, _>>()?;
        let hash = of.hash.value.parse().map_err(|_| {
            let message = "expected the hash of a key, 64 hexadecimal digits, which `lwasc keygen --api NAME` prints";
            self.wrong(&of.hash, message)
        })?;
        let expires = match &of.expires {
            None => None,
            Some(moment) => Some(
                parse_instant(&moment.value.0)
                    .map_err(|_| self.wrong(moment, "expected a moment such as 2027-01-31T00:00:00Z"))?,
            ),
        };
        Ok(ApiKey { name: Arc::from(of.name.value.as_str()), roles: roles.into(), hash, expires })
    }
}
