//! Input that nobody should send: the server tells, and lives.

use super::editor::Editor;
use super::{Check, same};
use serde_json::{Value, json};

pub const CHECKS: &[Check] = &[
    ("malformed", malformed),
    ("unknown", unknown),
    ("cancelled", cancelled),
    ("places_nowhere", places_nowhere),
    ("long_lines", long_lines),
    ("deep_nesting", deep_nesting),
    ("vanished", vanished),
    ("half_texts", half_texts),
];

fn malformed() -> Result<(), String> {
    let mut editor = Editor::new(&[])?;
    for (bytes, code) in [
        ("Content-Length: 1\r\n\r\n{", -32700),
        ("nonsense\r\n\r\n", -32700),
        ("Content-Length: 2\r\n\r\n[]", -32600),
        ("Content-Length: 20\r\n\r\n{\"id\":{},\"method\":1}", -32600),
    ] {
        editor.send(bytes.as_bytes())?;
        let told = editor.wait_for(bytes, |message| message["error"]["code"] == json!(code))?;
        same("nobody's request", &told["id"], &Value::Null)?;
    }
    let (code, _) = editor.refused("textDocument/hover", json!({ "textDocument": 5 }))?;
    same("a question that can't be read", code, -32602)?;
    editor.tell("textDocument/didOpen", json!([1, 2]))?;
    editor.tell("textDocument/didChange", json!({ "textDocument": { "uri": "file:///nowhere", "version": 1 } }))?;
    editor.end()
}

fn unknown() -> Result<(), String> {
    let mut editor = Editor::new(&[])?;
    same("a request", editor.refused("textDocument/teleport", json!({}))?.0, -32601)?;
    editor.tell("$/whatever", json!({}))?;
    editor.post(&json!({ "jsonrpc": "2.0", "id": 99, "result": null }))?;
    let nowhere =
        json!({ "textDocument": { "uri": "file:///nowhere/at/all.lwas" }, "position": { "line": 0, "character": 0 } });
    same("a file that is not there", editor.ask("textDocument/hover", nowhere)?, Value::Null)?;
    editor.end()
}

/// A request that is taken back while another is worked on is not worked on; one that was answered is no matter.
fn cancelled() -> Result<(), String> {
    let mut editor = Editor::new(&[])?;
    editor.open_as("main.lwas", "const A = 1\n")?;
    let params = json!({ "query": "a" });
    // Both arrive together, so that the second is there before the first is looked at.
    let body = json!({ "jsonrpc": "2.0", "id": 501, "method": "workspace/symbol", "params": params }).to_string();
    let back = json!({ "jsonrpc": "2.0", "method": "$/cancelRequest", "params": { "id": 501 } }).to_string();
    let mut both = String::new();
    for text in [&body, &back] {
        both.push_str(&format!("Content-Length: {}\r\n\r\n{text}", text.len()));
    }
    let mut outcomes = vec![];
    for _ in 0..20 {
        editor.send(both.as_bytes())?;
        outcomes.push(editor.answer(501)?.err().map(|(code, _)| code));
    }
    let is_known = outcomes.iter().all(|outcome| matches!(outcome, None | Some(-32800)));
    same("each is answered once", is_known && outcomes.contains(&Some(-32800)), true)?;
    editor.end()
}

fn places_nowhere() -> Result<(), String> {
    let mut editor = Editor::new(&[])?;
    editor.open_as("main.lwas", "const A = \"🌲\"\n")?;
    for (line, character) in [(0, 12), (0, 9999), (9999, 0), (u32::MAX, u32::MAX)] {
        let mut params = editor.document("main.lwas");
        params["position"] = json!({ "line": line, "character": character });
        for method in ["hover", "definition", "completion", "signatureHelp", "documentHighlight"] {
            editor.ask(&format!("textDocument/{method}"), params.clone())?;
        }
    }
    let backwards = json!([{
        "range": { "start": { "line": 5, "character": 5 }, "end": { "line": 0, "character": 0 } }, "text": "x",
    }]);
    let document = json!({ "uri": editor.uri("main.lwas"), "version": 2 });
    editor.tell("textDocument/didChange", json!({ "textDocument": document, "contentChanges": backwards }))?;
    editor.end()
}

/// Lines of a mebibyte, with letters of all widths.
fn long_lines() -> Result<(), String> {
    let mut editor = Editor::new(&[])?;
    let list = "A + ".repeat(900);
    let text = format!(
        "const A = 1\nconst B = \"{}\"\nfn f() -> Int {{ {list}A }}\n// {}\n",
        "🌲ü".repeat(170_000),
        "x".repeat(1 << 20)
    );
    editor.open_as("main.lwas", &text)?;
    editor.diagnostics("main.lwas")?;
    let mut params = editor.document("main.lwas");
    for method in ["documentSymbol", "foldingRange", "semanticTokens/full", "codeLens"] {
        editor.ask(&format!("textDocument/{method}"), params.clone())?;
    }
    params["position"] = json!({ "line": 1, "character": 300_000 });
    for method in ["hover", "completion", "definition"] {
        editor.ask(&format!("textDocument/{method}"), params.clone())?;
    }
    editor.end()
}

fn deep_nesting() -> Result<(), String> {
    let mut editor = Editor::new(&[])?;
    for text in
        ["(".repeat(100_000), "[{(".repeat(50_000), format!("const A = {}1", "-".repeat(100_000)), "a.".repeat(100_000)]
    {
        editor.open_as("main.lwas", &text)?;
        editor.diagnostics("main.lwas")?;
        let mut params = editor.document("main.lwas");
        params["position"] = json!({ "line": 0, "character": 50_000 });
        for method in ["hover", "completion", "signatureHelp", "documentSymbol", "foldingRange", "semanticTokens/full"]
        {
            editor.ask(&format!("textDocument/{method}"), params.clone())?;
        }
    }
    editor.end()
}

/// The folder is deleted under the editor.
fn vanished() -> Result<(), String> {
    let mut editor =
        Editor::new(&[("part/main.lwas", "use fees\n\nconst A = 1\n"), ("part/fees.lwas", "const B = 1\n")])?;
    editor.open("part/main.lwas")?;
    same("at first", editor.reports("part/main.lwas")?, vec![])?;
    std::fs::remove_dir_all(editor.path("part")).map_err(|why| why.to_string())?;
    editor.edit("part/main.lwas", "A = 1", "A = 2")?;
    let reports = editor.reports("part/main.lwas")?;
    same("the module is gone", reports.len(), 1)?;
    editor.close("part/main.lwas")?;
    editor.news("part/main.lwas", |params| params["diagnostics"] == json!([]))?;
    editor.end()
}

/// A program cut off anywhere, and asked about there.
fn half_texts() -> Result<(), String> {
    let mut editor = Editor::new(&[])?;
    let whole = "use std.ledger\n\nstate S[k: Text] { n: Int = 0 }\n\n@event action a(k: Text) {\n  put S[k] { n: S[k].n + 1 }\n}\n\
                 \ntest \"t {x}\" for x in [1] { apply A { k: \"a\" } }\n";
    for end in (0..=whole.len()).step_by(3).filter(|end| whole.is_char_boundary(*end)) {
        let text = &whole[..end];
        editor.open_as("main.lwas", text)?;
        let mut params = editor.document("main.lwas");
        let line = text.matches('\n').count();
        params["position"] = json!({ "line": line, "character": end - text.rfind('\n').map_or(0, |at| at + 1) });
        for method in ["completion", "hover", "signatureHelp", "definition"] {
            editor.ask(&format!("textDocument/{method}"), params.clone())?;
        }
    }
    editor.end()
}
