//! Values on their way in and out, always led by the types of a module: events and arguments come in as JSON (`event`,
//! `argument`, both over `values` and `reader`), answers go out as JSON (`write`) or as a program writes them (`literal`), and entries of the log hold the canonical
//! binary encoding (`encode`, `decode`; `spec/value-encoding.md` defines it).
//!
//! What comes in is not ours: each way in is strict, bounded before it allocates, and ends in a value of the type or in an
//! error that says where. Numbers are read and written by `lwas_exact` and never pass through a float.
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::panic))]

mod argument;
mod decode;
mod encode;
mod error;
mod event;
mod headers;
mod literal;
mod reader;
mod values;
mod words;
mod write;

pub use argument::parse_argument;
pub use decode::{BadEncoding, decode};
pub use encode::{encode, encode_into};
pub use error::{DecodeError, DecodeKind};
pub use event::{Decoder, Incoming, Line};
pub use literal::literal;
pub use values::json_value;
pub use write::{json_text, json_text_within, to_json};

/// The most bytes of a line with an event.
pub const MAX_LINE_BYTES: usize = 1 << 20;

/// How deep objects and lists may be nested, the event's own object being the first.
pub const MAX_DEPTH: u32 = 64;
