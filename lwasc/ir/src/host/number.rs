//! Number: exact decimals whose digits are known at run time, at most 36; and powers.

use super::call::Call;
use super::money::digits_of;
use crate::{Fault, Slot};
use lwas_exact::{
    ExactError, MAX_DIGITS, Mode, checked_add, checked_mul, checked_neg, checked_sub, format_decimal, round_units,
    widen,
};

/// What `Pow` charges: its time does not depend much on the exponent.
const POW_STEPS: u64 = 64;

/// Units and digits.
type Number = (i128, u8);

fn operand(call: &Call, index: usize) -> Result<Number, Fault> {
    call.memory.number(call.reference(index)?)
}

fn outside(error: ExactError, a: Number, sign: &str, b: Number) -> Fault {
    let (a, b) = (format_decimal(a.0, a.1), format_decimal(b.0, b.1));
    Fault::exact(error, format!("{a} {sign} {b} is outside 128 bits"))
}

pub(super) fn add(call: &mut Call) -> Result<Slot, Fault> {
    sum(call, checked_add, "+")
}

pub(super) fn sub(call: &mut Call) -> Result<Slot, Fault> {
    sum(call, checked_sub, "-")
}

/// With the larger number of digits.
fn sum(call: &mut Call, operation: fn(i128, i128) -> Result<i128, ExactError>, sign: &str) -> Result<Slot, Fault> {
    let (a, b) = (operand(call, 0)?, operand(call, 1)?);
    let digits = a.1.max(b.1);
    let widened = widen(a.0, a.1, digits).and_then(|x| Ok((x, widen(b.0, b.1, digits)?)));
    let units = widened.and_then(|(x, y)| operation(x, y)).map_err(|error| outside(error, a, sign, b))?;
    Ok(Slot::reference(call.memory.new_number(units, digits)?))
}

/// With the sum of the digits.
pub(super) fn mul(call: &mut Call) -> Result<Slot, Fault> {
    let (a, b) = (operand(call, 0)?, operand(call, 1)?);
    let digits = a.1.saturating_add(b.1);
    if digits > MAX_DIGITS {
        let (a, b) = (format_decimal(a.0, a.1), format_decimal(b.0, b.1));
        let detail = format!("{a} * {b} has {}, at most {MAX_DIGITS} are carried", digits_of(digits));
        return Err(Fault::exact(ExactError::TooManyDigits, detail));
    }
    let units = checked_mul(a.0, b.0).map_err(|error| outside(error, a, "*", b))?;
    Ok(Slot::reference(call.memory.new_number(units, digits)?))
}

pub(super) fn neg(call: &mut Call) -> Result<Slot, Fault> {
    let (units, digits) = operand(call, 0)?;
    let negated = checked_neg(units)
        .map_err(|error| Fault::exact(error, format!("-({}) is outside 128 bits", format_decimal(units, digits))))?;
    Ok(Slot::reference(call.memory.new_number(negated, digits)?))
}

pub(super) fn round(call: &mut Call, digits: u8, mode: Mode) -> Result<Slot, Fault> {
    let (units, from) = operand(call, 0)?;
    let rounded = round_units(units, from, digits, mode);
    Ok(Slot::wide(rounded.map_err(|error| not_rounded(error, &format_decimal(units, from), digits))?))
}

/// Why a number can't be had with these digits.
pub(crate) fn not_rounded(error: ExactError, number: &str, digits: u8) -> Fault {
    let detail = match error {
        ExactError::DigitLost => {
            let number = super::fraction::plain(number.to_owned(), 0);
            format!("{number} can't be said exactly with {}", digits_of(digits))
        }
        _ => format!("{number} with {} is outside 128 bits", digits_of(digits)),
    };
    Fault::exact(error, detail)
}

/// A number of `from` digits to a whole power, rounded once to `to` digits.
pub(super) fn pow(call: &mut Call, from: u8, to: u8) -> Result<Slot, Fault> {
    let (units, exponent) = (call.wide(0)?, call.int(1)?);
    call.memory.charge(POW_STEPS)?;
    let power = lwas_exact::pow(units, from, exponent, to);
    Ok(Slot::wide(power.map_err(|error| {
        let base = format_decimal(units, from);
        let detail = match error {
            ExactError::DivisionByZero => format!("pow({base}, {exponent}) divides by zero"),
            ExactError::Undecided => format!("pow({base}, {exponent}) is too close to call between two results"),
            _ => format!("pow({base}, {exponent}) with {} is outside 128 bits", digits_of(to)),
        };
        Fault::exact(error, detail)
    })?))
}
