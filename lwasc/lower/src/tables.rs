//! What is known of the whole while functions are built: the module so far, and where everything is found again: types and
//! texts (each once), source files (in order of first use), functions (numbered before they are built, since they call
//! each other).

use crate::cover::Noted;
use cranelift_entity::{PrimaryMap, SecondaryMap};
use lwas_base::{FileId, SourceMap, Span};
use lwas_check::hir::{self, Program};
use lwas_ir::coverage::Points;
use lwas_ir::{self as ir, FuncId, Function, Module, Place, TextId, TypeId};
use std::collections::{HashMap, HashSet};

/// The functions that belong to a state.
#[derive(Clone, Debug, Default)]
pub(crate) struct StateFuncs {
    /// Row → value, for each computed field.
    pub computed: Vec<FuncId>,
    /// Row →: stores its computed fields; none without such fields.
    pub fill: Option<FuncId>,
    /// Old row (or none), new row →: writes it.
    pub write: Option<FuncId>,
    /// Old row →: deletes it.
    pub delete: Option<FuncId>,
    /// Row without `seq` and `time` → `seq`: writes it.
    pub append: Option<FuncId>,
}

/// The module in the making.
pub(crate) struct Lower<'a> {
    pub program: &'a Program,
    pub module: Module,
    /// By state.
    pub states: SecondaryMap<hir::StateId, StateFuncs>,
    /// The aggregates over a state's rows.
    pub aggregates: SecondaryMap<hir::StateId, Vec<hir::AggregateId>>,
    sources: &'a SourceMap,
    types: HashMap<ir::Type, TypeId>,
    texts: HashMap<String, TextId>,
    files: HashMap<FileId, u32>,
    currencies: SecondaryMap<hir::CurrencyId, u32>,
    functions: PrimaryMap<FuncId, Option<Function>>,
    names: HashSet<String>,
    called: SecondaryMap<hir::FunctionId, u32>,
    consts: SecondaryMap<hir::ConstId, u32>,
    /// What could be reached, where somebody asks for it.
    pub noted: Option<Noted>,
}

impl<'a> Lower<'a> {
    /// Nothing yet but the numbers of functions and currencies.
    pub fn new(program: &'a Program, sources: &'a SourceMap) -> Lower<'a> {
        let mut cx = Lower {
            program,
            module: Module::default(),
            states: SecondaryMap::new(),
            aggregates: SecondaryMap::new(),
            sources,
            types: HashMap::new(),
            texts: HashMap::new(),
            files: HashMap::new(),
            currencies: SecondaryMap::new(),
            functions: PrimaryMap::new(),
            names: HashSet::new(),
            called: SecondaryMap::new(),
            consts: SecondaryMap::new(),
            noted: None,
        };
        cx.number_currencies();
        for id in program.consts.keys() {
            cx.consts[id] = cx.reserve().as_u32();
        }
        for id in program.functions.keys() {
            cx.called[id] = cx.reserve().as_u32();
        }
        for (id, aggregate) in &program.aggregates {
            cx.aggregates[aggregate.state].push(id);
        }
        for (id, state) in &program.states {
            cx.states[id] = cx.reserve_state(state);
        }
        cx
    }

    fn number_currencies(&mut self) {
        let program = self.program;
        let mut order: Vec<_> = program.currencies.keys().collect();
        order.sort_by_key(|id| (program.currencies[*id].code.as_str(), *id));
        for (number, id) in order.into_iter().enumerate() {
            let currency = &program.currencies[id];
            self.currencies[id] = u32::try_from(number).expect("a program has few currencies");
            self.module.currencies.push(ir::Currency {
                code: currency.code.as_str().to_owned(),
                digits: currency.digits,
                title: currency.title.clone(),
            });
        }
    }

    fn reserve_state(&mut self, state: &hir::State) -> StateFuncs {
        let computed: Vec<_> = state.computed.iter().map(|_| self.reserve()).collect();
        let fill = (!computed.is_empty()).then(|| self.reserve());
        let journal = state.kind == hir::StateKind::Journal;
        StateFuncs {
            computed,
            fill,
            write: (!journal).then(|| self.reserve()),
            delete: (state.kind == hir::StateKind::Keyed).then(|| self.reserve()),
            append: journal.then(|| self.reserve()),
        }
    }

    /// The finished module, and what was noted of it. Every function has been defined.
    pub fn finish(self) -> (Module, Points) {
        let functions = self.functions.into_iter();
        let functions = functions.map(|(_, f)| f.expect("every reserved function is defined before the end")).collect();
        (Module { functions, ..self.module }, self.noted.map(|noted| noted.points).unwrap_or_default())
    }

    /// The number of a function that is defined later.
    pub fn reserve(&mut self) -> FuncId {
        self.functions.push(None)
    }

    /// Defines a reserved function. Where a name is taken, as two tests may share theirs, a number follows it.
    pub fn define(&mut self, id: FuncId, mut function: Function) {
        let name = function.name.clone();
        let mut number = 1;
        while !self.names.insert(function.name.clone()) {
            number += 1;
            function.name = format!("{name} {number}");
        }
        self.functions[id] = Some(function);
    }

    /// The function of a `fn`, action or query.
    pub fn function(&self, id: hir::FunctionId) -> FuncId {
        FuncId::from_u32(self.called[id])
    }

    /// The function of a constant.
    pub fn constant(&self, id: hir::ConstId) -> FuncId {
        FuncId::from_u32(self.consts[id])
    }

    /// A currency's number in order of code.
    pub fn currency(&self, id: hir::CurrencyId) -> ir::CurrencyId {
        ir::CurrencyId::from_u32(self.currencies[id])
    }

    /// The number of a type.
    pub fn intern(&mut self, ty: ir::Type) -> TypeId {
        let module = &mut self.module;
        *self.types.entry(ty).or_insert_with(|| module.types.push(ty))
    }

    /// The number of a text constant.
    pub fn text(&mut self, text: &str) -> TextId {
        if let Some(id) = self.texts.get(text) {
            return *id;
        }
        let id = self.module.texts.push(text.to_owned());
        self.texts.insert(text.to_owned(), id);
        id
    }

    /// A place for people; its line is kept with the module.
    pub fn place(&mut self, span: Span) -> Place {
        let source = self.sources.file(span.file);
        let next = u32::try_from(self.files.len()).expect("a program has few files");
        let file = *self.files.entry(span.file).or_insert(next);
        if file == next {
            self.module.sources.push(source.path.clone());
        }
        let at = source.line_col(span.start);
        let line = source.line(at.line);
        let rest = u32::try_from(line.chars().count()).unwrap_or(u32::MAX).saturating_sub(at.column - 1);
        let covered = u32::try_from(self.sources.text(span).chars().count()).unwrap_or(u32::MAX);
        self.module.source_lines.entry((file, at.line)).or_insert_with(|| line.to_owned());
        Place { file, line: at.line, column: at.column, width: covered.min(rest).max(1) }
    }

    /// `module.name`, by the module's last part; by its whole path where another module has the same last part.
    pub fn qualified(&self, module: hir::ModuleId, name: impl std::fmt::Display) -> String {
        format!("{}.{name}", self.prefix(module))
    }

    /// What stands before the names of a module: the last part of its path, or all of it.
    pub fn prefix(&self, module: hir::ModuleId) -> &'a str {
        let known = &self.program.modules[module];
        let alone = self.program.modules.values().filter(|m| m.name == known.name).count() == 1;
        if alone { known.name.as_str() } else { &known.path }
    }

    /// The name as the outside knows it: bare for the program's own module, else `module.name`; in a set always the latter.
    pub fn wire(&self, module: hir::ModuleId, name: impl std::fmt::Display) -> String {
        match self.program.faces.as_slice() {
            [face] if face.entry == module => name.to_string(),
            _ => self.qualified(module, name),
        }
    }
}
