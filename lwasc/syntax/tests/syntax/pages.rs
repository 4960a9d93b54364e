//! The pages of `spec/errors` about this stage: their programs do what the page says. The first program of a page leads to
//! its code and to no other, the second to nothing, and the messages are shown as they are given.

use super::FILE;
use lwas_syntax::parse;
use std::path::Path;

/// What a page shows of a program's messages.
fn shown(program: &str) -> String {
    let parsed = parse(FILE, program);
    let mut out = String::new();
    for diagnostic in parsed.diagnostics.iter() {
        out += &format!("{} {}\n", diagnostic.code, diagnostic.message);
        out.extend(diagnostic.help.iter().map(|help| format!("  help: {help}\n")));
    }
    out
}

/// The blocks of a page in this language.
pub fn blocks<'a>(page: &'a str, language: &str) -> Vec<&'a str> {
    let parts = page.split("```").skip(1).step_by(2);
    parts.filter_map(|part| part.strip_prefix(language)?.strip_prefix('\n')).collect()
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the pages lie outside this crate, for people to read")]
fn programs_on_the_pages_do_what_the_pages_say() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spec/errors");
    for number in 101..=130 {
        let code = format!("E0{number}");
        let page = std::fs::read_to_string(folder.join(format!("{code}.md"))).expect("each code has its page");
        assert!(page.starts_with(&format!("# {code}: ")), "{code}");
        let programs = blocks(&page, "lwas");
        if let [wrong, mended] = programs.as_slice() {
            let said = shown(wrong);
            assert_eq!(blocks(&page, "text"), [said.as_str()], "{code}");
            assert!(said.lines().all(|line| line.starts_with(&code) || line.starts_with(' ')), "{code}: {said}");
            assert_eq!(shown(mended), "", "{code}");
        } else if let [mended] = programs.as_slice() {
            assert_eq!(shown(mended), "", "{code}");
        }
    }
}
