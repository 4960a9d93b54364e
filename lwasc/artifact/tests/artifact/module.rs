//! The encoding of the ir: everything comes back as it was, and no other bytes are taken.

use crate::answers::{file_answered, module_answered};
use crate::fixture::{draft, everything, signer, tiny};
use lwas_artifact::{ArtifactError, decode_module, encode_module};
use lwas_ir::Module;
use proptest::prelude::*;
use proptest::sample::Index;

#[test]
fn everything_comes_back() {
    for module in [Module::default(), tiny(), everything()] {
        assert_eq!(decode_module(&encode_module(&module)), Ok(module));
    }
}

#[test]
fn a_part_is_no_module() {
    let bytes = encode_module(&everything());
    for length in 0..bytes.len() {
        assert!(decode_module(&bytes[..length]).is_err(), "cut at {length}");
    }
    let longer = [bytes.as_slice(), &[0]].concat();
    assert_eq!(decode_module(&longer), Err(ArtifactError::Damaged("something follows its program")));
}

#[test]
fn claims_cost_nothing() {
    // A name of 2^63 bytes; an empty name and 2^63 types; a number that does not end.
    let huge = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f];
    for bytes in [huge.to_vec(), [&[0][..], &huge].concat(), vec![0xff; 100], [&[0][..], &[0x80; 30]].concat()] {
        assert!(matches!(decode_module(&bytes), Err(ArtifactError::Damaged(_))));
    }
}

#[test]
fn numbers_have_one_form() {
    // A name of one byte, the count written in two bytes.
    let mut bytes = encode_module(&Module { name: "a".into(), ..Module::default() });
    assert_eq!(bytes[..2], [1, b'a']);
    bytes.splice(0..1, [0x81, 0x00]);
    assert_eq!(decode_module(&bytes), Err(ArtifactError::Damaged("a number is longer than it must be")));
}

proptest! {
    #[test]
    fn damage_is_refused_or_is_another_module(at in any::<Index>(), byte in any::<u8>()) {
        let mut bytes = encode_module(&everything());
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let _ = module_answered(&bytes);
    }

    #[test]
    fn a_damaged_body_gets_an_answer(at in any::<Index>(), byte in any::<u8>()) {
        let mut body = draft().encode();
        let at = at.index(body.len());
        body[at] = byte;
        let _ = file_answered(&body, &signer());
    }

    #[test]
    fn any_bytes_get_an_answer(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = module_answered(&bytes);
        let _ = file_answered(&bytes, &signer());
    }
}
