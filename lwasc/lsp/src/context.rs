//! Where the cursor stands in a text that may be unfinished: behind which token, and in which brackets. A text and an offset come in;
//! what is being written there goes out. Only tokens are looked at, as there may be no tree.

use lwas_base::FileId;
use lwas_syntax::{Lexeme, LexemeKind, lexemes};

/// The place of the cursor.
pub struct Context<'t> {
    text: &'t str,
    /// The tokens before the word at the cursor.
    tokens: Vec<Lexeme>,
    /// Where the word at the cursor begins: the cursor itself where there is none.
    pub word: usize,
    /// Whether the word begins its line.
    pub starts_line: bool,
    /// The brackets that are open, by the number of their tokens, the innermost last.
    open: Vec<usize>,
}

/// A bracket that is open at the cursor.
pub struct Bracket<'t> {
    /// Which.
    pub kind: &'t str,
    /// The dotted names before it; `S` of `create S[k] {`.
    pub path: Vec<&'t str>,
    /// The word before those names, such as `record`, `create` or `fn`.
    pub word: &'t str,
    /// How many commas stand directly in it before the cursor.
    pub commas: usize,
    /// The names before colons directly in it.
    pub named: Vec<&'t str>,
    /// The name before the colon after the last comma.
    pub current: Option<&'t str>,
}

impl<'t> Context<'t> {
    /// Looks at a place.
    pub fn at(text: &'t str, offset: usize) -> Context<'t> {
        let all = lexemes(FileId(0), text);
        let is_word = |token: &&Lexeme| matches!(token.kind, LexemeKind::Name | LexemeKind::Word);
        let touches = |token: &&Lexeme| token.span.range().start < offset && offset <= token.span.range().end;
        let at = all.iter().find(|token| is_word(token) && touches(token));
        let word = at.map_or(offset, |token| token.span.range().start);
        let tokens: Vec<Lexeme> = all.iter().take_while(|token| token.span.range().end <= word).copied().collect();
        let line = text.get(..word).unwrap_or_default();
        let starts_line = line.rsplit('\n').next().is_none_or(|before| before.trim().is_empty());
        let mut open = vec![];
        for (number, token) in tokens.iter().enumerate() {
            if token.begins_item {
                open.clear();
            }
            match token.kind {
                LexemeKind::Open => open.push(number),
                LexemeKind::Close => _ = open.pop(),
                _ => {}
            }
        }
        Context { text, tokens, word, starts_line, open }
    }

    fn text(&self, token: &Lexeme) -> &'t str {
        self.text.get(token.span.range()).unwrap_or_default()
    }

    /// The text of the n-th token before the cursor, from 0.
    pub fn before(&self, nth: usize) -> &'t str {
        self.token_before(nth).map_or("", |token| self.text(token))
    }

    fn token_before(&self, nth: usize) -> Option<&Lexeme> {
        self.tokens.len().checked_sub(nth + 1).and_then(|at| self.tokens.get(at))
    }

    /// Whether the cursor stands in a comment or a text, where nothing is completed.
    pub fn is_quiet(&self) -> bool {
        let line = self.text.get(..self.word).unwrap_or_default().rsplit('\n').next().unwrap_or_default();
        let in_text = line.matches('"').count() - line.matches("\\\"").count();
        let in_part = line.rfind('{') > line.rfind('"') && line.rfind('{') > line.rfind('}');
        in_text % 2 == 1 && !in_part
            || line.find("//").is_some_and(|at| line.get(..at).is_some_and(|s| s.matches('"').count() % 2 == 0))
    }

    /// The dotted names that end before a token, the token's number excluded, with the number of their first.
    fn path_before(&self, number: usize) -> (Vec<&'t str>, usize) {
        let (mut path, mut at) = (vec![], number);
        let name_before =
            |at: usize| at.checked_sub(1).and_then(|n| self.tokens.get(n)).filter(|t| t.kind == LexemeKind::Name);
        while let Some(name) = name_before(at) {
            path.push(self.text(name));
            at -= 1;
            match at.checked_sub(1).and_then(|n| self.tokens.get(n)) {
                Some(dot) if dot.kind == LexemeKind::Dot => at -= 1,
                _ => break,
            }
        }
        path.reverse();
        (path, at)
    }

    /// The dotted names before the dot at the cursor, and where the dot stands; nothing when no dot stands there.
    pub fn dotted(&self) -> Option<(Vec<&'t str>, usize)> {
        let last = self.tokens.len().checked_sub(1)?;
        let dot = self.tokens.get(last).filter(|token| token.kind == LexemeKind::Dot)?;
        Some((self.path_before(last).0, dot.span.range().start))
    }

    /// The innermost bracket that is open, or one further out.
    pub fn bracket(&self, outwards: usize) -> Option<Bracket<'t>> {
        let at = self.open.len().checked_sub(outwards + 1)?;
        let number = *self.open.get(at)?;
        let token = self.tokens.get(number)?;
        // `create S[k] {`: the name stands before the key.
        let mut name_at = number;
        if self.text(token) == "{"
            && let Some(close) =
                number.checked_sub(1).filter(|n| self.tokens.get(*n).is_some_and(|t| self.text(t) == "]"))
        {
            name_at = self.opening(close).unwrap_or(number);
        }
        let (path, first) = self.path_before(name_at);
        let word = first.checked_sub(1).and_then(|n| self.tokens.get(n)).map_or("", |token| self.text(token));
        let (mut commas, mut named, mut current, mut depth) = (0, vec![], None, 0_usize);
        let inside = self.tokens.get(number + 1..).unwrap_or_default();
        for (at, token) in inside.iter().enumerate() {
            match token.kind {
                LexemeKind::Open => depth += 1,
                LexemeKind::Close => depth = depth.saturating_sub(1),
                LexemeKind::Comma if depth == 0 => {
                    commas += 1;
                    current = None;
                }
                LexemeKind::Colon if depth == 0 => {
                    let name = at.checked_sub(1).and_then(|n| inside.get(n)).map(|token| self.text(token));
                    named.extend(name);
                    current = name;
                }
                _ => {}
            }
        }
        Some(Bracket { kind: self.text(token), path, word, commas, named, current })
    }

    /// What may be missing behind the cursor for the statement to be whole: nothing, a body, or the ends of brackets that were opened on
    /// the cursor's line, and a body too.
    pub fn endings(&self) -> Vec<String> {
        let line = self.text.get(..self.word).unwrap_or_default().rfind('\n').map_or(0, |at| at + 1);
        let of_line = self.open.iter().rev().filter_map(|number| self.tokens.get(*number));
        let of_line = of_line.take_while(|token| token.span.range().start >= line);
        let closers: String = of_line
            .map(|token| match self.text(token) {
                "(" => ')',
                "[" => ']',
                _ => '}',
            })
            .collect();
        let mut all = vec![String::new(), " {}".to_owned(), closers.clone(), format!("{closers} {{}}")];
        all.dedup();
        all.truncate(if closers.is_empty() { 2 } else { 4 });
        all
    }

    /// The number of the bracket that one closes.
    fn opening(&self, close: usize) -> Option<usize> {
        let mut depth = 0;
        for number in (0..=close).rev() {
            match self.tokens.get(number)?.kind {
                LexemeKind::Close => depth += 1,
                LexemeKind::Open => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return Some(number);
            }
        }
        None
    }

    /// The word that began the item in which the cursor stands.
    pub fn item(&self) -> &'t str {
        let begin = self.tokens.iter().rposition(|token| token.begins_item);
        let words = begin.and_then(|at| self.tokens.get(at..)).unwrap_or_default();
        words.iter().map(|token| self.text(token)).find(|word| *word != "private").unwrap_or_default()
    }

    /// The texts of the tokens since the last item began.
    pub fn since_item(&self) -> Vec<&'t str> {
        let begin = self.tokens.iter().rposition(|token| token.begins_item).unwrap_or_default();
        self.tokens.get(begin..).unwrap_or_default().iter().map(|token| self.text(token)).collect()
    }

    /// Whether no bracket is open.
    pub fn is_outside(&self) -> bool {
        self.open.is_empty()
    }

    /// How many brackets are open.
    pub fn depth(&self) -> usize {
        self.open.len()
    }
}
