//! Native code against the interpreter: the same module, the same arguments, the same budgets, and every visible effect
//! compared. `programs` generates modules, `arithmetic` goes through the corners by hand, `objects` damages what was
//! compiled, `limits` asks for what must be refused, `cached` compiles
//! with threads and a cache that all tests share.

mod arithmetic;
mod cached;
mod compare;
mod generate;
mod limits;
mod objects;
mod programs;
