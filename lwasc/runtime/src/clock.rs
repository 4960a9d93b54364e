//! The clock of the machine, for events that bring no time and for queries. Nothing of the judge reads it.

use std::time::{SystemTime, UNIX_EPOCH};

/// Now, in µs since 1970; zero where the machine's clock is before that.
pub fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}
