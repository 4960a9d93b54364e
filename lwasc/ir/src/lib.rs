//! The waist: what is executed, with its verifier, printer and interpreter.
