//! Floats: arithmetic, order, rounding, elementary functions. They lie in memory by their bits. What is no number or not
//! finite fails, so that every Float that a program holds is a finite one.

use super::call::Call;
use super::order::sign;
use crate::{FailReason, Fault, Slot};
use lwas_exact::{ExactError, Mode, float};

/// A Float as a result.
fn slot(value: f64) -> Slot {
    Slot::int(value.to_bits().cast_signed())
}

/// An argument. A forged program may bring other bits.
fn argument(call: &Call, index: usize) -> Result<f64, Fault> {
    crate::memory::float(call.int(index)?).ok_or_else(|| Fault::damaged("Float"))
}

/// `a op b`.
pub(super) fn binary(call: &mut Call, sign: &str, op: fn(f64, f64) -> f64) -> Result<Slot, Fault> {
    let (a, b) = (argument(call, 0)?, argument(call, 1)?);
    let result = float::finite(op(a, b));
    result
        .map(slot)
        .map_err(|error| Fault::exact(error, format!("{} {sign} {} is outside the range of a Float", text(a), text(b))))
}

/// `a / b`.
pub(super) fn div(call: &mut Call) -> Result<Slot, Fault> {
    if argument(call, 1)? == 0.0 {
        let detail = format!("{} is divided by zero", text(argument(call, 0)?));
        return Err(Fault::new(FailReason::DivisionByZero, detail));
    }
    binary(call, "/", |a, b| a / b)
}

/// `-a`.
pub(super) fn neg(call: &mut Call) -> Result<Slot, Fault> {
    // Of 0.0 it is -0.0, which adding 0.0 mends.
    Ok(slot(-argument(call, 0)? + 0.0))
}

/// -1, 0 or 1.
pub(super) fn compare(call: &mut Call) -> Result<Slot, Fault> {
    let (a, b) = (argument(call, 0)?, argument(call, 1)?);
    Ok(sign(a.total_cmp(&b)))
}

/// The Float nearest to an amount.
pub(super) fn from_wide(call: &mut Call, digits: u8) -> Result<Slot, Fault> {
    Ok(slot(float::units_to_float(call.wide(0)?, digits) + 0.0))
}

/// The Float nearest to a fraction.
pub(super) fn from_fraction(call: &mut Call) -> Result<Slot, Fault> {
    call.memory.charge(1)?;
    let (value, _) = call.memory.fraction(call.module, call.reference(0)?)?;
    Ok(slot(float::fraction_to_float(&value)))
}

/// The exact value of a Float, rounded once.
pub(super) fn round(call: &mut Call, digits: u8, mode: Mode) -> Result<Slot, Fault> {
    let value = argument(call, 0)?;
    let units = float::float_to_units(value, digits, mode);
    units.map(Slot::wide).map_err(|error| {
        let detail = match error {
            ExactError::DigitLost => format!("{} has more than {}", text(value), super::money::digits_of(digits)),
            _ => format!("{} with {} is outside 128 bits", text(value), super::money::digits_of(digits)),
        };
        Fault::exact(error, detail)
    })
}

/// An elementary function.
pub(super) fn function(
    call: &mut Call,
    name: &str,
    function: fn(f64) -> Result<f64, ExactError>,
) -> Result<Slot, Fault> {
    let value = argument(call, 0)?;
    function(value)
        .map(slot)
        .map_err(|error| Fault::exact(error, format!("{name}({}) is not a finite number", text(value))))
}

fn text(value: f64) -> String {
    float::format_float(value)
}
