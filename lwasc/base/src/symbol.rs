//! Interned names. A `Symbol` is four bytes and equal exactly when the texts are; it has no order on purpose,
//! so that nothing visible can depend on the order in which names were met. The table lives as long as the
//! process and holds each distinct name once.

use std::collections::HashMap;
use std::fmt;
use std::sync::{LazyLock, RwLock};

/// A name.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Symbol(u32);

#[derive(Default)]
struct Table {
    numbers: HashMap<&'static str, u32>,
    names: Vec<&'static str>,
}

static TABLE: LazyLock<RwLock<Table>> = LazyLock::new(RwLock::default);

impl Symbol {
    /// The symbol of this name.
    pub fn new(name: &str) -> Symbol {
        if let Some(number) = TABLE.read().expect("no holder of this lock panics").numbers.get(name) {
            return Symbol(*number);
        }
        let mut table = TABLE.write().expect("no holder of this lock panics");
        if let Some(number) = table.numbers.get(name) {
            return Symbol(*number);
        }
        let kept: &'static str = Box::leak(name.into());
        let number = u32::try_from(table.names.len()).expect("sources are too small for 2^32 names");
        table.names.push(kept);
        table.numbers.insert(kept, number);
        Symbol(number)
    }

    /// The name.
    pub fn as_str(self) -> &'static str {
        TABLE.read().expect("no holder of this lock panics").names[self.0 as usize]
    }
}

impl fmt::Display for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.as_str())
    }
}

impl From<&str> for Symbol {
    fn from(name: &str) -> Symbol {
        Symbol::new(name)
    }
}
