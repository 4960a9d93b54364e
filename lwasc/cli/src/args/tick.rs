//! How often time passes by itself.

/// How long to wait before a tick; none for no ticks.
#[derive(Clone, Copy, Debug)]
pub struct Tick(pub Option<std::time::Duration>);

/// A tick as it is typed.
pub fn tick(text: &str) -> Result<Tick, String> {
    if text == "off" {
        return Ok(Tick(None));
    }
    let span = lwas_exact::calendar::parse_duration(text).ok().and_then(|span| u64::try_from(span).ok());
    match span.filter(|span| *span >= 1_000) {
        Some(span) => Ok(Tick(Some(std::time::Duration::from_micros(span)))),
        None => Err("expected a duration such as `10s` or `500ms`, or `off`".into()),
    }
}
