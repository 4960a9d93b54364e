//! Command-line sessions: `cmd/name.md`, a page that a person can read and that is run as it stands. In each block fenced
//! as `console`, a line that begins with `$ ` is a command for `sh` (`> ` continues it), `? 1` after it the exit code
//! that it must have (0 is not written), and the other lines what it prints. All commands of a page share one empty
//! folder, into which the folder `cmd/name.in/` is copied when there is one; `$ROOT` is the repository. `lwasc serve` starts a server
//! that runs until the page ends or `kill -9 %1` ends it, and `curl` asks it.
//!
//! A block whose fence names a file, ```` ```lwas,shop/main.lwas ````, is written to that file when the page comes to it: so a
//! program grows on the page as it does under its reader's hands. A line `{{#include ../path}}` in it stands for a file
//! beside the page, as it does in the book.

use crate::process::{self, Sandbox};
use crate::served::{self, Begun, Server};
use crate::{bless, files, tools};
use std::path::{Path, PathBuf};
use std::{env, fs};

/// What ends a session's server, as it would end one that a shell has started in the background.
const END_SERVER: &str = "kill -9 %1";

/// What has it read its certificate again.
const RENEW_CERTIFICATE: &str = "kill -HUP %1";

/// One command with what it must do.
#[derive(Debug, PartialEq, Eq)]
struct Step {
    /// The lines as written, `$` and `>` included.
    written: String,
    /// What `sh` is given.
    script: String,
    /// The exit code that it must have.
    code: i32,
}

/// A block that is written to a file of the session.
#[derive(Debug, PartialEq, Eq)]
struct Given {
    /// Where in the session's folder.
    name: String,
    /// What stands between the fences.
    text: String,
}

/// What a page consists of: the steps and the files and, in between, text that is kept as it is.
#[derive(Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Step(Step),
    File(Given),
}

/// How the book includes a file of the repository in a block.
const INCLUDE: &str = "{{#include ";

/// All sessions in a folder, in order of name.
pub fn sessions_in(cmd: &Path) -> Result<Vec<PathBuf>, String> {
    Ok(files::entries_of(cmd)?.into_iter().filter(|path| path.extension().is_some_and(|e| e == "md")).collect())
}

/// Runs a page and compares what comes out with what it says.
pub fn check(page: &Path) -> Result<(), String> {
    let sandbox = Sandbox::new()?;
    let given = page.with_extension("in");
    if given.is_dir() {
        files::copy_folder(&given, &sandbox.work())?;
    }
    check_in(page, &sandbox)
}

/// As `check`, in a folder that is prepared already.
pub fn check_in(page: &Path, sandbox: &Sandbox) -> Result<(), String> {
    let text = fs::read_to_string(page).map_err(|why| format!("{}: {why}", page.display()))?;
    let parts = parts_of(&text)?;
    let lwasc = process::lwasc()?;
    let tools = sandbox.work().with_file_name("tools");
    tools::put(&tools)?;
    let path = path_with(&[lwasc.parent().unwrap_or(Path::new("")), &tools])?;
    let mut server: Option<Server> = None;
    let write = |given: &Given| write(given, page.parent().unwrap_or(Path::new("")), &sandbox.work());
    let played = play(&parts, write, |step| {
        if let Some(args) = served::asked(&step.script) {
            let (said, code) = match Server::start(sandbox, lwasc, args)? {
                Begun::Listens(begun) => (server.insert(begun).said.clone(), Some(0)),
                Begun::Ended(code, said) => (said, code),
            };
            return Ok(process::Finished { output: sandbox.shown(&said), code });
        }
        if step.script == END_SERVER {
            server.take().ok_or("there is no server to end")?.kill();
            return Ok(process::Finished { output: String::new(), code: Some(0) });
        }
        if step.script == RENEW_CERTIFICATE {
            server.as_ref().ok_or("there is no server to tell")?.hang_up()?;
            return Ok(process::Finished { output: String::new(), code: Some(0) });
        }
        let mut command = process::shell(&step.script);
        command.env("PATH", &path);
        if let Some(server) = &server {
            command.env("LWASC_PORTS", &server.ports).env("LWASC_PORT", server.port());
        }
        sandbox.run(&mut command, &sandbox.work())
    })?;
    bless::compare(page, &played)
}

/// Writes a block to its file, with what it includes from beside the page.
fn write(given: &Given, beside: &Path, work: &Path) -> Result<(), String> {
    let mut text = String::new();
    for line in given.text.split_inclusive('\n') {
        let included = line.trim_end().strip_prefix(INCLUDE).and_then(|rest| rest.strip_suffix("}}"));
        match included.map(|name| beside.join(name)) {
            Some(file) => text += &fs::read_to_string(&file).map_err(|why| format!("{}: {why}", file.display()))?,
            None => text += line,
        }
    }
    let file = work.join(&given.name);
    let folder = file.parent().unwrap_or(work);
    fs::create_dir_all(folder).and_then(|()| fs::write(&file, text)).map_err(|why| format!("{}: {why}", given.name))
}

/// The search path with these folders before all others.
fn path_with(own: &[&Path]) -> Result<std::ffi::OsString, String> {
    let others = env::var_os("PATH").unwrap_or_default();
    let folders = own.iter().map(|folder| folder.to_path_buf()).chain(env::split_paths(&others));
    env::join_paths(folders).map_err(|why| format!("the search path cannot be written: {why}"))
}

/// The page as it reads when each step is run. A step that ends with another code than it says fails the session: that is
/// what the page means, not how it looks.
fn play(
    parts: &[Part],
    mut write: impl FnMut(&Given) -> Result<(), String>,
    mut run: impl FnMut(&Step) -> Result<process::Finished, String>,
) -> Result<String, String> {
    let mut page = String::new();
    for part in parts {
        match part {
            Part::Text(text) => page += text,
            Part::File(given) => {
                write(given)?;
                page += &given.text;
            }
            Part::Step(step) => {
                let finished = run(step)?;
                if finished.code != Some(step.code) {
                    let code = finished.code.map_or("a signal".to_owned(), |code| code.to_string());
                    let told = format!("ended with {code}, not {}", step.code);
                    return Err(format!("{}{told}:\n{}", step.written, finished.output));
                }
                page += &step.written;
                if step.code != 0 {
                    page += &format!("? {}\n", step.code);
                }
                page += &finished.output;
            }
        }
    }
    Ok(page)
}

/// Reads a page. What a step printed when the page was written is left out, as it is compared as part of the whole.
fn parts_of(text: &str) -> Result<Vec<Part>, String> {
    let mut parts = Vec::new();
    let mut block = Block::None;
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        if let Some(info) = line.strip_prefix("```") {
            block = match block {
                Block::None => opened_by(info),
                _ => Block::None,
            };
            if let Block::File(name) = &block {
                parts.push(Part::Text(format!("{line}\n")));
                let mut text = String::new();
                while let Some(line) = lines.next_if(|line| !line.starts_with("```")) {
                    text += &format!("{line}\n");
                }
                parts.push(Part::File(Given { name: name.clone(), text }));
                continue;
            }
        } else if let Block::Console = block {
            let mut script = line.strip_prefix("$ ").map(str::to_owned);
            let Some(script) = &mut script else { continue };
            let mut written = format!("{line}\n");
            while let Some(more) = lines.next_if(|line| line.starts_with("> ") || *line == ">") {
                written += &format!("{more}\n");
                *script += &format!("\n{}", more[1..].strip_prefix(' ').unwrap_or_default());
            }
            let code = lines.next_if(|line| line.starts_with("? ")).map_or(Ok(0), |line| line[2..].trim().parse());
            let code = code.map_err(|why| format!("the exit code of `{script}`: {why}"))?;
            parts.push(Part::Step(Step { written, script: script.clone(), code }));
            continue;
        }
        parts.push(Part::Text(format!("{line}\n")));
    }
    match block {
        Block::Console | Block::File(_) => Err("a block is not closed".to_owned()),
        Block::None | Block::Other => Ok(parts),
    }
}

/// In which block a line of a page stands.
enum Block {
    None,
    Console,
    /// One that is written to this file.
    File(String),
    Other,
}

/// The block that begins behind a fence, by what stands there: `console`, or a language and a file's name.
fn opened_by(info: &str) -> Block {
    match info.split_once(',') {
        _ if info == "console" => Block::Console,
        Some((_, name)) if !name.is_empty() => Block::File(name.to_owned()),
        _ => Block::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str =
        "# A page\n```console\n$ cat <<E\n> one\n> E\n? 2\none\n$ echo two\ntwo\n```\n\n```sh\n$ not run\n```\n";

    fn echo(step: &Step) -> Result<process::Finished, String> {
        let output = if step.script.starts_with("cat") { "one\n" } else { "two\n" };
        Ok(process::Finished { output: output.to_owned(), code: Some(if step.script.contains("cat") { 2 } else { 0 }) })
    }

    fn nothing(_: &Given) -> Result<(), String> {
        Ok(())
    }

    #[test]
    fn a_block_with_a_files_name_is_written_with_what_it_includes() {
        let page = "```lwas,shop/main.lwas\n//! A shop.\n{{#include part.lwas}}\n```\n```lwas\nnot kept\n```\n";
        let parts = parts_of(page).unwrap();
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("part.lwas"), "const A = 1\n").unwrap();
        let work = folder.path().join("work");
        assert_eq!(play(&parts, |given| write(given, folder.path(), &work), echo).unwrap(), page);
        assert_eq!(fs::read_to_string(work.join("shop/main.lwas")).unwrap(), "//! A shop.\nconst A = 1\n");
        assert!(parts_of("```lwas,a.lwas\nnever closed\n").is_err());
    }

    #[test]
    fn commands_are_found_in_console_blocks_alone() {
        let parts = parts_of(PAGE).unwrap();
        let steps: Vec<_> =
            parts.iter().filter_map(|part| if let Part::Step(s) = part { Some(s) } else { None }).collect();
        let seen: Vec<_> = steps.iter().map(|step| (step.script.as_str(), step.code)).collect();
        assert_eq!(seen, [("cat <<E\none\nE", 2), ("echo two", 0)]);
    }

    #[test]
    fn a_page_that_tells_the_truth_plays_as_it_reads() {
        assert_eq!(play(&parts_of(PAGE).unwrap(), nothing, echo).unwrap(), PAGE);
    }

    #[test]
    fn another_output_or_exit_code_shows() {
        let lying = PAGE.replace("\ntwo\n", "\nthree\n");
        assert_eq!(play(&parts_of(&lying).unwrap(), nothing, echo).unwrap(), PAGE);
        let failing = PAGE.replace("? 2", "? 3");
        assert!(play(&parts_of(&failing).unwrap(), nothing, echo).unwrap_err().contains("ended with 2, not 3"));
    }

    #[test]
    fn an_open_block_and_a_bad_exit_code_are_refused() {
        assert!(parts_of("```console\n$ true\n").is_err());
        assert!(parts_of("```console\n$ true\n? one\n```\n").is_err());
    }
}
