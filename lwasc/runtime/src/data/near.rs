//! "Did you mean": the known name that is nearest to a mistyped one.

/// Up to this many letters a name has so many neighbours that one letter's difference is no evidence: `XAU` is not meant for `XAD`.
const SHORT: usize = 3;

/// The nearest of some names, when it is near enough to be likely meant: at most a third of its letters differ; of a short one
/// only the case, or two neighbours that are swapped.
pub(super) fn near<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    // No declared name is as long; a longer one would only cost time.
    if name.len() > 100 {
        return None;
    }
    let most = (name.chars().count() / 3).max(1);
    let likely = |known: &str| name.chars().count() > SHORT || same_letters(name, known);
    let near =
        known.map(|known| (distance(name, known), known)).filter(|(edits, known)| *edits <= most && likely(known));
    near.min().map(|(_, known)| known)
}

/// Whether two names have the same letters, whatever their case and order.
fn same_letters(a: &str, b: &str) -> bool {
    let sorted = |name: &str| {
        let mut letters: Vec<char> = name.to_lowercase().chars().collect();
        letters.sort_unstable();
        letters
    };
    sorted(a) == sorted(b)
}

/// A sentence's end that offers the nearest name; empty where none is near.
pub(super) fn hint<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> String {
    near(name, known).map_or_else(String::new, |near| format!("; did you mean `{near}`?"))
}

/// How many characters must be put in, left out, replaced or swapped with the next, to come from one name to the other
/// (optimal string alignment). The rows of the table are made one after the other; the last two are kept.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut before_last = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    let mut left_before = None;
    for (line, left) in a.chars().enumerate() {
        let mut row = vec![line + 1];
        for (column, right) in b.iter().enumerate() {
            let at = |row: &[usize], column: usize| row.get(column).copied().unwrap_or(usize::MAX - 1);
            let changed = at(&last, column) + usize::from(left != *right);
            let mut best = changed.min(at(&last, column + 1) + 1).min(at(&row, column) + 1);
            let right_before = column.checked_sub(1).and_then(|column| b.get(column));
            if right_before == Some(&left) && left_before == Some(*right) {
                best = best.min(at(&before_last, column - 1) + 1);
            }
            row.push(best);
        }
        before_last = std::mem::replace(&mut last, row);
        left_before = Some(left);
    }
    last.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::near;

    #[test]
    fn offers_what_is_near() {
        let known = || ["amount", "buyer", "seller"].into_iter();
        assert_eq!(near("amoutn", known()), Some("amount"));
        assert_eq!(near("Buyer", known()), Some("buyer"));
        assert_eq!(near("fee", known()), None);
        assert_eq!(near("", known()), None);
    }

    #[test]
    fn a_short_name_is_near_by_case_or_order_only() {
        let known = || ["XAD", "USD", "id"].into_iter();
        assert_eq!(near("XAU", known()), None);
        assert_eq!(near("UDS", known()), Some("USD"));
        assert_eq!(near("Id", known()), Some("id"));
    }
}
