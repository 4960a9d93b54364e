//! Where things are in source and what we say about them.
