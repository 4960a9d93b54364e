//! Lower-case hexadecimal, one way to write each value: upper case is refused, so that texts can be compared as they are.

use std::fmt;

use crate::SealError;

/// Writes `bytes` as two lower-case digits each.
pub(crate) fn write(bytes: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for byte in bytes {
        write!(f, "{byte:02x}")?;
    }
    Ok(())
}

/// Reads exactly `2 * N` digits into `out`, which the caller wipes where the value is secret; `what` names it in errors.
pub(crate) fn read<const N: usize>(text: &str, what: &'static str, out: &mut [u8; N]) -> Result<(), SealError> {
    let found = text.chars().count();
    if found != 2 * N {
        return Err(SealError::Length { what, expected: 2 * N, found });
    }
    for (index, character) in text.chars().enumerate() {
        let digit = match character {
            '0'..='9' => character as u8 - b'0',
            'a'..='f' => character as u8 - b'a' + 10,
            _ => return Err(SealError::Digit { what, at: index + 1, found: character }),
        };
        if let Some(byte) = out.get_mut(index / 2) {
            *byte = (*byte << 4) | digit;
        }
    }
    Ok(())
}
