//! How fast the interpreter is: run by hand, in release, with `--ignored --nocapture`.

use crate::fixture::Fixture;
use lwas_ir::*;

#[test]
#[ignore = "a measurement, to be run in release by hand"]
#[expect(clippy::disallowed_methods, reason = "a measurement reads the clock")]
fn simple_instructions_a_second() {
    let mut fixture = Fixture::new();
    let func = fixture.function(&[Kind::I64], Some(Kind::I64), |b, site| {
        let (i, one) = (b.int(0), b.int(1));
        let (head, body, done) = (b.new_block(), b.new_block(), b.new_block());
        b.jump(head);
        b.switch_to(head);
        b.step(site);
        let more = b.compare(CompareOp::Less, i, b.param(0));
        b.branch(more, body, done);
        b.switch_to(body);
        let next = b.int_op(IntOp::Add, i, one, site);
        b.assign(i, next);
        b.jump(head);
        b.switch_to(done);
        b.ret(Some(i));
    });
    let mut m = fixture.machine();
    let start = std::time::Instant::now();
    let turns = 9_000_000;
    assert_eq!(m.call(func, &[Slot::int(turns)]), Ok(Some(Slot::int(turns))));
    // Six instructions a turn: step, compare, branch, add, copy, jump.
    println!("{:.0} million instructions a second", 54.0 / start.elapsed().as_secs_f64());
}
