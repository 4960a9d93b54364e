//! What became of each rule and test, for people and tools.

use serde::Serialize;

/// A place in a file, both numbers from 1.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The file as it was named.
    pub file: String,
    /// The line.
    pub line: usize,
    /// The column in characters.
    pub column: usize,
}

impl Place {
    /// The place of a byte.
    pub fn of(file: &str, text: &str, at: usize) -> Place {
        let before = text.get(..at).unwrap_or_default();
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let column = before.get(start..).unwrap_or_default().chars().count() + 1;
        Place { file: file.to_owned(), line: before.matches('\n').count() + 1, column }
    }
}

/// What became of a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    /// It is an alert of the program.
    Translated,
    /// It is, without these annotations.
    Partly {
        /// Their names.
        left_out: Vec<String>,
    },
    /// It is recorded, and its expression stands where its series are read.
    Inlined,
    /// It can't be said.
    Refused {
        /// The reason.
        why: String,
    },
}

/// What became of one rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RuleReport {
    /// Where its expression begins.
    #[serde(flatten)]
    pub place: Place,
    /// Its group.
    pub group: String,
    /// Its alert or record.
    pub rule: String,
    /// What became of it.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// What became of a test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TestReport {
    /// Where it begins.
    #[serde(flatten)]
    pub place: Place,
    /// The name of the `test` block, where there is one.
    pub test: Option<String>,
    /// What of it can't be said, and why.
    pub refused: Vec<String>,
}

/// What became of all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Rules, in the order of the files.
    pub rules: Vec<RuleReport>,
    /// Tests.
    pub tests: Vec<TestReport>,
}

impl Report {
    /// How many rules were translated (or stand where they are read), partly, and refused.
    pub fn counts(&self) -> (usize, usize, usize) {
        let count = |is: fn(&Outcome) -> bool| self.rules.iter().filter(|rule| is(&rule.outcome)).count();
        (
            count(|o| matches!(o, Outcome::Translated | Outcome::Inlined)),
            count(|o| matches!(o, Outcome::Partly { .. })),
            count(|o| matches!(o, Outcome::Refused { .. })),
        )
    }
}
