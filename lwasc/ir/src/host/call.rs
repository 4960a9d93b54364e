//! Calling a host function. Native code (through the runtime's table) and the interpreter both come here, so that a host
//! function has one meaning.
//!
//! What a call charges, beside the memory of the values that it makes (sizes as in `types`; see `Memory::alloc`):
//! - Work is counted in units: a byte of text that is copied, compared or counted is 1; an element, an entry of a bag or a map, a
//!   weight of a split, a field of a compound value and a row of a scan are 8 each. A call charges a step for each 64 whole units
//!   that it does; up to 63 units are free.
//! - A fraction's operation charges 1 step, `Pow` 64, each access to rows and aggregates 1 step. Reading a row charges the
//!   bytes that it makes as work, writing one the bytes that are handed out.
//!
//! Steps are charged before the work, memory when a value is made. When several things are wrong, the one that is found
//! first is told: the arguments from left to right, then the length of the result, then memory.

use super::{End, HostOp, bag, calendar, float, fraction, list, map, money, number, order, row, sort, split, text};
use crate::{CurrencyId, Fault, Kind, Memory, Module, Ref, Slot, World};

/// What a call works on.
pub(super) struct Call<'a> {
    pub module: &'a Module,
    pub memory: &'a mut Memory,
    pub world: &'a mut dyn World,
    pub args: &'a [Slot],
    /// Units of work that are not yet a step.
    pub work: u64,
}

/// Units of work of an element, entry or field.
pub(super) const ELEMENT: u64 = 8;

/// Units of work that are a step.
const UNITS_PER_STEP: u64 = 64;

impl Call<'_> {
    /// An argument.
    pub fn arg(&self, index: usize) -> Result<Slot, Fault> {
        self.args.get(index).copied().ok_or_else(|| Fault::damaged("argument"))
    }

    pub fn int(&self, index: usize) -> Result<i64, Fault> {
        Ok(self.arg(index)?.as_int())
    }

    pub fn wide(&self, index: usize) -> Result<i128, Fault> {
        Ok(self.arg(index)?.as_wide())
    }

    pub fn reference(&self, index: usize) -> Result<Ref, Fault> {
        Ok(self.arg(index)?.as_ref())
    }

    pub fn money(&self, index: usize) -> Result<(i128, CurrencyId), Fault> {
        self.memory.money(self.module, self.reference(index)?)
    }

    pub fn currency(&self, index: usize) -> Result<CurrencyId, Fault> {
        crate::memory::currency(self.module, self.int(index)?)
    }

    /// Charges for units of work.
    pub fn work(&mut self, units: u64) -> Result<(), Fault> {
        let total = self.work.saturating_add(units);
        self.memory.charge(total / UNITS_PER_STEP)?;
        self.work = total % UNITS_PER_STEP;
        Ok(())
    }

    /// Makes a list of values that are there.
    pub fn new_list(&mut self, kind: Kind, values: impl ExactSizeIterator<Item = Slot>) -> Result<Slot, Fault> {
        let length = values.len() as u64;
        let list = self.memory.new_list(i64::try_from(length).unwrap_or(i64::MAX), kind)?;
        for (index, value) in values.enumerate() {
            self.memory.store(kind, Memory::element_at(list, index as u64, kind), value)?;
        }
        self.memory.store_bytes(list, &length.to_le_bytes())?;
        Ok(Slot::reference(list))
    }
}

/// Calls a host function with arguments of the kinds that its signature says, from a verified module. The result is there
/// exactly when the signature has one.
///
/// Errors: why there is no answer, with a sentence for people; or that the world could not be read. A sentence is made only
/// then.
pub fn call(
    op: HostOp,
    module: &Module,
    memory: &mut Memory,
    world: &mut dyn World,
    args: &[Slot],
) -> Result<Option<Slot>, Fault> {
    let call = &mut Call { module, memory, world, args, work: 0 };
    let result = match op {
        HostOp::TextJoin => text::join(call),
        HostOp::TextFormat(ty) => text::format(call, ty),
        HostOp::TextLength => text::length(call),
        HostOp::Equal(ty) => order::equal(call, ty),
        HostOp::Compare(ty) => order::compare(call, ty),
        HostOp::ListConcat(ty) => list::concat(call, ty),
        HostOp::ListContains(ty) => list::contains(call, ty),
        HostOp::Range => list::range(call),
        HostOp::MoneyAdd => money::add(call),
        HostOp::MoneySub => money::sub(call),
        HostOp::MoneyNeg => money::neg(call),
        HostOp::MoneyMul => money::mul(call),
        HostOp::MoneyNew => money::new(call),
        HostOp::CurrencyDigits => money::currency_digits(call),
        HostOp::NumberAdd => number::add(call),
        HostOp::NumberSub => number::sub(call),
        HostOp::NumberMul => number::mul(call),
        HostOp::NumberNeg => number::neg(call),
        HostOp::NumberRound { digits, mode } => number::round(call, digits, mode),
        HostOp::FractionFromWide(digits) => fraction::from_wide(call, digits),
        HostOp::FractionFromMoney => fraction::from_money(call),
        HostOp::FractionFromNumber => fraction::from_number(call),
        HostOp::FractionAdd => fraction::add(call),
        HostOp::FractionSub => fraction::sub(call),
        HostOp::FractionMul => fraction::mul(call),
        HostOp::FractionDiv => fraction::div(call),
        HostOp::FractionNeg => fraction::neg(call),
        HostOp::FractionCompare => fraction::compare(call),
        HostOp::FractionRound { digits, mode } => fraction::round(call, digits, mode),
        HostOp::FractionRoundMoney(mode) => fraction::round_money(call, mode),
        HostOp::FractionWithCurrency => fraction::with_currency(call),
        HostOp::BagNew => bag::new(call),
        HostOp::BagAdd => bag::add(call),
        HostOp::BagSub => bag::sub(call),
        HostOp::BagNeg => bag::neg(call),
        HostOp::BagFromMoney => bag::from_money(call),
        HostOp::BagGet => bag::get(call),
        HostOp::BagList => bag::list(call),
        HostOp::Split { first } => split::split(call, first),
        HostOp::SplitMoney { first } => split::split_money(call, first),
        HostOp::Pow { from, to } => number::pow(call, from, to),
        HostOp::MapNew(ty) => map::new(call, ty),
        HostOp::MapFind => map::find(call),
        HostOp::MapMerge(ty) => map::merge(call, ty),
        HostOp::MapRemove(ty) => map::remove(call, ty),
        HostOp::ListSort { element, key } => sort::sort(call, element, key),
        HostOp::FloatAdd => float::binary(call, "+", |a, b| a + b),
        HostOp::FloatSub => float::binary(call, "-", |a, b| a - b),
        HostOp::FloatMul => float::binary(call, "*", |a, b| a * b),
        HostOp::FloatDiv => float::div(call),
        HostOp::FloatNeg => float::neg(call),
        HostOp::FloatCompare => float::compare(call),
        HostOp::FloatFromWide(digits) => float::from_wide(call, digits),
        HostOp::FloatFromFraction => float::from_fraction(call),
        HostOp::FloatRound { digits, mode } => float::round(call, digits, mode),
        HostOp::FloatSqrt => float::function(call, "sqrt", lwas_exact::float::sqrt),
        HostOp::FloatLn => float::function(call, "ln", lwas_exact::float::ln),
        HostOp::FloatLog2 => float::function(call, "log2", lwas_exact::float::log2),
        HostOp::FloatExp => float::function(call, "exp", lwas_exact::float::exp),
        _ => return rest(op, call),
    };
    result.map(Some)
}

/// The calendar and the world.
fn rest(op: HostOp, call: &mut Call) -> Result<Option<Slot>, Fault> {
    let result = match op {
        HostOp::TimeAdd => calendar::time_add(call)?,
        HostOp::AddDays => calendar::add_days(call)?,
        HostOp::AddMonths { next_day } => calendar::add_months(call, next_day)?,
        HostOp::DaysInMonth => calendar::part(call, lwas_exact::calendar::days_in_month)?,
        HostOp::Year => calendar::part(call, lwas_exact::calendar::year)?,
        HostOp::Month => calendar::part(call, lwas_exact::calendar::month)?,
        HostOp::Day => calendar::part(call, lwas_exact::calendar::day)?,
        HostOp::Weekday => calendar::part(call, lwas_exact::calendar::weekday)?,
        HostOp::DateOf => calendar::date_of(call)?,
        HostOp::RowGet(state) => row::get(call, state)?,
        HostOp::NextSeq(state) => row::next_seq(call, state)?,
        HostOp::WindowFirst(state) => row::window_first(call, state)?,
        HostOp::Scan { state, index, parts } => row::scan(call, state, index, parts, (End::Open, End::Open), None)?,
        HostOp::ScanRange { state, index, parts, from, to } => row::scan(call, state, index, parts, (from, to), None)?,
        HostOp::ScanEnds { state, index, parts, from, to, last } => {
            row::scan(call, state, index, parts, (from, to), Some(last))?
        }
        HostOp::AggregateGet(aggregate) => row::aggregate_get(call, aggregate)?,
        HostOp::Now => Slot::int(call.world.env().now),
        HostOp::EventSeq => Slot::int(call.world.env().event_seq),
        HostOp::Caller => row::caller(call)?,
        HostOp::RowPut(state) => return row::put(call, state).map(|()| None),
        HostOp::RowDelete(state) => return row::delete(call, state).map(|()| None),
        HostOp::Emit(event) => return row::emit(call, event).map(|()| None),
        HostOp::AggregateAdd(aggregate) => return row::aggregate_add(call, aggregate, false).map(|()| None),
        HostOp::AggregateSub(aggregate) => return row::aggregate_add(call, aggregate, true).map(|()| None),
        HostOp::SeeBefore | HostOp::SeeAfter => {
            call.world.see_before(op == HostOp::SeeBefore);
            return Ok(None);
        }
        _ => return Err(Fault::damaged("host function")),
    };
    Ok(Some(result))
}
