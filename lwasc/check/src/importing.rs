//! The change for the advice "import it": a `use` behind the last one of the file, or before everything in a file that has none.

use crate::SourceModule;
use lwas_base::{Diagnostic, Diagnostics, Fix, Span};
use lwas_syntax::ast::ItemKind;

/// What the advice begins with; a `use` in back quotes follows.
pub(crate) const ADVICE: &str = "import it: ";

/// Adds the change to each diagnostic that has the advice. The name stands for nothing else, so it is certain.
pub(crate) fn offer(diagnostics: Diagnostics, modules: &[SourceModule]) -> Diagnostics {
    let mut offered = Diagnostics::new();
    for diagnostic in diagnostics.iter() {
        offered.push(match import(diagnostic, modules) {
            Some(fix) => diagnostic.clone().with_fix(fix),
            None => diagnostic.clone(),
        });
    }
    offered
}

fn import(diagnostic: &Diagnostic, modules: &[SourceModule]) -> Option<Fix> {
    let advice = diagnostic.help.iter().find_map(|help| help.strip_prefix(ADVICE))?;
    let used = advice.trim_matches('`');
    let file = diagnostic.primary.span.file;
    let tree = &modules.iter().find(|module| module.file == file)?.tree;
    let last = tree.items.iter().rfind(|item| matches!(item.kind, ItemKind::Use(_)));
    let (at, text) = match last {
        Some(item) => (item.span.after(), format!("\n{used}")),
        None if tree.docs.is_empty() => (Span::new(file, 0, 0), format!("{used}\n\n")),
        // Behind the lines about the module, whose end is not known here.
        None => return None,
    };
    Some(Fix::certain(format!("add {advice}"), at, text))
}
