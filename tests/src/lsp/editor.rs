//! An editor: starts `lwasc lsp` in a folder with files, keeps texts and versions as it should, asks, and notes what it is told.

use crate::process::{self, Sandbox};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// How long an answer may take. Generous, as the machine may be busy with other tests.
const TIME_LIMIT: Duration = Duration::from_secs(60);

/// An editor with its server.
pub struct Editor {
    sandbox: Sandbox,
    child: Child,
    input: Option<ChildStdin>,
    incoming: Receiver<Value>,
    next_id: i64,
    /// The texts that are open, with their versions.
    texts: BTreeMap<String, (i64, String)>,
    /// What was told last of each file.
    published: BTreeMap<String, Value>,
    /// What else was told or asked.
    pub others: Vec<Value>,
}

impl Editor {
    /// A server that was told nothing yet.
    pub fn silent() -> Result<Editor, String> {
        let sandbox = Sandbox::new()?;
        let mut command = Command::new(process::lwasc()?);
        sandbox.settle(&mut command, &sandbox.work());
        command.arg("lsp").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().map_err(|why| format!("lwasc can't be run: {why}"))?;
        let (input, output) = (child.stdin.take(), child.stdout.take().ok_or("there is no output")?);
        let (sender, incoming) = channel();
        std::thread::spawn(move || {
            let mut output = BufReader::new(output);
            while let Some(message) = read(&mut output) {
                if sender.send(message).is_err() {
                    break;
                }
            }
        });
        let (texts, published) = (BTreeMap::new(), BTreeMap::new());
        Ok(Editor { sandbox, child, input, incoming, next_id: 0, texts, published, others: vec![] })
    }

    /// A conversation that has begun, with files in the folder and what the editor can.
    pub fn with(files: &[(&str, &str)], capabilities: &Value) -> Result<Editor, String> {
        let mut editor = Editor::silent()?;
        for (file, text) in files {
            editor.write(file, text)?;
        }
        editor.initialize(capabilities)?;
        Ok(editor)
    }

    /// The same of an editor that can little.
    pub fn new(files: &[(&str, &str)]) -> Result<Editor, String> {
        Editor::with(files, &json!({}))
    }

    /// Begins; gives what the server says of itself.
    pub fn initialize(&mut self, capabilities: &Value) -> Result<Value, String> {
        let folders = json!([{ "uri": self.uri(""), "name": "work" }]);
        let params =
            json!({ "processId": null, "rootUri": null, "workspaceFolders": folders, "capabilities": capabilities });
        let answer = self.ask("initialize", params)?;
        self.tell("initialized", json!({}))?;
        Ok(answer)
    }

    /// Puts a file in the folder.
    pub fn write(&self, file: &str, text: &str) -> Result<(), String> {
        let path = self.path(file);
        let folder = path.parent().ok_or("a file lies in a folder")?;
        std::fs::create_dir_all(folder)
            .and_then(|()| std::fs::write(&path, text))
            .map_err(|why| format!("{file}: {why}"))
    }

    /// Where a file lies.
    pub fn path(&self, file: &str) -> PathBuf {
        self.sandbox.work().join(file)
    }

    /// Its address.
    pub fn uri(&self, file: &str) -> String {
        format!("file://{}", self.path(file).display())
    }

    /// The name of a file below the folder by its address.
    pub fn file(&self, uri: &Value) -> String {
        let uri = uri.as_str().unwrap_or_default();
        let folder = self.uri("");
        uri.strip_prefix(&folder)
            .or_else(|| uri.find("/editor/").and_then(|at| uri.get(at..)))
            .unwrap_or(uri)
            .to_owned()
    }

    /// Sends bytes as they are.
    pub fn send(&mut self, bytes: &[u8]) -> Result<(), String> {
        let input = self.input.as_mut().ok_or("the input is closed")?;
        input.write_all(bytes).and_then(|()| input.flush()).map_err(|why| format!("nothing can be sent: {why}"))
    }

    /// Sends a message.
    pub fn post(&mut self, message: &Value) -> Result<(), String> {
        let body = message.to_string();
        self.send(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes())
    }

    /// Tells something.
    pub fn tell(&mut self, method: &str, params: Value) -> Result<(), String> {
        self.post(&json!({ "jsonrpc": "2.0", "method": method, "params": params }))
    }

    /// Sends a request, and gives its number.
    pub fn request(&mut self, method: &str, params: Value) -> Result<i64, String> {
        self.next_id += 1;
        self.post(&json!({ "jsonrpc": "2.0", "id": self.next_id, "method": method, "params": params }))?;
        Ok(self.next_id)
    }

    /// The answer of a request: its result, or its error's number and message.
    pub fn answer(&mut self, id: i64) -> Result<Result<Value, (i64, String)>, String> {
        let is_it = |message: &Value| message["id"] == json!(id) && message["method"].is_null();
        let message = self.wait_for(&format!("an answer to {id}"), is_it)?;
        Ok(match message.get("error") {
            Some(error) => Err((
                error["code"].as_i64().unwrap_or_default(),
                error["message"].as_str().unwrap_or_default().to_owned(),
            )),
            None => Ok(message["result"].clone()),
        })
    }

    /// Asks, and waits for the result.
    pub fn ask(&mut self, method: &str, params: Value) -> Result<Value, String> {
        let id = self.request(method, params)?;
        self.answer(id)?.map_err(|(code, message)| format!("{method} was refused: {code} {message}"))
    }

    /// Asks what must be refused.
    pub fn refused(&mut self, method: &str, params: Value) -> Result<(i64, String), String> {
        let id = self.request(method, params)?;
        match self.answer(id)? {
            Ok(answer) => Err(format!("{method} was answered: {answer}")),
            Err(refused) => Ok(refused),
        }
    }

    /// The next message for which something holds; others are noted.
    pub fn wait_for(&mut self, what: &str, is_it: impl Fn(&Value) -> bool) -> Result<Value, String> {
        let until = Instant::now() + TIME_LIMIT;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let message = self.incoming.recv_timeout(left).map_err(|why| format!("{what} never came: {why}"))?;
            if message["method"] == "textDocument/publishDiagnostics" {
                let params = &message["params"];
                self.published.insert(params["uri"].as_str().unwrap_or_default().to_owned(), params.clone());
            } else if !is_it(&message) {
                self.others.push(message.clone());
            }
            if is_it(&message) {
                return Ok(message);
            }
        }
    }

    /// Opens a file as it lies on the disk.
    pub fn open(&mut self, file: &str) -> Result<(), String> {
        let text = std::fs::read_to_string(self.path(file)).map_err(|why| format!("{file}: {why}"))?;
        self.open_as(file, &text)
    }

    /// Opens a file with another text than on the disk.
    pub fn open_as(&mut self, file: &str, text: &str) -> Result<(), String> {
        self.texts.insert(file.to_owned(), (1, text.to_owned()));
        let document = json!({ "uri": self.uri(file), "languageId": "lwas", "version": 1, "text": text });
        self.tell("textDocument/didOpen", json!({ "textDocument": document }))
    }

    /// Types: replaces one part of an open text by another.
    pub fn edit(&mut self, file: &str, old: &str, new: &str) -> Result<(), String> {
        let uri = self.uri(file);
        let (version, text) = self.texts.get_mut(file).ok_or("the file is not open")?;
        let at = text.find(old).ok_or_else(|| format!("`{old}` is not in `{file}`"))?;
        let range = json!({ "start": place(text, at), "end": place(text, at + old.len()) });
        text.replace_range(at..at + old.len(), new);
        *version += 1;
        let document = json!({ "uri": uri, "version": *version });
        let changes = json!([{ "range": range, "text": new }]);
        self.tell("textDocument/didChange", json!({ "textDocument": document, "contentChanges": changes }))
    }

    /// Closes a file.
    pub fn close(&mut self, file: &str) -> Result<(), String> {
        self.texts.remove(file);
        self.tell("textDocument/didClose", json!({ "textDocument": { "uri": self.uri(file) } }))
    }

    /// An open file's text.
    pub fn text(&self, file: &str) -> &str {
        self.texts.get(file).map_or("", |(_, text)| text)
    }

    /// The place of the `|` in a piece of an open text, as requests name it.
    pub fn at(&self, file: &str, piece: &str) -> Result<Value, String> {
        let whole = piece.replacen('|', "", 1);
        let inside = piece.find('|').ok_or("the cursor is marked by `|`")?;
        let at = self.text(file).find(&whole).ok_or_else(|| format!("`{whole}` is not in `{file}`"))?;
        Ok(json!({ "textDocument": { "uri": self.uri(file) }, "position": place(self.text(file), at + inside) }))
    }

    /// A file, as requests name it.
    pub fn document(&self, file: &str) -> Value {
        json!({ "textDocument": { "uri": self.uri(file) } })
    }

    /// The text of a range of an open file.
    pub fn slice(&self, file: &str, range: &Value) -> String {
        let text = self.text(file);
        let offset = |place: &Value| {
            let line = place["line"].as_u64().unwrap_or_default() as usize;
            let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
            let mut left = place["character"].as_u64().unwrap_or_default() as usize;
            let rest = text.get(start..).unwrap_or_default();
            let skipped = rest.char_indices().find(|(_, c)| {
                let is_there = left == 0 || *c == '\n';
                left = left.saturating_sub(c.len_utf16());
                is_there
            });
            start + skipped.map_or(rest.len(), |(at, _)| at)
        };
        text.get(offset(&range["start"])..offset(&range["end"])).unwrap_or_default().to_owned()
    }

    /// What is told of an open file's present text: of each report its code, the text it stands at, and its message.
    pub fn reports(&mut self, file: &str) -> Result<Vec<(String, String)>, String> {
        let list = self.diagnostics(file)?;
        let code = |one: &Value| one["code"].as_str().unwrap_or_default().to_owned();
        Ok(list.iter().map(|one| (code(one), self.slice(file, &one["range"]))).collect())
    }

    /// The same as they come.
    pub fn diagnostics(&mut self, file: &str) -> Result<Vec<Value>, String> {
        let uri = self.uri(file);
        let version = self.texts.get(file).map(|(version, _)| *version).ok_or("the file is not open")?;
        let is_it = |params: &Value| params["version"] == json!(version);
        if !self.published.get(&uri).is_some_and(is_it) {
            self.wait_for(&format!("news of {file}"), |message| {
                message["params"]["uri"] == json!(uri) && is_it(&message["params"])
            })?;
        }
        Ok(self.published[&uri]["diagnostics"].as_array().cloned().unwrap_or_default())
    }

    /// Waits until something is told of a file for which it holds.
    pub fn news(&mut self, file: &str, holds: impl Fn(&Value) -> bool) -> Result<(), String> {
        let uri = self.uri(file);
        if self.published.get(&uri).is_some_and(&holds) {
            return Ok(());
        }
        let is_it = |message: &Value| message["params"]["uri"] == json!(uri) && holds(&message["params"]);
        self.wait_for(&format!("news of {file}"), is_it).map(|_| ())
    }

    /// Ends the conversation as it should end.
    pub fn end(mut self) -> Result<(), String> {
        self.ask("shutdown", Value::Null)?;
        self.tell("exit", Value::Null)?;
        super::same("the exit code", self.code()?, Some(0))
    }

    /// Closes the server's input.
    pub fn hang_up(&mut self) {
        self.input = None;
    }

    /// How the server ended.
    pub fn code(&mut self) -> Result<Option<i32>, String> {
        let until = Instant::now() + TIME_LIMIT;
        while Instant::now() < until {
            if let Some(status) = self.child.try_wait().map_err(|why| format!("it can't be waited for: {why}"))? {
                return Ok(status.code());
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        Err("the server does not end".into())
    }
}

impl Drop for Editor {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The line and column, in UTF-16, of an offset.
fn place(text: &str, offset: usize) -> Value {
    let before = &text[..offset];
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    json!({ "line": before.matches('\n').count(), "character": before[start..].encode_utf16().count() })
}

fn read(output: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim().split_once(':') {
            Some((_, value)) => length = value.trim().parse().ok()?,
            None => break,
        }
    }
    let mut body = vec![0; length];
    output.read_exact(&mut body).ok()?;
    serde_json::from_slice(&body).ok()
}
