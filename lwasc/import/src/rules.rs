//! The rules of files, translated: what goes into the program, and what is said about the rest.

use crate::code::{Code, Num, Unsaid, go_float, shown};
use crate::names::quoted;
use crate::needs::{Helper, Naming, Needs};
use crate::report::{Outcome, Place, Report, RuleReport};
use crate::template::{Piece, Shown, Untold};
use crate::translate::{Domain, Part, Refusal, Row, Said, Translator, unsaid};
use crate::yaml::{Group, Placed, Rule, RuleFile};
use crate::{File, errors, template, time};
use lwas_base::{Diagnostics, FileId};
use promql_parser::parser::Expr;
use std::collections::BTreeMap;
use std::time::Duration;

/// An alert of the program.
#[derive(Clone, Debug)]
pub struct Alert {
    /// Its name in LwaS.
    pub name: String,
    /// Its name in Prometheus.
    pub original: String,
    /// The PromQL.
    pub expr: String,
    /// `info`, `warning` or `critical`.
    pub severity: &'static str,
    /// The rows that it watches.
    pub domain: Domain,
    /// On the row's labels.
    pub filters: Vec<Code>,
    /// What must hold.
    pub conditions: Vec<Code>,
    /// For how long.
    pub hold: Duration,
    /// What it says: the inside of a Text.
    pub message: Option<String>,
    /// Labels of its own, as insides of Texts.
    pub labels: BTreeMap<String, String>,
    /// Labels that `absent` takes from its selector.
    pub known_labels: BTreeMap<String, String>,
    /// Annotations, as insides of Texts.
    pub annotations: BTreeMap<String, String>,
    /// Queries of the alert's value as texts show it, by what their names end in.
    pub values: BTreeMap<String, Code>,
    /// Annotations that could not be said.
    pub left_out: Vec<String>,
}

impl Alert {
    /// The row's name in its code.
    pub fn row(&self) -> &'static str {
        if matches!(self.domain, Domain::Groups(..)) { "g" } else { "s" }
    }
}

/// What rules become.
#[derive(Debug, Default)]
pub struct Translated {
    /// In the order of the files.
    pub alerts: Vec<Alert>,
    /// What is needed of each metric.
    pub needs: Needs,
    /// Names of states.
    pub naming: Naming,
}

/// A rule file that could be read, with its text.
pub struct Input<'f> {
    /// Its place in messages.
    pub id: FileId,
    /// The file.
    pub file: &'f File,
    /// What it says.
    pub rules: RuleFile,
}

/// Translates all rules; what can't be said is told to `diagnostics`, and everything to `report`.
pub fn translate(inputs: &[Input], diagnostics: &mut Diagnostics, report: &mut Report) -> Translated {
    let first = pass(inputs, &Needs::default(), &mut Diagnostics::new(), &mut Report::default());
    pass(inputs, &first.needs, diagnostics, report)
}

fn pass(inputs: &[Input], known: &Needs, diagnostics: &mut Diagnostics, report: &mut Report) -> Translated {
    let mut translated = Translated::default();
    let mut records = not_yet_recorded(inputs);
    for input in inputs {
        for group in &input.rules.groups {
            for rule in &group.rules {
                let mut pass = Pass { input, group, known, translated: &mut translated, records: &mut records };
                let (outcome, found) = pass.rule(rule);
                let name =
                    rule.alert.as_ref().or(rule.record.as_ref()).map(|name| name.text.clone()).unwrap_or_default();
                let file = &input.file.path;
                let place = Place::of(file, &input.file.text, rule.expr.start);
                report.rules.push(RuleReport { place, group: group.name.text.clone(), rule: name, outcome });
                diagnostics.append(found);
            }
        }
    }
    translated
}

/// What can be read of series that are recorded before any of the rules has been seen: nothing.
fn not_yet_recorded(inputs: &[Input]) -> BTreeMap<String, Result<Expr, String>> {
    let rules = inputs.iter().flat_map(|input| &input.rules.groups).flat_map(|group| &group.rules);
    let records = rules.filter_map(|rule| rule.record.as_ref());
    let later = "the rule comes later, so that what is read is of the evaluation before";
    let mut known: BTreeMap<String, Result<Expr, String>> =
        records.map(|name| (name.text.clone(), Err(later.to_owned()))).collect();
    for name in ["ALERTS", "ALERTS_FOR_STATE"] {
        known.insert(name.to_owned(), Err("Prometheus does, of the alerts themselves".to_owned()));
    }
    known
}

struct Pass<'p, 'f> {
    input: &'p Input<'f>,
    group: &'p Group,
    known: &'p Needs,
    translated: &'p mut Translated,
    records: &'p mut BTreeMap<String, Result<Expr, String>>,
}

impl Pass<'_, '_> {
    fn span(&self, at: &Placed, word: &str) -> lwas_base::Span {
        at.span_of(word, self.input.id, &self.input.file.text)
    }

    fn rule(&mut self, rule: &Rule) -> (Outcome, Diagnostics) {
        let mut found = Diagnostics::new();
        let name = rule.alert.as_ref().or(rule.record.as_ref()).map(|name| name.text.clone()).unwrap_or_default();
        match self.try_rule(rule, &mut found) {
            Ok(outcome) => (outcome, found),
            Err((at, refusal)) => {
                let span = self.span(at, &refusal.word);
                found.push(errors::rule_unsaid(span, &name, &refusal.why));
                (Outcome::Refused { why: refusal.why }, found)
            }
        }
    }

    fn try_rule<'r>(&mut self, rule: &'r Rule, found: &mut Diagnostics) -> Result<Outcome, (&'r Placed, Refusal)>
    where
        Self: 'r,
    {
        let at = |at: &'r Placed| move |refusal: Refusal| (at, refusal);
        let expr = crate::promql::parse(&rule.expr.text).map_err(at(&rule.expr));
        if let Some(name) = &rule.record {
            let kept = expr.and_then(|expr| self.record(rule, &expr).map_err(at(&rule.expr)).map(|()| expr));
            let mut stored = kept.clone().map_err(|(_, refusal)| refusal.why);
            if matches!(self.records.get(&name.text), Some(Ok(_))) {
                stored = Err("several rules record it".to_owned());
            }
            self.records.insert(name.text.clone(), stored);
            return kept.map(|_| Outcome::Inlined);
        }
        let Some(name) = &rule.alert else {
            return Err((&rule.expr, Refusal::new("a rule is either an `alert` or a `record`", "")));
        };
        if let Some(keep) = &rule.keep_firing_for {
            let why = "`keep_firing_for` keeps an alert firing when its condition is false, which ends it in LwaS";
            return Err((keep, Refusal::new(why, "")));
        }
        if self.group.limit.as_ref().is_some_and(|limit| limit.text != "0") {
            return Err((&rule.expr, Refusal::new("the group's `limit` makes a rule fail that gives more", "")));
        }
        if self.group.query_offset.is_some() {
            return Err((&rule.expr, Refusal::new("the group's `query_offset` reads the past", "")));
        }
        let hold = match &rule.hold {
            None => Duration::ZERO,
            Some(hold) => time::read(&hold.text)
                .ok_or_else(|| (hold, Refusal::new(format!("`{}` is no duration", hold.text), hold.text.clone())))?,
        };
        let expr = expr?;
        let expr = crate::promql::inline(&expr, self.records).map_err(at(&rule.expr))?;
        let alert = self.alert(rule, name, hold, &expr, found).map_err(at(&rule.expr))?;
        let left_out = alert.left_out.clone();
        self.translated.alerts.push(alert);
        Ok(if left_out.is_empty() { Outcome::Translated } else { Outcome::Partly { left_out } })
    }

    /// A recording rule has no counterpart of its own: who reads its series reads its expression.
    fn record(&mut self, rule: &Rule, expr: &Expr) -> Said<()> {
        if !rule.labels.is_empty() || !self.group.labels.is_empty() {
            return Err(Refusal::new("a recording rule with labels gives its series other labels", ""));
        }
        let expr = crate::promql::inline(expr, self.records)?;
        let mut naming = Naming::default();
        let translator = Translator { needs: Needs::default(), known: self.known, naming: &mut naming };
        translator.domain(&expr).map(|_| ())
    }

    fn alert(
        &mut self,
        rule: &Rule,
        name: &Placed,
        hold: Duration,
        expr: &Expr,
        found: &mut Diagnostics,
    ) -> Said<Alert> {
        let before = self.translated.needs.clone();
        let result = self.try_alert(rule, name, hold, expr, found);
        if result.is_err() {
            self.translated.needs = before;
        }
        result
    }

    fn try_alert(
        &mut self,
        rule: &Rule,
        name: &Placed,
        hold: Duration,
        expr: &Expr,
        found: &mut Diagnostics,
    ) -> Said<Alert> {
        let needs = std::mem::take(&mut self.translated.needs);
        let mut translator = Translator { needs, known: self.known, naming: &mut self.translated.naming };
        let said = alert_of(&mut translator, expr);
        self.translated.needs = std::mem::take(&mut translator.needs);
        let (domain, part) = said?;
        let mut labels = self.group.labels.clone();
        labels.extend(rule.labels.clone());
        let severity = labels.get("severity").map(|severity| severity.text.as_str());
        let mut alert = Alert {
            name: self.translated.naming.alert(&name.text),
            original: name.text.clone(),
            expr: rule.expr.text.clone(),
            severity: level(severity),
            known_labels: absent_labels(expr),
            domain,
            filters: part.filters,
            conditions: part.conditions,
            hold,
            message: None,
            labels: BTreeMap::new(),
            annotations: BTreeMap::new(),
            values: BTreeMap::new(),
            left_out: vec![],
        };
        for (label, template) in &labels {
            let text = self.text(&mut alert, template, None).map_err(|untold| {
                Refusal::new(format!("its label `{label}` can't be said: {}", untold.why), untold.word)
            })?;
            alert.labels.insert(label.clone(), text);
        }
        for (annotation, template) in &rule.annotations {
            match self.text(&mut alert, template, Some(&part.value)) {
                Ok(text) => {
                    alert.annotations.insert(annotation.clone(), text);
                }
                Err(untold) => {
                    let span = self.span(template, &untold.word);
                    found.push(errors::annotation_unsaid(span, annotation, &name.text, &untold.why));
                    alert.left_out.push(annotation.clone());
                }
            }
        }
        let order = ["summary", "description", "message"];
        let says = order.iter().find_map(|key| alert.annotations.get(*key));
        alert.message = says.or_else(|| alert.annotations.values().next()).filter(|text| !text.is_empty()).cloned();
        Ok(alert)
    }

    /// A template as the inside of a Text. A label's template is given no value: each value would be an alert of its own.
    fn text(&mut self, alert: &mut Alert, template: &Placed, value: Option<&Num>) -> Result<String, Untold> {
        let mut out = String::new();
        for piece in template::read(&template.text)? {
            let untold = |why: &str| Untold { why: why.to_owned(), word: "value".to_owned() };
            let code = match (&piece, value) {
                (Piece::Text(text), _) => Code::atom(quoted(text)),
                (Piece::Label(label), _) => self.label(alert, label),
                (Piece::Value(_), None) => {
                    return Err(untold("a value in a label makes each value an alert of its own"));
                }
                (Piece::Value(how), Some(value)) => {
                    self.value(alert, value, *how).map_err(|why| untold(&unsaid(why, "").why))?
                }
            };
            let code = code.to_string();
            match code.strip_prefix('"').and_then(|code| code.strip_suffix('"')) {
                Some(known) => out.push_str(known),
                None => out.push_str(&format!("{{{code}}}")),
            }
        }
        Ok(out)
    }

    /// The expression of a label in a text.
    fn label(&mut self, alert: &Alert, label: &str) -> Code {
        match &alert.domain {
            Domain::Series(source) => {
                self.translated.needs.of(source).labels.entry(label.to_owned()).or_default();
                Code::atom(format!("s.{}", crate::needs::field(label)))
            }
            Domain::Groups(_, labels) if labels.iter().any(|one| one == label) => {
                Code::atom(format!("g.{}", crate::needs::field(label)))
            }
            _ => Code::atom(quoted(alert.known_labels.get(label).map_or("", String::as_str))),
        }
    }

    /// The expression of the alert's value in a text: a call of a query of the alert's own where it does not fit there.
    fn value(&mut self, alert: &mut Alert, value: &Num, how: Shown) -> Result<Code, Unsaid> {
        let helpers = &mut self.translated.needs.helpers;
        let (code, end) = match how {
            Shown::Plain => {
                helpers.insert(Helper::Shown);
                (shown(value, "shown", |value| Some(go_float(value)))?, "value".to_owned())
            }
            Shown::Fixed(digits) => {
                helpers.insert(Helper::Fixed(digits));
                let known = |value: f64| {
                    Some(if value.is_finite() { format!("{value:.*}", digits.into()) } else { go_float(value) })
                };
                (shown(value, &format!("fixed{digits}"), known)?, format!("fixed{digits}"))
            }
            Shown::Percentage => {
                helpers.extend([Helper::Shown, Helper::Percentage]);
                let known = |value: f64| (!value.is_finite() || value == 0.0).then(|| go_float(value) + "%");
                (shown(value, "percentage", known)?, "percentage".to_owned())
            }
        };
        if code.fits_a_text() || code.to_string().starts_with('"') {
            return Ok(code);
        }
        alert.values.insert(end.clone(), code);
        let row = if alert.domain == Domain::Whole { "" } else { alert.row() };
        Ok(Code::atom(format!("{}_{end}({row})", alert.name)))
    }
}

fn alert_of(translator: &mut Translator, expr: &Expr) -> Said<(Domain, Part)> {
    let domain = translator.domain(expr)?;
    let part = match &domain {
        Domain::Scalar => return Err(Refusal::new("the expression is a number, and an alert is of a vector", "")),
        Domain::Series(source) => translator.part(expr, &Row::Series(source, "s"), false)?,
        Domain::Groups(source, labels) => {
            let kept = translator.needs.of(source);
            kept.groups.insert(labels.clone());
            for label in labels {
                kept.labels.entry(label.clone()).or_default();
            }
            translator.part(expr, &Row::Groups(labels, "g", source), false)?
        }
        Domain::Whole => translator.part(expr, &Row::Whole, false)?,
    };
    Ok((domain, part))
}

/// The labels that `absent(metric{label="value"})` gives its element.
fn absent_labels(expr: &Expr) -> BTreeMap<String, String> {
    use promql_parser::label::MatchOp;
    match expr {
        Expr::Paren(paren) => absent_labels(&paren.expr),
        Expr::Binary(binary) => absent_labels(&binary.lhs),
        Expr::Call(call) if call.func.name == "absent" => {
            let Some(Expr::VectorSelector(selector)) = call.args.args.first().map(|arg| arg.as_ref()) else {
                return BTreeMap::new();
            };
            let matchers = selector.matchers.matchers.iter().filter(|matcher| matcher.name != "__name__");
            let mut labels = BTreeMap::new();
            for matcher in matchers {
                // Two matchers of one label leave it out, as Prometheus does.
                let times = selector.matchers.matchers.iter().filter(|other| other.name == matcher.name).count();
                if matches!(matcher.op, MatchOp::Equal) && times == 1 {
                    labels.insert(matcher.name.clone(), matcher.value.clone());
                }
            }
            labels
        }
        _ => BTreeMap::new(),
    }
}

/// What a severity of Prometheus's world is in LwaS, which has three.
fn level(severity: Option<&str>) -> &'static str {
    match severity.map(str::to_ascii_lowercase).as_deref() {
        Some("critical" | "page" | "error" | "emergency" | "fatal" | "high" | "p1" | "disaster") => "critical",
        Some("info" | "information" | "none" | "low" | "notice" | "debug") => "info",
        _ => "warning",
    }
}
