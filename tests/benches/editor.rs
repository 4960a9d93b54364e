//! How long one waits in an editor: from a keystroke to what is wrong with the program, and for what is asked after it.
//!
//! `cargo bench -p lwas-tests --bench editor` opens programs of 10,000 lines, in one file and in modules of about a thousand, types a
//! digit in the middle twenty times, and waits each time for the diagnostics of that text; then it asks what stands there (`hover`), what
//! can be typed behind a dot (`complete`), and for the one style (`format`). The server runs in this process and is talked with through
//! pipes, in the protocol. `whole` reads and checks the same program from the disk, as `lwasc check` does, between the edits; `fmt` is
//! the formatter alone over all its files. Figures are medians in milliseconds; the largest of the twenty stands behind the first.
//!
//! What is aimed at: 50 ms each.

#[expect(dead_code, reason = "another benchmark wants a whole program")]
#[path = "front/generate.rs"]
mod generate;

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, PipeReader, PipeWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const LINES: usize = 10_000;
const EDITS: usize = 20;

/// What is edited, and the two texts that take turns there.
const PLACE: &str = "round(amount * rate) + 0.3";
const DIGITS: [&str; 2] = ["1", "0"];

fn main() {
    println!("10,000 lines   modules   edit → diagnostics (most)   hover   complete   format     whole    fmt");
    for (name, per_module) in [("in one file", LINES), ("in modules", LINES / 10)] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let files = write(folder.path(), per_module);
        let times = measure(folder.path(), &files);
        println!("{name:<14} {:>7} {times}", files.len() - 1);
    }
}

/// Writes a program: modules of so many lines, and an entry file that imports them.
fn write(folder: &Path, per_module: usize) -> Vec<PathBuf> {
    let mut main = String::from("//! A generated program.\n\n");
    let mut files = vec![];
    for (number, text) in generate::modules(LINES, per_module).into_iter().enumerate() {
        let file = folder.join(format!("part{number}.lwas"));
        std::fs::write(&file, text).expect("a file");
        main.push_str(&format!("use part{number}\n"));
        files.push(file);
    }
    let file = folder.join("main.lwas");
    std::fs::write(&file, main).expect("a file");
    files.push(file);
    files
}

/// What was measured, a time for each edit.
#[derive(Default)]
struct Times {
    edit: Vec<Duration>,
    hover: Vec<Duration>,
    complete: Vec<Duration>,
    format: Vec<Duration>,
    whole: Vec<Duration>,
    fmt: Vec<Duration>,
}

impl std::fmt::Display for Times {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let ms = |time: Duration| time.as_secs_f64() * 1e3;
        let median = |times: &[Duration]| {
            let mut times = times.to_vec();
            times.sort();
            ms(times[times.len() / 2])
        };
        let most = ms(self.edit.iter().max().copied().unwrap_or_default());
        write!(
            f,
            "{:>20.1} ({most:>5.1}) {:>8.1} {:>10.1} {:>8.1}  {:>8.1} {:>6.1}",
            median(&self.edit),
            median(&self.hover),
            median(&self.complete),
            median(&self.format),
            median(&self.whole),
            median(&self.fmt)
        )
    }
}

fn measure(folder: &Path, files: &[PathBuf]) -> Times {
    let mut editor = Editor::start(folder);
    let file = &files[0];
    let uri = format!("file://{}", file.display());
    let mut text = std::fs::read_to_string(file).expect("the file");
    let document = json!({ "uri": uri, "languageId": "lwas", "version": 0, "text": text });
    editor.tell("textDocument/didOpen", json!({ "textDocument": document }));
    editor.diagnostics(&uri, 0);
    let middle = text.len() / 2;
    let at = middle + text[middle..].find(PLACE).expect("a fee is in the second half") + PLACE.len();
    let line = text[..at].matches('\n').count();
    let column = at - text[..at].rfind('\n').map_or(0, |at| at + 1);
    let mut times = Times::default();
    for edit in 0..EDITS {
        let digit = DIGITS[edit % 2];
        text.replace_range(at..=at, digit);
        let range = json!({
            "start": { "line": line, "character": column }, "end": { "line": line, "character": column + 1 },
        });
        let version = edit + 1;
        times.edit.push(timed(|| {
            let document = json!({ "uri": uri, "version": version });
            let changes = json!([{ "range": range, "text": digit }]);
            editor.tell("textDocument/didChange", json!({ "textDocument": document, "contentChanges": changes }));
            assert_eq!(editor.diagnostics(&uri, version), 0, "the program stays right");
        }));
        let here = json!({ "textDocument": { "uri": uri }, "position": { "line": line, "character": column - 12 } });
        times.hover.push(timed(|| assert!(editor.ask("textDocument/hover", &here).is_object())));
        // Behind `line.` of the function before.
        let dot = text[..at].rfind("line.price").expect("it is in the section") + "line.".len();
        let dot_line = text[..dot].matches('\n').count();
        let dot_column = dot - text[..dot].rfind('\n').map_or(0, |at| at + 1);
        let there =
            json!({ "textDocument": { "uri": uri }, "position": { "line": dot_line, "character": dot_column } });
        times.complete.push(timed(|| {
            let found = editor.ask("textDocument/completion", &there);
            assert!(found.to_string().contains("quantity"), "{found}");
        }));
        let whole = json!({ "textDocument": { "uri": uri }, "options": { "tabSize": 2, "insertSpaces": true } });
        times.format.push(timed(|| assert!(editor.ask("textDocument/formatting", &whole).is_array())));
        times.whole.push(timed(|| {
            let front = lwas_driver::check(folder, lwas_std::MODULES).expect("the program is there");
            assert!(front.sound.is_some());
        }));
        times.fmt.push(timed(|| {
            for file in files {
                let text = std::fs::read_to_string(file).expect("the file");
                assert!(lwas_syntax::format(lwas_base::FileId(0), &text).is_ok());
            }
        }));
    }
    times
}

fn timed(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

/// The other end of the conversation.
struct Editor {
    input: PipeWriter,
    output: BufReader<PipeReader>,
    next_id: u64,
}

impl Editor {
    fn start(folder: &Path) -> Editor {
        let (theirs, input) = std::io::pipe().expect("a pipe");
        let (output, mut ours) = std::io::pipe().expect("a pipe");
        let shell =
            lwas_lsp::Shell { std: lwas_std::MODULES, folder: None, lwasc: PathBuf::from("lwasc"), version: "bench" };
        let serve = move || lwas_lsp::serve(shell, BufReader::new(theirs), &mut ours);
        // As much room for trees as the program itself gives.
        std::thread::Builder::new().stack_size(64 << 20).spawn(serve).expect("a thread");
        let mut editor = Editor { input, output: BufReader::new(output), next_id: 0 };
        let folders = json!([{ "uri": format!("file://{}", folder.display()), "name": "bench" }]);
        let params = json!({ "processId": null, "rootUri": null, "workspaceFolders": folders, "capabilities": {} });
        editor.ask("initialize", &params);
        editor.tell("initialized", json!({}));
        editor
    }

    fn post(&mut self, message: &Value) {
        let body = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{body}", body.len()).expect("the server listens");
    }

    fn tell(&mut self, method: &str, params: Value) {
        self.post(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    fn ask(&mut self, method: &str, params: &Value) -> Value {
        self.next_id += 1;
        let id = self.next_id;
        self.post(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        loop {
            let message = self.read();
            if message["id"] == json!(id) {
                return message["result"].clone();
            }
        }
    }

    /// How many diagnostics a text has, once they are told.
    fn diagnostics(&mut self, uri: &str, version: usize) -> usize {
        loop {
            let params = &self.read()["params"];
            if params["uri"] == json!(uri) && params["version"] == json!(version) {
                return params["diagnostics"].as_array().map_or(0, Vec::len);
            }
        }
    }

    fn read(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut line = String::new();
            self.output.read_line(&mut line).expect("the server speaks");
            match line.trim().split_once(": ") {
                Some((_, value)) => length = value.parse().expect("a length"),
                None => break,
            }
        }
        let mut body = vec![0; length];
        self.output.read_exact(&mut body).expect("the server speaks");
        serde_json::from_slice(&body).expect("JSON")
    }
}
