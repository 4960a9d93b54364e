//! Where machine code is kept: in the user's cache folder, as `lwas/code`.

use etcetera::BaseStrategy;
use lwas_driver::CodeCache;
use std::path::Path;

/// What is kept for the program at a path; none when nobody wants it, or there is no folder for it.
pub fn open(program: &Path, no_cache: bool) -> Option<CodeCache> {
    if no_cache {
        return None;
    }
    let folder = etcetera::choose_base_strategy().ok()?.cache_dir().join("lwas").join("code");
    CodeCache::open(&folder, program, &lwas_codegen::host_target())
}
