//! Callers that are known by a key: 256 random bits, of which the server keeps a hash alone.
//!
//! A key of so many bits can't be guessed, so its hash needs no salt and no slowness. It is compared in a time that does not tell how
//! much of it was right, with every entry, so that neither does the place of the entry.

use super::{Who, bad};
use crate::access::Role;
use crate::reply::Refusal;
use lwas_seal::Hash;
use std::sync::Arc;

/// How every key begins, so that people and scanners for secrets see what it is.
const PREFIX: &str = "lwas_";

/// A caller with a key.
#[derive(Clone, Debug)]
pub struct ApiKey {
    /// The caller's name.
    pub name: Arc<str>,
    /// What it may do.
    pub roles: Arc<[Role]>,
    /// The hash of its key.
    pub hash: Hash,
    /// When the key counts no more, in µs since 1970.
    pub expires: Option<i64>,
}

impl ApiKey {
    /// A new key.
    ///
    /// # Errors
    /// The system has no randomness to give.
    pub fn generate() -> Result<String, lwas_seal::SealError> {
        let bytes = lwas_seal::random_bytes::<32>()?;
        // Written as a hash is: 64 digits.
        Ok(format!("{PREFIX}{}", Hash(bytes)))
    }

    /// What a server keeps of a key.
    pub fn hash_of(key: &str) -> Hash {
        Hash::of(key.as_bytes())
    }
}

/// Whether a text is meant as a key.
pub fn looks_like_key(text: &str) -> bool {
    text.starts_with(PREFIX)
}

/// Whose key a text is.
pub fn find(keys: &[ApiKey], text: &str, now: i64) -> Result<Who, Refusal> {
    let hash = ApiKey::hash_of(text);
    let mut found = None;
    for key in keys {
        if key.hash.is_same_secret(&hash) && key.expires.is_none_or(|expires| now < expires) {
            found = Some(key);
        }
    }
    let key = found.ok_or_else(|| bad("the key is none of this server's, or it has expired"))?;
    Ok(Who::of(Arc::clone(&key.name), Arc::clone(&key.roles), key.expires))
}
