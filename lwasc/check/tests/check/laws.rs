//! How rows are found, what is kept by difference, what axioms read.

use super::{errors, program, says};
use lwas_check::hir::{
    Access, AggregateKind, Back, Binder, Expr, ExprKind, Program, Range, Read, ReadSource, Source, StmtKind,
};

const SHOP: &str = "enum Kind { Old, New }\n\
    state Shop[id: Text] { town: Text index, size: Int }\n\
    state Item[shop: Text, id: Int] { kind: Kind = Kind.New, price: Int, label: Text? index, index (kind, price) }\n\
    event E { shop: Text, n: Int, label: Text }\n";

fn shop(more: &str) -> String {
    format!("{SHOP}{more}")
}

/// The loop that a rule begins with.
fn first_loop(program: &Program) -> &Binder {
    let rule = program.rules.values().next().expect("there is a rule");
    let statement = rule.body.block.statements.first().expect("it has a statement");
    match &statement.kind {
        StmtKind::For { binder, .. } => binder,
        other => panic!("{other:?} is no loop"),
    }
}

/// How a rule that loops `where …` finds its rows: which index and how many values, and whether a filter is left.
fn access(filter: &str) -> (Option<u32>, usize, bool) {
    let sound = program(&shop(&format!(
        "rule r on E as e {{ for i in Item where {filter} {{ require i.price > 0 else \"x\" }} }}"
    )));
    let binder = first_loop(&sound);
    let left = binder.filter.is_some();
    match &binder.source {
        Source::Rows { access: Access::Key(values, _), .. } => (None, values.len(), left),
        Source::Rows { access: Access::Index(number, values, _), .. } => (Some(*number), values.len(), left),
        other => panic!("{other:?} is no key or index"),
    }
}

#[test]
fn a_loop_goes_through_the_key_or_index_that_most_parts_fit() {
    assert_eq!(access("i.shop == e.shop"), (None, 1, false));
    assert_eq!(access("i.price > 3 and e.shop == i.shop and i.id == e.n"), (None, 2, true));
    assert_eq!(access("i.kind == Kind.Old and i.price == e.n and i.shop == e.shop"), (Some(1), 2, true));
    assert_eq!(access("i.label == e.label"), (Some(0), 1, false));
    assert_eq!(access("i.price == e.n and i.kind == Kind.Old"), (Some(1), 2, false));
}

/// How a rule that loops `where …` over journal entries finds them: which index, how many values, the ends (whether included) of
/// the range behind these, and whether a filter is left.
fn range(filter: &str) -> (Option<u32>, usize, [Option<bool>; 2], bool) {
    let sound = program(&format!(
        "journal Entry {{ of: Text, level: Int?, due: Date?, title: Text index, index (of, time), index (level, due) }}\n\
         event E {{ of: Text, n: Int, until: Date?, t: Time }}\n\
         rule r on E as e {{ for x in Entry where {filter} {{ require x.seq > 0 else \"x\" }} }}"
    ));
    let binder = first_loop(&sound);
    let ends = |range: &Range| [&range.from, &range.to].map(|end| end.as_ref().map(|end| end.included));
    let left = binder.filter.is_some();
    match &binder.source {
        Source::Rows { access: Access::Key(values, range), .. } => (None, values.len(), ends(range), left),
        Source::Rows { access: Access::Index(number, values, range), .. } => {
            (Some(*number), values.len(), ends(range), left)
        }
        other => panic!("{other:?} is no key or index"),
    }
}

#[test]
fn a_comparison_of_the_next_field_is_a_range() {
    assert_eq!(range("x.seq > e.n"), (None, 0, [Some(false), None], false));
    assert_eq!(range("e.n >= x.seq and 1 <= x.seq"), (None, 0, [Some(true), Some(true)], false));
    let by_time = "x.of == e.of and x.time > e.t and x.time <= now";
    assert_eq!(range(by_time), (Some(1), 1, [Some(false), Some(true)], false));
    assert_eq!(range("x.title < e.of"), (Some(0), 0, [None, Some(false)], false));
    // Values that are equal lead further than ranges, and two ends further than one.
    assert_eq!(range("x.seq > e.n and x.of == e.of"), (Some(1), 1, [None, None], true));
    assert_eq!(range("x.seq > e.n and x.title > \"a\" and x.title < \"b\""), (Some(0), 0, [Some(false); 2], true));
    // A second lower end remains to be tested.
    assert_eq!(range("x.seq > e.n and x.seq >= 7"), (None, 0, [Some(false), None], true));
    // What is asked of an optional field remains, and hinders nothing.
    assert_eq!(range("x.level != none and x.level < 3"), (Some(2), 0, [None, Some(false)], true));
}

#[test]
fn a_value_that_is_known_by_the_filter_is_no_end() {
    let with = |filter: &str, before: &str| {
        errors(&format!(
            "state Task[id: Text] {{ due: Date? index }}\nevent E {{ until: Date? }}\n\
             rule r on E as e {{ {before} for x in Task where {filter} {{ delete Task[x.id] }} }}"
        ))
    };
    assert_eq!(with("e.until != none and x.due != none and x.due < e.until", ""), ["E0420"]);
    let asked = "require e.until != none else \"no date\"";
    assert_eq!(with("x.due != none and x.due < e.until", asked), Vec::<String>::new());
    assert_eq!(with("x.due != none and x.due < x.due", ""), ["E0420"], "it mentions the row");
}

#[test]
fn a_range_without_an_index_is_told_what_to_add() {
    let help = |filter: &str| {
        let (_, checked) = super::check_files(&[(
            "main",
            &format!(
                "journal Entry {{ of: Text index, n: Int }}\nevent E {{ of: Text, t: Time }}\n\
                 rule r on E as e {{ for x in Entry where {filter} {{ require x.seq > 0 else \"x\" }} }}"
            ),
        )]);
        checked.diagnostics.sorted().iter().flat_map(|d| d.help.clone()).collect::<Vec<_>>()
    };
    assert_eq!(help("x.n > 3"), ["add `index` to `n` in `Entry`"]);
    assert_eq!(help("x.time > e.t"), ["add `index (time)` on a line of its own to `Entry`"]);
    assert_eq!(help("x.n == 3 and x.time > e.t"), ["add `index (n, time)` on a line of its own to `Entry`"]);
}

#[test]
fn a_rule_that_scans_is_told_what_to_add() {
    let all = shop("rule r on E as e { for i in Item { require i.price > 0 else \"x\" } }");
    assert_eq!(errors(&all), ["E0420"]);
    let by_id = shop("rule r on E as e { for i in Item where i.price == e.n { require i.price > 0 else \"x\" } }");
    assert_eq!(says(&by_id), ["5:24 E0420 this goes through all rows of `Item`"]);
    let query = "query dear() -> List<Int> { [i.price for i in Item where i.price > 9] }\n";
    assert_eq!(errors(&shop(query)), Vec::<String>::new());
    let called = format!("{query}rule r on E as e {{ require length(dear()) > 0 else \"x\" }}");
    assert_eq!(errors(&shop(&called)), ["E0420"]);
}

#[test]
fn sums_and_counts_in_rules_are_kept_and_equal_ones_once() {
    let sound = program(&shop(
        "query in_shop(shop: Text) -> Int { count(i in Item where i.shop == shop and i.kind == Kind.Old) }\n\
         rule r on E as e { require count(j in Item where j.kind == Kind.Old and e.shop == j.shop) < 9 else \"x\" }\n\
         rule s on E as e { require sum(i.price for i in Item where i.shop == e.shop) + in_shop(e.shop) < 9 else \"x\" }",
    ));
    let kept: Vec<_> = sound.aggregates.values().map(|a| (a.name.as_str(), a.group.clone(), a.kind)).collect();
    assert_eq!(kept, [("main.in_shop", vec![0], AggregateKind::Count), ("main.s", vec![0], AggregateKind::SumInt),]);
}

#[test]
fn all_and_any_in_an_axiom_are_counts() {
    let sound = program(&shop(
        "axiom dear for s in Shop { all(i.price > s_min() for i in Item where i.shop == s.id) }\nfn s_min() -> Int { 3 }",
    ));
    let axiom = sound.axioms.values().next().expect("there is an axiom");
    let value: &Expr = axiom.body.block.value.as_ref().expect("it has a value");
    assert!(matches!(value.kind, ExprKind::Compare { .. }), "{value:?}");
    assert_eq!(sound.aggregates.values().next().map(|a| a.kind), Some(AggregateKind::Count));
    assert_eq!(axiom.reads.len(), 1);
}

#[test]
fn a_group_by_an_optional_field_leaves_out_rows_without_it() {
    let sound = program(
        "state Account[id: Text] { n: Int\n  let incoming = sum(h.amount for h in Hold where h.to == id) }\n\
         state Hold[id: Text] { to: Text? index, amount: Money }\n\
         axiom bounded for a in Account { a.incoming == 0 or a.n > 0 }",
    );
    let kept = sound.aggregates.values().next().expect("it is kept");
    assert_eq!((&kept.group, kept.kind), (&vec![1], AggregateKind::SumMoney));
    assert!(matches!(kept.filter.as_ref().map(|f| &f.kind), Some(ExprKind::IsNone { negated: true, .. })));
}

#[test]
fn what_can_not_be_kept_is_refused_with_the_reason() {
    let refused = |value: &str| errors(&shop(&format!("axiom law for s in Shop {{ {value} }}")));
    assert_eq!(refused("sum(i.price * s.size for i in Item where i.shop == s.id) >= 0"), ["E0421"]);
    assert_eq!(refused("count(i in Item where i.shop == s.id and i.price > s.size) >= 0"), ["E0421"]);
    assert_eq!(refused("count(i in Item where i.shop == s.id and Shop.has(i.shop)) >= 0"), ["E0421"]);
    assert_eq!(refused("sum(1.5 * i.price for i in Item where i.shop == s.id) >= 0"), Vec::<String>::new());
    assert_eq!(refused("count(i in Item where i.shop == s.ID) >= 0"), ["E0320"]);
    assert_eq!(refused("length([i.id for i in Item where i.shop == s.id]) >= 0"), ["E0427"]);
}

/// What the one axiom of a program reads.
fn reads(axiom: &str) -> Vec<Read> {
    let sound = program(&shop(axiom));
    sound.axioms.values().next().map(|axiom| axiom.reads.clone()).unwrap_or_default()
}

#[test]
fn rows_are_found_back_by_the_key_or_an_index() {
    let back = |read: &Read| (matches!(read.source, ReadSource::State(_)), read.back.clone());
    let of = |axiom: &str| reads(axiom).iter().map(back).collect::<Vec<_>>();
    let by = |index, parts: &[u32]| Some(Back { index, parts: parts.to_vec() });
    assert_eq!(of("axiom a for i in Item { Shop.has(i.shop) }"), [(true, by(None, &[0]))]);
    assert_eq!(of("axiom a for i in Item { Item[i.shop, 0].price > i.price }"), [(true, by(None, &[0]))]);
    assert_eq!(
        of("axiom a for s in Shop { count(i in Item where i.id == s.size and i.shop == s.id) < 9 }"),
        [(false, by(None, &[0]))]
    );
    assert_eq!(of("axiom a for i in Item { i.label == none or Shop.has(i.label) }"), [(true, by(Some(0), &[0]))]);
    let through_query = "query size(of: Text) -> Int { match Shop.get(of) { some(s) => s.size, none => 0 } }\n\
                         axiom a for i in Item { size(i.shop) > i.price }";
    assert_eq!(of(through_query), [(true, by(None, &[0]))]);
    assert_eq!(of("axiom a for i in Item deleted { not Shop.has(i.shop) }"), []);
    assert_eq!(of("axiom a { sum(i.price for i in Item) < 99 }"), [(false, None)]);
}

#[test]
fn a_row_counts_by_the_fields_that_are_read() {
    let of = |axiom: &str| reads(axiom).into_iter().map(|read| read.fields).collect::<Vec<_>>();
    assert_eq!(of("axiom a for i in Item { Shop.has(i.shop) }"), [Some(vec![])]);
    assert_eq!(of("axiom a for i in Item { Shop.get(i.shop) != none }"), [Some(vec![])]);
    assert_eq!(of("axiom a for i in Item { Shop[i.shop].size > i.price }"), [Some(vec![2])]);
    assert_eq!(of("axiom a for i in Item { Shop[i.shop].id == i.shop }"), [Some(vec![])]);
    let both = "axiom a for i in Item { Shop[i.shop].size > i.price and Shop[i.shop].town != \"x\" }";
    assert_eq!(of(both), [Some(vec![1, 2])]);
    let whole = "axiom a for i in Item { let shop = Shop[i.shop]\n shop.size > Shop[i.shop].size }";
    assert_eq!(of(whole), [None], "a row that is kept may be looked at anywhere");
}

#[test]
fn a_law_of_a_row_by_what_is_in_no_index_is_refused() {
    let refused = |axiom: &str| errors(&shop(axiom));
    assert_eq!(refused("axiom a for s in Shop { count(i in Item where i.id == s.size) < 9 }"), ["E0423"]);
    assert_eq!(refused("axiom a for i in Item { Shop[Shop[i.shop].town].size > 0 }"), ["E0423"]);
    assert_eq!(refused("axiom a for s in Shop { Shop[\"first\"].size <= s.size }"), ["E0422"]);
    assert_eq!(refused("axiom a for s in Shop { count(i in Item) < s.size }"), ["E0422"]);
    assert_eq!(refused("axiom a { Shop[\"first\"].size > 0 }"), ["E0424"]);
    assert_eq!(refused("state T { n: Int = 0 }\naxiom a for s in Shop { T.n < s.size }"), ["E0422"]);
}

#[test]
fn calls_are_followed_as_deep_as_the_stack_suffices() {
    let chain = |n: usize, inner: &str| {
        let one = |i: usize| {
            format!("query q{i}(id: Text) -> Int {{ {} }}\n", inner.replace('_', &format!("q{}(id)", i + 1)))
        };
        let calls: String = (0..n).map(one).collect();
        shop(&format!(
            "{calls}query q{n}(id: Text) -> Int {{ Shop[id].size }}\naxiom a for s in Shop {{ q0(s.id) > 0 }}"
        ))
    };
    let nested = format!("{}_{}", "1 + (".repeat(40), ")".repeat(40));
    let all = move || [errors(&chain(300, "_")), errors(&chain(300, &nested))];
    // The stack of a main thread; those of tests are smaller.
    let thread = std::thread::Builder::new().stack_size(8 << 20).spawn(all).expect("a thread can be started");
    assert_eq!(thread.join().expect("the stack suffices"), [vec![], vec!["E0217".to_owned()]]);
}
