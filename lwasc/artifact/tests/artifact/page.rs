//! The page's tables say the numbers that the crate writes.

const PAGE: &str = include_str!("../../../../spec/artifact-format.md");
const SOURCES: [&str; 3] = [
    include_str!("../../src/wire/code.rs"),
    include_str!("../../src/wire/host.rs"),
    include_str!("../../src/wire/module.rs"),
];

/// `5 Int` of a line such as `        5 Int { op, dst, a, b, site },`.
fn variant(line: &str) -> Option<(u32, &str)> {
    let (number, rest) = line.trim().split_once(' ')?;
    let end = rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
    Some((number.parse().ok()?, &rest[..end]))
}

#[test]
fn each_number_stands_in_the_page() {
    let mut known = 0;
    for line in SOURCES.iter().flat_map(|source| source.lines()) {
        // Short enums stand on one line, the others have a line for each variant.
        let inner = line.split_once('{').filter(|(name, _)| name.trim().chars().all(char::is_alphanumeric));
        for part in inner.map_or(line, |(_, inner)| inner).split("), ").flat_map(|part| part.split(", ")) {
            let Some((number, name)) = variant(part) else { continue };
            let row = format!("| {number} | {name} |");
            let short = format!("{number} {name}");
            assert!(PAGE.contains(&row) || PAGE.contains(&short), "{short} does not stand in the page");
            known += 1;
        }
    }
    assert!(known > 150, "{known} numbers were found");
}
