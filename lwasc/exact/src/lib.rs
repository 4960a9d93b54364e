//! Exact numbers: 128-bit decimals, rounding, fractions, allocation, the calendar.
//!
//! The one place where LwaS computes with amounts and dates. The checker folds literals with it, the
//! interpreter and native code call it, and JSON is decoded and printed with it, so that all of them agree to
//! the last digit. Everything here is a pure function of plain values: an amount is an `i128` count of
//! 10^-digits, a day and an instant are `i64` counts since 1970. Nothing wraps, nothing is rounded unless a
//! [`Mode`] says how, and nothing panics on a value that a program or its input can bring along: what has no
//! answer is an [`ExactError`] or, for text, a [`ParseError`].
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing))]

pub mod calendar;
pub mod decimal;
pub mod error;
pub mod float;
pub mod fraction;
pub mod int;
pub mod power;
pub mod rounding;
pub mod split;

pub use calendar::EndOfMonth;
pub use decimal::{
    Decimal, MAX_DIGITS, checked_add, checked_mul, checked_neg, checked_sub, cmp_decimal, format_decimal,
    parse_decimal, pow10, widen,
};
pub use error::{ExactError, ParseError};
pub use fraction::Fraction;
pub use power::pow;
pub use rounding::{Mode, round_units};
pub use split::{split, split_first};
