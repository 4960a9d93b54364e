//! What a `lwas.toml` says of the package itself: its name and version, its entry, who signs it, and what it depends on. In comes the file,
//! out goes a [`Manifest`] with the places of its dependencies. Settings and serving have readers of their own.

use crate::{Configuration, OpenError};
use semver::Version;
use std::path::PathBuf;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The keys that a `lwas.toml` may have.
pub(crate) const KEYS: [&str; 9] =
    ["name", "version", "description", "license", "entry", "keys", "dependencies", "settings", "serve"];

/// A package as its `lwas.toml` describes it.
#[derive(Clone, Debug)]
pub struct Manifest {
    /// Its name.
    pub name: String,
    /// Its version, by which nothing is chosen: it is told to people.
    pub version: Option<Version>,
    /// The entry file, relative to the folder.
    pub entry: Option<PathBuf>,
    /// The secret key that signs it, relative to the folder.
    pub sign: Option<PathBuf>,
    /// What it depends on, in order of name.
    pub dependencies: Vec<Declared>,
}

/// A dependency as it is declared.
#[derive(Clone, Debug)]
pub struct Declared {
    /// The package's name, which is how modules name it.
    pub name: String,
    /// Where it is.
    pub from: From,
    /// The byte of the file at which it is declared.
    pub(crate) at: usize,
}

/// Where a dependency is. Paths are relative to the folder of the `lwas.toml`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum From {
    /// A folder with a package.
    Path(PathBuf),
    /// A signed artifact, and the public key that must have signed it.
    Artifact {
        /// The artifact.
        file: PathBuf,
        /// The key's file.
        key: PathBuf,
    },
}

type Entry<'t, 'i> = &'t Spanned<DeValue<'i>>;

impl Manifest {
    /// Reads what a configuration says of its package.
    ///
    /// # Errors
    /// There is no name, or a value that does not fit its key.
    pub fn read(configuration: &Configuration) -> Result<Manifest, OpenError> {
        let table = configuration.parse()?;
        let table = Reader { configuration, table: table.get_ref(), key: "" };
        let name = table.text("name")?.ok_or_else(|| {
            configuration.wrong(0, "there is no `name`; a package has one, such as `name = \"marketplace\"`")
        })?;
        if !is_name(name) {
            return Err(table.wrong("name", &format!("`name` is in snake_case, such as `marketplace`, not `{name}`")));
        }
        table.text("description")?;
        table.text("license")?;
        let sign = match table.inner("keys")? {
            Some(keys) => {
                keys.only(&["sign"])?;
                keys.path("sign")?
            }
            None => None,
        };
        let (name, version) = (name.to_owned(), table.version()?);
        Ok(Manifest { name, version, entry: table.path("entry")?, sign, dependencies: table.dependencies()? })
    }
}

/// A table of the file.
struct Reader<'t, 'i> {
    configuration: &'t Configuration,
    table: &'t DeTable<'i>,
    /// The key that leads to it, with a dot behind it.
    key: &'t str,
}

impl<'t, 'i> Reader<'t, 'i> {
    fn value(&self, key: &str) -> Option<Entry<'t, 'i>> {
        self.table.get(key)
    }

    fn wrong(&self, key: &str, message: &str) -> OpenError {
        self.configuration.wrong(self.value(key).map_or(0, |value| value.span().start), message)
    }

    fn misfit(&self, key: &str, expected: &str) -> OpenError {
        let found = self.value(key).map_or("nothing", |value| kind(value.get_ref()));
        self.wrong(key, &format!("`{}{key}`: expected {expected}, found {found}", self.key))
    }

    fn text(&self, key: &str) -> Result<Option<&'t str>, OpenError> {
        match self.value(key).map(Spanned::get_ref) {
            None => Ok(None),
            Some(DeValue::String(text)) => Ok(Some(text.as_ref())),
            Some(_) => Err(self.misfit(key, "a text")),
        }
    }

    fn path(&self, key: &str) -> Result<Option<PathBuf>, OpenError> {
        match self.text(key)? {
            Some("") => Err(self.wrong(key, &format!("`{}{key}` is empty: expected a path", self.key))),
            text => Ok(text.map(PathBuf::from)),
        }
    }

    fn version(&self) -> Result<Option<Version>, OpenError> {
        let Some(text) = self.text("version")? else { return Ok(None) };
        let version = Version::parse(text).map_err(|error| {
            let message = format!("`version`: expected one such as `1.0.0`, found `{text}`: {error}");
            self.wrong("version", &message)
        })?;
        Ok(Some(version))
    }

    fn inner(&self, key: &'static str) -> Result<Option<Reader<'t, 'i>>, OpenError> {
        let dotted = match key {
            "keys" => "keys.",
            _ => "dependencies.",
        };
        match self.value(key).map(Spanned::get_ref) {
            None => Ok(None),
            Some(DeValue::Table(table)) => Ok(Some(Reader { table, key: dotted, ..*self })),
            Some(_) => Err(self.misfit(key, "a table")),
        }
    }

    /// Refuses keys that the table has not.
    fn only(&self, known: &[&str]) -> Result<(), OpenError> {
        let unknown = self.table.iter().find(|(key, _)| !known.contains(&key.get_ref().as_ref()));
        let Some((key, _)) = unknown else { return Ok(()) };
        let (name, at) = (key.get_ref().as_ref(), key.span().start);
        let hint = lwas_base::hint(name, known.iter().copied());
        Err(self.configuration.wrong(at, &format!("there is no key `{}{name}`{hint}", self.key)))
    }

    fn dependencies(&self) -> Result<Vec<Declared>, OpenError> {
        let Some(table) = self.inner("dependencies")? else { return Ok(vec![]) };
        let mut list = vec![];
        for (key, value) in table.table {
            let (name, at) = (key.get_ref().to_string(), key.span().start);
            if !is_name(&name) {
                let message = format!("a package's name is in snake_case, such as `fees`, not `{name}`");
                return Err(self.configuration.wrong(at, &message));
            }
            let reserved = ["std", "lwas", "sqlite"].contains(&name.as_str())
                || ["lwas_", "sqlite_"].iter().any(|prefix| name.starts_with(prefix));
            if reserved {
                return Err(self
                    .configuration
                    .wrong(at, &format!("`{name}` can't be a package: the name is taken by LwaS itself")));
            }
            let full = format!("dependencies.{name}.");
            let DeValue::Table(inner) = value.get_ref() else { return Err(table.misfit(&name, SOURCES)) };
            let inner = Reader { table: inner, key: &full, ..*self };
            list.push(Declared { from: inner.source(&name, at)?, name, at });
        }
        list.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(list)
    }

    fn source(&self, name: &str, at: usize) -> Result<From, OpenError> {
        self.only(&["path", "artifact", "key"])?;
        match (self.path("path")?, self.path("artifact")?, self.path("key")?) {
            (Some(path), None, None) => Ok(From::Path(path)),
            (None, Some(file), Some(key)) => Ok(From::Artifact { file, key }),
            (None, Some(_), None) => {
                let message = format!("`{name}` needs a `key`: the public key that must have signed the artifact");
                Err(self.configuration.wrong(at, &message))
            }
            _ => Err(self.configuration.wrong(at, &format!("`{name}`: expected {SOURCES}"))),
        }
    }
}

/// What a dependency is.
const SOURCES: &str = "`{ path = \"…\" }` or `{ artifact = \"….lwx\", key = \"….pub\" }`";

fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "`true` or `false`",
        DeValue::Datetime(_) => "a time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// Whether it can be a package's name, or a part of a module's path.
pub(crate) fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::{From, Manifest};
    use crate::Configuration;

    fn read(text: &str) -> Result<Manifest, String> {
        let configuration = Configuration { path: "lwas.toml".into(), text: text.into() };
        Manifest::read(&configuration).map_err(|error| error.to_string())
    }

    #[test]
    fn a_manifest_tells_what_the_package_depends_on() {
        let text = "name = \"shop\"\nversion = \"1.2.0\"\n[keys]\nsign = \"k.key\"\n[dependencies]\n\
                    tax = { artifact = \"v/tax.lwx\", key = \"v/tax.pub\" }\nfees.path = \"../fees\"\n";
        let manifest = read(text).expect("it is right");
        assert_eq!(manifest.version.map(|version| version.to_string()).as_deref(), Some("1.2.0"));
        assert_eq!(manifest.sign, Some("k.key".into()));
        let found: Vec<_> = manifest.dependencies.into_iter().map(|one| (one.name, one.from)).collect();
        let tax = From::Artifact { file: "v/tax.lwx".into(), key: "v/tax.pub".into() };
        assert_eq!(found, [("fees".to_owned(), From::Path("../fees".into())), ("tax".to_owned(), tax)]);
    }

    #[test]
    fn what_does_not_fit_is_told_with_its_place() {
        for (text, message) in [
            (
                "version = \"1.0.0\"",
                "lwas.toml:1:1: there is no `name`; a package has one, such as `name = \"marketplace\"`",
            ),
            ("name = 7", "lwas.toml:1:8: `name`: expected a text, found a number"),
            ("name = \"Shop\"", "lwas.toml:1:8: `name` is in snake_case, such as `marketplace`, not `Shop`"),
            ("name = \"a\"\ndependencies = 1", "lwas.toml:2:16: `dependencies`: expected a table, found a number"),
            ("name = \"a\"\nkeys.sing = \"k\"", "lwas.toml:2:6: there is no key `keys.sing`; did you mean `sign`?"),
            (
                "name = \"a\"\ndependencies.b = { pth = \"x\" }",
                "lwas.toml:2:20: there is no key `dependencies.b.pth`; did you mean `path`?",
            ),
            (
                "name = \"a\"\ndependencies.std = { path = \"x\" }",
                "lwas.toml:2:14: `std` can't be a package: the name is taken by LwaS itself",
            ),
            (
                "name = \"a\"\ndependencies.b = { artifact = \"x\" }",
                "lwas.toml:2:14: `b` needs a `key`: the public key that must have signed the artifact",
            ),
        ] {
            assert_eq!(read(text).expect_err("it does not fit"), message, "{text}");
        }
        let version = read("name = \"a\"\nversion = \"1.0\"").expect_err("it is too short");
        assert!(
            version.starts_with("lwas.toml:2:11: `version`: expected one such as `1.0.0`, found `1.0`"),
            "{version}"
        );
    }
}
