//! Host functions: what programs call that is not worth, or not possible, to write in instructions. Each has a number that is
//! part of the artifact format; a released number never changes its results. Arguments and results are given by kind:
//! `I` = I64, `W` = I128, `R` = Ref.

mod bag;
mod calendar;
mod call;
mod float;
mod format;
mod fraction;
mod list;
mod map;
mod money;
mod number;
mod order;
mod row;
mod sort;
mod split;
mod text;

pub use call::call;
pub(crate) use format::{Formatter, money as money_words};
pub use format::{format_key, quoted, words_of};
pub(crate) use fraction::{plain, words as fraction_words};
pub(crate) use number::not_rounded;

use crate::{AggregateId, EventId, Kind, Module, StateId, TypeId};
use lwas_exact::Mode;

/// Where the values that are looked for end, on one side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum End {
    /// Nowhere: there is no argument.
    Open,
    /// At the argument, which is one of them.
    Included,
    /// At the argument, which is none of them.
    Excluded,
}

/// A host function with what is known of the call at compile time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HostOp {
    // Text.
    /// R… → R: texts one after the other. Any number of arguments.
    TextJoin,
    /// T → R: a value as people read it (`99.99 USD`, `2026-01-25`, `Plus`, `ann`).
    TextFormat(TypeId),
    /// R → I: code points.
    TextLength,

    // Values of any type.
    /// T T → I: equal by value. Money of two currencies is unequal; a Bag may be compared with a Bag only.
    Equal(TypeId),
    /// T T → I: -1, 0 or 1. Fails for Money of two currencies.
    Compare(TypeId),

    // Lists; the type is the element's.
    /// R R → R: one after the other.
    ListConcat(TypeId),
    /// R T → I: whether the list has an element equal to the value.
    ListContains(TypeId),
    /// I I → R: the Ints from the first to the last, both included; empty when the last is smaller.
    Range,

    // Money.
    /// R R → R.
    MoneyAdd,
    /// R R → R.
    MoneySub,
    /// R → R.
    MoneyNeg,
    /// R I → R.
    MoneyMul,
    /// R I → R: a Number's amount in a currency (`I`, by id); fails when the currency's digits can't say it exactly.
    MoneyNew,
    /// I → I: a currency's own digits.
    CurrencyDigits,

    // Number.
    /// R R → R.
    NumberAdd,
    /// R R → R.
    NumberSub,
    /// R R → R.
    NumberMul,
    /// R → R.
    NumberNeg,
    /// R → W: rounded to digits.
    NumberRound { digits: u8, mode: Mode },

    // Fractions.
    /// W → R: from smallest units of these digits.
    FractionFromWide(u8),
    /// R → R: from Money, keeping its currency.
    FractionFromMoney,
    /// R → R: from a Number.
    FractionFromNumber,
    /// R R → R. Fails when both have a currency and these differ.
    FractionAdd,
    /// R R → R.
    FractionSub,
    /// R R → R: at most one has a currency, which the product keeps.
    FractionMul,
    /// R R → R: the quotient keeps the dividend's currency when the divisor has none; two of one currency give a plain one; else fails.
    FractionDiv,
    /// R → R.
    FractionNeg,
    /// R R → I: -1, 0 or 1. Fails when both have a currency and these differ.
    FractionCompare,
    /// R → W.
    FractionRound { digits: u8, mode: Mode },
    /// R → R: Money, to its currency's digits. The fraction has a currency.
    FractionRoundMoney(Mode),
    /// R I → R: the same with a currency (`I`, by id), whatever it had.
    FractionWithCurrency,

    // Bags.
    /// → R: empty.
    BagNew,
    /// R R → R: bag + bag.
    BagAdd,
    /// R R → R: bag - bag.
    BagSub,
    /// R → R.
    BagNeg,
    /// R → R: a bag that holds this Money alone (none when it is zero).
    BagFromMoney,
    /// R I → R: its Money of a currency, zero when absent.
    BagGet,
    /// R → R: `List<Money>`, by currency.
    BagList,

    // Allocation.
    /// W R → R: `split` of units by weights (a list of W) into a list of W; `first` for `split_first`.
    Split { first: bool },
    /// R R → R: the same of Money into a list of Money.
    SplitMoney { first: bool },

    // Calendar.
    /// I I → I: Time + Duration, within the calendar.
    TimeAdd,
    /// I I → I: Date + days.
    AddDays,
    /// I I → I: Date + months, to the last day of a shorter month, or with `next_day` to the first of the next.
    AddMonths { next_day: bool },
    /// I → I.
    DaysInMonth,
    /// I → I.
    Year,
    /// I → I.
    Month,
    /// I → I.
    Day,
    /// I → I: 1 is Monday, 7 Sunday.
    Weekday,
    /// I → I: the Date of a Time.
    DateOf,

    // Powers.
    /// W I → W: `pow` of a number of `from` digits, rounded once to `to` digits.
    Pow { from: u8, to: u8 },

    // The world.
    /// K… → R: the row with this key, computed fields unset; 0 when there is none.
    RowGet(StateId),
    /// R →: writes the stored fields of a row.
    RowPut(StateId),
    /// K… →: deletes a row that is there.
    RowDelete(StateId),
    /// → I: the `seq` of a journal's next row.
    NextSeq(StateId),
    /// K… → R: `List<Row>` in order of key, computed fields unset: rows whose indexed fields (or, with `index` none, whose key) begin with the arguments.
    /// Of an optional field the argument is the plain value, which a row whose field is `none` does not have.
    Scan { state: StateId, index: Option<u32>, parts: u8 },
    /// K… (K (K)) → R: the same of a range: the first `parts` arguments are what the fields begin with, and the value of the field
    /// behind those lies between the arguments that follow, one for each end that is not open, the lower first. It is an Int, a
    /// Decimal or amount, a Duration, a Text (by code point), a Time or a Date, or an option of these: `none` is in no range.
    ScanRange { state: StateId, index: Option<u32>, parts: u8, from: End, to: End },
    /// K… (K (K)) I → R: of the rows of a `ScanRange` (or, with both ends open, of a `Scan`) the first so many, or with `last` the last,
    /// in order of the fields behind the first `parts`, then of key. Fewer than none are none.
    ScanEnds { state: StateId, index: Option<u32>, parts: u8, from: End, to: End, last: bool },
    /// I → I: the `seq` of a journal's first row that is later than so many microseconds before now, or that of its next row.
    WindowFirst(StateId),
    /// K… → W, or R (a bag) for `SumMoney`: what an aggregate holds for a group; here and below of an optional field its plain value.
    AggregateGet(AggregateId),
    /// K… W →: adds to a `Count`, `SumInt` or `SumWide`. K… R →: adds Money to a `SumMoney`.
    AggregateAdd(AggregateId),
    /// K… W →: takes away. K… R → likewise.
    AggregateSub(AggregateId),
    /// →: from now on rows and aggregates are read as they were before the event.
    SeeBefore,
    /// →: from now on they are read with the event's writes.
    SeeAfter,
    /// → I.
    Now,
    /// → I.
    EventSeq,
    /// → R.
    Caller,
    /// R →: queues an event with its data, whose rules run after those of the events queued before it.
    Emit(EventId),

    // Floats, by their bits. A result that is not finite fails; -0.0 becomes 0.0.
    /// I I → I.
    FloatAdd,
    /// I I → I.
    FloatSub,
    /// I I → I.
    FloatMul,
    /// I I → I: fails for a divisor of zero.
    FloatDiv,
    /// I → I.
    FloatNeg,
    /// I I → I: -1, 0 or 1.
    FloatCompare,
    /// W → I: the nearest to smallest units of these digits.
    FloatFromWide(u8),
    /// R → I: the nearest to a fraction, whatever its currency.
    FloatFromFraction,
    /// I → W: the exact value rounded once to digits.
    FloatRound { digits: u8, mode: Mode },
    /// I → I: the square root.
    FloatSqrt,
    /// I → I: the natural logarithm.
    FloatLn,
    /// I → I: the logarithm to base 2.
    FloatLog2,
    /// I → I: e to this power.
    FloatExp,

    // Maps; the type is the value's.
    /// R R → R: of keys (a list of Text) and a list of as many values; fails for a key that is there twice.
    MapNew(TypeId),
    /// R R → I: the place of a key (a Text) among a map's, from 0; -1 where it is not there.
    MapFind,
    /// R R → R: the entries of both; of a key that is in both, the second's.
    MapMerge(TypeId),
    /// R R → R: the entries but that of a key (a Text); the map itself where it is not there.
    MapRemove(TypeId),

    // Sorting.
    /// R R → R: the elements in the order of their keys, a list of as many; stable.
    ListSort { element: TypeId, key: TypeId },
}

/// What a host function takes and gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// Kinds of the arguments; with `variadic`, the last may stand any number of times (also none).
    pub params: Vec<Kind>,
    /// See `params`.
    pub variadic: bool,
    /// Kind of the result.
    pub result: Option<Kind>,
}

impl HostOp {
    /// What it takes and gives in a module.
    pub fn signature(self, module: &Module) -> Signature {
        use Kind::{I64 as I, I128 as W, Ref as R};
        let kind = |ty| module.kind(ty);
        let key = |state: StateId| {
            let state = &module.states[state];
            state.fields[..state.key as usize].iter().map(|f| kind(f.ty)).collect::<Vec<_>>()
        };
        let fixed =
            |params: &[Kind], result: Option<Kind>| Signature { params: params.to_vec(), variadic: false, result };
        let part = |state: StateId, field: u32| kind(module.part_type(module.states[state].fields[field as usize].ty));
        let looked_at = |state: StateId, index: Option<u32>| match index {
            None => key(state),
            Some(index) => {
                let index = module.states[state].indexes.get(index as usize);
                index.map_or(vec![], |fields| fields.iter().map(|field| part(state, *field)).collect())
            }
        };
        let group = |aggregate: AggregateId| {
            let aggregate = &module.aggregates[aggregate];
            let kinds = aggregate.group.iter().map(|field| part(aggregate.state, *field)).collect::<Vec<_>>();
            (kinds, if aggregate.kind == crate::AggregateKind::SumMoney { R } else { W })
        };
        match self {
            HostOp::TextJoin => Signature { params: vec![R], variadic: true, result: Some(R) },
            HostOp::TextFormat(ty) => fixed(&[kind(ty)], Some(R)),
            HostOp::TextLength => fixed(&[R], Some(I)),
            HostOp::Equal(ty) | HostOp::Compare(ty) => fixed(&[kind(ty), kind(ty)], Some(I)),
            HostOp::ListConcat(_) => fixed(&[R, R], Some(R)),
            HostOp::ListContains(ty) => fixed(&[R, kind(ty)], Some(I)),
            HostOp::Range => fixed(&[I, I], Some(R)),
            HostOp::MoneyAdd | HostOp::MoneySub => fixed(&[R, R], Some(R)),
            HostOp::MoneyNeg | HostOp::NumberNeg | HostOp::FractionNeg | HostOp::BagNeg => fixed(&[R], Some(R)),
            HostOp::MoneyMul | HostOp::MoneyNew | HostOp::FractionWithCurrency | HostOp::BagGet => {
                fixed(&[R, I], Some(R))
            }
            HostOp::CurrencyDigits => fixed(&[I], Some(I)),
            HostOp::NumberAdd | HostOp::NumberSub | HostOp::NumberMul => fixed(&[R, R], Some(R)),
            HostOp::NumberRound { .. } | HostOp::FractionRound { .. } => fixed(&[R], Some(W)),
            HostOp::FractionFromWide(_) => fixed(&[W], Some(R)),
            HostOp::FractionFromMoney | HostOp::FractionFromNumber => fixed(&[R], Some(R)),
            HostOp::FractionAdd | HostOp::FractionSub | HostOp::FractionMul | HostOp::FractionDiv => {
                fixed(&[R, R], Some(R))
            }
            HostOp::FractionCompare => fixed(&[R, R], Some(I)),
            HostOp::FractionRoundMoney(_) => fixed(&[R], Some(R)),
            HostOp::BagNew => fixed(&[], Some(R)),
            HostOp::BagAdd | HostOp::BagSub => fixed(&[R, R], Some(R)),
            HostOp::BagFromMoney | HostOp::BagList => fixed(&[R], Some(R)),
            HostOp::Split { .. } => fixed(&[W, R], Some(R)),
            HostOp::SplitMoney { .. } => fixed(&[R, R], Some(R)),
            HostOp::TimeAdd | HostOp::AddDays | HostOp::AddMonths { .. } => fixed(&[I, I], Some(I)),
            HostOp::DaysInMonth | HostOp::Year | HostOp::Month | HostOp::Day | HostOp::Weekday | HostOp::DateOf => {
                fixed(&[I], Some(I))
            }
            HostOp::Pow { .. } => fixed(&[W, I], Some(W)),
            HostOp::RowGet(state) => fixed(&key(state), Some(R)),
            HostOp::RowPut(_) => fixed(&[R], None),
            HostOp::RowDelete(state) => fixed(&key(state), None),
            HostOp::NextSeq(_) => fixed(&[], Some(I)),
            HostOp::WindowFirst(_) => fixed(&[I], Some(I)),
            HostOp::Scan { state, index, parts } => {
                let kinds = looked_at(state, index);
                fixed(kinds.get(..usize::from(parts)).unwrap_or(&kinds), Some(R))
            }
            HostOp::ScanEnds { state, index, parts, from, to, .. } => {
                let scan = HostOp::ScanRange { state, index, parts, from, to }.signature(module);
                fixed(&[scan.params.as_slice(), &[I]].concat(), Some(R))
            }
            HostOp::ScanRange { state, index, parts, from, to } => {
                let kinds = looked_at(state, index);
                let (equal, rest) = kinds.split_at_checked(usize::from(parts)).unwrap_or((&kinds, &[]));
                let ends = [from, to].into_iter().filter(|end| *end != End::Open);
                let ends = rest.first().into_iter().flat_map(|kind| std::iter::repeat_n(*kind, ends.clone().count()));
                fixed(&equal.iter().copied().chain(ends).collect::<Vec<_>>(), Some(R))
            }
            HostOp::AggregateGet(id) => {
                let (group, value) = group(id);
                fixed(&group, Some(value))
            }
            HostOp::AggregateAdd(id) | HostOp::AggregateSub(id) => {
                let (mut group, value) = group(id);
                group.push(value);
                fixed(&group, None)
            }
            HostOp::SeeBefore | HostOp::SeeAfter => fixed(&[], None),
            HostOp::Now | HostOp::EventSeq => fixed(&[], Some(I)),
            HostOp::Caller => fixed(&[], Some(R)),
            HostOp::Emit(_) => fixed(&[R], None),
            HostOp::FloatAdd | HostOp::FloatSub | HostOp::FloatMul | HostOp::FloatDiv | HostOp::FloatCompare => {
                fixed(&[I, I], Some(I))
            }
            HostOp::FloatNeg | HostOp::FloatSqrt | HostOp::FloatLn | HostOp::FloatLog2 | HostOp::FloatExp => {
                fixed(&[I], Some(I))
            }
            HostOp::FloatFromWide(_) => fixed(&[W], Some(I)),
            HostOp::FloatFromFraction => fixed(&[R], Some(I)),
            HostOp::FloatRound { .. } => fixed(&[I], Some(W)),
            HostOp::MapNew(_) | HostOp::MapMerge(_) | HostOp::MapRemove(_) => fixed(&[R, R], Some(R)),
            HostOp::MapFind => fixed(&[R, R], Some(I)),
            HostOp::ListSort { .. } => fixed(&[R, R], Some(R)),
        }
    }

    /// The number in the artifact format and in the table that native code calls through; the immediates are not part of it.
    pub fn number(self) -> u16 {
        match self {
            HostOp::TextJoin => 1,
            HostOp::TextFormat(_) => 2,
            HostOp::TextLength => 3,
            HostOp::Equal(_) => 4,
            HostOp::Compare(_) => 5,
            HostOp::ListConcat(_) => 6,
            HostOp::ListContains(_) => 7,
            HostOp::Range => 8,
            HostOp::MoneyAdd => 9,
            HostOp::MoneySub => 10,
            HostOp::MoneyNeg => 11,
            HostOp::MoneyMul => 12,
            HostOp::MoneyNew => 13,
            HostOp::CurrencyDigits => 14,
            HostOp::NumberAdd => 15,
            HostOp::NumberSub => 16,
            HostOp::NumberMul => 17,
            HostOp::NumberNeg => 18,
            HostOp::NumberRound { .. } => 19,
            HostOp::FractionFromWide(_) => 20,
            HostOp::FractionFromMoney => 21,
            HostOp::FractionFromNumber => 22,
            HostOp::FractionAdd => 23,
            HostOp::FractionSub => 24,
            HostOp::FractionMul => 25,
            HostOp::FractionDiv => 26,
            HostOp::FractionNeg => 27,
            HostOp::FractionCompare => 28,
            HostOp::FractionRound { .. } => 29,
            HostOp::FractionRoundMoney(_) => 30,
            HostOp::FractionWithCurrency => 31,
            HostOp::BagNew => 32,
            HostOp::BagAdd => 33,
            HostOp::BagSub => 34,
            HostOp::BagNeg => 35,
            HostOp::BagFromMoney => 36,
            HostOp::BagGet => 37,
            HostOp::BagList => 38,
            HostOp::Split { .. } => 39,
            HostOp::SplitMoney { .. } => 40,
            HostOp::TimeAdd => 41,
            HostOp::AddDays => 42,
            HostOp::AddMonths { .. } => 43,
            HostOp::DaysInMonth => 44,
            HostOp::Year => 45,
            HostOp::Month => 46,
            HostOp::Day => 47,
            HostOp::Weekday => 48,
            HostOp::DateOf => 49,
            HostOp::Pow { .. } => 50,
            HostOp::RowGet(_) => 51,
            HostOp::RowPut(_) => 52,
            HostOp::RowDelete(_) => 53,
            HostOp::NextSeq(_) => 54,
            HostOp::Scan { .. } => 55,
            HostOp::AggregateGet(_) => 56,
            HostOp::AggregateAdd(_) => 57,
            HostOp::AggregateSub(_) => 58,
            HostOp::SeeBefore => 59,
            HostOp::SeeAfter => 60,
            HostOp::Now => 61,
            HostOp::EventSeq => 62,
            HostOp::Caller => 63,
            HostOp::ScanRange { .. } => 64,
            HostOp::WindowFirst(_) => 70,
            HostOp::ScanEnds { .. } => 71,
            HostOp::Emit(_) => 65,
            HostOp::FloatAdd => 80,
            HostOp::FloatSub => 81,
            HostOp::FloatMul => 82,
            HostOp::FloatDiv => 83,
            HostOp::FloatNeg => 84,
            HostOp::FloatCompare => 85,
            HostOp::FloatFromWide(_) => 86,
            HostOp::FloatFromFraction => 87,
            HostOp::FloatRound { .. } => 88,
            HostOp::FloatSqrt => 89,
            HostOp::FloatLn => 90,
            HostOp::FloatLog2 => 91,
            HostOp::FloatExp => 92,
            HostOp::ListSort { .. } => 93,
            HostOp::MapNew(_) => 94,
            HostOp::MapFind => 95,
            HostOp::MapMerge(_) => 96,
            HostOp::MapRemove(_) => 97,
        }
    }
}
