//! What `lwasc serve` does where clients are slow, many, impatient or wrong, and where the disk is: real processes with small limits are
//! asked over real connections, byte by byte where that matters. Nothing is timed but by limits so wide that a busy machine keeps them.

mod answers;
mod clients;
mod heads;
mod http;
mod rates;
mod shop;
mod streams;
mod writer;

/// A test's name, and the test.
pub type Check = (&'static str, fn() -> Result<(), String>);

/// All of them.
pub const CHECKS: [Check; 15] = [
    ("queue", writer::is_full),
    ("disk", writer::has_no_room),
    ("moved", writer::ledger_is_moved),
    ("foreign", writer::somebody_else_writes),
    ("access_log", writer::access_log_has_no_room),
    ("slow", clients::are_slow),
    ("slow_tls", clients::are_slow_to_begin_tls),
    ("unread", clients::leave_answers_unread),
    ("connections", clients::are_too_many),
    ("heads", heads::check),
    ("answers", answers::check),
    ("rates", rates::check),
    ("stream_unread", streams::are_left_unread),
    ("stream_token", streams::end_with_a_token),
    ("stream_key", streams::end_with_a_key),
];
