//! Where inputs come from: a terminal, with history and completion, or any other standard input, line by line. An input goes on over lines while
//! a bracket in it is open.

use super::complete::Names;
use crate::exit::{self, Stop};
use crate::output;
use etcetera::BaseStrategy;
use rustyline::completion::Completer;
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::FileHistory;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{Config, Context, Editor, Helper};
use std::io::{BufRead, IsTerminal, Read};
use std::path::PathBuf;

/// The most bytes of one input.
const MOST_BYTES: usize = 1 << 20;
/// How many inputs are remembered.
const MOST_REMEMBERED: usize = 1_000;

/// What comes next.
pub enum Next {
    /// An input.
    Text(String),
    /// Nothing, and more may come: an input was thrown away.
    Again,
    /// No more.
    End,
}

/// Where inputs come from.
pub enum Lines {
    /// A terminal, and the file with its history.
    Terminal(Box<Editor<Help, FileHistory>>, Option<PathBuf>),
    /// Any other standard input.
    Pipe,
}

impl Lines {
    /// Standard input.
    pub fn open() -> Result<Lines, Stop> {
        if !std::io::stdin().is_terminal() {
            return Ok(Lines::Pipe);
        }
        let cant = |error: ReadlineError| Stop::new(exit::IO, format!("can't read from the terminal: {error}"));
        let config = Config::builder().max_history_size(MOST_REMEMBERED).map_err(cant)?.auto_add_history(true).build();
        let mut editor = Editor::with_config(config).map_err(cant)?;
        editor.set_helper(Some(Help::default()));
        let history = history_file();
        if let Some(file) = &history {
            // There is none yet, or it can't be read: then nothing is remembered from before.
            let _ = editor.load_history(file);
        }
        Ok(Lines::Terminal(Box::new(editor), history))
    }

    /// Whether somebody sits there.
    pub fn is_terminal(&self) -> bool {
        matches!(self, Lines::Terminal(..))
    }

    /// Names to complete from now on.
    pub fn complete(&mut self, names: Names) {
        if let Lines::Terminal(editor, _) = self
            && let Some(help) = editor.helper_mut()
        {
            help.names = names;
        }
    }

    /// The next input.
    pub fn next(&mut self) -> Result<Next, Stop> {
        match self {
            Lines::Pipe => piped(),
            Lines::Terminal(editor, history) => match editor.readline("> ") {
                Ok(text) => {
                    if let Some(file) = history {
                        // What can't be remembered is still answered.
                        let _ = editor.append_history(file);
                    }
                    Ok(Next::Text(text))
                }
                Err(ReadlineError::Interrupted) => Ok(Next::Again),
                Err(ReadlineError::Eof) => Ok(Next::End),
                Err(error) => Err(Stop::new(exit::IO, format!("can't read from the terminal: {error}"))),
            },
        }
    }
}

/// An input from a pipe: lines as long as a bracket is open, or nothing more comes.
fn piped() -> Result<Next, Stop> {
    let mut text = String::new();
    let mut input = std::io::stdin().lock();
    loop {
        let room = (MOST_BYTES + 1).saturating_sub(text.len());
        let read = input.by_ref().take(room as u64).read_line(&mut text);
        let read = read.map_err(|error| Stop::new(exit::IO, format!("can't read standard input: {error}")))?;
        if text.len() > MOST_BYTES {
            return Err(Stop::new(exit::REFUSED, "an input has more than 1 MiB"));
        }
        if read == 0 && text.is_empty() {
            return Ok(Next::End);
        }
        if read == 0 || !lwas_syntax::is_unfinished(&text) {
            return Ok(Next::Text(text));
        }
    }
}

/// The file with the history, in the user's folder for state; none where there is no such folder.
fn history_file() -> Option<PathBuf> {
    let strategy = etcetera::choose_base_strategy().ok()?;
    let folder = strategy.state_dir().unwrap_or_else(|| strategy.data_dir()).join("lwas");
    if let Err(error) = std::fs::create_dir_all(&folder) {
        output::say(&format!("note: nothing is remembered, as {} can't be made: {error}", folder.display()));
        return None;
    }
    Some(folder.join("history"))
}

/// What helps at a terminal: completion, and whether an input is whole.
#[derive(Default)]
pub struct Help {
    names: Names,
}

impl Helper for Help {}

impl Highlighter for Help {}

impl Hinter for Help {
    type Hint = String;
}

impl Completer for Help {
    type Candidate = String;

    fn complete(&self, line: &str, at: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<String>)> {
        Ok(self.names.complete(line.get(..at).unwrap_or(line)))
    }
}

impl Validator for Help {
    fn validate(&self, input: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        let goes_on = !input.input().starts_with(':') && lwas_syntax::is_unfinished(input.input());
        Ok(if goes_on { ValidationResult::Incomplete } else { ValidationResult::Valid(None) })
    }
}
