//! What a configuration says of a program's settings: the table `settings` of a `lwas.toml`. In comes the file, out goes for each module
//! with settings a JSON object of its fields, which is read as the data of events is, with the places of all values in the file.
//!
//! A key of `[settings]` is a field of the program's own settings, or the path of another module that has some:
//! `[settings."std.economy"]`, or `[settings.std.economy]`, which TOML reads as tables in each other. Numbers keep the digits that are
//! written, and never pass through a float.

use crate::manifest::KEYS;
use crate::{OpenError, Std, library_module};
use std::collections::BTreeMap;
use std::path::Path;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A configuration that was read.
#[derive(Debug)]
pub struct Configuration {
    pub(crate) path: String,
    pub(crate) text: String,
}

/// Settings of one module of a program.
#[derive(Clone, Copy, Debug)]
pub struct SettingsOf<'a> {
    /// The module's path; none for the program's own.
    pub module: Option<&'a str>,
    /// The names of the fields.
    pub fields: &'a [&'a str],
}

/// What a configuration says of one module's settings.
#[derive(Debug, Default)]
pub struct Table {
    /// A JSON object.
    pub json: String,
    /// Where in the file the values stand, by their path in the JSON: `max`, `tiers[0].rate`.
    places: BTreeMap<String, usize>,
    /// The key that leads to the table: `settings`, `settings."std.economy"`.
    key: String,
}

impl Table {
    /// Whether there is a key.
    pub fn says_something(&self) -> bool {
        self.places.len() > 1
    }
}

/// A table in the making.
struct Writer<'t> {
    json: String,
    places: &'t mut BTreeMap<String, usize>,
}

type Entries<'t, 'i> = Vec<(&'t str, &'t Spanned<DeValue<'i>>)>;

impl Configuration {
    /// Reads a configuration file.
    ///
    /// # Errors
    /// It is not there, is no TOML, or has keys that no configuration has.
    pub fn open(path: &Path) -> Result<Configuration, OpenError> {
        Configuration::text_of(path)?.known()
    }

    /// The same, with a text that does not lie there yet.
    ///
    /// # Errors
    /// As [`Configuration::open`].
    pub fn of_text(path: &Path, text: &str) -> Result<Configuration, OpenError> {
        Configuration { path: path.display().to_string(), text: text.to_owned() }.known()
    }

    /// Itself, if it has only keys that a configuration has.
    fn known(self) -> Result<Configuration, OpenError> {
        let configuration = self;
        let table = configuration.parse()?;
        for (key, _) in table.get_ref() {
            let (name, at) = (key.get_ref().as_ref(), key.span().start);
            if !KEYS.contains(&name) {
                let hint = lwas_base::hint(name, KEYS.into_iter());
                return Err(configuration.wrong(at, &format!("there is no key `{name}`{hint}")));
            }
        }
        Ok(configuration)
    }

    /// The text of a file of such a kind, whatever it says.
    pub(crate) fn text_of(path: &Path) -> Result<Configuration, OpenError> {
        let shown = path.display().to_string();
        let text = crate::package::configuration(path).map_err(|error| OpenError::Io { path: shown.clone(), error })?;
        Ok(Configuration { path: shown, text })
    }

    /// Whether it says something of serving.
    pub fn has_serving(&self) -> bool {
        self.parse().is_ok_and(|table| table.get_ref().contains_key("serve"))
    }

    /// What stands in it.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The file, for messages.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Whether it says something of settings.
    pub fn has_settings(&self) -> bool {
        self.parse().is_ok_and(|table| table.get_ref().contains_key("settings"))
    }

    /// The configuration of the program at a path: that of its folder, and of a module of the standard library that of the current
    /// one; none where it is a file, or there is no `lwas.toml`.
    ///
    /// # Errors
    /// As [`Configuration::open`].
    pub fn of_program(program: &Path, std: Std) -> Result<Option<Configuration>, OpenError> {
        let folder = if library_module(program, std).is_some() { Path::new("") } else { program };
        let path = folder.join("lwas.toml");
        if !program.is_file() && path.exists() { Configuration::open(&path).map(Some) } else { Ok(None) }
    }

    /// What it says of each of a program's settings; what it does not mention has an empty object.
    ///
    /// # Errors
    /// A key that is neither a field of the program's own settings nor a module with settings.
    pub fn settings(&self, all: &[SettingsOf<'_>]) -> Result<Vec<Table>, OpenError> {
        let table = self.parse()?;
        let mut own: Entries = vec![];
        let mut others: BTreeMap<String, Entries> = BTreeMap::new();
        match table.get_ref().get("settings").map(|value| (value.span().start, value.get_ref())) {
            None => {}
            Some((_, DeValue::Table(settings))) => self.divide(settings, "", all, &mut own, &mut others)?,
            Some((at, _)) => return Err(self.wrong(at, "`settings` is a table: `[settings]`")),
        }
        let one = |of: &SettingsOf| match of.module {
            None => object("settings", &own),
            Some(module) => {
                let quote = if module.contains('.') { "\"" } else { "" };
                let key = format!("settings.{quote}{module}{quote}");
                object(&key, others.get(module).map(Vec::as_slice).unwrap_or_default())
            }
        };
        Ok(all.iter().map(one).collect())
    }

    /// Hands the keys of a table to the settings that they are of. `path` is that of the table below `settings`.
    fn divide<'t, 'i>(
        &self,
        table: &'t DeTable<'i>,
        path: &str,
        all: &[SettingsOf<'_>],
        own: &mut Entries<'t, 'i>,
        others: &mut BTreeMap<String, Entries<'t, 'i>>,
    ) -> Result<(), OpenError> {
        let mine = all.iter().find(|of| of.module.is_none()).map(|of| of.fields).unwrap_or_default();
        for (key, value) in table {
            let (name, at) = (key.get_ref().as_ref(), key.span().start);
            if path.is_empty() && mine.contains(&name) {
                own.push((name, value));
                continue;
            }
            let full = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
            let modules = || all.iter().filter_map(|of| of.module);
            let within = format!("{full}.");
            match value.get_ref() {
                DeValue::Table(inner) if modules().any(|module| module == full) => {
                    others
                        .entry(full)
                        .or_default()
                        .extend(inner.iter().map(|(key, value)| (key.get_ref().as_ref(), value)));
                }
                DeValue::Table(inner) if modules().any(|module| module.starts_with(&within)) => {
                    self.divide(inner, &full, all, own, others)?;
                }
                _ if all.is_empty() => {
                    let message = format!("`settings.{full}`: the program has no `@settings`");
                    return Err(self.wrong(at, &message));
                }
                _ => {
                    let known: Vec<&str> = mine.iter().copied().chain(modules()).collect();
                    let list = || known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
                    let help = match lwas_base::near(&full, known.iter().copied()) {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => format!("it has {}", list()),
                    };
                    let message = format!("`settings.{full}`: the program has no such setting; {help}");
                    return Err(self.wrong(at, &message));
                }
            }
        }
        Ok(())
    }

    /// What is wrong at a path of a table's JSON, as a reader of the JSON has found it.
    pub fn misfit(&self, table: &Table, path: &str, message: &str) -> OpenError {
        // The nearest that is there: a field that is missing has no place of its own.
        let mut known = path;
        let at = loop {
            match table.places.get(known) {
                Some(at) => break *at,
                None => known = &known[..known.rfind(['.', '[']).unwrap_or(0)],
            }
        };
        let shown = if path.is_empty() { table.key.clone() } else { format!("{}.{path}", table.key) };
        self.wrong(at, &format!("`{shown}`: {message}"))
    }

    /// That another configuration has said something of the same settings.
    pub fn said_before(&self, table: &Table, first: &Configuration) -> OpenError {
        let at = table.places.get("").copied().unwrap_or(0);
        self.wrong(
            at,
            &format!("`{}`: {} says something of the same settings; say it in one of them", table.key, first.path),
        )
    }

    pub(crate) fn parse(&self) -> Result<Spanned<DeTable<'_>>, OpenError> {
        DeTable::parse(&self.text).map_err(|mut error| {
            error.set_input(Some(&self.text));
            OpenError::Manifest { path: self.path.clone(), message: error.to_string().trim_end().to_owned() }
        })
    }

    /// An error at a byte of the file.
    pub(crate) fn wrong(&self, at: usize, message: &str) -> OpenError {
        let before = self.text.get(..at).unwrap_or(&self.text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        OpenError::Manifest { path: format!("{}:{line}:{column}", self.path), message: message.to_owned() }
    }
}

fn object(key: &str, entries: &[(&str, &Spanned<DeValue<'_>>)]) -> Table {
    let first = entries.first().map_or(0, |(_, value)| value.span().start);
    let mut places = BTreeMap::from([(String::new(), first)]);
    let mut writer = Writer { json: String::new(), places: &mut places };
    writer.object(entries.iter().copied(), "");
    Table { json: writer.json, places, key: key.to_owned() }
}

impl Writer<'_> {
    fn object<'t, 'i: 't>(&mut self, entries: impl Iterator<Item = (&'t str, &'t Spanned<DeValue<'i>>)>, path: &str) {
        self.json.push('{');
        for (number, (name, value)) in entries.enumerate() {
            if number > 0 {
                self.json.push(',');
            }
            self.text(name);
            self.json.push(':');
            let plain = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            let segment = if plain { name.to_owned() } else { format!("[{}]", serde_json::Value::from(name)) };
            let dot = if path.is_empty() || !plain { "" } else { "." };
            self.value(value, &format!("{path}{dot}{segment}"));
        }
        self.json.push('}');
    }

    fn value(&mut self, value: &Spanned<DeValue<'_>>, path: &str) {
        self.places.insert(path.to_owned(), value.span().start);
        match value.get_ref() {
            DeValue::String(text) => self.text(text),
            DeValue::Boolean(bit) => self.json.push_str(if *bit { "true" } else { "false" }),
            DeValue::Integer(number) => match (number.radix(), i128::from_str_radix(number.as_str(), number.radix())) {
                (10, _) | (_, Err(_)) => self.number(number.as_str()),
                (_, Ok(number)) => self.number(&number.to_string()),
            },
            DeValue::Float(number) => self.number(number.as_str()),
            DeValue::Datetime(time) => self.text(&time.to_string()),
            DeValue::Array(list) => {
                self.json.push('[');
                for (number, element) in list.iter().enumerate() {
                    if number > 0 {
                        self.json.push(',');
                    }
                    self.value(element, &format!("{path}[{number}]"));
                }
                self.json.push(']');
            }
            DeValue::Table(table) => {
                self.object(table.iter().map(|(key, value)| (key.get_ref().as_ref(), value)), path);
            }
        }
    }

    /// A number as JSON writes it; what JSON has no number for, such as `nan`, is a text, which no field takes.
    fn number(&mut self, text: &str) {
        let digits: String = text.chars().filter(|c| *c != '_').collect();
        let plain = digits.strip_prefix('+').unwrap_or(&digits);
        if plain.ends_with(|c: char| c.is_ascii_digit()) { self.json.push_str(plain) } else { self.text(plain) }
    }

    fn text(&mut self, text: &str) {
        self.json.push_str(&serde_json::Value::from(text).to_string());
    }
}

#[cfg(test)]
mod tests {
    use super::{Configuration, SettingsOf};

    fn read(text: &str, all: &[SettingsOf<'_>]) -> Result<Vec<String>, String> {
        let configuration = Configuration { path: "lwas.toml".into(), text: text.into() };
        let tables = configuration.settings(all).map_err(|error| error.to_string())?;
        Ok(tables.into_iter().map(|table| table.json).collect())
    }

    const OWN: SettingsOf<'static> = SettingsOf { module: None, fields: &["a", "b"] };
    const ECONOMY: SettingsOf<'static> = SettingsOf { module: Some("std.economy"), fields: &["a"] };

    #[test]
    fn values_keep_what_is_written() {
        for (toml, json) in [
            ("0.10", "0.10"),
            ("+1_000.50", "1000.50"),
            ("-0", "-0"),
            ("9_007_199_254_740_993.0000000000000001", "9007199254740993.0000000000000001"),
            ("5e-3", "5e-3"),
            ("0xff", "255"),
            ("0b1010", "10"),
            ("inf", "\"inf\""),
            ("-nan", "\"-nan\""),
            ("2026-01-25", "\"2026-01-25\""),
            ("2026-01-25T10:00:00.25Z", "\"2026-01-25T10:00:00.25Z\""),
            ("'a \"b\"'", r#""a \"b\"""#),
            ("[1, { x = true, \"y z\" = [] }]", r#"[1,{"x":true,"y z":[]}]"#),
        ] {
            assert_eq!(read(&format!("settings.a = {toml}"), &[OWN]), Ok(vec![format!("{{\"a\":{json}}}")]), "{toml}");
        }
    }

    #[test]
    fn tables_are_divided_among_modules() {
        let all = [ECONOMY, OWN];
        let both = Ok(vec![r#"{"a":1}"#.to_owned(), r#"{"b":{"a":2}}"#.to_owned()]);
        for text in [
            "[settings]\nb = { a = 2 }\n[settings.\"std.economy\"]\na = 1",
            "[settings.b]\na = 2\n[settings.std.economy]\na = 1",
        ] {
            assert_eq!(read(text, &all), both, "{text}");
        }
        assert_eq!(read("name = \"shop\"", &all), Ok(vec!["{}".to_owned(), "{}".to_owned()]));
    }

    #[test]
    fn what_nobody_takes_is_told_with_its_place() {
        let refused = |text, all: &[SettingsOf<'_>]| read(text, all).expect_err("nobody takes it");
        let none = refused("\n[settings]\na = 1", &[]);
        assert_eq!(none, "lwas.toml:3:1: `settings.a`: the program has no `@settings`");
        let module = refused("[settings.std.econmy]\na = 1", &[OWN, ECONOMY]);
        assert_eq!(
            module,
            "lwas.toml:1:15: `settings.std.econmy`: the program has no such setting; did you mean `std.economy`?"
        );
        let field = refused("settings.std = 1", &[OWN, ECONOMY]);
        assert_eq!(
            field,
            "lwas.toml:1:10: `settings.std`: the program has no such setting; it has `a`, `b`, `std.economy`"
        );
    }
}
