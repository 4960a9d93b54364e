//! What a configuration says of serving a program, made into what the server is given: each name and number is held against the
//! program, and what is wrong is told with its place in the file.

use super::program::Loaded;
use crate::exit::{self, Stop};
use crate::keys;
use lwas_driver::{ApiKeyOf, Configuration, Placed, RoleOf, Serving};
use lwas_exact::calendar::parse_time;
use lwas_serve::{Access, ApiKey, Names, Role, is_caller_name};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

/// What is asked of the server.
pub struct Asked {
    /// Where it listens.
    pub listen: SocketAddr,
    /// How callers are known.
    pub access: Access,
}

/// The configuration that counts: the file that was named, else that of the program's folder.
pub fn read(program: &Path, file: Option<&Path>) -> Result<(Option<Configuration>, Serving), Stop> {
    let configuration = match file {
        Some(file) => Some(Configuration::open(file)?),
        None => Configuration::of_program(program, lwas_std::MODULES)?,
    };
    let says = configuration.as_ref().map(Configuration::serving).transpose()?.unwrap_or_default();
    Ok((configuration, says))
}

/// What it asks of the server of a program. `listen` is an address that the command line has named, `usual` the one where nobody says.
pub fn asked(
    (listen, usual): (Option<SocketAddr>, SocketAddr),
    configuration: Option<&Configuration>,
    says: &Serving,
    loaded: &Loaded,
) -> Result<Asked, Stop> {
    let access = match configuration {
        Some(configuration) => Reading { configuration, loaded }.access(says)?,
        None => Access::default(),
    };
    let listen = match (listen, &says.listen, configuration) {
        (Some(listen), _, _) => listen,
        (None, Some(text), Some(configuration)) => text.value.parse().map_err(|_| {
            let message = format!("expected an address and a port, such as `127.0.0.1:8891`, found `{}`", text.value);
            configuration.wrong_at(text, &message)
        })?,
        _ => usual,
    };
    let asked = Asked { listen, access };
    if !listen.ip().is_loopback() {
        asked.may_leave_this_machine(loaded)?;
    }
    Ok(asked)
}

impl Asked {
    /// Whether others than this machine may reach the server.
    fn may_leave_this_machine(&self, loaded: &Loaded) -> Result<(), Stop> {
        let mut missing = vec!["a certificate"];
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
        let message =
            format!("{} is reached from other machines. To listen there, the server needs{list}", self.listen);
        Err(Stop::new(exit::REFUSED, message))
    }
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
        Ok(Access { keys })
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
                parse_time(&moment.value.0)
                    .map_err(|_| self.wrong(moment, "expected a moment such as 2027-01-31T00:00:00Z"))?,
            ),
        };
        Ok(ApiKey { name: Arc::from(of.name.value.as_str()), roles: roles.into(), hash, expires })
    }
}
