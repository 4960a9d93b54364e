//! The calendar, all in UTC: days, months, instants and spans.
//!
//! A Date is an `i64` count of days since 1970-01-01, a Time an `i64` count of microseconds since
//! 1970-01-01T00:00:00Z (every day has 86,400 seconds, as in POSIX), a Duration an `i64` count of microseconds. The
//! calendar is the Gregorian one of ISO 8601, carried back before its introduction, for the years 0001 to 9999.
//! `jiff` knows its months and days; an instant is split into day and time of day here, because `jiff`'s own
//! instants end two days before the year 9999 does. Everything outside those years is `OutOfRange`.

use jiff::{Span, civil};

use crate::error::ExactError;

mod duration;
mod text;

pub use duration::{format_duration, parse_duration};
pub use text::{format_date, format_time, parse_date, parse_instant, parse_time};

/// 0001-01-01.
pub const MIN_DATE: i64 = -719_162;
/// 9999-12-31.
pub const MAX_DATE: i64 = 2_932_896;
/// The microseconds of a day.
pub const MICROS_PER_DAY: i64 = 86_400_000_000;
/// 0001-01-01T00:00:00Z.
pub const MIN_TIME: i64 = MIN_DATE * MICROS_PER_DAY;
/// 9999-12-31T23:59:59.999999Z.
pub const MAX_TIME: i64 = (MAX_DATE + 1) * MICROS_PER_DAY - 1;

const EPOCH: civil::Date = civil::date(1970, 1, 1);

/// What [`add_months`] does where the month it arrives at is too short.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EndOfMonth {
    /// The last day of that month.
    LastDay,
    /// The first day of the month after it.
    NextDay,
}

/// The day `n` days after (or before) `date`.
pub fn add_days(date: i64, n: i64) -> Result<i64, ExactError> {
    check_date(date)?;
    check_date(date.checked_add(n).ok_or(ExactError::OutOfRange)?)
}

/// The same day of the month `n` months later (or earlier).
pub fn add_months(date: i64, n: i64, mode: EndOfMonth) -> Result<i64, ExactError> {
    let day = civil_date(date)?;
    let months = i64::from(day.year()) * 12 + i64::from(day.month()) - 1;
    let months = months.checked_add(n).ok_or(ExactError::OutOfRange)?;
    let year = i16::try_from(months.div_euclid(12)).map_err(|_| ExactError::OutOfRange)?;
    let month = i8::try_from(months.rem_euclid(12) + 1).map_err(|_| ExactError::OutOfRange)?;
    let first = civil::Date::new(year, month, 1).map_err(|_| ExactError::OutOfRange)?;
    let first_day = date_number(first)?;
    let length = i64::from(first.days_in_month());
    let wanted = i64::from(day.day());
    check_date(match mode {
        EndOfMonth::LastDay => first_day + wanted.min(length) - 1,
        // The month after a short one follows at once, and December is never short.
        EndOfMonth::NextDay => first_day + (wanted - 1).min(length),
    })
}

/// How many days lie from `a` to `b`; negative where `b` is earlier.
pub fn days_between(a: i64, b: i64) -> Result<i64, ExactError> {
    Ok(check_date(b)? - check_date(a)?)
}

/// How many days the month of `date` has, 28 to 31.
pub fn days_in_month(date: i64) -> Result<i64, ExactError> {
    Ok(i64::from(civil_date(date)?.days_in_month()))
}

/// The year, 1 to 9999.
pub fn year(date: i64) -> Result<i64, ExactError> {
    Ok(i64::from(civil_date(date)?.year()))
}

/// The month, 1 to 12.
pub fn month(date: i64) -> Result<i64, ExactError> {
    Ok(i64::from(civil_date(date)?.month()))
}

/// The day of the month, 1 to 31.
pub fn day(date: i64) -> Result<i64, ExactError> {
    Ok(i64::from(civil_date(date)?.day()))
}

/// The day of the week as ISO 8601 counts: 1 is Monday, 7 Sunday.
pub fn weekday(date: i64) -> Result<i64, ExactError> {
    Ok(i64::from(civil_date(date)?.weekday().to_monday_one_offset()))
}

/// The day of an instant.
pub fn date_of(time: i64) -> Result<i64, ExactError> {
    Ok(check_time(time)?.div_euclid(MICROS_PER_DAY))
}

/// The first instant of a day.
pub fn time_of(date: i64) -> Result<i64, ExactError> {
    Ok(check_date(date)? * MICROS_PER_DAY)
}

/// The instant a Duration after (or before) another.
pub fn time_add(time: i64, duration: i64) -> Result<i64, ExactError> {
    check_time(time)?;
    check_time(time.checked_add(duration).ok_or(ExactError::OutOfRange)?)
}

/// The instant a Duration before (or after) another.
pub fn time_sub(time: i64, duration: i64) -> Result<i64, ExactError> {
    check_time(time)?;
    check_time(time.checked_sub(duration).ok_or(ExactError::OutOfRange)?)
}

/// The Duration `a - b`.
pub fn time_diff(a: i64, b: i64) -> Result<i64, ExactError> {
    Ok(check_time(a)? - check_time(b)?)
}

/// The date itself, where it lies in the years 0001 to 9999.
pub const fn check_date(date: i64) -> Result<i64, ExactError> {
    match date {
        MIN_DATE..=MAX_DATE => Ok(date),
        _ => Err(ExactError::OutOfRange),
    }
}

/// The instant itself, where it lies in the years 0001 to 9999.
pub const fn check_time(time: i64) -> Result<i64, ExactError> {
    match time {
        MIN_TIME..=MAX_TIME => Ok(time),
        _ => Err(ExactError::OutOfRange),
    }
}

/// The count of days of a date of jiff's.
fn date_number(date: civil::Date) -> Result<i64, ExactError> {
    let since = date.since(EPOCH).map_err(|_| ExactError::OutOfRange)?;
    check_date(i64::from(since.get_days()))
}

/// The date of jiff's for a count of days.
fn civil_date(date: i64) -> Result<civil::Date, ExactError> {
    let days = Span::new().try_days(check_date(date)?).map_err(|_| ExactError::OutOfRange)?;
    EPOCH.checked_add(days).map_err(|_| ExactError::OutOfRange)
}
