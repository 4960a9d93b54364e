//! A generated book: accounts of all kinds in three currencies, and entries of two to nine legs over them, the same in every
//! run. An entry is written as an event of `std.ledger` or as an entry of an hledger journal, from the same numbers.

/// An account of the book.
pub struct Account {
    /// Its name in both books.
    pub name: &'static str,
    kind: &'static str,
    currency: &'static str,
}

const fn account(name: &'static str, kind: &'static str, currency: &'static str) -> Account {
    Account { name, kind, currency }
}

/// The chart of accounts. Each currency has some of every kind.
pub const ACCOUNTS: &[Account] = &[
    account("assets:bank:usd", "Asset", "USD"),
    account("assets:cash:usd", "Asset", "USD"),
    account("liabilities:ann:usd", "Liability", "USD"),
    account("liabilities:bob:usd", "Liability", "USD"),
    account("equity:capital:usd", "Equity", "USD"),
    account("income:fees:usd", "Income", "USD"),
    account("expenses:processor:usd", "Expense", "USD"),
    account("assets:bank:jpy", "Asset", "JPY"),
    account("liabilities:ken:jpy", "Liability", "JPY"),
    account("equity:capital:jpy", "Equity", "JPY"),
    account("income:fees:jpy", "Income", "JPY"),
    account("assets:bank:bhd", "Asset", "BHD"),
    account("liabilities:noor:bhd", "Liability", "BHD"),
    account("expenses:rent:bhd", "Expense", "BHD"),
];

impl Account {
    /// The digits of its currency.
    pub fn digits(&self) -> usize {
        match self.currency {
            "JPY" => 0,
            "BHD" => 3,
            _ => 2,
        }
    }

    /// The event that opens it.
    pub fn opened(&self) -> String {
        let Account { name, kind, currency } = self;
        format!(r#"{{"type":"ledger.Open","data":{{"id":"{name}","kind":"{kind}","currency":"{currency}"}}}}"#)
    }
}

/// One side of an entry: positive units are debited, negative ones credited.
pub struct Leg {
    account: &'static Account,
    units: i128,
}

/// An entry.
pub struct Entry {
    number: usize,
    /// Its legs.
    pub legs: Vec<Leg>,
}

impl Entry {
    /// The event that posts it.
    pub fn event(&self) -> String {
        let leg = |leg: &Leg| {
            let side = if leg.units > 0 { "Debit" } else { "Credit" };
            let (amount, currency) = (decimal(leg.units.abs(), leg.account.digits()), leg.account.currency);
            let account = leg.account.name;
            format!(
                r#"{{"account":"{account}","side":"{side}","amount":{{"amount":"{amount}","currency":"{currency}"}}}}"#
            )
        };
        let legs: Vec<String> = self.legs.iter().map(leg).collect();
        let (number, legs) = (self.number, legs.join(","));
        format!(r#"{{"type":"ledger.Post","id":"e{number}","data":{{"legs":[{legs}],"note":"entry {number}"}}}}"#)
    }

    /// The same in an hledger journal.
    pub fn journal(&self) -> String {
        let day = self.number % 28 + 1;
        let leg = |leg: &Leg| {
            let amount = decimal(leg.units, leg.account.digits());
            format!("    {}  {amount} {}\n", leg.account.name, leg.account.currency)
        };
        format!("2026-01-{day:02} entry {}\n{}\n", self.number, self.legs.iter().map(leg).collect::<String>())
    }
}

/// What an hledger journal begins with: how amounts are written.
pub fn commodities() -> String {
    "commodity 1000.00 USD\ncommodity 1000. JPY\ncommodity 1000.000 BHD\n\n".to_owned()
}

/// Entries whose debits equal their credits in each currency, without end.
pub fn balanced() -> impl Iterator<Item = Entry> {
    let mut numbers = Numbers(7);
    (0..).map(move |number| {
        let mut legs = Vec::new();
        let first = numbers.below(3);
        for turn in 0..=numbers.below(3) {
            let currency = ["USD", "JPY", "BHD"][(first + turn) % 3];
            block(&mut numbers, currency, &mut legs);
        }
        Entry { number, legs }
    })
}

/// Entries that lack one smallest unit in one currency, without end.
pub fn broken() -> impl Iterator<Item = Entry> {
    balanced().skip(100_000).map(|mut entry| {
        let last = entry.legs.last_mut().expect("an entry has legs");
        last.units += if last.units > 0 { 1 } else { -1 };
        entry
    })
}

/// Two or three legs of one currency that add up to nothing.
fn block(numbers: &mut Numbers, currency: &str, legs: &mut Vec<Leg>) {
    let accounts: Vec<&'static Account> = ACCOUNTS.iter().filter(|account| account.currency == currency).collect();
    let from = numbers.below(accounts.len());
    let to = (from + 1 + numbers.below(accounts.len() - 1)) % accounts.len();
    let units = 1 + numbers.below(10_000_000) as i128;
    let part = numbers.below(units as usize) as i128;
    legs.push(Leg { account: accounts[from], units: -units });
    if part > 0 {
        legs.push(Leg { account: accounts[to], units: part });
    }
    legs.push(Leg { account: accounts[(to + 1) % accounts.len()], units: units - part });
}

/// Numbers that look random and are the same in every run: the linear congruential generator of Knuth's MMIX.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }
}

/// `12.34`, of smallest units.
fn decimal(units: i128, digits: usize) -> String {
    let sign = if units < 0 { "-" } else { "" };
    let text = format!("{:0>width$}", units.unsigned_abs(), width = digits + 1);
    let (whole, part) = text.split_at(text.len() - digits);
    if part.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{part}") }
}

/// The smallest units of `12.34`, or of `0` without a point.
pub fn units(text: &str, digits: usize) -> Option<i128> {
    let text = text.trim_matches('"');
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    if part.len() > digits {
        return None;
    }
    format!("{whole}{part:0<digits$}").parse().ok()
}
