//! What there is to run: the tests of a module, in their order.

use std::sync::Arc;

use crate::judge::at;
use crate::outcome::At;
use crate::program::Program;

/// One run of a test.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// The number of its test in the module.
    pub test: usize,
    /// Its name.
    pub name: String,
    /// The path of its module.
    pub module: String,
    /// Where its test stands.
    pub at: At,
}

/// All tests of a program's modules, in order.
pub fn cases(program: &Arc<Program>) -> Vec<Case> {
    let module = &program.module;
    let case = |(number, test): (usize, &lwas_ir::Test)| Case {
        test: number,
        name: test.name.clone(),
        module: test.module.clone(),
        at: at(module, test.place),
    };
    module.tests.iter().enumerate().map(case).collect()
}
