//! The calendar, in UTC: days and months added, parts of a date.

use super::call::Call;
use crate::{Fault, Slot};
use lwas_exact::ExactError;
use lwas_exact::calendar::{self, EndOfMonth, format_date, format_duration, format_time};

/// A day, or its number where it has no name.
fn date(days: i64) -> String {
    format_date(days).unwrap_or_else(|_| format!("day {days}"))
}

fn outside(error: ExactError, what: &str) -> Fault {
    Fault::exact(error, format!("{what} is outside the years 0001 to 9999"))
}

/// `3 days`, `1 month`.
fn counted(count: i64, unit: &str) -> String {
    if count == 1 { format!("1 {unit}") } else { format!("{count} {unit}s") }
}

pub(super) fn time_add(call: &mut Call) -> Result<Slot, Fault> {
    let (time, duration) = (call.int(0)?, call.int(1)?);
    let sum = calendar::time_add(time, duration).map_err(|error| {
        let time = format_time(time).unwrap_or_else(|_| format!("time {time}"));
        outside(error, &format!("{time} + {}", format_duration(duration)))
    })?;
    Ok(Slot::int(sum))
}

pub(super) fn add_days(call: &mut Call) -> Result<Slot, Fault> {
    let (day, days) = (call.int(0)?, call.int(1)?);
    let sum = calendar::add_days(day, days)
        .map_err(|error| outside(error, &format!("{} + {}", date(day), counted(days, "day"))))?;
    Ok(Slot::int(sum))
}

pub(super) fn add_months(call: &mut Call, next_day: bool) -> Result<Slot, Fault> {
    let (day, months) = (call.int(0)?, call.int(1)?);
    let mode = if next_day { EndOfMonth::NextDay } else { EndOfMonth::LastDay };
    let sum = calendar::add_months(day, months, mode)
        .map_err(|error| outside(error, &format!("{} + {}", date(day), counted(months, "month"))))?;
    Ok(Slot::int(sum))
}

/// A part of a date.
pub(super) fn part(call: &mut Call, part: fn(i64) -> Result<i64, ExactError>) -> Result<Slot, Fault> {
    let day = call.int(0)?;
    Ok(Slot::int(part(day).map_err(|error| outside(error, &date(day)))?))
}

pub(super) fn date_of(call: &mut Call) -> Result<Slot, Fault> {
    let time = call.int(0)?;
    Ok(Slot::int(calendar::date_of(time).map_err(|error| outside(error, &format!("time {time}")))?))
}
