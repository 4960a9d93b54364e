//! A verified artifact applied to a ledger.
