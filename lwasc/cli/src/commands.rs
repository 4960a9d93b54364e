//! One file a command.

mod audit;
mod build;
mod check;
mod completions;
mod dependencies;
mod doc;
mod engine;
mod explain;
mod fmt;
mod import;
mod inspect;
mod keygen;
mod lsp;
mod man;
mod new;
mod packages;
mod place;
mod probe;
mod program;
mod query;
mod rejection;
mod repl;
mod replace;
mod run;
mod serve;
mod serving;
mod settings;
mod test;
mod tree;
mod verify;
mod webhooks;
mod why;

use crate::args::{Args, Command};
use crate::exit::Done;

/// Does what was asked.
pub fn run(args: Args) -> Done {
    match args.command {
        Command::New(args) => new::run(&args),
        Command::Add(args) => dependencies::add(&args),
        Command::Remove(args) => dependencies::remove(&args),
        Command::Update(args) => dependencies::update(&args),
        Command::Tree(args) => tree::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Fmt(args) => fmt::run(&args),
        Command::Test(args) => test::run(&args),
        Command::Doc(args) => doc::run(&args),
        Command::Repl(args) => repl::run(&args),
        Command::Build(args) => build::run(&args),
        Command::Inspect(args) => inspect::run(&args),
        Command::Keygen(args) => keygen::run(&args),
        Command::Verify(args) => verify::run(&args),
        Command::Run(args) => run::run(&args),
        Command::Serve(args) => serve::run(&args),
        Command::Probe(args) => probe::run(&args),
        Command::Query(args) => query::run(&args),
        Command::Audit(args) => audit::run(&args),
        Command::Why(args) => why::run(&args),
        Command::Import(args) => import::run(&args),
        Command::Lsp(args) => lsp::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Completions(args) => completions::run(&args),
        Command::Man(args) => man::run(&args),
    }
}
