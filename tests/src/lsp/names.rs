//! What names are: hover, definitions, uses, and other names for them.

use super::editor::Editor;
use super::{Check, same};
use serde_json::{Value, json};

pub const CHECKS: &[Check] = &[
    ("hover", hover),
    ("definition", definition),
    ("definition_in_std", definition_in_std),
    ("definition_in_package", definition_in_package),
    ("references", references),
    ("highlight", highlight),
    ("prepare_rename", prepare_rename),
    ("rename", rename),
    ("rename_refused", rename_refused),
    ("rename_short_form", rename_short_form),
    ("rename_action_and_event", rename_action_and_event),
];

const MAIN: &str = r#"//! A shop.

use std.ledger
use std.currency.USD
use fees

const FEE_RATE = 2.9%

/// A buyer pays.
event Sale {
  id: Text key
  /// What is paid.
  amount: USD
}

state Item[id: Text] {
  price: USD
  stock: Int = 0
  let worth = price * stock
}

rule settle on Sale as sale {
  let charge = fees.fee(amount: sale.amount, rate: FEE_RATE)
  let raw = sale.amount * 2.9%
  require charge < raw else "too much"
  ledger.transfer(from: sale.id, to: "platform", amount: charge)
}

@event action restock(id: Text, more: Int) {
  put Item[id] { price: 1 USD, stock: more }
}

test "a restock" {
  apply Restock { id: "a", more: 3 }
  expect Item["a"].stock == 3
}
"#;

const FEES: &str = r#"use std.currency.USD

/// What a sale costs.
fn fee(amount: USD, rate: Decimal(3)) -> USD {
  round(amount * rate)
}
"#;

fn shop() -> Result<Editor, String> {
    let mut editor = Editor::new(&[("main.lwas", MAIN), ("fees.lwas", FEES)])?;
    editor.open("main.lwas")?;
    same("the program", editor.reports("main.lwas")?, vec![])?;
    Ok(editor)
}

/// The file below the folder, its line from 1, and the text there where it is open.
fn shown(editor: &Editor, location: &Value) -> String {
    let file = editor.file(&location["uri"]);
    let range = &location["range"];
    let line = range["start"]["line"].as_u64().unwrap_or_default() + 1;
    format!("{file}:{line} {}", editor.slice(&file, range)).trim_end().to_owned()
}

fn all_shown(editor: &Editor, locations: &Value) -> Vec<String> {
    locations.as_array().into_iter().flatten().map(|location| shown(editor, location)).collect()
}

fn hover() -> Result<(), String> {
    let mut editor = shop()?;
    let wanted = [
        ("fees.f|ee(", "fn fee(amount: USD, rate: Decimal(3)) -> USD\n```\n\nWhat a sale costs."),
        ("FEE_R|ATE)", "const FEE_RATE: Decimal(3) = 2.9%"),
        ("sale.am|ount,", "// of `Sale`\namount: USD\n```\n\nWhat is paid."),
        ("let raw| =", "let raw: USD(5)"),
        ("on Sale as sa|le", "let sale: Sale"),
        ("worth|", "let worth: USD = price * stock"),
        ("2|.9%\n  require", "Decimal(3)\n```\n\nAn exact number with 3 digits behind the point."),
        (
            "amount |* 2.9%",
            "USD(5)\n```\n\nAn amount of USD with 5 digits, 3 more than the currency's own: `round` takes it to 2.",
        ),
        ("on Sa|le", "event Sale {"),
        ("use fe|es", "module fees"),
        ("apply Re|stock", "@event action restock(id: Text, more: Int)"),
        ("transf|er(", "action transfer("),
    ];
    for (place, text) in wanted {
        let hover = editor.ask("textDocument/hover", editor.at("main.lwas", place)?)?;
        let found = hover["contents"]["value"].as_str().unwrap_or_default();
        if !found.contains(text) {
            return Err(format!("at {place} `{text}` is wanted, and not\n{found}"));
        }
    }
    let nowhere = editor.ask("textDocument/hover", editor.at("main.lwas", "|\n\nuse std.ledger")?)?;
    same("a comment", nowhere, Value::Null)?;
    editor.end()
}

fn definition() -> Result<(), String> {
    let mut editor = shop()?;
    let wanted = [
        ("fees.f|ee(", "fees.lwas:4"),
        ("fee(am|ount:", "fees.lwas:4"),
        ("rate: FEE_R|ATE", "main.lwas:7 FEE_RATE"),
        ("charge <| raw", ""),
        ("char|ge < raw", "main.lwas:23 charge"),
        ("use fe|es", "fees.lwas:1"),
        ("price: 1 US|D", "editor/0.1.0/std/currency.lwas"),
        ("].sto|ck", "main.lwas:18 stock"),
        ("Re|stock {", "main.lwas:29 restock"),
    ];
    for (place, target) in wanted {
        let found = editor.ask("textDocument/definition", editor.at("main.lwas", place)?)?;
        let found = all_shown(&editor, &found).join(", ");
        let is_it = if target.contains("editor") { found.contains(target) } else { found == target };
        if !is_it {
            return Err(format!("at {place} `{target}` is wanted, not `{found}`"));
        }
    }
    editor.end()
}

/// The file lies in the cache, can be read, and answers questions itself.
fn definition_in_std() -> Result<(), String> {
    let mut editor = shop()?;
    let found = editor.ask("textDocument/definition", editor.at("main.lwas", "ledger.transf|er(")?)?;
    let uri = found[0]["uri"].clone();
    let path = uri.as_str().unwrap_or_default().trim_start_matches("file://").to_owned();
    let text = std::fs::read_to_string(&path).map_err(|why| format!("{path}: {why}"))?;
    let place = &found[0]["range"]["start"];
    let line = text.lines().nth(place["line"].as_u64().unwrap_or_default() as usize).unwrap_or_default();
    same("the line", line.contains("action transfer("), true)?;
    let document = json!({ "uri": uri, "languageId": "lwas", "version": 1, "text": text });
    editor.tell("textDocument/didOpen", json!({ "textDocument": document }))?;
    let hover = editor.ask("textDocument/hover", json!({ "textDocument": { "uri": uri }, "position": place }))?;
    same("hover there", hover.to_string().contains("action transfer("), true)?;
    let params = json!({ "textDocument": { "uri": uri }, "position": place, "newName": "move" });
    let (code, why) = editor.refused("textDocument/rename", params)?;
    same("another name there", (code, why.contains("belongs to the standard library")), (-32803, true))?;
    editor.end()
}

/// A package that is depended on lies in a folder of its own.
fn definition_in_package() -> Result<(), String> {
    let mut editor = Editor::new(&[
        ("shop/lwas.toml", "name = \"shop\"\nversion = \"1.0.0\"\n\n[dependencies]\nfees = { path = \"../fees\" }\n"),
        ("shop/main.lwas", "use fees.tiers\n\nfn price(n: Int) -> Int { tiers.fee(n) }\n"),
        ("fees/lwas.toml", "name = \"fees\"\nversion = \"1.0.0\"\n"),
        ("fees/main.lwas", "use tiers\n"),
        ("fees/tiers.lwas", "/// What it costs.\nfn fee(n: Int) -> Int { n + 1 }\n"),
    ])?;
    editor.open("shop/main.lwas")?;
    let found = editor.ask("textDocument/definition", editor.at("shop/main.lwas", "tiers.fe|e(")?)?;
    same("the file", editor.file(&found[0]["uri"]), "fees/tiers.lwas".to_owned())?;
    let hover = editor.ask("textDocument/hover", editor.at("shop/main.lwas", "tiers.fe|e(")?)?;
    same("hover", hover.to_string().contains("What it costs."), true)?;
    editor.end()
}

fn references() -> Result<(), String> {
    let mut editor = shop()?;
    let mut ask = |place: &str, declaration: bool| -> Result<Vec<String>, String> {
        let mut params = editor.at("main.lwas", place)?;
        params["context"] = json!({ "includeDeclaration": declaration });
        let found = editor.ask("textDocument/references", params)?;
        Ok(all_shown(&editor, &found))
    };
    same(
        "of a local",
        ask("char|ge <", true)?,
        vec!["main.lwas:23 charge".into(), "main.lwas:25 charge".into(), "main.lwas:26 charge".into()],
    )?;
    let of_event = vec!["main.lwas:29 restock".to_owned(), "main.lwas:34 Restock".to_owned()];
    same("of an action that is an event", ask("Re|stock {", true)?, of_event)?;
    same("without the declaration", ask("fees.f|ee(", false)?, vec!["main.lwas:23 fee".to_owned()])?;
    let of_field = ["main.lwas:18 stock", "main.lwas:19 stock", "main.lwas:30 stock", "main.lwas:35 stock"];
    same("of a field", ask("].sto|ck", true)?, of_field.map(str::to_owned).to_vec())?;
    editor.end()
}

fn highlight() -> Result<(), String> {
    let mut editor = shop()?;
    let found = editor.ask("textDocument/documentHighlight", editor.at("main.lwas", "char|ge <")?)?;
    let kinds: Vec<i64> = found.as_array().into_iter().flatten().filter_map(|one| one["kind"].as_i64()).collect();
    same("written, then read twice", kinds, vec![3, 2, 2])?;
    editor.end()
}

fn prepare_rename() -> Result<(), String> {
    let mut editor = shop()?;
    let found = editor.ask("textDocument/prepareRename", editor.at("main.lwas", "fees.f|ee(")?)?;
    same(
        "the name",
        (editor.slice("main.lwas", &found["range"]), &found["placeholder"]),
        ("fee".to_owned(), &json!("fee")),
    )?;
    for (place, why) in [
        ("use std.led|ger", "rename the file"),
        ("transf|er(", "belongs to the standard library"),
        ("requi|re charge", "there is no name here"),
        ("\"a resto|ck\"", "change the text"),
    ] {
        let (_, found) = editor.refused("textDocument/prepareRename", editor.at("main.lwas", place)?)?;
        same(place, found.contains(why), true)?;
    }
    editor.end()
}

/// The texts of all files after a rename, each with its edits made; files that are not touched are left out.
fn renamed(editor: &mut Editor, files: &[&str], place: &str, to: &str) -> Result<Vec<(String, String)>, String> {
    let mut params = editor.at("main.lwas", place)?;
    params["newName"] = json!(to);
    let found = editor.ask("textDocument/rename", params)?;
    let changes = found["changes"].as_object().ok_or_else(|| format!("no changes: {found}"))?;
    let mut after = vec![];
    for file in files {
        let Some(edits) = changes.get(&editor.uri(file)) else { continue };
        let mut text = std::fs::read_to_string(editor.path(file)).map_err(|why| why.to_string())?;
        let mut edits: Vec<&Value> = edits.as_array().into_iter().flatten().collect();
        edits.sort_by_key(|edit| {
            (edit["range"]["start"]["line"].as_u64(), edit["range"]["start"]["character"].as_u64())
        });
        for edit in edits.into_iter().rev() {
            let offset = |place: &Value| {
                let line = place["line"].as_u64().unwrap_or_default() as usize;
                let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
                start + place["character"].as_u64().unwrap_or_default() as usize
            };
            let (start, end) = (offset(&edit["range"]["start"]), offset(&edit["range"]["end"]));
            text.replace_range(start..end, edit["newText"].as_str().unwrap_or_default());
        }
        after.push(((*file).to_owned(), text));
    }
    Ok(after)
}

fn rename() -> Result<(), String> {
    let mut editor = shop()?;
    let found = renamed(&mut editor, &["main.lwas", "fees.lwas"], "fees.f|ee(", "cost")?;
    let wanted = vec![
        ("main.lwas".to_owned(), MAIN.replace("fees.fee(", "fees.cost(")),
        ("fees.lwas".to_owned(), FEES.replace("fn fee(", "fn cost(")),
    ];
    same("a function of another module", found, wanted)?;
    let found = renamed(&mut editor, &["main.lwas", "fees.lwas"], "fee(amou|nt:", "sum")?;
    let wanted = vec![
        ("main.lwas".to_owned(), MAIN.replace("fee(amount:", "fee(sum:")),
        ("fees.lwas".to_owned(), FEES.replace("fee(amount", "fee(sum").replace("round(amount", "round(sum")),
    ];
    same("its parameter", found, wanted)?;
    editor.end()
}

fn rename_refused() -> Result<(), String> {
    let mut editor = shop()?;
    for (place, to, why) in [
        ("char|ge <", "if", "can't be a name"),
        ("char|ge <", "a b", "can't be a name"),
        ("char|ge <", "raw", "would break the program at main.lwas:24"),
        ("fees.f|ee(", "round", "would break the program at fees.lwas:4"),
        ("on Sa|le", "sale", "would break the program"),
    ] {
        let mut params = editor.at("main.lwas", place)?;
        params["newName"] = json!(to);
        let (code, found) = editor.refused("textDocument/rename", params)?;
        if code != -32803 || !found.contains(why) {
            return Err(format!("{to} for {place}: {code} {found}"));
        }
    }
    editor.end()
}

/// `Line { price }` stands for a field and a value: each keeps the other's name.
fn rename_short_form() -> Result<(), String> {
    let text = "record Line { price: Int }\n\nfn line(price: Int) -> Line {\n  Line { price }\n}\n";
    let mut editor = Editor::new(&[("main.lwas", text)])?;
    editor.open("main.lwas")?;
    let found = renamed(&mut editor, &["main.lwas"], "Line { pri|ce: Int", "cost")?;
    let wanted = text.replace("{ price: Int", "{ cost: Int").replace("{ price }", "{ cost: price }");
    same("the field", found, vec![("main.lwas".to_owned(), wanted)])?;
    let found = renamed(&mut editor, &["main.lwas"], "line(pri|ce: Int", "cost")?;
    let wanted = text.replace("(price: Int", "(cost: Int").replace("{ price }", "{ price: cost }");
    same("the parameter", found, vec![("main.lwas".to_owned(), wanted)])?;
    editor.end()
}

fn rename_action_and_event() -> Result<(), String> {
    let mut editor = shop()?;
    let wanted = MAIN.replace("action restock", "action fill_up").replace("Restock {", "FillUp {");
    for (place, to) in [("action rest|ock", "fill_up"), ("Resto|ck {", "FillUp")] {
        let found = renamed(&mut editor, &["main.lwas"], place, to)?;
        same(place, found, vec![("main.lwas".to_owned(), wanted.clone())])?;
    }
    editor.end()
}
