//! Ed25519: a vector of RFC 8032, strictness, and key files.

use lwas_seal::{PublicKey, SealError, Signature, Signer};

/// RFC 8032, section 7.1, TEST 2: seed, public key, message, signature.
const SEED: &str = "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb";
const PUBLIC: &str = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";
const MESSAGE: &[u8] = &[0x72];
const SIGNATURE: &str = "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da\
                         085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00";

fn signer() -> Signer {
    Signer::from_key_file(&format!("lwas-secret-key-v1 {SEED}\n")).expect("the vector's seed")
}

fn public() -> PublicKey {
    PUBLIC.parse().expect("the vector's key")
}

#[test]
fn signatures_are_those_of_the_rfc() {
    assert_eq!(signer().public_key(), public());
    assert_eq!(signer().sign(MESSAGE).to_string(), SIGNATURE);
    let signature: Signature = SIGNATURE.parse().expect("the vector's signature");
    assert_eq!(public().verify_strict(MESSAGE, &signature), Ok(()));
}

#[test]
fn a_flipped_bit_anywhere_is_no_signature() {
    let good: Signature = SIGNATURE.parse().expect("the vector's signature");
    for bit in 0..512 {
        let mut bytes = good.0;
        bytes[bit / 8] ^= 1 << (bit % 8);
        assert!(public().verify_strict(MESSAGE, &Signature(bytes)).is_err(), "bit {bit} of the signature");
    }
    for bit in 0..8 {
        assert!(public().verify_strict(&[0x72 ^ (1 << bit)], &good).is_err(), "bit {bit} of the message");
    }
    let other = Signer::from_seed(&[7; 32]).public_key();
    assert_eq!(other.verify_strict(MESSAGE, &good), Err(SealError::BadSignature { key: Box::new(other) }));
}

/// s + L, with L the group's order, signs the same message for verifiers that are not strict.
#[test]
fn a_second_encoding_of_a_signature_is_refused() {
    const L: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let mut bytes = signer().sign(MESSAGE).0;
    let mut carry = 0u16;
    for (byte, add) in bytes[32..].iter_mut().zip(L) {
        let sum = u16::from(*byte) + u16::from(add) + carry;
        *byte = (sum & 0xff) as u8;
        carry = sum >> 8;
    }
    assert!(public().verify_strict(MESSAGE, &Signature(bytes)).is_err());
}

#[test]
fn keys_that_anybody_can_sign_for_are_refused() {
    let mut identity = [0; 32];
    identity[0] = 1;
    assert!(
        matches!(PublicKey::from_bytes(&identity), Err(SealError::NoKey { found }) if found.contains("small order"))
    );
    // y = p + 1 is a second way to write the identity's y = 1.
    let mut second = [0xff; 32];
    second[0] = 0xee;
    second[31] = 0x7f;
    assert!(
        matches!(PublicKey::from_bytes(&second), Err(SealError::NoKey { found }) if found.contains("second encoding"))
    );
    let mut no_point = [0; 32];
    no_point[0] = 2;
    assert!(matches!(PublicKey::from_bytes(&no_point), Err(SealError::NoKey { found }) if found.contains("no point")));
}

#[test]
fn key_files_go_there_and_back() {
    let signer = signer();
    assert_eq!(signer.to_key_file().as_str(), format!("lwas-secret-key-v1 {SEED}\n"));
    assert_eq!(public().to_key_file(), format!("lwas-public-key-v1 {PUBLIC}\n"));
    assert_eq!(PublicKey::from_key_file(&public().to_key_file()), Ok(public()));
    for end in ["", "\r\n"] {
        assert_eq!(PublicKey::from_key_file(&format!("lwas-public-key-v1 {PUBLIC}{end}")), Ok(public()));
    }
}

#[test]
fn a_wrong_key_file_says_what_was_expected_and_found() {
    let cases: [(&str, &str); 7] = [
        ("", "expected a key file with one line `lwas-secret-key-v1 <64 hexadecimal digits>`, found an empty file"),
        ("\n\n", "expected a key file with one line `lwas-secret-key-v1 <64 hexadecimal digits>`, found several lines"),
        (
            "hello",
            "expected a key file with one line `lwas-secret-key-v1 <64 hexadecimal digits>`, found a line without a space",
        ),
        (
            "hello you",
            "expected a key file with one line `lwas-secret-key-v1 <64 hexadecimal digits>`, found a line that begins with another word",
        ),
        (
            "lwas-public-key-v1 00",
            "expected a key file of kind `lwas-secret-key-v1`, found one of kind `lwas-public-key-v1`",
        ),
        ("lwas-secret-key-v1 00", "expected a secret key of 64 hexadecimal digits, found 2 characters"),
        ("lwas-secret-key-v1  ", "expected a secret key of 64 hexadecimal digits, found 1 characters"),
    ];
    for (text, expected) in cases {
        assert_eq!(Signer::from_key_file(text).expect_err(text).to_string(), expected);
    }
    assert!(Signer::from_key_file(&"x".repeat(1 << 20)).is_err());
}

#[test]
fn a_signer_does_not_show_its_secret() {
    let shown = format!("{:?}", signer());
    assert!(!shown.contains(&SEED[..8]), "{shown}");
    assert!(shown.contains(PUBLIC), "{shown}");
}

#[test]
fn generated_keys_differ_and_sign() {
    let (one, two) = (Signer::generate().expect("randomness"), Signer::generate().expect("randomness"));
    assert_ne!(one.public_key(), two.public_key());
    assert_eq!(one.public_key().verify_strict(b"m", &one.sign(b"m")), Ok(()));
}
