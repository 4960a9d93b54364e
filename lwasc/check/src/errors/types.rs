//! E03xx: types and digits. One constructor a code.

use lwas_base::{Code, Diagnostic, Fix, PRIMARY_TEXT, Span};

/// A diagnostic that rounding mends.
trait WithRounding {
    /// The same with that change, where the advice is whole text.
    fn with_rounding(self, span: Span, advice: &str) -> Diagnostic;
}

impl WithRounding for Diagnostic {
    fn with_rounding(self, span: Span, advice: &str) -> Diagnostic {
        if advice.contains('…') { self } else { self.with_fix(Fix::new("round half to even", span, advice)) }
    }
}

fn digits(n: u8) -> String {
    if n == 1 { "1 digit".to_owned() } else { format!("{n} digits") }
}

/// E0301: narrowing that was not written. `value` is the source text of the expression.
pub fn digits_lost(span: Span, base: &str, from: u8, to: u8, place: &str, value: &str) -> Diagnostic {
    let label = format!("{base} with {}, but {place} keeps {to}", digits(from));
    Diagnostic::error(Code("E0301"), span, format!("this would lose {}", digits(from - to)), label)
        .with_help(format!("say how to round: `{value}` rounds half to even"))
        .with_rounding(span, value)
}

/// E0302: amounts of two currencies meet.
pub fn two_currencies(span: Span, what: &str, left: (&str, Span), right: (&str, Span)) -> Diagnostic {
    let message = format!("`{}` and `{}` can't be {what}", left.0, right.0);
    Diagnostic::error(Code("E0302"), span, message, "two currencies meet here")
        .with_label(left.1, format!("this is `{}`", left.0))
        .with_label(right.1, format!("this is `{}`", right.0))
        .with_help("convert one of them first, with a rate: `convert(x, C, rate)`")
}

/// E0303: an amount times an amount, or a number over an amount.
pub fn no_such_unit(span: Span, message: String, left: (&str, Span), right: (&str, Span)) -> Diagnostic {
    Diagnostic::error(Code("E0303"), span, message, "the result would be no amount")
        .with_label(left.1, format!("this is {}", left.0))
        .with_label(right.1, format!("this is {}", right.0))
}

/// E0304: another type is wanted.
pub fn mismatch(span: Span, want: &str, found: &str, place: &str) -> Diagnostic {
    let message = format!("expected {want}, found {found}");
    let error = Diagnostic::error(Code("E0304"), span, message, format!("{place} wants {want}, and this is {found}"));
    match (want, found) {
        ("`Date`", "`Int`" | "`Text`") => error.with_help("a date is written `@2026-01-25`"),
        ("`Time`", "`Int`" | "`Text`") => error.with_help("a time is written `@2026-01-25T10:00:00Z`"),
        ("`Time`", "`Date`") => {
            error.with_help("the beginning of a day is no value of its own: compare days, `date(t)`")
        }
        ("`Date`", "`Time`") => error
            .with_help(format!("the day of a time is `date({PRIMARY_TEXT})`"))
            .with_fix(Fix::new("take its day", span, format!("date({PRIMARY_TEXT})"))),
        ("`Duration`", "`Int`") => error.with_help("a duration has a unit: `30s`, `5m`, `2h`, `7d`"),
        ("`Text`", _) if !found.contains(['?', '<']) && !found.contains("fraction") => {
            let fix = Fix::new("write it in a text", span, format!("\"{{{PRIMARY_TEXT}}}\""));
            error.with_help(format!("write it in a text: `\"{{{PRIMARY_TEXT}}}\"`")).with_fix(fix)
        }
        ("`Bool`", "`Int`") => error.with_help(format!("compare it: `{PRIMARY_TEXT} != 0`")).with_fix(Fix::new(
            "compare it",
            span,
            format!("{PRIMARY_TEXT} != 0"),
        )),
        _ => error,
    }
}

/// E0305: a fraction where a value is wanted.
pub fn fraction(span: Span, found: &str, place: &str, advice: &str) -> Diagnostic {
    let message = "a fraction must be rounded before it can be kept";
    Diagnostic::error(Code("E0305"), span, message, format!("{found}, but {place} wants a value"))
        .with_help(format!("round it, once: `{advice}`"))
        .with_rounding(span, advice)
}

/// E0306: an optional where a value is wanted.
pub fn may_be_none(span: Span, found: &str) -> Diagnostic {
    Diagnostic::error(Code("E0306"), span, "this may be `none`", format!("{found}; a plain value is wanted here"))
        .with_help(format!(
            "give a value for that case, `{PRIMARY_TEXT} ?? …`, or ask first, `{PRIMARY_TEXT} != none and …`"
        ))
}

/// E0307: an operator that these types do not have.
pub fn no_operator(span: Span, op: &str, left: (&str, Span), right: (&str, Span)) -> Diagnostic {
    let message = format!("`{op}` does not go between {} and {}", left.0, right.0);
    let error = Diagnostic::error(Code("E0307"), span, message, "this operator")
        .with_label(left.1, format!("this is {}", left.0))
        .with_label(right.1, format!("this is {}", right.0));
    match (left.0, right.0) {
        ("`Time`", "`Int`") | ("`Duration`", "`Int`") => error.with_help("a span has a unit: `30s`, `5m`, `2h`, `7d`"),
        ("`Time`", "`Text`") => error.with_help("a time is written `@2026-01-25T10:00:00Z`"),
        ("`Date`", "`Text`") => error.with_help("a date is written `@2026-01-25`"),
        ("`Date`", "`Int`") => error.with_help("go on by days with `add_days(date, n)`"),
        ("`Time`", "`Date`") | ("`Date`", "`Time`") => error.with_help("the day of a time is `date(time)`"),
        _ => error,
    }
}

/// E0307: a prefix or a comparison that this type does not have.
pub fn no_operator_for(span: Span, op: &str, found: &str) -> Diagnostic {
    Diagnostic::error(Code("E0307"), span, format!("`{op}` does not go with {found}"), format!("this is {found}"))
}

/// E0308: more digits than a number can have.
pub fn too_many_digits(span: Span, found: u32, most: u32) -> Diagnostic {
    let message = format!("this has {found} digits after the point, at most {most} are possible");
    Diagnostic::error(Code("E0308"), span, message, "too many digits").with_help("round an operand first")
}

/// E0308: digits that are no constant from 0 to 18.
pub fn bad_digits(span: Span, found: &str) -> Diagnostic {
    let message = format!("digits are a constant from 0 to 18, not {found}");
    Diagnostic::error(Code("E0308"), span, message, "expected a whole number such as `2`")
}

/// E0309: rounding without digits.
pub fn digits_needed(span: Span, name: &str, found: &str, value: &str) -> Diagnostic {
    let message = format!("`{name}` needs to know how many digits to keep");
    Diagnostic::error(Code("E0309"), span, message, format!("{found} has no digits of its own to go to"))
        .with_help(format!("say how many: `{name}({value}, 2)`"))
        .with_fix(Fix::new("keep 2 digits", span, format!("{value}, 2")))
}

/// E0310: a literal whose type nothing says.
pub fn unknown_type(span: Span, what: &str, advice: &str) -> Diagnostic {
    Diagnostic::error(Code("E0310"), span, format!("the type of {what} is not known here"), "nothing says its type")
        .with_help(advice)
}

/// E0310: a bare zero where the currency matters.
pub fn zero_of_money(span: Span) -> Diagnostic {
    Diagnostic::error(Code("E0310"), span, "which currency is this zero of", "expected Money")
        .with_help("write it with its currency: `0 USD`")
}

/// E0311: a value that nobody uses.
pub fn unused_value(span: Span, found: &str) -> Diagnostic {
    Diagnostic::error(Code("E0311"), span, "nobody uses this value", format!("{found}, computed and dropped"))
        .with_help(match found {
            "`Bool`" => "what must be true is demanded with `require … else \"why not\"`",
            _ => "bind it with `let`, or remove it",
        })
}

/// E0312: a value is wanted and the block has none.
pub fn no_value(span: Span, want: &str) -> Diagnostic {
    Diagnostic::error(Code("E0312"), span, "this has no value", format!("expected {want} as the last expression"))
}

/// E0312: the value of a row that is found by several.
pub fn several_keys(span: Span) -> Diagnostic {
    let message = "a row whose key has several fields gives no value: no one value finds it again";
    Diagnostic::error(Code("E0312"), span, message, "nothing to bind").with_help("leave out `let … =`")
}

/// E0312: an `if` whose value is used, without `else`.
pub fn else_needed(span: Span) -> Diagnostic {
    Diagnostic::error(Code("E0312"), span, "an `if` whose value is used needs an `else`", "no value when it is false")
}

/// E0313: a match that misses cases.
pub fn not_exhaustive(span: Span, missing: &[String]) -> Diagnostic {
    let list = missing.iter().map(|m| format!("`{m}`")).collect::<Vec<_>>().join(", ");
    let arms = missing.iter().map(|m| format!("{m} => …")).collect::<Vec<_>>().join(", ");
    Diagnostic::error(Code("E0313"), span, format!("this match does not cover {list}"), format!("{list} not covered"))
        .with_help(format!("add `{arms}`, or `_ => …` for all that is left"))
}

/// E0314: a pattern that can never match the subject.
pub fn bad_pattern(span: Span, want: &str, found: &str) -> Diagnostic {
    let message = format!("expected a pattern for {want}, found {found}");
    Diagnostic::error(Code("E0314"), span, message, format!("the subject is {want}"))
}

/// E0315: months without saying what happens at the end of a shorter month.
pub fn months_mode(span: Span, is_missing: bool) -> Diagnostic {
    let message = "`add_months` needs to know what to do when the month is too short";
    // Before the closing bracket of the call, or in the place of what is no mode.
    let mode = |word: &str| match is_missing {
        true => {
            let at = span.end.saturating_sub(1);
            Fix::new(format!("add `{word}`"), Span { start: at, end: at, ..span }, format!(", {word}"))
        }
        false => Fix::new(format!("write `{word}`"), span, word),
    };
    Diagnostic::error(Code("E0315"), span, message, "no mode is given")
        .with_help("add `last_day` (2026-01-31 + 1 month is 2026-02-28) or `next_day` (it is 2026-03-01)")
        .with_fix(mode("last_day"))
        .with_fix(mode("next_day"))
}

/// E0316: values that meet and have no common type.
pub fn no_common_type(span: Span, left: (&str, Span), right: (&str, Span)) -> Diagnostic {
    let message = format!("these give {} and {}, which have no common type", left.0, right.0);
    Diagnostic::error(Code("E0316"), span, message, "the values meet here")
        .with_label(left.1, format!("this is {}", left.0))
        .with_label(right.1, format!("this is {}", right.0))
}

/// E0317: arguments that don't fit the parameters.
pub fn arguments(span: Span, message: String, label: &str, signature: &str) -> Diagnostic {
    Diagnostic::error(Code("E0317"), span, message, label).with_help(format!("it is `{signature}`"))
}

/// E0319: fields that don't fit the record.
pub fn fields(span: Span, message: String, label: String) -> Diagnostic {
    Diagnostic::error(Code("E0319"), span, message, label)
}

/// E0319: a key among the fields of a row that is written.
pub fn key_in_braces(span: Span, key: &str, state: &str) -> Diagnostic {
    let message = format!("`{key}` is the key of `{state}`: it stands in the brackets and not again among the fields");
    Diagnostic::error(Code("E0319"), span, message, "given already").with_help("leave it out here")
}

/// E0320: a field that is not there.
pub fn no_field(span: Span, of: &str, name: &str, near: Option<&str>) -> Diagnostic {
    let diagnostic = Diagnostic::error(Code("E0320"), span, format!("{of} has no field `{name}`"), "no such field");
    diagnostic.with_near(near)
}

/// E0321: brackets on something that has no elements, or with the wrong number of keys.
pub fn bad_index(span: Span, message: String, label: &str) -> Diagnostic {
    Diagnostic::error(Code("E0321"), span, message, label)
}

/// E0323: a key that is in a map's literal twice.
pub fn key_twice(span: Span, key: &str, first: Span) -> Diagnostic {
    let message = format!("this map has the key `{key}` twice");
    Diagnostic::error(Code("E0323"), span, message, "given again here").with_label(first, "first given here")
}

/// E0324: something that cannot be gone through.
pub fn not_iterable(span: Span, found: &str) -> Diagnostic {
    let message = format!("`in` wants a list, a map, a bag, a state or a journal, not {found}");
    Diagnostic::error(Code("E0324"), span, message, format!("this is {found}"))
}

/// E0325: a summand that can't be added up, an aggregate written wrong.
pub fn bad_aggregate(span: Span, message: String, label: &str) -> Diagnostic {
    Diagnostic::error(Code("E0325"), span, message, label)
}

/// E0326: a number that its type can't hold.
pub fn out_of_range(span: Span, ty: &str) -> Diagnostic {
    Diagnostic::error(Code("E0326"), span, format!("this number is outside {ty}"), "too large")
}

/// W0301: an arm that never matches.
pub fn unreachable_arm(span: Span) -> Diagnostic {
    Diagnostic::warning(Code("W0301"), span, "this arm is never reached", "the arms before it cover this")
}

/// E0327: a Float where an exact number is wanted, or the other way round.
pub fn float_mix(span: Span, want: &str, found: &str, place: &str, advice: &str) -> Diagnostic {
    let message =
        format!("expected {want}, found {found}: Floats and exact numbers do not become each other by themselves");
    Diagnostic::error(Code("E0327"), span, message, format!("{place} wants {want}, and this is {found}"))
        .with_help(advice)
}

/// E0327: an operator between a Float and an exact number.
pub fn float_operands(span: Span, op: &str, left: (&str, Span), right: (&str, Span)) -> Diagnostic {
    let message = format!("`{op}` does not go between {} and {}: say which of both is meant", left.0, right.0);
    Diagnostic::error(Code("E0327"), span, message, "a Float meets an exact number here")
        .with_label(left.1, format!("this is {}", left.0))
        .with_label(right.1, format!("this is {}", right.0))
        .with_help("make both Floats with `float(x)`, or both exact with `round(f, n)`")
}

/// E0329: what has no order can't sort.
pub fn no_sort_key(span: Span, found: &str) -> Diagnostic {
    let message = format!("a list can't be sorted by {found}, which has no order");
    Diagnostic::error(Code("E0329"), span, message, "not a key to sort by")
        .with_help("sort by a number, an amount, Text, Date, Time or Duration: `sort(xs by x.at)`")
}

/// E0329: a key in which no name stands for the element.
pub fn no_sort_element(span: Span) -> Diagnostic {
    let message = "no name in this key stands for the element";
    Diagnostic::error(Code("E0329"), span, message, "every element would have the same key")
        .with_help("use a name that stands for nothing else: `sort(xs by x.at)`")
}
