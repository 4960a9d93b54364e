//! What is typed, and what is told of it: of every file of the program, of the last text only, and taken back where it is mended.

use super::editor::Editor;
use super::{Check, same};
use serde_json::{Value, json};

pub const CHECKS: &[Check] = &[
    ("as_you_type", as_you_type),
    ("several_changes", several_changes),
    ("astral_characters", astral_characters),
    ("other_files", other_files),
    ("closed", closed),
    ("what_a_report_has", what_a_report_has),
    ("changed_outside", changed_outside),
    ("own_program", own_program),
    ("unsaved", unsaved),
    ("several_programs", several_programs),
];

const SHOP: &str = "use fees\n\nfn total(amount: Int) -> Int {\n  fees.plus(amount)\n}\n";
const FEES: &str = "fn plus(amount: Int) -> Int {\n  amount + 1\n}\n";

fn report(code: &str, at: &str) -> (String, String) {
    (code.to_owned(), at.to_owned())
}

fn as_you_type() -> Result<(), String> {
    let mut editor = Editor::new(&[("main.lwas", SHOP), ("fees.lwas", FEES)])?;
    editor.open("main.lwas")?;
    same("at first", editor.reports("main.lwas")?, vec![])?;
    editor.edit("main.lwas", "plus(amount)", "plus(amout)")?;
    same("a wrong name", editor.reports("main.lwas")?, vec![report("E0251", "amout")])?;
    editor.edit("main.lwas", "amout", "amount")?;
    same("mended", editor.reports("main.lwas")?, vec![])?;
    editor.end()
}

/// Several changes of one message are made one after the other; one without a range is the whole text.
fn several_changes() -> Result<(), String> {
    let mut editor = Editor::new(&[])?;
    editor.open_as("main.lwas", "")?;
    let change = |line: u64, from: u64, to: u64, text: &str| {
        let range = json!({ "start": { "line": line, "character": from }, "end": { "line": line, "character": to } });
        json!({ "range": range, "text": text })
    };
    let changes = json!([{ "text": "const A = 1\n" }, change(0, 6, 7, "LONG"), change(1, 0, 0, "const B = MISSING\n")]);
    let document = json!({ "uri": editor.uri("main.lwas"), "version": 7 });
    editor.tell("textDocument/didChange", json!({ "textDocument": document, "contentChanges": changes }))?;
    let has = |params: &Value| {
        let list = params["diagnostics"].as_array().cloned().unwrap_or_default();
        params["version"] == json!(7)
            && matches!(&list[..], [one] if one["range"]["start"] == json!({ "line": 1, "character": 10 }))
    };
    editor.news("main.lwas", has)?;
    editor.end()
}

fn astral_characters() -> Result<(), String> {
    let mut editor = Editor::new(&[])?;
    editor.open_as("main.lwas", "const A = \"🌲🌲\" // 🌲 ü\nconst B = A\n")?;
    editor.edit("main.lwas", "🌲\"", "\" // 🎄")?;
    editor.edit("main.lwas", "B = A", "B = C")?;
    same("the place", editor.reports("main.lwas")?, vec![report("E0251", "C")])?;
    editor.end()
}

/// A mistake in one file that the change of another makes is told of the file where it is, and taken back.
fn other_files() -> Result<(), String> {
    let mut editor = Editor::new(&[("main.lwas", SHOP), ("fees.lwas", FEES)])?;
    editor.open("fees.lwas")?;
    editor.reports("fees.lwas")?;
    editor.edit("fees.lwas", "fn plus", "fn minus")?;
    same("of the open file", editor.reports("fees.lwas")?, vec![])?;
    editor.news("main.lwas", |params| params["diagnostics"][0]["code"] == "E0251")?;
    editor.edit("fees.lwas", "fn minus", "fn plus")?;
    editor.news("main.lwas", |params| params["diagnostics"] == json!([]))?;
    editor.end()
}

/// What was typed and not saved does not count any more.
fn closed() -> Result<(), String> {
    let mut editor = Editor::new(&[("main.lwas", SHOP), ("fees.lwas", FEES)])?;
    editor.open("main.lwas")?;
    editor.open("fees.lwas")?;
    editor.edit("fees.lwas", "fn plus", "fn minus")?;
    editor.news("main.lwas", |params| params["diagnostics"][0]["code"] == "E0251")?;
    editor.close("fees.lwas")?;
    editor.news("main.lwas", |params| params["diagnostics"] == json!([]))?;
    editor.end()
}

/// The code with its page, what explains it, and how it is shown.
fn what_a_report_has() -> Result<(), String> {
    let mut editor = Editor::new(&[])?;
    editor.open_as("main.lwas", "const A = 1\nprivate fn unused() -> Int { A }\n")?;
    let mut list = editor.diagnostics("main.lwas")?;
    editor.edit("main.lwas", "private fn unused", "const A = 2\n\nfn used")?;
    list.extend(editor.diagnostics("main.lwas")?);
    let [unused, twice] = &list[..] else { return Err(format!("two reports are wanted: {list:#?}")) };
    same("the source", &twice["source"], &json!("lwasc"))?;
    same("how much it weighs", (&twice["severity"], &unused["severity"]), (&json!(1), &json!(2)))?;
    let related = &twice["relatedInformation"][0];
    let at = editor.slice("main.lwas", &related["location"]["range"]);
    same("what explains it", (at, &related["location"]["range"]["start"]["line"]), ("A".to_owned(), &json!(0)))?;
    let page = twice["codeDescription"]["href"].as_str().unwrap_or_default().trim_start_matches("file://").to_owned();
    let text = std::fs::read_to_string(&page).map_err(|why| format!("the page {page}: {why}"))?;
    same("the page", text.contains(twice["code"].as_str().unwrap_or("?")), true)?;
    same("what is not needed is shown so", (&unused["code"], &unused["tags"]), (&json!("W0201"), &json!([1])))?;
    editor.end()
}

fn changed_outside() -> Result<(), String> {
    let watches = json!({ "workspace": { "didChangeWatchedFiles": { "dynamicRegistration": true } } });
    let mut editor = Editor::with(&[("main.lwas", SHOP), ("fees.lwas", FEES)], &watches)?;
    let asked = editor.wait_for("a wish to be told", |message| message["method"] == "client/registerCapability")?;
    editor.post(&json!({ "jsonrpc": "2.0", "id": asked["id"], "result": null }))?;
    editor.open("main.lwas")?;
    same("at first", editor.reports("main.lwas")?, vec![])?;
    std::fs::remove_file(editor.path("fees.lwas")).map_err(|why| why.to_string())?;
    let changes = json!({ "changes": [{ "uri": editor.uri("fees.lwas"), "type": 3 }] });
    editor.tell("workspace/didChangeWatchedFiles", changes)?;
    editor.news("main.lwas", |params| params["diagnostics"][0]["code"] == "E0200")?;
    editor.end()
}

/// A file that the program around it does not reach is a program of its own, and finds that one's modules.
fn own_program() -> Result<(), String> {
    let files = [("main.lwas", SHOP), ("fees.lwas", FEES), ("part/new.lwas", "use fees\n\nconst A = B\n")];
    let mut editor = Editor::new(&files)?;
    editor.open("part/new.lwas")?;
    same("its mistakes", editor.reports("part/new.lwas")?, vec![report("E0251", "B")])?;
    editor.end()
}

/// A text that lies nowhere.
fn unsaved() -> Result<(), String> {
    let mut editor = Editor::new(&[])?;
    let document = json!({
        "uri": "untitled:Untitled-1", "languageId": "lwas", "version": 1, "text": "use std.ledger\n\nconst A = B\n",
    });
    editor.tell("textDocument/didOpen", json!({ "textDocument": document }))?;
    editor.wait_for("news of it", |message| {
        message["params"]["uri"] == "untitled:Untitled-1" && message["params"]["diagnostics"][0]["code"] == "E0251"
    })?;
    editor.end()
}

/// Each folder is a program of its own, whose modules are not the other's.
fn several_programs() -> Result<(), String> {
    let files = [
        ("one/main.lwas", SHOP),
        ("one/fees.lwas", FEES),
        ("two/lwas.toml", "name = \"two\"\nentry = \"shop.lwas\"\n"),
        ("two/shop.lwas", SHOP),
        ("two/fees.lwas", "fn other() -> Int { 1 }\n"),
    ];
    let mut editor = Editor::new(&files)?;
    editor.open("one/main.lwas")?;
    editor.open("two/shop.lwas")?;
    same("of the first", editor.reports("one/main.lwas")?, vec![])?;
    same("of the second", editor.reports("two/shop.lwas")?, vec![report("E0251", "plus")])?;
    editor.end()
}
