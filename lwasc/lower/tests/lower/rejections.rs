//! What a rejection says: its code, the smallest place, the message, the values of the condition.

use crate::support::{Runner, module, told};

fn rejection(items: &str, expression: &str) -> String {
    let source = format!("{items}\nquery q() -> Text {{\n  let x = {expression}\n  \"{{x}}\"\n}}\n");
    let mut runner = Runner::new(module(&source));
    let rejection = runner.text("q").expect_err("it is rejected");
    told(&runner.module, &rejection)
}

#[test]
fn places_are_the_smallest_that_fail() {
    let items = "const LIST = [1, 2]\nfn zero() -> Int { 0 }";
    let line = |items: &str, expression: &str| rejection(items, expression);
    assert!(line(items, "1 + div(3, zero())").starts_with("E0603 at 4:15: "));
    assert!(line(items, "9223372036854775807 + 1 + LIST[0]").starts_with("E0602 at 4:11: "));
    assert!(line(items, "LIST[zero() + 7]").starts_with("E0609 at 4:11: "));
    assert!(line(items, "[a + b for a, b in zip(LIST, [1])]").contains("the lists have 2 and 1 elements"));
}

#[test]
fn require_tells_its_message_and_values() {
    let items =
        "fn f(a: Int, b: Decimal(2)) -> Int {\n  require a > 0 and a + 1 < b else \"{a} is not below {b}\"\n  a\n}";
    assert_eq!(rejection(items, "f(3, 2.5)"), "E0601 at 2:11: 3 is not below 2.50 (a = 3, a = 3, a + 1 = 4, b = 2.50)");
    assert_eq!(rejection(items, "f(-1, 2.5)"), "E0601 at 2:11: -1 is not below 2.50 (a = -1)");
}

#[test]
fn values_are_those_of_the_statement_that_fails_and_of_this_turn() {
    let turns = |require: &str| {
        format!(
            "fn f(xs: List<Int>) -> Int {{\n  for x in xs {{\n    require x != 9 else \"nine\"\n    {require}\n  }}\n  1\n}}"
        )
    };
    let both = turns("require x > 1 and x < 100 - x else \"no\"");
    assert_eq!(rejection(&both, "f([3, 7, 0])"), "E0601 at 4:13: no (x = 0)");
    assert_eq!(rejection(&both, "f([3, 60])"), "E0601 at 4:13: no (x = 60, x = 60, x = 60, 100 - x = 40)");
    assert_eq!(rejection(&both, "f([3, 9])"), "E0601 at 3:13: nine (x = 9)");
    let branches = turns("require (if x == 1 { x + 1 > 0 } else { x - 2 > 0 }) else \"no\"");
    assert_eq!(rejection(&branches, "f([1, 2])"), "E0601 at 4:13: no (x = 2, x = 2, x - 2 = 0)");
    let elsewhere = turns("require x > 0 and div(6, x - 1) > 0 else \"no\"");
    assert_eq!(rejection(&elsewhere, "f([2, 1])"), "E0603 at 4:23: 6 div 0 divides by zero (x = 1)");
}

#[test]
fn budgets_are_charged_in_every_loop() {
    let items = "fn f(n: Int) -> Int { fold acc = 0 for x in range(1, n) where x < 0 { acc + x } }";
    assert!(rejection(items, "f(20_000_000)").starts_with("E0613 at 1:"));
}
