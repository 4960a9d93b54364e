//! What happened: event log, hash chain, state tables; SQLite stops here.
