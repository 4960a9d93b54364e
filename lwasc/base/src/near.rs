//! "Did you mean": the known name that is nearest to a mistyped one.

/// Up to this many letters a name has so many neighbours that one letter's difference is no evidence: `XAU` is not meant for `XAD`.
const SHORT: usize = 3;

/// No declared name is as long in bytes; a longer one would only cost time.
const LONGEST: usize = 100;

/// The nearest of some names, when it is near enough to be likely meant: at most a third of the letters differ; of a short one
/// only the case, or the order, or one letter that is missing.
pub fn near<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    if name.len() > LONGEST {
        return None;
    }
    let length = name.chars().count();
    let most = (length / 3).max(1);
    let likely = |known: &str| {
        known != name && (length > SHORT || same_letters(name, known) || length > 1 && one_more(name, known))
    };
    let near = known.filter(|known| known.len() <= 2 * LONGEST && likely(known));
    let near = near.map(|known| (edits(name, known), known)).filter(|(edits, _)| *edits <= most);
    near.min().map(|(_, known)| known)
}

/// A sentence's end that offers the nearest name; empty where none is near.
pub fn hint<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> String {
    near(name, known).map_or_else(String::new, |near| format!("; did you mean `{near}`?"))
}

/// How many edits lead from one to the other; another case of any number of letters is one.
fn edits(name: &str, known: &str) -> usize {
    let exact = strsim::osa_distance(name, known);
    exact.min(1 + strsim::osa_distance(&name.to_lowercase(), &known.to_lowercase()))
}

/// Whether a name is the known one without one of its letters.
fn one_more(name: &str, known: &str) -> bool {
    let shared = name.chars().zip(known.chars()).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum();
    let rest = known.get(shared..).map(|rest| rest.chars().skip(1).collect::<String>());
    name.len() < known.len() && rest.as_deref() == name.get(shared..)
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

#[cfg(test)]
mod tests {
    use super::near;

    #[test]
    fn finds_the_likely_name() {
        let known = || ["amount", "buyer", "seller"].into_iter();
        assert_eq!(near("amuont", known()), Some("amount"));
        assert_eq!(near("selller", known()), Some("seller"));
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
        assert_eq!(near("ix", known()), None);
        assert_eq!(near("usd", known()), Some("USD"));
        assert_eq!(near("UD", known()), Some("USD"));
        assert_eq!(near("u", known()), None);
    }
}
