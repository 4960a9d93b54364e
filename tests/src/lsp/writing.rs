//! Help with writing: what can be typed, how a function is called, the one style, and changes that mend.

use super::editor::Editor;
use super::{Check, same};
use serde_json::{Value, json};

pub const CHECKS: &[Check] = &[
    ("complete_names", complete_names),
    ("complete_members", complete_members),
    ("complete_fields", complete_fields),
    ("complete_modules", complete_modules),
    ("complete_words", complete_words),
    ("complete_types", complete_types),
    ("complete_snippets", complete_snippets),
    ("complete_nothing", complete_nothing),
    ("signature", signature),
    ("format", format_text),
    ("quick_fixes", quick_fixes),
];

const MAIN: &str = r#"use std.ledger
use std.currency.USD
use fees

enum Tier { Standard, Custom(rate: Decimal(4)) }

record Line {
  /// What it costs.
  price: USD
  count: Int
}

event Sale {
  id: Text key
  line: Line
}

state Item[id: Text] {
  price: USD
  tier: Tier
}

journal Note { text: Text }

rule settle on Sale as sale {
  let charge = sale.line.price
  CURSOR
}

test "a sale" {
  let line = Line { price: 1 USD, count: 1 }
  TEST
}
"#;

const FEES: &str =
    "use std.currency.USD\n\nfn fee(amount: USD) -> USD { amount }\n\nprivate fn hidden() -> Int { 1 }\n";

/// What is offered at the `|`, when that text stands in the place of a word of the program.
fn offered(editor: &mut Editor, word: &str, text: &str) -> Result<Vec<Value>, String> {
    let whole = MAIN.replace(word, &text.replacen('|', "", 1));
    editor.open_as("main.lwas", &whole)?;
    let found = editor.ask("textDocument/completion", editor.at("main.lwas", text)?)?;
    Ok(found.as_array().cloned().unwrap_or_default())
}

fn labels(found: &[Value]) -> Vec<&str> {
    found.iter().filter_map(|item| item["label"].as_str()).collect()
}

/// Asks at each place, and says which of the wanted names is missing, or which of those that must not be is there.
fn offers(word: &str, wanted: &[(&str, &[&str], &[&str])]) -> Result<(), String> {
    let mut editor = Editor::new(&[("fees.lwas", FEES), ("parts/tax.lwas", FEES)])?;
    for (text, there, missing) in wanted {
        let found = offered(&mut editor, word, text)?;
        let found = labels(&found);
        let lacks: Vec<_> = there.iter().filter(|name| !found.contains(name)).collect();
        let has: Vec<_> = missing.iter().filter(|name| found.contains(name)).collect();
        if !lacks.is_empty() || !has.is_empty() {
            return Err(format!("at `{text}`: {lacks:?} are missing, {has:?} are too much in {found:?}"));
        }
    }
    editor.end()
}

fn complete_names() -> Result<(), String> {
    offers(
        "CURSOR",
        &[
            (
                "let x = |",
                &["charge", "sale", "Item", "fees", "USD", "round", "now", "if", "none"],
                &["line", "hidden", "rule"],
            ),
            ("let x = ch|", &["charge"], &[]),
            ("let x = 1 + |\n  let y = 2", &["charge"], &["y"]),
            ("require (charge > |", &["charge", "round"], &[]),
        ],
    )
}

fn complete_members() -> Result<(), String> {
    offers(
        "CURSOR",
        &[
            ("let x = sale.|", &["id", "line"], &["charge", "price", "round"]),
            ("let x = sale.line.|", &["price", "count"], &["id"]),
            ("let x = sale.line.pr|", &["price"], &["id"]),
            ("let x = sale.|\n  let y = 2", &["id", "line"], &["y"]),
            ("let x = Item[sale.id].|", &["id", "price", "tier"], &["line"]),
            ("let x = Item.|", &["get", "has"], &["price"]),
            ("let x = Tier.|", &["Standard", "Custom"], &["price"]),
            ("let x = fees.|", &["fee"], &["hidden", "charge"]),
            ("ledger.|", &["transfer", "Account", "Open"], &["charge"]),
            ("let x = round(sale.line.price * 1.5).|", &["amount", "currency"], &[]),
            ("if sale.|", &["id", "line"], &[]),
        ],
    )
}

fn complete_fields() -> Result<(), String> {
    offers(
        "CURSOR",
        &[
            ("let x = Line { |", &["price", "count"], &["charge", "id"]),
            ("let x = Line { price: charge, |", &["count"], &["price"]),
            ("let x = Line { price: |", &["charge"], &["id"]),
            ("create Item[\"a\"] { |", &["price", "tier"], &["id"]),
            ("append Note { |", &["text"], &["seq", "time"]),
            ("let x = fees.fee(|", &["amount", "charge"], &[]),
        ],
    )?;
    offers("TEST", &[("apply Sale { |", &["id", "line"], &["price"])])
}

fn complete_modules() -> Result<(), String> {
    offers(
        "use fees",
        &[
            ("use |", &["std", "fees", "parts"], &["charge", "fn"]),
            ("use std.|", &["ledger", "currency", "time"], &["fees"]),
            ("use parts.|", &["tax"], &["ledger"]),
            ("use std.currency.|", &["USD", "EUR"], &["ledger"]),
            ("use std.currency.{USD, |", &["EUR"], &["ledger"]),
        ],
    )
}

fn complete_words() -> Result<(), String> {
    offers("CURSOR", &[("let z = 1\n  |", &["let", "require", "emit", "create", "for", "if"], &["expect", "apply"])])?;
    offers(
        "TEST",
        &[("let z = 1\n  |", &["expect", "apply", "reject", "advance", "let", "line"], &["require", "emit", "charge"])],
    )?;
    offers(
        "journal Note",
        &[("|\n\njournal Note", &["fn", "event", "state", "rule", "test", "use"], &["charge", "expect"])],
    )?;
    offers("on Sale as sale", &[("on |", &["Sale", "ledger"], &["Item", "round", "fn"])])?;
    offers("event Sale", &[("@|\nevent Sale", &["event", "get", "post", "export", "sample"], &["fn"])])
}

fn complete_types() -> Result<(), String> {
    offers(
        "journal Note { text: Text",
        &[("journal Note { text: |", &["Text", "Money", "USD", "Tier", "Line"], &["charge", "round"])],
    )?;
    offers("CURSOR", &[("let x: |", &["Int", "USD"], &["charge"])])
}

fn complete_snippets() -> Result<(), String> {
    let able = json!({ "textDocument": { "completion": { "completionItem": { "snippetSupport": true } } } });
    for (capabilities, wanted) in [(able, true), (json!({}), false)] {
        let mut editor = Editor::with(&[("fees.lwas", FEES)], &capabilities)?;
        let found = offered(&mut editor, "journal Note", "|\n\njournal Note")?;
        let rule = found.iter().find(|item| item["label"] == "rule").ok_or("`rule` is offered")?;
        same("a snippet", (rule["insertTextFormat"] == json!(2), rule["insertText"].is_string()), (wanted, wanted))?;
        editor.end()?;
    }
    Ok(())
}

fn complete_nothing() -> Result<(), String> {
    let mut editor = Editor::new(&[("fees.lwas", FEES)])?;
    for text in ["// a com|", "let x = \"a te|xt\"", "let x = 1 // |"] {
        let found = offered(&mut editor, "CURSOR", text)?;
        same(text, labels(&found), vec![])?;
    }
    same(
        "in a text's part",
        labels(&offered(&mut editor, "CURSOR", "let x = \"a {ch|}\"")?).contains(&"charge"),
        true,
    )?;
    editor.end()
}

fn signature() -> Result<(), String> {
    let mut editor = Editor::new(&[("fees.lwas", FEES)])?;
    let mut ask = |text: &str| -> Result<(String, Value), String> {
        let whole = MAIN.replace("CURSOR", &text.replacen('|', "", 1));
        editor.open_as("main.lwas", &whole)?;
        let found = editor.ask("textDocument/signatureHelp", editor.at("main.lwas", text)?)?;
        Ok((found["signatures"][0]["label"].as_str().unwrap_or_default().to_owned(), found["activeParameter"].clone()))
    };
    same("at its beginning", ask("let x = fees.fee(|")?, ("fees.fee(amount: USD) -> USD".to_owned(), json!(0)))?;
    let (label, active) = ask("ledger.transfer(from: sale.id, to: |")?;
    same("by name", (label.starts_with("ledger.transfer(from: Text, to: Text"), active), (true, json!(1)))?;
    let (label, active) = ask("ledger.transfer(\"a\", |\n  let y = 2")?;
    same("by place", (label.starts_with("ledger.transfer("), active), (true, json!(1)))?;
    same("in brackets inside", ask("let x = fees.fee((1 + |")?.0, "fees.fee(amount: USD) -> USD".to_owned())?;
    same("of the language", ask("let x = round(charge, |")?, ("round(x, digits?)".to_owned(), json!(1)))?;
    same("of a variant", ask("let x = Tier.Custom(|")?, ("Tier.Custom(rate: Decimal(4))".to_owned(), json!(0)))?;
    same("outside", ask("let x = |")?.0, String::new())?;
    editor.end()
}

/// Only lines that differ are touched, and `lwasc fmt` has nothing to do after it.
fn format_text() -> Result<(), String> {
    let mut editor = Editor::new(&[])?;
    editor.open_as("main.lwas", "const A = 1\nconst  B=2\n\n\n\nfn f() -> Int {\n      A+B\n}\n")?;
    let mut params = editor.document("main.lwas");
    params["options"] = json!({ "tabSize": 8, "insertSpaces": false });
    let found = editor.ask("textDocument/formatting", params.clone())?;
    let edits: Vec<(String, String)> = found
        .as_array()
        .into_iter()
        .flatten()
        .map(|edit| {
            (editor.slice("main.lwas", &edit["range"]), edit["newText"].as_str().unwrap_or_default().to_owned())
        })
        .collect();
    let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    let wanted = vec![pair("const  B=2\n\n\n", "const B = 2\n"), pair("      A+B\n", "  A + B\n")];
    same("the edits", edits, wanted)?;
    editor.open_as("main.lwas", "const A = 1\n")?;
    same("in the one style", editor.ask("textDocument/formatting", params.clone())?, json!([]))?;
    editor.open_as("main.lwas", "const A = \n")?;
    same("with mistakes", editor.ask("textDocument/formatting", params)?, Value::Null)?;
    editor.end()
}

fn quick_fixes() -> Result<(), String> {
    let mut editor = Editor::new(&[])?;
    editor.open_as(
        "main.lwas",
        "use std.currency.USD\n\nfn fee(amount: USD) -> USD {\n  let x = 5 usd;\n  round(x + amount)\n}\n",
    )?;
    let reports = editor.diagnostics("main.lwas")?;
    let mut params = editor.document("main.lwas");
    params["range"] = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 9, "character": 0 } });
    params["context"] = json!({ "diagnostics": reports });
    let found = editor.ask("textDocument/codeAction", params.clone())?;
    let list = found.as_array().cloned().unwrap_or_default();
    let quick = list.iter().find(|action| action["kind"] == "quickfix" && action["isPreferred"] == true);
    let quick = quick.ok_or_else(|| format!("a quick fix is wanted for {reports:#?}, not {list:#?}"))?;
    same("what it mends", quick["diagnostics"].as_array().map(Vec::len), Some(1))?;
    same("its edits", quick["edit"]["changes"][editor.uri("main.lwas")].is_array(), true)?;
    let all = list.iter().any(|action| action["kind"] == "source.fixAll");
    same("all at once", all, true)?;
    params["context"]["only"] = json!(["source.fixAll"]);
    let found = editor.ask("textDocument/codeAction", params.clone())?;
    same("only these", found.as_array().map(Vec::len), Some(1))?;
    params["context"]["only"] = json!(["refactor"]);
    same("no others", editor.ask("textDocument/codeAction", params)?, json!([]))?;
    editor.end()
}
