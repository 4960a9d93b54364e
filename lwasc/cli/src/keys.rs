//! Keys: the developer key, which is made when it is first needed and lies in the user's configuration folder with mode
//! 0600, and the files that `--key` names.

use crate::exit::{self, Done, Stop};
use etcetera::BaseStrategy;
use lwas_seal::{PublicKey, Signer};
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// Where the developer key lies.
pub fn developer_key_path() -> Result<PathBuf, Stop> {
    let base = etcetera::choose_base_strategy()
        .map_err(|_| Stop::new(exit::IO, "can't find your home folder: set HOME, or name a key with `--key`"))?;
    Ok(base.config_dir().join("lwas").join("developer.key"))
}

/// The developer key; made when there is none.
pub fn developer_key() -> Result<Signer, Stop> {
    let path = developer_key_path()?;
    if path.exists() {
        return secret_key(&path);
    }
    let signer = generate()?;
    match write_pair(&path, &signer) {
        Ok(()) => Ok(signer),
        // Somebody else made it at the same moment.
        Err(_) if path.exists() => secret_key(&path),
        Err(stop) => Err(stop),
    }
}

/// Whether this is the developer key, as far as there is one.
pub fn is_developer_key(key: PublicKey) -> bool {
    developer_key_path()
        .ok()
        .filter(|path| path.exists())
        .and_then(|path| secret_key(&path).ok())
        .is_some_and(|signer| signer.public_key() == key)
}

/// A new key from the system's randomness.
pub fn generate() -> Result<Signer, Stop> {
    Signer::generate().map_err(|error| Stop::new(exit::IO, error.to_string()))
}

/// The secret key to sign with.
pub fn signer(key: Option<&Path>) -> Result<Signer, Stop> {
    key.map_or_else(developer_key, secret_key)
}

/// The public key that must have signed an artifact: the one in the file, be that a public or a secret key.
pub fn trusted(key: Option<&Path>) -> Result<PublicKey, Stop> {
    let Some(path) = key else { return Ok(developer_key()?.public_key()) };
    let text = read(path)?;
    let public = PublicKey::from_key_file(&text);
    let found =
        public.or_else(|error| Signer::from_key_file(&text).map(|signer| signer.public_key()).map_err(|_| error));
    found.map_err(|error| Stop::new(exit::ARTIFACT, format!("{}: {error}", path.display())))
}

/// The public key in a file.
pub fn public(path: &Path) -> Result<PublicKey, Stop> {
    PublicKey::from_key_file(&read(path)?)
        .map_err(|error| Stop::new(exit::ARTIFACT, format!("{}: {error}", path.display())))
}

fn secret_key(path: &Path) -> Result<Signer, Stop> {
    let known = std::fs::metadata(path).map_err(|error| Stop::io("read", path, &error))?;
    if !known.is_file() {
        let found = if known.is_dir() { "a folder" } else { "something that is no file" };
        let message = format!("{}: expected a key file, found {found}", path.display());
        return Err(Stop::new(exit::ARTIFACT, message));
    }
    if known.permissions().mode() & 0o077 != 0 {
        let message =
            format!("{} can be read by others: a secret key needs mode 0600 (`chmod 600 {0}`)", path.display());
        return Err(Stop::new(exit::ARTIFACT, message));
    }
    let text = read(path)?;
    Signer::from_key_file(&text).map_err(|error| Stop::new(exit::ARTIFACT, format!("{}: {error}", path.display())))
}

fn read(path: &Path) -> Result<String, Stop> {
    use std::io::Read;
    const MOST: u64 = 4096;
    let file = std::fs::File::open(path).map_err(|error| Stop::io("read", path, &error))?;
    let mut text = String::new();
    match file.take(MOST).read_to_string(&mut text) {
        Ok(_) => Ok(text),
        Err(error) if error.kind() == std::io::ErrorKind::InvalidData => {
            let message = format!("{}: expected a key file, one line of text; this is binary", path.display());
            Err(Stop::new(exit::ARTIFACT, message))
        }
        Err(error) => Err(Stop::io("read", path, &error)),
    }
}

/// Writes a secret key (0600) and, beside it, the public key. Files that are there are never replaced.
pub fn write_pair(path: &Path, signer: &Signer) -> Done {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(|error| Stop::io("make the folder", folder, &error))?;
    }
    write_new(path, signer.to_key_file().as_bytes(), 0o600)?;
    write_new(&public_path(path), signer.public_key().to_key_file().as_bytes(), 0o644)
}

/// Where the public key of a secret key lies: `release.key` has `release.pub`.
pub fn public_path(path: &Path) -> PathBuf {
    path.with_extension("pub")
}

fn write_new(path: &Path, bytes: &[u8], mode: u32) -> Done {
    let opened = std::fs::OpenOptions::new().write(true).create_new(true).mode(mode).open(path);
    let written = opened.and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()));
    written.map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => Stop::new(
            exit::IO,
            format!("{} is there already: a key is never replaced; name another file", path.display()),
        ),
        _ => Stop::io("write", path, &error),
    })
}
