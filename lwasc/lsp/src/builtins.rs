//! Functions that the language has, each as an editor shows it: how it is called, and what it gives.

/// (name, call, what it gives)
pub const FUNCTIONS: &[(&str, &str, &str)] = &[
    (
        "round",
        "round(x, digits?)",
        "`x` with fewer digits, rounded half to even; without `digits` an amount with its currency's own.",
    ),
    ("round_half_even", "round_half_even(x, digits?)", "The same as `round`."),
    ("round_half_up", "round_half_up(x, digits?)", "`x` with fewer digits, a half away from zero."),
    ("round_half_down", "round_half_down(x, digits?)", "`x` with fewer digits, a half toward zero."),
    ("round_up", "round_up(x, digits?)", "`x` with fewer digits, away from zero."),
    ("round_down", "round_down(x, digits?)", "`x` with fewer digits, toward zero."),
    ("floor", "floor(x, digits?)", "`x` with fewer digits, the next below."),
    ("ceil", "ceil(x, digits?)", "`x` with fewer digits, the next above."),
    ("exact", "exact(x, digits?)", "`x` with fewer digits; rejects when one would be lost."),
    ("div", "div(a, b)", "The whole quotient of two Ints, floored."),
    ("mod", "mod(a, b)", "What `div` leaves; it has the sign of `b`."),
    ("min", "min(a, b)", "The smaller; `min(e for x in xs)` is the smallest, or `none`."),
    ("max", "max(a, b)", "The larger; `max(e for x in xs)` is the largest, or `none`."),
    ("abs", "abs(x)", "`x` without its sign."),
    ("length", "length(x)", "How many elements a list or map has, or characters a text."),
    ("keys", "keys(m)", "The keys of a map, in order."),
    ("values", "values(m)", "The values of a map, in order of key."),
    ("range", "range(first, last)", "The Ints from `first` to `last`, both included."),
    ("sort", "sort(xs by e)", "The elements in order, those that are equal as they were."),
    (
        "split",
        "split(amount, weights)",
        "Shares in proportion that add up exactly; what is left goes to the largest remainders.",
    ),
    (
        "split_first",
        "split_first(amount, weights)",
        "Shares in proportion that add up exactly; what is left goes to the earliest.",
    ),
    (
        "convert",
        "convert(x, currency, rate)",
        "An amount in another currency, exact until it is rounded; `rate` is units of it for one of `x`.",
    ),
    (
        "Money",
        "Money(x, currency)",
        "An amount whose currency is known at run time; rejects what its digits can't say.",
    ),
    ("add_days", "add_days(date, n)", "The day `n` days later."),
    (
        "add_months",
        "add_months(date, n, mode)",
        "The day `n` months later; `last_day` or `next_day` says what becomes of a day that the month lacks.",
    ),
    ("days_between", "days_between(a, b)", "How many days `b` is after `a`."),
    ("days_in_month", "days_in_month(date)", "How many days the month has."),
    ("year", "year(date)", "The year."),
    ("month", "month(date)", "The month, from 1."),
    ("day", "day(date)", "The day of the month, from 1."),
    ("weekday", "weekday(date)", "The day of the week; 1 is Monday."),
    ("date", "date(time)", "The day of an instant, in UTC."),
    ("pow", "pow(x, n, digits)", "`x` to the power `n`, rounded once to `digits`."),
    ("sqrt", "sqrt(x)", "The square root of a Float."),
    ("ln", "ln(x)", "The natural logarithm of a Float."),
    ("log2", "log2(x)", "The logarithm of a Float to base 2."),
    ("exp", "exp(x)", "e to the power of a Float."),
    ("float", "float(x)", "A number as a Float, for statistics."),
    ("sum", "sum(e for x in xs where p)", "The sum."),
    ("count", "count(x in xs where p)", "How many."),
    ("avg", "avg(e for x in xs where p)", "The mean, as a fraction; rejects when there are none."),
    ("all", "all(p for x in xs)", "Whether it holds for each."),
    ("any", "any(p for x in xs)", "Whether it holds for one."),
    ("first", "first(x in xs where p)", "The first, or `none`; with a number before it a list of the first so many."),
    ("last", "last(x in xs where p)", "The last, or `none`; with a number before it a list of the last so many."),
    ("rate", "rate(x in Journal over 5m)", "How many a second in a window."),
    ("resonance", "resonance()", "The share of truth that holds among the module's beliefs; 1 without any."),
    ("quantile", "quantile(0.99, e for x in xs)", "The smallest value that is not below that share of them."),
];

/// Names that stand for the circumstances of an event.
pub const CIRCUMSTANCES: &[(&str, &str, &str)] = &[
    ("now", "Time", "The time of the event."),
    ("event_seq", "Int", "The number of the event's entry."),
    ("caller", "Text", "Who sent the event, as the server knows."),
];

/// Types that the language has.
pub const TYPES: &[(&str, &str)] = &[
    ("Bool", "`true` or `false`."),
    ("Text", "UTF-8, at most 1 MiB."),
    ("Int", "A whole number in 64 bits, with a sign; what does not fit rejects."),
    ("Decimal", "`Decimal(n)`: an exact number with n digits behind the point, 0 to 18."),
    ("Money", "An amount whose currency is known at run time, with that currency's digits."),
    ("Number", "An exact number whose digits are known at run time."),
    ("Bag", "Amounts of several currencies."),
    ("Currency", "Which currency."),
    ("Time", "An instant in UTC, to the microsecond."),
    ("Date", "A calendar day."),
    ("Duration", "A span of time, to the microsecond."),
    ("Float", "A binary number for statistics; never money."),
    ("List", "`List<T>`: elements in order."),
    ("Map", "`Map<Text, T>`: values by key, in order of key."),
];

/// What is known of a name of the language: how it is written, and what it is.
pub fn find(name: &str) -> Option<(String, &'static str)> {
    let function = FUNCTIONS.iter().find(|(known, ..)| *known == name);
    let circumstance = CIRCUMSTANCES.iter().find(|(known, ..)| *known == name);
    let ty = TYPES.iter().find(|(known, _)| *known == name);
    function
        .map(|(_, call, docs)| ((*call).to_owned(), *docs))
        .or_else(|| circumstance.map(|(name, ty, docs)| (format!("{name}: {ty}"), *docs)))
        .or_else(|| ty.map(|(name, docs)| ((*name).to_owned(), *docs)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_function_of_the_language_is_told() {
        for name in lwas_check::function_names() {
            assert!(FUNCTIONS.iter().any(|(known, ..)| known == name), "`{name}` is missing");
        }
    }
}
