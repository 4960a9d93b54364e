//! What the sessions know as `reseal`: signs an artifact anew after its bytes were changed, as whoever has its builder's key could. No
//! `lwasc` makes such an artifact, and pages show that it is refused all the same. `reseal ARTIFACT KEY`.

use lwas_seal::{Hash, Signer};
use std::process::ExitCode;

/// What stands before the hash in the message that is signed, as `spec/artifact-format.md` has it.
const SIGNED_PREFIX: &[u8; 16] = b"lwas-artifact-v1";

/// How an artifact's signature block begins.
const SIGNATURE_MAGIC: &[u8; 8] = b"LwaS-sig";

/// The block's magic, public key and signature.
const SIGNATURE_BLOCK_BYTES: usize = 8 + 32 + 64;

/// Does it.
pub fn main() -> ExitCode {
    match reseal(&std::env::args().skip(1).collect::<Vec<_>>()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("reseal: {why}");
            ExitCode::from(2)
        }
    }
}

fn reseal(args: &[String]) -> Result<(), String> {
    let [artifact, key] = args else { return Err("expected ARTIFACT KEY".to_owned()) };
    let bytes = std::fs::read(artifact).map_err(|why| format!("{artifact}: {why}"))?;
    let text = std::fs::read_to_string(key).map_err(|why| format!("{key}: {why}"))?;
    let signer = Signer::from_key_file(&text).map_err(|why| format!("{key}: {why}"))?;
    let sealed = sealed(&bytes, &signer).ok_or_else(|| format!("{artifact} does not end as an artifact does"))?;
    std::fs::write(artifact, sealed).map_err(|why| format!("{artifact}: {why}"))
}

/// The artifact with the same body and this signer's signature; nothing where no signature block stands at its end.
fn sealed(bytes: &[u8], signer: &Signer) -> Option<Vec<u8>> {
    let (body, block) = bytes.split_at_checked(bytes.len().checked_sub(SIGNATURE_BLOCK_BYTES)?)?;
    if !block.starts_with(SIGNATURE_MAGIC) {
        return None;
    }
    let message = [SIGNED_PREFIX.as_slice(), Hash::of(body).as_bytes()].concat();
    let (key, signature) = (signer.public_key(), signer.sign(&message));
    Some([body, SIGNATURE_MAGIC, key.as_bytes(), signature.as_bytes()].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_signature_block_is_written_anew() {
        let signer = Signer::from_seed(&[7; 32]);
        let artifact = [b"a body".as_slice(), SIGNATURE_MAGIC, &[0; 96]].concat();
        let resealed = sealed(&artifact, &signer).unwrap();
        assert_eq!(resealed.len(), artifact.len());
        assert!(resealed.starts_with(b"a bodyLwaS-sig") && resealed[14..46] == *signer.public_key().as_bytes());
        assert_eq!(sealed(b"short", &signer), None);
        assert_eq!(sealed(&[0; 200], &signer), None);
    }
}
