//! [`Hash`]: 32 bytes of BLAKE3, in one call or by parts.
//!
//! BLAKE3 as of its specification (https://github.com/BLAKE3-team/BLAKE3-specs), plain mode, 32 bytes of output.

use std::fmt;
use std::str::FromStr;

use crate::{SealError, hex};

/// A BLAKE3 hash. Its text is 64 lower-case hexadecimal digits; its order is that of its bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// 32 zero bytes: stands where there is nothing to name, as before the first entry of a chain.
    pub const ZERO: Hash = Hash([0; 32]);

    /// The hash of `bytes`.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Hash {
        Hash(*blake3::hash(bytes).as_bytes())
    }

    /// Whether both are the same, in a time that tells nothing of where they differ: for hashes of secrets.
    #[must_use]
    pub fn is_same_secret(&self, other: &Hash) -> bool {
        blake3::Hash::from_bytes(self.0) == blake3::Hash::from_bytes(other.0)
    }

    /// The 32 bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex::write(&self.0, f)
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}

impl FromStr for Hash {
    type Err = SealError;

    fn from_str(text: &str) -> Result<Hash, SealError> {
        let mut bytes = [0; 32];
        hex::read(text, "a hash", &mut bytes)?;
        Ok(Hash(bytes))
    }
}

/// A hash in the making. Parts are joined without a border between them: who hashes parts of varying length
/// writes the lengths too.
#[derive(Clone, Default)]
pub struct Hasher(blake3::Hasher);

impl Hasher {
    /// A hasher that has seen nothing.
    #[must_use]
    pub fn new() -> Hasher {
        Hasher::default()
    }

    /// Takes `bytes` in after what came before.
    pub fn update(&mut self, bytes: &[u8]) -> &mut Hasher {
        self.0.update(bytes);
        self
    }

    /// The hash of all that was taken in.
    #[must_use]
    pub fn finish(&self) -> Hash {
        Hash(*self.0.finalize().as_bytes())
    }
}
