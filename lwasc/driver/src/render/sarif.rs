//! For code scanning: a document of SARIF 2.1.0, <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>. A code is a rule, with its
//! page as the help; a diagnostic is a result; what explains it is a related location; its changes are fixes. Paths are relative to the folder in
//! which `lwasc` was called, which is what services expect of a repository's checkout.

use super::View;
use crate::explain;
use lwas_base::{Diagnostic, Edit, Fix, Label, Severity, Span};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::{Component, Path};

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// What stands for the folder in which `lwasc` was called.
const ROOT: &str = "%SRCROOT%";
/// What is escaped in a part of a path.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

#[derive(Serialize)]
struct Document<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Tool<'a>,
    column_kind: &'static str,
    results: Vec<Result<'a>>,
}

#[derive(Serialize)]
struct Tool<'a> {
    driver: Driver<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver<'a> {
    name: &'static str,
    version: &'static str,
    semantic_version: &'static str,
    rules: Vec<Rule<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule<'a> {
    id: &'a str,
    short_description: Message,
    help: Help<'a>,
    default_configuration: Configuration,
}

#[derive(Serialize)]
struct Help<'a> {
    text: &'a str,
    markdown: &'a str,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Result<'a> {
    rule_id: &'a str,
    rule_index: usize,
    level: &'static str,
    message: Message,
    locations: [Location; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<SarifFix>,
}

#[derive(Serialize)]
struct Message {
    text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    physical_location: Physical,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Physical {
    artifact_location: Artifact,
    region: Region,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Artifact {
    uri: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    uri_base_id: Option<&'static str>,
}

/// Lines and columns count from 1, columns in characters; the end is after the last character.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
    start_column: u32,
    end_line: u32,
    end_column: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifFix {
    description: Message,
    artifact_changes: Vec<Change>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Change {
    artifact_location: Artifact,
    replacements: Vec<Replacement>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement {
    deleted_region: Region,
    inserted_content: Message,
}

/// All diagnostics as one document.
pub(super) fn document(view: &View, all: &[&Diagnostic]) -> String {
    // Each code that is told is a rule, in order of the codes.
    let told: BTreeMap<&str, Severity> = all.iter().map(|told| (told.code.0, told.severity)).collect();
    let rules: Vec<Rule> = told.iter().map(|(code, severity)| rule(code, *severity)).collect();
    let index = |code: &str| told.keys().position(|known| *known == code).unwrap_or_default();
    let results = all.iter().map(|told| result(view, told, index(told.code.0))).collect();
    let version = env!("CARGO_PKG_VERSION");
    let driver = Driver { name: "lwasc", version, semantic_version: version, rules };
    let run = Run { tool: Tool { driver }, column_kind: "unicodeCodePoints", results };
    let document = Document { schema: SCHEMA, version: "2.1.0", runs: [run] };
    serde_json::to_string_pretty(&document).expect("texts and numbers always have a JSON form") + "\n"
}

fn rule(code: &str, severity: Severity) -> Rule<'_> {
    let page = explain::page(code).unwrap_or_default();
    let title = page.lines().next().and_then(|line| line.split_once(": ")).map_or(code, |(_, title)| title);
    Rule {
        id: code,
        short_description: Message { text: title.to_owned() },
        help: Help { text: page, markdown: page },
        default_configuration: Configuration { level: level(severity) },
    }
}

fn result<'a>(view: &View, told: &'a Diagnostic, rule_index: usize) -> Result<'a> {
    let mut text = format!("{}: {}", told.message, told.primary.text);
    for help in view.help(told) {
        text.push_str(&format!("\nhelp: {help}"));
    }
    Result {
        rule_id: told.code.0,
        rule_index,
        level: level(told.severity),
        message: Message { text },
        locations: [Location { physical_location: physical(view, told.primary.span), message: None }],
        related_locations: told.labels.iter().map(|label| related(view, label)).collect(),
        fixes: view.fixes(told).iter().map(|fix| changes(view, fix)).collect(),
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

fn related(view: &View, label: &Label) -> Location {
    Location { physical_location: physical(view, label.span), message: Some(Message { text: label.text.clone() }) }
}

fn changes(view: &View, fix: &Fix) -> SarifFix {
    let replacement = |edit: &Edit| Replacement {
        deleted_region: region(view, edit.span),
        inserted_content: Message { text: edit.text.clone() },
    };
    // All edits of a change are in one file.
    let file = fix.edits.first().map(|edit| artifact(view, edit.span));
    let change = |file| Change { artifact_location: file, replacements: fix.edits.iter().map(replacement).collect() };
    SarifFix {
        description: Message { text: fix.title.clone() },
        artifact_changes: file.map(change).into_iter().collect(),
    }
}

fn physical(view: &View, span: Span) -> Physical {
    Physical { artifact_location: artifact(view, span), region: region(view, span) }
}

fn region(view: &View, span: Span) -> Region {
    let file = view.sources.file(span.file);
    let (start, end) = (file.line_col(span.start), file.line_col(span.end));
    Region { start_line: start.line, start_column: start.column, end_line: end.line, end_column: end.column }
}

/// A file: relative to the folder in which `lwasc` was called, unless its path was given from the root or leaves that folder.
fn artifact(view: &View, span: Span) -> Artifact {
    let own = &view.sources.file(span.file).path;
    let path = if own.starts_with("std/") { Path::new(own).to_owned() } else { view.root.join(own) };
    let mut parts: Vec<String> = vec![];
    for part in path.components() {
        match part {
            Component::Normal(part) => parts.push(utf8_percent_encode(&part.to_string_lossy(), ESCAPED).to_string()),
            // `a/../b` is `b`, as far as a path tells.
            Component::ParentDir if parts.last().is_some_and(|last| last != "..") => _ = parts.pop(),
            Component::ParentDir => parts.push("..".to_owned()),
            Component::CurDir | Component::RootDir | Component::Prefix(_) => {}
        }
    }
    let uri = parts.join("/");
    if path.has_root() {
        return Artifact { uri: format!("file:///{uri}"), uri_base_id: None };
    }
    Artifact { uri, uri_base_id: Some(ROOT) }
}
