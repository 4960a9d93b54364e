//! The upper half of the house over programs that are almost right: every `.lwas` program of the repository is changed at
//! random, token by token, and whatever comes out must be reported or compiled, and what is compiled must mean the same to
//! the interpreter and to native code.
//!
//! `corpus` finds the programs, `pieces` cuts their texts, `mutate` changes them, `pipeline` runs one and says what does not
//! hold, `shrink` makes what fails short, `mutants` is the test, `damaged` changes bytes instead of tokens, and `extremes`
//! holds the shapes that chance does not find. `timed` makes programs in which time passes, `orders` some that compare what is
//! kept with the rows, `alerts` some whose alerts are compared with queries, `due` lets rules become due without end. `editing` is about programs
//! whose files are open in an editor, `fixes` makes the changes that messages carry.

mod alerts;
mod chance;
mod code_cache;
mod corpus;
mod damaged;
mod due;
mod editing;
mod extremes;
mod fixes;
mod mutants;
mod mutate;
mod orders;
mod pending;
mod pieces;
mod pipeline;
mod shrink;
mod timed;
