//! Ir to native object code; Cranelift stops here.
