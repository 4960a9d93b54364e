//! Who may do what: a request says who sends it (`Authorization: Bearer …`), and what its roles allow decides the rest.
//!
//! `keys` knows callers by secrets that they share with nobody, `tokens` by what somebody else has signed, `roles` says what a role allows, `who` is a caller as handlers see one, `rates` how often one may ask,
//! and `log` keeps who has changed something.
//! Where no way of telling callers apart is configured, whoever reaches the server may do everything; the shell allows that on
//! loopback alone.

mod keys;
mod log;
mod rates;
mod roles;
mod tokens;
mod who;

pub use keys::ApiKey;
pub use log::{AccessLog, Code, Judged, note};
pub use rates::{Counts, Rates};
pub use roles::{Names, Role};
pub use tokens::Tokens;
pub use who::Who;

use crate::app::App;
use crate::reply::Refusal;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use lwas_runtime::clock::now;
use std::sync::Arc;

/// How callers are known.
#[derive(Debug, Default)]
pub struct Access {
    /// Those with a key of their own.
    pub keys: Vec<ApiKey>,
    /// Those with a token that somebody else has signed.
    pub tokens: Option<Tokens>,
}

/// Whether a text may be a caller's name: it stands in logs, in the ledger and in messages, so it is short and has no spaces.
pub fn is_caller_name(name: &str) -> bool {
    (1..=128).contains(&name.len())
        && name.chars().all(|c| !c.is_whitespace() && !c.is_control() && !matches!(c, '"' | '\\'))
}

impl Access {
    /// Whether nobody is asked who they are.
    pub fn is_open(&self) -> bool {
        self.keys.is_empty() && self.tokens.is_none()
    }

    /// Who sends a request, at a moment in µs since 1970.
    ///
    /// # Errors
    /// It says nothing of that, or something that is not so.
    fn who(&self, headers: &HeaderMap, now: i64) -> Result<Who, Refusal> {
        if self.is_open() {
            return Ok(Who::anybody());
        }
        let text = bearer(headers)?;
        match &self.tokens {
            Some(tokens) if !keys::looks_like_key(text) => tokens.find(text, now),
            _ => keys::find(&self.keys, text, now),
        }
    }
}

/// What stands behind `Bearer` in the one header `Authorization`.
fn bearer(headers: &HeaderMap) -> Result<&str, Refusal> {
    let mut given = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(text), None) = (given.next(), given.next()) else { return Err(missing()) };
    let (scheme, text) = text.to_str().ok().and_then(|text| text.split_once(' ')).ok_or_else(missing)?;
    if scheme.eq_ignore_ascii_case("bearer") { Ok(text.trim()) } else { Err(missing()) }
}

fn missing() -> Refusal {
    let message = "this server answers to callers that it knows; send `authorization: Bearer` with your key";
    Refusal::new(StatusCode::UNAUTHORIZED, "E0712", message)
}

/// Of what does not prove what it should; why is told as far as it helps nobody to guess.
fn bad(why: &str) -> Refusal {
    Refusal::new(StatusCode::UNAUTHORIZED, "E0713", why)
}

/// Finds out who sends a request, before it is looked at any further.
pub async fn admit(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    let who = match app.access.who(request.headers(), now()) {
        Ok(who) => who,
        Err(refusal) => return refusal.into_response(),
    };
    let mut response = match app.counts.ask(&who.name) {
        Ok(()) => {
            request.extensions_mut().insert(who.clone());
            next.run(request).await
        }
        Err(refusal) => refusal.into_response(),
    };
    response.extensions_mut().insert(who);
    response
}

#[cfg(test)]
mod tests {
    use super::{Access, ApiKey, Role};
    use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
    use std::sync::Arc;

    fn access(expires: Option<i64>) -> Access {
        let roles = Arc::from([Role::of_everybody("reader").unwrap()]);
        Access {
            keys: vec![ApiKey { name: "till".into(), roles, hash: ApiKey::hash_of("lwas_1"), expires }],
            tokens: None,
        }
    }

    fn status(access: &Access, given: &[&str]) -> Result<String, StatusCode> {
        let mut headers = HeaderMap::new();
        for text in given {
            headers.append(header::AUTHORIZATION, HeaderValue::from_str(text).unwrap());
        }
        access.who(&headers, 100).map(|who| who.name.to_string()).map_err(|refusal| refusal.status())
    }

    #[test]
    fn a_caller_is_known_by_its_key() {
        let access = access(None);
        assert_eq!(status(&access, &["Bearer lwas_1"]), Ok("till".to_owned()));
        assert_eq!(status(&access, &["bearer  lwas_1"]), Ok("till".to_owned()));
        for wrong in [
            &[][..],
            &["Bearer"],
            &["Bearer lwas_2"],
            &["Bearer 1"],
            &["Basic lwas_1"],
            &["Bearer lwas_1", "Bearer lwas_1"],
        ] {
            assert_eq!(status(&access, wrong), Err(StatusCode::UNAUTHORIZED), "{wrong:?}");
        }
    }

    #[test]
    fn a_key_counts_until_it_expires() {
        assert!(status(&access(Some(101)), &["Bearer lwas_1"]).is_ok());
        assert!(status(&access(Some(100)), &["Bearer lwas_1"]).is_err());
    }

    #[test]
    fn without_keys_everybody_is_let_in() {
        assert_eq!(status(&Access::default(), &[]), Ok(String::new()));
    }
}
