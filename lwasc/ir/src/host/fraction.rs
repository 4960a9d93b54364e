//! Fractions: what `/` gives. Each may carry a currency that is known at run time only; where the currency is known when
//! the program is compiled, the type carries it and the fraction here has none.

use super::call::Call;
use super::format::{code, money};
use super::money::{cannot, digits};
use super::number::not_rounded;
use super::order::sign;
use crate::{CurrencyId, FailReason, Fault, Module, Slot};
use lwas_exact::{ExactError, Fraction, Mode, format_decimal};

/// A fraction with its currency.
type Carried = (Fraction, Option<CurrencyId>);

/// An operand; taking the first charges the step of the operation.
fn operand(call: &mut Call, index: usize) -> Result<Carried, Fault> {
    if index == 0 {
        call.memory.charge(1)?;
    }
    call.memory.fraction(call.module, call.reference(index)?)
}

fn operands(call: &mut Call) -> Result<(Carried, Carried), Fault> {
    Ok((operand(call, 0)?, operand(call, 1)?))
}

fn give(call: &mut Call, value: &Fraction, currency: Option<CurrencyId>) -> Result<Slot, Fault> {
    Ok(Slot::reference(call.memory.new_fraction(value, currency)?))
}

/// A fraction as people read it: with all its digits where there is a last one, at least those of its currency.
pub(crate) fn words(module: &Module, (value, currency): &Carried) -> String {
    let least = currency.and_then(|currency| module.currencies.get(currency)).map_or(0, |known| known.digits);
    let decimal = |digits| value.round(digits, Mode::Exact).ok().map(|units| format_decimal(units, digits));
    let text = (least..=lwas_exact::MAX_DIGITS).find_map(decimal).unwrap_or_else(|| value.to_string());
    currency.map_or_else(|| text.clone(), |currency| format!("{text} {}", code(module, currency)))
}

/// A decimal without the zeroes at its end, but with as many digits as are wanted.
pub(crate) fn plain(mut text: String, least: u8) -> String {
    let Some(point) = text.find('.') else { return text };
    let shortest = if least == 0 { point } else { point + 1 + usize::from(least) };
    text.truncate(text.trim_end_matches('0').trim_end_matches('.').len().max(shortest));
    text
}

fn no_result(module: &Module, error: ExactError, a: &Carried, sign: &str, b: &Carried) -> Fault {
    let known = a.1.is_some();
    let (a, b) = (words(module, a), words(module, b));
    let detail = match error {
        // Without its currency, which the type says, the number would be a riddle: the values are told beside it.
        ExactError::DivisionByZero if !known => "this divides by zero".to_owned(),
        ExactError::DivisionByZero if a.contains('/') => format!("({a}) / 0 divides by zero"),
        ExactError::DivisionByZero => format!("{a} / 0 divides by zero"),
        _ => format!("({a}) {sign} ({b}) needs more than 256 bits"),
    };
    Fault::exact(error, detail)
}

/// The currency of two that must agree where both have one.
fn common(module: &Module, a: &Carried, b: &Carried, done: &str) -> Result<Option<CurrencyId>, Fault> {
    match (a.1, b.1) {
        (Some(x), Some(y)) if x != y => Err(cannot(module, x, y, done)),
        (x, y) => Ok(x.or(y)),
    }
}

/// From smallest units.
pub(super) fn from_wide(call: &mut Call, digits: u8) -> Result<Slot, Fault> {
    let units = call.wide(0)?;
    call.memory.charge(1)?;
    let value = Fraction::from_units(units, digits)
        .map_err(|error| Fault::exact(error, format!("{} is no fraction", format_decimal(units, digits))))?;
    give(call, &value, None)
}

/// From Money, keeping its currency.
pub(super) fn from_money(call: &mut Call) -> Result<Slot, Fault> {
    let (units, currency) = call.money(0)?;
    call.memory.charge(1)?;
    let value = Fraction::from_units(units, digits(call.module, currency))
        .map_err(|error| Fault::exact(error, format!("{} is no fraction", money(call.module, units, currency))))?;
    give(call, &value, Some(currency))
}

/// From a Number.
pub(super) fn from_number(call: &mut Call) -> Result<Slot, Fault> {
    let (units, digits) = call.memory.number(call.reference(0)?)?;
    call.memory.charge(1)?;
    let value = Fraction::from_units(units, digits)
        .map_err(|error| Fault::exact(error, format!("{} is no fraction", format_decimal(units, digits))))?;
    give(call, &value, None)
}

pub(super) fn add(call: &mut Call) -> Result<Slot, Fault> {
    let (a, b) = operands(call)?;
    let currency = common(call.module, &a, &b, "added")?;
    let value = a.0.add(&b.0).map_err(|error| no_result(call.module, error, &a, "+", &b))?;
    give(call, &value, currency)
}

pub(super) fn sub(call: &mut Call) -> Result<Slot, Fault> {
    let (a, b) = operands(call)?;
    let currency = common(call.module, &a, &b, "subtracted")?;
    let value = a.0.sub(&b.0).map_err(|error| no_result(call.module, error, &a, "-", &b))?;
    give(call, &value, currency)
}

/// At most one has a currency.
pub(super) fn mul(call: &mut Call) -> Result<Slot, Fault> {
    let (a, b) = operands(call)?;
    if let (Some(x), Some(y)) = (a.1, b.1) {
        return Err(cannot(call.module, x, y, "multiplied"));
    }
    let value = a.0.mul(&b.0).map_err(|error| no_result(call.module, error, &a, "*", &b))?;
    give(call, &value, a.1.or(b.1))
}

/// By a number it keeps the currency, by an amount of that currency it loses it.
pub(super) fn div(call: &mut Call) -> Result<Slot, Fault> {
    let (a, b) = operands(call)?;
    let currency = match (a.1, b.1) {
        (currency, None) => currency,
        (Some(x), Some(y)) if x == y => None,
        (Some(x), Some(y)) => return Err(cannot(call.module, x, y, "divided")),
        (None, Some(y)) => {
            let detail = format!("a number can't be divided by an amount of `{}`", code(call.module, y));
            return Err(Fault::new(FailReason::CurrencyMismatch, detail));
        }
    };
    let value = a.0.div(&b.0).map_err(|error| no_result(call.module, error, &a, "/", &b))?;
    give(call, &value, currency)
}

pub(super) fn neg(call: &mut Call) -> Result<Slot, Fault> {
    let (value, currency) = operand(call, 0)?;
    give(call, &value.neg(), currency)
}

pub(super) fn compare(call: &mut Call) -> Result<Slot, Fault> {
    let (a, b) = operands(call)?;
    common(call.module, &a, &b, "compared")?;
    Ok(sign(a.0.cmp(&b.0)))
}

pub(super) fn round(call: &mut Call, digits: u8, mode: Mode) -> Result<Slot, Fault> {
    let fraction = operand(call, 0)?;
    let rounded = fraction.0.round(digits, mode);
    Ok(Slot::wide(rounded.map_err(|error| not_rounded(error, &words(call.module, &fraction), digits))?))
}

/// To the digits of its currency.
pub(super) fn round_money(call: &mut Call, mode: Mode) -> Result<Slot, Fault> {
    let fraction = operand(call, 0)?;
    let Some(currency) = fraction.1 else {
        let detail = format!("{} has no currency to be rounded to", fraction.0);
        return Err(Fault::new(FailReason::CurrencyMismatch, detail));
    };
    let digits = digits(call.module, currency);
    let rounded = fraction.0.round(digits, mode);
    let units = rounded.map_err(|error| not_rounded(error, &words(call.module, &fraction), digits))?;
    Ok(Slot::reference(call.memory.new_money(units, currency)?))
}

/// With a currency, whatever it had.
pub(super) fn with_currency(call: &mut Call) -> Result<Slot, Fault> {
    let (value, _) = operand(call, 0)?;
    let currency = call.currency(1)?;
    give(call, &value, Some(currency))
}
