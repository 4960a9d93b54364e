//! What the translation does with files that nobody would write, and that it says where each thing is that it refuses.

use lwas_import::{File, Import, Outcome, prometheus};

fn import(rules: &str) -> Import {
    prometheus(&[File { path: "rules.yml".to_owned(), text: rules.to_owned() }], &[])
}

/// The import of one alert with this expression.
fn of(expr: &str) -> Import {
    import(&format!("groups:\n  - name: g\n    rules:\n      - alert: A\n        expr: |\n          {expr}\n"))
}

fn refusal(expr: &str) -> String {
    match of(expr).report.rules.first().map(|rule| rule.outcome.clone()) {
        Some(Outcome::Refused { why }) => why,
        other => panic!("{expr}: {other:?}"),
    }
}

#[test]
fn each_refusal_has_its_reason() {
    for (expr, word) in [
        ("predict_linear(a[1h], 3600) < 0", "fits a line"),
        ("histogram_quantile(0.9, a) > 1", "interpolates"),
        ("quantile(0.9, a) > 1", "interpolates"),
        ("topk(3, a)", "chooses"),
        ("a offset 5m > 1", "some time ago"),
        ("a @ 100 > 1", "fixed time"),
        ("sum without (b) (a) > 1", "without"),
        ("a / ignoring (x) b > 1", "ignoring"),
        ("a * on (x) group_left (y) b > 1", "group_left"),
        ("a / on (x) b > 1", "several series"),
        ("a or b", "several metrics"),
        ("a > bool 1", "bool"),
        ("time() - a > 1", "time of evaluation"),
        ("{job=\"x\"} > 1", "without a metric"),
        ("a{b=~\".*x.*\"} > 1", "regular expressions"),
        ("a % 2 == 1", "`%`"),
        ("5", "is a number"),
        ("1 > 2", "no PromQL"),
        ("a >", "no PromQL"),
        ("a / b / c > 1", "divisor"),
        ("sum(a / b) > 1", "several metrics"),
        ("sum(a * 2) > 1", "computed"),
        ("sum(sum by (x) (a)) > 1", "aggregated already"),
        ("a > Inf", "infinite"),
        ("sum by (x) (a) / b > 1", "different labels"),
        ("ALERTS > 0", "recorded"),
    ] {
        let why = refusal(expr);
        assert!(why.contains(word), "{expr}: {why}");
    }
}

#[test]
fn a_refusal_points_at_the_word() {
    let import = of("up == 1 and topk(3, a) > 5");
    let diagnostic = import.diagnostics.iter().next().unwrap();
    assert_eq!(import.sources.text(diagnostic.primary.span), "topk");
    let place = &import.report.rules[0].place;
    assert_eq!((place.file.as_str(), place.line), ("rules.yml", 6));
}

#[test]
fn files_that_are_none_are_refused() {
    for text in
        ["groups: 7", "groups: [{name: a, rules: [{alert: a}]}]", "a: [", "\u{0}", "&a [*a]", "groups: []\ngroups: []"]
    {
        let import = import(text);
        assert!(import.program.is_none(), "{text}");
        assert!(import.diagnostics.has_errors(), "{text}");
    }
    assert!(import("").program.is_some_and(|program| !program.contains("\nalert ")));
}

#[test]
fn nothing_hostile_takes_the_process_down() {
    let deep = "(".repeat(10_000) + "a" + &")".repeat(10_000);
    let chain = "a".to_owned() + &" + a".repeat(10_000);
    let minus = "-".repeat(30_000) + "a";
    let long = format!("a{{b=\"{}\"}}", "x".repeat(100_000));
    for expr in [&deep, &chain, &minus, &long] {
        assert!(matches!(of(expr).report.rules[0].outcome, Outcome::Refused { .. }));
    }
    let bomb = "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\ngroups: [*c,*c,*c]\n";
    assert!(import(bomb).program.is_none());
}

#[test]
fn names_that_lwas_has_are_given_others() {
    let rules = "groups:\n  - name: g\n    rules:\n      - { alert: For, expr: alert > 1 }\n      - { alert: for, expr: 'Alert{labels=\"x\"} > 1' }\n";
    let program = import(rules).program.unwrap();
    assert!(program.contains("alert for_2 ") && program.contains("alert for_3 "), "{program}");
    assert!(program.contains("state Alert2["), "{program}");
    assert!(program.contains("label_labels: Text"), "{program}");
}
