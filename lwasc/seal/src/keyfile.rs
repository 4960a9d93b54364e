//! Key files: one line of text, `<label> <64 hexadecimal digits>`, with or without a line end.
//!
//! Text, because people copy keys about; a label with a version, because a secret key that is taken for a public one is
//! soon published. Nothing of the file's content is repeated in an error.

use std::fmt::Write as _;

use zeroize::{Zeroize, Zeroizing};

use crate::{PublicKey, SealError, Signer, hex};

/// The first word of a file that holds a secret key.
pub const SECRET_KEY_LABEL: &str = "lwas-secret-key-v1";
/// The first word of a file that holds a public key.
pub const PUBLIC_KEY_LABEL: &str = "lwas-public-key-v1";

/// The longest file that is looked at: far above any key file, and small.
const MAX_FILE_BYTES: usize = 4096;

impl Signer {
    /// The text of this key's file, line end included; wiped when dropped.
    #[must_use]
    pub fn to_key_file(&self) -> Zeroizing<String> {
        // Full capacity at once: a string that grows leaves copies of the secret behind.
        let mut text = Zeroizing::new(String::with_capacity(SECRET_KEY_LABEL.len() + 66));
        text.push_str(SECRET_KEY_LABEL);
        text.push(' ');
        for byte in self.seed().iter() {
            write!(text, "{byte:02x}").expect("writing to a string does not fail");
        }
        text.push('\n');
        text
    }

    /// Reads the text of a secret key's file.
    ///
    /// # Errors
    /// [`SealError::KeyFile`], [`SealError::KeyKind`], [`SealError::Length`] or [`SealError::Digit`].
    pub fn from_key_file(text: &str) -> Result<Signer, SealError> {
        let digits = digits(text, SECRET_KEY_LABEL)?;
        let mut seed = Zeroizing::new([0; 32]);
        hex::read(digits, "a secret key", &mut seed)?;
        let signer = Signer::from_seed(&seed);
        seed.zeroize();
        Ok(signer)
    }
}

impl PublicKey {
    /// The text of this key's file, line end included.
    #[must_use]
    pub fn to_key_file(&self) -> String {
        format!("{PUBLIC_KEY_LABEL} {self}\n")
    }

    /// Reads the text of a public key's file.
    ///
    /// # Errors
    /// [`SealError::KeyFile`], [`SealError::KeyKind`], [`SealError::Length`], [`SealError::Digit`] or [`SealError::NoKey`].
    pub fn from_key_file(text: &str) -> Result<PublicKey, SealError> {
        digits(text, PUBLIC_KEY_LABEL)?.parse()
    }
}

/// What stands behind `label` on the one line of `text`.
fn digits<'a>(text: &'a str, label: &'static str) -> Result<&'a str, SealError> {
    let refuse = |found| Err(SealError::KeyFile { label, found });
    if text.len() > MAX_FILE_BYTES {
        return refuse("a file of more than 4096 bytes");
    }
    let line = text.strip_suffix('\n').unwrap_or(text);
    let line = line.strip_suffix('\r').unwrap_or(line);
    if line.is_empty() {
        return refuse("an empty file");
    }
    if line.contains(['\n', '\r']) {
        return refuse("several lines");
    }
    match line.split_once(' ') {
        Some((word, digits)) if word == label => Ok(digits),
        Some((word, _)) => match [SECRET_KEY_LABEL, PUBLIC_KEY_LABEL].into_iter().find(|other| *other == word) {
            Some(found) => Err(SealError::KeyKind { expected: label, found }),
            None => refuse("a line that begins with another word"),
        },
        None => refuse("a line without a space"),
    }
}
