//! The lock file: what the packages of a program were when it was last built, so that a change of one of them is seen. In come packages,
//! or the text of a file, out go the other, and the differences of two. Nothing is chosen by it: it tells, and holds to what it tells.

use super::{Dependency, Packages, Source};
use crate::{Configuration, OpenError};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// The file's name, beside the `lwas.toml`.
pub const LOCK_FILE: &str = "lwas.lock";

/// The version of the format that is written, and the newest that is read.
const VERSION: u32 = 1;

/// What stands on top.
const COMMENT: &str = "# Written by lwasc: what the packages were that this one was built with. Keep it with the sources; do not edit it.\n";

/// What packages were.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lock {
    version: u32,
    /// In order of name.
    #[serde(default)]
    package: Vec<Locked>,
}

/// What a package was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Locked {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
    /// `path`, `artifact`, or `carried` by the artifact of another package.
    source: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    artifact: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    signer: Option<String>,
    hash: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    dependencies: Vec<String>,
}

/// What is not as a lock file says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The package.
    pub name: String,
    /// In words, a sentence without its end.
    pub told: String,
    /// Whether it is another artifact, or another signer, than was once accepted: that is never taken without being asked for.
    pub is_pinned: bool,
}

impl Lock {
    /// What packages are now.
    pub fn of(packages: &Packages) -> Lock {
        Lock { version: VERSION, package: packages.iter().map(locked).collect() }
    }

    /// The lock file in a package's folder, if there is one.
    ///
    /// # Errors
    /// It can't be read, or was not written by this `lwasc` or an older one.
    pub fn read(folder: &Path) -> Result<Option<Lock>, OpenError> {
        let path = folder.join(LOCK_FILE);
        if !path.exists() {
            return Ok(None);
        }
        let configuration = Configuration::text_of(&path)?;
        let lock: Lock = toml::from_str(&configuration.text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            let message = format!("{}; delete it, and have it written anew", error.message().trim_end());
            configuration.wrong(at, &message)
        })?;
        if lock.version != VERSION {
            let message = format!("it has version {}, and this `lwasc` knows {VERSION}", lock.version);
            return Err(configuration.wrong(0, &message));
        }
        Ok(Some(lock))
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.package.is_empty()
    }

    /// How many packages are in it.
    pub fn len(&self) -> usize {
        self.package.len()
    }

    /// The file's text.
    pub fn text(&self) -> String {
        let text = toml::to_string(self).expect("texts and numbers always have a TOML form");
        format!("{COMMENT}{text}")
    }

    /// What is now another than it was, in order of name.
    pub fn differences(&self, now: &Lock) -> Vec<Difference> {
        let find = |lock: &Lock, name: &str| lock.package.iter().find(|one| one.name == name).cloned();
        let mut names: Vec<&str> = self.package.iter().chain(&now.package).map(|one| one.name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        names.into_iter().filter_map(|name| difference(find(self, name), find(now, name))).collect()
    }
}

fn locked(package: &Dependency) -> Locked {
    let mut locked = Locked {
        name: package.name.clone(),
        version: package.version.as_ref().map(ToString::to_string),
        source: package.source.kind().to_owned(),
        path: None,
        by: None,
        artifact: None,
        signer: None,
        hash: package.hash.to_string(),
        dependencies: package.dependencies.clone(),
    };
    match &package.source {
        Source::Path(path) => locked.path = Some(path.clone()),
        Source::Artifact { path, hash, signer } => {
            locked.path = Some(path.clone());
            locked.artifact = Some(hash.to_string());
            locked.signer = Some(signer.to_string());
        }
        Source::Carried { by } => locked.by = Some(by.clone()),
    }
    locked
}

fn difference(was: Option<Locked>, is: Option<Locked>) -> Option<Difference> {
    let name = was.as_ref().or(is.as_ref()).map(|one| one.name.clone()).unwrap_or_default();
    let (told, is_pinned) = match (was, is) {
        (Some(was), Some(is)) if was == is => return None,
        (None, Some(is)) => (format!("`{}` is new", is.name), false),
        (Some(was), None) => (format!("`{}` is gone", was.name), false),
        (Some(was), Some(is)) => {
            let name = &is.name;
            let changed = |what: &str, was: &Option<String>, is: &Option<String>| {
                let (Some(was), Some(is)) = (was, is) else { return None };
                (was != is).then(|| format!("`{name}` has another {what}: {was} was accepted, {is} is there"))
            };
            if let Some(told) = changed("signer", &was.signer, &is.signer) {
                (told, true)
            } else if let Some(told) = changed("artifact", &was.artifact, &is.artifact) {
                (told, true)
            } else if was.source != is.source {
                (format!("`{name}` came as {}, and comes as {}", was.source, is.source), was.artifact.is_some())
            } else if was.version != is.version {
                let shown = |version: Option<String>| version.unwrap_or_else(|| "none".to_owned());
                (format!("`{name}` had version {}, and has {}", shown(was.version), shown(is.version)), false)
            } else if was.hash != is.hash {
                (format!("`{name}` has another content: {} was there, {} is", short(&was.hash), short(&is.hash)), false)
            } else {
                (format!("`{name}` comes from another place, or depends on others"), false)
            }
        }
        (None, None) => return None,
    };
    Some(Difference { name, told, is_pinned })
}

/// So much of a hash as people compare.
pub fn short(hash: &str) -> &str {
    hash.get(..12).unwrap_or(hash)
}

#[cfg(test)]
mod tests {
    use super::{Lock, Locked};

    fn one(artifact: Option<&str>, signer: Option<&str>, hash: &str) -> Lock {
        let some = |text: Option<&str>| text.map(str::to_owned);
        let package = Locked {
            name: "fees".to_owned(),
            version: None,
            source: if artifact.is_some() { "artifact" } else { "path" }.to_owned(),
            path: Some("../fees".to_owned()),
            by: None,
            artifact: some(artifact),
            signer: some(signer),
            hash: hash.to_owned(),
            dependencies: vec![],
        };
        Lock { version: 1, package: vec![package] }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let lock = one(Some("aa"), Some("bb"), "cc");
        assert!(lock.text().starts_with("# Written by lwasc"));
        assert_eq!(toml::from_str(&lock.text()), Ok(lock));
    }

    #[test]
    fn another_artifact_or_signer_is_pinned_and_another_content_is_not() {
        let told = |was: Lock, is: Lock| {
            was.differences(&is).into_iter().map(|one| (one.told, one.is_pinned)).collect::<Vec<_>>()
        };
        assert_eq!(told(one(None, None, "cc"), one(None, None, "cc")), []);
        let content = "`fees` has another content: cc was there, dd is".to_owned();
        assert_eq!(told(one(None, None, "cc"), one(None, None, "dd")), [(content, false)]);
        let artifact = "`fees` has another artifact: aa was accepted, ab is there".to_owned();
        assert_eq!(told(one(Some("aa"), Some("bb"), "cc"), one(Some("ab"), Some("bb"), "dd")), [(artifact, true)]);
        let signer = "`fees` has another signer: bb was accepted, be is there".to_owned();
        assert_eq!(told(one(Some("aa"), Some("bb"), "cc"), one(Some("ab"), Some("be"), "cc")), [(signer, true)]);
        let kind = "`fees` came as artifact, and comes as path".to_owned();
        assert_eq!(told(one(Some("aa"), Some("bb"), "cc"), one(None, None, "cc")), [(kind, true)]);
    }
}
