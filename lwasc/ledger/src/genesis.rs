//! The genesis entry: which ledger this is and whose artifacts it takes.
//!
//! Its body has one encoding (`spec/ledger-format.md`): the version's ASCII, the id, a count, and the public keys in
//! ascending order, each once.

use lwas_seal::{Hash, PublicKey};

use crate::entry::{Kind, LedgerId, NewEntry};
use crate::{LedgerError, MAX_SIGNERS, Result};

const GENESIS_VERSION: &[u8; 15] = b"lwas-genesis-v1";

/// What a new ledger is told once and for ever.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Genesis {
    /// The ledger's own id; [`LedgerId::random`] for a new ledger, that of the original for a replay.
    pub id: LedgerId,
    /// The keys whose artifacts may write here. None at all is for ledgers in memory.
    pub signers: Vec<PublicKey>,
    /// The entry's time in microseconds since 1970. It is the floor for all later entries: a ledger that is to take
    /// events of the past starts as early as they do.
    pub time: i64,
}

impl Genesis {
    /// The canonical body: whatever order the signers came in, and however often.
    ///
    /// # Errors
    /// [`LedgerError::TooLarge`] above [`MAX_SIGNERS`].
    pub fn encode(&self) -> Result<Vec<u8>> {
        let mut signers = self.signers.clone();
        signers.sort_unstable();
        signers.dedup();
        if signers.len() > MAX_SIGNERS {
            let (bytes, limit) = (32 * signers.len(), 32 * MAX_SIGNERS);
            return Err(LedgerError::TooLarge { what: "the list of signers", bytes, limit });
        }
        let count = u32::try_from(signers.len()).expect("at most MAX_SIGNERS");
        let mut body = Vec::with_capacity(GENESIS_VERSION.len() + 20 + 32 * signers.len());
        body.extend_from_slice(GENESIS_VERSION);
        body.extend_from_slice(&self.id.0);
        body.extend_from_slice(&count.to_le_bytes());
        for signer in &signers {
            body.extend_from_slice(signer.as_bytes());
        }
        Ok(body)
    }

    /// Reads a body back, with the entry's time. `Err` says in words what is wrong.
    pub(crate) fn decode(body: &[u8], time: i64) -> std::result::Result<Genesis, String> {
        let rest =
            body.strip_prefix(GENESIS_VERSION).ok_or("the genesis body does not begin with `lwas-genesis-v1`")?;
        let (id, rest) = rest.split_first_chunk::<16>().ok_or("the genesis body ends within the ledger id")?;
        let (count, rest) = rest.split_first_chunk::<4>().ok_or("the genesis body ends within the count of signers")?;
        let (keys, trailing) = rest.as_chunks::<32>();
        if usize::try_from(u32::from_le_bytes(*count)) != Ok(keys.len()) || !trailing.is_empty() {
            return Err("the genesis body has another length than its count of signers says".into());
        }
        if keys.len() > MAX_SIGNERS {
            return Err(format!("the genesis body has {} signers, expected at most {MAX_SIGNERS}", keys.len()));
        }
        if !keys.is_sorted_by(|a, b| a < b) {
            return Err("the signers in the genesis body are not in ascending order, each once".into());
        }
        let signers = keys.iter().map(PublicKey::from_bytes).collect::<std::result::Result<_, _>>();
        Ok(Genesis { id: LedgerId(*id), signers: signers.map_err(|error| error.to_string())?, time })
    }
}

/// The entry that holds `body`.
pub(crate) fn genesis_entry(body: &[u8], time: i64) -> NewEntry<'_> {
    NewEntry { kind: Kind::Genesis, time, event_type: "", artifact: Hash::ZERO, body }
}
