//! Templates of labels and annotations: text with `{{ $labels.x }}` and `{{ $value }}` in it becomes a Text of LwaS with
//! expressions in it. What a template computes beyond that is refused.

/// A piece of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// As it stands.
    Text(String),
    /// The value of a label of the alert's series.
    Label(String),
    /// The alert's value, as it is shown.
    Value(Shown),
}

/// How a value is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// With all its digits.
    Plain,
    /// With so many digits behind the point: `printf "%.2f"`.
    Fixed(u8),
    /// `humanizePercentage`: times 100, in four significant digits.
    Percentage,
}

/// Why a template is refused, and what of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Untold {
    /// A clause.
    pub why: String,
    /// The action between the braces.
    pub word: String,
}

/// Reads a template.
pub fn read(template: &str) -> Result<Vec<Piece>, Untold> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((action, behind)) = after.split_once("}}") else {
            return Err(Untold { why: "a `{{` is not closed".to_owned(), word: "{{".to_owned() });
        };
        let trims_left = action.strip_prefix("- ");
        let trims_right = action.strip_suffix(" -");
        let before = if trims_left.is_some() { before.trim_end() } else { before };
        push_text(&mut pieces, before);
        let inner = action.strip_prefix("- ").unwrap_or(action);
        let inner = inner.strip_suffix(" -").unwrap_or(inner).trim();
        if !inner.starts_with("/*") {
            pieces.push(piece(inner)?);
        }
        rest = if trims_right.is_some() { behind.trim_start() } else { behind };
    }
    push_text(&mut pieces, rest);
    Ok(pieces)
}

fn push_text(pieces: &mut Vec<Piece>, text: &str) {
    if text.is_empty() {
        return;
    }
    if let Some(Piece::Text(last)) = pieces.last_mut() {
        last.push_str(text);
    } else {
        pieces.push(Piece::Text(text.to_owned()));
    }
}

/// What stands between the braces.
fn piece(action: &str) -> Result<Piece, Untold> {
    let untold = |why: String| Untold { why, word: action.to_owned() };
    let mut steps = action.split('|').map(str::trim);
    let first = steps.next().unwrap_or_default();
    let words: Vec<&str> = first.split_whitespace().collect();
    // `printf "%.2f" $value` is `$value | printf "%.2f"`, and so are the other functions.
    let (start, call) = match words.as_slice() {
        [one] => (*one, None),
        [call @ .., last] if last.starts_with(['$', '.']) => (*last, Some(call.join(" "))),
        _ => return Err(untold(format!("`{first}` has no counterpart in LwaS"))),
    };
    let calls: Vec<String> = call.into_iter().chain(steps.map(str::to_owned)).collect();
    for names in ["$labels.", ".Labels."] {
        if let Some(label) = start.strip_prefix(names) {
            let is_name = !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
            return match calls.as_slice() {
                [] if is_name => Ok(Piece::Label(label.to_owned())),
                [call, ..] => Err(untold(format!("`{call}` of a label has no counterpart in LwaS"))),
                _ => Err(untold(format!("`{label}` is no label"))),
            };
        }
    }
    if start != "$value" && start != ".Value" {
        return Err(untold(format!("`{start}` has no counterpart in LwaS")));
    }
    match calls.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => Ok(Piece::Value(Shown::Plain)),
        ["humanizePercentage"] => Ok(Piece::Value(Shown::Percentage)),
        [call] => match fixed(call) {
            Some(digits) => Ok(Piece::Value(Shown::Fixed(digits))),
            None => Err(untold(format!("`{call}` has no counterpart in LwaS"))),
        },
        _ => Err(untold("several functions of a value have no counterpart in LwaS".to_owned())),
    }
}

/// The digits of `printf "%.2f"`.
fn fixed(call: &str) -> Option<u8> {
    let format = call.strip_prefix("printf")?.trim().trim_matches(['"', '`']);
    let digits: u8 = format.strip_prefix("%.")?.strip_suffix('f')?.parse().ok()?;
    (digits <= 18).then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_and_values_are_read() {
        let pieces =
            read("{{ $labels.instance }} at {{$value}}% {{ .Value | printf \"%.2f\" }}{{ printf `%.1f` $value }}")
                .unwrap();
        assert_eq!(pieces[0], Piece::Label("instance".to_owned()));
        assert_eq!(pieces[1], Piece::Text(" at ".to_owned()));
        assert_eq!(pieces[2], Piece::Value(Shown::Plain));
        assert_eq!(pieces[4], Piece::Value(Shown::Fixed(2)));
        assert_eq!(pieces[5], Piece::Value(Shown::Fixed(1)));
        let pieces = read("a  {{- $value -}}  b{{/* no */}}c").unwrap();
        let texts = [Piece::Text("a".to_owned()), Piece::Value(Shown::Plain), Piece::Text("bc".to_owned())];
        assert_eq!(pieces, texts);
    }

    #[test]
    fn what_computes_more_is_refused() {
        for template in [
            "{{ if $value }}x{{ end }}",
            "{{ $labels.a | title }}",
            "{{ query \"up\" }}",
            "{{ $value",
            "{{ $externalURL }}",
        ] {
            assert!(read(template).is_err(), "{template}");
        }
    }
}
