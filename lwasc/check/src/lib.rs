//! Tree to typed program: names, types, digits, totality.
