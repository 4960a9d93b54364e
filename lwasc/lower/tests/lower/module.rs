//! The module as a whole: its tables, its text, and that it is the same wherever it is made.

use crate::support::{module, modules};

const LEDGER: &str = r#"
currency PTS(0) "points"
state Account[id: Text] {
  owner: Text index
  let balance = sum(p.amount for p in Posting where p.account == id)
}
journal Posting { account: Text index, amount: PTS }
event Open { id: Text key, owner: Text = "nobody" }
rule open on Open as e { create Account[e.id] { owner: e.owner } }
axiom covered for a in Account { a.balance >= 0 }
query balance(id: Text) -> PTS { Account[id].balance }
action move(from: Text, to: Text, amount: PTS) {
  require amount > 0 else "{amount} is not positive"
  append Posting { account: from, amount: -amount }
  append Posting { account: to, amount }
}
"#;

const SHOP: &str = r#"
use ledger
use ledger.PTS
accept ledger.{Open}
const PRICE: PTS = 5 PTS
event Buy { who: Text, pieces: Int = 1 }
rule buy on Buy as e { ledger.move(from: e.who, to: "shop", amount: round(PRICE * e.pieces)) }
query price(pieces: Int = 2) -> PTS { round(PRICE * pieces) }
test "buying" {
  apply ledger.Open { id: "ann" }
  reject Buy { who: "ann" } by ledger.covered
}
"#;

#[test]
fn the_module_of_a_small_program() {
    insta::assert_snapshot!(modules(&[("ledger", LEDGER), ("shop", SHOP)], true));
}

#[test]
fn names_are_bare_only_for_the_programs_own() {
    let module = modules(&[("ledger", LEDGER), ("shop", SHOP)], false);
    let events: Vec<_> = module.events.values().map(|e| (e.name.as_str(), e.accepted)).collect();
    assert_eq!(events, [("ledger.Open", true), ("Buy", true)]);
    let queries: Vec<_> = module.queries.iter().map(|q| q.name.as_str()).collect();
    assert_eq!(queries, ["ledger.balance", "price"]);
    assert_eq!(module.axioms[0].name, "ledger.covered");
    assert_eq!(module.name, "shop");
}

#[test]
fn artifacts_have_no_tests_and_all_constants() {
    let module = modules(&[("ledger", LEDGER), ("shop", SHOP)], false);
    assert!(module.tests.is_empty());
    assert_eq!(module.constants.len(), 1);
    assert!(module.functions.values().all(|f| !f.name.starts_with("test ")));
}

#[test]
fn currencies_are_in_order_of_code() {
    let module = module("currency ZED(2)\ncurrency ABC(2)\nconst X: ZED = 1 ZED");
    let codes: Vec<_> = module.currencies.values().map(|c| c.code.as_str()).collect();
    assert!(codes.is_sorted() && codes.contains(&"ZED"), "{codes:?}");
}

#[test]
fn the_same_program_gives_the_same_module() {
    let make = || modules(&[("ledger", LEDGER), ("shop", SHOP)], true);
    assert_eq!(make(), make());
}
