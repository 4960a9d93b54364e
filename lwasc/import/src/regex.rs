//! Regular expressions of label matchers, said without them: LwaS has none, but most matchers name a few texts or a beginning.
//! A matcher that says more is refused. regex-syntax stops here.

use crate::code::Code;
use crate::names::quoted;
use regex_syntax::hir::{Hir, HirKind};

/// More texts than this are not spelled out.
const MAX_TEXTS: usize = 64;

/// What a regular expression says, whole, of a text.
#[derive(Debug, PartialEq, Eq)]
enum Shape {
    /// It is one of these.
    Texts(Vec<String>),
    /// It begins so, and has at least so many characters behind.
    Begins(String, usize),
    /// It begins so, and has exactly so many characters behind.
    Length(String, usize),
    /// One of these.
    Any(Vec<Shape>),
}

/// A condition that is true of the texts `text` that the anchored regular expression matches, or else of all others; `None` where that can't
/// be said.
pub fn condition(pattern: &str, text: &Code, is_matched: bool) -> Option<Code> {
    let hir = regex_syntax::parse(pattern).ok()?;
    let shape = shape(&hir)?;
    Some(if is_matched { said(&shape, text) } else { denied(&shape, text) })
}

fn denied(shape: &Shape, text: &Code) -> Code {
    let compare = |op: &str, other: &str| Code::compare(text, op, &Code::atom(quoted(other)));
    match shape {
        Shape::Texts(texts) => Code::all(&texts.iter().map(|one| compare("!=", one)).collect::<Vec<_>>()),
        Shape::Begins(start, 0) if start.is_empty() => Code::atom("false"),
        Shape::Begins(start, 1) if start.is_empty() => compare("==", ""),
        _ => said(shape, text).not(),
    }
}

fn said(shape: &Shape, text: &Code) -> Code {
    match shape {
        Shape::Texts(texts) => {
            let each: Vec<_> = texts.iter().map(|one| Code::compare(text, "==", &Code::atom(quoted(one)))).collect();
            Code::any(&each)
        }
        Shape::Begins(start, 0) if start.is_empty() => Code::atom("true"),
        Shape::Begins(start, 1) if start.is_empty() => Code::compare(text, "!=", &Code::atom("\"\"")),
        Shape::Begins(start, more) => {
            let mut parts = begins(start, text);
            if *more > 0 {
                parts.push(length(text, ">=", start, *more));
            }
            Code::all(&parts)
        }
        Shape::Length(start, more) => {
            let mut parts = begins(start, text);
            parts.push(length(text, "==", start, *more));
            Code::all(&parts)
        }
        Shape::Any(shapes) => Code::any(&shapes.iter().map(|shape| said(shape, text)).collect::<Vec<_>>()),
    }
}

fn length(text: &Code, op: &str, start: &str, more: usize) -> Code {
    let count = start.chars().count() + more;
    Code::compare(&Code::atom(format!("length({text})")), op, &Code::atom(count.to_string()))
}

/// Texts are compared code point by code point, so what begins with `5` lies between `5` and `6`.
fn begins(start: &str, text: &Code) -> Vec<Code> {
    if start.is_empty() {
        return vec![];
    }
    let mut parts = vec![Code::compare(text, ">=", &Code::atom(quoted(start)))];
    parts.extend(after(start).map(|end| Code::compare(text, "<", &Code::atom(quoted(&end)))));
    parts
}

/// The first text behind all that begin with `start`; `None` where there is none.
fn after(start: &str) -> Option<String> {
    let mut chars: Vec<char> = start.chars().collect();
    while let Some(last) = chars.pop() {
        let next = (last as u32 + 1..=0x0010_ffff).find_map(char::from_u32);
        if let Some(next) = next {
            chars.push(next);
            return Some(chars.into_iter().collect());
        }
    }
    None
}

fn shape(hir: &Hir) -> Option<Shape> {
    if let Some(texts) = texts(hir) {
        return Some(Shape::Texts(texts));
    }
    match hir.kind() {
        HirKind::Capture(capture) => shape(&capture.sub),
        HirKind::Alternation(list) => list.iter().map(shape).collect::<Option<_>>().map(Shape::Any),
        HirKind::Concat(list) => {
            let known = list.iter().take_while(|hir| texts(hir).is_some_and(|texts| texts.len() == 1));
            let start: String = known.clone().filter_map(texts).flatten().collect();
            behind(&start, list.get(known.count()..)?)
        }
        _ => behind("", std::slice::from_ref(hir)),
    }
}

/// A beginning, and behind it only characters of any kind.
fn behind(start: &str, rest: &[Hir]) -> Option<Shape> {
    let mut least = 0;
    let mut is_open = false;
    for hir in rest {
        match hir.kind() {
            HirKind::Class(_) if is_any(hir) => least += 1,
            HirKind::Repetition(repeated) if is_any(&repeated.sub) => {
                least += usize::try_from(repeated.min).ok()?;
                is_open |= repeated.max.is_none();
                if repeated.max.is_some_and(|max| max != repeated.min) {
                    return None;
                }
            }
            _ => return None,
        }
    }
    Some(if is_open { Shape::Begins(start.to_owned(), least) } else { Shape::Length(start.to_owned(), least) })
}

/// Whether it is `.`, which is any character but a line break: no label has one in practice, and Prometheus 3 takes it too.
fn is_any(hir: &Hir) -> bool {
    let dot = |text: &str| regex_syntax::parse(text).is_ok_and(|dot| dot.kind() == hir.kind());
    dot(".") || dot("(?s).")
}

/// The texts that it matches, where they are few.
fn texts(hir: &Hir) -> Option<Vec<String>> {
    let found = match hir.kind() {
        HirKind::Empty => vec![String::new()],
        HirKind::Literal(literal) => vec![String::from_utf8(literal.0.to_vec()).ok()?],
        HirKind::Class(class) => letters(class)?,
        HirKind::Capture(capture) => texts(&capture.sub)?,
        HirKind::Repetition(repeated) => {
            let (max, each) = (repeated.max?, texts(&repeated.sub)?);
            let mut all = Vec::new();
            let mut of_this_length = vec![String::new()];
            for count in 0..=max {
                if count >= repeated.min {
                    all.extend(of_this_length.clone());
                }
                of_this_length = joined(&of_this_length, &each)?;
            }
            all
        }
        HirKind::Concat(list) => {
            let mut all = vec![String::new()];
            for part in list {
                all = joined(&all, &texts(part)?)?;
            }
            all
        }
        HirKind::Alternation(list) => list.iter().map(texts).collect::<Option<Vec<_>>>()?.concat(),
        HirKind::Look(_) => return None,
    };
    let mut unique: Vec<String> = Vec::new();
    for text in found {
        if !unique.contains(&text) {
            unique.push(text);
        }
    }
    (unique.len() <= MAX_TEXTS).then_some(unique)
}

fn joined(starts: &[String], ends: &[String]) -> Option<Vec<String>> {
    if starts.len() * ends.len() > MAX_TEXTS * 4 {
        return None;
    }
    Some(starts.iter().flat_map(|start| ends.iter().map(move |end| format!("{start}{end}"))).collect())
}

fn letters(class: &regex_syntax::hir::Class) -> Option<Vec<String>> {
    let regex_syntax::hir::Class::Unicode(class) = class else { return None };
    let count: u32 = class.iter().map(|range| range.end() as u32 - range.start() as u32 + 1).sum();
    if count as usize > MAX_TEXTS {
        return None;
    }
    Some(class.iter().flat_map(|range| range.start()..=range.end()).map(String::from).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_said_is_said_exactly() {
        for (pattern, expected) in [
            ("web", "t == \"web\""),
            ("a|b", "t == \"a\" or t == \"b\""),
            ("ab?c", "t == \"ac\" or t == \"abc\""),
            ("5..", "t >= \"5\" and t < \"6\" and length(t) == 3"),
            ("kube-.*", "t >= \"kube-\" and t < \"kube.\""),
            ("eth.+", "t >= \"eth\" and t < \"eti\" and length(t) >= 4"),
            (".+", "t != \"\""),
            (".*", "true"),
            ("5..|429", "t >= \"5\" and t < \"6\" and length(t) == 3 or t == \"429\""),
            ("", "t == \"\""),
        ] {
            let said = condition(pattern, &Code::atom("t"), true).map(|code| code.to_string());
            assert_eq!(said.as_deref(), Some(expected), "{pattern}");
        }
    }

    #[test]
    fn what_is_denied_is_the_opposite() {
        for (pattern, expected) in [
            ("a|b", "t != \"a\" and t != \"b\""),
            (".+", "t == \"\""),
            (".*", "false"),
            ("5..", "not (t >= \"5\" and t < \"6\" and length(t) == 3)"),
        ] {
            let said = condition(pattern, &Code::atom("t"), false).map(|code| code.to_string());
            assert_eq!(said.as_deref(), Some(expected), "{pattern}");
        }
    }

    #[test]
    fn what_can_not_be_said_is_refused() {
        for pattern in [".*-tmp", "[a-z]+", "a.*b", "(ab)*", "a{0,100}", "("] {
            assert_eq!(condition(pattern, &Code::atom("t"), true), None, "{pattern}");
        }
    }
}
