//! `div` and `mod` of Int: floored and checked.
//!
//! Floored division rounds the quotient toward negative infinity, so the remainder has the divisor's sign
//! (Knuth, The Art of Computer Programming, vol. 1, 1.2.4) and `a == b * div(a, b) + mod(a, b)` always holds.

use crate::error::ExactError;

/// The greatest integer not above `a / b`. Errors: `DivisionByZero`, and `Overflow` for `i64::MIN / -1`.
pub const fn div_floor(a: i64, b: i64) -> Result<i64, ExactError> {
    if b == 0 {
        return Err(ExactError::DivisionByZero);
    }
    let Some(quotient) = a.checked_div(b) else {
        return Err(ExactError::Overflow);
    };
    // The quotient was truncated; it is one too high where the exact one is negative and not whole.
    if (a % b != 0) && ((a < 0) != (b < 0)) { Ok(quotient - 1) } else { Ok(quotient) }
}

/// `a - b * div_floor(a, b)`: zero or of the sign of `b`. Error: `DivisionByZero`.
pub const fn mod_floor(a: i64, b: i64) -> Result<i64, ExactError> {
    if b == 0 {
        return Err(ExactError::DivisionByZero);
    }
    // `i64::MIN % -1` overflows in the processor although the answer, zero, is fine.
    let remainder = a.wrapping_rem(b);
    if remainder != 0 && ((remainder < 0) != (b < 0)) { Ok(remainder + b) } else { Ok(remainder) }
}
