//! Published vectors, and every way in which a text or a signature can be wrong.

mod hashes;
mod keys;
