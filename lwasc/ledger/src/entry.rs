//! One entry of the log, and the hash that chains it to the one before.
//!
//! The bytes that are hashed are defined in `spec/ledger-format.md`, with vectors. The body goes in by its own hash, so
//! that a body can be erased one day while the chain still verifies.

use std::fmt;
use std::str::FromStr;

use lwas_seal::{Hash, Hasher, SealError};

/// The first bytes of what is hashed: names the format and keeps these hashes apart from all others.
const ENTRY_VERSION: &[u8; 13] = b"lwas-entry-v1";

/// What tells one ledger from another: 16 random bytes, hashed into every entry, so that entries can't be carried over.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LedgerId(pub [u8; 16]);

impl LedgerId {
    /// A new one from the operating system's randomness.
    ///
    /// # Errors
    /// [`SealError::NoRandomness`].
    pub fn random() -> std::result::Result<LedgerId, SealError> {
        Ok(LedgerId(lwas_seal::random_bytes()?))
    }
}

impl fmt::Display for LedgerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for LedgerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LedgerId({self})")
    }
}

/// What an entry records. The numbers are part of the format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Kind {
    /// The first entry, number 0: the ledger's id and the signers it allows.
    Genesis = 0,
    /// An event that was applied; the body is the event.
    Applied = 1,
    /// A keyed event that was rejected; the body is the event and the rejection.
    Rejected = 2,
    /// From here on entries are made by the artifact that this one names.
    Program = 3,
    /// The state was carried over to changed schemas.
    Migrate = 4,
}

impl Kind {
    /// The kind of this number, if there is one.
    #[must_use]
    pub fn from_number(number: i64) -> Option<Kind> {
        Some(match number {
            0 => Kind::Genesis,
            1 => Kind::Applied,
            2 => Kind::Rejected,
            3 => Kind::Program,
            4 => Kind::Migrate,
            _ => return None,
        })
    }

    /// The number that stands for it in the log and in the hash.
    #[must_use]
    pub fn number(self) -> u8 {
        self as u8
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::Genesis => "genesis",
            Kind::Applied => "applied",
            Kind::Rejected => "rejected",
            Kind::Program => "program",
            Kind::Migrate => "migrate",
        })
    }
}

/// One entry as it stands in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its number: 0 for the genesis, then without gaps.
    pub seq: u64,
    /// What it records.
    pub kind: Kind,
    /// Microseconds since 1970-01-01T00:00:00Z, never before the entry's before it.
    pub time: i64,
    /// The event's type with its module; empty where there is none.
    pub event_type: String,
    /// The artifact by which it was judged; [`Hash::ZERO`] for the genesis.
    pub artifact: Hash,
    /// The caller's canonical bytes.
    pub body: Vec<u8>,
    /// The chain's hash up to and with this entry.
    pub hash: Hash,
}

/// An entry to be appended; its number, and its hash, follow from where it lands.
#[derive(Debug, Clone, Copy)]
pub struct NewEntry<'a> {
    /// What it records; never [`Kind::Genesis`].
    pub kind: Kind,
    /// Microseconds since 1970-01-01T00:00:00Z, not before the last entry's.
    pub time: i64,
    /// The event's type with its module; empty where there is none.
    pub event_type: &'a str,
    /// The artifact by which it was judged; stored in the ledger before or in the same batch.
    pub artifact: Hash,
    /// The caller's canonical bytes.
    pub body: &'a [u8],
}

/// The end of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// The last entry's number.
    pub seq: u64,
    /// Its hash, which stands for the whole chain.
    pub hash: Hash,
    /// Its time in microseconds: no later entry may be earlier.
    pub time: i64,
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.seq, self.hash)
    }
}

/// The hash of entry `seq` of ledger `id` whose predecessor has the hash `prev` ([`Hash::ZERO`] for the genesis).
#[must_use]
pub fn chain_hash(id: LedgerId, seq: u64, entry: &NewEntry<'_>, prev: Hash) -> Hash {
    let type_bytes = u32::try_from(entry.event_type.len()).expect("types are bounded by MAX_TYPE_BYTES");
    Hasher::new()
        .update(ENTRY_VERSION)
        .update(&id.0)
        .update(&seq.to_le_bytes())
        .update(&[entry.kind.number()])
        .update(&entry.time.to_le_bytes())
        .update(&type_bytes.to_le_bytes())
        .update(entry.event_type.as_bytes())
        .update(entry.artifact.as_bytes())
        .update(Hash::of(entry.body).as_bytes())
        .update(prev.as_bytes())
        .finish()
}

impl Entry {
    /// The parts of it that are not computed.
    #[must_use]
    pub fn as_new(&self) -> NewEntry<'_> {
        NewEntry {
            kind: self.kind,
            time: self.time,
            event_type: &self.event_type,
            artifact: self.artifact,
            body: &self.body,
        }
    }
}

impl FromStr for LedgerId {
    type Err = SealError;

    fn from_str(text: &str) -> std::result::Result<LedgerId, SealError> {
        lwas_seal::bytes_from_hex(text, "a ledger id").map(LedgerId)
    }
}
