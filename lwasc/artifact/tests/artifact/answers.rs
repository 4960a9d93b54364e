//! What must hold of any bytes: the functions that the properties and the fuzzer share. They panic where it does not.

use lwas_artifact::{ArtifactError, Sealed, Verified, decode_module, encode_module, seal};
use lwas_ir::Module;
use lwas_seal::Signer;

/// Bytes as the encoding of a program: refused, or the one encoding of a module, to which the verifier has an answer.
pub fn module_answered(bytes: &[u8]) -> Result<Module, ArtifactError> {
    let module = decode_module(bytes)?;
    assert_eq!(encode_module(&module), bytes, "another encoding of the same module");
    lwas_ir::verify(&module)?;
    Ok(module)
}

/// Bytes as an artifact, once as they are and once as a body that the key signs, its length put right: whatever opens is what
/// it says. The answer to the second.
pub fn file_answered(bytes: &[u8], signer: &Signer) -> Result<Verified, ArtifactError> {
    let _ = open(bytes, signer);
    let mut body = bytes.to_vec();
    let length = u64::try_from(body.len()).expect("a length fits").to_le_bytes();
    if let Some(place) = body.get_mut(12..20) {
        place.copy_from_slice(&length);
    }
    let (signed, hash) = seal(body, signer);
    let verified = open(&signed, signer)?;
    assert_eq!((verified.hash, verified.signer), (hash, signer.public_key()));
    assert_eq!(lwas_ir::verify(&verified.module), Ok(()), "the gate let it through");
    assert_eq!(verified.manifest.name, verified.module.name);
    for target in verified.targets() {
        assert!(verified.object(target).is_some(), "`{target}` is listed");
    }
    Ok(verified)
}

fn open(bytes: &[u8], signer: &Signer) -> Result<Verified, ArtifactError> {
    Sealed::parse(bytes)?.verify(&[signer.public_key()])
}
