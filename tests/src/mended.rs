//! What each page of a code must show: a program or a session that leads to the code, and behind it something mended. That programs
//! and sessions do what their page says is `pages`' business; this looks at the text alone, so that no page is left without.
//!
//! - A page of programs: one that a `text` block follows, and a later one that none follows.
//! - A page of sessions: a `console` block in which a command prints the code, a line that begins with `Mended`, and behind that line a
//!   `console` block in which the code is not printed.

use crate::pages::{Block, blocks_of, text_after};

/// How the line begins behind which something is mended.
const MENDED: &str = "Mended";

/// The codes to which neither a program nor a command leads at will, each with the reason, which its page gives too.
const UNREACHED: [(&str, &str); 3] = [
    ("E0505", "commands interpret what has no native code for their machine; the artifact's own test asks for it"),
    ("E0600", "the ledger or the machine must fail in the middle of one event"),
    ("E0633", "a million rows must wait at once; the runtime's own test has a lower limit"),
];

/// Checks the text of a page.
pub fn check(code: &str, page: &str) -> Result<(), String> {
    let missing = missing(code, page)?;
    let reason = UNREACHED.iter().find(|(known, _)| *known == code).map(|(_, reason)| reason);
    match (missing, reason) {
        (Some(what), None) => Err(format!("shows {what}")),
        (None, Some(reason)) => Err(format!("shows what was held to be out of reach: {reason}")),
        _ => Ok(()),
    }
}

/// What a page does not show, if anything.
fn missing(code: &str, page: &str) -> Result<Option<String>, String> {
    let blocks = blocks_of(page)?;
    let is_session = blocks.iter().any(|block| block.info == "console");
    let (fails, mends) = if is_session { session(code, page, &blocks) } else { programs(&blocks) };
    Ok(match (fails, mends) {
        (false, _) => Some(format!("nothing that leads to {code}")),
        (true, false) => Some("nothing mended behind what fails".to_owned()),
        (true, true) => None,
    })
}

/// Whether a program fails, and whether one behind it is mended.
fn programs(blocks: &[Block]) -> (bool, bool) {
    let mut programs = blocks.iter().filter(|block| block.info == "lwas");
    let fails = programs.any(|program| text_after(program, blocks).is_some());
    (fails, programs.any(|program| text_after(program, blocks).is_none()))
}

/// Whether a session prints the code, and whether one behind that and behind `Mended` does not.
fn session(code: &str, page: &str, blocks: &[Block]) -> (bool, bool) {
    let mut sessions = blocks.iter().filter(|block| block.info == "console");
    let prints = |block: &Block| {
        let said = |line: &str| !line.starts_with("$ ") && !line.starts_with("> ") && line.contains(code);
        page[block.range.clone()].lines().any(said)
    };
    let Some(failing) = sessions.find(|block| prints(block)) else { return (false, false) };
    let from = failing.range.end;
    let mended = page[from..].find(&format!("\n{MENDED}")).map(|at| from + at);
    (true, mended.is_some_and(|at| sessions.any(|block| block.range.start > at && !prints(block))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(parts: &[&str]) -> String {
        parts.iter().map(|part| format!("{part}\n")).collect()
    }

    const FAILS: &str = "```lwas\n```\n\n```text\n```\n";
    const PROGRAM: &str = "```lwas\n```\n";
    const PRINTS: &str = "```console\n$ lwasc check a.lwas\n? 1\nerror[E0301]: x\n```\n";
    const SILENT: &str = "```console\n$ lwasc explain E0301 > told.txt\n```\n";

    #[test]
    fn a_program_that_fails_and_one_that_is_mended() {
        assert_eq!(check("E0301", &page(&[FAILS, "Mended:", PROGRAM])), Ok(()));
        assert!(check("E0301", &page(&[PROGRAM, FAILS])).unwrap_err().contains("nothing mended"));
        assert!(check("E0301", &page(&[PROGRAM])).unwrap_err().contains("nothing that leads to E0301"));
    }

    #[test]
    fn a_session_that_prints_the_code_and_one_that_does_not() {
        assert_eq!(check("E0301", &page(&[PRINTS, "Mended:", SILENT])), Ok(()));
        assert_eq!(check("E0301", &page(&[PRINTS, "Mended, by hand:", "", PRINTS, SILENT])), Ok(()));
        for wrong in [[PRINTS, "Or:", SILENT], ["Mended:", PRINTS, SILENT], [PRINTS, "Mended:", PRINTS]] {
            assert!(check("E0301", &page(&wrong)).unwrap_err().contains("nothing mended"));
        }
        assert!(check("E0301", &page(&[SILENT, "Mended:", SILENT])).unwrap_err().contains("nothing that leads"));
    }

    #[test]
    fn who_is_out_of_reach_shows_nothing() {
        assert_eq!(check("E0600", "# E0600: x\n"), Ok(()));
        assert!(check("E0600", &page(&[FAILS, PROGRAM])).unwrap_err().contains("out of reach"));
    }
}
