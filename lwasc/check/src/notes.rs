//! What an editor asks of a program beyond the program itself: which declaration each name stands for, and the type of each
//! expression as it is written. It is noted where names are resolved and expressions are typed, so that it is there for
//! programs with errors too; who only builds a program notes nothing. Names and types go in by place, and go out the same.

use crate::env::{Env, Item};
use crate::hir::{Field, Type};
use lwas_base::Span;
use std::cell::RefCell;

/// A name where it is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Use {
    /// The name.
    pub name: Span,
    /// The name where it is declared; of a module the empty place at its beginning.
    pub of: Span,
}

/// What was noted of a program, in no particular order; a place may come more than once.
#[derive(Clone, Debug, Default)]
pub struct Notes {
    /// Names with what they stand for. A field that is given in the short form, `Name { field }`, stands for a value and a field.
    pub uses: Vec<Use>,
    /// Expressions, and locals where they are bound, with their types.
    pub types: Vec<(Span, Type)>,
}

/// Where it is noted. The checker's `Env` is shared by everything that reads it, hence the cell.
#[derive(Debug, Default)]
pub(crate) struct Notebook(Option<RefCell<Notes>>);

impl Notebook {
    /// One that keeps what is noted, or one that does not.
    pub fn new(keeps: bool) -> Notebook {
        Notebook(keeps.then(RefCell::default))
    }

    /// Notes what a name stands for.
    pub fn used(&self, name: Span, of: Span) {
        if let Some(notes) = &self.0 {
            notes.borrow_mut().uses.push(Use { name, of });
        }
    }

    /// Notes the type of a place.
    pub fn typed(&self, place: Span, ty: &Type) {
        if let Some(notes) = &self.0 {
            notes.borrow_mut().types.push((place, ty.clone()));
        }
    }

    /// All that was noted.
    pub fn finish(self) -> Notes {
        self.0.map(RefCell::into_inner).unwrap_or_default()
    }
}

impl Env<'_> {
    /// Notes that a name stands for an item.
    pub(crate) fn names(&self, name: Span, item: Item) {
        if self.notes.0.is_some() {
            self.notes.used(name, self.declared_at(item));
        }
    }

    /// Notes that a name stands for a field. Those that every journal has are declared nowhere: their place is the journal's name.
    pub(crate) fn names_field(&self, name: Span, field: &Field, owner: Option<Span>) {
        if owner != Some(field.span) {
            self.notes.used(name, field.span);
        }
    }

    /// Where an item's name is declared.
    fn declared_at(&self, item: Item) -> Span {
        let program = self.program;
        match item {
            Item::Module(id) => Span::new(program.modules[id].file, 0, 0),
            Item::Currency(id) => program.currencies[id].span,
            Item::Enum(id) => program.enums[id].span,
            Item::Record(id) => program.records[id].span,
            Item::State(id) => program.states[id].span,
            Item::Event(id) => program.events[id].span,
            Item::Function(id) => program.functions[id].span,
            Item::Const(id) => program.consts[id].span,
            Item::Axiom(id) => {
                // The item's own place begins before its name.
                let axiom = &program.axioms[id];
                self.scopes[axiom.module].own.get(&axiom.name).map_or(axiom.span, |binding| binding.span)
            }
        }
    }
}
