//! Machine code kept from one build to the next: one file for each program in the user's cache folder, written whole beside
//! its place and renamed, so that builds at the same time cannot mix their parts; the last one stays.
//!
//! What lies there is executed and sealed in artifacts. So the folder must be the user's alone (mode 0700), and a file is
//! taken only when the checksum over all of it holds and it is of the same compiler, settings and target; else it is as if
//! there were none. That is a guard against damage and against other users, not against somebody who can write as the user: who
//! can do that can replace `lwasc` itself. `--no-cache` is for builds that shall depend on nothing but the source.
//!
//! ```text
//! file  = checksum 32 (BLAKE3 of all that follows) ‖ name 32 ‖ entry*
//! name  = BLAKE3 of (fingerprint of the code generator ‖ 0 ‖ absolute path of the program); the file's name as well
//! entry = key 32 (BLAKE3 of the unit's canonical bytes) ‖ age 1 ‖ length 4, little-endian ‖ piece
//! ```
//!
//! An entry that a build does not use gets older with each build that writes the file, and is dropped after eight.

use lwas_codegen::Cache;
use lwas_seal::{Hash, Hasher};
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::{Read, Write};
use std::ops::Range;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// The most bytes of a program's file; what was used longest ago is left out first.
const MAX_FILE_BYTES: usize = 128 << 20;

/// The most bytes of the whole folder; the files written longest ago are removed first.
const MAX_FOLDER_BYTES: u64 = 512 << 20;

/// After so many builds that did not use it an entry is dropped.
const MAX_AGE: u8 = 8;

/// The code of one program.
pub struct CodeCache {
    file: PathBuf,
    name: Hash,
    bytes: Vec<u8>,
    /// What lies in `bytes`.
    kept: HashMap<Hash, (u8, Range<usize>)>,
    turn: RefCell<Turn>,
}

/// What this build has asked for and made.
#[derive(Default)]
struct Turn {
    used: BTreeSet<Hash>,
    new: BTreeMap<Hash, Vec<u8>>,
}

impl CodeCache {
    /// Opens what is kept for the program at a path and a target, in a folder that is made when it is not there. None where the
    /// folder is not the user's alone or can't be used; builds then do without.
    pub fn open(folder: &Path, program: &Path, target: &str) -> Option<CodeCache> {
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).ok()?;
        let meta = std::fs::symlink_metadata(folder).ok()?;
        if !meta.is_dir() || meta.mode() & 0o077 != 0 {
            return None;
        }
        // A module of the standard library is no file.
        let program = program.canonicalize().unwrap_or_else(|_| program.to_owned());
        let name = name(&program, target);
        let file = folder.join(format!("{name}.code"));
        let mut cache =
            CodeCache { file, name, bytes: Vec::new(), kept: HashMap::new(), turn: RefCell::new(Turn::default()) };
        cache.bytes = read(&cache.file).unwrap_or_default();
        cache.kept = entries(&cache.bytes, name).unwrap_or_default();
        Some(cache)
    }

    /// Keeps what was made. A cache that can't be written costs the next build time and nothing else, so that no error comes of
    /// it.
    pub fn save(self) {
        let turn = self.turn.take();
        let saved = if turn.new.is_empty() { self.touch() } else { self.write(&turn) };
        drop(saved);
    }

    /// Says that the file is in use.
    fn touch(&self) -> std::io::Result<()> {
        std::fs::OpenOptions::new().write(true).open(&self.file)?.set_modified(SystemTime::now())
    }

    fn write(&self, turn: &Turn) -> std::io::Result<()> {
        let beside = self.file.with_extension(format!("{}.tmp", std::process::id()));
        // One that a build of the same number left behind when it was killed.
        let _ = std::fs::remove_file(&beside);
        let opened = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside);
        let written = opened.and_then(|mut file| file.write_all(&self.encode(turn)));
        let written = written.and_then(|()| std::fs::rename(&beside, &self.file));
        if written.is_err() {
            let _ = std::fs::remove_file(&beside);
        }
        written.and_then(|()| self.file.parent().map_or(Ok(()), make_room))
    }

    /// The file's bytes: what was used first, then the rest, the younger before the older.
    fn encode(&self, turn: &Turn) -> Vec<u8> {
        let piece = |range: &Range<usize>| self.bytes.get(range.clone()).unwrap_or_default();
        let mut entries: Vec<(u8, Hash, &[u8])> =
            turn.new.iter().map(|(key, piece)| (0, *key, piece.as_slice())).collect();
        for (key, (age, range)) in &self.kept {
            let age = if turn.used.contains(key) { 0 } else { age.saturating_add(1) };
            if age <= MAX_AGE && !turn.new.contains_key(key) {
                entries.push((age, *key, piece(range)));
            }
        }
        entries.sort_unstable();
        let mut bytes = vec![0; 32];
        bytes.extend_from_slice(&self.name.0);
        for (age, key, piece) in entries {
            let Ok(length) = u32::try_from(piece.len()) else { continue };
            if bytes.len() + 37 + piece.len() > MAX_FILE_BYTES {
                break;
            }
            bytes.extend_from_slice(&key.0);
            bytes.push(age);
            bytes.extend_from_slice(&length.to_le_bytes());
            bytes.extend_from_slice(piece);
        }
        let (checksum, rest) = bytes.split_at_mut(32);
        checksum.copy_from_slice(&Hash::of(rest).0);
        bytes
    }
}

impl Cache for CodeCache {
    fn get(&self, unit: &[u8]) -> Option<Cow<'_, [u8]>> {
        let key = Hash::of(unit);
        let (_, range) = self.kept.get(&key)?;
        self.turn.borrow_mut().used.insert(key);
        self.bytes.get(range.clone()).map(Cow::Borrowed)
    }

    fn put(&self, unit: &[u8], piece: &[u8]) {
        self.turn.borrow_mut().new.insert(Hash::of(unit), piece.to_vec());
    }
}

fn name(program: &Path, target: &str) -> Hash {
    let mut hasher = Hasher::default();
    hasher.update(lwas_codegen::fingerprint(target).as_bytes());
    hasher.update(&[0]);
    hasher.update(program.as_os_str().as_encoded_bytes());
    hasher.finish()
}

/// A file's bytes; none when it is longer than one may be.
fn read(path: &Path) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).ok()?;
    file.take(MAX_FILE_BYTES as u64 + 1).read_to_end(&mut bytes).ok()?;
    (bytes.len() <= MAX_FILE_BYTES).then_some(bytes)
}

/// What lies where in a file's bytes; none when they are not just as they were written.
fn entries(bytes: &[u8], name: Hash) -> Option<HashMap<Hash, (u8, Range<usize>)>> {
    let (checksum, rest) = bytes.split_first_chunk::<32>()?;
    let (named, mut rest) = rest.split_first_chunk::<32>()?;
    if *named != name.0 || *checksum != Hash::of(bytes.get(32..)?).0 {
        return None;
    }
    let mut entries = HashMap::new();
    while !rest.is_empty() {
        let (key, after) = rest.split_first_chunk::<32>()?;
        let ([age], after) = after.split_first_chunk::<1>()?;
        let (length, after) = after.split_first_chunk::<4>()?;
        let length = u32::from_le_bytes(*length) as usize;
        let start = bytes.len() - after.len();
        rest = after.get(length..)?;
        entries.insert(Hash(*key), (*age, start..start + length));
    }
    Some(entries)
}

/// Removes the files that were written longest ago until the rest fits.
fn make_room(folder: &Path) -> std::io::Result<()> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        // Another build may have removed it meanwhile.
        let Ok(meta) = entry.metadata() else { continue };
        files.push((meta.modified()?, meta.len(), entry.path()));
    }
    files.sort();
    let mut total: u64 = files.iter().map(|(_, length, _)| length).sum();
    for (_, length, path) in files {
        if total <= MAX_FOLDER_BYTES {
            break;
        }
        let _ = std::fs::remove_file(path);
        total -= length;
    }
    Ok(())
}
