//! Going through a typed program. `Visit` reads, `Rewrite` changes; both say for each kind of node which nodes are in it, once,
//! so that a pass writes down only what it looks at. Nodes are met in the order in which they are executed.

mod rewrite;
mod visit;

pub use rewrite::{Rewrite, rewrite_binder, rewrite_block, rewrite_expr, rewrite_stmt};
pub use visit::{Visit, visit_expr, visit_stmt};
