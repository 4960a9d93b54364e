//! What an input may cost. Memory is counted by the allocator, time by a thread that looks on. An input beyond either ends the
//! process, as does one that kills it: whoever started the process finds the input where `keep` wrote it down beforehand.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};
use std::{io, process, thread};

/// Bytes that are allocated now, the most there were since the input began, and how many there may be.
static LIVE: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);
static LIMIT: AtomicUsize = AtomicUsize::new(usize::MAX);
/// Inputs begun, and ended: equal between two of them.
static BEGUN: AtomicU64 = AtomicU64::new(0);
static ENDED: AtomicU64 = AtomicU64::new(0);

/// The system's allocator, counted.
pub struct Counting;

#[expect(unsafe_code, reason = "an allocator can be written in no other way; each call goes to the system's unchanged")]
// SAFETY: every method hands its arguments on to `System`, whose contract is the same.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        grow(layout.size());
        // SAFETY: the caller's promise is the one that `System` asks for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        LIVE.fetch_sub(layout.size(), Relaxed);
        // SAFETY: as above.
        unsafe { System.dealloc(at, layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        grow(layout.size());
        // SAFETY: as above.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        LIVE.fetch_sub(layout.size(), Relaxed);
        grow(size);
        // SAFETY: as above.
        unsafe { System.realloc(at, layout, size) }
    }
}

fn grow(bytes: usize) {
    let live = LIVE.fetch_add(bytes, Relaxed) + bytes;
    PEAK.fetch_max(live, Relaxed);
    if live > LIMIT.load(Relaxed) {
        // No limit any more: what follows may need memory itself.
        LIMIT.store(usize::MAX, Relaxed);
        end("it takes more memory than an input may");
    }
}

/// Ends the process with a word why.
fn end(why: &str) -> ! {
    // If nobody can be told, it ends all the same.
    let _ = io::Write::write_all(&mut io::stderr(), format!("{why}\n").as_bytes());
    process::abort()
}

/// The cost of one input.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    /// Bytes at the most, beyond those that were allocated before.
    pub memory: usize,
    /// Time it took.
    pub time: Duration,
}

/// Gives an input to some work, and measures. Memory is measured only where [`Counting`] is the allocator.
pub fn measured<T>(limit: usize, work: impl FnOnce() -> T) -> (T, Cost) {
    let before = LIVE.load(Relaxed);
    PEAK.store(before, Relaxed);
    LIMIT.store(before.saturating_add(limit), Relaxed);
    BEGUN.fetch_add(1, Relaxed);
    let start = Instant::now();
    let done = work();
    let time = start.elapsed();
    ENDED.fetch_add(1, Relaxed);
    LIMIT.store(usize::MAX, Relaxed);
    (done, Cost { memory: PEAK.load(Relaxed).saturating_sub(before), time })
}

/// Looks on, for as long as the process lives, and ends it when one input takes longer than this.
pub fn look_on(limit: Duration) {
    thread::spawn(move || {
        let (mut seen, mut since) = (0, Instant::now());
        loop {
            thread::sleep(Duration::from_millis(100));
            let begun = BEGUN.load(Relaxed);
            if begun != seen || ENDED.load(Relaxed) == begun {
                (seen, since) = (begun, Instant::now());
            } else if since.elapsed() > limit {
                end("it takes longer than an input may");
            }
        }
    });
}
