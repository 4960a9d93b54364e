//! Typed numbers of everything that a module lists.

use cranelift_entity::entity_impl;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u32);
        entity_impl!($name, $prefix);
    )* };
}

ids! {
    /// A type in `Module::types`.
    TypeId = "type";
    /// A currency in `Module::currencies`, which is in order of code.
    CurrencyId = "currency";
    /// An enum in `Module::enums`.
    EnumId = "enum";
    /// A record in `Module::records`.
    RecordId = "record";
    /// A state or journal in `Module::states`.
    StateId = "state";
    /// An aggregate kept by difference, in `Module::aggregates`.
    AggregateId = "aggregate";
    /// A function in `Module::functions`.
    FuncId = "fn";
    /// An event in `Module::events`.
    EventId = "event";
    /// A text constant in `Module::texts`.
    TextId = "text";
    /// A register of a function.
    Local = "%";
    /// A basic block of a function.
    BlockId = "block";
    /// A place of a function where it can fail; `Site` 0 is the function itself.
    Site = "site";
    /// A sub-expression whose value a rejection shows.
    Trace = "trace";
}
