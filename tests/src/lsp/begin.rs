//! How a conversation begins and ends: what the server says it can, in what columns count, what comes too early or too late.

use super::editor::Editor;
use super::{Check, same};
use serde_json::{Value, json};

pub const CHECKS: &[Check] = &[
    ("capabilities", capabilities),
    ("encodings", encodings),
    ("too_early", too_early),
    ("shut_down", shut_down),
    ("hung_up", hung_up),
];

/// What is written here is what editors rely on: it changes only on purpose.
fn capabilities() -> Result<(), String> {
    let mut editor = Editor::silent()?;
    let said = editor.initialize(&json!({}))?;
    same("the name", &said["serverInfo"]["name"], &json!("lwasc"))?;
    let wanted = json!({
        "positionEncoding": "utf-16",
        "textDocumentSync": { "openClose": true, "change": 2, "save": { "includeText": false } },
        "hoverProvider": true,
        "completionProvider": { "triggerCharacters": [".", "@"] },
        "signatureHelpProvider": { "triggerCharacters": ["(", ","] },
        "definitionProvider": true,
        "referencesProvider": true,
        "documentHighlightProvider": true,
        "documentSymbolProvider": true,
        "workspaceSymbolProvider": true,
        "codeActionProvider": { "codeActionKinds": ["quickfix", "source.fixAll"] },
        "codeLensProvider": { "resolveProvider": false },
        "documentFormattingProvider": true,
        "renameProvider": { "prepareProvider": true },
        "foldingRangeProvider": true,
        "executeCommandProvider": { "commands": ["lwas.runTest"] },
        "workspace": { "workspaceFolders": { "supported": true, "changeNotifications": true } },
        "semanticTokensProvider": {
            "legend": {
                "tokenTypes": [
                    "namespace", "variable", "type", "enum", "enumMember", "struct", "class", "event", "function", "property",
                    "parameter",
                ],
                "tokenModifiers": ["declaration", "readonly"],
            },
            "full": true,
        },
        "inlayHintProvider": true,
    });
    same("the capabilities", &said["capabilities"], &wanted)?;
    editor.end()
}

/// A letter outside the first plane before the cursor counts as was agreed.
fn encodings() -> Result<(), String> {
    let offers = [
        (json!(null), "utf-16", 23),
        (json!(["utf-8"]), "utf-8", 26),
        (json!(["utf-32", "utf-8"]), "utf-32", 22),
        (json!(["utf-7"]), "utf-16", 23),
    ];
    for (offer, agreed, column) in offers {
        let mut editor = Editor::silent()?;
        let said = editor.initialize(&json!({ "general": { "positionEncodings": offer } }))?;
        same("what was agreed", &said["capabilities"]["positionEncoding"], &json!(agreed))?;
        editor.open_as("main.lwas", "const A = \"🌲 ü\" const B = A\n")?;
        let params = json!({
            "textDocument": { "uri": editor.uri("main.lwas") },
            "position": { "line": 0, "character": column },
        });
        let hover = editor.ask("textDocument/hover", params)?;
        let start = &hover["range"]["start"]["character"];
        same(agreed, (start, hover.to_string().contains("const B")), (&json!(column), true))?;
    }
    Ok(())
}

fn too_early() -> Result<(), String> {
    let mut editor = Editor::silent()?;
    let (code, _) = editor.refused("textDocument/hover", json!({}))?;
    same("a question before the beginning", code, -32002)?;
    editor.tell("textDocument/didOpen", json!({}))?;
    editor.initialize(&json!({}))?;
    let (code, _) = editor.refused("initialize", json!({ "capabilities": {} }))?;
    same("a second beginning", code, -32600)?;
    editor.end()
}

fn shut_down() -> Result<(), String> {
    let mut editor = Editor::new(&[])?;
    same("the answer", editor.ask("shutdown", Value::Null)?, Value::Null)?;
    let (code, _) = editor.refused("textDocument/hover", json!({}))?;
    same("a question after the end", code, -32600)?;
    editor.tell("exit", Value::Null)?;
    same("the exit code", editor.code()?, Some(0))
}

/// An editor that is gone without a word, or says `exit` alone, has not ended well.
fn hung_up() -> Result<(), String> {
    let mut editor = Editor::new(&[])?;
    editor.hang_up();
    same("the exit code", editor.code()?, Some(1))?;
    let mut editor = Editor::new(&[])?;
    editor.tell("exit", Value::Null)?;
    same("the exit code", editor.code()?, Some(1))
}
