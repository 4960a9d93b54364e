//! What is typed to run a program's tests.

use clap::Args as ClapArgs;
use std::num::NonZero;
use std::path::PathBuf;

#[derive(ClapArgs)]
pub struct Test {
    /// A `.lwas` file, a folder with a `main.lwas`, or a module of the standard library such as `std.economy`
    #[arg(default_value = ".")]
    pub program: PathBuf,
    /// Only tests whose name contains one of these
    #[arg(value_name = "FILTER")]
    pub filters: Vec<String>,
    /// Filters and `--skip` are whole names
    #[arg(long)]
    pub exact: bool,
    /// Leave out tests whose name contains this; may be given several times
    #[arg(long, value_name = "TEXT")]
    pub skip: Vec<String>,
    /// Run nothing, and name the tests that would run
    #[arg(long)]
    pub list: bool,
    /// How many tests run at a time [default: as many as there are cores]
    #[arg(long, value_name = "N")]
    pub jobs: Option<NonZero<usize>>,
    /// Run them again whenever a source has changed
    #[arg(long, conflicts_with = "list")]
    pub watch: bool,
    /// One JSON object a test, then one that sums them up, on standard output
    #[arg(long)]
    pub json: bool,
    /// Also write a report for other tools, as JUnit does
    #[arg(long, value_name = "FILE", conflicts_with = "list")]
    pub junit: Option<PathBuf>,
    /// Tell what the tests have reached of the program's modules; the reference interpreter judges then
    #[arg(long, conflicts_with = "list")]
    pub coverage: bool,
    /// Write that as a trace file of LCOV
    #[arg(long, value_name = "FILE", conflicts_with = "list")]
    pub coverage_lcov: Option<PathBuf>,
    /// Write that as pages to look at
    #[arg(long, value_name = "FOLDER", conflicts_with = "list")]
    pub coverage_html: Option<PathBuf>,
    /// End with 1 when less than this was reached, such as `95`
    #[arg(long, value_name = "PERCENT", conflicts_with = "list")]
    pub min_coverage: Option<Percent>,
    /// Judge by the reference interpreter, not by native code
    #[arg(long)]
    pub interpret: bool,
    /// Make all machine code anew: take none that an earlier build has kept, and keep none
    #[arg(long)]
    pub no_cache: bool,
    /// Hold to the lock file: refuse packages that are others than it says, and write nothing to it
    #[arg(long)]
    pub locked: bool,
}

impl Test {
    /// Whether anybody wants to know what is reached.
    pub fn covers(&self) -> bool {
        self.coverage || self.coverage_lcov.is_some() || self.coverage_html.is_some() || self.min_coverage.is_some()
    }
}

/// A percentage in hundredths of a percent, from 0 to 100%.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Percent(usize);

impl Percent {
    /// In hundredths of a percent.
    pub fn hundredths(self) -> usize {
        self.0
    }
}

impl std::fmt::Display for Percent {
    /// `97.5%`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let digits = format!("{}.{:02}", self.0 / 100, self.0 % 100);
        write!(f, "{}%", digits.trim_end_matches('0').trim_end_matches('.'))
    }
}

impl std::str::FromStr for Percent {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Percent, &'static str> {
        const WANTED: &str = "expected a percentage from 0 to 100 with two digits at most, such as `95` or `97.5`";
        let text = text.strip_suffix('%').unwrap_or(text);
        let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
        let are_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !are_digits(whole) || whole.len() > 3 || !are_digits(part) || part.len() > 2 {
            return Err(WANTED);
        }
        let number = |text: &str| text.parse::<usize>().map_err(|_| WANTED);
        let hundredths = number(whole)? * 100 + number(part)? * if part.len() == 1 { 10 } else { 1 };
        if hundredths <= 10_000 { Ok(Percent(hundredths)) } else { Err(WANTED) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_are_exact() {
        let read = |text: &str| text.parse::<Percent>().ok();
        assert_eq!(read("95"), Some(Percent(9500)));
        assert_eq!(read("97.5%"), Some(Percent(9750)));
        assert_eq!(read("0.05"), Some(Percent(5)));
        assert_eq!(read("100.00"), Some(Percent(10_000)));
        assert_eq!(Percent(9750).to_string(), "97.5%");
        assert_eq!(Percent(10_000).to_string(), "100%");
        for wrong in ["", "100.01", "1e2", "-1", "97.555", "1.", ".5", "999"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
