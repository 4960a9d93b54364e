//! Notes where a function says what could be reached: statements, and the ways that a branch can take. Comes in: what is lowered, while
//! it is. Goes out: the points of the program's own modules. The functions are the same, whether somebody notes or not.

use crate::body::Fx;
use crate::tables::Lower;
use lwas_base::{FileId, Span};
use lwas_check::hir::{self, Arm, FunctionKind as HirKind};
use lwas_ir::coverage::{
    AxiomPoint, BranchKind, BranchPoint, Edge, FunctionKind, FunctionPoint, Points, Spot, StatementPoint, Way,
};
use lwas_ir::{BlockId, FuncId, Place};
use std::collections::HashSet;

/// What is noted of a whole program.
#[derive(Debug, Default)]
pub(crate) struct Noted {
    /// The sources of its own modules.
    files: HashSet<FileId>,
    pub points: Points,
}

impl Noted {
    /// For the modules whose tests a program runs: its own, and one of the standard library where it is the program.
    pub fn new(program: &hir::Program, sources: &lwas_base::SourceMap) -> Noted {
        let mut noted = Noted::default();
        for (id, module) in &program.modules {
            let is_entry = program.faces.iter().any(|face| face.entry == id);
            if is_entry || !module.path.starts_with("std.") {
                noted.files.insert(module.file);
                noted.points.modules.push((module.path.clone(), sources.file(module.file).path.clone()));
            }
        }
        noted
    }
}

/// What is noted of a function that is being built.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    statements: Vec<(Place, BlockId, usize)>,
    branches: Vec<(BranchKind, Place, Vec<Way>)>,
    /// The branches of a condition that is being lowered: the block, and where it goes on when its value is true, and when it is false.
    leaves: Vec<(BlockId, BlockId, BlockId)>,
}

impl Lower<'_> {
    /// Whether it is noted what is reached in a source.
    pub fn notes(&self, file: FileId) -> bool {
        self.noted.as_ref().is_some_and(|noted| noted.files.contains(&file))
    }

    /// Keeps what was noted of a function.
    pub fn keep(&mut self, func: FuncId, notes: Option<Notes>) {
        let (Some(notes), Some(noted)) = (notes, &mut self.noted) else { return };
        let statement =
            |(place, block, inst): (Place, BlockId, usize)| StatementPoint { place, at: Spot { func, block, inst } };
        noted.points.statements.extend(notes.statements.into_iter().map(statement));
        let at_func = |way: Way| match way {
            Way::At(spot, place) => Way::At(Spot { func, ..spot }, place),
            edges => edges,
        };
        let branch = |(kind, place, ways): (BranchKind, Place, Vec<Way>)| BranchPoint {
            kind,
            place,
            func,
            ways: ways.into_iter().map(at_func).collect(),
        };
        noted.points.branches.extend(notes.branches.into_iter().map(branch));
    }

    /// Notes the functions and rules that the source has. Rules that the compiler makes stand where an action or a state does.
    pub fn note_functions(&mut self) {
        let program = self.program;
        let mut found = vec![];
        for (id, item) in &program.functions {
            let kind = match item.kind {
                HirKind::Fn => FunctionKind::Fn,
                HirKind::Action => FunctionKind::Action,
                HirKind::Query => FunctionKind::Query,
            };
            found.push((kind, item.name, item.span, self.function(id)));
        }
        let declared: HashSet<Span> = program.functions.values().map(|item| item.span).collect();
        let states: HashSet<Span> = program.states.values().map(|item| item.span).collect();
        for (id, item) in &program.rules {
            if !declared.contains(&item.span) && !states.contains(&item.span) {
                let numbers = program.events[item.event].rules.iter().position(|rule| *rule == id);
                let event = &self.module.events[crate::ty::event_id(item.event)];
                let func = numbers.and_then(|at| event.rules.get(at)).copied();
                found.extend(func.map(|func| (FunctionKind::Rule, item.name, item.span, func)));
            }
        }
        for (item, due) in program.dues.iter().zip(self.module.due.clone()) {
            found.push((FunctionKind::Rule, item.name, item.span, due.func));
        }
        for (kind, name, span, func) in found {
            if self.notes(span.file) {
                let place = self.place(span);
                let point = FunctionPoint { kind, name: name.as_str().to_owned(), place, func };
                self.noted.iter_mut().for_each(|noted| noted.points.functions.push(point.clone()));
            }
        }
    }

    /// Notes a law, by its number.
    pub fn note_axiom(&mut self, number: usize, item: &hir::Axiom, asked: Spot) {
        if self.notes(item.span.file) {
            let (name, place) = (item.name.as_str().to_owned(), self.place(item.span));
            let point = AxiomPoint { name, place, number, asked };
            self.noted.iter_mut().for_each(|noted| noted.points.axioms.push(point.clone()));
        }
    }
}

impl Fx<'_, '_> {
    /// A statement, or the value of a block, begins.
    pub fn note_statement(&mut self, span: Span) {
        let place = self.notes.is_some().then(|| self.cx.place(span));
        let (block, inst) = self.b.position();
        if let (Some(notes), Some(place)) = (&mut self.notes, place) {
            notes.statements.push((place, block, inst));
        }
    }

    /// The current block ends with a branch of a condition.
    pub fn note_leaf(&mut self, then: BlockId, otherwise: BlockId) {
        let block = self.b.current();
        self.notes.iter_mut().for_each(|notes| notes.leaves.push((block, then, otherwise)));
    }

    /// How many branches of conditions there are so far.
    pub fn leaves(&self) -> usize {
        self.notes.as_ref().map_or(0, |notes| notes.leaves.len())
    }

    /// What decides was lowered since there were so many branches, and goes on at one of two blocks.
    pub fn note_branch(&mut self, kind: BranchKind, span: Span, since: usize, (first, second): (BlockId, BlockId)) {
        let place = self.notes.is_some().then(|| self.cx.place(span));
        let (Some(notes), Some(place)) = (&mut self.notes, place) else { return };
        let leaves = notes.leaves.get(since..).unwrap_or_default();
        let way = |wanted: BlockId| {
            let edges = leaves.iter().flat_map(|(block, then, otherwise)| {
                [(*then, true), (*otherwise, false)].map(|(to, is_true)| (to, Edge { block: *block, is_true }))
            });
            Way::Edges(edges.filter(|(to, _)| *to == wanted).map(|(_, edge)| edge).collect())
        };
        let ways = vec![way(first), way(second)];
        notes.branches.push((kind, place, ways));
    }

    /// Behind an outermost condition its branches concern nobody.
    pub fn forget_leaves(&mut self, since: usize) {
        self.notes.iter_mut().for_each(|notes| notes.leaves.truncate(since));
    }

    /// The current block, which a branch ends, has two ways.
    pub fn note_two_ways(&mut self, kind: BranchKind, span: Span, first_is_true: bool) {
        let place = self.notes.is_some().then(|| self.cx.place(span));
        let block = self.b.current();
        let (Some(notes), Some(place)) = (&mut self.notes, place) else { return };
        let way = |is_true| Way::Edges(vec![Edge { block, is_true }]);
        notes.branches.push((kind, place, vec![way(first_is_true), way(!first_is_true)]));
    }

    /// An arm of a `match` begins here.
    pub fn arm_way(&mut self, arm: &Arm) -> Option<Way> {
        self.notes.as_ref()?;
        let place = self.cx.place(arm.body.span);
        let (block, inst) = self.b.position();
        Some(Way::At(Spot { func: FuncId::from_u32(0), block, inst }, place))
    }

    /// A `match` with the ways of its arms.
    pub fn note_match(&mut self, span: Span, ways: Vec<Option<Way>>) {
        let place = self.notes.is_some().then(|| self.cx.place(span));
        if let (Some(notes), Some(place)) = (&mut self.notes, place) {
            notes.branches.push((BranchKind::Match, place, ways.into_iter().flatten().collect()));
        }
    }
}
