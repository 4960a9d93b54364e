//! A conversation with a program. It is a test that grows: each input is compiled with the program and everything before it, and the test is
//! played from an empty ledger in memory. That is cheap, since programs are deterministic and steps few, and so nothing can be there that the
//! inputs do not lead to. What is wrong, or fails, is told and not kept.

use super::typed::{Kind, TEST, Typed, kind_of};
use crate::exit::{self, Stop};
use lwas_base::FileId;
use lwas_driver::{Compiled, Draft};
use lwas_ir::{Module, Test, TestStepKind};
use lwas_runtime::testing::{self, Played};
use lwas_runtime::{At, Program, Rejection};
use lwas_seal::Hash;
use std::path::Path;
use std::sync::Arc;

/// A conversation.
pub struct Session {
    draft: Draft,
    items: Vec<String>,
    steps: Vec<String>,
    /// Which of the two grew, input for input.
    order: Vec<Kind>,
}

/// What an input led to.
pub enum Answer {
    /// The program with it has errors.
    Wrong(Box<Compiled>, Typed),
    /// A step of it, or before it, failed.
    Failed(Box<Run>),
    /// It is kept, or was an expression.
    Done(Box<Run>),
}

/// A program that was played.
pub struct Run {
    /// The program.
    pub program: Arc<Program>,
    /// What was typed.
    pub typed: Typed,
    /// The test that it is.
    pub test: Test,
    /// How it went.
    pub played: Played,
    /// What the input was.
    pub kind: Kind,
    /// Its sources.
    pub compiled: Compiled,
}

impl Session {
    /// Begins with a program, or with nothing.
    pub fn begin(program: Option<&Path>) -> Result<Session, Stop> {
        let draft = Draft::open(program, lwas_std::MODULES)?;
        Ok(Session { draft, items: vec![], steps: vec![], order: vec![] })
    }

    /// The program's own text.
    pub fn base(&self) -> &str {
        self.draft.base()
    }

    /// Takes an input, and keeps it where it is right.
    pub fn take(&mut self, text: &str) -> Result<Answer, Stop> {
        let kind = kind_of(text);
        let answer = self.ask((kind, text))?;
        if matches!(answer, Answer::Done(_)) {
            match kind {
                Kind::Items => self.items.push(text.to_owned()),
                Kind::Steps => self.steps.push(text.to_owned()),
                Kind::Value => return Ok(answer),
            }
            self.order.push(kind);
        }
        Ok(answer)
    }

    /// What an input would lead to.
    pub fn ask(&self, new: (Kind, &str)) -> Result<Answer, Stop> {
        self.play(Some(new))
    }

    /// How things stand.
    pub fn stand(&self) -> Result<Answer, Stop> {
        self.play(None)
    }

    /// The type of an expression in words, or what is wrong with it.
    pub fn type_of(&self, text: &str) -> Result<Result<String, Answer>, Stop> {
        let typed = Typed::new(&self.items, &self.steps, Some((Kind::Value, text)));
        Ok(self.draft.type_of_last(typed.text(), TEST)?.map_err(|compiled| Answer::Wrong(Box::new(compiled), typed)))
    }

    /// Takes the last input that was kept back, and gives it.
    pub fn undo(&mut self) -> Option<String> {
        match self.order.pop()? {
            Kind::Items => self.items.pop(),
            _ => self.steps.pop(),
        }
    }

    /// What was typed, as items and a test, in the one style.
    pub fn as_text(&self) -> String {
        let typed = Typed::new(&self.items, &self.steps, None);
        let text = lwas_syntax::format(FileId(0), typed.text()).unwrap_or_else(|_| typed.text().to_owned());
        text.replace(&format!("test \"{TEST}\" {{}}"), "")
    }

    /// A place in a program that was played, in what was typed if it lies there.
    pub fn place(&self, run: &Run, at: &At) -> At {
        let lines = u32::try_from(self.base().lines().count()).unwrap_or(u32::MAX);
        let entry = run.compiled.sources.files().next().map_or("", |(_, file)| file.path.as_str());
        run.typed.place(at, entry, lines)
    }

    fn play(&self, new: Option<(Kind, &str)>) -> Result<Answer, Stop> {
        let typed = Typed::new(&self.items, &self.steps, new);
        let mut compiled = self.draft.compile(typed.text())?;
        let Some(module) = compiled.module.take() else { return Ok(Answer::Wrong(Box::new(compiled), typed)) };
        let test = typed_test(&module);
        let program = Program::new(&module, Hash::of(b""), Vec::new());
        let program = Arc::new(program.map_err(|misfit| Stop::new(exit::REFUSED, misfit.0))?);
        let played = testing::play(&program, &test)?;
        let kind = new.map_or(Kind::Items, |(kind, _)| kind);
        let failed = played.failure.is_some();
        let run = Box::new(Run { program, typed, test, played, kind, compiled });
        Ok(if failed { Answer::Failed(run) } else { Answer::Done(run) })
    }
}

impl Run {
    /// The last step of the test.
    pub fn last_step(&self) -> Option<&TestStepKind> {
        self.test.steps.last().map(|step| &step.kind)
    }

    /// Why the last step failed, where it was an event that was to be applied.
    pub fn rejection(&self) -> Option<&Rejection> {
        let (number, failure) = self.played.failure.as_ref()?;
        let is_last = number + 1 == self.test.steps.len();
        failure.rejection.as_ref().filter(|_| is_last && self.played.story.is_some())
    }
}

/// The test of what was typed; a program whose own test is called so has it before.
fn typed_test(module: &Module) -> Test {
    let test = module.tests.iter().rfind(|test| test.name == TEST);
    test.expect("it was typed into the program that was compiled").clone()
}
