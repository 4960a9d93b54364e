//! The programs that are measured, their events, and the rows that each event leads to.

use super::mirror::Mirror;
use rusqlite::types::Value;

/// 2026-01-25T09:00:00Z, the time of all events, in µs since 1970.
const TIME: i64 = 1_769_331_600_000_000;

/// An amount of cents goes from an account to another.
pub struct Transfer {
    pub number: usize,
    pub from: String,
    pub to: String,
    pub cents: i64,
}

/// A program and its events.
pub struct Case {
    pub name: &'static str,
    pub source: &'static str,
    /// The event that opens an account.
    open: fn(&str) -> String,
    /// The event of a transfer.
    pub line: fn(&Transfer) -> String,
    /// The tables in the order in which a batch writes them.
    pub tables: &'static [&'static str],
    /// What a transfer writes.
    pub apply: fn(&mut Mirror, &Transfer),
}

impl Case {
    /// The events that open so many accounts.
    pub fn openings(&self, accounts: u64) -> Vec<String> {
        (0..accounts).map(|number| (self.open)(&account(number))).collect()
    }
}

/// Transfers between so many accounts, chosen at random, the same in every run.
pub fn transfers(count: usize, accounts: u64) -> Vec<Transfer> {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut random = move |below: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) % below
    };
    let transfer = |number| {
        let from = random(accounts);
        let to = (from + 1 + random(accounts - 1)) % accounts;
        Transfer { number, from: account(from), to: account(to), cents: 1 + random(99_999) as i64 }
    };
    (0..count).map(transfer).collect()
}

fn account(number: u64) -> String {
    format!("account-{number:06}")
}

/// A balance in each account's row, a journal of transfers, one law.
const SIMPLE: Case = Case {
    name: "simple",
    source: r#"//! Accounts with a balance each, and a journal of what was moved.

use std.currency.USD

state Account[id: Text] { balance: USD = 0 USD }
journal Transfer { from: Text, to: Text, amount: USD }

event Open { id: Text key }
event Move { id: Text key, from: Text, to: Text, amount: USD }

rule open on Open as e { create Account[e.id] {} }

rule move_money on Move as e {
  Account[e.from].balance -= e.amount
  Account[e.to].balance += e.amount
  append Transfer { from: e.from, to: e.to, amount: e.amount }
}

axiom within_limits for a in Account { a.balance >= -100000000.00 USD }
"#,
    open: |id| format!(r#"{{"type":"Open","time":"2026-01-25T09:00:00Z","data":{{"id":"{id}"}}}}"#),
    line: |transfer| {
        let Transfer { number, from, to, cents } = transfer;
        let (whole, part) = (cents / 100, cents % 100);
        format!(
            r#"{{"type":"Move","time":"2026-01-25T09:00:00Z","data":{{"id":"move-{number}","from":"{from}","to":"{to}","amount":{whole}.{part:02}}}}}"#
        )
    },
    tables: &["main_Account", "main_Transfer"],
    apply: |mirror, Transfer { number, from, to, cents }| {
        for (account, cents) in [(from, -cents), (to, *cents)] {
            mirror.add(0, vec![text(account)], cents, Value::Integer);
        }
        mirror.insert(1, vec![int(number + 1), Value::Integer(TIME), text(from), text(to), Value::Integer(*cents)]);
    },
};

/// Double entry by the standard library: two postings a transfer, balances are sums over them.
const LEDGER: Case = Case {
    name: "ledger",
    source: "//! The standard library's ledger, open to events.\n\nuse std.ledger\n\naccept ledger.{Open, Transfer}\n",
    open: |id| {
        format!(
            r#"{{"type":"ledger.Open","id":"{id}","time":"2026-01-25T09:00:00Z","data":{{"id":"{id}","currency":"USD"}}}}"#
        )
    },
    line: |transfer| {
        let Transfer { number, from, to, cents } = transfer;
        let (whole, part) = (cents / 100, cents % 100);
        format!(
            r#"{{"type":"ledger.Transfer","id":"move-{number}","time":"2026-01-25T09:00:00Z","data":{{"from":"{from}","to":"{to}","amount":{{"amount":{whole}.{part:02},"currency":"USD"}}}}}}"#
        )
    },
    tables: &[
        "std_ledger_Entry",
        "std_ledger_Posting",
        "agg_std_ledger_Account_debits",
        "agg_std_ledger_Account_credits",
        "agg_std_ledger_debits_equal_credits",
        "agg_std_ledger_debits_equal_credits_2",
        "agg_std_ledger_books_balance",
        "agg_std_ledger_books_balance_2",
    ],
    apply: |mirror, Transfer { number, from, to, cents }| {
        let entry = int(number + 1);
        mirror.insert(0, vec![entry.clone(), Value::Integer(TIME), text("")]);
        for (leg, (account, side)) in [(from, "Debit"), (to, "Credit")].into_iter().enumerate() {
            let number = int(2 * number + leg + 1);
            let amount = [Value::Integer(*cents), text("USD")];
            let row = [number, Value::Integer(TIME), entry.clone(), text(account), text(side)];
            mirror.insert(1, row.into_iter().chain(amount).collect());
            mirror.add(2 + leg, vec![text(account)], *cents, dollars);
            mirror.add(4 + leg, vec![entry.clone()], *cents, dollars);
            mirror.add(6 + leg, vec![], *cents, dollars);
        }
    },
};

pub const PROGRAMS: [Case; 2] = [SIMPLE, LEDGER];

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

/// A sum of money as an aggregate's table holds it.
fn dollars(cents: i64) -> Value {
    Value::Text(format!("{{\"USD\":{cents}}}"))
}

fn int(number: usize) -> Value {
    Value::Integer(number as i64)
}
