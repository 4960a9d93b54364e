//! The names that can be completed: what the program declares and imports, members of imported modules behind a dot, words of the language
//! that begin something, and directives.

use super::directives::DIRECTIVES;
use super::session::{Answer, Session};
use crate::exit::Stop;
use lwas_artifact::SourceText;
use lwas_base::FileId;
use lwas_syntax::ast::{File, Item, ItemKind, UseNames};
use std::collections::{BTreeMap, BTreeSet};

/// Words that begin an input, or stand in an expression.
const WORDS: &[&str] = &[
    "accept", "advance", "alert", "and", "append", "apply", "axiom", "const", "count", "create", "currency", "delete",
    "else", "enum", "event", "expect", "false", "fold", "for", "if", "in", "journal", "let", "match", "none", "not",
    "or", "put", "query", "record", "reject", "require", "round", "rule", "some", "split", "state", "sum", "true",
    "use", "where", "with",
];

/// What can be completed.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// Where no dot stands before.
    plain: BTreeSet<String>,
    /// Behind the name of a module.
    members: BTreeMap<String, BTreeSet<String>>,
}

/// The names of a program as it stands.
pub fn names(session: &Session, stand: &Answer) -> Names {
    let mut names = Names { plain: WORDS.iter().map(|word| (*word).to_owned()).collect(), ..Names::default() };
    let texts = texts_of(stand);
    let own = format!("{}{}", session.base(), session.as_text());
    for item in items(&own) {
        if let ItemKind::Use(used) = &item.kind {
            let path: Vec<String> = used.path.iter().map(|part| part.name.to_string()).collect();
            match &used.names {
                UseNames::Several(several) => names.plain.extend(several.iter().map(|one| one.bound.name.to_string())),
                UseNames::As(bound) => names.add_module(bound.name.to_string(), &path.join("."), texts),
                UseNames::Last => {
                    names.add_module(path.last().cloned().unwrap_or_default(), &path.join("."), texts);
                }
            }
        }
        names.plain.extend(name_of(&item));
        if let ItemKind::Test(test) = &item.kind {
            names.plain.extend(super::typed::bound(test));
        }
    }
    names
}

/// The states and journals that the program can name, as it names them.
pub fn states(session: &Session) -> Result<Vec<String>, Stop> {
    let stand = session.stand()?;
    let texts = texts_of(&stand);
    let mut found = vec![];
    for item in items(&format!("{}{}", session.base(), session.as_text())) {
        let of_module = |path: &str| {
            let text = texts.iter().find(|text| text.module == path);
            text.map(|text| items(&text.text)).unwrap_or_default().iter().filter_map(state_name).collect::<Vec<_>>()
        };
        match &item.kind {
            ItemKind::Use(used) => {
                let path: Vec<String> = used.path.iter().map(|part| part.name.to_string()).collect();
                let alias = match &used.names {
                    UseNames::As(bound) => bound.name.to_string(),
                    UseNames::Last => path.last().cloned().unwrap_or_default(),
                    UseNames::Several(_) => continue,
                };
                found.extend(of_module(&path.join(".")).iter().map(|state| format!("{alias}.{state}")));
            }
            _ => found.extend(state_name(&item)),
        }
    }
    Ok(found)
}

impl Names {
    fn add_module(&mut self, alias: String, path: &str, texts: &[SourceText]) {
        let text = texts.iter().find(|text| text.module == path);
        let members = text.map(|text| items(&text.text).iter().filter_map(name_of).collect()).unwrap_or_default();
        self.plain.insert(alias.clone());
        self.members.insert(alias, members);
    }

    /// What may stand at the end of a text: where the word that is completed begins, and what it may become.
    pub fn complete(&self, text: &str) -> (usize, Vec<String>) {
        let is_part = |c: char| c.is_alphanumeric() || c == '_';
        if let Some(directive) = text.strip_prefix(':').filter(|rest| rest.chars().all(char::is_alphabetic)) {
            let found = DIRECTIVES.iter().map(|(name, ..)| format!(":{name}"));
            return (0, found.filter(|name| name[1..].starts_with(directive)).collect());
        }
        let start =
            text.rfind(|c| !is_part(c)).map_or(0, |at| at + text[at..].chars().next().map_or(1, char::len_utf8));
        let (before, word) = text.split_at(start);
        let known = match before.strip_suffix('.') {
            Some(before) => {
                let from = before
                    .rfind(|c| !is_part(c))
                    .map_or(0, |at| at + before[at..].chars().next().map_or(1, char::len_utf8));
                self.members.get(&before[from..])
            }
            None => Some(&self.plain),
        };
        let found = known.into_iter().flatten().filter(|name| name.starts_with(word)).cloned();
        (start, if word.is_empty() && !before.ends_with('.') { vec![] } else { found.collect() })
    }
}

fn texts_of(stand: &Answer) -> &[SourceText] {
    match stand {
        Answer::Wrong(compiled, _) => &compiled.texts.modules,
        Answer::Failed(run) | Answer::Done(run) => &run.compiled.texts.modules,
    }
}

fn items(text: &str) -> Vec<Item> {
    let File { items, .. } = lwas_syntax::parse(FileId(0), text).file;
    items
}

fn state_name(item: &Item) -> Option<String> {
    match item.kind {
        ItemKind::State(_) | ItemKind::Journal(_) => name_of(item),
        _ => None,
    }
}

/// The name that an item declares; none of what is called by nobody.
fn name_of(item: &Item) -> Option<String> {
    let name = match &item.kind {
        ItemKind::Const(item) => &item.name,
        ItemKind::Currency(item) => &item.name,
        ItemKind::Enum(item) => &item.name,
        ItemKind::Record(item) => &item.name,
        ItemKind::State(item) => &item.name,
        ItemKind::Journal(item) => &item.name,
        ItemKind::Event(item) => &item.name,
        ItemKind::Function(item) => &item.name,
        ItemKind::Axiom(item) => &item.name,
        ItemKind::Use(_) | ItemKind::Accept(_) | ItemKind::Rule(_) | ItemKind::Due(_) => return None,
        ItemKind::Test(_) | ItemKind::Error => return None,
    };
    Some(name.name.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_completed_where_they_stand() {
        let mut names = Names::default();
        names.plain.extend(["apply".into(), "ledger".into(), "let".into()]);
        names.members.insert("ledger".into(), BTreeSet::from(["Account".into(), "Open".into()]));
        let complete = |text| names.complete(text);
        assert_eq!(complete("le"), (0, vec!["ledger".into(), "let".into()]));
        assert_eq!(complete("apply ledger."), (13, vec!["Account".into(), "Open".into()]));
        assert_eq!(complete("apply ledger.O"), (13, vec!["Open".into()]));
        assert_eq!(complete("other."), (6, vec![]));
        assert_eq!(complete("ä le"), (3, vec!["ledger".into(), "let".into()]));
        assert_eq!(complete(":un"), (0, vec![":undo".into()]));
        assert_eq!(complete(""), (0, vec![]));
    }
}
