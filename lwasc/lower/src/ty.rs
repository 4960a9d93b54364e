//! Types, kinds and layouts. Ids of enums, records, states, events and aggregates are those of the typed program; only
//! currencies are numbered anew.

use crate::tables::Lower;
use cranelift_entity::EntityRef;
use lwas_check::hir::{self, Type};
use lwas_ir::{self as ir, Kind, TypeId};

macro_rules! same_number {
    ($($name:ident($hir:ident) -> $ir:ident;)*) => { $(
        /// The same number in the ir.
        pub(crate) fn $name(id: hir::$hir) -> ir::$ir {
            ir::$ir::new(id.index())
        }
    )* };
}

same_number! {
    enum_id(EnumId) -> EnumId;
    record_id(RecordId) -> RecordId;
    state_id(StateId) -> StateId;
    event_id(EventId) -> EventId;
    aggregate_id(AggregateId) -> AggregateId;
}

impl Lower<'_> {
    /// The number of a type. `none`, `[]` and `{}` that nothing says more about are of Bool.
    pub fn ty(&mut self, ty: &Type) -> TypeId {
        let ty = match ty {
            Type::Bool | Type::Unit | Type::Error => ir::Type::Bool,
            Type::Int => ir::Type::Int,
            Type::Text => ir::Type::Text,
            Type::Decimal(digits) => ir::Type::Decimal(*digits),
            Type::Amount(currency, digits) => ir::Type::Amount(self.currency(*currency), *digits),
            Type::Money => ir::Type::Money,
            Type::Number => ir::Type::Number,
            Type::Bag => ir::Type::Bag,
            Type::Fraction(_) => ir::Type::Fraction,
            Type::Currency => ir::Type::Currency,
            Type::Time => ir::Type::Time,
            Type::Date => ir::Type::Date,
            Type::Duration => ir::Type::Duration,
            Type::Float => ir::Type::Float,
            Type::Option(of) => ir::Type::Option(self.ty(of)),
            Type::List(of) => ir::Type::List(self.ty(of)),
            Type::None => ir::Type::Option(self.ty(&Type::Bool)),
            Type::EmptyList => ir::Type::List(self.ty(&Type::Bool)),
            Type::Map(of) => ir::Type::Map(self.ty(of)),
            Type::EmptyMap => ir::Type::Map(self.ty(&Type::Bool)),
            Type::Enum(id) => ir::Type::Enum(enum_id(*id)),
            Type::Record(id) => ir::Type::Record(record_id(*id)),
            Type::Row(id) => ir::Type::Row(state_id(*id)),
        };
        self.intern(ty)
    }

    /// The kind of a type's values; none for Unit.
    pub fn kind(&self, ty: &Type) -> Option<Kind> {
        Some(match ty {
            Type::Unit => return None,
            Type::Bool | Type::Int | Type::Currency | Type::Time | Type::Date | Type::Duration => Kind::I64,
            Type::Float => Kind::I64,
            Type::Enum(id) if self.program.enums[*id].is_plain() => Kind::I64,
            Type::Decimal(_) | Type::Amount(..) => Kind::I128,
            _ => Kind::Ref,
        })
    }

    /// The kind of a value that is there.
    pub fn value_kind(&self, ty: &Type) -> Kind {
        self.kind(ty).expect("a value has a type other than Unit: the checker has refused others")
    }

    /// Fields with their offsets, and the size of the whole.
    pub fn layout(&self, start: u32, fields: &[hir::Field]) -> (Vec<(u32, Kind)>, u32) {
        let mut at = start;
        let placed = fields.iter().map(|field| {
            let kind = self.value_kind(&field.ty);
            let offset = at;
            at += kind.size();
            (offset, kind)
        });
        (placed.collect(), at)
    }
}
