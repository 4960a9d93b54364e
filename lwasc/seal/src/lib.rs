//! Hashing and signing: BLAKE3, Ed25519 and the system's randomness stop here.
//!
//! In come bytes and key files; out go [`Hash`], [`Signature`] and the answer whether a signature is good. What is
//! signed, and under which prefix, is the business of the crate that calls: this leaf knows nothing of artifacts,
//! ledgers or events, so that each of the three primitives can be replaced in one place.

mod hash;
mod hex;
mod key;
mod keyfile;

pub use hash::{Hash, Hasher};
pub use key::{PublicKey, Signature, Signer};
pub use keyfile::{PUBLIC_KEY_LABEL, SECRET_KEY_LABEL};
pub use zeroize::Zeroizing;

/// What can go wrong between text or bytes from outside and a hash, key or signature.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SealError {
    /// A text that should be hexadecimal digits has the wrong number of characters.
    #[error("expected {what} of {expected} hexadecimal digits, found {found} characters")]
    Length {
        /// What the text should have been, with its article.
        what: &'static str,
        /// The digits it should have.
        expected: usize,
        /// The characters it has.
        found: usize,
    },
    /// A text has the right length and a character that is no lower-case hexadecimal digit.
    #[error("expected {what} in hexadecimal digits `0-9a-f`, found {found:?} as character {at}")]
    Digit {
        /// What the text should have been, with its article.
        what: &'static str,
        /// The character's place, counted from 1.
        at: usize,
        /// The character; a secret's own digits are never in here, as they are legal.
        found: char,
    },
    /// A key file does not hold exactly one line.
    #[error("expected a key file with one line `{label} <64 hexadecimal digits>`, found {found}")]
    KeyFile {
        /// The first word the line should have.
        label: &'static str,
        /// What is there instead, in words.
        found: &'static str,
    },
    /// A key file of the other kind: a public key where a secret one is needed, or the reverse.
    #[error("expected a key file of kind `{expected}`, found one of kind `{found}`")]
    KeyKind {
        /// The first word the line should have.
        expected: &'static str,
        /// The first word that it has.
        found: &'static str,
    },
    /// 32 bytes that are no usable Ed25519 public key: no point, not the one encoding of it, or of small order.
    #[error("expected an Ed25519 public key, found 32 bytes that are {found}")]
    NoKey {
        /// What the bytes are instead, in words.
        found: &'static str,
    },
    /// A signature that this key did not make over these bytes.
    #[error("the signature was not made by key `{key}` over these bytes")]
    BadSignature {
        /// The key that was asked.
        key: Box<PublicKey>,
    },
    /// The operating system gave no randomness.
    #[error("the operating system gave no random bytes: {reason}")]
    NoRandomness {
        /// Its own words.
        reason: String,
    },
}

/// `N` bytes from the operating system's source of randomness, fit for keys and identifiers.
///
/// # Errors
/// [`SealError::NoRandomness`] where the system has none to give.
pub fn random_bytes<const N: usize>() -> Result<[u8; N], SealError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| SealError::NoRandomness { reason: error.to_string() })?;
    Ok(bytes)
}

/// Reads exactly `2 * N` lower-case hexadecimal digits; `what` names the value in errors, with its article.
///
/// # Errors
/// [`SealError::Length`] or [`SealError::Digit`].
pub fn bytes_from_hex<const N: usize>(text: &str, what: &'static str) -> Result<[u8; N], SealError> {
    let mut bytes = [0; N];
    hex::read(text, what, &mut bytes)?;
    Ok(bytes)
}
