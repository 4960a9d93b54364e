//! Money: amounts whose currency is known at run time, with that currency's own digits.

use super::call::Call;
use super::format::{code, money};
use crate::{CurrencyId, FailReason, Fault, Module, Slot};
use lwas_exact::{ExactError, Mode, checked_add, checked_mul, checked_neg, checked_sub, format_decimal, round_units};

/// Two currencies that don't go together.
pub(super) fn cannot(module: &Module, a: CurrencyId, b: CurrencyId, done: &str) -> Fault {
    let detail = format!("`{}` and `{}` can't be {done}", code(module, a), code(module, b));
    Fault::new(FailReason::CurrencyMismatch, detail)
}

/// A currency's own digits.
pub(super) fn digits(module: &Module, currency: CurrencyId) -> u8 {
    module.currencies.get(currency).map_or(0, |c| c.digits)
}

pub(super) fn add(call: &mut Call) -> Result<Slot, Fault> {
    combine(call, checked_add, "+", "added")
}

pub(super) fn sub(call: &mut Call) -> Result<Slot, Fault> {
    combine(call, checked_sub, "-", "subtracted")
}

fn combine(
    call: &mut Call,
    operation: fn(i128, i128) -> Result<i128, ExactError>,
    sign: &str,
    done: &str,
) -> Result<Slot, Fault> {
    let (a, b) = (call.money(0)?, call.money(1)?);
    if a.1 != b.1 {
        return Err(cannot(call.module, a.1, b.1, done));
    }
    let units = operation(a.0, b.0).map_err(|error| {
        let (a, b) = (money(call.module, a.0, a.1), money(call.module, b.0, b.1));
        Fault::exact(error, format!("{a} {sign} {b} is outside 128 bits"))
    })?;
    Ok(Slot::reference(call.memory.new_money(units, a.1)?))
}

pub(super) fn neg(call: &mut Call) -> Result<Slot, Fault> {
    let (units, currency) = call.money(0)?;
    let negated = checked_neg(units).map_err(|error| {
        Fault::exact(error, format!("-({}) is outside 128 bits", money(call.module, units, currency)))
    })?;
    Ok(Slot::reference(call.memory.new_money(negated, currency)?))
}

/// Money times an Int.
pub(super) fn mul(call: &mut Call) -> Result<Slot, Fault> {
    let ((units, currency), times) = (call.money(0)?, call.int(1)?);
    let product = checked_mul(units, i128::from(times)).map_err(|error| {
        Fault::exact(error, format!("{} * {times} is outside 128 bits", money(call.module, units, currency)))
    })?;
    Ok(Slot::reference(call.memory.new_money(product, currency)?))
}

/// A Number's amount in a currency, exactly.
pub(super) fn new(call: &mut Call) -> Result<Slot, Fault> {
    let ((units, from), currency) = (call.memory.number(call.reference(0)?)?, call.currency(1)?);
    let to = digits(call.module, currency);
    let exact = round_units(units, from, to, Mode::Exact).map_err(|error| {
        let (number, code) = (format_decimal(units, from), code(call.module, currency));
        let detail = match error {
            ExactError::DigitLost => format!("{number} can't be said in `{code}`, which has {}", digits_of(to)),
            _ => format!("{number} {code} is outside 128 bits"),
        };
        Fault::exact(error, detail)
    })?;
    Ok(Slot::reference(call.memory.new_money(exact, currency)?))
}

/// `1 digit`, `2 digits`.
pub(crate) fn digits_of(digits: u8) -> String {
    if digits == 1 { "1 digit".to_owned() } else { format!("{digits} digits") }
}

pub(super) fn currency_digits(call: &mut Call) -> Result<Slot, Fault> {
    let currency = call.currency(0)?;
    Ok(Slot::int(i64::from(digits(call.module, currency))))
}
