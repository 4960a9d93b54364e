//! [`Columns`]: the way of one field's values into cells and back, decided once from its type.
//!
//! What is read back is exact and canonical: a cell that this mapping would not have written is a [`Misfit`], since a
//! number that is written in two ways would compare in two ways.

use std::sync::Arc;

use lwas_ir::{CurrencyId, EnumId, Field, KeyPart, Module, Type, TypeId, Value};
use lwas_ledger::{Cell, ColumnKind, ColumnSpec};

use crate::data;
use crate::schema::names::Names;
use crate::schema::view;

/// A value or cell that does not fit its column, in words: the ledger is damaged, or we are wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Misfit(pub String);

/// How values of a type lie in columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// Bool, Int, Time, Date, Duration.
    Int,
    /// Floats.
    Float,
    /// Decimals and amounts.
    Wide,
    Text,
    /// By code.
    Currency,
    /// An enum without payload, by the variant's name.
    Plain(EnumId),
    /// Units, then the currency's code.
    Money,
    /// Lists, records, enums with payload.
    Json,
}

/// One field's columns.
#[derive(Clone, Debug)]
pub struct Columns {
    shape: Shape,
    /// The type, without the option around it.
    ty: TypeId,
    optional: bool,
    /// Whether a second column has the order of a wide number, for an index.
    ordered: bool,
    names: Vec<String>,
}

impl Columns {
    /// The columns of a field, which an index may have; their names are taken from `names`.
    pub fn new(module: &Module, field: &Field, is_indexed: bool, names: &mut Names) -> Columns {
        let (ty, optional) = match module.types[field.ty] {
            Type::Option(inner) => (inner, true),
            _ => (field.ty, false),
        };
        let shape = match module.types[ty] {
            Type::Bool | Type::Int | Type::Time | Type::Date | Type::Duration => Shape::Int,
            Type::Float => Shape::Float,
            Type::Decimal(_) | Type::Amount(..) => Shape::Wide,
            Type::Text => Shape::Text,
            Type::Currency => Shape::Currency,
            Type::Enum(id) if module.enums[id].is_plain() => Shape::Plain(id),
            Type::Money => Shape::Money,
            Type::Number | Type::Bag | Type::Fraction | Type::Option(_) => Shape::Json,
            Type::List(_) | Type::Map(_) | Type::Enum(_) | Type::Record(_) | Type::Row(_) => Shape::Json,
        };
        let mut taken = vec![names.take(&field.name, &[])];
        if shape == Shape::Money {
            taken.push(names.take(&format!("{}_currency", field.name), &[]));
        }
        let ordered = is_indexed && shape == Shape::Wide;
        if ordered {
            taken.push(names.take(&format!("{}_order", field.name), &[]));
        }
        Columns { shape, ty, optional, ordered, names: taken }
    }

    /// The columns of a field by which is grouped: an optional one is there, as a row without it is in no group.
    pub fn of_group(module: &Module, field: &Field, names: &mut Names) -> Columns {
        Columns { optional: false, ..Columns::new(module, field, false, names) }
    }

    /// Which of the columns an index has.
    pub fn indexed(&self) -> std::ops::Range<usize> {
        if self.ordered { 1..2 } else { 0..self.count() }
    }

    /// How many columns.
    pub fn count(&self) -> usize {
        self.names.len()
    }

    /// Whether values can be a part of a key: one cell that is always there and says the value.
    pub fn is_key(&self) -> bool {
        !self.optional && matches!(self.shape, Shape::Int | Shape::Text | Shape::Currency | Shape::Plain(_))
    }

    /// Whether cells are in the order of the values. Variants are ordered by declaration, their cells by name.
    pub fn is_ordered(&self) -> bool {
        !matches!(self.shape, Shape::Plain(_))
    }

    /// What the ledger is told.
    pub fn specs(&self) -> impl Iterator<Item = ColumnSpec> {
        let first = match self.shape {
            Shape::Int => ColumnKind::Integer,
            Shape::Float => ColumnKind::Real,
            Shape::Wide | Shape::Money => ColumnKind::Any,
            Shape::Text | Shape::Currency | Shape::Plain(_) | Shape::Json => ColumnKind::Text,
        };
        let kinds = [first, ColumnKind::Text];
        let nullable = self.optional;
        self.names.iter().zip(kinds).map(move |(name, kind)| ColumnSpec { name: name.clone(), kind, nullable })
    }

    /// What the readable view shows: expressions with their names.
    pub fn view(&self, module: &Module) -> Vec<String> {
        let shown = if self.ordered { self.names.get(..1).unwrap_or_default() } else { &self.names };
        view::expressions(&module.types[self.ty], shown)
    }

    /// Writes a value behind `cells`.
    pub fn write(&self, module: &Module, value: &Value, cells: &mut Vec<Cell>) -> Result<(), Misfit> {
        let value = match (self.optional, value) {
            (true, Value::None) => {
                cells.extend(std::iter::repeat_n(Cell::Null, self.count()));
                return Ok(());
            }
            (true, Value::Some(inner)) => inner,
            (false, value) => value,
            (true, _) => return Err(self.misfit("an option")),
        };
        match (self.shape, value) {
            (Shape::Int, Value::Int(number)) => cells.push(Cell::Int(*number)),
            (Shape::Float, Value::Int(bits)) => cells.push(Cell::Real(bits.cast_unsigned())),
            (Shape::Wide, Value::Wide(units)) => {
                cells.push(wide(*units));
                cells.extend(self.ordered.then(|| Cell::Text(order(*units))));
            }
            (Shape::Text, Value::Text(text)) => cells.push(Cell::Text(text.as_ref().to_owned())),
            (Shape::Currency, Value::Int(id)) => cells.push(self.code(module, *id)?),
            (Shape::Plain(id), Value::Int(variant)) => cells.push(self.variant(module, id, *variant)?),
            (Shape::Money, Value::Money { units, currency }) => {
                let code = &module.currencies.get(*currency).ok_or_else(|| self.misfit("a currency"))?.code;
                cells.extend([wide(*units), Cell::Text(code.clone())]);
            }
            (Shape::Json, value) => cells.push(Cell::Text(data::json_text(module, self.ty, value))),
            _ => return Err(self.misfit("a value of its type")),
        }
        Ok(())
    }

    /// The cell of a part of a key.
    pub fn key_cell(&self, module: &Module, part: &KeyPart) -> Result<Cell, Misfit> {
        match (self.shape, part) {
            (Shape::Int, KeyPart::Int(number)) => Ok(Cell::Int(*number)),
            (Shape::Wide, KeyPart::Wide(units)) if self.ordered => Ok(Cell::Text(order(*units))),
            (Shape::Text, KeyPart::Text(text)) => Ok(Cell::Text(text.as_ref().to_owned())),
            (Shape::Currency, KeyPart::Int(id)) => self.code(module, *id),
            (Shape::Plain(id), KeyPart::Int(variant)) => self.variant(module, id, *variant),
            _ => Err(self.misfit("a part of a key")),
        }
    }

    /// Reads a value from its cells, which are as many as there are columns.
    pub fn read(&self, module: &Module, cells: &[Cell]) -> Result<Value, Misfit> {
        let value = match (self.shape, cells) {
            (_, [Cell::Null, rest @ ..]) if self.optional && rest.iter().all(|cell| *cell == Cell::Null) => {
                return Ok(Value::None);
            }
            (Shape::Int, [Cell::Int(number)]) if self.in_range(module, *number) => Value::Int(*number),
            (Shape::Float, [Cell::Real(bits)]) => {
                let value = Value::Int(bits.cast_signed());
                value.float().ok_or_else(|| self.misfit("a finite number, zero without a sign"))?;
                value
            }
            (Shape::Wide, [cell, rest @ ..]) => {
                let units = units(cell).ok_or_else(|| self.misfit("a whole number"))?;
                if rest.iter().any(|cell| *cell != Cell::Text(order(units))) {
                    return Err(self.misfit("the order of the number before it"));
                }
                Value::Wide(units)
            }
            (Shape::Text, [Cell::Text(text)]) => Value::Text(Arc::from(text.as_str())),
            (Shape::Currency, [Cell::Text(code)]) => {
                Value::currency(currency(module, code).ok_or_else(|| self.misfit("a currency of the program"))?)
            }
            (Shape::Plain(id), [Cell::Text(name)]) => {
                let variant = module.enums[id].variants.iter().position(|variant| variant.name == *name);
                let variant = variant.and_then(|variant| i64::try_from(variant).ok());
                Value::Int(variant.ok_or_else(|| self.misfit("a variant of its enum"))?)
            }
            (Shape::Money, [cell, Cell::Text(code)]) => {
                let units = units(cell).ok_or_else(|| self.misfit("a whole number"))?;
                let currency = currency(module, code).ok_or_else(|| self.misfit("a currency of the program"))?;
                Value::Money { units, currency }
            }
            (Shape::Json, [Cell::Text(text)]) => {
                let value = data::json_value(module, self.ty, text).map_err(|error| self.misfit(&error.message))?;
                if data::json_text(module, self.ty, &value) != *text {
                    return Err(self.misfit("the one form in which its JSON is written"));
                }
                value
            }
            _ => return Err(self.misfit("a value of its type")),
        };
        Ok(if self.optional { Value::Some(Arc::new(value)) } else { value })
    }

    fn in_range(&self, module: &Module, number: i64) -> bool {
        module.types[self.ty] != Type::Bool || matches!(number, 0 | 1)
    }

    fn code(&self, module: &Module, id: i64) -> Result<Cell, Misfit> {
        let id = u32::try_from(id).ok().map(CurrencyId::from_u32);
        let currency = id.and_then(|id| module.currencies.get(id)).ok_or_else(|| self.misfit("a currency"))?;
        Ok(Cell::Text(currency.code.clone()))
    }

    fn variant(&self, module: &Module, id: EnumId, variant: i64) -> Result<Cell, Misfit> {
        let variant = usize::try_from(variant).ok().and_then(|at| module.enums[id].variants.get(at));
        Ok(Cell::Text(variant.ok_or_else(|| self.misfit("a variant"))?.name.clone()))
    }

    fn misfit(&self, expected: &str) -> Misfit {
        let name = self.names.first().map_or("", String::as_str);
        Misfit(format!("column `{name}` expected {expected}"))
    }
}

/// A whole number of 128 bits: an integer where it fits 64, else its digits.
pub fn wide(units: i128) -> Cell {
    match i64::try_from(units) {
        Ok(small) => Cell::Int(small),
        Err(_) => Cell::Text(units.to_string()),
    }
}

/// A text that is before those of larger numbers: `p`, how many digits, and the digits; of a number below zero `n`, and each of
/// those digits taken from 9. Tables keep it beside a number that is indexed, as integers and texts have no order together.
pub fn order(units: i128) -> String {
    let digits = units.unsigned_abs().to_string();
    let text = format!("{:02}{digits}", digits.len());
    if units >= 0 {
        return format!("p{text}");
    }
    let turned = text.bytes().map(|digit| char::from(b'0' + (b'9' - digit)));
    std::iter::once('n').chain(turned).collect()
}

/// The number that [`wide`] has written; none for any other cell.
pub fn units(cell: &Cell) -> Option<i128> {
    match cell {
        Cell::Int(number) => Some(i128::from(*number)),
        Cell::Text(text) => text.parse().ok().filter(|units| wide(*units) == *cell),
        Cell::Null | Cell::Real(_) => None,
    }
}

/// The currency of this code; currencies are in order of code.
pub fn currency(module: &Module, code: &str) -> Option<CurrencyId> {
    let codes = module.currencies.as_values_slice();
    let at = codes.binary_search_by(|currency| currency.code.as_str().cmp(code)).ok()?;
    u32::try_from(at).ok().map(CurrencyId::from_u32)
}

#[cfg(test)]
mod tests {
    use super::order;
    use proptest::prelude::*;

    /// Numbers of all lengths.
    fn number() -> impl Strategy<Value = i128> {
        (any::<i128>(), 0u32..127).prop_map(|(bits, shift)| bits >> shift)
    }

    #[test]
    fn the_page_about_tables_shows_these() {
        assert_eq!([5, 0, -5].map(order), ["p015", "p010", "n984"]);
    }

    proptest! {
        #[test]
        fn texts_are_in_the_order_of_numbers(a in number(), b in number()) {
            prop_assert_eq!(order(a).cmp(&order(b)), a.cmp(&b));
            prop_assert!(order(i128::MIN) <= order(a) && order(a) <= order(i128::MAX));
        }
    }
}
