//! Types as the ir knows them, and how their values lie in program memory.
//!
//! A value is one of three kinds (`Kind`): a 64-bit integer, a 128-bit integer, or a `Ref`: an offset into program
//! memory, never 0. Program memory is little-endian; everything in it is aligned to 8 bytes.
//!
//! | type | kind | in memory at the `Ref` |
//! | --- | --- | --- |
//! | Bool, Int, Currency, Time, Date, Duration | I64 | (0 or 1; the number; the `CurrencyId`; µs; days; µs) |
//! | Float | I64 | (the bits of an IEEE double: finite, and zero without a sign) |
//! | enum without any payload | I64 | (the variant's number) |
//! | Decimal, Amount | I128 | (smallest units) |
//! | Text | Ref | byte length i64, bytes, zeroes up to a multiple of 8 |
//! | Money | Ref | units i128, currency i64 |
//! | Number | Ref | units i128, digits i64 |
//! | Fraction | Ref | 72 bytes of `lwas_exact::Fraction`, currency i64 (-1 for none known at run time) |
//! | Bag | Ref | length i64, then by currency: currency i64, units i128; no entry is zero |
//! | `Option<T>` | Ref, 0 for none | T itself when T is a `Ref`, else a box with T (8 or 16 bytes) |
//! | `List<T>` | Ref | length i64, elements of 8 or 16 bytes |
//! | `Map<Text, T>` | Ref | keys Ref, values Ref: lists of one length, the keys in order of code point, each once |
//! | enum with payload | Ref | variant i64, then its fields as in a record |
//! | record, row, event | Ref | fields one after the other, 8 or 16 bytes each |

use crate::{CurrencyId, EnumId, Kind, Module, RecordId, StateId, TypeId};
use cranelift_entity::PrimaryMap;

/// A type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "named after the types of the language")]
pub enum Type {
    Bool,
    Int,
    Text,
    /// With these digits, at most 36.
    Decimal(u8),
    /// An amount of a currency known at compile time, with these digits, at most 36.
    Amount(CurrencyId, u8),
    Money,
    Number,
    Bag,
    /// Of a number, an amount or Money alike.
    Fraction,
    Currency,
    Time,
    Date,
    Duration,
    /// An IEEE double, by its bits.
    Float,
    /// `T?`; T is no option.
    Option(TypeId),
    List(TypeId),
    /// `Map<Text, T>`, by T.
    Map(TypeId),
    Enum(EnumId),
    /// A record, or the data of an event.
    Record(RecordId),
    /// A row: key fields, stored fields, computed fields.
    Row(StateId),
}

/// The types of a module, each once.
pub type Types = PrimaryMap<TypeId, Type>;

impl Module {
    /// The number of a type, which is added when it is new.
    pub fn intern(&mut self, ty: Type) -> TypeId {
        match self.types.iter().find(|(_, known)| **known == ty) {
            Some((id, _)) => id,
            None => self.types.push(ty),
        }
    }

    /// The kind of a type's values.
    pub fn kind(&self, ty: TypeId) -> Kind {
        match self.types[ty] {
            Type::Bool | Type::Int | Type::Currency | Type::Time | Type::Date | Type::Duration => Kind::I64,
            Type::Float => Kind::I64,
            Type::Decimal(_) | Type::Amount(..) => Kind::I128,
            Type::Enum(id) if self.enums[id].is_plain() => Kind::I64,
            Type::Text | Type::Money | Type::Number | Type::Bag | Type::Fraction => Kind::Ref,
            Type::Option(_) | Type::List(_) | Type::Map(_) => Kind::Ref,
            Type::Enum(_) | Type::Record(_) | Type::Row(_) => Kind::Ref,
        }
    }

    /// The type of a field's parts in an index or a group: of `T?` it is T, since what is `none` is in neither.
    pub fn part_type(&self, ty: TypeId) -> TypeId {
        match self.types.get(ty) {
            Some(Type::Option(inner)) => *inner,
            _ => ty,
        }
    }

    /// The offsets of fields that lie one after the other from `start`, and the size of the whole.
    pub fn layout(&self, start: u32, fields: impl IntoIterator<Item = TypeId>) -> (Vec<u32>, u32) {
        let mut at = start;
        let offsets = fields.into_iter().map(|ty| {
            let offset = at;
            at += self.kind(ty).size();
            offset
        });
        (offsets.collect(), at)
    }

    /// The offsets of a record's fields and its size.
    pub fn record_layout(&self, record: RecordId) -> (Vec<u32>, u32) {
        self.layout(0, self.records[record].fields.iter().map(|f| f.ty))
    }

    /// The offsets of a row's fields (key, stored, computed) and its size.
    pub fn row_layout(&self, state: StateId) -> (Vec<u32>, u32) {
        self.layout(0, self.states[state].fields.iter().map(|f| f.ty))
    }

    /// The offsets of a variant's fields and the size of the value; the variant's number lies at 0.
    pub fn variant_layout(&self, id: EnumId, variant: usize) -> (Vec<u32>, u32) {
        self.layout(8, self.enums[id].variants[variant].fields.iter().map(|f| f.ty))
    }
}
