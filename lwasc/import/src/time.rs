//! Durations as Prometheus writes them and as LwaS does.

use std::time::Duration;

/// How long a sample stands for its series when no other comes: Prometheus's lookback.
pub const LOOKBACK: Duration = Duration::from_secs(300);

/// The duration that PromQL or a rule file writes so, such as `1h30m`; `0` is none.
pub fn read(text: &str) -> Option<Duration> {
    const UNITS: [(&str, u64); 7] = [
        ("ms", 1),
        ("y", 31_536_000_000),
        ("w", 604_800_000),
        ("d", 86_400_000),
        ("h", 3_600_000),
        ("m", 60_000),
        ("s", 1000),
    ];
    if text == "0" {
        return Some(Duration::ZERO);
    }
    let mut rest = text;
    let mut milliseconds = 0u64;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let count: u64 = rest.get(..digits)?.parse().ok()?;
        rest = rest.get(digits..)?;
        let (unit, each) = UNITS.into_iter().find(|(unit, _)| rest.starts_with(unit))?;
        milliseconds = milliseconds.checked_add(count.checked_mul(each)?)?;
        rest = rest.get(unit.len()..)?;
    }
    // LwaS counts microseconds in 64 bits.
    (!text.is_empty() && milliseconds < u64::MAX / 2000).then(|| Duration::from_millis(milliseconds))
}

/// The duration as LwaS writes it.
pub fn written(duration: Duration) -> String {
    let mut rest = duration.as_millis();
    let mut out = String::new();
    for (unit, milliseconds) in [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)] {
        if rest >= milliseconds {
            out.push_str(&format!("{}{unit}", rest / milliseconds));
            rest %= milliseconds;
        }
    }
    if out.is_empty() { "0s".to_owned() } else { out }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_and_written() {
        for (from, to) in
            [("5m", "5m"), ("90s", "1m30s"), ("1w", "7d"), ("1h30m", "1h30m"), ("0", "0s"), ("250ms", "250ms")]
        {
            assert_eq!(read(from).map(written).as_deref(), Some(to));
        }
        for wrong in ["", "5", "m", "5x", "-5m", "99999999999999999999y", "9999999999999y"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
