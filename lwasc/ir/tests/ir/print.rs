//! The textual form.

use crate::fixture::{Fixture, HERE, field};
use lwas_exact::Mode;
use lwas_ir::*;

#[test]
fn a_module_is_readable() {
    let mut fixture = Fixture::new();
    let (account, text) = (fixture.account, fixture.module.texts.push("no".to_owned()));
    let data = vec![field("id", fixture.module.intern(Type::Text))];
    let record = fixture.module.records.push(Record { name: "wallet.Open".to_owned(), fields: data });
    let rule = fixture.function(&[Kind::Ref], None, |f, site| {
        let id = f.load(Kind::Ref, f.param(0), 0);
        let row = f.host(HostOp::RowGet(account), &[id], Some(Kind::Ref), site).unwrap();
        let none = f.none();
        let free = f.compare(CompareOp::Equal, row, none);
        let (fine, fails) = (f.new_block(), f.new_block());
        f.branch(free, fine, fails);
        f.switch_to(fine);
        let wide = f.wide(-5);
        f.rescale(wide, 2, 1, Mode::HalfEven, site);
        f.ret(None);
        f.switch_to(fails);
        let text = f.text(text);
        f.fail(site, FailReason::Require, Some(text));
    });
    let place = HERE;
    fixture.module.events.push(Event {
        name: "Open".to_owned(),
        record,
        key: Some(0),
        accepted: true,
        rules: vec![rule],
        place,
    });
    verify(&fixture.module).unwrap();
    insta::assert_snapshot!(fixture.module);
}

#[test]
fn what_is_not_there_is_shown_by_number() {
    let mut fixture = Fixture::new();
    let func = fixture.function(&[Kind::Ref], None, |f, site| {
        f.host(HostOp::RowPut(StateId::from_u32(77)), &[f.param(0)], None, site);
        f.call(FuncId::from_u32(99), &[], None);
        f.ret(None);
    });
    fixture.module.sources.clear();
    let text = fixture.module.to_string();
    assert!(text.contains("host RowPut<state77>(%0) @1") && text.contains("call fn99()"), "{text}");
    assert!(text.contains("source0:9:5"), "{text}");
    assert!(fixture.module.functions[func].to_string().starts_with("fn wallet.f4(%0: ref)\n"));
}
