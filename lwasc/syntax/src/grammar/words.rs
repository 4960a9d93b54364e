//! What a word may have been meant as: the nearest word of ours, or ours for one of another language. Help is given only
//! where it is likely right.

use crate::tokens::{ITEM_WORDS, Kind, STATEMENT_WORDS};

/// The item word that was meant.
pub(super) fn item_word(written: &str) -> Option<&'static str> {
    let lower = written.to_lowercase();
    let foreign = match lower.as_str() {
        "function" | "func" | "def" | "fun" | "pub" | "export" => Some("fn"),
        "struct" | "class" | "type" | "data" | "interface" => Some("record"),
        "import" | "include" | "using" | "require" | "from" => Some("use"),
        "let" | "var" | "val" | "static" => Some("const"),
        "table" | "entity" | "mapping" | "create" => Some("state"),
        "invariant" | "law" | "assert" | "constraint" => Some("axiom"),
        "procedure" | "proc" => Some("action"),
        "on" | "when" | "trigger" => Some("rule"),
        "log" => Some("journal"),
        _ => None,
    };
    foreign.or_else(|| nearest(&lower, ITEM_WORDS.iter().map(|(word, _)| *word)))
}

/// What to say about a word that begins no statement.
pub(super) fn statement_help(written: &str) -> Option<String> {
    let said = match written {
        "while" | "loop" | "until" | "foreach" | "do" => "loops go over something: `for x in xs { … }`",
        "var" | "val" | "const" | "mut" => "a local is written `let x = …`",
        "assert" | "ensure" => "a condition is required with `require … else \"why not\"`, in a test with `expect …`",
        "return" => "a body's last expression is its value",
        "throw" | "raise" | "fail" | "abort" | "panic" => "an event is rejected with `require … else \"why not\"`",
        "insert" | "new" => "a row is made with `create S[key] { … }`",
        "update" | "set" => "a field is set with `S[key].field = …`",
        "remove" => "a row is removed with `delete S[key]`",
        "switch" | "case" => "cases are told apart with `match e { … }`",
        "with" => "a copy with other fields is `x with { field: value }`",
        "await" | "async" | "spawn" => "an event is judged whole and at once: leave it out",
        "try" | "catch" => {
            "nothing is caught: what must be true is demanded with `require`, or the whole event is rejected"
        }
        "SELECT" => {
            "rows are read by their key, `S[key]`, or gone through: `[x for x in S where …]`, `sum(x.amount for x in S)`"
        }
        "INSERT" => "a row is made with `create S[key] { … }`",
        "UPDATE" => "a field is set with `S[key].field = …`",
        "DELETE" => "a row is removed with `delete S[key]`",
        "print" | "println" | "log" => {
            "nothing is printed: what happened is in the log, which `lwasc why` tells; a query gives an answer"
        }
        "elif" | "elsif" | "elseif" => "write `else if`",
        _ => {
            let reserved = ["let", "require", "for", "if", "match"].into_iter();
            let words = STATEMENT_WORDS.iter().map(|(word, _)| *word).chain(reserved);
            return nearest(written, words).map(|word| format!("did you mean `{word}`?"));
        }
    };
    Some(said.into())
}

/// How an operator is written.
pub(super) fn spelling(kind: Kind) -> &'static str {
    match kind {
        Kind::Plus => "+",
        Kind::Star => "*",
        Kind::Slash => "/",
        Kind::Coalesce => "??",
        Kind::EqualEqual => "==",
        Kind::NotEqual => "!=",
        Kind::Less => "<",
        Kind::LessEqual => "<=",
        Kind::Greater => ">",
        Kind::GreaterEqual => ">=",
        Kind::And => "and",
        Kind::Or => "or",
        Kind::In => "in",
        _ => ".",
    }
}

/// The word at the smallest distance, if that is small for its length.
fn nearest(written: &str, words: impl Iterator<Item = &'static str>) -> Option<&'static str> {
    if written.len() > 16 {
        return None;
    }
    let near = words.map(|word| (distance(written, word), word)).min_by_key(|(distance, _)| *distance)?;
    let allowed = if near.1.len() <= 3 { 1 } else { 2 };
    (near.0 <= allowed && near.0 < near.1.len()).then_some(near.1)
}

/// Edits between two short words: insertions, deletions, replacements, and neighbours swapped (optimal string alignment).
/// Rows of the usual table, each as long as `b` and one more.
fn distance(a: &str, b: &str) -> usize {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let cell = |row: &[usize], at: usize| row.get(at).copied().unwrap_or(usize::MAX - 1);
    let mut before: Vec<usize> = vec![];
    let mut row: Vec<usize> = (0..=b.len()).collect();
    let mut last = None;
    for (i, x) in a.iter().enumerate() {
        let mut next = vec![i + 1];
        let mut left = None;
        for (j, y) in b.iter().enumerate() {
            let replaced = cell(&row, j) + usize::from(x != y);
            let mut least = replaced.min(cell(&row, j + 1) + 1).min(cell(&next, j) + 1);
            if left == Some(x) && last == Some(y) {
                least = least.min(cell(&before, j.saturating_sub(1)) + 1);
            }
            next.push(least);
            left = Some(y);
        }
        before = std::mem::replace(&mut row, next);
        last = Some(x);
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_count_edits() {
        let distances =
            [("", "abc"), ("abc", "abc"), ("evnt", "event"), ("sate", "state"), ("tets", "test"), ("rule", "fn")];
        assert_eq!(distances.map(|(a, b)| distance(a, b)), [3, 0, 1, 1, 1, 4]);
    }
}
