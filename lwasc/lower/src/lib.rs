//! Typed program to ir.
