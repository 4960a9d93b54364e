//! [`Work`]: what judging has cost, in numbers that are the same on every machine: rows that were looked at, rows that were
//! written, steps. What an event costs must not grow with the ledger, and here one can see whether it does.

use std::ops::{AddAssign, Sub};

use serde::Serialize;

/// What was done; it only goes up, so that the difference of two is what was done between.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Work {
    /// Rows and kept aggregates that were looked at: by key, found through an index, passed by in a scan.
    pub rows_read: u64,
    /// Rows and kept aggregates that were written or deleted.
    pub rows_written: u64,
    /// Steps of rules, laws and all else that is executed.
    pub steps: u64,
    /// Conditions of alerts and beliefs: each row, or the whole, that one was asked of, and each that was looked at for nothing.
    pub conditions: u64,
}

impl Sub for Work {
    type Output = Work;

    fn sub(self, before: Work) -> Work {
        Work {
            rows_read: self.rows_read.saturating_sub(before.rows_read),
            rows_written: self.rows_written.saturating_sub(before.rows_written),
            steps: self.steps.saturating_sub(before.steps),
            conditions: self.conditions.saturating_sub(before.conditions),
        }
    }
}

impl AddAssign for Work {
    fn add_assign(&mut self, more: Work) {
        self.rows_read = self.rows_read.saturating_add(more.rows_read);
        self.rows_written = self.rows_written.saturating_add(more.rows_written);
        self.steps = self.steps.saturating_add(more.steps);
        self.conditions = self.conditions.saturating_add(more.conditions);
    }
}
