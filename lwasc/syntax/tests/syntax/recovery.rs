//! Many mistakes in a file: each has its message, none has two, and what is right is read.

use super::{complaints, tree};

#[test]
fn seven_mistakes_seven_messages() {
    let text = "\
use std.ledger
event Sale { id: Text key, amount USD, buyer: Text }
fn fee(amount: USD) -> USD {
  let a = round(amount * )
  let b = a +
  let c = 3
  a + b
}
rule settle on Sale as sale {
  require sale.amount > 0
  let fee = fee(sale.amount))
  ledger.transfer(from: sale.buyer, to: , amount: fee)
}
stat Totals { sales: Int }
axiom fine { Totals.sales >= 0 }
";
    assert_eq!(complaints(text).lines().filter(|line| !line.starts_with(' ')).count(), 7);
    insta::assert_snapshot!(tree(text));
}

#[test]
fn an_item_begins_whatever_is_open() {
    insta::assert_snapshot!(tree(
        "fn f() -> Int {\n  let a = (1 + [2\n\nstate S[id: Text] {\n  a: Int\n\nrule r on E {\n  if a {\n\nconst B = 2\n"
    ));
}

#[test]
fn each_field_by_itself() {
    insta::assert_snapshot!(tree(
        "state S[id: Text] {\n  a: Int\n  b Int\n  c: List<\n  let d = \n  e: Text index,\n  f = 3\n  g: Bool\n}\nenum E { A, 1, B(x: Int }\nconst C = 1"
    ));
}

#[test]
fn each_argument_and_element_by_itself() {
    insta::assert_snapshot!(tree(
        "const A = f(1, *, g(2, , 3), [4, ], x: ) + h(5)\nconst B = P { a: , b: 2, c: [} \nconst C = 3"
    ));
}

#[test]
fn each_arm_by_itself() {
    insta::assert_snapshot!(tree(
        "fn f() -> Int {\n  match e {\n    A => 1\n    => 2\n    B(1) => 3\n    C => \n    D => 4\n  }\n}"
    ));
}
