//! A caller as handlers see one: a name, which reaches the program's rules, and what it may do.

use super::Role;
use crate::reply::Refusal;
use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use lwas_ir::{EventId, Module};
use lwas_runtime::Incoming;
use std::sync::Arc;

/// Who sends a request.
#[derive(Clone, Debug)]
pub struct Who {
    /// The authenticated name; empty where nobody is asked.
    pub name: Arc<str>,
    /// What it may do; none for everything.
    roles: Option<Arc<[Role]>>,
    /// Until when that is so, in µs since 1970.
    pub until: Option<i64>,
}

impl Who {
    /// Where nobody is asked.
    pub fn anybody() -> Who {
        Who { name: Arc::from(""), roles: None, until: None }
    }

    /// A caller that is known.
    pub fn of(name: Arc<str>, roles: Arc<[Role]>, until: Option<i64>) -> Who {
        Who { name, roles: Some(roles), until }
    }

    /// What is let through of an event on its way in, with the caller's name on it.
    ///
    /// # Errors
    /// It may not be sent, or not with a time.
    pub fn sends(&self, module: &Module, event: Incoming) -> Result<Incoming, Refusal> {
        self.may_send(module, event.event)?;
        if event.time.is_some() && !self.is_allowed(|role| role.time) {
            return Err(self.forbidden("say when an event happened; leave out the envelope's `time`"));
        }
        Ok(Incoming { caller: Arc::clone(&self.name), ..event })
    }

    /// Whether it may send an event.
    pub fn may_send(&self, module: &Module, event: EventId) -> Result<(), Refusal> {
        let name = &module.events[event].name;
        self.may(|role| role.events.iter().any(|names| names.have(name)), || format!("send the event `{name}`"))
    }

    /// Whether it may ask a query of this number.
    pub fn may_ask(&self, module: &Module, query: usize) -> Result<(), Refusal> {
        let Some(query) = module.queries.get(query) else { return Ok(()) };
        let name = &query.name;
        self.may(|role| role.queries.iter().any(|names| names.have(name)), || format!("ask the query `{name}`"))
    }

    /// Whether it may read the log.
    pub fn may_read_log(&self) -> Result<(), Refusal> {
        self.may(|role| role.log, || "read the log".to_owned())
    }

    /// Whether it may read the server's own numbers.
    pub fn may_read_metrics(&self) -> Result<(), Refusal> {
        self.may(|role| role.metrics, || "read the server's metrics".to_owned())
    }

    fn is_allowed(&self, by: impl Fn(&Role) -> bool) -> bool {
        self.roles.as_ref().is_none_or(|roles| roles.iter().any(by))
    }

    fn may(&self, by: impl Fn(&Role) -> bool, what: impl FnOnce() -> String) -> Result<(), Refusal> {
        if self.is_allowed(by) { Ok(()) } else { Err(self.forbidden(&what())) }
    }

    fn forbidden(&self, what: &str) -> Refusal {
        Refusal::new(StatusCode::FORBIDDEN, "E0714", format!("no role of `{}` may {what}", self.name))
    }
}

impl<S: Sync> FromRequestParts<S> for Who {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Who, Refusal> {
        parts.extensions.get::<Who>().cloned().ok_or_else(super::missing)
    }
}
