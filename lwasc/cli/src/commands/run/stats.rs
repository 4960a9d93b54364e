//! What judging lines has cost, for `run --stats`: on average, and the most that one line did. The numbers are the same on every
//! machine, so that a program whose events cost more with every row is seen before the ledger is large.

use lwas_runtime::Work;
use std::fmt;

/// What lines have cost so far.
#[derive(Default)]
pub struct Stats {
    lines: u64,
    sum: Work,
    /// The line that has read most rows, and what it cost.
    most: Option<(u64, Work)>,
}

impl Stats {
    /// Notes what a line has cost.
    pub fn note(&mut self, line: u64, work: Work) {
        self.lines += 1;
        self.sum += work;
        if self.most.is_none_or(|(_, most)| work.rows_read > most.rows_read) {
            self.most = Some((line, work));
        }
    }
}

impl fmt::Display for Stats {
    /// `rows read 4.5 a line, written 2.0, steps 31.0, conditions 0.5; at most 6 rows read, by line 2`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((line, most)) = self.most else { return f.write_str("no line was judged") };
        let each = |sum: u64| Tenths { sum, count: self.lines };
        let (read, written, steps) = (each(self.sum.rows_read), each(self.sum.rows_written), each(self.sum.steps));
        let conditions = each(self.sum.conditions);
        write!(f, "rows read {read} a line, written {written}, steps {steps}, conditions {conditions}; ")?;
        write!(f, "at most {} rows read, by line {line}", most.rows_read)
    }
}

/// A sum over a count, to one digit, half up.
struct Tenths {
    sum: u64,
    count: u64,
}

impl fmt::Display for Tenths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = u128::from(self.count.max(1));
        let tenths = (u128::from(self.sum) * 20 + count) / (2 * count);
        write!(f, "{}.{}", tenths / 10, tenths % 10)
    }
}
