//! Watching a call: what was rounded, which rows were written and by which statements, and the values that a function has
//! traced. `lwasc why` tells of entries with it. It changes nothing of what is computed, and where nobody watches it costs one
//! comparison at a host call and at a return.

use super::Frame;
use crate::{
    BlockId, FuncId, HostOp, Inst, Key, KeyPart, Memory, Module, Place, Row, Site, Slot, StateId, Trace, Type, World,
    host,
};
use cranelift_entity::EntityRef;
use lwas_exact::format_decimal;

/// How many blocks back a statement's place is looked for.
const BLOCKS_BACK: usize = 4;

/// Who watches a call. What can't be told, as memory is damaged, is left out.
pub trait Watch {
    /// A number was rounded.
    fn rounded(&mut self, rounded: Rounded);
    /// A row was written or deleted.
    fn wrote(&mut self, written: Written);
    /// The function that was called from outside has returned: the last value of each traced sub-expression, as people read it.
    fn returned(&mut self, func: FuncId, traces: Vec<(Trace, String)>);
}

/// A number before and after rounding.
#[derive(Clone, Debug, PartialEq)]
pub struct Rounded {
    /// The rounding expression.
    pub place: Place,
    /// All digits, or a fraction where no number of digits is enough.
    pub exact: String,
    /// What became of it.
    pub result: String,
    /// The values of what it was computed from, in order of place.
    pub values: Vec<(Place, String)>,
}

/// A row before and after.
#[derive(Clone, Debug, PartialEq)]
pub struct Written {
    /// The statement.
    pub at: Place,
    /// The function in which it stands, then the one that called that, up to the one that was called from outside.
    pub within: Vec<FuncId>,
    /// The values of what an assigned value was computed from, in order of place.
    pub values: Vec<(Place, String)>,
    /// The state.
    pub state: StateId,
    /// The row's key.
    pub key: Key,
    /// Its stored fields before; none where there was no row.
    pub before: Option<Row>,
    /// Its stored fields after; none where it was deleted.
    pub after: Option<Row>,
}

/// A call that is under way: in which function it stands, and, where it writes a row, its statement with what that was computed
/// from.
pub(super) struct Standing {
    pub func: FuncId,
    pub at: Place,
    pub values: Vec<(Place, String)>,
}

/// What came out of an instruction, and the next one, which may say of which type it is.
pub(super) struct Outcome<'a> {
    pub slot: Slot,
    pub shown: Option<&'a Inst>,
}

/// The values that explain what is computed at a place. What it itself was at last is none of them.
pub(super) fn values(module: &Module, memory: &Memory, frame: &Frame<'_>, at: Place) -> Vec<(Place, String)> {
    let function = frame.function;
    let explains =
        |_, site: Option<Site>| site.and_then(|site| function.sites.get(site)).is_some_and(|known| known.place == at);
    let traces = super::shown(module, memory, frame, explains);
    let with_place = |(trace, value)| Some((function.traces.get(trace)?.place, value));
    // An assignment's target stands where its statement begins, and is shown with the row.
    // What stands elsewhere was not written there: a rule that the compiler made has no source of its own.
    let elsewhere = |place: &Place| place.line < at.line || place.line == at.line && !at.holds(*place);
    let begins = |place: &Place| (place.line, place.column) == (at.line, at.column) || elsewhere(place);
    let mut values: Vec<_> = traces.into_iter().filter_map(with_place).filter(|(place, _)| !begins(place)).collect();
    values.sort_by_key(|(place, _)| *place);
    values.dedup();
    values
}

/// What a host function is about to do.
pub(super) enum Seen {
    Rounding { place: Place, exact: String },
    Writing(Written),
}

/// What of a host function's call is worth telling, before it is made.
pub(super) fn before(
    op: HostOp,
    module: &Module,
    memory: &Memory,
    world: &mut dyn World,
    args: &[Slot],
    (place, calls): (Option<Place>, &[Standing]),
) -> Option<Seen> {
    let first = args.first()?.as_ref();
    // Rows are written by functions of their states, which statements call.
    let statement = calls.last();
    let within = || calls.iter().rev().map(|call| call.func).collect();
    let written = |state, key, before, after| {
        let Standing { at, values, .. } = statement?;
        Some(Seen::Writing(Written { at: *at, within: within(), values: values.clone(), state, key, before, after }))
    };
    match op {
        HostOp::FractionRound { .. } | HostOp::FractionRoundMoney(_) => {
            let fraction = memory.fraction(module, first).ok()?;
            Some(Seen::Rounding { place: place?, exact: host::fraction_words(module, &fraction) })
        }
        HostOp::NumberRound { .. } => {
            let (units, digits) = memory.number(first).ok()?;
            Some(Seen::Rounding { place: place?, exact: format_decimal(units, digits) })
        }
        HostOp::RowPut(state) => {
            let (row, _) = memory.read_row(module, state, first).ok()?;
            let length = module.states.get(state)?.key as usize;
            let key = row.iter().take(length).map(crate::Value::key_part).collect::<Option<Key>>()?;
            let before = world.row(state, &key).ok()?;
            written(state, key, before, Some(row))
        }
        HostOp::RowDelete(state) => {
            let known = module.states.get(state)?;
            let parts = known.fields.iter().take(known.key as usize).zip(args);
            let part = |(field, slot): (&crate::Field, &Slot)| match module.types.get(field.ty) {
                Some(Type::Text) => memory.text(slot.as_ref()).ok().map(|text| KeyPart::Text(text.into())),
                _ => Some(KeyPart::Int(slot.as_int())),
            };
            let key = parts.map(part).collect::<Option<Key>>()?;
            let before = world.row(state, &key).ok()?;
            written(state, key, before, None)
        }
        _ => None,
    }
}

/// Tells of a call that went well.
pub(super) fn after(
    seen: Seen,
    op: HostOp,
    (module, memory, frame): (&Module, &Memory, &Frame<'_>),
    outcome: &Outcome<'_>,
    to: &mut dyn Watch,
) {
    match seen {
        Seen::Writing(written) => to.wrote(written),
        Seen::Rounding { place, exact } => {
            let digits = match op {
                HostOp::FractionRound { digits, .. } | HostOp::NumberRound { digits, .. } => Some(digits),
                _ => None,
            };
            let bare = || match digits {
                Some(digits) => Some(format_decimal(outcome.slot.as_wide(), digits)),
                None => {
                    let (units, code) = memory.money(module, outcome.slot.as_ref()).ok()?;
                    Some(host::money_words(module, units, code))
                }
            };
            if let Some(result) = typed(module, memory, frame, outcome).or_else(bare) {
                rounded((module, memory, frame), place, exact, result, to);
            }
        }
    }
}

/// What came out, as its type says it: an amount with its currency.
fn typed(module: &Module, memory: &Memory, frame: &Frame<'_>, outcome: &Outcome<'_>) -> Option<String> {
    let Some(Inst::Trace { trace, .. }) = outcome.shown else { return None };
    let ty = frame.function.traces.get(*trace)?.ty;
    host::Formatter::new(module, memory).format(ty, outcome.slot).ok()
}

fn rounded(
    (module, memory, frame): (&Module, &Memory, &Frame<'_>),
    place: Place,
    exact: String,
    result: String,
    to: &mut dyn Watch,
) {
    // The exact number is of the currency that its result has.
    let exact = match result.split_once(' ') {
        Some((_, code)) if !exact.contains(' ') => format!("{exact} {code}"),
        _ => exact,
    };
    let values = values(module, memory, frame, place);
    to.rounded(Rounded { place, exact, result, values });
}

/// Tells of a rounding that is an instruction; one that gives digits only is none.
pub(super) fn rescaled(
    inst: &Inst,
    seen: (&Module, &Memory, &Frame<'_>),
    outcome: &Outcome<'_>,
    units: i128,
    to: &mut dyn Watch,
) {
    let (module, memory, frame) = seen;
    if let Inst::Rescale { from, to: digits, site, .. } = inst
        && from > digits
        && let Some(place) = place(frame, *site)
    {
        let bare = || format_decimal(outcome.slot.as_wide(), *digits);
        let result = typed(module, memory, frame, outcome).unwrap_or_else(bare);
        rounded(seen, place, host::plain(format_decimal(units, *from), *digits), result, to);
    }
}

/// The place of a site.
pub(super) fn place(frame: &Frame<'_>, site: Site) -> Option<Place> {
    Some(frame.function.sites.get(site)?.place)
}

/// The statement of a frame that calls what writes a row. Calls have no place of their own, but such a statement makes the row, or
/// looks for it, right before, at its own place. (Of other calls this is an argument, or the statement before.)
pub(super) fn standing(frame: &Frame<'_>) -> Option<Place> {
    let mut block = frame.block;
    let mut end = frame.next.saturating_sub(1);
    for _ in 0..BLOCKS_BACK {
        let insts = &frame.function.blocks.get(block)?.insts;
        if let Some(site) = insts.iter().take(end).rev().find_map(Inst::site) {
            return place(frame, site);
        }
        block = leading_to(frame, block)?;
        end = usize::MAX;
    }
    place(frame, Site::new(0))
}

/// A block that goes on to this one.
fn leading_to(frame: &Frame<'_>, to: BlockId) -> Option<BlockId> {
    let mut blocks = frame.function.blocks.iter();
    blocks.find(|(_, block)| block.end.successors().any(|next| next == to)).map(|(id, _)| id)
}
