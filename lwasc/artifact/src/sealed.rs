//! [`Sealed`] → [`Verified`]: the gate. The signature is checked first, then everything in the body is read and judged; what
//! fails at any step hands on nothing.

use lwas_ir::{Module, native};
use lwas_seal::{Hash, PublicKey, Signature};

use crate::manifest::Manifest;
use crate::sources::Sources;
use crate::wire::{Reader, Wire, decode, decode_module};
use crate::{
    ArtifactError, FORMAT_VERSION, HEADER_BYTES, MAGIC, MAX_ARTIFACT_BYTES, SIGNATURE_BLOCK_BYTES, SIGNATURE_MAGIC,
    signed_message,
};

/// An artifact taken apart: a body and a signature, of which nothing is known to be true.
#[derive(Clone, Copy, Debug)]
pub struct Sealed<'a> {
    body: &'a [u8],
    signer: PublicKey,
    signature: Signature,
}

/// An artifact that a trusted key has signed, and whose program the verifier has passed. The only way to one is
/// [`Sealed::verify`].
#[derive(Clone, Debug)]
pub struct Verified {
    /// The artifact hash: BLAKE3 of the body.
    pub hash: Hash,
    /// The trusted key that signed it.
    pub signer: PublicKey,
    /// What it says of itself, which is true of the module.
    pub manifest: Manifest,
    /// The program.
    pub module: Module,
    /// What it was made from, by its signer's word; nothing in an artifact that can't be linked.
    pub sources: Sources,
    /// Native code, in order of target. Nobody else can name it, so nobody else can make a `Verified`.
    objects: Vec<Object>,
}

/// Native code for a target.
#[derive(Clone, Debug)]
struct Object {
    target: String,
    /// The version of what it and its loader agree on: see `lwas_ir::native`.
    interface: u32,
    bytes: Vec<u8>,
}

impl<'a> Sealed<'a> {
    /// Takes a file apart.
    ///
    /// # Errors
    /// [`ArtifactError::NotAnArtifact`], [`ArtifactError::Newer`], [`ArtifactError::Damaged`].
    pub fn parse(bytes: &'a [u8]) -> Result<Sealed<'a>, ArtifactError> {
        let damaged = |what| Err(ArtifactError::Damaged(what));
        let Some((MAGIC, rest)) = bytes.split_first_chunk() else { return Err(ArtifactError::NotAnArtifact) };
        let Some((version, rest)) = rest.split_first_chunk() else { return damaged("it ends too early") };
        match u32::from_le_bytes(*version) {
            FORMAT_VERSION => {}
            0 => return damaged("there is no format 0"),
            found => return Err(ArtifactError::Newer { found, known: FORMAT_VERSION }),
        }
        if bytes.len() > MAX_ARTIFACT_BYTES {
            return damaged("it has more than 256 MiB");
        }
        let Some((length, _)) = rest.split_first_chunk() else { return damaged("it ends too early") };
        let Ok(length) = usize::try_from(u64::from_le_bytes(*length)) else { return damaged("it ends too early") };
        let Some((body, block)) = bytes.split_at_checked(length) else { return damaged("it ends too early") };
        if body.len() < HEADER_BYTES {
            return damaged("its body is shorter than its header");
        }
        match block.len() {
            0..SIGNATURE_BLOCK_BYTES => return damaged("it ends too early"),
            SIGNATURE_BLOCK_BYTES => {}
            _ => return damaged("something follows its signature"),
        }
        let Some((SIGNATURE_MAGIC, keys)) = block.split_first_chunk() else { return damaged("it has no signature") };
        let Some((signer, signature)) = keys.split_first_chunk() else { return damaged("it has no signature") };
        let Ok(signature) = <[u8; 64]>::try_from(signature) else { return damaged("it has no signature") };
        let Ok(signer) = PublicKey::from_bytes(signer) else { return damaged("its signer is no key") };
        Ok(Sealed { body, signer, signature: Signature(signature) })
    }

    /// Who signed it, by what it says: no reason to trust it.
    pub fn signer(&self) -> PublicKey {
        self.signer
    }

    /// The hash of the body.
    pub fn hash(&self) -> Hash {
        Hash::of(self.body)
    }

    /// Checks that one of the trusted keys has signed the body, that nothing in it is out of place, that its program obeys
    /// the rules of the ir, and that its manifest tells the truth.
    ///
    /// # Errors
    /// [`ArtifactError::WrongKey`], [`ArtifactError::Damaged`], [`ArtifactError::Refused`], [`ArtifactError::Manifest`].
    pub fn verify(&self, trusted: &[PublicKey]) -> Result<Verified, ArtifactError> {
        if !trusted.contains(&self.signer) {
            return Err(ArtifactError::WrongKey { signer: self.signer.to_string() });
        }
        let hash = self.hash();
        let signed = self.signer.verify_strict(&signed_message(&hash), &self.signature);
        signed.map_err(|_| ArtifactError::Damaged("its signature is not of these bytes"))?;
        let sections = self.body.get(HEADER_BYTES..).ok_or(ArtifactError::Damaged("it ends too early"))?;
        let mut reader = Reader(sections);
        let manifest: Manifest = decode(reader.bytes()?)?;
        let module = decode_module(reader.bytes()?)?;
        let sources: Sources = decode(reader.bytes()?)?;
        let objects = objects(&mut reader)?;
        if !reader.0.is_empty() {
            return Err(ArtifactError::Damaged("something follows its native code"));
        }
        lwas_ir::verify(&module)?;
        manifest.check(&module)?;
        sources.check(&module)?;
        Ok(Verified { hash, signer: self.signer, manifest, module, sources, objects })
    }
}

/// Native code, in order of target, each once.
fn objects(reader: &mut Reader<'_>) -> Result<Vec<Object>, ArtifactError> {
    let count: u32 = reader.number()?;
    let mut objects: Vec<Object> = Vec::new();
    for _ in 0..count {
        let target = String::read(reader)?;
        if objects.last().is_some_and(|last| last.target >= target) {
            return Err(ArtifactError::Damaged("its native code is out of order"));
        }
        let interface = u32::read(reader)?;
        objects.push(Object { target, interface, bytes: reader.bytes()?.to_vec() });
    }
    Ok(objects)
}

impl Verified {
    /// The native code for a target triple, where there is some that this lwasc can load.
    pub fn object(&self, target: &str) -> Option<&[u8]> {
        let found = self.loadable().find(|object| object.target == target);
        found.map(|object| object.bytes.as_slice())
    }

    /// The native code for a target triple.
    ///
    /// # Errors
    /// [`ArtifactError::ForeignTarget`].
    pub fn require_object(&self, target: &str) -> Result<&[u8], ArtifactError> {
        let has = || self.targets().map(str::to_owned).collect();
        self.object(target).ok_or_else(|| ArtifactError::ForeignTarget { target: target.to_owned(), has: has() })
    }

    /// The targets for which there is native code that this lwasc can load, in order.
    pub fn targets(&self) -> impl Iterator<Item = &str> {
        self.loadable().map(|object| object.target.as_str())
    }

    fn loadable(&self) -> impl Iterator<Item = &Object> {
        self.objects.iter().filter(|object| object.interface == native::VERSION)
    }
}
