//! What is not exactly an artifact is refused, whoever signed it, with one clear error.

use crate::fixture::{draft, everything, signer};
use lwas_artifact::{ArtifactError, Draft, Sealed, Sources, Verified, seal};
use lwas_ir::Face;

fn open(bytes: &[u8]) -> Result<Verified, ArtifactError> {
    Sealed::parse(bytes)?.verify(&[signer().public_key()])
}

fn refused(bytes: &[u8]) -> ArtifactError {
    open(bytes).expect_err("it must be refused")
}

/// A body with other bytes at a place, signed by the trusted key as if nothing were wrong.
fn forged(body: &[u8], at: usize, bytes: &[u8]) -> Vec<u8> {
    let mut body = body.to_vec();
    body[at..at + bytes.len()].copy_from_slice(bytes);
    seal(body, &signer()).0
}

#[test]
fn every_flipped_bit() {
    let (bytes, _) = draft().seal(&signer());
    assert!(open(&bytes).is_ok());
    for at in 0..bytes.len() {
        for bit in 0..8 {
            let mut flipped = bytes.clone();
            flipped[at] ^= 1 << bit;
            assert!(open(&flipped).is_err(), "bit {bit} of byte {at}");
        }
    }
}

#[test]
fn every_shorter_file_and_every_longer() {
    let (bytes, _) = draft().seal(&signer());
    for length in 0..bytes.len() {
        let error = refused(&bytes[..length]);
        let expected = if length < 8 { "E0501" } else { "E0502" };
        assert_eq!(error.code(), expected, "cut at {length}: {error}");
    }
    for more in [&[0][..], &bytes] {
        let longer = [bytes.as_slice(), more].concat();
        assert_eq!(refused(&longer), ArtifactError::Damaged("something follows its signature"));
    }
}

#[test]
fn each_way_has_its_own_error() {
    let body = draft().encode();
    let (bytes, _) = draft().seal(&signer());
    assert_eq!(refused(b"").to_string(), "this is not an artifact: it does not begin as `lwasc build` begins one");
    assert_eq!(refused(b"\x7fELF\x02\x01\x01\0\0\0\0").code(), "E0501");
    let newer = "the artifact has format 2, this lwasc reads formats up to 1; use a newer lwasc";
    assert_eq!(refused(&forged(&body, 8, &[2])).to_string(), newer);
    assert_eq!(refused(&forged(&body, 8, &[0])).code(), "E0502");
    let mut changed = bytes.clone();
    changed[40] ^= 1;
    assert_eq!(refused(&changed), ArtifactError::Damaged("its signature is not of these bytes"));
    let mut nobody = bytes;
    let key = nobody.len() - 96;
    nobody[key..key + 32].fill(0);
    assert_eq!(refused(&nobody), ArtifactError::Damaged("its signer is no key"));
}

#[test]
fn a_length_that_lies() {
    let body = draft().encode();
    for length in [0, 1, 19, 20, body.len() as u64 - 1, body.len() as u64 + 1, u64::MAX, 1 << 63] {
        assert_eq!(refused(&forged(&body, 12, &length.to_le_bytes())).code(), "E0502", "{length}");
    }
}

#[test]
fn bodies_that_a_trusted_key_signed_are_read_strictly_too() {
    let body = draft().encode();
    // Any byte after the header, with a good signature: refused, or another artifact that is right in itself.
    for at in 20..body.len() {
        for value in [0, 1, 0x7f, 0x80, 0xff] {
            let bytes = forged(&body, at, &[value]);
            let Ok(verified) = open(&bytes) else { continue };
            let (module, manifest) = (verified.module.clone(), &verified.manifest);
            let objects: Vec<_> = verified.targets().map(str::to_owned).collect();
            if objects.len() < 2 {
                // It now says that one is for another loader, and so does not offer it.
                continue;
            }
            let object = |target: String| (target.clone(), verified.object(&target).expect("it is listed").to_vec());
            let objects = objects.into_iter().map(object).collect();
            let again =
                Draft { module, sources: verified.sources.clone(), compiler: manifest.compiler.clone(), objects };
            assert_eq!(seal(again.encode_as(&manifest.lwas), &signer()).0, bytes, "byte {at} as {value}");
        }
    }
    // A byte behind the last object, inside the body.
    let mut longer = body.clone();
    longer.push(0);
    let length = longer.len() as u64;
    assert_eq!(
        refused(&forged(&longer, 12, &length.to_le_bytes())),
        ArtifactError::Damaged("something follows its native code")
    );
}

#[test]
fn an_ir_that_breaks_a_rule() {
    let draft = Draft { module: everything(), sources: Sources::default(), compiler: String::new(), objects: vec![] };
    let error = refused(&draft.seal(&signer()).0);
    assert_eq!(error.code(), "E0506", "{error}");
    assert!(error.to_string().starts_with("the artifact's program is refused: "), "{error}");
}

#[test]
fn a_set_that_breaks_a_rule() {
    let mut draft = draft();
    let face =
        |name: &str| Face { name: name.into(), module: name.into(), events: vec![], queries: vec![], routes: vec![] };
    draft.module.faces = vec![face("a"), face("b")];
    draft.module.name = "a+b".into();
    let error = refused(&draft.seal(&signer()).0);
    assert_eq!(error.code(), "E0506", "{error}");
    assert!(error.to_string().ends_with("no program takes `Tick` (rule 25 of the ir)"), "{error}");
}

#[test]
fn a_manifest_that_lies() {
    let body = draft().encode();
    // The manifest begins behind the header and its length, with the name's length and the name.
    let at = body.windows(5).position(|window| window == b"\x04tiny").expect("the name is there");
    let error = refused(&forged(&body, at + 1, b"T"));
    assert_eq!(error.code(), "E0507");
    assert_eq!(error.to_string(), "the artifact's manifest does not fit its program: their names differ");
}

#[test]
fn texts_that_the_program_was_not_made_from() {
    let told = "the artifact's manifest does not fit its program: the texts that it carries and its sources differ";
    let lies: [fn(&mut Sources); 7] = [
        |sources| sources.programs[0].name = "other".into(),
        |sources| sources.programs[0].module = "other".into(),
        |sources| sources.programs.clear(),
        |sources| sources.modules.clear(),
        |sources| sources.modules[0].file = "other.lwas".into(),
        |sources| sources.modules[0].text = sources.modules[0].text.replace("tick.id", "tick.ID"),
        |sources| sources.modules.push(sources.modules[0].clone()),
    ];
    for (number, lie) in lies.iter().enumerate() {
        let mut lying = draft();
        lie(&mut lying.sources);
        let error = refused(&lying.seal(&signer()).0);
        assert_eq!((error.code(), error.to_string().as_str()), ("E0507", told), "lie {number}");
    }
    // None at all is no lie: the artifact can be run, but not linked.
    let silent = Draft { sources: Sources::default(), ..draft() };
    assert!(open(&silent.seal(&signer()).0).expect("it is whole").sources.is_empty());
}

#[test]
fn the_same_target_twice() {
    let mut twice = draft();
    twice.objects[1].0 = "x86_64".into();
    assert_eq!(refused(&twice.seal(&signer()).0), ArtifactError::Damaged("its native code is out of order"));
}
