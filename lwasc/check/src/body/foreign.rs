//! What other languages call by a name that this one does not have, and how it is said here. Names come in, help goes out, only
//! where it is likely right.

/// How something is said that other languages do with a function of this name.
pub(super) fn function(name: &str) -> Option<&'static str> {
    Some(match name {
        "len" | "size" | "count_of" | "strlen" => {
            "a list's length is `length(xs)`; rows are counted by `count(x in S where …)`"
        }
        "sum" | "avg" | "all" | "any" | "total" | "average" | "mean" | "reduce" | "aggregate" => {
            "it goes through something: `sum(x.amount for x in xs where …)`"
        }
        "median" | "percentile" => "sort and pick: `sort(xs)[div(length(xs), 2)]` is the middle",
        "rate" => "it goes through the rows of a window: `rate(x in J over 5m)`",
        "count" | "first" | "last" => "it goes through something: `count(x in xs where …)`",
        "Some" | "Just" => "a value stands where a `T?` is wanted as it is, or as `some(x)`",
        "map" | "filter" | "select" | "where" | "forEach" | "for_each" | "iter" | "collect" => {
            "a list is made of another with `[f(x) for x in xs where …]`"
        }
        "unwrap" | "unwrap_or" | "expect" | "get_or" | "orElse" | "getOrElse" | "coalesce" | "COALESCE" | "ifnull" => {
            "a value for what is missing is given with `x ?? y`"
        }
        "is_some" | "is_none" | "isPresent" | "isEmpty" | "is_null" => {
            "ask `x != none`, or `length(xs) == 0` of a list"
        }
        "push" | "add" | "insert" | "extend" | "concat" => "lists are put together with `xs + [x]`; no list changes",
        "str" | "to_string" | "toString" | "format" | "String" | "string" | "text" | "Text" => {
            "a text with values in it is `\"{a} of {b}\"`"
        }
        "print" | "println" | "log" | "puts" | "printf" => {
            "nothing is printed: a query answers what is asked, and `lwasc why` tells what happened"
        }
        "int" | "Int" | "parseInt" | "integer" => "a number becomes whole by rounding: `round(x, 0)`",
        "Decimal" | "decimal" | "toFixed" | "trunc" | "truncate" => {
            "digits are chosen by rounding: `round(x, 2)`, `round_down(x, 2)`"
        }
        "sorted" | "order_by" | "orderBy" => "a list is sorted by `sort(xs by x.at)`",
        "today" | "datetime" | "Date" | "getTime" | "current_timestamp" => {
            "the entry's time is `now`, its day `date(now)`"
        }
        "assert" | "revert" | "error" | "throw" | "panic" | "raise" => {
            "an event is rejected with `require … else \"why not\"`"
        }
        "contains" | "includes" => "ask `x in xs`",
        "sha256" | "keccak256" | "hash" | "random" | "rand" | "uuid" => {
            "there are no hashes and no chance here: what is to be unique comes with the event, and `event_seq` numbers it"
        }
        _ => return None,
    })
}

/// How something is said that a method of this name would do with the rows of a state.
pub(super) fn row_method(name: &str, state: &str) -> Option<String> {
    let said = match name {
        "create" | "insert" | "add" | "new" | "append" | "push" => {
            "a row is made with `create STATE[key] { … }`, one of a journal with `append STATE { … }`"
        }
        "update" | "set" | "put" | "save" | "upsert" => {
            "a field is set with `STATE[key].field = …`, a whole row with `put STATE[key] { … }`"
        }
        "delete" | "remove" => "a row is removed with `delete STATE[key]`",
        "find" | "lookup" | "load" => "a row is `STATE[key]`, or `STATE.get(key)` where it may be missing",
        "exists" | "contains" => "whether a row is there is `STATE.has(key)`",
        "filter" | "where" | "all" | "select" | "map" => {
            "rows are gone through: `[x for x in STATE where …]`, `all(p for x in STATE)`"
        }
        "count" | "length" | "len" | "size" => "rows are counted by `count(x in STATE where …)`",
        "sum" | "avg" | "min" | "max" => "rows are summed up by `sum(x.amount for x in STATE where …)`",
        _ => return None,
    };
    Some(said.replace("STATE", state))
}

/// Whether a function of this name goes through rows or elements, and is only written as another language does.
pub(super) fn goes_through(name: &str) -> bool {
    matches!(name, "sum" | "avg" | "all" | "any" | "count" | "first" | "last" | "rate")
}

/// What another language's name for the one at work is here.
pub(super) fn oneself(name: &str) -> Option<&'static str> {
    matches!(name, "self" | "this").then_some("an event has the name that `as` gives it, a row is `S[key]`")
}

/// Whether a name stands for `none` in another language.
pub(super) fn is_none(name: &str) -> bool {
    matches!(name, "null" | "nil" | "undefined" | "None" | "nothing" | "NULL")
}

/// The value that a name stands for in other languages, as it is written here.
pub(super) fn value(name: &str) -> Option<&'static str> {
    Some(match name {
        "True" | "TRUE" => "true",
        "False" | "FALSE" => "false",
        _ if is_none(name) => "none",
        "time" | "timestamp" | "today" => "now",
        "sender" | "msg" => "caller",
        _ => return None,
    })
}
