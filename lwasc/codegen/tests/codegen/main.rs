//! Native code against the interpreter: the same module, the same arguments, the same budgets, and every visible effect
//! compared. `programs` generates modules, `arithmetic` goes through the corners by hand, `objects` damages what was
//! compiled, `limits` asks for what must be refused.

mod arithmetic;
mod compare;
mod generate;
mod limits;
mod objects;
mod programs;
