//! The sealed file: a program as ir and native code, hashed and signed. `spec/artifact-format.md` defines every byte.
//!
//! In comes a [`Draft`] (a module, what compiled it, objects), out go the bytes of an artifact. Back again there are two
//! steps, so that nothing is executed that was not looked at: [`Sealed::parse`] takes the file apart, [`Sealed::verify`] checks
//! the signature, reads the ir strictly and has its verifier pass it. Only the [`Verified`] that it gives hands on a module.
//!
//! Bytes come from anywhere: nothing here panics on them, and nothing is allocated for what they only claim.
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::panic))]

mod draft;
mod error;
mod manifest;
mod schema;
mod sealed;
mod sources;
mod wire;

pub use draft::{Draft, seal};
pub use error::ArtifactError;
pub use manifest::Manifest;
pub use schema::{Schema, schema};
pub use sealed::{Sealed, Verified};
pub use sources::{Origin, SourceText, Sources};
pub use wire::{decode_module, encode_module};

use lwas_seal::Hash;

/// The version of the format that this crate writes, and the newest that it reads.
pub const FORMAT_VERSION: u32 = 1;

/// The most bytes of an artifact.
pub const MAX_ARTIFACT_BYTES: usize = 256 << 20;

/// The first bytes of an artifact.
const MAGIC: &[u8; 8] = b"LwaS-lwx";

/// The first bytes of the signature block.
const SIGNATURE_MAGIC: &[u8; 8] = b"LwaS-sig";

/// Magic, version and the body's length.
const HEADER_BYTES: usize = 8 + 4 + 8;

/// Magic, public key, signature.
const SIGNATURE_BLOCK_BYTES: usize = 8 + 32 + 64;

/// What stands before the hash in the message that is signed, so that a signature can't be taken for one of something else.
const SIGNED_PREFIX: &[u8; 16] = b"lwas-artifact-v1";

/// The message that is signed for a body.
fn signed_message(hash: &Hash) -> Vec<u8> {
    [SIGNED_PREFIX.as_slice(), hash.as_bytes()].concat()
}
