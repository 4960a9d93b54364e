//! Golden programs: `ui/<area>/name.lwas`, or a folder `ui/<area>/name/` with a `main.lwas` for a program of several
//! modules. A program says itself what must happen: lines with a mark (see `marks`) must be reported and no others; a
//! program without error marks must check clean, and when it has `test` blocks they must pass. What was printed is kept
//! in `name.out` beside it, as a session that reads like a terminal.

use crate::marks::{self, Mark};
use crate::process::{self, Sandbox};
use crate::{bless, files};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// One program under `ui/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    /// `area/name`, as the test is called.
    pub name: String,
    /// The folder of the area, in which `lwasc` runs.
    area: PathBuf,
    /// What `lwasc` is given: `name.lwas` or `name`.
    argument: String,
}

impl Program {
    /// Where it lies.
    pub fn path(&self) -> PathBuf {
        self.area.join(&self.argument)
    }
}

/// All programs under a folder of areas, in order of name. What is neither a program nor the output of one is an error:
/// it would never be run.
pub fn programs_in(ui: &Path) -> Result<Vec<Program>, String> {
    let mut programs = Vec::new();
    for area in files::entries_of(ui)? {
        for path in files::entries_of(&area)? {
            let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let argument = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let extension = path.extension().unwrap_or_default().to_string_lossy().into_owned();
            let is_program = extension == "lwas" || path.join("main.lwas").is_file();
            let is_output =
                extension == "out" && (path.with_extension("lwas").is_file() || path.with_extension("").is_dir());
            if is_program {
                let name = format!("{}/{stem}", area.file_name().unwrap_or_default().to_string_lossy());
                programs.push(Program { name, area: area.clone(), argument });
            } else if !is_output {
                return Err(format!("{} is neither a program nor the output of one", path.display()));
            }
        }
    }
    Ok(programs)
}

impl Program {
    /// Runs it and compares all that is asked of it.
    pub fn check(&self) -> Result<(), String> {
        let (marks, has_tests) = self.read()?;
        let sandbox = Sandbox::new()?;
        let must_fail = marks.iter().any(Mark::is_error);
        self.compare_marks(&sandbox, &marks, must_fail)?;
        let mut transcript = String::new();
        if !marks.is_empty() {
            transcript += &self.step(&sandbox, "check", must_fail)?;
        }
        if has_tests && !must_fail {
            transcript += &self.step(&sandbox, "test", false)?;
        }
        bless::compare(&self.area.join(&self.argument).with_extension("out"), &transcript)
    }

    /// The marks of all its files, and whether one of them has a `test` block.
    fn read(&self) -> Result<(Vec<Mark>, bool), String> {
        let path = self.area.join(&self.argument);
        let files = if path.is_dir() { files::files_under(&path, "lwas")? } else { vec![path] };
        let mut marks = Vec::new();
        let mut has_tests = false;
        for file in files {
            let text = fs::read_to_string(&file).map_err(|why| format!("{}: {why}", file.display()))?;
            let name = file.strip_prefix(&self.area).unwrap_or(&file).to_string_lossy();
            marks.extend(marks::marks_of(&name, &text)?);
            has_tests |= text.lines().any(|line| line.starts_with("test \""));
        }
        Ok((marks, has_tests))
    }

    fn compare_marks(&self, sandbox: &Sandbox, marks: &[Mark], must_fail: bool) -> Result<(), String> {
        let finished = self.run(sandbox, &["check", "--format", "short"])?;
        let found = marks::disagreements(marks, &marks::reported_in(&finished.output));
        if !found.is_empty() {
            return Err(format!("{}\n\n{}", found.join("\n"), finished.output));
        }
        expect_code("check --format short", &finished, must_fail)
    }

    /// One command of the kept transcript.
    fn step(&self, sandbox: &Sandbox, command: &str, must_fail: bool) -> Result<String, String> {
        let finished = self.run(sandbox, &[command])?;
        expect_code(command, &finished, must_fail)?;
        let status = if must_fail { "? 1\n" } else { "" };
        Ok(format!("$ lwasc {command} {}\n{status}{}", self.argument, finished.output))
    }

    fn run(&self, sandbox: &Sandbox, arguments: &[&str]) -> Result<process::Finished, String> {
        let mut command = Command::new(process::lwasc()?);
        sandbox.run(command.args(arguments).arg(&self.argument), &self.area)
    }
}

/// The exit code must be 1 for a program with errors and 0 for any other, whatever was printed.
fn expect_code(command: &str, finished: &process::Finished, must_fail: bool) -> Result<(), String> {
    let expected = i32::from(must_fail);
    if finished.code == Some(expected) {
        return Ok(());
    }
    let code = finished.code.map_or("a signal".to_owned(), |code| code.to_string());
    Err(format!("`lwasc {command}` ended with {code}, not {expected}:\n{}", finished.output))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area_with(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            let path = folder.path().join("money").join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "fn one() -> Int { 1 } //~ W02\ntest \"one\" { expect one() == 1 }\n").unwrap();
        }
        folder
    }

    #[test]
    fn files_and_folders_are_programs() {
        let folder = area_with(&["fees.lwas", "fees.out", "two/main.lwas", "two/deep/part.lwas", "two.out"]);
        let programs = programs_in(folder.path()).unwrap();
        let names: Vec<_> = programs.iter().map(|p| (p.name.as_str(), p.argument.as_str())).collect();
        assert_eq!(names, [("money/fees", "fees.lwas"), ("money/two", "two")]);
        let (marks, has_tests) = programs[1].read().unwrap();
        let files: Vec<_> = marks.iter().map(|m| m.file.as_str()).collect();
        assert_eq!((files, has_tests), (vec!["two/deep/part.lwas", "two/main.lwas"], true));
    }

    #[test]
    fn what_would_never_run_is_refused() {
        for stray in ["fees.txt", "gone.out", "two/part.lwas"] {
            let folder = area_with(&[stray]);
            assert!(programs_in(folder.path()).unwrap_err().contains("neither"), "{stray}");
        }
    }
}
