//! Ledgers as their users see them: what is written is read back, in order and chained; what is wrong is refused by name.

mod rows;
mod support;
