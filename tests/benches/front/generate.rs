//! Programs of any length that look like what people write: sections with types, states, events, functions, rules, queries,
//! axioms and comments, each with names of its own. A section calls functions of the one before it, so that names are looked
//! up across the file; chains of calls end after eight sections. Nearly every function has a number of its section's own in it: equal
//! functions share their machine code, and people seldom write the same function twice.

/// A program of about so many lines, never fewer than one section. The same number gives the same text.
pub fn program(lines: usize) -> String {
    let mut text = String::from("//! A generated program.\n\ncurrency USD(2) \"US dollar\"\n");
    let length = section(0).lines().count();
    for number in 0..lines.div_ceil(length).max(1) {
        text.push_str(&section(number));
    }
    text
}

/// The same lines as modules of about so many lines, which use no other module but `std.currency`: each is whole chains of sections.
pub fn modules(lines: usize, per_module: usize) -> Vec<String> {
    let length = section(0).lines().count();
    let sections: Vec<usize> = (0..lines.div_ceil(length)).collect();
    let chains = (per_module / (8 * length)).max(1);
    let module = |numbers: &[usize]| {
        let mut text = String::from("//! A part of a generated program.\n\nuse std.currency.USD\n");
        numbers.iter().for_each(|number| text.push_str(&section(*number)));
        text
    };
    sections.chunks(8 * chains).map(module).collect()
}

/// Everything of one section. `@` stands for its number.
fn section(number: usize) -> String {
    let before = if number.is_multiple_of(8) {
        "amount * 0.1%".to_owned()
    } else {
        format!("fee{}(amount, Tier{}.Standard) * 10%", number - 1, number - 1)
    };
    SECTION.replace("$before", &before).replace('@', &number.to_string())
}

const SECTION: &str = r#"
// ---------------------------------------------------------------------------------------------------------------------
// Section @: orders of branch @, what they cost, and what must hold of them.

/// What a customer of branch @ is.
enum Tier@ { Standard, Plus, Custom(rate: Decimal(4)) }

/// A line of an order.
record Line@ {
  sku: Text
  price: USD
  quantity: Int
}

const CAP@: USD = 50 USD
const MONTHS@ = 12 * 2 + @

/// An account and what follows from its postings.
state Account@[id: Text] {
  owner: Text index fixed
  tier: Tier@ = Tier@.Standard
  limit: USD = 100 USD
  closed: Bool = false
  note: Text?
  let posted = sum(p.amount for p in Posting@ where p.account == id)
  let available = posted + limit
}

journal Posting@ {
  account: Text index
  amount: USD
  reason: Text
}

state Totals@ { sales: Int = 0, volume: USD = 0 USD }

event Open@ { id: Text key, owner: Text, limit: USD }
event Sale@ {
  id: Text key
  buyer: Text
  seller: Text
  lines: List<Line@>
  note: Text? = none
}
event Close@ { owner: Text }

/// The price of all lines.
fn total@(lines: List<Line@>) -> USD {
  fold acc = 0 USD for line in lines { acc + line.price * (line.quantity + @) }
}

/// What the platform keeps: a share by tier and a fixed part, at most the cap.
fn fee@(amount: USD, tier: Tier@) -> USD {
  let rate = match tier {
    Tier@.Standard => 2.9%,
    Tier@.Plus => 2.2%,
    Tier@.Custom(rate) => rate,
  }
  let share = round(amount * rate) + 0.30 USD + @ USD
  let more = round($before)
  if share + more > CAP@ { CAP@ } else { share + more }
}

fn describe@(line: Line@, note: Text?) -> Text {
  let what = "{line.quantity} x {line.sku} at {line.price}"
  if note == none or line.quantity == @ { what } else { "{what} ({note})" }
}

action post@(account: Text, amount: USD, reason: Text) {
  require Account@.has(account) else "account {account} is open"
  require not Account@[account].closed else "account {account} is not closed"
  require length(reason) < 1000 + @ else "the reason is short"
  append Posting@ { account, amount, reason }
}

rule open@ on Open@ as e {
  require length(e.owner) < 100 + @ else "the owner has a short name"
  create Account@[e.id] { owner: e.owner, limit: e.limit }
}

rule settle@ on Sale@ as sale {
  // Nothing is sold for nothing.
  let amount = total@(sale.lines)
  require amount > 0 else "a sale has a positive amount"
  require length(sale.lines) <= MONTHS@ else "a sale has few lines"
  let charge = fee@(amount, Account@[sale.seller].tier)
  post@(sale.buyer, -amount, "bought")
  post@(account: sale.seller, amount: amount - charge, reason: "sold")
  for line in sale.lines {
    post@("platform", 0 USD, describe@(line, sale.note))
  }
  post@("platform", charge, "fee")
  Totals@.sales += 1
  Totals@.volume += amount
}

rule close@ on Close@ as e {
  for a in Account@ where a.owner == e.owner and not a.closed {
    if a.posted < @ USD { Account@[a.id].closed = true }
  }
}

query balance@(id: Text) -> USD { Account@[id].available + @ USD }
query owners@() -> List<Text> { [a.owner for a in Account@ where a.available > CAP@ + @ USD] }
query open@s(owner: Text) -> Int { count(a in Account@ where a.owner == owner and not a.closed) + @ }

axiom conservation@ { sum(p.amount for p in Posting@) == 0 USD }
axiom within_limit@ for a in Account@ { a.available + @ USD >= 0 USD }
axiom owner_is_kept@ for a in Account@ changed from b { a.owner == b.owner }
axiom closed_is_empty@ for a in Account@ where a.closed { a.posted == 0 USD }
axiom few_accounts@ for a in Account@ { count(o in Account@ where o.owner == a.owner) <= 1000 + @ }
"#;
