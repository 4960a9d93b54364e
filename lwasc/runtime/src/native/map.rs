//! Memory that holds native code: written once, then executable and never writable again.

use super::LoadError;
use super::elf::Image;
use std::ptr::NonNull;

/// An image in memory, until it is dropped.
#[derive(Debug)]
pub(super) struct Mapping {
    start: NonNull<u8>,
    size: usize,
}

// What is mapped never changes, and a mapping belongs to no thread.
#[expect(unsafe_code, reason = "says that a mapping may go to another thread")]
// SAFETY: the memory is private to the mapping, read and executed only.
unsafe impl Send for Mapping {}
#[expect(unsafe_code, reason = "says that a mapping may be used by several threads")]
// SAFETY: as above; nothing writes to it.
unsafe impl Sync for Mapping {}

impl Mapping {
    /// Puts an image into memory: code read and executed, constants read. Error: `System`.
    #[expect(unsafe_code, reason = "code can be executed only from memory that the system was asked for")]
    pub(super) fn new(image: &Image) -> Result<Mapping, LoadError> {
        let system = || LoadError::System(std::io::Error::last_os_error().raw_os_error().unwrap_or(0));
        let size = image.bytes.len();
        if size == 0 {
            // A program without any function: there is nothing to map, and no address is ever asked for.
            return Ok(Mapping { start: NonNull::dangling(), size });
        }
        let (access, flags) = (libc::PROT_READ | libc::PROT_WRITE, libc::MAP_PRIVATE | libc::MAP_ANONYMOUS);
        // SAFETY: a new mapping wherever the system likes; it overlaps nothing.
        let start = unsafe { libc::mmap(std::ptr::null_mut(), size, access, flags, -1, 0) };
        if start == libc::MAP_FAILED {
            return Err(system());
        }
        let start = NonNull::new(start.cast::<u8>()).ok_or(LoadError::System(0))?;
        // From here on, dropping it gives the memory back.
        let mapping = Mapping { start, size };
        // SAFETY: `size` bytes were just mapped for writing, and nothing else knows them.
        unsafe { std::ptr::copy_nonoverlapping(image.bytes.as_ptr(), start.as_ptr(), size) };
        let parts = [(0..image.constants, libc::PROT_READ | libc::PROT_EXEC), (image.constants..size, libc::PROT_READ)];
        for (range, access) in parts {
            if range.is_empty() {
                continue;
            }
            // SAFETY: both ends are whole pages within the mapping.
            let failed = unsafe { libc::mprotect(start.as_ptr().add(range.start).cast(), range.len(), access) };
            if failed != 0 {
                return Err(system());
            }
        }
        Ok(mapping)
    }

    /// The address of an offset in the image.
    pub(super) fn address(&self, offset: usize) -> *const u8 {
        assert!(offset < self.size, "an entry point lies in the image");
        self.start.as_ptr().wrapping_add(offset)
    }
}

impl Drop for Mapping {
    #[expect(unsafe_code, reason = "gives the memory back")]
    fn drop(&mut self) {
        if self.size == 0 {
            return;
        }
        // SAFETY: this is what was mapped, and whoever called into it held a reference to it. A failure leaves it mapped.
        unsafe { libc::munmap(self.start.as_ptr().cast(), self.size) };
    }
}
