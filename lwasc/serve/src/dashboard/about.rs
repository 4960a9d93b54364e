//! `GET /api`: which programs are served, and what can be asked of each, so that the page shows what there is.

use crate::access::Who;
use crate::app::App;
use crate::own;
use crate::reply::{self, Refusal};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use lwas_ir::{Query, Target, Type};
use serde::Serialize;
use std::sync::Arc;

/// A program, as the page knows it.
#[derive(Serialize)]
struct Program {
    name: String,
    /// Its queries that can be asked without arguments, by the names that they have there.
    queries: Vec<String>,
    /// The paths that it has under `@get`.
    routes: Vec<String>,
}

/// All programs.
#[derive(Clone)]
pub struct About(Arc<[Program]>);

#[derive(Serialize)]
struct Told<'a> {
    /// The ledger's id, which each hash of its chain begins with.
    ledger: String,
    /// The last entry.
    seq: u64,
    head: String,
    /// How many alerts and beliefs are declared.
    alerts: usize,
    beliefs: usize,
    programs: &'a [Program],
}

impl About {
    /// Of these programs.
    pub fn of(apps: &[Arc<App>]) -> About {
        let program = |app: &Arc<App>| {
            let module = app.module();
            let asked_alone = |query: &Query| {
                let left_out = |ty| matches!(module.types[ty], Type::Option(_));
                query.params.iter().all(|param| param.default.is_some() || left_out(param.ty))
            };
            let queries = app.offer.queries.iter();
            let queries = queries.filter(|(_, at)| module.queries.get(**at as usize).is_some_and(asked_alone));
            let reading = app.own_routes().filter(|(_, route)| matches!(route.target, Target::Get { .. }));
            Program {
                name: app.name.clone(),
                queries: queries.map(|(name, _)| name.clone()).collect(),
                routes: reading.map(|(_, route)| own::template(route)).collect(),
            }
        };
        About(apps.iter().map(program).collect())
    }
}

/// `GET /api`.
pub async fn about(State(app): State<Arc<App>>, _: Who, about: About) -> Result<Response, Refusal> {
    let ledger = app.readers.with_reader(|_, reader| Ok(reader.ledger.id())).await?;
    let head = *app.writer.head.borrow();
    let told = Told {
        ledger: ledger.to_string(),
        seq: head.seq,
        head: head.hash.to_string(),
        alerts: app.module().alerts.len(),
        beliefs: app.module().beliefs.len(),
        programs: &about.0,
    };
    Ok(reply::json(StatusCode::OK, reply::text(&told)))
}
