//! The calendar: known dates, the ends of the range, and every date against counting one by one.

use lwas_exact::calendar::{
    MAX_DATE, MAX_TIME, MICROS_PER_DAY, MIN_DATE, MIN_TIME, add_days, add_months, date_of, day, days_between,
    days_in_month, format_date, format_duration, format_time, month, parse_date, parse_duration, parse_instant,
    parse_time, time_add, time_diff, time_of, time_sub, weekday, year,
};
use lwas_exact::{EndOfMonth, ExactError, ParseError};
use proptest::prelude::*;

const OUT: Result<i64, ExactError> = Err(ExactError::OutOfRange);

fn date(text: &str) -> i64 {
    parse_date(text).unwrap()
}

#[test]
fn every_date_follows_the_one_before() {
    // Counted by the rule of the Gregorian calendar alone, from the first day, which was a Monday.
    let (mut number, mut of_week) = (MIN_DATE, 1);
    for y in 1..=9999i64 {
        let leap = y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);
        let february = if leap { 29 } else { 28 };
        let lengths = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        for (m, length) in (1..).zip(lengths) {
            for d in 1..=length {
                // Every day at the ends of the months, every seventh in between.
                if d <= 2 || d >= 28 || d % 7 == 0 {
                    let read = (year(number), month(number), day(number), weekday(number));
                    assert_eq!(read, (Ok(y), Ok(m), Ok(d), Ok(of_week)));
                    let text = format!("{y:04}-{m:02}-{d:02}");
                    assert_eq!(format_date(number).as_deref(), Ok(text.as_str()));
                    assert_eq!(parse_date(&text), Ok(number));
                    assert_eq!(days_in_month(number), Ok(length));
                }
                number += 1;
                of_week = of_week % 7 + 1;
            }
        }
    }
    assert_eq!(number, MAX_DATE + 1);
}

#[test]
fn months() {
    use EndOfMonth::{LastDay, NextDay};
    for (from, n, last_day, next_day) in [
        ("2026-01-31", 1, "2026-02-28", "2026-03-01"),
        ("2028-01-30", 1, "2028-02-29", "2028-03-01"),
        ("2026-01-28", 1, "2026-02-28", "2026-02-28"),
        ("2026-03-31", -1, "2026-02-28", "2026-03-01"),
        ("2026-12-31", 2, "2027-02-28", "2027-03-01"),
        ("2024-02-29", 12, "2025-02-28", "2025-03-01"),
        ("2024-02-29", -48, "2020-02-29", "2020-02-29"),
        ("2026-05-31", 1, "2026-06-30", "2026-07-01"),
        ("2026-01-15", -1, "2025-12-15", "2025-12-15"),
        ("9999-11-30", 1, "9999-12-30", "9999-12-30"),
    ] {
        assert_eq!(add_months(date(from), n, LastDay), Ok(date(last_day)), "{from} {n}");
        assert_eq!(add_months(date(from), n, NextDay), Ok(date(next_day)), "{from} {n}");
    }
    for mode in [LastDay, NextDay] {
        assert_eq!(add_months(date("9999-12-01"), 1, mode), OUT);
        assert_eq!(add_months(date("0001-01-31"), -1, mode), OUT);
        assert_eq!(add_months(0, i64::MAX, mode), OUT);
        assert_eq!(add_months(0, i64::MIN, mode), OUT);
        assert_eq!(add_months(i64::MAX, 0, mode), OUT);
    }
}

#[test]
fn days() {
    assert_eq!(add_days(date("2026-02-28"), 1), Ok(date("2026-03-01")));
    assert_eq!(days_between(date("2026-01-25"), date("2026-03-01")), Ok(35));
    assert_eq!(days_between(date("2026-03-01"), date("2026-01-25")), Ok(-35));
    assert_eq!(days_between(MIN_DATE, MAX_DATE), Ok(3_652_058));
    assert_eq!((weekday(0), weekday(date("2026-01-25"))), (Ok(4), Ok(7)));
    assert_eq!(add_days(MAX_DATE, 1), OUT);
    assert_eq!(add_days(MIN_DATE, -1), OUT);
    assert_eq!(add_days(1, i64::MAX), OUT);
    assert_eq!(days_between(MIN_DATE - 1, 0), OUT);
    for read in [year, month, day, weekday, days_in_month, time_of] {
        assert_eq!((read(MAX_DATE + 1), read(i64::MIN)), (OUT, OUT));
    }
}

#[test]
fn instants() {
    let time = parse_time("2026-01-25T02:52:48.340Z").unwrap();
    assert_eq!(time, 1_769_309_568_340_000);
    assert_eq!(date_of(time), Ok(date("2026-01-25")));
    assert_eq!(date_of(-1), Ok(-1));
    assert_eq!(time_of(-1), Ok(-MICROS_PER_DAY));
    assert_eq!(time_diff(time, time - 5), Ok(5));
    assert_eq!((time_add(time, 7), time_sub(time, 7)), (Ok(time + 7), Ok(time - 7)));
    assert_eq!(time_diff(MAX_TIME, MIN_TIME), Ok(MAX_TIME - MIN_TIME));
    assert_eq!(parse_time("0001-01-01T00:00:00Z"), Ok(MIN_TIME));
    assert_eq!(parse_time("9999-12-31T23:59:59.999999Z"), Ok(MAX_TIME));
    assert_eq!(format_time(MAX_TIME).as_deref(), Ok("9999-12-31T23:59:59.999999Z"));
    assert_eq!(time_add(MAX_TIME, 1), OUT);
    assert_eq!(time_sub(MIN_TIME, 1), OUT);
    assert_eq!(time_sub(0, i64::MIN), OUT);
    assert_eq!(time_add(i64::MAX, -1), OUT);
    assert_eq!(date_of(MAX_TIME + 1), OUT);
    assert_eq!(format_time(MIN_TIME - 1), Err(ExactError::OutOfRange));
}

#[test]
fn the_shortest_fraction_is_printed() {
    for (time, text) in [
        (0, "1970-01-01T00:00:00Z"),
        (1, "1970-01-01T00:00:00.000001Z"),
        (1_000, "1970-01-01T00:00:00.001Z"),
        (340_000, "1970-01-01T00:00:00.340Z"),
        (340_100, "1970-01-01T00:00:00.340100Z"),
        (-1, "1969-12-31T23:59:59.999999Z"),
    ] {
        assert_eq!(format_time(time).as_deref(), Ok(text));
        assert_eq!(parse_time(text), Ok(time));
    }
    assert_eq!(parse_time("1970-01-01T00:00:00.5Z"), Ok(500_000));
}

#[test]
fn instants_from_outside_may_have_an_offset() {
    use ParseError::{Malformed, OutOfRange, TooManyDigits};
    let same = [
        "2026-01-25T02:52:48.340Z",
        "2026-01-25t02:52:48.34z",
        "2026-01-25T02:52:48.340000000Z",
        "2026-01-25T02:52:48.340+00:00",
        "2026-01-25T02:52:48.340-00:00",
        "2026-01-25T03:52:48.340+01:00",
        "2026-01-24T20:52:48.3400000000000-06:00",
        "2026-01-25T08:22:48.340+05:30",
        "2026-01-26T02:51:48.340+23:59",
    ];
    for text in same {
        assert_eq!(parse_instant(text), Ok(1_769_309_568_340_000), "{text}");
    }
    assert_eq!(parse_instant("0001-01-01T01:00:00+01:00"), Ok(MIN_TIME));
    assert_eq!(parse_instant("9999-12-31T22:59:59.999999-01:00"), Ok(MAX_TIME));
    for (text, error) in [
        ("", Malformed),
        ("+01:00", Malformed),
        ("2026-01-25T02:52:48", Malformed),
        ("2026-01-25 02:52:48Z", Malformed),
        ("2026-01-25T02:52:48+0100", Malformed),
        ("2026-01-25T02:52:48+01", Malformed),
        ("2026-01-25T02:52:48 01:00", Malformed),
        ("2026-01-25T02:52:48Z+01:00", Malformed),
        ("2026-01-25T02:52:48+01:00Z", Malformed),
        ("2026-01-25T02:52:48.+01:00", Malformed),
        ("2026-01-25T02:52:48\u{0661}01:00", Malformed),
        ("2026-01-25T02:52:48.340000000x", Malformed),
        ("2026-01-25T02:52:48.340000001Z", TooManyDigits),
        ("2026-01-25T02:52:48.3400001+01:00", TooManyDigits),
        ("2026-01-25T02:52:48+24:00", OutOfRange),
        ("2026-01-25T02:52:48+01:60", OutOfRange),
        ("2016-12-31T23:59:60Z", OutOfRange),
        ("2026-02-29T00:00:00+01:00", OutOfRange),
        ("0001-01-01T00:59:59+01:00", OutOfRange),
        ("9999-12-31T23:00:00-01:00", OutOfRange),
    ] {
        assert_eq!(parse_instant(text), Err(error), "{text}");
    }
}

#[test]
fn instants_and_dates_that_are_refused() {
    use ParseError::{Malformed, OutOfRange, TooManyDigits};
    for (text, error) in [
        ("", Malformed),
        ("Z", Malformed),
        ("2026-01-25", Malformed),
        ("2026-01-25T02:52:48", Malformed),
        ("2026-01-25t02:52:48Z", Malformed),
        ("2026-01-25T02:52:48z", Malformed),
        ("2026-01-25 02:52:48Z", Malformed),
        ("2026-01-25T02:52:48+00:00", Malformed),
        ("2026-01-25T02:52:48+00:00Z", Malformed),
        ("2026-01-25T02:52Z", Malformed),
        ("2026-01-25T2:52:48Z", Malformed),
        ("2026-01-25T02:52:48.Z", Malformed),
        ("2026-01-25T02:52:48,5Z", Malformed),
        ("2026-01-25T02:52:48.5xZ", Malformed),
        ("2026-1-25T02:52:48Z", Malformed),
        ("+2026-01-25T02:52:48Z", Malformed),
        ("-026-01-25T02:52:48Z", Malformed),
        ("2026-01-25T02:52:48ZZ", Malformed),
        ("2026-01-25T02:52:48\u{0661}Z", Malformed),
        ("2026-01-25T02:52:48.0000000Z", TooManyDigits),
        ("2026-01-25T02:52:60Z", OutOfRange),
        ("2026-01-25T24:00:00Z", OutOfRange),
        ("2026-01-25T02:60:00Z", OutOfRange),
        ("2026-02-29T00:00:00Z", OutOfRange),
        ("0000-01-01T00:00:00Z", OutOfRange),
    ] {
        assert_eq!(parse_time(text), Err(error), "{text}");
    }
    for (text, error) in [
        ("", Malformed),
        ("2026-1-25", Malformed),
        ("20260125", Malformed),
        ("2026-01-25Z", Malformed),
        ("2026/01/25", Malformed),
        ("12026-01-25", Malformed),
        ("2026-00-01", OutOfRange),
        ("2026-13-01", OutOfRange),
        ("2026-01-00", OutOfRange),
        ("2026-04-31", OutOfRange),
        ("1900-02-29", OutOfRange),
        ("0000-12-31", OutOfRange),
    ] {
        assert_eq!(parse_date(text), Err(error), "{text}");
    }
    assert!(parse_date("2000-02-29").is_ok());
}

#[test]
fn durations() {
    for (text, micros, printed) in [
        ("30s", 30_000_000, "30s"),
        ("5m", 300_000_000, "5m"),
        ("2h", 7_200_000_000, "2h"),
        ("7d", 604_800_000_000, "7d"),
        ("250ms", 250_000, "250ms"),
        ("7us", 7, "7us"),
        ("1h30m", 5_400_000_000, "1h30m"),
        ("90m", 5_400_000_000, "1h30m"),
        ("24h", 86_400_000_000, "1d"),
        ("1d2h3m4s5ms6us", 93_784_005_006, "1d2h3m4s5ms6us"),
        ("-1m30s", -90_000_000, "-1m30s"),
        ("0s", 0, "0s"),
        ("-0d", 0, "0s"),
        ("9223372036854775807us", i64::MAX, "106751991d4h54s775ms807us"),
        ("-9223372036854775808us", i64::MIN, "-106751991d4h54s775ms808us"),
    ] {
        assert_eq!(parse_duration(text), Ok(micros), "{text}");
        assert_eq!(format_duration(micros), printed);
    }
    use ParseError::{Malformed, OutOfRange};
    for (text, error) in [
        ("", Malformed),
        ("-", Malformed),
        ("5", Malformed),
        ("m", Malformed),
        ("5 m", Malformed),
        ("5M", Malformed),
        ("+5m", Malformed),
        ("--5m", Malformed),
        ("1.5h", Malformed),
        ("30m1h", Malformed),
        ("1m1m", Malformed),
        ("1h-30m", Malformed),
        ("5min", Malformed),
        ("1w", Malformed),
        ("1h ", Malformed),
        ("\u{0665}m", Malformed),
        ("9223372036854775808us", OutOfRange),
        ("106751992d", OutOfRange),
        ("99999999999999999999999999999999999999999999d", OutOfRange),
        ("18446744073709551615d18446744073709551615h", OutOfRange),
    ] {
        assert_eq!(parse_duration(text), Err(error), "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn an_offset_moves_the_clock_and_not_the_instant(time in MIN_TIME..=MAX_TIME, minutes in 0i64..24 * 60, east: bool) {
        let (sign, offset) = if east { ('+', minutes) } else { ('-', -minutes) };
        if let Ok(local) = time_add(time, offset * 60_000_000) {
            let local = format_time(local).unwrap();
            let text = format!("{}{sign}{:02}:{:02}", local.strip_suffix('Z').unwrap(), minutes / 60, minutes % 60);
            prop_assert_eq!(parse_instant(&text), Ok(time));
        }
    }

    #[test]
    fn text_and_back(time in MIN_TIME..=MAX_TIME, duration: i64) {
        prop_assert_eq!(parse_time(&format_time(time).unwrap()), Ok(time));
        prop_assert_eq!(parse_duration(&format_duration(duration)), Ok(duration));
    }

    #[test]
    fn printed_instants_sort_like_instants(a in MIN_TIME / 1_000_000..=MAX_TIME / 1_000_000, b in MIN_TIME / 1_000_000..=MAX_TIME / 1_000_000) {
        let text = |seconds: i64| format_time(seconds * 1_000_000).unwrap();
        prop_assert_eq!(text(a).cmp(&text(b)), a.cmp(&b));
    }

    #[test]
    fn months_stay_in_the_month_aimed_at(date in MIN_DATE..=MAX_DATE, n in -200_000i64..200_000) {
        let aimed = year(date).unwrap() * 12 + month(date).unwrap() - 1 + n;
        let inside = (12..120_000).contains(&aimed);
        let last = add_months(date, n, EndOfMonth::LastDay);
        let next = add_months(date, n, EndOfMonth::NextDay);
        prop_assert_eq!((last.is_ok(), next.is_ok()), (inside, inside));
        if let (Ok(last), Ok(next)) = (last, next) {
            prop_assert_eq!(year(last).unwrap() * 12 + month(last).unwrap() - 1, aimed);
            let wanted = day(date).unwrap();
            let length = days_in_month(last).unwrap();
            prop_assert_eq!(day(last).unwrap(), wanted.min(length));
            prop_assert_eq!(next - last, i64::from(wanted > length));
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in "[0-9TZ:.\\-]{0,28}|-?([0-9]{1,20}(d|h|m|s|ms|us)){0,4}|\\PC{0,12}") {
        // Whatever is read can be printed, and what is printed reads the same.
        if let Ok(time) = parse_time(&text) {
            prop_assert_eq!(parse_time(&format_time(time).unwrap()), Ok(time));
            prop_assert_eq!(parse_instant(&text), Ok(time));
        }
        if let Ok(date) = parse_date(&text) {
            prop_assert_eq!(format_date(date).unwrap(), text.clone());
        }
        if let Ok(duration) = parse_duration(&text) {
            prop_assert_eq!(parse_duration(&format_duration(duration)), Ok(duration));
        }
    }
}
