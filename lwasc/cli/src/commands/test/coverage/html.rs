//! Coverage as pages: one with the table, and one for each module with its source. They need no script, no network and no other file; what
//! was reached is told by words and signs, not by colour alone, in light and in dark.

use super::{Coverage, Module, Share, gaps};
use crate::exit::{Done, Stop};
use crate::output;
use lwas_driver::render::visible;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use std::path::Path;

const STYLE: &str = include_str!("style.css");

/// Writes the pages into a folder, which is made where it is not there; each whole or not at all.
pub fn write(coverage: &Coverage, folder: &Path) -> Done {
    std::fs::create_dir_all(folder).map_err(|error| Stop::io("make", folder, &error))?;
    for module in &coverage.modules {
        let page = page(&format!("{} – coverage", module.path), &source(module));
        output::write_whole(&folder.join(file_name(module)), page.into_string().as_bytes())?;
    }
    let page = page("Coverage", &overview(coverage));
    output::write_whole(&folder.join("index.html"), page.into_string().as_bytes())
}

/// No module's page is called `index.html`.
fn file_name(module: &Module) -> String {
    format!("{}.lwas.html", module.path)
}

fn page(title: &str, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                // Whatever a source may say, nothing of it runs.
                meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'";
                title { (visible(title)) }
                style { (PreEscaped(STYLE)) }
            }
            body { main { (body) } }
        }
    }
}

fn overview(coverage: &Coverage) -> Markup {
    let sum = |of: fn(&Module) -> Share| coverage.modules.iter().map(of).fold(Share::default(), Share::and);
    html! {
        h1 { "Coverage" }
        table.sums {
            thead { tr {
                th scope="col" { "module" }
                @for name in ["functions", "branches", "axioms", "all"] { th scope="col" { (name) } }
            } }
            tbody {
                @for module in &coverage.modules {
                    tr {
                        th scope="row" { a href=(file_name(module)) { (visible(&module.path)) } }
                        @for share in [module.functions(), module.branches(), module.axioms(), module.all()] { (cell(share)) }
                    }
                }
            }
            tfoot { tr {
                th scope="row" { "all" }
                @for of in [Module::functions, Module::branches, Module::axioms, Module::all] { (cell(sum(of))) }
            } }
        }
    }
}

fn cell(share: Share) -> Markup {
    let all = share.reached == share.of;
    html! {
        @if share.of == 0 { td { "–" } } @else {
            td class=(if all { "yes" } else { "no" }) { (share.reached) "/" (share.of) " " (share.percent()) }
        }
    }
}

fn source(module: &Module) -> Markup {
    let gaps = gaps::gaps(module);
    html! {
        p { a href="index.html" { "Coverage" } }
        h1 { (visible(&module.path)) }
        p { (visible(&module.file)) ": functions " (words(module.functions())) ", branches " (words(module.branches()))
            ", axioms " (words(module.axioms())) "." }
        table.source {
            thead { tr { th scope="col" { "line" } th scope="col" { "reached" } th scope="col" { "source" } } }
            tbody { @for (number, line) in (1..).zip(module.source.lines()) { (row(module, &gaps, number, line)) } }
        }
    }
}

fn words(share: Share) -> String {
    format!("{} of {}", share.reached, share.of)
}

/// A line, with what was not reached on it below.
fn row(module: &Module, gaps: &[gaps::Gap], number: u32, line: &str) -> Markup {
    let notes: Vec<_> = gaps.iter().filter(|gap| gap.line == number).collect();
    let count = module.lines.get(&number);
    let class = match count {
        Some(0) => "no",
        Some(_) if notes.is_empty() => "yes",
        None if notes.is_empty() => "",
        _ => "partly",
    };
    html! {
        tr class=[(!class.is_empty()).then_some(class)] id={ "L" (number) } {
            th scope="row" { a href={ "#L" (number) } { (number) } }
            td { @match count { None => {}, Some(0) => { "✗ never" }, Some(count) => { (count) "×" } } }
            td { code { (visible(line)) }
                @for note in &notes { div.note { "✗ " (note.column) ": " (visible(&note.message)) } } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::module;
    use super::*;

    #[test]
    fn nothing_of_a_source_is_markup() {
        let mut module = module();
        module.source = "// <script>alert(1)</script> & \u{1b}[31m\nfn fee() -> Int { 1 }".to_owned();
        module.path = "a\"><b>".to_owned();
        let page = page(&module.path, &source(&module)).into_string();
        assert!(!page.contains("<script") && !page.contains("<b>") && !page.contains('\u{1b}'), "{page}");
        assert!(page.contains("// &lt;script&gt;alert(1)&lt;/script&gt; &amp; \\u{1b}[31m"), "{page}");
    }

    #[test]
    fn what_was_not_reached_is_said_in_words_at_its_line() {
        let page = page("fees", &source(&module())).into_string();
        assert!(page.contains("✗ never"), "{page}");
        assert!(page.contains("this condition is never false"), "{page}");
        assert!(page.contains("axiom `small` never rejects anything"), "{page}");
    }
}
