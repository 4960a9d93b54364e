//! Pieces of generated programs that take several instructions with the world: a row changed where it is there, a row added to
//! the journal, the first or last rows of a range.

use super::Program;
use lwas_ir::{CompareOp, End, HostOp, Kind};

/// One of the pieces.
pub fn in_the_world(program: &mut Program<'_>) {
    match program.choices.below(4) {
        0 => narrowed_row(program),
        1 => journal_row(program),
        _ => ends(program),
    }
}

/// Gets a row, and writes it back where it is there.
fn narrowed_row(program: &mut Program<'_>) {
    let state = program.kit.state;
    let key = program.value(program.kit.int);
    let site = program.site();
    let row = program.b.host(HostOp::RowGet(state), &[key], Some(Kind::Ref), site).unwrap();
    let none = program.b.none();
    let there = program.b.compare(CompareOp::NotEqual, row, none);
    let known = program.known();
    let (yes, join) = (program.b.new_block(), program.b.new_block());
    program.b.branch(there, yes, join);
    program.b.switch_to(yes);
    let amount = program.value(program.kit.decimal);
    program.b.store(row, 8, amount);
    program.b.host(HostOp::RowPut(state), &[row], None, site);
    program.join(join, known);
}

/// Appends to the journal, as programs do: the next number, and a time.
fn journal_row(program: &mut Program<'_>) {
    let site = program.site();
    let seq = program.b.host(HostOp::NextSeq(program.kit.journal), &[], Some(Kind::I64), site).unwrap();
    let (time, note) = (program.value(program.kit.int), program.value(program.kit.text));
    let row = program.b.alloc(24, site);
    for (offset, field) in [(0, seq), (8, time), (16, note)] {
        program.b.store(row, offset, field);
    }
    program.b.host(HostOp::RowPut(program.kit.journal), &[row], None, site);
    program.keep(seq, program.kit.int);
}

/// The first or last rows of a state or the journal, by key or by index, in a range or all; and how many there are, with what
/// stands first in the first of them.
fn ends(program: &mut Program<'_>) {
    use End::{Excluded, Included, Open};
    let kit = program.kit;
    let (state, index, ty) = program.choices.of(&[
        (kit.state, None, kit.int),
        (kit.state, Some(0), kit.text),
        (kit.journal, None, kit.int),
        (kit.journal, Some(0), kit.text),
    ]);
    // With a value for the one field that is looked at there is no more to be bounded.
    let parts = u8::from(program.choices.below(4) == 3);
    let ends = [(Open, Open), (Included, Open), (Open, Excluded), (Excluded, Included)];
    let (from, to) = if parts == 1 { (Open, Open) } else { program.choices.of(&ends) };
    let bounds = [from, to].into_iter().filter(|end| *end != Open).count();
    let mut args: Vec<_> = (0..usize::from(parts) + bounds).map(|_| program.value(ty)).collect();
    let count = match program.choices.below(4) {
        0 => program.value(kit.int),
        n => program.b.int(n as i64),
    };
    args.push(count);
    let site = program.site();
    let op = HostOp::ScanEnds { state, index, parts, from, to, last: program.choices.below(2) == 1 };
    let rows = program.b.host(op, &args, Some(Kind::Ref), site).unwrap();
    let length = program.b.length(rows);
    let known = program.known();
    let first = program.b.int(0);
    let (some, join) = (program.b.new_block(), program.b.new_block());
    program.b.branch(length, some, join);
    program.b.switch_to(some);
    let zero = program.b.int(0);
    let row = program.b.element(Kind::Ref, rows, zero, site);
    let key = program.b.load(Kind::I64, row, 0);
    program.b.assign(first, key);
    program.join(join, known);
    program.keep(length, kit.int);
    program.keep(first, kit.int);
}
