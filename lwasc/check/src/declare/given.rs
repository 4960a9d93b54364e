//! `given`: what laws and beliefs depend on, and whether truths are truths.

use super::Declared;
use super::names::{kind, resolve_path};
use crate::env::Item;
use crate::errors::{beliefs, names};
use crate::hir::{AxiomId, AxiomKind};
use lwas_syntax::ast;
use std::collections::BTreeSet;

/// Fills in `given` of all laws and beliefs, and says what can't be.
pub(super) fn resolve(declared: &mut Declared) {
    for (id, tree) in &declared.trees.axioms.clone() {
        let module = declared.program.axioms[id].module;
        if let ast::AxiomKind::Belief { units, digits, span } = tree.kind {
            let most = 10i128.checked_pow(u32::from(digits)).unwrap_or(i128::MAX);
            if units <= 0 || units >= most || digits > 18 {
                declared.diagnostics.push(beliefs::no_truth(span));
                declared.program.axioms[id].kind = AxiomKind::Belief { truth: 5, digits: 1 };
            }
        }
        for path in &tree.given {
            let mut sink = lwas_base::Diagnostics::new();
            let item = resolve_path(&declared.env(), module, path, &mut sink);
            declared.diagnostics.append(sink);
            let (Some(item), Some(last)) = (item, path.last()) else { continue };
            let Item::Axiom(given) = item else {
                let want = "an axiom or a belief";
                declared.diagnostics.push(names::wrong_kind(last.span, last.name.as_str(), kind(item), want));
                continue;
            };
            let (of, on) = (&declared.program.axioms[id], &declared.program.axioms[given]);
            let fits = matches!(
                (&of.kind, &on.kind),
                (_, AxiomKind::Law) | (AxiomKind::Belief { .. }, AxiomKind::Belief { .. })
            );
            if fits {
                declared.program.axioms[id].given.push(given);
            } else {
                let (word, name, on) = (of.word(), last.name.as_str(), on.word());
                declared.diagnostics.push(beliefs::given_misfit(last.span, word, name, on));
            }
        }
    }
    cycles(declared);
}

/// Says which depend on themselves, and cuts there.
fn cycles(declared: &mut Declared) {
    let mut done: BTreeSet<AxiomId> = BTreeSet::new();
    for start in declared.program.axioms.keys() {
        let mut path: Vec<(AxiomId, usize)> = vec![(start, 0)];
        while let Some((at, next)) = path.last_mut() {
            let (at, number) = (*at, *next);
            *next += 1;
            let axioms = &mut declared.program.axioms;
            match axioms[at].given.get(number).copied().filter(|_| !done.contains(&at)) {
                None => {
                    done.insert(at);
                    path.pop();
                }
                Some(need) => {
                    let Some(from) = path.iter().position(|(id, _)| *id == need) else {
                        path.push((need, 0));
                        continue;
                    };
                    let round: Vec<_> = path[from..].iter().map(|(id, _)| &axioms[*id]).collect();
                    let names: Vec<String> = round.iter().map(|axiom| axiom.name.to_string()).collect();
                    let first = round.iter().min_by_key(|axiom| (axiom.span.file, axiom.span.start));
                    let span = first.map_or(axioms[at].span, |axiom| axiom.span);
                    declared.diagnostics.push(beliefs::given_round(span, &names));
                    axioms[at].given.remove(number);
                    if let Some((_, next)) = path.last_mut() {
                        *next -= 1;
                    }
                }
            }
        }
    }
}
