//! Hashing and signing.
