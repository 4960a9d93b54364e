//! "Did you mean": the known name that is nearest to a mistyped one.

/// The nearest of some names, when it is near enough to be likely meant: at most a third of the letters differ.
pub(crate) fn near<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let most = (name.chars().count() / 3).max(1);
    known.map(|k| (distance(name, k, most), k)).filter(|(d, k)| *d <= most && *k != name).min().map(|(_, k)| k)
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
}
