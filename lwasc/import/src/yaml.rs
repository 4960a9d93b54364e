//! The YAML of Prometheus's rule files and of promtool's unit tests, as it is written, with the place of everything that a
//! message may point at. Unknown fields are refused, as Prometheus refuses them. serde-saphyr stops here.

use lwas_base::{FileId, Span};
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_saphyr::{DuplicateKeyPolicy, Spanned};
use std::collections::BTreeMap;

/// A text and the byte at which it begins in its file, where that is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Placed {
    /// The value.
    pub text: String,
    /// Where the scalar begins.
    pub start: usize,
}

impl<'de> Deserialize<'de> for Placed {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Placed, D::Error> {
        let spanned = Spanned::<String>::deserialize(deserializer)?;
        let start = spanned.defined.span().byte_offset().unwrap_or_default();
        Ok(Placed { text: spanned.value, start: usize::try_from(start).unwrap_or_default() })
    }
}

impl Placed {
    /// The place of the scalar's first line in `source`, which is the text of `file`.
    pub fn span(&self, file: FileId, source: &str) -> Span {
        let rest = source.get(self.start..).unwrap_or_default();
        let length = rest.lines().next().unwrap_or_default().trim_end().len();
        Span::new(file, self.start.min(source.len()), (self.start + length).min(source.len()))
    }

    /// The place of `word` in the scalar, or else of the scalar's first line.
    pub fn span_of(&self, word: &str, file: FileId, source: &str) -> Span {
        // Folding and indentation change white space only, so every word of the value stands in the source within as many
        // bytes as the value has and what its lines are indented by.
        let rest = source.get(self.start..).unwrap_or_default();
        let lines = self.text.lines().count() + 2;
        let reach: usize = rest.split_inclusive('\n').take(lines).map(str::len).sum();
        let found = rest.get(..reach).and_then(|text| word_at(text, word));
        match found {
            Some(at) => Span::new(file, self.start + at, self.start + at + word.len()),
            None => self.span(file, source),
        }
    }
}

/// Where `word` stands in `text` with no letter, digit or underscore beside it.
fn word_at(text: &str, word: &str) -> Option<usize> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    let opens = word.starts_with(is_part);
    text.match_indices(word).map(|(at, _)| at).find(|at| {
        let before = text[..*at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        !(opens && (before.is_some_and(is_part) || after.is_some_and(is_part)))
    })
}

/// A file of rules.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleFile {
    /// Groups, evaluated in order.
    #[serde(default)]
    pub groups: Vec<Group>,
}

/// Rules that Prometheus evaluates one after the other.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// Its name.
    pub name: Placed,
    /// How often it is evaluated. LwaS judges whenever something changes.
    #[expect(dead_code, reason = "LwaS judges when something changes, not at intervals")]
    pub interval: Option<String>,
    /// How many alerts or series a rule may give.
    pub limit: Option<Placed>,
    /// How long ago the rules look.
    pub query_offset: Option<Placed>,
    /// Labels for all rules.
    #[serde(default)]
    pub labels: BTreeMap<String, Placed>,
    /// The rules.
    #[serde(default)]
    pub rules: Vec<Rule>,
}

/// An alerting rule or a recording rule.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// The name of the series that it records.
    pub record: Option<Placed>,
    /// The name of the alert.
    pub alert: Option<Placed>,
    /// PromQL.
    pub expr: Placed,
    /// How long the expression must have had a result.
    #[serde(rename = "for")]
    pub hold: Option<Placed>,
    /// How long an alert goes on when it no longer has.
    pub keep_firing_for: Option<Placed>,
    /// Labels, which may be templates.
    #[serde(default)]
    pub labels: BTreeMap<String, Placed>,
    /// Annotations, which may be templates.
    #[serde(default)]
    pub annotations: BTreeMap<String, Placed>,
}

/// A file of `promtool test rules`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TestFile {
    /// The rule files under test.
    #[serde(default)]
    #[expect(dead_code, reason = "the command line names them")]
    pub rule_files: Vec<String>,
    /// Between two evaluations; a minute.
    pub evaluation_interval: Option<Placed>,
    /// In what order groups are evaluated.
    #[serde(default)]
    pub group_eval_order: Vec<String>,
    /// Whether expected values may differ in their last digits.
    #[expect(dead_code, reason = "it is about expressions only")]
    pub fuzzy_compare: Option<bool>,
    /// The tests.
    #[serde(default)]
    pub tests: Vec<TestGroup>,
}

/// Samples and what is expected of them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TestGroup {
    /// Between two samples of a series; the evaluation interval.
    pub interval: Option<Placed>,
    /// The series.
    #[serde(default)]
    pub input_series: Vec<InputSeries>,
    /// What messages call it.
    pub name: Option<Placed>,
    /// What is expected of alerts.
    #[serde(default)]
    pub alert_rule_test: Vec<AlertTest>,
    /// What is expected of expressions.
    #[serde(default)]
    pub promql_expr_test: Vec<ExpressionTest>,
    /// Labels that templates see.
    #[serde(default)]
    #[expect(dead_code, reason = "templates that read them are refused")]
    pub external_labels: BTreeMap<String, String>,
    /// The address that templates see.
    #[expect(dead_code, reason = "templates that read it are refused")]
    pub external_url: Option<String>,
    /// Whether the series begin at the time 0 (of Prometheus 3.5).
    pub start_timestamp: Option<Placed>,
}

/// A series and its samples in promtool's notation.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InputSeries {
    /// `metric{label="value"}`.
    pub series: Placed,
    /// `1 2 _ 3+1x5 stale`.
    pub values: Placed,
}

/// What is expected of an alert at a time.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlertTest {
    /// Since the beginning.
    pub eval_time: Placed,
    /// The alert.
    pub alertname: Placed,
    /// Those that fire.
    #[serde(default)]
    pub exp_alerts: Option<Vec<ExpectedAlert>>,
}

/// An alert that fires.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpectedAlert {
    /// Its labels without `alertname`.
    #[serde(default)]
    pub exp_labels: Option<BTreeMap<String, String>>,
    /// Its annotations.
    #[serde(default)]
    pub exp_annotations: Option<BTreeMap<String, String>>,
}

/// What is expected of an expression at a time.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpressionTest {
    /// PromQL.
    pub expr: Placed,
    /// Since the beginning.
    #[expect(dead_code, reason = "expressions are not compared")]
    pub eval_time: IgnoredAny,
    /// The series of the result.
    #[serde(default)]
    #[expect(dead_code, reason = "expressions are not compared")]
    pub exp_samples: IgnoredAny,
}

/// Why a file can't be read, in one clause, and the byte at which that shows.
pub struct Unreadable {
    /// What is wrong.
    pub why: String,
    /// Where.
    pub at: usize,
}

/// Reads a file of the one or the other kind.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, Unreadable> {
    let options = serde_saphyr::options! { duplicate_keys: DuplicateKeyPolicy::Error, with_snippet: false };
    serde_saphyr::from_str_with_options(text, options).map_err(|error| {
        let at = error.location().and_then(|location| location.span().byte_offset()).unwrap_or_default();
        let why = error.to_string();
        let first = why.lines().next().unwrap_or_default();
        // The place is shown beside the message.
        let first = first.split(" at line ").next().unwrap_or(first);
        Unreadable { why: first.to_owned(), at: usize::try_from(at).unwrap_or_default().min(text.len()) }
    })
}
