//! `lwasc repl`: a conversation with a program. Expressions are answered with their values, events are applied to a scratch ledger in memory,
//! items are added to the program; nothing of it is ever written to a file.
//!
//! `lines` asks for input, `typed` knows what an input is and where it stands, `session` compiles and plays it, `directives` are the inputs
//! that begin with a colon, `show` puts answers into words, `complete` knows the names that can be completed.

mod complete;
mod directives;
mod lines;
mod session;
mod show;
mod typed;

use crate::args::Repl;
use crate::exit::{self, Done, Stop};
use crate::output;
use lines::{Lines, Next};
use lwas_runtime::why::Story;
use session::{Answer, Session};

pub fn run(args: &Repl) -> Done {
    let mut talk = Talk { session: Session::begin(args.program.as_deref())?, has_failed: false, last: None };
    // What is wrong with the program itself is said at once.
    let stand = talk.session.stand()?;
    let names = complete::names(&talk.session, &stand);
    if !show::answer(&talk.session, &stand)? {
        return Err(Stop::told(exit::REFUSED));
    }
    let mut lines = Lines::open()?;
    lines.complete(names);
    if lines.is_terminal() {
        output::say(&format!("lwasc {}; `:help` tells what can be typed, Ctrl-D ends", crate::args::VERSION));
    }
    loop {
        let text = match lines.next()? {
            Next::Text(text) => text,
            Next::Again => continue,
            Next::End => break,
        };
        let text = text.trim_end();
        if text.trim().is_empty() {
            continue;
        }
        if talk.take(text)? == Then::End {
            break;
        }
        if lines.is_terminal()
            && let Some(names) = talk.names()
        {
            lines.complete(names);
        }
    }
    // Somebody at a terminal has seen what failed; a script wants to know.
    if talk.has_failed && !lines.is_terminal() { Err(Stop::told(exit::REFUSED)) } else { Ok(()) }
}

/// What comes after an input.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Then {
    /// The next.
    More,
    /// Nothing.
    End,
}

/// A conversation, and whether something in it was wrong.
struct Talk {
    session: Session,
    has_failed: bool,
    /// What the last event led to.
    last: Option<Story>,
}

impl Talk {
    fn take(&mut self, text: &str) -> Result<Then, Stop> {
        if let Some(directive) = text.trim_start().strip_prefix(':') {
            return self.direct(directive);
        }
        let answer = self.session.take(text)?;
        if let Answer::Done(run) | Answer::Failed(run) = &answer
            && let Some(story) = &run.played.story
        {
            self.last = Some(show::placed(&self.session, run, story.clone()));
        }
        let is_fine = show::answer(&self.session, &answer)?;
        self.has_failed |= !is_fine;
        Ok(Then::More)
    }

    /// Tells something that is wrong with an input.
    fn fail(&mut self, message: &str) {
        self.has_failed = true;
        output::error(message);
    }

    /// The names that can be completed now.
    fn names(&self) -> Option<complete::Names> {
        let stand = self.session.stand().ok()?;
        Some(complete::names(&self.session, &stand))
    }
}
