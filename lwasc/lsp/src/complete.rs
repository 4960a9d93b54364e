//! What can be typed at the cursor. The text may be unfinished there: what stands before the cursor says, by its tokens, what is wanted,
//! and where a value's fields are, the program is checked with a name put behind the dot, so that the value has a type.

use crate::analysis::Analysis;
use crate::builtins;
use crate::context::{Bracket, Context};
use crate::decl::Kind;
use crate::hover;
use crate::places;
use crate::scope;
use crate::server::State;
use crate::world::Place;
use lsp_types::{
    CompletionItem, CompletionItemKind, CompletionParams, CompletionResponse, Documentation, InsertTextFormat,
    MarkupContent, MarkupKind,
};
use lwas_base::{FileId, Span, Symbol};
use lwas_check::env::{Binding, Item};
use lwas_check::hir::{Field, ModuleId, Program, StateKind, Type};
use std::collections::BTreeMap;
use std::path::Path;

/// A name that no program has, put where one is missing.
const MISSING: &str = "lwas_completes_here";

/// How deep below a program's folder modules are looked for, and how many there may be.
const MAX_DEPTH: usize = 8;
const MAX_MODULES: usize = 2000;

/// What can be typed.
pub fn complete(state: &mut State, params: &CompletionParams) -> Option<CompletionResponse> {
    let at = &params.text_document_position;
    let path = places::path(&at.text_document.uri);
    let place = state.world.place(&path)?;
    let text = place.analysis.text(place.file).to_owned();
    let offset = place.analysis.lines(place.file, state.client.encoding).offset(at.position);
    let context = Context::at(&text, offset);
    if context.is_quiet() {
        return Some(CompletionResponse::Array(vec![]));
    }
    let mut list =
        List { analysis: &place.analysis, file: place.file, snippets: state.client.snippets, found: BTreeMap::new() };
    let since = context.since_item();
    let is_use = since.first() == Some(&"use");
    if is_use {
        list.modules(&context, state);
    } else if context.before(0) == "@" {
        list.words(ATTRIBUTES.iter().copied());
    } else if let Some((names, dot)) = context.dotted() {
        list.path(&names, &context);
        // Where the program can be read as it is, it need not be checked again.
        if list.found.is_empty() && !list.members(dot) {
            for ending in context.endings() {
                let Some((analysis, file)) = suppose(state, &place, &path, &text, (context.word, offset), &ending)
                else {
                    break;
                };
                let snippets = state.client.snippets;
                let mut list = List { analysis: &analysis, file, snippets, found: BTreeMap::new() };
                if list.members(dot) {
                    return Some(list.finish());
                }
            }
        }
    } else {
        list.anything(&context, offset);
    }
    Some(list.finish())
}

const ATTRIBUTES: [&str; 6] = ["event", "get", "post", "export", "settings", "sample"];

/// The program with a name put at the cursor, where there is none, and what may be missing behind it.
fn suppose(
    state: &State,
    place: &Place,
    path: &Path,
    text: &str,
    (word, offset): (usize, usize),
    ending: &str,
) -> Option<(Analysis, FileId)> {
    let name = if word == offset { MISSING } else { "" };
    let text = format!("{}{name}{ending}{}", text.get(..offset)?, text.get(offset..)?);
    let analysis = state.world.suppose(&place.analysis.studied.package, [(path.to_owned(), text)])?;
    let file = analysis.file(path)?;
    Some((analysis, file))
}

/// What was found, by name.
struct List<'a> {
    analysis: &'a Analysis,
    file: FileId,
    snippets: bool,
    found: BTreeMap<(u8, String), CompletionItem>,
}

impl<'a> List<'a> {
    fn finish(self) -> CompletionResponse {
        let item = |((rank, _), mut item): ((u8, String), CompletionItem)| {
            item.sort_text = Some(format!("{rank}{}", item.label));
            item
        };
        CompletionResponse::Array(self.found.into_iter().map(item).collect())
    }

    fn add(&mut self, rank: u8, item: CompletionItem) {
        self.found.entry((rank, item.label.clone())).or_insert(item);
    }

    fn plain(&mut self, rank: u8, label: &str, kind: CompletionItemKind, detail: Option<String>, docs: &str) {
        let documentation = (!docs.is_empty()).then(|| {
            Documentation::MarkupContent(MarkupContent { kind: MarkupKind::Markdown, value: docs.to_owned() })
        });
        self.add(
            rank,
            CompletionItem {
                label: label.to_owned(),
                kind: Some(kind),
                detail,
                documentation,
                ..CompletionItem::default()
            },
        );
    }

    fn words(&mut self, words: impl Iterator<Item = &'static str>) {
        words.for_each(|word| self.plain(5, word, CompletionItemKind::KEYWORD, None, ""));
    }

    fn program(&self) -> &'a Program {
        &self.analysis.studied.program
    }

    fn module(&self) -> Option<ModuleId> {
        self.analysis.module_id(self.file)
    }

    /// What a name of the module stands for.
    fn lookup(&self, name: &str) -> Option<Binding> {
        let scope = self.analysis.studied.scopes.get(self.module()?)?;
        let name = Symbol::new(name);
        scope.own.get(&name).or_else(|| scope.imported.get(&name)).copied()
    }

    /// The item that dotted names lead to.
    fn item(&self, names: &[&str]) -> Option<Item> {
        let (first, rest) = names.split_first()?;
        rest.iter().try_fold(self.lookup(first)?.item, |item, name| match item {
            Item::Module(of) => {
                let binding = self.analysis.studied.scopes.get(of)?.own.get(&Symbol::new(name))?;
                (!binding.private).then_some(binding.item)
            }
            _ => None,
        })
    }

    /// Behind `use`: modules, and behind a module and a dot what it has.
    fn modules(&mut self, context: &Context<'_>, state: &State) {
        let since = context.since_item();
        // Within braces the path stands before them.
        let path: Vec<&str> =
            since.iter().skip(1).copied().take_while(|text| *text != "{").filter(|text| *text != ".").collect();
        if context.is_outside() && (path.is_empty() || context.dotted().is_some()) || !context.is_outside() {
            let prefix = path.join(".");
            let root = &self.analysis.studied.package.root;
            let mut known: Vec<String> =
                state.world.shell().std.iter().map(|(module, _)| (*module).to_owned()).collect();
            own_modules(root, root, 0, &mut known);
            let is_module = known.contains(&prefix);
            for module in known {
                let rest = if prefix.is_empty() { Some(&*module) } else { module.strip_prefix(&format!("{prefix}.")) };
                if let Some(part) = rest.and_then(|rest| rest.split('.').next()) {
                    self.plain(0, part, CompletionItemKind::MODULE, None, "");
                }
            }
            if is_module {
                self.of_module(&prefix, state);
            }
        } else if !path.is_empty() {
            self.words(["as"].into_iter());
        }
    }

    /// What a module that may not be imported yet has for others.
    fn of_module(&mut self, path: &str, state: &State) {
        let text = match state.world.shell().std.iter().find(|(module, _)| *module == path) {
            Some((_, text)) => (*text).to_owned(),
            None => {
                let file = self.analysis.studied.package.root.join(format!("{}.lwas", path.replace('.', "/")));
                let open = state.world.documents.get(&file).map(|document| document.text.to_string());
                match open.or_else(|| std::fs::read_to_string(&file).ok()) {
                    Some(text) => text,
                    None => return,
                }
            }
        };
        use lwas_syntax::ast::ItemKind as K;
        for item in lwas_syntax::parse(FileId(0), &text).file.items.iter().filter(|item| item.private.is_none()) {
            let (name, kind) = match &item.kind {
                K::Const(tree) => (tree.name, CompletionItemKind::CONSTANT),
                K::Currency(tree) => (tree.name, CompletionItemKind::UNIT),
                K::Enum(tree) => (tree.name, CompletionItemKind::ENUM),
                K::Record(tree) => (tree.name, CompletionItemKind::STRUCT),
                K::State(tree) => (tree.name, CompletionItemKind::CLASS),
                K::Journal(tree) => (tree.name, CompletionItemKind::CLASS),
                K::Event(tree) => (tree.name, CompletionItemKind::EVENT),
                K::Function(tree) => (tree.name, CompletionItemKind::FUNCTION),
                _ => continue,
            };
            self.plain(1, name.name.as_str(), kind, None, &item.docs);
        }
    }

    /// Behind dotted names that lead to an item: what a module has, the variants of an enum, what can be asked of a state.
    fn path(&mut self, names: &[&str], context: &Context<'_>) {
        // A local of that name comes first.
        if let [only] = names
            && self.locals(context.word).iter().any(|(name, _)| name == only)
        {
            return;
        }
        match self.item(names) {
            Some(Item::Module(of)) => {
                let Some(scope) = self.analysis.studied.scopes.get(of) else { return };
                let is_own = self.module() == Some(of);
                for (name, binding) in scope.own.iter().filter(|(_, binding)| is_own || !binding.private) {
                    self.binding(0, *name, binding.item);
                }
            }
            Some(Item::Enum(id)) => {
                for variant in self.program().enums.get(id).iter().flat_map(|of| &of.variants) {
                    self.declared(0, variant.name, variant.span, CompletionItemKind::ENUM_MEMBER);
                }
            }
            Some(Item::State(id)) if self.program().states.get(id).is_some_and(|s| s.kind != StateKind::Single) => {
                let kind = CompletionItemKind::METHOD;
                self.plain(0, "get", kind, Some("get(key)".to_owned()), "The row, or `none`.");
                self.plain(0, "has", kind, Some("has(key)".to_owned()), "Whether the row is there.");
            }
            _ => {}
        }
    }

    /// Behind a value and a dot: the fields of its type, if that is known.
    fn members(&mut self, dot: usize) -> bool {
        let ends = |span: &Span| span.file == self.file && span.end as usize == dot;
        let types = self.analysis.studied.notes.types.iter().filter(|(span, ty)| ends(span) && *ty != Type::Error);
        // The longest that ends there is what stands before the dot.
        let Some((_, ty)) = types.max_by_key(|(span, _)| span.end - span.start) else { return false };
        let program = self.program();
        let of = if let Type::Option(of) = ty { of } else { ty };
        match of {
            Type::Record(id) => {
                self.fields(program.records.get(*id).map(|record| &record.fields[..]).unwrap_or_default())
            }
            Type::Row(id) => self.fields(program.states.get(*id).map(|state| &state.fields[..]).unwrap_or_default()),
            Type::Money => {
                let kind = CompletionItemKind::FIELD;
                self.plain(0, "amount", kind, Some("amount: Number".to_owned()), "The number without its currency.");
                self.plain(0, "currency", kind, Some("currency: Currency".to_owned()), "Its currency.");
                let docs = "The amount in a currency, or `none` where it has another.";
                self.plain(0, "as", CompletionItemKind::METHOD, Some("as(currency)".to_owned()), docs);
            }
            Type::Amount(..) => {
                let kind = CompletionItemKind::FIELD;
                self.plain(0, "amount", kind, Some("amount: Number".to_owned()), "The number without its currency.");
                self.plain(0, "currency", kind, Some("currency: Currency".to_owned()), "Its currency.");
            }
            Type::Map(_) => {
                let kind = CompletionItemKind::METHOD;
                self.plain(0, "get", kind, Some("get(key)".to_owned()), "The value, or `none`.");
                self.plain(0, "has", kind, Some("has(key)".to_owned()), "Whether the key is there.");
            }
            _ => {}
        }
        true
    }

    fn fields(&mut self, fields: &[Field]) {
        for field in fields {
            let detail = Some(format!("{}: {}", field.name, self.analysis.show(&field.ty)));
            let docs = self.analysis.decls().get(&field.span).filter(|decl| decl.kind == Kind::Field);
            let docs = docs.map(|decl| decl.docs.clone()).unwrap_or_default();
            self.plain(0, field.name.as_str(), CompletionItemKind::FIELD, detail, &docs);
        }
    }

    /// Where no dot stands.
    fn anything(&mut self, context: &Context<'_>, offset: usize) {
        let is_event = |item: &Item| matches!(item, Item::Event(_) | Item::Module(_));
        let is_state = |item: &Item| matches!(item, Item::State(_) | Item::Module(_));
        match context.before(0) {
            "on" | "emit" => return self.only(is_event),
            // Settings are set by the name of their state.
            "apply" => {
                let program = self.program();
                let sets = |item: &Item| matches!(item, Item::State(id) if program.settings_of(*id).is_some());
                return self.only(|item| is_event(item) || sets(item));
            }
            "create" | "put" | "append" | "delete" | "due" => return self.only(is_state),
            _ => {}
        }
        let declares = ["record", "event", "state", "journal", "enum"];
        let bracket = context.bracket(0);
        if context.is_outside()
            && (context.starts_line || context.before(0).is_empty() || context.before(0) == "private")
        {
            self.items();
            if !context.starts_line || context.item().is_empty() {
                return;
            }
        }
        if self.is_type(context, bracket.as_ref(), &declares) {
            self.types();
            return;
        }
        match &bracket {
            Some(bracket) if bracket.kind == "{" && declares.contains(&bracket.word) && context.depth() == 1 => {
                self.words(["let", "index", "fixed", "key"].into_iter());
                return;
            }
            Some(bracket)
                if bracket.kind == "{" && is_begun(context) && bracket.current.is_none() && self.literal(bracket) =>
            {
                return;
            }
            Some(bracket) if bracket.kind == "(" && is_begun(context) => self.arguments(bracket),
            _ => {}
        }
        self.values(offset);
        let is_statement = bracket.as_ref().is_some_and(|bracket| bracket.kind == "{")
            && (context.starts_line || context.before(0) == "{");
        if is_statement {
            self.statements(context.item() == "test");
        }
        self.words(
            ["if", "match", "for", "in", "where", "else", "and", "or", "not", "some", "none", "true", "false", "fold"]
                .into_iter(),
        );
    }

    /// The names of items of a kind alone.
    fn only(&mut self, is_one: impl Fn(&Item) -> bool) {
        for (name, binding) in self.names().into_iter().filter(|(_, binding)| is_one(&binding.item)) {
            self.binding(0, name, binding.item);
        }
    }

    /// The words that begin an item.
    fn items(&mut self) {
        for word in lwas_syntax::item_words() {
            let body = match word {
                "fn" => Some("fn ${1:name}(${2:x}: ${3:Int}) -> ${4:Int} {\n  $0\n}"),
                "action" => Some("action ${1:name}(${2:id}: ${3:Text}) {\n  $0\n}"),
                "query" => Some("query ${1:name}(${2:id}: ${3:Text}) -> ${4:Int} {\n  $0\n}"),
                "event" => Some("event ${1:Name} {\n  id: Text key\n  $0\n}"),
                "record" => Some("record ${1:Name} {\n  $0\n}"),
                "state" => Some("state ${1:Name}[${2:id}: ${3:Text}] {\n  $0\n}"),
                "journal" => Some("journal ${1:Name} {\n  $0\n}"),
                "rule" => Some("rule ${1:name} on ${2:Event} as ${3:e} {\n  $0\n}"),
                "axiom" => Some("axiom ${1:name} for ${2:row} in ${3:State} {\n  $0\n}"),
                "test" => Some("test \"${1:what holds}\" {\n  $0\n}"),
                _ => None,
            };
            let text = body.filter(|_| self.snippets);
            self.add(
                4,
                CompletionItem {
                    label: word.to_owned(),
                    kind: Some(CompletionItemKind::KEYWORD),
                    insert_text: text.map(str::to_owned),
                    insert_text_format: text.map(|_| InsertTextFormat::SNIPPET),
                    ..CompletionItem::default()
                },
            );
        }
    }

    /// The words that begin a statement.
    fn statements(&mut self, in_test: bool) {
        let of_tests = ["apply", "expect", "reject", "advance"];
        let words: Vec<&'static str> =
            lwas_syntax::statement_words().filter(|word| of_tests.contains(word) == in_test).collect();
        self.words(words.into_iter());
        self.words(["let"].into_iter());
        if !in_test {
            self.words(["require"].into_iter());
        }
    }

    /// Whether a type is wanted.
    fn is_type(&self, context: &Context<'_>, bracket: Option<&Bracket<'_>>, declares: &[&str]) -> bool {
        match context.before(0) {
            "<" | "->" => true,
            ":" if context.before(2) == "let" => true,
            ":" => match bracket {
                None => true,
                Some(bracket) if context.depth() == 1 => match bracket.kind {
                    "(" => ["fn", "action", "query"].contains(&bracket.word),
                    "[" => bracket.word == "state",
                    _ => declares.contains(&bracket.word),
                },
                // `enum Tier { Custom(rate: …) }`.
                Some(bracket) => context.item() == "enum" && bracket.kind == "(",
            },
            _ => false,
        }
    }

    fn types(&mut self) {
        for (name, docs) in builtins::TYPES {
            self.plain(2, name, CompletionItemKind::STRUCT, None, docs);
        }
        for (name, binding) in self.names() {
            if matches!(
                binding.item,
                Item::Module(_) | Item::Currency(_) | Item::Enum(_) | Item::Record(_) | Item::State(_) | Item::Event(_)
            ) {
                self.binding(1, name, binding.item);
            }
        }
    }

    /// The fields of a record, event or row that are not given yet; whether the braces are those of one.
    fn literal(&mut self, bracket: &Bracket<'_>) -> bool {
        let program = self.program();
        let item = self.item(&bracket.path);
        let fields: Vec<Field> = match item {
            Some(Item::Record(id)) => program.records.get(id).map(|record| record.fields.clone()).unwrap_or_default(),
            Some(Item::Event(id)) => {
                let record = program.events.get(id).and_then(|event| program.records.get(event.record));
                record.map(|record| record.fields.clone()).unwrap_or_default()
            }
            Some(Item::State(id)) if ["create", "put", "append"].contains(&bracket.word) => {
                let Some(state) = program.states.get(id) else { return false };
                let skip = if state.kind == StateKind::Journal { 2 } else { state.key };
                state.fields.get(skip..state.stored).unwrap_or_default().to_vec()
            }
            _ => return false,
        };
        for field in fields.iter().filter(|field| !bracket.named.contains(&field.name.as_str())) {
            self.given(field);
        }
        true
    }

    /// A field or parameter by its name, to be given a value.
    fn given(&mut self, field: &Field) {
        let detail = Some(format!("{}: {}", field.name, self.analysis.show(&field.ty)));
        let decl = self.analysis.decls().get(&field.span);
        let docs = decl.map(|decl| decl.docs.clone()).filter(|docs| !docs.is_empty());
        let documentation =
            docs.map(|value| Documentation::MarkupContent(MarkupContent { kind: MarkupKind::Markdown, value }));
        let text = if self.snippets { format!("{}: $0", field.name) } else { format!("{}: ", field.name) };
        let format = if self.snippets { InsertTextFormat::SNIPPET } else { InsertTextFormat::PLAIN_TEXT };
        self.add(
            0,
            CompletionItem {
                label: field.name.to_string(),
                kind: Some(CompletionItemKind::FIELD),
                detail,
                documentation,
                insert_text: Some(text),
                insert_text_format: Some(format),
                ..CompletionItem::default()
            },
        );
    }

    /// The parameters of the function that is called.
    fn arguments(&mut self, bracket: &Bracket<'_>) {
        if let Some(Item::Function(id)) = self.item(&bracket.path) {
            let params = self.program().functions.get(id).map(|function| function.params.clone()).unwrap_or_default();
            for param in params.iter().filter(|param| !bracket.named.contains(&param.name.as_str())) {
                self.given(param);
            }
        }
    }

    /// Locals that are seen at an offset, with the places of their names.
    fn locals(&self, offset: usize) -> Vec<(&'static str, Span)> {
        let Some(module) = self.analysis.module(self.file) else { return vec![] };
        let sees = |span: Span| span.start as usize <= offset && offset <= span.end as usize;
        let bound = scope::bound(&module.tree).into_iter().filter(|bound| sees(bound.scope));
        let mut found: Vec<(&'static str, Span)> =
            bound.map(|bound| (bound.name.name.as_str(), bound.name.span)).collect();
        for item in module.tree.items.iter().filter(|item| sees(item.span)) {
            if let lwas_syntax::ast::ItemKind::Function(function) = &item.kind {
                found.extend(function.params.iter().map(|param| (param.name.name.as_str(), param.name.span)));
            }
        }
        found
    }

    /// Names of values, functions and items.
    fn values(&mut self, offset: usize) {
        for (name, place) in self.locals(offset) {
            let detail = self.analysis.type_at(place).map(|ty| format!("{name}: {}", self.analysis.show(ty)));
            self.plain(1, name, CompletionItemKind::VARIABLE, detail, "");
        }
        for (name, binding) in self.names() {
            self.binding(2, name, binding.item);
        }
        for (name, call, docs) in builtins::FUNCTIONS {
            self.plain(3, name, CompletionItemKind::FUNCTION, Some((*call).to_owned()), docs);
        }
        for (name, ty, docs) in builtins::CIRCUMSTANCES {
            self.plain(3, name, CompletionItemKind::VARIABLE, Some(format!("{name}: {ty}")), docs);
        }
    }

    /// What the module sees.
    fn names(&self) -> Vec<(Symbol, Binding)> {
        let scope = self.module().and_then(|module| self.analysis.studied.scopes.get(module));
        let all = scope.into_iter().flat_map(|scope| scope.own.iter().chain(&scope.imported));
        all.map(|(name, binding)| (*name, *binding)).collect()
    }

    fn binding(&mut self, rank: u8, name: Symbol, item: Item) {
        let program = self.program();
        let (place, kind) = match item {
            Item::Module(id) => {
                let module = program.modules.get(id).map(|module| module.path.clone());
                return self.plain(rank, name.as_str(), CompletionItemKind::MODULE, module, "");
            }
            Item::Currency(id) => (program.currencies.get(id).map(|c| c.span), CompletionItemKind::UNIT),
            Item::Enum(id) => (program.enums.get(id).map(|e| e.span), CompletionItemKind::ENUM),
            Item::Record(id) => (program.records.get(id).map(|r| r.span), CompletionItemKind::STRUCT),
            Item::State(id) => (program.states.get(id).map(|s| s.span), CompletionItemKind::CLASS),
            Item::Event(id) => (program.events.get(id).map(|e| e.span), CompletionItemKind::EVENT),
            Item::Function(id) => (program.functions.get(id).map(|f| f.span), CompletionItemKind::FUNCTION),
            Item::Const(id) => (program.consts.get(id).map(|c| c.span), CompletionItemKind::CONSTANT),
            Item::Axiom(id) => {
                let axiom = program.axioms.get(id);
                let decl = axiom.and_then(|axiom| self.analysis.declared(axiom.module, axiom.name));
                (decl.map(|decl| decl.at), CompletionItemKind::REFERENCE)
            }
        };
        if let Some(place) = place {
            self.declared(rank, name, place, kind);
        }
    }

    /// A declaration with its head and doc comment.
    fn declared(&mut self, rank: u8, name: Symbol, place: Span, kind: CompletionItemKind) {
        let decl = self.analysis.decls().get(&place);
        let first = |head: String| head.lines().next().unwrap_or_default().trim_end_matches([' ', '{']).to_owned();
        let detail = decl.map(|decl| first(hover::head(self.analysis, decl)));
        let docs = decl.map(|decl| decl.docs.clone()).unwrap_or_default();
        self.plain(rank, name.as_str(), kind, detail, &docs);
    }
}

/// Whether a field or an argument begins at the cursor.
fn is_begun(context: &Context<'_>) -> bool {
    ["{", "(", ","].contains(&context.before(0)) || context.starts_line
}

/// The modules of a program's folder.
fn own_modules(root: &Path, folder: &Path, depth: usize, found: &mut Vec<String>) {
    let mut entries: Vec<_> = std::fs::read_dir(folder).into_iter().flatten().flatten().collect();
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        if found.len() >= MAX_MODULES {
            return;
        }
        let path = entry.path();
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if is_folder && depth < MAX_DEPTH && !entry.file_name().to_string_lossy().starts_with('.') {
            own_modules(root, &path, depth + 1, found);
        } else if let Some(package) =
            path.strip_prefix(root).ok().and_then(|file| lwas_driver::Package::within(root, file))
            && path.extension().is_some_and(|ending| ending == "lwas")
        {
            found.push(package.entry);
        }
    }
}
