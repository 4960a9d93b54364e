//! The load of the machine: processor, memory, disk, network and uptime, from the system's own counters.
//!
//! In comes a folder, whose file system is the disk; out go [`Readings`], each none where the system does not tell. What is counted (work of
//! the processor and the disks, bytes of the network) is told since the reading before, so a [`Machine`] is kept and asked again and again.
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::panic))]

mod disk;

use disk::Busy;
use std::path::{Path, PathBuf};
use std::time::Duration;
use sysinfo::{CpuRefreshKind, MemoryRefreshKind, NetworkData, Networks, RefreshKind, System};

/// The network of this machine with itself.
const LOOPBACK: &str = "lo";

/// How long after the first reading another says something about the processor.
pub const FIRST_WAIT: Duration = sysinfo::MINIMUM_CPU_UPDATE_INTERVAL;

/// What was read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Readings {
    /// The share of all processors' time in which they worked since the last reading, in percent.
    pub cpu: Option<f64>,
    /// Bytes of memory that programs have.
    pub memory_used: Option<u64>,
    /// Bytes of memory.
    pub memory_total: Option<u64>,
    /// Bytes in use of the folder's file system, those that are kept for the superuser among them.
    pub disk_used: Option<u64>,
    /// Bytes of the file system.
    pub disk_total: Option<u64>,
    /// The share of time in which the busiest disk was at work since the last reading, in percent.
    pub disk_busy: Option<f64>,
    /// Since the machine began.
    pub uptime: Option<Duration>,
    /// Bytes that came over all networks but loopback since the last reading.
    pub received: Option<u64>,
    /// Bytes that went.
    pub sent: Option<u64>,
}

/// The machine, and what its counters said last; none of what the system does not let us read.
pub struct Machine {
    system: Option<System>,
    networks: Option<Networks>,
    busy: Busy,
    folder: PathBuf,
}

impl Machine {
    /// Reads the counters for the first time. The folder's file system is the disk.
    pub fn new(folder: &Path) -> Machine {
        let what = RefreshKind::nothing()
            .with_cpu(CpuRefreshKind::nothing().with_usage())
            .with_memory(MemoryRefreshKind::nothing().with_ram());
        Machine {
            system: System::new_with_specifics(what).ok(),
            networks: Networks::new_with_refreshed_list().ok(),
            busy: Busy::begin(),
            folder: folder.to_owned(),
        }
    }

    /// How it is now; of what is counted, since the last time.
    pub fn read(&mut self) -> Readings {
        let (disk_used, disk_total) = disk::space(&self.folder).unzip();
        let readings = Readings {
            disk_used,
            disk_total,
            disk_busy: self.busy.since_last(),
            uptime: System::uptime().ok().map(Duration::from_secs),
            ..Readings::default()
        };
        let readings = self.work(readings);
        self.traffic(readings)
    }

    /// Processor and memory.
    fn work(&mut self, readings: Readings) -> Readings {
        let Some(system) = &mut self.system else { return readings };
        system.refresh_cpu_usage();
        system.refresh_memory_specifics(MemoryRefreshKind::nothing().with_ram());
        let total = Some(system.total_memory()).filter(|bytes| *bytes > 0);
        Readings {
            cpu: (!system.cpus().is_empty()).then(|| f64::from(system.global_cpu_usage())),
            memory_used: total.map(|_| system.used_memory()),
            memory_total: total,
            ..readings
        }
    }

    /// What came and went over networks.
    fn traffic(&mut self, readings: Readings) -> Readings {
        let Some(networks) = &mut self.networks else { return readings };
        networks.refresh(true);
        let remote = || networks.iter().filter(|(name, _)| *name != LOOPBACK).map(|(_, network)| network);
        if remote().next().is_none() {
            return readings;
        }
        Readings {
            received: Some(remote().map(NetworkData::received).sum()),
            sent: Some(remote().map(NetworkData::transmitted).sum()),
            ..readings
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_has_processors_memory_and_a_disk() {
        let mut machine = Machine::new(Path::new("."));
        std::thread::sleep(FIRST_WAIT);
        let Readings { cpu, memory_used, memory_total, disk_used, disk_total, uptime, .. } = machine.read();
        assert!(cpu.is_some_and(|percent| (0.0..=100.0).contains(&percent)), "{cpu:?}");
        assert!(
            memory_used.is_some_and(|used| used > 0) && memory_used < memory_total,
            "{memory_used:?} {memory_total:?}"
        );
        assert!(disk_used <= disk_total && disk_total.is_some(), "{disk_used:?} {disk_total:?}");
        assert!(uptime.is_some_and(|uptime| uptime > Duration::ZERO), "{uptime:?}");
    }

    #[test]
    fn a_folder_that_is_not_there_has_no_disk() {
        let readings = Machine::new(Path::new("/no/such/folder")).read();
        assert_eq!((readings.disk_used, readings.disk_total), (None, None));
        assert!(readings.memory_total.is_some());
    }
}
