//! From source text to what the interpreter says: lowering is right when the program means what it says.

mod expressions;
mod module;
mod programs;
mod rejections;
mod support;
