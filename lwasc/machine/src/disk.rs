//! Disks: how full a file system is, and how much of the time the busiest disk works.
//!
//! That time is counted by Linux alone, in `/proc/diskstats`: the milliseconds during which a disk had something to do. In a container, and
//! on other systems, there may be no such file, and then nothing is said.

use procfs_core::{DiskStats, FromRead};
use std::collections::HashMap;
use std::path::Path;
use std::time::Instant;

/// Where Linux counts.
const COUNTERS: &str = "/proc/diskstats";

/// Bytes in use and of all, of the file system on which a file or folder lies.
pub fn space(folder: &Path) -> Option<(u64, u64)> {
    let found = rustix::fs::statvfs(folder).ok()?;
    let bytes = |blocks: u64| blocks.checked_mul(found.f_frsize);
    let total = bytes(found.f_blocks).filter(|total| *total > 0)?;
    Some((total.checked_sub(bytes(found.f_bfree)?)?, total))
}

/// What the counters said last, and when.
pub struct Busy {
    last: Option<(Instant, Counters)>,
}

/// The milliseconds that each disk has worked, by name.
type Counters = HashMap<String, u64>;

impl Busy {
    /// Reads the counters for the first time.
    pub fn begin() -> Busy {
        Busy { last: read() }
    }

    /// The share of time since the last call in which the busiest disk worked, in percent; none where nothing is counted.
    pub fn since_last(&mut self) -> Option<f64> {
        let before = std::mem::replace(&mut self.last, read())?;
        let now = self.last.as_ref()?;
        busiest(&before.1, &now.1, now.0.duration_since(before.0).as_secs_f64() * 1000.0)
    }
}

fn read() -> Option<(Instant, Counters)> {
    let read = DiskStats::from_file(COUNTERS).ok()?;
    Some((Instant::now(), counters(read)))
}

fn counters(read: DiskStats) -> Counters {
    read.0.into_iter().map(|disk| (disk.name, disk.time_in_progress)).collect()
}

/// The largest share of some milliseconds, in percent. A counter that runs over, or a disk that is new, counts for nothing.
fn busiest(before: &Counters, after: &Counters, span_ms: f64) -> Option<f64> {
    if span_ms <= 0.0 {
        return None;
    }
    let worked = after.iter().filter_map(|(name, now)| now.checked_sub(*before.get(name)?));
    // Milliseconds since the last reading are far fewer than a double can count.
    #[expect(clippy::cast_precision_loss, reason = "a span between two readings")]
    let share = |ms: u64| (ms as f64 * 100.0 / span_ms).min(100.0);
    worked.max().map(share)
}

#[cfg(test)]
mod tests {
    use super::*;

    const EARLIER: &str = "\
   8       0 sda 100 0 800 10 50 0 400 20 0 1000 30
   8       1 sda1 100 0 800 10 50 0 400 20 0 900 30
 254       0 vda 7 0 56 1 3 0 24 2 0 4294967290 3
";
    const LATER: &str = "\
   8       0 sda 200 0 1600 10 50 0 400 20 0 1250 30
   8       1 sda1 200 0 1600 10 50 0 400 20 0 1140 30
 254       0 vda 7 0 56 1 3 0 24 2 0 4 3
 254      16 vdb 1 0 8 1 0 0 0 0 0 9999 1
";

    fn of(text: &str) -> Counters {
        counters(DiskStats::from_read(text.as_bytes()).unwrap())
    }

    #[test]
    fn the_busiest_disk_counts() {
        assert_eq!(busiest(&of(EARLIER), &of(LATER), 1000.0), Some(25.0));
        assert_eq!(busiest(&of(EARLIER), &of(LATER), 100.0), Some(100.0));
    }

    #[test]
    fn without_disks_or_time_nothing_is_said() {
        assert_eq!(busiest(&of(EARLIER), &of(LATER), 0.0), None);
        assert_eq!(busiest(&Counters::new(), &of(LATER), 1000.0), None);
        assert_eq!(busiest(&of(EARLIER), &Counters::new(), 1000.0), None);
    }

    #[test]
    fn the_space_of_a_folder_is_that_of_its_file_system() {
        let (used, total) = space(Path::new(".")).expect("there is a file system");
        assert!(used <= total && total > 0);
        assert_eq!(space(Path::new("/no/such/folder")), None);
    }
}
