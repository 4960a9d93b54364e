//! Inputs that begin with a colon: they ask about the conversation, and change nothing of the ledger but by taking inputs back.

use super::session::{Answer, Session};
use super::typed::Kind;
use super::{Talk, Then, show};
use crate::commands::why::push_story;
use crate::exit::Stop;
use crate::output;
use std::path::Path;

/// (name, what follows, what it does).
pub const DIRECTIVES: &[(&str, &str, &str)] = &[
    ("type", "EXPRESSION", "its type, with digits"),
    ("state", "[NAME]", "the rows of a state or journal; without a name all states with how many rows they have"),
    ("explain", "[CODE]", "what the last event led to, step by step; the page of an error code"),
    ("test", "", "what was typed, as items and a test for a program"),
    ("undo", "", "takes the last input back"),
    ("reset", "", "begins again with the program alone"),
    ("load", "PROGRAM", "begins with another program"),
    ("help", "", "this list"),
    ("quit", "", "ends; Ctrl-D does too"),
];

impl Talk {
    /// Does what a directive, without its colon, says.
    pub(super) fn direct(&mut self, directive: &str) -> Result<Then, Stop> {
        let (name, rest) = directive.split_once(char::is_whitespace).unwrap_or((directive, ""));
        let rest = rest.trim();
        // A beginning will do where only one begins so.
        let meant: Vec<_> = DIRECTIVES.iter().map(|(name, ..)| *name).filter(|known| known.starts_with(name)).collect();
        match meant.iter().find(|known| **known == name).or(meant.first().filter(|_| meant.len() == 1)) {
            Some(&"type") => self.tell_type(rest)?,
            Some(&"state") => self.tell_state(rest)?,
            Some(&"explain") => self.explain(rest)?,
            Some(&"test") => match self.session.as_text().trim_end() {
                "" => self.fail("nothing was typed yet that could be a test"),
                text => output::answer(text)?,
            },
            Some(&"undo") => match self.session.undo() {
                Some(text) => output::answer(&format!("took back: {}", lwas_driver::render::visible(&text)))?,
                None => self.fail("nothing was typed that could be taken back"),
            },
            Some(&"reset") => while self.session.undo().is_some() {},
            Some(&"load") => self.load(rest)?,
            Some(&"help") => help()?,
            Some(&"quit") => return Ok(Then::End),
            _ => {
                let hint = lwas_base::hint(name, DIRECTIVES.iter().map(|(name, ..)| *name));
                self.fail(&format!("there is no `:{name}`{hint}; `:help` lists what there is"));
            }
        }
        Ok(Then::More)
    }

    fn tell_type(&mut self, text: &str) -> Result<(), Stop> {
        if text.is_empty() {
            self.fail("`:type` wants an expression, such as `:type 1.50 * 3`");
            return Ok(());
        }
        match self.session.type_of(text)? {
            Ok(shown) => output::answer(&shown),
            Err(wrong) => self.show(&wrong),
        }
    }

    fn tell_state(&mut self, name: &str) -> Result<(), Stop> {
        if name.is_empty() {
            return show::states(&self.session);
        }
        let is_name = name.split('.').all(|part| {
            part.starts_with(|c: char| c.is_ascii_alphabetic())
                && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        });
        let last = name.rsplit('.').next().unwrap_or_default();
        if is_name && last.starts_with(|c: char| c.is_ascii_uppercase()) {
            let rows = format!("[row for row in {name}]");
            // A state with one row has no rows to go through: it is its row.
            if let answer @ Answer::Done(_) = self.session.ask((Kind::Value, &rows))? {
                return self.show(&answer);
            }
        }
        let answer = self.session.ask((Kind::Value, name))?;
        self.show(&answer)
    }

    fn explain(&mut self, code: &str) -> Result<(), Stop> {
        if !code.is_empty() {
            match lwas_driver::explain::page(code) {
                Some(page) => output::answer(page.trim_end())?,
                None => self.fail(&format!("there is no code `{code}`; messages show them, such as E0301")),
            }
            return Ok(());
        }
        let Some(story) = &self.last else {
            self.fail("no event was applied yet; `:explain CODE` shows the page of an error code");
            return Ok(());
        };
        let mut text = String::new();
        push_story(&mut text, story);
        output::answer(text.trim())
    }

    fn load(&mut self, program: &str) -> Result<(), Stop> {
        if program.is_empty() {
            self.fail("`:load` wants a program, such as `:load wallet.lwas`");
            return Ok(());
        }
        let session = match Session::begin(Some(Path::new(program))) {
            Ok(session) => session,
            Err(stop) => {
                self.fail(&stop.to_string());
                return Ok(());
            }
        };
        let stand = session.stand()?;
        if show::answer(&session, &stand)? {
            self.session = session;
            self.last = None;
        } else {
            self.has_failed = true;
        }
        Ok(())
    }

    fn show(&mut self, answer: &Answer) -> Result<(), Stop> {
        self.has_failed |= !show::answer(&self.session, answer)?;
        Ok(())
    }
}

fn help() -> Result<(), Stop> {
    let mut text = "an expression                  its value\n\
        let x = …                      a name for a value\n\
        apply Event { … } [at @time]   an event for the scratch ledger; also reject, expect, advance\n\
        use …, state …, fn …, rule …   more of the program; an input goes on while a bracket is open\n"
        .to_owned();
    for (name, rest, does) in DIRECTIVES {
        text.push_str(&format!("{:<30} {does}\n", format!(":{name} {rest}")));
    }
    output::answer(text.trim_end())
}
