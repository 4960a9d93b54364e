//! Data in and out: events, arguments and answers as JSON, values in the canonical encoding.

mod answers;
mod encoding;
mod events;
mod fixture;
mod properties;
mod values;
