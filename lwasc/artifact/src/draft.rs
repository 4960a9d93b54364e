//! [`Draft`] → the bytes of an artifact. The body depends on nothing but what it is made of: neither on the folder, the
//! machine or the time, nor on who signs.

use lwas_ir::{Module, native};
use lwas_seal::{Hash, Signer};

use crate::manifest::Manifest;
use crate::sources::Sources;
use crate::wire::{Wire, encode_module, write_bytes, write_number};
use crate::{FORMAT_VERSION, HEADER_BYTES, MAGIC, SIGNATURE_MAGIC, signed_message};

/// A program to be sealed.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The program, which the verifier has passed.
    pub module: Module,
    /// What it was made from; nothing where it shall not be linked.
    pub sources: Sources,
    /// What made the native code, with its settings.
    pub compiler: String,
    /// Native code by target triple, each once, in any order.
    pub objects: Vec<(String, Vec<u8>)>,
}

impl Draft {
    /// The body, as made by this version of LwaS.
    pub fn encode(&self) -> Vec<u8> {
        self.encode_as(env!("CARGO_PKG_VERSION"))
    }

    /// The body, as made by a version of LwaS.
    pub fn encode_as(&self, lwas: &str) -> Vec<u8> {
        let mut manifest = Vec::new();
        Manifest::of(&self.module, lwas, &self.compiler).write(&mut manifest);
        let mut body = Vec::new();
        body.extend_from_slice(MAGIC);
        body.extend_from_slice(&FORMAT_VERSION.to_le_bytes());
        body.extend_from_slice(&[0; 8]);
        write_bytes(&manifest, &mut body);
        write_bytes(&encode_module(&self.module), &mut body);
        let mut sources = Vec::new();
        self.sources.write(&mut sources);
        write_bytes(&sources, &mut body);
        let mut objects: Vec<_> = self.objects.iter().collect();
        objects.sort();
        write_number(objects.len() as u128, &mut body);
        for (target, object) in objects {
            write_bytes(target.as_bytes(), &mut body);
            native::VERSION.write(&mut body);
            write_bytes(object, &mut body);
        }
        let length = (body.len() as u64).to_le_bytes();
        let place = body.get_mut(HEADER_BYTES - 8..HEADER_BYTES).expect("the header was written");
        place.copy_from_slice(&length);
        body
    }

    /// The artifact, signed, and the hash of its body.
    pub fn seal(&self, signer: &Signer) -> (Vec<u8>, Hash) {
        seal(self.encode(), signer)
    }
}

/// A body with a signature behind it, and the body's hash.
pub fn seal(body: Vec<u8>, signer: &Signer) -> (Vec<u8>, Hash) {
    let hash = Hash::of(&body);
    let signature = signer.sign(&signed_message(&hash));
    let mut bytes = body;
    bytes.extend_from_slice(SIGNATURE_MAGIC);
    bytes.extend_from_slice(signer.public_key().as_bytes());
    bytes.extend_from_slice(signature.as_bytes());
    (bytes, hash)
}
