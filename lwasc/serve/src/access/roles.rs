//! What a role allows: events by name, queries by name, the log, the server's own numbers, and to say when an event happened.

/// What a role allows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Role {
    /// The events it may send.
    pub events: Vec<Names>,
    /// The queries it may ask.
    pub queries: Vec<Names>,
    /// Whether it may read the log.
    pub log: bool,
    /// Whether it may read the server's own numbers.
    pub metrics: bool,
    /// Whether it may say when an event happened.
    pub time: bool,
}

/// Names of events or queries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Names {
    /// All of them: `*`.
    All,
    /// Those of a module, kept with its dot: `ledger.*`.
    Within(String),
    /// This one.
    One(String),
}

impl Names {
    /// As a configuration writes them.
    pub fn read(text: &str) -> Names {
        match text.strip_suffix('*') {
            Some("") => Names::All,
            Some(module) if module.ends_with('.') => Names::Within(module.to_owned()),
            _ => Names::One(text.to_owned()),
        }
    }

    /// Whether a name is one of them.
    pub fn have(&self, name: &str) -> bool {
        match self {
            Names::All => true,
            Names::Within(module) => name.starts_with(module.as_str()),
            Names::One(one) => one == name,
        }
    }
}

impl Role {
    /// The names of the roles that every server has.
    pub const OF_EVERYBODY: [&str; 4] = ["reader", "writer", "auditor", "admin"];

    /// One of them.
    pub fn of_everybody(name: &str) -> Option<Role> {
        let all = || vec![Names::All];
        Some(match name {
            "reader" => Role { queries: all(), ..Role::default() },
            "writer" => Role { events: all(), ..Role::default() },
            "auditor" => Role { queries: all(), log: true, metrics: true, ..Role::default() },
            "admin" => Role { events: all(), queries: all(), log: true, metrics: true, time: true },
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Names, Role};

    #[test]
    fn names_are_of_a_module_or_one() {
        for (names, name, is_one) in [
            ("*", "Credit", true),
            ("ledger.*", "ledger.Open", true),
            ("ledger.*", "ledgers.Open", false),
            ("ledger.*", "Open", false),
            ("Credit", "Credit", true),
            ("Credit", "Credits", false),
            ("Cred*", "Credit", false),
        ] {
            assert_eq!(Names::read(names).have(name), is_one, "{names} {name}");
        }
    }

    #[test]
    fn every_listed_role_is_there() {
        assert!(Role::OF_EVERYBODY.iter().all(|name| Role::of_everybody(name).is_some()));
        assert_eq!(Role::of_everybody("owner"), None);
    }
}
