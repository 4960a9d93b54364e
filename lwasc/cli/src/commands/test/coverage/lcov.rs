//! Coverage as LCOV's trace file, which `genhtml`, editors and servers read. An axiom is a function there, with two ways: it rejects, or
//! it holds.

use super::{Coverage, Module, word};
use crate::exit::Done;
use crate::output;
use lcov::Record;
use lwas_driver::render::place;
use std::path::Path;

/// Writes it whole or not at all.
pub fn write(coverage: &Coverage, path: &Path) -> Done {
    output::write_whole(path, text(coverage).as_bytes())
}

fn text(coverage: &Coverage) -> String {
    let records = coverage.modules.iter().flat_map(|module| records(&coverage.root, module));
    records.map(|record| format!("{record}\n")).collect()
}

/// A number that the format can say.
fn small(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn records(root: &Path, module: &Module) -> Vec<Record> {
    let path = place(root, &module.file).replace('\n', "\\n");
    let mut all = vec![Record::TestName { name: String::new() }, Record::SourceFile { path: path.into() }];
    functions(module, &mut all);
    branches(module, &mut all);
    for (line, count) in &module.lines {
        all.push(Record::LineData { line: *line, count: *count, checksum: None });
    }
    all.push(Record::LinesFound { found: small(module.lines.len()) });
    all.push(Record::LinesHit { hit: small(module.lines.values().filter(|count| **count > 0).count()) });
    all.push(Record::EndOfRecord);
    all
}

fn functions(module: &Module, all: &mut Vec<Record>) {
    let functions =
        module.functions.iter().map(|one| (format!("{} {}", word(one.kind), one.name), one.place, one.calls));
    let axioms = module.axioms.iter().map(|one| (format!("axiom {}", one.name), one.place, one.asked));
    let found: Vec<_> = functions.chain(axioms).collect();
    let names =
        found.iter().map(|(name, place, _)| Record::FunctionName { name: name.clone(), start_line: place.line });
    all.extend(names);
    all.extend(found.iter().map(|(name, _, count)| Record::FunctionData { name: name.clone(), count: *count }));
    all.push(Record::FunctionsFound { found: small(found.len()) });
    all.push(Record::FunctionsHit { hit: small(found.iter().filter(|(.., count)| *count > 0).count()) });
}

fn branches(module: &Module, all: &mut Vec<Record>) {
    let branches =
        module.branches.iter().map(|one| (one.place.line, one.ways.iter().map(|(taken, _)| *taken).collect()));
    let axioms =
        module.axioms.iter().map(|one| (one.place.line, vec![one.rejected, one.asked.saturating_sub(one.rejected)]));
    let found: Vec<(u32, Vec<u64>)> = branches.chain(axioms).collect();
    for (block, (line, ways)) in found.iter().enumerate() {
        let is_reached = ways.iter().any(|taken| *taken > 0);
        for (branch, taken) in ways.iter().enumerate() {
            let (block, branch, taken) = (small(block), small(branch), is_reached.then_some(*taken));
            all.push(Record::BranchData { line: *line, block, branch, taken });
        }
    }
    let ways = || found.iter().flat_map(|(_, ways)| ways);
    all.push(Record::BranchesFound { found: small(ways().count()) });
    all.push(Record::BranchesHit { hit: small(ways().filter(|taken| **taken > 0).count()) });
}

#[cfg(test)]
mod tests {
    use super::super::tests::module;
    use super::*;
    use std::collections::BTreeMap;

    /// What a strict reader takes from a file of one source: each record's numbers and words, by its name.
    fn read(text: &str) -> BTreeMap<&str, Vec<Vec<&str>>> {
        const ORDER: [&str; 14] =
            ["TN", "SF", "FN", "FNDA", "FNF", "FNH", "BRDA", "BRF", "BRH", "DA", "LF", "LH", "end_of_record", ""];
        let mut read: BTreeMap<&str, Vec<Vec<&str>>> = BTreeMap::new();
        let mut reached = 0;
        for line in text.strip_suffix('\n').expect("the last line ends").split('\n') {
            let (name, fields) = line.split_once(':').unwrap_or((line, ""));
            let place =
                ORDER.iter().position(|known| *known == name).unwrap_or_else(|| panic!("`{line}` is no record"));
            assert!(place >= reached, "`{line}` comes too late");
            reached = place;
            let count = match name {
                "TN" | "SF" | "FNF" | "FNH" | "BRF" | "BRH" | "LF" | "LH" | "end_of_record" => 1,
                "BRDA" => 4,
                _ => 2,
            };
            let fields: Vec<&str> = fields.splitn(count, ',').collect();
            assert_eq!(fields.len(), count, "`{line}`");
            read.entry(name).or_default().push(fields);
        }
        read
    }

    #[test]
    fn totals_are_those_of_the_records() {
        let coverage = Coverage { root: "shop".into(), modules: vec![module()] };
        let text = text(&coverage);
        let read = read(&text);
        let total = |name: &str| read[name][0][0].parse::<usize>().expect("a number");
        let hit = |name: &str, at: usize| {
            let is_hit = |fields: &&Vec<&str>| fields[at].parse::<u64>().is_ok_and(|count| count > 0);
            read[name].iter().filter(is_hit).count()
        };
        assert_eq!(read["SF"], [["shop/fees.lwas"]]);
        assert_eq!((total("FNF"), total("FNH")), (read["FN"].len(), hit("FNDA", 0)));
        assert_eq!((total("BRF"), total("BRH")), (read["BRDA"].len(), hit("BRDA", 3)));
        assert_eq!((total("LF"), total("LH")), (read["DA"].len(), hit("DA", 1)));
        assert_eq!(read["FN"], [["1", "fn fee"], ["9", "rule take"], ["12", "axiom small"]]);
        assert_eq!(read["FNDA"], [["3", "fn fee"], ["0", "rule take"], ["3", "axiom small"]]);
        let ways = [["2", "0", "0", "3"], ["2", "0", "1", "0"], ["10", "1", "0", "-"], ["10", "1", "1", "-"]];
        assert_eq!(read["BRDA"][..4], ways);
        assert_eq!(read["BRDA"][4..], [["12", "2", "0", "0"], ["12", "2", "1", "3"]]);
        assert_eq!(read["end_of_record"].len(), 1);
    }
}
