//! The JSON of a notification: version 4 of what Alertmanager sends to a `webhook_config`, as the documentation of Prometheus has it, one alert each.

use lwas_exact::calendar::format_time;
use lwas_runtime::alerts::SEVERITIES;
use serde::Serialize;
use std::collections::BTreeMap;

/// What Alertmanager writes where an alert has no end yet.
const NO_END: &str = "0001-01-01T00:00:00Z";

/// What is said of an alert. Times are microseconds since 1970.
pub struct Said<'a> {
    /// Its name.
    pub alert: &'a str,
    /// The row that it is about; empty for the whole.
    pub subject: &'a str,
    /// Its severity's number.
    pub severity: usize,
    /// What it says.
    pub message: &'a str,
    /// When it fired.
    pub since: i64,
    /// When it ended; none while it fires.
    pub until: Option<i64>,
}

type Labels<'a> = BTreeMap<&'static str, &'a str>;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Payload<'a> {
    version: &'static str,
    group_key: String,
    truncated_alerts: u32,
    status: &'static str,
    receiver: &'a str,
    group_labels: Labels<'a>,
    common_labels: Labels<'a>,
    common_annotations: Labels<'a>,
    #[serde(rename = "externalURL")]
    external_url: &'a str,
    alerts: [Alert<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Alert<'a> {
    status: &'static str,
    labels: Labels<'a>,
    annotations: Labels<'a>,
    starts_at: String,
    ends_at: String,
    #[serde(rename = "generatorURL")]
    generator_url: &'a str,
    fingerprint: String,
}

/// The body of a notification by a program, which others know by the address `origin`, to a receiver.
pub fn payload(said: &Said<'_>, receiver: &str, program: &str, origin: &str) -> String {
    let severity = SEVERITIES.get(said.severity).copied().unwrap_or("critical");
    let mut group = Labels::from([("alertname", said.alert), ("program", program)]);
    if !said.subject.is_empty() {
        group.insert("subject", said.subject);
    }
    let mut labels = group.clone();
    labels.insert("severity", severity);
    let annotations = Labels::from([("description", said.message), ("summary", said.message)]);
    let status = if said.until.is_some() { "resolved" } else { "firing" };
    let time = |micros| format_time(micros).unwrap_or_else(|_| NO_END.to_owned());
    let alert = Alert {
        status,
        labels: labels.clone(),
        annotations: annotations.clone(),
        starts_at: time(said.since),
        ends_at: said.until.map_or(NO_END.to_owned(), time),
        generator_url: origin,
        fingerprint: fingerprint(&labels),
    };
    let payload = Payload {
        version: "4",
        group_key: group_key(&group),
        truncated_alerts: 0,
        status,
        receiver,
        group_labels: group,
        common_labels: labels,
        common_annotations: annotations,
        external_url: origin,
        alerts: [alert],
    };
    crate::reply::text(&payload)
}

/// As Alertmanager writes that of a route without matchers.
fn group_key(labels: &Labels<'_>) -> String {
    let pairs: Vec<String> = labels.iter().map(|(name, value)| format!("{name}={value:?}")).collect();
    format!("{{}}:{{{}}}", pairs.join(", "))
}

/// By which receivers know that two notifications are of one alert: FNV-1a of the labels in order, each name and value ended by a byte
/// that is in no UTF-8, as in `LabelSet.Fingerprint` of Prometheus.
fn fingerprint(labels: &Labels<'_>) -> String {
    const END: [u8; 1] = [0xff];
    let parts = labels.iter().flat_map(|(name, value)| [name.as_bytes(), &END, value.as_bytes(), &END]);
    let hash = parts
        .flatten()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3));
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_is_that_of_prometheus() {
        // Those of its own tests, and the labels' order does not matter to it.
        assert_eq!(fingerprint(&Labels::new()), "cbf29ce484222325");
        let labels = Labels::from([("name", "garland, briggs"), ("fear", "love is not enough")]);
        assert_eq!(fingerprint(&labels), format!("{:016x}", 5_799_056_148_416_392_346_u64));
    }

    #[test]
    fn an_alert_of_the_whole_has_no_subject() {
        let said =
            Said { alert: "burn", subject: "", severity: 2, message: "it burns", since: 0, until: Some(1_000_000) };
        let text = payload(&said, "pager", "shop", "http://localhost:1");
        assert!(!text.contains("subject"), "{text}");
        for part in [
            r#""status":"resolved""#,
            r#""severity":"critical""#,
            r#""endsAt":"1970-01-01T00:00:01Z""#,
            r#""groupKey":"{}:{alertname=\"burn\", program=\"shop\"}""#,
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
    }
}
