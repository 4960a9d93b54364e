//! Which tests are meant: those whose name contains a filter, and nothing that is to be skipped. A filter that no test has is told, as
//! it is more likely mistyped than meant; where nothing is left at all, the command fails.

use crate::args::Test;
use crate::exit::{self, Stop};
use crate::output;
use lwas_driver::render::visible;
use lwas_runtime::testing::Case;

/// The cases that are meant, in their order.
pub fn select(all: Vec<Case>, args: &Test) -> Result<Vec<Case>, Stop> {
    let is = |case: &Case, text: &String| if args.exact { case.name == *text } else { case.name.contains(text) };
    let unknown: Vec<&String> = args.filters.iter().filter(|filter| !all.iter().any(|case| is(case, filter))).collect();
    if !args.filters.is_empty() && unknown.len() == args.filters.len() {
        return Err(Stop::new(exit::REFUSED, nothing(&all, args)));
    }
    for filter in unknown {
        output::say(&format!("note: {}", none_of(std::slice::from_ref(filter), args.exact)));
    }
    let count = all.len();
    let wanted = |case: &Case| args.filters.is_empty() || args.filters.iter().any(|filter| is(case, filter));
    let skipped = |case: &Case| args.skip.iter().any(|text| is(case, text));
    let cases: Vec<Case> = all.into_iter().filter(|case| wanted(case) && !skipped(case)).collect();
    if cases.is_empty() && count > 0 {
        return Err(Stop::new(exit::REFUSED, "`--skip` leaves out all tests that are meant"));
    }
    Ok(cases)
}

/// That no test is meant.
fn nothing(all: &[Case], args: &Test) -> String {
    let none = none_of(&args.filters, args.exact);
    match all.len() {
        0 => format!("{none}: the program has no tests"),
        1 => format!("{none}; the program has one test, which `--list` names{}", near(all, &args.filters)),
        count => format!("{none}; the program has {count} tests, which `--list` names{}", near(all, &args.filters)),
    }
}

/// That no test has any of these names.
fn none_of(filters: &[String], exact: bool) -> String {
    let quoted: Vec<String> = filters.iter().map(|filter| format!("`{}`", visible(filter))).collect();
    format!("no test {} {}", if exact { "is called" } else { "has a name with" }, quoted.join(" or "))
}

/// What was likely meant, as a sentence's end.
fn near(all: &[Case], filters: &[String]) -> String {
    match filters {
        [one] => lwas_base::hint(one, all.iter().map(|case| case.name.as_str())),
        _ => String::new(),
    }
}
