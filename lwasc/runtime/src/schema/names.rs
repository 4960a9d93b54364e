//! Names of tables and columns.
//!
//! They come from names of the program, which differ by more than SQLite sees: it does not tell `a` from `A`, a dot of a
//! module's path becomes `_`, and some beginnings are taken. A name that is taken gets `_2`, `_3`, … in order of
//! declaration, so that the same program has the same names everywhere.

use std::collections::BTreeSet;

use lwas_ir::{Aggregate, State};

/// Names given out so far, as SQLite compares them.
#[derive(Default)]
pub struct Names(BTreeSet<String>);

impl Names {
    /// `wanted`, or the first of `wanted_2`, `wanted_3`, … that is free together with what hangs on it (`suffixes`).
    pub fn take(&mut self, wanted: &str, suffixes: &[&str]) -> String {
        let mut name = wanted.to_owned();
        let mut number = 2u64;
        loop {
            let all = std::iter::once("").chain(suffixes.iter().copied());
            let all: Vec<String> = all.map(|suffix| format!("{name}{suffix}").to_ascii_lowercase()).collect();
            if all.iter().all(|name| !self.0.contains(name)) {
                self.0.extend(all);
                return name;
            }
            name = format!("{wanted}_{number}");
            number += 1;
        }
    }

    /// A table's name, which keeps that of its view free.
    pub fn table(&mut self, wanted: &str) -> String {
        self.take(&allowed(wanted), &["_view"])
    }
}

/// The ledger's own names and SQLite's begin in ways that no table of a program may.
fn allowed(wanted: &str) -> String {
    let lower = wanted.to_ascii_lowercase();
    if lower.starts_with("lwas_") || lower.starts_with("sqlite_") { format!("m_{wanted}") } else { wanted.to_owned() }
}

/// What a state's table would like to be called: `std_ledger_Account`.
pub fn state_name(state: &State) -> String {
    format!("{}_{}", state.module.replace('.', "_"), state.name)
}

/// What an aggregate's table would like to be called: letters, digits and `_` of its name, others as `_`.
pub fn aggregate_name(aggregate: &Aggregate) -> String {
    let word = |c: char| if c.is_ascii_alphanumeric() || c == '_' { c } else { '_' };
    let name: String = aggregate.name.chars().take(200).map(word).collect();
    format!("agg_{name}")
}
