//! The tests that look at LwaS from outside: small programs with what must come out beside them (`ui/`), command-line
//! sessions (`cmd/`), and the rules of the house itself. No test links the compiler (the benchmarks do): all goes through
//! the built `lwasc`, as a user's hands would, so a test needs no Rust and no change when the inside does.

pub mod arrows;
pub mod bless;
pub mod crash;
pub mod curl;
pub mod deploy;
pub mod examples;
pub mod files;
pub mod golden;
pub mod growth;
pub mod house;
pub mod jwt;
pub mod library;
pub mod limits;
pub mod links;
pub mod lsp;
pub mod marks;
pub mod mended;
pub mod openssl;
pub mod pages;
pub mod process;
pub mod receiver;
pub mod reseal;
pub mod rules;
pub mod sarif;
pub mod served;
pub mod served_audit;
pub mod served_crash;
pub mod session;
pub mod sqlite3;
pub mod terminal;
pub mod tools;
pub mod watched;
pub mod webhooks;
