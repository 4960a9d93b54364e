//! Why a computation has no answer, and why a text is not a value.
//!
//! Both are small `Copy` enums, without the values at fault: whoever reports them knows these, and the place.
//! `words` gives the sentence for a message.

use std::fmt;

/// Why an exact computation has no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ExactError {
    /// The result lies outside 128 bits (64 for an Int, 256 for the parts of a fraction).
    Overflow,
    /// Something was divided by zero.
    DivisionByZero,
    /// [`crate::Mode::Exact`] would have had to drop a digit that is not zero.
    DigitLost,
    /// A weight is negative, or the weights add up to nothing.
    BadWeights,
    /// A day, an instant or a Duration outside the years 0001 to 9999 or outside 64 bits.
    OutOfRange,
    /// More digits after the point than an amount can have.
    TooManyDigits,
    /// A Float that is not a number or not finite.
    NotFinite,
    /// A power lies so near the middle between two results that bounded work can't tell which one is right.
    Undecided,
    /// Bytes that are not a stored fraction.
    BadBytes,
}

impl ExactError {
    /// The words of the error: lower case, no full stop.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Overflow => "the result is too large",
            Self::DivisionByZero => "division by zero",
            Self::DigitLost => "a digit would be lost",
            Self::BadWeights => "the weights must not be negative and must have a positive sum",
            Self::OutOfRange => "the result is outside the years 0001 to 9999",
            Self::TooManyDigits => "there are too many digits after the point",
            Self::NotFinite => "the Float is not a finite number",
            Self::Undecided => "the power is too close to call between two results",
            Self::BadBytes => "the stored fraction is damaged",
        }
    }
}

impl fmt::Display for ExactError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words())
    }
}

impl std::error::Error for ExactError {}

/// Why a text is not a value of the type it was read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ParseError {
    /// The text does not have the form of such a value.
    Malformed,
    /// More digits after the point than the type can have.
    TooManyDigits,
    /// The form is right, but there is no such value: 10^40, February 30, the year 0.
    OutOfRange,
}

impl ParseError {
    /// The words of the error: lower case, no full stop.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Malformed => "the text does not have the right form",
            Self::TooManyDigits => "there are too many digits after the point",
            Self::OutOfRange => "the value is out of range",
        }
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words())
    }
}

impl std::error::Error for ParseError {}
