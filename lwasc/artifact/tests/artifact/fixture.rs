//! Two programs: a tiny one that the verifier passes, and one that has everything and passes nothing.

use lwas_artifact::{Draft, Origin, SourceText, Sources};
use lwas_ir::{
    Aggregate, AggregateId, AggregateKind, Answer, Axiom, AxiomScope, Back, Block, BlockId, Cases, Column, CompareOp,
    Currency, CurrencyId, End, Enum, EnumId, Event, EventId, Export, Face, FailReason, Field, FuncId, Function,
    FunctionBuilder, HostOp, Inst, IntOp, Kind, Local, Mode, Module, Order, Place, Query, Read, Record, RecordId,
    Route, Sample, SampleSource, Segment, Settings, Site, SiteData, Source, State, StateId, StateKind, Target,
    Terminator, Test, TestStep, TestStepKind, TextId, Trace, TraceData, Type, TypeId, Variant, WideOp,
};
use lwas_seal::Signer;

pub const PLACE: Place = Place { file: 0, line: 3, column: 7, width: 12 };

/// The key of the tests; the page's vector is signed with it.
pub fn signer() -> Signer {
    Signer::from_seed(&[7; 32])
}

/// A draft of the tiny program with native code for two machines.
pub fn draft() -> Draft {
    let objects = vec![("x86_64".to_owned(), b"\x7fELF x".to_vec()), ("aarch64".to_owned(), b"\x7fELF a".to_vec())];
    Draft { module: tiny(), sources: sources(), compiler: "none".into(), objects }
}

/// What the tiny program was made from.
pub fn sources() -> Sources {
    let text = "event Tick { id: Text key }\nrule tick on Tick {\n  require tick.id != \"\"\n}\n".to_owned();
    let module = "tiny".to_owned();
    Sources {
        programs: vec![Origin { name: module.clone(), module: module.clone() }],
        modules: vec![SourceText { module, file: "tiny.lwas".to_owned(), text }],
    }
}

/// A program that counts: `event Tick { id: Text key }`, `state Count { ticks: Int = 0 }`, and a rule that does nothing but
/// require that the id is not empty.
pub fn tiny() -> Module {
    let mut module = Module { name: "tiny".into(), ..Module::default() };
    let text = module.intern(Type::Text);
    let int = module.intern(Type::Int);
    let row = module.intern(Type::Row(StateId::from_u32(0)));
    module.intern(Type::Decimal(2));
    module.currencies.push(Currency { code: "USD".into(), digits: 2, title: "US dollar".into() });
    let message = module.texts.push("a tick has an id".into());
    let field = |name: &str, ty| Field { name: name.into(), ty, default: None };
    let record = module.records.push(Record { name: "Tick".into(), fields: vec![field("id", text)] });

    let mut initial = FunctionBuilder::new("Count", PLACE, &[], Some(Kind::Ref));
    let site = initial.site(PLACE);
    let at = initial.alloc(8, site);
    let zero = initial.int(0);
    initial.store(at, 0, zero);
    initial.ret(Some(at));
    let initial = module.functions.push(initial.finish());

    let mut rule = FunctionBuilder::new("rule tick", PLACE, &[Kind::Ref], None);
    let site = rule.site(PLACE);
    let id = rule.load(Kind::Ref, rule.param(0), 0);
    let length = rule.host(HostOp::TextLength, &[id], Some(Kind::I64), site).expect("it has a result");
    rule.trace(PLACE, int, length);
    let (fine, empty) = (rule.new_block(), rule.new_block());
    rule.branch(length, fine, empty);
    rule.switch_to(empty);
    let said = rule.text(message);
    rule.fail(site, FailReason::Require, Some(said));
    rule.switch_to(fine);
    rule.ret(None);
    let rule = module.functions.push(rule.finish());

    let mut query = FunctionBuilder::new("query one", PLACE, &[], Some(Kind::I64));
    let one = query.int(1);
    query.ret(Some(one));
    let query = module.functions.push(query.finish());

    module.states.push(State {
        module: "tiny".into(),
        name: "Count".into(),
        kind: StateKind::Single,
        fields: vec![field("ticks", int)],
        key: 0,
        stored: 1,
        computed: vec![],
        indexes: vec![],
        initial: Some(initial),
    });
    let event = Event { name: "Tick".into(), record, key: Some(0), accepted: true, rules: vec![rule], place: PLACE };
    module.events.push(event);
    module.queries.push(Query { name: "one".into(), params: vec![], result: int, func: query });
    module.sources.push("tiny.lwas".into());
    module.source_lines.insert((0, 3), "  require tick.id != \"\"".into());
    assert_eq!(module.kind(row), Kind::Ref);
    module
}

/// A module in which everything there is stands at least once; its ids lead nowhere.
pub fn everything() -> Module {
    let mut module = tiny();
    for ty in types() {
        module.intern(ty);
    }
    let default = Some(FuncId::from_u32(3));
    let field = |name: &str| Field { name: name.into(), ty: TypeId::from_u32(1), default };
    let variants = vec![
        Variant { name: "Plain".into(), fields: vec![] },
        Variant { name: "Full".into(), fields: vec![field("rate")] },
    ];
    module.enums.push(Enum { name: "Tier".into(), variants });
    for kind in [StateKind::Keyed, StateKind::Journal] {
        module.states.push(State {
            module: "std.ledger".into(),
            name: format!("{kind:?}"),
            kind,
            fields: vec![field("seq"), field("time")],
            key: 1,
            stored: 2,
            computed: vec![FuncId::from_u32(9), FuncId::from_u32(8)],
            indexes: vec![vec![1], vec![1, 0]],
            initial: None,
        });
    }
    for kind in [AggregateKind::Count, AggregateKind::SumInt, AggregateKind::SumWide(18), AggregateKind::SumMoney] {
        let (state, add) = (StateId::from_u32(1), FuncId::from_u32(7));
        let order = (kind == AggregateKind::Count)
            .then_some(Order { members: StateId::from_u32(7), ranks: Some(StateId::from_u32(8)) });
        let aggregate = Aggregate { name: format!("{kind:?}"), state, group: vec![0, 1], kind, add, order };
        module.aggregates.push(aggregate);
    }
    let state = StateId::from_u32(1);
    for scope in [AxiomScope::Whole, AxiomScope::Rows(state), AxiomScope::Changed(state), AxiomScope::Deleted(state)] {
        let reads = vec![
            Read { source: Source::State(state), back: None, fields: Some(vec![2, 3]) },
            Read {
                source: Source::Aggregate(AggregateId::from_u32(2)),
                back: Some(Back { index: Some(1), parts: vec![0, 4] }),
                fields: None,
            },
        ];
        module.axioms.push(Axiom { name: format!("{scope:?}"), place: PLACE, scope, func: FuncId::from_u32(5), reads });
    }
    let steps = steps().into_iter().map(|kind| TestStep { place: PLACE, kind }).collect();
    let column = Column { name: "n".into(), list: FuncId::from_u32(2), ty: TypeId::from_u32(1) };
    let cases = Some(Cases { place: PLACE, title: Some(FuncId::from_u32(3)), columns: vec![column] });
    module.tests.push(Test { module: "bank".into(), name: "\"ä\"".into(), place: PLACE, cases, steps });
    routes(&mut module);
    module.constants = vec![FuncId::from_u32(1), FuncId::from_u32(0)];
    module.source_lines.insert((2, 1), String::new());
    module.functions.push(function());
    module
}

/// Routes of both methods, with and without an answer, an export, settings and samples of all sources.
fn routes(module: &mut Module) {
    let event = EventId::from_u32(3);
    let answer = Some(Answer { query: 7, fields: vec![Some(2), None] });
    for target in [
        Target::Get { query: 300 },
        Target::Post { event, status: 202, answer: None },
        Target::Post { event, status: 299, answer },
    ] {
        let path = vec![Segment::Word("a-b".into()), Segment::Value(5)];
        module.routes.push(Route { path, target, place: PLACE });
    }
    module.faces.push(Face {
        name: "shop".into(),
        module: "std.shop".into(),
        events: vec![event, EventId::from_u32(9)],
        queries: vec![7, 300],
        routes: vec![0],
    });
    let (ty, func) = (TypeId::from_u32(1), FuncId::from_u32(2));
    let params = vec![Field { name: "x".into(), ty, default: None }];
    module.exports.push(Export { symbol: "fee".into(), params, result: ty, func, place: PLACE });
    module.settings.push(Settings { module: "std.ledger".into(), state: StateId::from_u32(4), event });
    for source in SampleSource::ALL {
        module.samples.push(Sample { source, event, interval: 300, address: None, place: PLACE });
    }
    module.samples.push(Sample { source: SampleSource::Machine, event, interval: 7, address: Some(9), place: PLACE });
}

fn types() -> Vec<Type> {
    let (id, usd) = (TypeId::from_u32(1), CurrencyId::from_u32(0));
    vec![
        Type::Bool,
        Type::Int,
        Type::Text,
        Type::Decimal(36),
        Type::Amount(usd, 2),
        Type::Money,
        Type::Number,
        Type::Bag,
        Type::Fraction,
        Type::Currency,
        Type::Time,
        Type::Date,
        Type::Duration,
        Type::Float,
        Type::Option(id),
        Type::List(id),
        Type::Map(id),
        Type::Enum(EnumId::from_u32(0)),
        Type::Record(RecordId::from_u32(0)),
        Type::Row(StateId::from_u32(1)),
    ]
}

fn steps() -> Vec<TestStepKind> {
    let (event, func) = (EventId::from_u32(0), FuncId::from_u32(2));
    vec![
        TestStepKind::Apply { event, data: func, at: None },
        TestStepKind::Apply { event, data: func, at: Some(func) },
        TestStepKind::Reject { event, data: func, at: None, with: Some(func), by: None },
        TestStepKind::Reject { event, data: func, at: Some(func), with: None, by: Some(1) },
        TestStepKind::RejectValue { value: func, with: None },
        TestStepKind::Expect { condition: func },
        TestStepKind::Let { name: "x".into(), value: func, ty: TypeId::from_u32(1) },
    ]
}

fn function() -> Function {
    let ends = [
        Terminator::Jump(BlockId::from_u32(1)),
        Terminator::Branch { condition: local(3), then: BlockId::from_u32(2), otherwise: BlockId::from_u32(0) },
        Terminator::Return(None),
        Terminator::Return(Some(local(200))),
        Terminator::Fail { site: site(), reason: FailReason::Memory, message: None },
        Terminator::Fail { site: site(), reason: FailReason::Require, message: Some(local(4)) },
    ];
    let mut blocks: Vec<Block> = ends.into_iter().map(|end| Block { insts: vec![], end }).collect();
    blocks[0].insts = insts();
    Function {
        name: "all".into(),
        params: 1,
        locals: [Kind::I64, Kind::I128, Kind::Ref].into_iter().collect(),
        result: Some(Kind::I128),
        blocks: blocks.into_iter().collect(),
        sites: [SiteData { place: PLACE }].into_iter().collect(),
        traces: [TraceData { place: PLACE, ty: TypeId::from_u32(300), site: Some(site()) }].into_iter().collect(),
    }
}

fn local(number: u32) -> Local {
    Local::from_u32(number)
}

fn site() -> Site {
    Site::from_u32(0)
}

fn insts() -> Vec<Inst> {
    let (dst, src, a, b, site) = (local(0), local(1), local(2), local(127), site());
    let mut insts = vec![
        Inst::ConstText { dst, text: TextId::from_u32(0) },
        Inst::Copy { dst, src },
        Inst::None { dst },
        Inst::Extend { dst, src },
        Inst::Narrow { dst, src, site },
        Inst::Not { dst, src },
        Inst::New { dst, size: u32::MAX, site },
        Inst::Load { dst, base: a, offset: 8 },
        Inst::Store { base: a, offset: 16, src },
        Inst::NewList { dst, capacity: a, element: Kind::Ref, site },
        Inst::Push { list: a, value: b },
        Inst::Length { dst, list: a },
        Inst::Element { dst, list: a, index: b, site },
        Inst::Call { dst: None, func: FuncId::from_u32(0), args: vec![] },
        Inst::Call { dst: Some(dst), func: FuncId::from_u32(0), args: vec![a, b] },
        Inst::Step { site },
        Inst::Trace { trace: Trace::from_u32(0), value: a },
    ];
    insts.extend([0, 1, -1, 63, -64, 64, i64::MAX, i64::MIN].map(|value| Inst::Const { dst, value }));
    insts.extend([0, -1, i128::MAX, i128::MIN].map(|value| Inst::ConstWide { dst, value }));
    let int = [IntOp::Add, IntOp::Sub, IntOp::Mul, IntOp::Div, IntOp::Mod];
    insts.extend(int.map(|op| Inst::Int { op, dst, a, b, site }));
    insts.extend([WideOp::Add, WideOp::Sub, WideOp::Mul].map(|op| Inst::Wide { op, dst, a, b, site }));
    insts.extend(Mode::ALL.map(|mode| Inst::Rescale { dst, src, from: 36, to: 2, mode, site }));
    let compare = [
        CompareOp::Equal,
        CompareOp::NotEqual,
        CompareOp::Less,
        CompareOp::LessEqual,
        CompareOp::Greater,
        CompareOp::GreaterEqual,
    ];
    insts.extend(compare.map(|op| Inst::Compare { op, dst, a, b }));
    insts.extend(host_ops().into_iter().map(|op| Inst::Host { dst: Some(dst), op, args: vec![a], site }));
    insts
}

/// Host functions of each form; that each has its number is a test of the crate itself.
fn host_ops() -> Vec<HostOp> {
    let (ty, state, aggregate) = (TypeId::from_u32(2), StateId::from_u32(1), AggregateId::from_u32(3));
    vec![
        HostOp::TextJoin,
        HostOp::TextFormat(ty),
        HostOp::Equal(ty),
        HostOp::NumberRound { digits: 18, mode: Mode::Exact },
        HostOp::FractionFromWide(2),
        HostOp::FractionRound { digits: 0, mode: Mode::Floor },
        HostOp::FractionRoundMoney(Mode::HalfEven),
        HostOp::Split { first: true },
        HostOp::SplitMoney { first: false },
        HostOp::AddMonths { next_day: true },
        HostOp::Pow { from: 4, to: 10 },
        HostOp::RowGet(state),
        HostOp::Scan { state, index: Some(1), parts: 2 },
        HostOp::Scan { state, index: None, parts: 0 },
        HostOp::AggregateAdd(aggregate),
        HostOp::ScanRange { state, index: Some(1), parts: 1, from: End::Included, to: End::Open },
        HostOp::ScanRange { state, index: None, parts: 0, from: End::Open, to: End::Excluded },
        HostOp::Caller,
        HostOp::Emit(EventId::from_u32(0)),
    ]
}
