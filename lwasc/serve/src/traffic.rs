//! What a program was asked since somebody last looked, and what became of its events: the figures of which samples are made.
//!
//! Each sample has figures of its own, which begin anew when it takes them. Without samples nothing is kept.

use hdrhistogram::Histogram;
use lwas_ir::{Module, SampleSource};
use lwas_runtime::Outcome;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The longest time that is told apart from a longer one, in microseconds: an hour.
const LONGEST_US: u64 = 3_600_000_000;

/// Digits of times that count.
const DIGITS: u8 = 2;

/// The figures for all samples of a program, in the order of [`Module::samples`].
#[derive(Debug)]
pub struct Traffic {
    asked: Vec<Mutex<Asked>>,
    judged: Vec<Mutex<BTreeMap<String, Judged>>>,
}

/// Requests that were answered.
#[derive(Debug)]
pub struct Asked {
    /// How many.
    pub requests: u64,
    /// How many of them with a status from 500 on.
    pub errors: u64,
    times: Histogram<u64>,
}

/// Events of one type.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Judged {
    /// How many were applied.
    pub applied: u64,
    /// How many the program has rejected.
    pub rejected: u64,
}

impl Default for Asked {
    fn default() -> Asked {
        let times = Histogram::new_with_max(LONGEST_US, DIGITS).expect("its bounds are those of a histogram");
        Asked { requests: 0, errors: 0, times }
    }
}

impl Asked {
    /// The time that at least such a share of the requests did not exceed, to two digits; none where there was no request.
    pub fn quantile(&self, share: f64) -> Option<Duration> {
        (self.requests > 0).then(|| Duration::from_micros(self.times.value_at_quantile(share)))
    }
}

impl Traffic {
    /// Nothing yet, for a program's samples.
    pub fn of(module: &Module) -> Traffic {
        let places = |source| module.samples.iter().filter(move |sample| sample.source == source);
        Traffic {
            asked: places(SampleSource::Requests).map(|_| Mutex::default()).collect(),
            judged: places(SampleSource::Outcomes).map(|_| Mutex::default()).collect(),
        }
    }

    /// A request was answered.
    pub fn answered(&self, took: Duration, status: u16) {
        for asked in &self.asked {
            let mut asked = lock(asked);
            asked.requests += 1;
            asked.errors += u64::from(status >= 500);
            asked.times.saturating_record(u64::try_from(took.as_micros()).unwrap_or(u64::MAX));
        }
    }

    /// An event was judged. One that came again is no other event.
    pub fn judged(&self, event: &str, outcome: &Outcome) {
        for judged in &self.judged {
            let mut events = lock(judged);
            // Its name is copied only the first time.
            if !events.contains_key(event) {
                events.insert(event.to_owned(), Judged::default());
            }
            let Some(judged) = events.get_mut(event) else { continue };
            match outcome {
                Outcome::Applied { .. } => judged.applied += 1,
                Outcome::Rejected(_) => judged.rejected += 1,
                Outcome::Duplicate { .. } => {}
            }
        }
    }

    /// Takes the requests that the sample of this number, among those of requests, has not yet seen.
    pub fn take_asked(&self, number: usize) -> Asked {
        self.asked.get(number).map(|asked| std::mem::take(&mut *lock(asked))).unwrap_or_default()
    }

    /// Takes the events that the sample of this number, among those of outcomes, has not yet seen, by name.
    pub fn take_judged(&self, number: usize) -> BTreeMap<String, Judged> {
        self.judged.get(number).map(|judged| std::mem::take(&mut *lock(judged))).unwrap_or_default()
    }
}

/// Counts are whole after each line above, so that a thread that has panicked leaves them as they should be.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use lwas_runtime::Rejection;

    fn two() -> Traffic {
        Traffic { asked: vec![Mutex::default(), Mutex::default()], judged: vec![Mutex::default()] }
    }

    #[test]
    fn each_sample_sees_each_request_once() {
        let traffic = two();
        for (ms, status) in (1..=100).zip([200, 404, 422, 500, 503].into_iter().cycle()) {
            traffic.answered(Duration::from_millis(ms), status);
        }
        for number in 0..2 {
            let asked = traffic.take_asked(number);
            assert_eq!((asked.requests, asked.errors), (100, 40));
            for (share, exact_ms) in [(0.5, 50), (0.95, 95), (0.99, 99)] {
                let told = asked.quantile(share).unwrap().as_secs_f64() * 1000.0;
                assert!((told / f64::from(exact_ms) - 1.0).abs() < 0.01, "{share}: {told}");
            }
            let none = traffic.take_asked(number);
            assert_eq!((none.requests, none.quantile(0.5)), (0, None));
        }
    }

    #[test]
    fn a_time_beyond_all_bounds_counts_as_the_longest() {
        let traffic = two();
        traffic.answered(Duration::MAX, 200);
        assert!(traffic.take_asked(0).quantile(0.5).unwrap() >= Duration::from_secs(3_500));
    }

    #[test]
    fn events_count_by_type_and_duplicates_do_not() {
        let traffic = two();
        let applied = Outcome::Applied { seq: 1 };
        let rejected = Outcome::Rejected(Rejection::plain("E0601", "no"));
        for outcome in [&applied, &applied, &rejected, &Outcome::Duplicate { seq: 1 }] {
            traffic.judged("shop.Sale", outcome);
        }
        let judged = traffic.take_judged(0);
        assert_eq!(judged, BTreeMap::from([("shop.Sale".to_owned(), Judged { applied: 2, rejected: 1 })]));
        assert!(traffic.take_judged(0).is_empty());
    }
}
