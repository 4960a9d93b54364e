//! Rules that are due, and their agendas: hidden states of the rows whose time has not come yet, keyed by the time and the row's
//! key. The functions that write rows move an agenda's entry when the row's time changes, and leave it where it is when the
//! time stays: a rule that has run, whose entry is gone, does not run again.

use crate::body::{Fx, Scope};
use crate::row::RowForm;
use crate::tables::Lower;
use crate::ty::{event_id, state_id};
use crate::uses::Uses;
use lwas_base::Symbol;
use lwas_check::hir::{Due, Field, StateId, Type};
use lwas_ir::{self as ir, CompareOp, FuncId, HostOp, Kind, Local};

/// The agendas, behind the states of the program, with the functions of the rules reserved.
pub(crate) fn declare(cx: &mut Lower) {
    let program = cx.program;
    for due in &program.dues {
        let fields = fields(cx, due);
        let number = u32::try_from(fields.len()).expect("a state has few fields");
        let fields = fields
            .iter()
            .map(|field| ir::Field { name: field.name.as_str().to_owned(), ty: cx.ty(&field.ty), default: None })
            .collect();
        let agenda = cx.module.states.push(ir::State {
            module: program.modules[due.module].path.clone(),
            name: format!("due_{}", due.name),
            kind: ir::StateKind::Keyed,
            fields,
            key: number,
            stored: number,
            computed: vec![],
            indexes: vec![],
            initial: None,
        });
        let (name, place) = (cx.wire(due.module, due.name), cx.place(due.span));
        let (state, func) = (state_id(due.state), cx.reserve());
        cx.module.due.push(ir::Due { name, place, state, field: due.field, agenda, func });
    }
    let is_tick = |event: &lwas_check::hir::Event| {
        program.modules[event.module].path == "std.time" && event.name.as_str() == "Tick"
    };
    cx.module.tick = program.events.iter().find(|(_, event)| is_tick(event)).map(|(id, _)| event_id(id));
}

/// An agenda's fields: a time, then the key of the row.
fn fields(cx: &Lower, due: &Due) -> Vec<Field> {
    let of = &cx.program.states[due.state];
    let time = Field { name: Symbol::new("due"), ty: Type::Time, default: None, fixed: false, span: due.span };
    let key = of.fields.iter().take(of.key).cloned();
    std::iter::once(time).chain(key).collect()
}

/// The functions of the rules: from the stored fields of a row.
pub(crate) fn rules(cx: &mut Lower) {
    let program = cx.program;
    for (number, due) in program.dues.iter().enumerate() {
        let func: FuncId = cx.module.due[number].func;
        let name = format!("rule {}", cx.qualified(due.module, due.name));
        let scope = Scope { uses: Uses::of(&due.body.block), writing: true, ..Scope::default() };
        let mut fx = Fx::new(cx, name, due.span, &[Kind::Ref], None, scope);
        let row = fx.b.param(0);
        for local in &due.body.params {
            // The row is a copy, as one is that was read.
            fx.bind(*local, &Type::Row(due.state), row, RowForm::Bare);
        }
        let value = fx.block(&due.body.block);
        fx.finish(func, value);
    }
}

/// When a row is due, if it is: 1 and the time, or 0 and 0.
struct When {
    there: Local,
    time: Local,
}

impl Fx<'_, '_> {
    /// Moves a row's entries in the agendas over its state: from where the old row has put them (which may be `none`) to where
    /// the new one does, if there is one.
    pub fn reschedule(&mut self, state: StateId, old: Local, new: Option<Local>) {
        let program = self.cx.program;
        for (number, due) in program.dues.iter().enumerate().filter(|(_, due)| due.state == state) {
            let agenda = ir::StateId::from_u32(u32::try_from(program.states.len() + number).expect("states are few"));
            let before = self.due_at(due, old);
            let after = match new {
                Some(new) => self.due_at(due, new),
                None => When { there: self.b.int(0), time: self.b.int(0) },
            };
            let same_there = self.b.compare(CompareOp::Equal, before.there, after.there);
            let same = self.choose(
                same_there,
                Kind::I64,
                |fx| fx.b.compare(CompareOp::Equal, before.time, after.time),
                |fx| fx.b.int(0),
            );
            let moves = self.b.not(same);
            self.when(moves, |fx| {
                fx.when(before.there, |fx| fx.unschedule(due, agenda, old, before.time));
                if let Some(new) = new {
                    fx.when(after.there, |fx| fx.schedule(due, agenda, new, after.time));
                }
            });
        }
    }

    fn due_at(&mut self, due: &Due, row: Local) -> When {
        let missing = self.is_none(row);
        let there = self.choose(
            missing,
            Kind::I64,
            |fx| fx.b.int(0),
            |fx| match &fx.cx.program.states[due.state].fields[due.field as usize].ty {
                Type::Option(_) => {
                    let value = fx.row_field(row, RowForm::Bare, due.state, due.field);
                    let none = fx.is_none(value);
                    fx.b.not(none)
                }
                _ => fx.b.int(1),
            },
        );
        let time = self.choose(
            there,
            Kind::I64,
            |fx| {
                let value = fx.row_field(row, RowForm::Bare, due.state, due.field);
                match &fx.cx.program.states[due.state].fields[due.field as usize].ty {
                    Type::Option(of) => fx.unboxed(value, of),
                    _ => value,
                }
            },
            |fx| fx.b.int(0),
        );
        When { there, time }
    }

    /// The values of an agenda's fields.
    fn appointment(&mut self, due: &Due, row: Local, time: Local) -> Vec<Local> {
        let key = (0..).take(self.cx.program.states[due.state].key);
        let key: Vec<Local> = key.map(|field| self.row_field(row, RowForm::Bare, due.state, field)).collect();
        std::iter::once(time).chain(key).collect()
    }

    /// Takes an entry out, unless the rule has run.
    fn unschedule(&mut self, due: &Due, agenda: ir::StateId, row: Local, time: Local) {
        let key = self.appointment(due, row, time);
        let entry = self.host(HostOp::RowGet(agenda), &key, Kind::Ref, due.span);
        let gone = self.is_none(entry);
        let there = self.b.not(gone);
        self.when(there, |fx| fx.host_effect(HostOp::RowDelete(agenda), &key, due.span));
    }

    fn schedule(&mut self, due: &Due, agenda: ir::StateId, row: Local, time: Local) {
        let values = self.appointment(due, row, time);
        let fields = fields(self.cx, due);
        let (layout, size) = self.cx.layout(0, &fields);
        let entry = self.made(size, layout.into_iter().map(|(offset, _)| offset).zip(values), due.span);
        self.host_effect(HostOp::RowPut(agenda), &[entry], due.span);
    }
}
