//! BLAKE3: vectors of the reference implementation, texts there and back.

use lwas_seal::{Hash, Hasher, SealError};

/// From `test_vectors.json` of the BLAKE3 reference: input byte i is `i % 251`.
const VECTORS: [(usize, &str); 4] = [
    (0, "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262"),
    (1, "2d3adedff11b61f14c886e35afa036736dcd87a74d27b5c1510225d0f592e213"),
    (1024, "42214739f095a406f3fc83deb889744ac00df831c10daa55189b5d121c855af7"),
    (1025, "d00278ae47eb27b34faecf67b4fe263f82d5412916c1ffd97c8cb7fb814b8444"),
];

fn input(length: usize) -> Vec<u8> {
    (0..length).map(|i| u8::try_from(i % 251).expect("below 251")).collect()
}

#[test]
fn hashes_are_those_of_the_reference() {
    for (length, expected) in VECTORS {
        assert_eq!(Hash::of(&input(length)).to_string(), expected, "input of {length} bytes");
    }
}

#[test]
fn parts_hash_like_the_whole() {
    let whole = input(1025);
    for cut in [0, 1, 64, 1024, 1025] {
        let mut hasher = Hasher::new();
        hasher.update(&whole[..cut]).update(&whole[cut..]);
        assert_eq!(hasher.finish(), Hash::of(&whole), "cut at {cut}");
    }
}

#[test]
fn a_hash_has_one_text() {
    let hash = Hash::of(b"lwas");
    assert_eq!(hash.to_string().parse::<Hash>(), Ok(hash));
    let upper = hash.to_string().to_uppercase();
    assert!(matches!(upper.parse::<Hash>(), Err(SealError::Digit { .. })), "{upper}");
    assert_eq!(
        "abc".parse::<Hash>().expect_err("too short").to_string(),
        "expected a hash of 64 hexadecimal digits, found 3 characters"
    );
    let wide = "é".repeat(64);
    assert_eq!(
        wide.parse::<Hash>().expect_err("no digits").to_string(),
        "expected a hash in hexadecimal digits `0-9a-f`, found 'é' as character 1"
    );
}

#[test]
fn hashes_are_ordered_by_their_bytes() {
    let mut low = [0xff; 32];
    low[0] = 0;
    let mut high = [0; 32];
    high[0] = 1;
    assert!(Hash(low) < Hash(high));
}
