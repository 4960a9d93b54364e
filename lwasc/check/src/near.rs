//! "Did you mean": the known name that is nearest to a mistyped one.

/// Up to this many letters a name has so many neighbours that one letter's difference is no evidence: `XAU` is not meant for `XAD`.
const SHORT: usize = 3;

/// The nearest of some names, when it is near enough to be likely meant: at most a third of the letters differ; of a short one
/// only the case, or two neighbours that are swapped.
pub(crate) fn near<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let most = (name.chars().count() / 3).max(1);
    let likely = |known: &str| name.chars().count() > SHORT || same_letters(name, known);
    let near = known.map(|k| (distance(name, k, most), k)).filter(|(d, k)| *d <= most && *k != name && likely(k));
    near.min().map(|(_, k)| k)
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

/// Edits (insert, delete, replace, swap of neighbours) from one name to the other; more than `most` is only that.
/// Optimal string alignment, after Damerau.
fn distance(a: &str, b: &str, most: usize) -> usize {
    let (a, b): (Vec<_>, Vec<_>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > most {
        return most + 1;
    }
    let mut rows: [Vec<usize>; 3] = [vec![], vec![], (0..=b.len()).collect()];
    for i in 1..=a.len() {
        rows.rotate_left(1);
        let [before, last, row] = &mut rows;
        row.clear();
        row.push(i);
        for j in 1..=b.len() {
            let change = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = change.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(before[j - 2] + 1);
            }
            row.push(best);
        }
    }
    rows[2][b.len()]
}

#[cfg(test)]
mod tests {
    use super::near;

    #[test]
    fn finds_the_likely_name() {
        let known = || ["amount", "buyer", "seller"].into_iter();
        assert_eq!(near("amuont", known()), Some("amount"));
        assert_eq!(near("selller", known()), Some("seller"));
        assert_eq!(near("fee", known()), None);
    }

    #[test]
    fn a_short_name_is_near_by_case_or_order_only() {
        let known = || ["XAD", "USD", "id"].into_iter();
        assert_eq!(near("XAU", known()), None);
        assert_eq!(near("UDS", known()), Some("USD"));
        assert_eq!(near("Id", known()), Some("id"));
        assert_eq!(near("ix", known()), None);
    }
}
