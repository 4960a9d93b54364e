//! Finds every program under `ui/`, every session under `cmd/`, every page of the reference, every example, the modules of
//! the standard library and the rules of the house, and runs each as a test of its own name: `cargo test -p lwas-tests --
//! ui/money` runs those of one area. Looking at the folders instead of listing them here is why a new test takes no Rust.

use libtest_mimic::{Arguments, Failed, Trial};
use lwas_tests::{
    arrows, crash, deploy, examples, golden, growth, house, library, limits, links, lsp, pages, process, rules, sarif,
    served_audit, served_crash, session, terminal, tools, watched, webhooks,
};
use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    if let Some(code) = tools::run() {
        return code;
    }
    let arguments = Arguments::from_args();
    match trials() {
        Ok(trials) => libtest_mimic::run(&arguments, trials).exit_code(),
        Err(why) => {
            eprintln!("the tests cannot be listed: {why}");
            ExitCode::FAILURE
        }
    }
}

fn trials() -> Result<Vec<Trial>, String> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut trials = vec![
        trial("house/arrows", || arrows::check(process::repository())),
        trial("house/error_pages", || house::check_error_pages(process::repository())),
        trial("house/headers", || house::check_headers(process::repository())),
        trial("crash/moves", || crash::check(crash::MOVES)),
        trial("crash/holds", || crash::check(crash::HOLDS)),
        trial("crash/served", served_crash::check),
        trial("serve/alerts_told", webhooks::told),
        trial("serve/alerts_sent_again", webhooks::sent_again),
        trial("serve/alerts_survive", webhooks::survives),
        trial("serve/alerts_not_told", webhooks::not_told),
        trial("serve/alerts_behind_tls", webhooks::told_behind_tls),
        trial("serve/alerts_that_hang", webhooks::hangs),
        trial("serve/alerts_of_audits", webhooks::audit_told),
        trial("serve/audits", served_audit::check),
        trial("house/sarif", sarif::check),
        trial("repl/terminal", terminal::check),
        trial("deploy/files", || deploy::check(process::repository())),
        trial("test/watch", watched::check),
        trial("house/rules", || rules::check(process::repository())),
        trial("house/links", || links::check(process::repository())),
        trial("house/summary", || links::check_summary(process::repository())),
    ];
    for (name, check) in limits::CHECKS {
        trials.push(trial(&format!("limits/{name}"), check));
    }
    for (name, check) in lsp::checks() {
        trials.push(trial(&format!("lsp/{name}"), check));
    }
    for program in golden::programs_in(&here.join("ui"))? {
        trials.push(trial(&format!("ui/{}", program.name), move || program.check()));
    }
    for program in growth::programs_in(&here.join("growth"))? {
        let name = format!("growth/{}", program.file_stem().unwrap_or_default().to_string_lossy());
        trials.push(trial(&name, move || growth::check(&program)));
    }
    let spec = process::repository().join("spec");
    for page in pages::pages_in(&spec)? {
        let name = page.strip_prefix(&spec).unwrap_or(&page).with_extension("");
        trials.push(trial(&format!("spec/{}", name.display()), move || pages::check(&page)));
    }
    for example in examples::examples_in(&process::repository().join("examples"))? {
        let name = format!("examples/{}", example.file_name().unwrap_or_default().to_string_lossy());
        trials.push(trial(&name, move || examples::check(&example)));
    }
    for module in library::modules_in(&process::repository().join("lwas-std/std"))? {
        let name = format!("std/{}", module.file_stem().unwrap_or_default().to_string_lossy());
        trials.push(trial(&name, move || library::check(&module)));
    }
    let book = process::repository().join("docs");
    for page in pages::pages_in(&book)? {
        if pages::is_run(&page)? {
            let name = page.strip_prefix(&book).unwrap_or(&page).with_extension("");
            trials.push(trial(&format!("docs/{}", name.display()), move || pages::check_of_book(&page)));
        }
    }
    for page in session::sessions_in(&here.join("cmd"))? {
        let name = format!("cmd/{}", page.file_stem().unwrap_or_default().to_string_lossy());
        trials.push(trial(&name, move || session::check(&page)));
    }
    Ok(trials)
}

fn trial(name: &str, run: impl FnOnce() -> Result<(), String> + Send + 'static) -> Trial {
    Trial::test(name, || run().map_err(Failed::from))
}
