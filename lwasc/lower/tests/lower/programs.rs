//! Whole programs whose own tests say what they do.

use crate::support::holds;

#[test]
fn rows_are_copies_and_computed_fields_follow() {
    holds(
        r#"
use std.currency.USD
journal Posting { account: Text index, amount: USD }
state Account[id: Text] {
  limit: USD? = none
  let balance = sum(p.amount for p in Posting where p.account == id)
  let twice = balance + balance
}
state Note[n: Int] { text: Text }
event Open { id: Text, limit: USD? = none }
event Pay { id: Text, amount: USD }
rule open on Open as e { create Account[e.id] { limit: e.limit } }
fn shown(a: Account) -> Text { "{a.balance} {a.twice}" }
rule pay on Pay as e {
  let before = Account[e.id]
  let maybe = Account.get(e.id)
  let whole = Account[e.id]
  append Posting { account: e.id, amount: e.amount }
  put Note[1] { text: "{before.balance}" }
  put Note[2] { text: "{Account[e.id].balance}" }
  put Note[3] { text: shown(whole) }
  if maybe != none { put Note[4] { text: "{maybe.twice}" } }
  match Account.get("nobody") { some(a) => { put Note[5] { text: "{a.balance}" } }, none => { put Note[5] { text: "nobody" } } }
}
axiom limits for a in Account { a.limit == none or a.balance >= a.limit }
axiom grows for a in Account changed from b { a.balance >= b.balance }
query richest() -> Text {
  let a = first(a in Account where a.balance > 5 USD)
  if a == none { "none" } else { a.id }
}
test "copies" {
  apply Open { id: "ann", limit: 0 USD }
  apply Pay { id: "ann", amount: 2.00 USD }
  apply Pay { id: "ann", amount: 5.00 USD }
  expect Note[1].text == "2.00 USD"
  expect Note[2].text == "7.00 USD"
  expect Note[3].text == "2.00 USD 4.00 USD"
  expect Note[4].text == "4.00 USD"
  expect Note[5].text == "nobody"
  expect Account["ann"].twice == 14.00 USD
  let ann = Account["ann"]
  expect shown(ann) == "7.00 USD 14.00 USD"
  expect richest() == "ann"
  reject Pay { id: "ann", amount: -8.00 USD } by limits
  reject Pay { id: "ann", amount: -1.00 USD } by grows
  expect Account["ann"].balance == 7.00 USD
}
"#,
    );
}

#[test]
fn aggregates_are_kept_through_every_write() {
    holds(
        r#"
use std.currency.USD
state Item[id: Text] { shelf: Text index, price: USD, sold: Bool = false, pieces: Int = 1 }
state Totals { changes: Int = 0, seen: Int = 0 }
event Put { id: Text, shelf: Text, price: USD }
event Sell { id: Text }
event Move { id: Text, shelf: Text }
event More { id: Text, pieces: Int }
event Drop { id: Text }
rule put_it on Put as e { put Item[e.id] { shelf: e.shelf, price: e.price }  Totals.changes += 1 }
rule sell on Sell as e { Item[e.id].sold = true }
rule move on Move as e { Item[e.id].shelf = e.shelf }
rule more on More as e { Item[e.id].pieces += e.pieces }
rule drop on Drop as e { delete Item[e.id] }
axiom some_room { sum(i.price for i in Item where not i.sold) <= 100 USD }
axiom few { count(i in Item) <= 3 }
axiom pieces { sum(i.pieces for i in Item) < 50 }
test "kept" {
  apply Put { id: "a", shelf: "x", price: 60.00 USD }
  apply Put { id: "b", shelf: "x", price: 40.00 USD }
  reject Put { id: "c", shelf: "x", price: 0.01 USD } by some_room
  apply Put { id: "a", shelf: "x", price: 59.00 USD }
  apply Put { id: "c", shelf: "y", price: 1.00 USD }
  reject Put { id: "d", shelf: "y", price: 0 USD } by few
  apply Sell { id: "a" }
  apply Move { id: "b", shelf: "y" }
  apply Drop { id: "c" }
  apply Put { id: "d", shelf: "y", price: 60.00 USD }
  reject More { id: "d", pieces: 47 } by pieces
  apply More { id: "d", pieces: 46 }
  reject More { id: "e", pieces: 46 } with "Item[\"e\"] is not there"
  reject Drop { id: "e" } with "Item[\"e\"] is not there"
  expect Item["d"].pieces == 47
  expect Totals.changes == 5
}
"#,
    );
}

#[test]
fn loops_over_rows_see_them_as_they_were() {
    holds(
        r#"
state Job[n: Int] { group: Text index, done: Bool = false }
state Rate[from: Text, to: Text] { rate: Decimal(2) }
event Start { n: Int }
event Finish { group: Text }
rule start on Start as e {
  for n in range(1, e.n) { create Job[n] { group: if mod(n, 2) == 0 { "even" } else { "odd" } } }
  create Rate["a", "b"] { rate: 1.5 }
}
rule finish on Finish as e {
  for j in Job where j.group == e.group {
    Job[j.n].done = true
    if j.n == 2 { delete Job[4] }
    if Job.has(j.n + 10) { delete Job[j.n + 10] }
  }
}
query open() -> List<Int> { [j.n for j in Job where not j.done] }
query late() -> List<Int> { [j.n for j in last(2, j in Job)] }
test "loops" {
  apply Start { n: 5 }
  expect open() == [1, 2, 3, 4, 5]
  apply Finish { group: "odd" }
  expect open() == [2, 4]
  expect late() == [4, 5]
  reject Start { n: 1 } with "Job[1] is there already"
  reject Finish { group: "even" } with "Job[4] is not there"
  expect Rate["a", "b"].rate == 1.5
  reject Rate["a", "c"].rate with "Rate[\"a\", \"c\"] is not there"
}
"#,
    );
}

#[test]
fn singles_journals_actions_and_rules_in_order() {
    holds(
        r#"
state Log { text: Text = "", last: Int = 0 }
journal Line { text: Text }
event Say { text: Text, times: Int = 2 }
action note(text: Text) -> Int {
  Log.text = "{Log.text}{text};"
  append Line { text }
}
rule one on Say as e {
  let seq = note("first {e.text}")
  Log.last = seq
}
rule two on Say as e {
  Log.last += note("second")
}
test "order" {
  apply Say { text: "a" }
  expect Log.text == "first a;second;"
  expect Log.last == 3
  expect Line[2].text == "second"
  expect Line[1].time == @2000-01-01T00:00:00Z
  expect count(l in Line) == 2
}
"#,
    );
}

#[test]
fn deleted_rows_are_seen_as_they_were() {
    holds(
        r#"
journal Posting { account: Text index, amount: Int }
state Account[id: Text] {
  let balance = sum(p.amount for p in Posting where p.account == id)
}
event Open { id: Text, amount: Int }
event Close { id: Text, rest: Int }
rule open on Open as e { create Account[e.id] { }  append Posting { account: e.id, amount: e.amount } }
rule close on Close as e { append Posting { account: e.id, amount: e.rest }  delete Account[e.id] }
axiom empty_ones_go for a in Account deleted { a.balance == 0 }
test "deleting" {
  apply Open { id: "a", amount: 3 }
  apply Open { id: "b", amount: 0 }
  reject Close { id: "a", rest: -3 } by empty_ones_go
  apply Close { id: "b", rest: 5 }
}
"#,
    );
}

#[test]
fn rows_that_go_elsewhere_are_whole() {
    holds(
        r#"
journal Posting { account: Text index, amount: Int }
state Account[id: Text] {
  group: Text index
  let balance = sum(p.amount for p in Posting where p.account == id)
  let double = balance * 2
}
state Seen { text: Text = "", rich: Int = 0 }
event Open { id: Text }
event Pay { id: Text, amount: Int }
rule open on Open as e { create Account[e.id] { group: "g" } }
fn total(accounts: List<Account>) -> Int { sum(a.double for a in accounts) }
action post(id: Text, amount: Int) -> Int {
  append Posting { account: id, amount }
  Seen.rich += 100
  Account[id].balance
}
rule pay on Pay as e {
  let all = [a for a in Account where a.group == "g"]
  let pair = [Account[e.id], Account["bob"]]
  let bob = Account.get("bob")
  let best = last(a in Account where a.group == "g")
  Seen.rich = post(e.id, e.amount)
  for a in Account where a.group == "g" and a.balance > 2 { Seen.rich += a.double }
  let right = if bob != none { bob.double } else { -1 }
  let top = if best != none { best.balance } else { -1 }
  Seen.text = "{total(all)} {pair[0].balance} {right} {top}"
}
query found(id: Text) -> Account? { Account.get(id) }
query bests() -> List<Account> { last(1, a in Account where a.balance > 0) }
test "whole" {
  apply Open { id: "ann" }
  apply Open { id: "bob" }
  apply Pay { id: "bob", amount: 3 }
  expect Seen.text == "0 0 0 0"
  expect Seen.rich == 9
  apply Pay { id: "ann", amount: 5 }
  expect Seen.text == "6 0 6 3"
  expect Seen.rich == 21
  let ann = found("ann")
  expect ann != none and ann.double == 10
  expect found("cleo") == none
  expect bests()[0].double == 6
  expect total(bests()) == 6
}
"#,
    );
}

#[test]
fn payloads_options_and_lists_are_stored() {
    holds(
        r#"
use std.currency.{USD, EUR}
enum Tier { Standard, Custom(rate: Decimal(4), cap: Money?) }
record Line { sku: Text, price: USD, gift: Bool? = none }
state Order[day: Date, n: Int] { tier: Tier = Tier.Standard, lines: List<Line> = [], paid: Time? = none, left: Int? = 3 }
event Take { n: Int, tier: Tier, lines: List<Line> }
event Pay { n: Int }
const DAY = @2026-01-31
rule take on Take as e { create Order[DAY, e.n] { tier: e.tier, lines: e.lines } }
rule pay on Pay as e {
  let o = Order[DAY, e.n]
  require o.paid == none else "paid at {o.paid}"
  Order[DAY, e.n].paid = now
  Order[DAY, e.n].left = if o.left != none and o.left > 0 { some(o.left - 1) } else { none }
}
fn rate(t: Tier) -> Decimal(4) { match t { Tier.Standard => 0.01, Tier.Custom(rate, cap) => if cap == none { rate } else { rate * 2 } } }
query of(n: Int) -> USD { sum(l.price for l in Order[DAY, n].lines) }
test "stored" {
  apply Take { n: 1, tier: Tier.Custom(rate: 0.0125, cap: 5.00 EUR), lines: [Line { sku: "a", price: 2 USD }, Line { sku: "b", price: 0.5 USD, gift: true }] }
  apply Take { n: 2, tier: Tier.Standard, lines: [] }
  expect rate(Order[DAY, 1].tier) == 0.025
  expect rate(Order[DAY, 2].tier) == 0.01
  expect of(1) == 2.50 USD
  expect of(2) == 0 USD
  apply Pay { n: 1 }
  reject Pay { n: 1 } with "paid at 2000-01-01T00:00:00Z"
  expect Order[DAY, 1].left == 2
  expect Order[DAY, 1].lines[1].gift == true
  reject Pay { n: 3 } with "Order[2026-01-31, 3] is not there"
}
"#,
    );
}
