//! Where inputs lie: `corpus/TARGET` those from which a run begins, `found/TARGET` those that once broke something. Both are
//! run again by the test. A run also writes each input down before it begins, for whoever finds the process dead.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

/// The inputs of a kind (`corpus`, `found`) for a target, with their files, in order of name; none where there is no folder.
pub fn kept(kind: &str, target: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let Ok(entries) = fs::read_dir(folder(kind, target)) else { return vec![] };
    let mut files: Vec<_> = entries.map(|entry| entry.expect("the folder can be read").path()).collect();
    files.sort();
    let read = |file: PathBuf| {
        let bytes = fs::read(&file).expect("a kept input can be read");
        (file, bytes)
    };
    files.into_iter().map(read).collect()
}

/// Writes an input down for good, under a name made of its bytes.
pub fn keep(folder: &Path, input: &[u8]) -> io::Result<PathBuf> {
    fs::create_dir_all(folder)?;
    let hash = lwas_seal::Hash::of(input).to_string();
    let file = folder.join(hash.get(..16).unwrap_or(&hash));
    fs::write(&file, input)?;
    Ok(file)
}

/// The folder of a kind for a target.
pub fn folder(kind: &str, target: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(kind).join(target)
}

/// The input that is being run.
pub struct Current(File);

impl Current {
    /// Where to write it; what is there is overwritten.
    pub fn at(path: &Path) -> io::Result<Current> {
        File::options().create(true).truncate(false).write(true).open(path).map(Current)
    }

    /// Writes an input: its length, then its bytes, so that a longer one before it does no harm.
    pub fn set(&self, input: &[u8]) -> io::Result<()> {
        let length = u64::try_from(input.len()).expect("a length fits").to_le_bytes();
        self.0.write_all_at(&[&length, input].concat(), 0)
    }

    /// The input that was written last.
    pub fn read(path: &Path) -> io::Result<Vec<u8>> {
        let bytes = fs::read(path)?;
        let (length, rest) = bytes.split_first_chunk::<8>().ok_or(io::ErrorKind::UnexpectedEof)?;
        let length = usize::try_from(u64::from_le_bytes(*length)).unwrap_or(usize::MAX);
        Ok(rest.get(..length).ok_or(io::ErrorKind::UnexpectedEof)?.to_vec())
    }
}
