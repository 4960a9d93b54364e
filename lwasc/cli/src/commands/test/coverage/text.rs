//! Coverage for people: a table by module, then what was not reached.

use super::{Coverage, Module, Share, gaps};
use lwas_driver::render::visible;
use std::fmt::Write;

/// The most gaps that are listed; files have them all.
const MOST_GAPS: usize = 100;

/// The table and the gaps, each behind an empty line, without a line break at the end.
pub fn text(coverage: &Coverage) -> String {
    let mut rows: Vec<[String; 5]> = vec![["coverage", "functions", "branches", "axioms", "all"].map(str::to_owned)];
    rows.extend(coverage.modules.iter().map(row));
    if coverage.modules.len() > 1 {
        let sum = |of: fn(&Module) -> Share| coverage.modules.iter().map(of).fold(Share::default(), Share::and);
        let shares = [Module::functions, Module::branches, Module::axioms].map(|of| cell(sum(of)));
        let [functions, branches, axioms] = shares;
        rows.push(["all".to_owned(), functions, branches, axioms, cell(coverage.all())]);
    }
    let mut text = table(&rows);
    let listed: Vec<String> = coverage.modules.iter().flat_map(lines).collect();
    if !listed.is_empty() {
        text.push_str("\n\nnot reached:");
        listed.iter().take(MOST_GAPS).for_each(|line| text.push_str(&format!("\n  {line}")));
    }
    if listed.len() > MOST_GAPS {
        text.push_str(&format!("\n  … and {} more", listed.len() - MOST_GAPS));
    }
    text
}

fn row(module: &Module) -> [String; 5] {
    let shares = [module.functions(), module.branches(), module.axioms(), module.all()].map(cell);
    let [functions, branches, axioms, all] = shares;
    [visible(&module.path), functions, branches, axioms, all]
}

fn cell(share: Share) -> String {
    match share.of {
        0 => "-".to_owned(),
        of => format!("{}/{of} {}", share.reached, share.percent()),
    }
}

fn lines(module: &Module) -> Vec<String> {
    let file = visible(&module.file);
    let line = |gap: gaps::Gap| format!("{file}:{}:{} {}", gap.line, gap.column, visible(&gap.message));
    gaps::gaps(module).into_iter().map(line).collect()
}

/// The first column to the left, figures to the right.
fn table(rows: &[[String; 5]]) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let widths: Vec<usize> = (0..5).map(width).collect();
    let mut text = String::new();
    for row in rows {
        let _ = write!(text, "\n{:<width$}", row[0], width = widths[0]);
        for (cell, width) in row.iter().zip(&widths).skip(1) {
            let _ = write!(text, "  {cell:>width$}");
        }
    }
    text
}
