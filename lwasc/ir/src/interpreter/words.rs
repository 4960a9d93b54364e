//! The sentences of rejections that instructions themselves give: lower case, no full stop, with the values. An `I128` is
//! shown in smallest units, since an instruction does not know its digits.

use super::Stop;
use crate::fault::reason_of;
use crate::{FailReason, Fault, IntOp, Site, WideOp, host};
use lwas_exact::{ExactError, format_decimal};

fn stop(site: Site, error: ExactError, detail: String) -> Stop {
    Stop { site, fault: Fault::new(reason_of(error), detail) }
}

/// 64-bit arithmetic.
#[cold]
pub(super) fn int(op: IntOp, a: i64, b: i64, error: ExactError, site: Site) -> Stop {
    let word = match op {
        IntOp::Add => "+",
        IntOp::Sub => "-",
        IntOp::Mul => "*",
        IntOp::Div => "div",
        IntOp::Mod => "mod",
    };
    let detail = match error {
        ExactError::DivisionByZero => format!("{a} {word} 0 divides by zero"),
        _ => format!("{a} {word} {b} is outside 64 bits"),
    };
    stop(site, error, detail)
}

/// 128-bit arithmetic.
#[cold]
pub(super) fn wide(op: WideOp, a: i128, b: i128, site: Site) -> Stop {
    let word = match op {
        WideOp::Add => "+",
        WideOp::Sub => "-",
        WideOp::Mul => "*",
    };
    stop(site, ExactError::Overflow, format!("{a} {word} {b}, in smallest units, is outside 128 bits"))
}

/// Another number of digits.
#[cold]
pub(super) fn rescale(value: i128, from: u8, to: u8, error: ExactError, site: Site) -> Stop {
    let fault = host::not_rounded(error, &format_decimal(value, from), to);
    Stop { site, fault }
}

/// 128 bits to 64.
#[cold]
pub(super) fn narrow(value: i128, site: Site) -> Stop {
    stop(site, ExactError::Overflow, format!("{value} is outside 64 bits"))
}

/// An element outside a list.
#[cold]
pub(super) fn index(length: i64, index: i64, site: Site) -> Stop {
    let elements = if length == 1 { "1 element".to_owned() } else { format!("{length} elements") };
    let detail = format!("the list has {elements}, index {index} is outside");
    Stop { site, fault: Fault::new(FailReason::Index, detail) }
}

/// A rejection for which the program gives no text.
pub(super) fn plain(reason: FailReason) -> &'static str {
    match reason {
        FailReason::Require => "a requirement does not hold",
        FailReason::Overflow => "a number is outside its type",
        FailReason::DivisionByZero => "division by zero",
        FailReason::Axiom => "an axiom does not hold",
        FailReason::MissingRow => "the row is not there",
        FailReason::RowExists => "the row is there already",
        FailReason::CurrencyMismatch => "amounts of two currencies don't go together",
        FailReason::DigitLost => "a digit would be lost",
        FailReason::Index => "the list has no such element",
        FailReason::Weights => "nothing can be split by these weights",
        FailReason::Calendar => "a date or time is outside the years 0001 to 9999",
        FailReason::TooLong => "a text or list is too long",
        FailReason::Steps => "this takes too many steps",
        FailReason::Memory => "this makes too many values",
        FailReason::NotFinite => "a Float is no finite number",
        FailReason::RepeatedKey => "a map would have a key twice",
    }
}
