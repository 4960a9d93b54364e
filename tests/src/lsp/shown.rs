//! What an editor shows without being asked: outlines, symbols of the whole program, folds, kinds of names, types that are not written.

use super::editor::Editor;
use super::{Check, same};
use serde_json::{Value, json};

pub const CHECKS: &[Check] = &[
    ("outline", outline),
    ("outline_flat", outline_flat),
    ("workspace_symbols", workspace_symbols),
    ("folds", folds),
    ("kinds_of_names", kinds_of_names),
    ("inlay_hints", inlay_hints),
];

const TEXT: &str = r#"// A comment
// of two lines.
use std.currency.USD
use std.ledger

enum Tier {
  Standard
  Custom(rate: Decimal(4))
}

state Item[id: Text] {
  price: USD
  let double = price * 2
}

const RATE = 2.9%

fn fee(amount: USD) -> USD {
  let exact_fee = amount * RATE
  let plain: USD = round(exact_fee)
  plain
}

test "a fee" {
  let one = fee(1 USD)
  expect one == 0.03 USD
}
"#;

fn open(capabilities: &Value) -> Result<Editor, String> {
    let mut editor = Editor::with(&[("main.lwas", TEXT)], capabilities)?;
    editor.open("main.lwas")?;
    same("the program", editor.reports("main.lwas")?, vec![])?;
    Ok(editor)
}

/// Names with their kinds and what is inside.
fn tree(symbols: &Value) -> Vec<String> {
    let one = |symbol: &Value| {
        let inside = tree(&symbol["children"]);
        let inside = if inside.is_empty() { String::new() } else { format!("({})", inside.join(" ")) };
        format!("{}:{}{inside}", symbol["name"].as_str().unwrap_or_default(), symbol["kind"])
    };
    symbols.as_array().into_iter().flatten().map(one).collect()
}

fn outline() -> Result<(), String> {
    let nested = json!({ "textDocument": { "documentSymbol": { "hierarchicalDocumentSymbolSupport": true } } });
    let mut editor = open(&nested)?;
    let found = editor.ask("textDocument/documentSymbol", editor.document("main.lwas"))?;
    let wanted =
        ["Tier:10(Standard:22 Custom:22(rate:8))", "Item:5(id:8 price:8 double:8)", "RATE:14", "fee:12", "a fee:6"];
    same("the outline", tree(&found), wanted.map(str::to_owned).to_vec())?;
    let name = editor.slice("main.lwas", &found[1]["selectionRange"]);
    let whole = editor.slice("main.lwas", &found[1]["range"]);
    same("the places", (name.as_str(), whole.ends_with('}')), ("Item", true))?;
    editor.end()
}

fn outline_flat() -> Result<(), String> {
    let mut editor = open(&json!({}))?;
    let found = editor.ask("textDocument/documentSymbol", editor.document("main.lwas"))?;
    same("how many", found.as_array().map(Vec::len), Some(11))?;
    same("what it belongs to", &found[2]["containerName"], &json!("Tier"))?;
    editor.end()
}

fn workspace_symbols() -> Result<(), String> {
    let mut editor = open(&json!({}))?;
    let found = editor.ask("workspace/symbol", json!({ "query": "FE" }))?;
    same("by a part of the name", tree(&found), vec!["fee:12".to_owned(), "a fee:6".to_owned()])?;
    editor.end()
}

fn folds() -> Result<(), String> {
    let mut editor = open(&json!({}))?;
    let found = editor.ask("textDocument/foldingRange", editor.document("main.lwas"))?;
    let one = |range: &Value| {
        let kind = range["kind"].as_str().unwrap_or("code");
        format!("{}-{} {kind}", range["startLine"], range["endLine"])
    };
    let found: Vec<String> = found.as_array().into_iter().flatten().map(one).collect();
    let wanted = ["0-1 comment", "2-3 imports", "5-7 code", "10-12 code", "17-20 code", "23-25 code"];
    same("the folds", found, wanted.map(str::to_owned).to_vec())?;
    editor.end()
}

fn kinds_of_names() -> Result<(), String> {
    let mut editor = open(&json!({}))?;
    let found = editor.ask("textDocument/semanticTokens/full", editor.document("main.lwas"))?;
    let numbers: Vec<u64> = found["data"].as_array().into_iter().flatten().filter_map(Value::as_u64).collect();
    let (mut line, mut column) = (0, 0);
    let mut names = vec![];
    for token in numbers.chunks(5) {
        let [lines, columns, length, kind, modifiers] = token else { return Err("five numbers a token".into()) };
        column = if *lines == 0 { column + columns } else { *columns };
        line += lines;
        let range = json!({
            "start": { "line": line, "character": column }, "end": { "line": line, "character": column + length },
        });
        names.push(format!("{} {kind} {modifiers}", editor.slice("main.lwas", &range)));
    }
    for wanted in [
        "USD 2 0",
        "ledger 0 0",
        "Tier 3 1",
        "Custom 4 1",
        "Item 6 1",
        "price 9 0",
        "RATE 1 3",
        "amount 10 0",
        "fee 8 0",
    ] {
        same(wanted, names.contains(&wanted.to_owned()), true)?;
    }
    editor.end()
}

fn inlay_hints() -> Result<(), String> {
    let mut editor = open(&json!({}))?;
    let mut params = editor.document("main.lwas");
    params["range"] = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 99, "character": 0 } });
    let found = editor.ask("textDocument/inlayHint", params.clone())?;
    let one = |hint: &Value| format!("{}{}", hint["position"]["line"], hint["label"].as_str().unwrap_or_default());
    let shown = |found: &Value| -> Vec<String> { found.as_array().into_iter().flatten().map(one).collect() };
    let wanted = ["12: USD", "15: Decimal(3)", "18: USD(5)", "24: USD"];
    same("the hints", shown(&found), wanted.map(str::to_owned).to_vec())?;
    params["range"]["end"]["line"] = json!(13);
    let found = editor.ask("textDocument/inlayHint", params)?;
    same("of a part", shown(&found), vec!["12: USD".to_owned()])?;
    editor.end()
}
