//! Whether a grammar derives a program: Earley's algorithm over tokens of a lexer of its own, which is as small as the token
//! part of the page allows. Line breaks are left out, so a list of lines has separators or none.
//!
//! See Jay Earley, "An efficient context-free parsing algorithm" (1970); rules that derive nothing are stepped over when they
//! are asked for, as Aycock and Horspool (2002) do.

use super::notation::Part;
use super::sentences::is_class;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// A token: its classes, and how it is written.
pub struct Token {
    text: String,
    classes: Vec<&'static str>,
    /// Whether it may be the word that it is: not behind `.`.
    word: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Symbol {
    Rule(usize),
    Token(usize),
}

/// Rules in plain form: each has alternatives of symbols.
pub struct Grammar {
    names: BTreeMap<String, usize>,
    rules: Vec<Vec<Vec<Symbol>>>,
    /// `Ok` a word, `Err` a class.
    tokens: Vec<Result<String, String>>,
    empty: Vec<bool>,
}

impl Grammar {
    pub fn new(page: &BTreeMap<String, Part>) -> Grammar {
        let names = page.keys().cloned().zip(0..).collect();
        let mut grammar = Grammar { names, rules: vec![vec![]; page.len()], tokens: vec![], empty: vec![] };
        for (number, part) in page.values().enumerate() {
            let symbols = vec![grammar.symbol(part)];
            grammar.rules[number].push(symbols);
        }
        grammar.empty = vec![false; grammar.rules.len()];
        loop {
            let before = grammar.empty.clone();
            for (number, rule) in grammar.rules.iter().enumerate() {
                let nothing = |symbol: &Symbol| matches!(symbol, Symbol::Rule(rule) if before[*rule]);
                grammar.empty[number] = rule.iter().any(|symbols| symbols.iter().all(nothing));
            }
            if before == grammar.empty {
                return grammar;
            }
        }
    }

    fn token(&mut self, token: Result<String, String>) -> Symbol {
        let known = self.tokens.iter().position(|one| *one == token);
        Symbol::Token(known.unwrap_or_else(|| {
            self.tokens.push(token);
            self.tokens.len() - 1
        }))
    }

    fn rule(&mut self, alternatives: Vec<Vec<Symbol>>) -> Symbol {
        self.rules.push(alternatives);
        Symbol::Rule(self.rules.len() - 1)
    }

    fn symbol(&mut self, part: &Part) -> Symbol {
        match part {
            Part::Word(word) => self.token(Ok(word.clone())),
            Part::Name(name) if is_class(name) => self.token(Err(name.clone())),
            Part::Name(name) => Symbol::Rule(self.names[name]),
            Part::All(parts) => {
                let symbols = parts.iter().map(|part| self.symbol(part)).collect();
                self.rule(vec![symbols])
            }
            Part::One(parts) => {
                let symbols = parts.iter().map(|part| vec![self.symbol(part)]).collect();
                self.rule(symbols)
            }
            Part::Many(part) => {
                let one = self.symbol(part);
                self.many(one)
            }
            Part::List(part, lines) => {
                let (one, comma) = (self.symbol(part), self.token(Ok(",".to_owned())));
                let more = if *lines { vec![vec![one], vec![comma, one]] } else { vec![vec![comma, one]] };
                let more = self.rule(more);
                let (more, end) = (self.many(more), self.rule(vec![vec![], vec![comma]]));
                self.rule(vec![vec![], vec![one, more, end]])
            }
        }
    }

    fn many(&mut self, one: Symbol) -> Symbol {
        let many = self.rule(vec![]);
        let Symbol::Rule(number) = many else { unreachable!("a rule was made") };
        self.rules[number] = vec![vec![], vec![many, one]];
        many
    }

    /// Whether a rule derives the tokens; else how many it goes along with.
    pub fn derives(&self, rule: &str, tokens: &[Token]) -> Result<(), usize> {
        let start = self.names[rule];
        let mut sets: Vec<Vec<Item>> =
            vec![self.rules[start].iter().enumerate().map(|(one, _)| (start, one, 0, 0)).collect()];
        for at in 0..=tokens.len() {
            let next = self.close(&mut sets, at, tokens.get(at));
            if at == tokens.len() {
                let whole = sets[at]
                    .iter()
                    .any(|(r, one, dot, from)| *r == start && *from == 0 && *dot == self.rules[*r][*one].len());
                return if whole { Ok(()) } else { Err(at) };
            }
            if next.is_empty() {
                return Err(at);
            }
            sets.push(next);
        }
        Ok(())
    }

    /// Completes the set at a place, and gives what goes on behind the token there.
    fn close(&self, sets: &mut [Vec<Item>], at: usize, token: Option<&Token>) -> Vec<Item> {
        let mut seen: HashSet<Item> = sets[at].iter().copied().collect();
        let (mut done, mut next) = (0, vec![]);
        while let Some((rule, one, dot, from)) = sets[at].get(done).copied() {
            done += 1;
            let mut found = vec![];
            match self.rules[rule][one].get(dot) {
                None => {
                    let waits = |item: &&Item| self.rules[item.0][item.1].get(item.2) == Some(&Symbol::Rule(rule));
                    found.extend(sets[from].iter().filter(waits).map(|(r, o, d, f)| (*r, *o, d + 1, *f)));
                }
                Some(Symbol::Rule(wanted)) => {
                    found.extend((0..self.rules[*wanted].len()).map(|one| (*wanted, one, 0, at)));
                    if self.empty[*wanted] {
                        found.push((rule, one, dot + 1, from));
                    }
                }
                Some(Symbol::Token(wanted)) => {
                    if token.is_some_and(|token| token.is(&self.tokens[*wanted])) {
                        next.push((rule, one, dot + 1, from));
                    }
                }
            }
            sets[at].extend(found.into_iter().filter(|item| seen.insert(*item)));
        }
        next
    }
}

/// A rule, its alternative, how many of its symbols are behind, and where it began.
type Item = (usize, usize, usize, usize);

impl Token {
    fn is(&self, wanted: &Result<String, String>) -> bool {
        match wanted {
            Ok(word) => self.word && self.text == *word,
            Err(class) => self.classes.contains(&class.as_str()),
        }
    }
}

/// The tokens before a place, the last few.
pub fn shown(tokens: &[Token], at: usize) -> String {
    let texts: Vec<_> =
        tokens[at.saturating_sub(12)..(at + 1).min(tokens.len())].iter().map(|t| t.text.as_str()).collect();
    texts.join(" ")
}

/// The tokens of a program that is known to have good ones.
pub fn tokens(program: &str, reserved: &BTreeSet<&str>) -> Vec<Token> {
    let mut tokens: Vec<Token> = vec![];
    let mut rest = program.trim_start_matches('\u{feff}').trim_start();
    while !rest.is_empty() {
        let (length, classes) = token(rest);
        let text = rest[..length].to_owned();
        rest = rest[length..].trim_start();
        if text.starts_with("//") && classes.is_empty() {
            continue;
        }
        // Lines of documentation are one.
        if classes == ["item-docs"] && tokens.last().is_some_and(|last| last.classes == classes) {
            continue;
        }
        let behind_dot = tokens.last().is_some_and(|last| last.text == ".");
        let free = behind_dot || rest.starts_with(':') || !reserved.contains(text.as_str());
        let named = classes.contains(&"name");
        tokens.push(Token {
            word: !named || !behind_dot,
            classes: if named && !free { vec![] } else { classes },
            text,
        });
    }
    tokens
}

/// The length of the first token, and its classes.
fn token(rest: &str) -> (usize, Vec<&'static str>) {
    let line = rest.find('\n').unwrap_or(rest.len());
    let first = rest.chars().next().expect("there is something");
    let digits = |text: &str| text.find(|c: char| !(c.is_ascii_digit() || c == '_')).unwrap_or(text.len());
    if rest.starts_with("//") {
        let docs = rest.starts_with("///") && !rest.starts_with("////");
        return (
            line,
            if docs {
                vec!["item-docs"]
            } else if rest.starts_with("//!") {
                vec!["module-docs"]
            } else {
                vec![]
            },
        );
    }
    if first == '"' {
        return (text(rest), vec!["text"]);
    }
    if rest.starts_with('@') && rest[1..].starts_with(|c: char| c.is_ascii_digit()) {
        let length = rest.find(|c: char| !(c.is_ascii_alphanumeric() || "@-:.".contains(c))).unwrap_or(rest.len());
        return (length, vec![if rest[..length].contains('T') { "time" } else { "date" }]);
    }
    if first.is_ascii_digit() {
        let whole = digits(rest);
        let behind = &rest[whole..];
        if behind.starts_with(|c: char| c.is_ascii_lowercase()) {
            let length = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
            return (length, vec!["duration"]);
        }
        let point = behind.starts_with('.') && behind[1..].starts_with(|c: char| c.is_ascii_digit());
        let length = if point { whole + 1 + digits(&behind[1..]) } else { whole };
        let percent = rest[length..].starts_with('%');
        return (length + usize::from(percent), vec![if point || percent { "decimal" } else { "int" }]);
    }
    if first.is_ascii_alphabetic() || first == '_' {
        let length = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
        let classes = if first.is_ascii_uppercase() { vec!["name", "Name"] } else { vec!["name"] };
        return (length, if &rest[..length] == "_" { vec![] } else { classes });
    }
    let two = ["->", "=>", "==", "!=", "<=", ">=", "+=", "-=", "??"].iter().any(|sign| rest.starts_with(sign));
    (if two { 2 } else { first.len_utf8() }, vec![])
}

/// The length of a text, with the expressions in it.
fn text(rest: &str) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}
