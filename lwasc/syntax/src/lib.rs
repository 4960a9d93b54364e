//! Text to tree: tokens, grammar, tree. Text and a file's number come in, a `Parsed` goes out; parsing never fails,
//! it reports. logos and chumsky stop here.

pub mod ast;
