//! Tests, run from the editor.

use super::editor::Editor;
use super::{Check, same};
use serde_json::{Value, json};

pub const CHECKS: &[Check] = &[("lenses", lenses), ("run_tests", run_tests), ("run_what_is_wrong", run_what_is_wrong)];

const MAIN: &str = r#"const A = 1

test "it holds" {
  expect A == 1
}

test "it does not" {
  expect A == 2
}

test "{a} is known" for a in [1, 2] {
  expect a == A
}
"#;

fn open(text: &str) -> Result<Editor, String> {
    let mut editor = Editor::new(&[("main.lwas", text)])?;
    editor.open("main.lwas")?;
    editor.reports("main.lwas")?;
    Ok(editor)
}

fn lenses() -> Result<(), String> {
    let mut editor = open(MAIN)?;
    let found = editor.ask("textDocument/codeLens", editor.document("main.lwas"))?;
    let one = |lens: &Value| {
        let command = &lens["command"];
        let name = command["arguments"][1].as_str().unwrap_or("all");
        format!("{} {} {name}", lens["range"]["start"]["line"], command["title"].as_str().unwrap_or_default())
    };
    let found: Vec<String> = found.as_array().into_iter().flatten().map(one).collect();
    let wanted = ["2 run all tests all", "2 run test it holds", "6 run test it does not", "10 run test {a} is known"];
    same("the lenses", found, wanted.map(str::to_owned).to_vec())?;
    editor.end()
}

/// Runs tests; what was answered and the message.
fn run(editor: &mut Editor, arguments: Value) -> Result<(Value, String), String> {
    let params = json!({ "command": "lwas.runTest", "arguments": arguments });
    let answer = editor.ask("workspace/executeCommand", params)?;
    let told = editor.others.iter().rev().find(|message| message["method"] == "window/showMessage");
    let text = told.and_then(|told| told["params"]["message"].as_str()).unwrap_or_default().to_owned();
    Ok((answer, text))
}

fn run_tests() -> Result<(), String> {
    let mut editor = open(MAIN)?;
    let uri = editor.uri("main.lwas");
    let found = run(&mut editor, json!([uri]))?;
    same("all", found, (json!({ "passed": 2, "failed": 2 }), "2 of 4 tests failed".to_owned()))?;
    let failed = |params: &Value| params["diagnostics"].as_array().map_or(0, Vec::len);
    editor.news("main.lwas", |params| {
        failed(params) == 2
            && params["diagnostics"][0]["source"] == "lwasc test"
            && params["diagnostics"][0]["range"]["start"]["line"] == 7
    })?;
    let found = run(&mut editor, json!([uri, "it holds"]))?;
    same("one", found, (json!({ "passed": 1, "failed": 0 }), "the test `it holds` passed".to_owned()))?;
    editor.news("main.lwas", |params| failed(params) == 0)?;
    let found = run(&mut editor, json!([uri, "{a} is known"]))?;
    same("with cases", found, (json!({ "passed": 1, "failed": 1 }), "the test `{a} is known` failed".to_owned()))?;
    // What is typed makes what was found old.
    editor.edit("main.lwas", "expect a == A", "expect a > 0")?;
    same("after an edit", editor.reports("main.lwas")?, vec![])?;
    editor.end()
}

fn run_what_is_wrong() -> Result<(), String> {
    let mut editor = open("const A = B\n\ntest \"it holds\" {\n  expect A == 1\n}\n")?;
    let uri = editor.uri("main.lwas");
    let (_, told) = run(&mut editor, json!([uri]))?;
    same("a program with mistakes", told.starts_with("the tests can't run"), true)?;
    for (command, arguments) in
        [("lwas.runTest", json!([])), ("lwas.runTest", json!([uri, 5])), ("lwas.other", json!([]))]
    {
        let params = json!({ "command": command, "arguments": arguments });
        same(command, editor.refused("workspace/executeCommand", params)?.0, -32602)?;
    }
    let params = json!({ "command": "lwas.runTest", "arguments": [uri, "no such test"] });
    same("a test that is not there", editor.refused("workspace/executeCommand", params)?.0, -32803)?;
    editor.end()
}
