//! Native code against the interpreter: the same module, the same arguments, the same budgets, and every visible effect
//! compared. `programs` generates modules (`generate`) and runs them (`agree`), `arithmetic` goes through the corners by hand, `objects` damages what was
//! compiled, `limits` asks for what must be refused, `cached` compiles
//! with threads and a cache that all tests share.

mod agree;
mod arithmetic;
mod cached;
mod compare;
mod corners;
mod generate;
mod limits;
mod objects;
mod programs;
