//! Ed25519 (RFC 8032): [`Signer`] holds a secret, [`PublicKey`] answers for a [`Signature`].
//!
//! Verification is strict: a signature has one encoding, keys and nonces of small order are refused, so that nobody can
//! make a second valid signature from a first or a key that agrees with everything.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use ed25519_dalek::Signer as _;
use zeroize::{Zeroize, Zeroizing};

use crate::{SealError, hex, random_bytes};

/// A secret key that signs. It is wiped from memory when dropped, and its `Debug` shows the public half only.
pub struct Signer(ed25519_dalek::SigningKey);

impl Signer {
    /// The key of this 32-byte seed (RFC 8032 calls it the private key). The caller wipes its own copy.
    #[must_use]
    pub fn from_seed(seed: &[u8; 32]) -> Signer {
        Signer(ed25519_dalek::SigningKey::from_bytes(seed))
    }

    /// A new key from the operating system's randomness.
    ///
    /// # Errors
    /// [`SealError::NoRandomness`].
    pub fn generate() -> Result<Signer, SealError> {
        let mut seed = random_bytes::<32>()?;
        let signer = Signer::from_seed(&seed);
        seed.zeroize();
        Ok(signer)
    }

    /// The key that verifies what this one signs.
    #[must_use]
    pub fn public_key(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    /// Signs `message` as it is; the caller puts a prefix before it that says what it is.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> Signature {
        Signature(self.0.sign(message).to_bytes())
    }

    /// The seed, to be written to a key file; wiped when dropped.
    pub(crate) fn seed(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.to_bytes())
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({})", self.public_key())
    }
}

/// An Ed25519 public key that was found usable. Its text is 64 hexadecimal digits; its order is that of its bytes.
#[derive(Clone, Copy)]
pub struct PublicKey(ed25519_dalek::VerifyingKey);

impl PublicKey {
    /// The key of these 32 bytes.
    ///
    /// # Errors
    /// [`SealError::NoKey`] for bytes that are no point of the curve, not its one encoding, or a point of small order.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<PublicKey, SealError> {
        let key = ed25519_dalek::VerifyingKey::from_bytes(bytes)
            .map_err(|_| SealError::NoKey { found: "no point of the curve" })?;
        if key.to_edwards().compress().as_bytes() != bytes {
            return Err(SealError::NoKey { found: "a second encoding of a point" });
        }
        if key.is_weak() {
            return Err(SealError::NoKey { found: "a point of small order, for which anybody can sign" });
        }
        Ok(PublicKey(key))
    }

    /// The 32 bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    /// Whether this key made `signature` over `message`, strictly.
    ///
    /// # Errors
    /// [`SealError::BadSignature`].
    pub fn verify_strict(&self, message: &[u8], signature: &Signature) -> Result<(), SealError> {
        let signature = ed25519_dalek::Signature::from_bytes(&signature.0);
        self.0.verify_strict(message, &signature).map_err(|_| SealError::BadSignature { key: Box::new(*self) })
    }
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &PublicKey) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl Eq for PublicKey {}

impl PartialOrd for PublicKey {
    fn partial_cmp(&self, other: &PublicKey) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for PublicKey {
    fn cmp(&self, other: &PublicKey) -> Ordering {
        self.as_bytes().cmp(other.as_bytes())
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex::write(self.as_bytes(), f)
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({self})")
    }
}

impl FromStr for PublicKey {
    type Err = SealError;

    fn from_str(text: &str) -> Result<PublicKey, SealError> {
        let mut bytes = [0; 32];
        hex::read(text, "a public key", &mut bytes)?;
        PublicKey::from_bytes(&bytes)
    }
}

/// The 64 bytes of an Ed25519 signature. Any 64 bytes may stand here: only a [`PublicKey`] can say whether they are one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Signature(pub [u8; 64]);

impl Signature {
    /// The 64 bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 64] {
        &self.0
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex::write(&self.0, f)
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signature({self})")
    }
}

impl FromStr for Signature {
    type Err = SealError;

    fn from_str(text: &str) -> Result<Signature, SealError> {
        let mut bytes = [0; 64];
        hex::read(text, "a signature", &mut bytes)?;
        Ok(Signature(bytes))
    }
}
