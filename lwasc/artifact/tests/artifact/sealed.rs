//! Sealing and opening, and the page's vector.

use crate::fixture::{draft, signer, sources, tiny};
use lwas_artifact::{ArtifactError, Draft, Sealed};
use lwas_seal::{Hash, Signer};

const PAGE: &str = include_str!("../../../../spec/artifact-format.md");

#[test]
fn what_is_sealed_can_be_opened() {
    let (bytes, hash) = draft().seal(&signer());
    let sealed = Sealed::parse(&bytes).expect("it is an artifact");
    assert_eq!(sealed.signer(), signer().public_key());
    let verified = sealed.verify(&[signer().public_key()]).expect("it is signed");
    assert_eq!(verified.hash, hash);
    assert_eq!(verified.module, tiny());
    assert_eq!(verified.targets().collect::<Vec<_>>(), ["aarch64", "x86_64"]);
    assert_eq!(verified.object("x86_64"), Some(&b"\x7fELF x"[..]));
    assert_eq!(verified.object("riscv64"), None);
    let manifest = &verified.manifest;
    assert_eq!((manifest.name.as_str(), manifest.compiler.as_str()), ("tiny", "none"));
    assert_eq!(
        (&manifest.states[..], &manifest.events[..]),
        (&["tiny.Count".to_owned()][..], &["Tick".to_owned()][..])
    );
    assert_eq!(manifest.queries, ["one"]);
    let foreign = verified.require_object("riscv64").expect_err("there is none");
    assert_eq!(foreign.code(), "E0505");
    assert_eq!(foreign.to_string(), "the artifact has no native code for `riscv64`, only for `aarch64`, `x86_64`");
}

#[test]
fn the_hash_is_of_the_body_whoever_signs() {
    let (mine, my_hash) = draft().seal(&signer());
    let (theirs, their_hash) = draft().seal(&Signer::from_seed(&[8; 32]));
    assert_eq!(my_hash, their_hash);
    assert_eq!(mine[..mine.len() - 96], theirs[..theirs.len() - 96]);
    assert_ne!(mine, theirs);
    let mut other_order = draft();
    other_order.objects.reverse();
    assert_eq!(other_order.seal(&signer()), (mine, my_hash));
}

#[test]
fn any_of_the_trusted_keys_will_do() {
    let (bytes, _) = draft().seal(&signer());
    let other = Signer::from_seed(&[8; 32]).public_key();
    let sealed = Sealed::parse(&bytes).expect("it is an artifact");
    assert!(sealed.verify(&[other, signer().public_key()]).is_ok());
    assert!(matches!(sealed.verify(&[other]), Err(ArtifactError::WrongKey { .. })));
    assert!(matches!(sealed.verify(&[]), Err(ArtifactError::WrongKey { .. })));
}

/// What stands in the page in a block of this name, without white space.
fn block(name: &str) -> String {
    let (_, rest) = PAGE.split_once(&format!("```{name}\n")).unwrap_or_else(|| panic!("the page has a block {name}"));
    rest.split("```").next().unwrap_or_default().split_whitespace().collect()
}

#[test]
fn the_vector_of_the_page() {
    let digits: Vec<u8> = block("artifact").chars().map(|c| c.to_digit(16).expect("hexadecimal") as u8).collect();
    let page: Vec<u8> = digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect();
    let hash: Hash = block("hash").parse().expect("a hash");
    let verified = Sealed::parse(&page).and_then(|sealed| sealed.verify(&[signer().public_key()]));
    let verified = verified.expect("a released artifact can be opened for ever");
    assert_eq!(verified.hash, hash);
    assert_eq!(verified.module, tiny());

    let draft = Draft { module: tiny(), sources: sources(), compiler: "none".into(), objects: vec![] };
    let (bytes, made) = lwas_artifact::seal(draft.encode_as("0.1.0"), &signer());
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(hex, block("artifact"), "hash {made}");
    assert_eq!(made, hash);
}
