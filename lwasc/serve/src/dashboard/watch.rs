//! `GET /api/watch`: which alerts fire, what has become of others of late, which beliefs hold, and what the last audit has found.

use crate::access::Who;
use crate::app::App;
use crate::audits::Last;
use crate::reply::{self, Refusal};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use lwas_ir::{Axiom, Belief, Field, KeyPart, Module, Row, StateId, Value};
use lwas_runtime::RuntimeError;
use lwas_runtime::data::json_text;
use lwas_runtime::query::RowsOf;
use serde::Serialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::sync::Arc;

/// How many transitions of alerts are told, the latest first.
const TRANSITIONS: u64 = 50;

/// Of how many rows a belief that does not hold is told; how many there are is counted further.
const SUBJECTS: u64 = 5;
const DOUBTS: u64 = 1_000;

#[derive(Serialize)]
struct Watch {
    alerts: Box<RawValue>,
    transitions: Box<RawValue>,
    modules: Vec<ModuleTold>,
    /// What the last audit has come to, where the server audits its ledger and has done so.
    #[serde(skip_serializing_if = "Option::is_none")]
    audit: Option<Last>,
}

/// The truth that a module claims, and how much of it holds.
#[derive(Serialize)]
struct ModuleTold {
    module: String,
    /// As `resonance()` in it, with four digits.
    resonance: Box<RawValue>,
    axioms: usize,
    beliefs: Vec<BeliefTold>,
}

#[derive(Serialize)]
struct BeliefTold {
    name: String,
    truth: Box<RawValue>,
    holds: bool,
    /// For how many rows it is false, at most 1000 of which are counted; 1 for a belief of the whole.
    doubts: usize,
    subjects: Vec<String>,
    /// The beliefs that it is given and that do not hold.
    given: Vec<String>,
}

/// `GET /api/watch`.
pub async fn watch(State(app): State<Arc<App>>, who: Who) -> Result<Response, Refusal> {
    who.may_read_log()?;
    let alerts = match app.module().queries.iter().position(|query| query.name == "alert.alerts") {
        Some(query) => raw(&String::from_utf8_lossy(&app.readers.ask(query, vec![]).await??)),
        None => raw("[]"),
    };
    let audit = app.audits.as_ref().and_then(|audits| audits.last());
    let watch = Watch { alerts, transitions: transitions(&app).await?, modules: modules(&app).await?, audit };
    Ok(reply::json(StatusCode::OK, reply::text(&watch)))
}

/// JSON that we have written.
fn raw(text: &str) -> Box<RawValue> {
    RawValue::from_string(text.to_owned()).expect("it was written as JSON")
}

/// What has become of alerts, the latest first.
async fn transitions(app: &App) -> Result<Box<RawValue>, RuntimeError> {
    let module = app.module();
    let Some((state, journal)) = module.states.iter().find(|(_, s)| s.module == "std.alert" && s.name == "Alert")
    else {
        return Ok(raw("[]"));
    };
    let rows = app.readers.rows(RowsOf { state, key: vec![], reverse: true, most: TRANSITIONS }).await?;
    let rows: Vec<BTreeMap<&str, Box<RawValue>>> =
        rows.iter().map(|row| object(module, &journal.fields, row)).collect();
    Ok(raw(&reply::text(&rows)))
}

fn object<'m>(module: &Module, fields: &'m [Field], row: &Row) -> BTreeMap<&'m str, Box<RawValue>> {
    let told = |(field, value): (&'m Field, &Value)| (field.name.as_str(), raw(&json_text(module, field.ty, value)));
    fields.iter().zip(row.iter()).map(told).collect()
}

/// Of each module with beliefs how much of it holds.
async fn modules(app: &App) -> Result<Vec<ModuleTold>, RuntimeError> {
    let module = app.module();
    let Some(kept) = &module.doubts else { return Ok(vec![]) };
    let mut subjects = Vec::with_capacity(module.beliefs.len());
    for belief in &module.beliefs {
        subjects.push(doubted(app, kept.state, belief).await?);
    }
    let certain: Vec<bool> = subjects.iter().map(Vec::is_empty).collect();
    let holds = all_hold(&module.beliefs, &certain);
    let mut told: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, belief) in module.beliefs.iter().enumerate() {
        told.entry(&belief.module).or_default().push(at);
    }
    let of_module = |(path, own): (&str, Vec<usize>)| {
        let prefix = own.first().and_then(|at| prefix(&module.beliefs.get(*at)?.check));
        let axioms = module.axioms.iter().filter(|axiom| self::prefix(axiom) == prefix).count();
        let belief = |at: &usize| {
            let (belief, doubted) = (module.beliefs.get(*at)?, subjects.get(*at)?);
            let lost = |given: &u32| {
                let name = &module.beliefs.get(*given as usize)?.name;
                (!holds.get(*given as usize)?).then(|| name.clone())
            };
            Some(BeliefTold {
                name: belief.name.clone(),
                truth: raw(&decimal(belief.truth, belief.digits)),
                holds: *holds.get(*at)?,
                doubts: doubted.len(),
                subjects: doubted.iter().take(SUBJECTS as usize).cloned().collect(),
                given: belief.given.iter().filter_map(lost).collect(),
            })
        };
        ModuleTold {
            module: path.to_owned(),
            resonance: raw(&resonance(
                axioms,
                own.iter().filter_map(|at| Some((module.beliefs.get(*at)?, *holds.get(*at)?))),
            )),
            axioms,
            beliefs: own.iter().filter_map(belief).collect(),
        }
    };
    Ok(told.into_iter().map(of_module).collect())
}

/// The rows for which a belief does not hold, as people name them; one without a name for a belief of the whole.
async fn doubted(app: &App, state: StateId, belief: &Belief) -> Result<Vec<String>, RuntimeError> {
    let key = [&belief.module, &belief.name].map(|text| KeyPart::Text(Arc::from(text.as_str())));
    let rows = app.readers.rows(RowsOf { state, key: key.into(), reverse: false, most: DOUBTS }).await?;
    let subject = |row: Row| match row.last() {
        Some(Value::Text(text)) => text.to_string(),
        _ => String::new(),
    };
    Ok(rows.into_iter().map(subject).collect())
}

/// Which beliefs hold: those without doubts that are given none that does not. Each comes after those that it is given.
fn all_hold(beliefs: &[Belief], certain: &[bool]) -> Vec<bool> {
    let mut holds = Vec::with_capacity(beliefs.len());
    for (belief, certain) in beliefs.iter().zip(certain) {
        let given = belief.given.iter().all(|given| holds.get(*given as usize).copied().unwrap_or(false));
        holds.push(*certain && given);
    }
    holds
}

/// What stands before the name of an axiom or belief: its module's name; nothing for those of the program's own module.
fn prefix(axiom: &Axiom) -> Option<&str> {
    axiom.name.rsplit_once('.').map(|(module, _)| module)
}

/// The share of truth that holds, with four digits: of axioms, which always hold and have the truth 1, and of beliefs.
fn resonance<'a>(axioms: usize, beliefs: impl Iterator<Item = (&'a Belief, bool)>) -> String {
    // A truth has at most 18 digits.
    let one = 10i128.pow(18);
    let axioms = i128::try_from(axioms).unwrap_or(0) * one;
    let (mut holding, mut all) = (axioms, axioms);
    for (belief, holds) in beliefs {
        let truth = belief.truth * 10i128.pow(18u32.saturating_sub(u32::from(belief.digits)));
        all += truth;
        holding += if holds { truth } else { 0 };
    }
    // Half to even, as programs round.
    let (scaled, all) = (holding * 10_000, all.max(1));
    let (whole, twice) = (scaled / all, scaled % all * 2);
    let up = twice > all || (twice == all && whole % 2 == 1);
    decimal(whole + i128::from(up), 4)
}

/// A number that is not negative, from its smallest units.
fn decimal(units: i128, digits: u8) -> String {
    let one = 10i128.pow(u32::from(digits));
    if digits == 0 {
        units.to_string()
    } else {
        format!("{}.{:0width$}", units / one, units % one, width = digits.into())
    }
}

#[cfg(test)]
mod tests {
    use super::{all_hold, decimal, resonance};
    use lwas_ir::{Axiom, AxiomScope, Belief, FuncId, Place};

    fn belief(truth: i128, digits: u8, given: &[u32]) -> Belief {
        let place = Place { file: 0, line: 1, column: 1, width: 1 };
        let check =
            Axiom { name: "b".into(), place, scope: AxiomScope::Whole, func: FuncId::from_u32(0), reads: vec![] };
        Belief { check, module: "m".into(), name: "b".into(), truth, digits, given: given.to_vec() }
    }

    #[test]
    fn what_is_given_a_belief_that_does_not_hold_does_not_hold_either() {
        let beliefs = [belief(5, 1, &[]), belief(5, 1, &[0]), belief(5, 1, &[1]), belief(5, 1, &[])];
        assert_eq!(all_hold(&beliefs, &[false, true, true, true]), [false, false, false, true]);
        assert_eq!(all_hold(&beliefs, &[true; 4]), [true; 4]);
    }

    #[test]
    fn resonance_is_the_share_of_truth_that_holds() {
        let (half, third) = (belief(5, 1, &[]), belief(333, 3, &[]));
        assert_eq!(resonance(1, [(&half, true), (&half, false)].into_iter()), "0.7500");
        assert_eq!(resonance(0, [(&half, false)].into_iter()), "0.0000");
        // 0.5 of 0.833 is 0.60024…, 0.333 of it 0.39976….
        assert_eq!(resonance(0, [(&half, true), (&third, false)].into_iter()), "0.6002");
        assert_eq!(resonance(0, [(&half, false), (&third, true)].into_iter()), "0.3998");
        assert_eq!(decimal(5, 2), "0.05");
    }
}
