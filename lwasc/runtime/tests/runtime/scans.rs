//! The store against the plain model of a world, `MapWorld`: whatever is written, undone and committed, both read the same.

use std::ops::Bound;

use lwas_ir::*;
use lwas_runtime::attach::attach_memory;
use lwas_runtime::{Bounds, Engine, Store};
use proptest::prelude::*;

use crate::bank::{how, program};

const ITEM: u32 = 0;
const LOG: u32 = 1;

fn id(number: u32) -> StateId {
    StateId::from_u32(number)
}

/// `state Item[shop: Text, tier: Tier] { owner: Text index, level: Int? index, price: Decimal(2)? index, index (owner, level), index (owner, price) }` whose tiers are in
/// another order by name than by declaration, `journal Log { who: Text index, paid: Decimal(2), index (who, seq), index (who, paid) }`, a bag by shop, and counts by tier and by
/// level: `none` is in no group.
fn module() -> Module {
    let mut m = Module { name: "shop".into(), ..Module::default() };
    m.currencies.push(Currency { code: "EUR".into(), digits: 2, title: String::new() });
    m.currencies.push(Currency { code: "USD".into(), digits: 2, title: String::new() });
    let variant = |name: &str| Variant { name: name.into(), fields: vec![] };
    let variants = vec![variant("Standard"), variant("Plus"), variant("Custom")];
    let tier = m.enums.push(Enum { name: "Tier".into(), variants });
    let (text, int, tier) = (m.intern(Type::Text), m.intern(Type::Int), m.intern(Type::Enum(tier)));
    let (level, time) = (m.intern(Type::Option(int)), m.intern(Type::Time));
    let field = |name: &str, ty| Field { name: name.into(), ty, default: None };
    let state = |name: &str, kind, key, fields: Vec<Field>, indexes| State {
        module: "shop".into(),
        name: name.into(),
        kind,
        key,
        stored: u32::try_from(fields.len()).unwrap(),
        fields,
        computed: vec![],
        indexes,
        initial: None,
    };
    let decimal = m.intern(Type::Decimal(2));
    let price = m.intern(Type::Option(decimal));
    let mut fields = vec![field("shop", text), field("tier", tier), field("owner", text), field("level", level)];
    fields.push(field("price", price));
    let indexes = vec![vec![2], vec![2, 3], vec![2], vec![3], vec![4], vec![2, 4]];
    m.states.push(state("Item", StateKind::Keyed, 2, fields, indexes));
    let fields = vec![field("seq", int), field("time", time), field("who", text), field("paid", decimal)];
    m.states.push(state("Log", StateKind::Journal, 1, fields, vec![vec![2], vec![2, 0], vec![2, 3]]));
    // These aggregates are set by hand: no row adds to them.
    let place = Place { file: 0, line: 1, column: 1, width: 1 };
    let mut nothing = FunctionBuilder::new("adds nothing", place, &[Kind::Ref], None);
    nothing.ret(None);
    let add = m.functions.push(nothing.finish());
    m.aggregates.push(Aggregate {
        name: "bags".into(),
        state: id(ITEM),
        group: vec![0],
        kind: AggregateKind::SumMoney,
        add,
        order: None,
    });
    let count = |name: &str, field| Aggregate {
        name: name.into(),
        state: id(ITEM),
        group: vec![field],
        kind: AggregateKind::Count,
        add,
        order: None,
    };
    m.aggregates.push(count("items", 1));
    m.aggregates.push(count("levels", 3));
    m
}

#[derive(Clone, Debug)]
enum Op {
    Put { shop: u8, tier: i64, owner: u8, level: Option<i64>, price: Option<u8> },
    Delete { shop: u8, tier: i64 },
    Append { who: u8, paid: u8 },
    SetBag { shop: u8, euros: i64 },
    SetCount { of: u32, group: i64, count: i64 },
    Keep,
    Undo,
    Commit,
    Scan { by: By, limit: usize, before: bool },
    Range { of: Of, from: Bound<i8>, to: Bound<i8>, limit: usize, before: bool },
    ScanLog { who: Option<u8>, before: bool },
    Get { shop: u8, tier: i64, before: bool },
    Aggregates { shop: u8, tier: i64, before: bool },
}

/// By what items are looked up: an index, or the key, and the beginning of its fields.
#[derive(Clone, Debug)]
enum By {
    Key(Option<u8>),
    Owner(u32, Option<u8>),
    OwnerAndLevel(u8, i64),
    Level(i64),
}

/// Of what a range is taken: a field of an index or of the key, behind what the fields before it equal.
#[derive(Clone, Debug)]
enum Of {
    Shop,
    Owner(u32),
    OwnersLevel(u8),
    Level,
    Price,
    OwnersPrice(u8),
    LogSeq,
    LogWho,
    WhosLogSeq(u8),
    WhosPaid(u8),
}

/// Of what type the field of a range is.
#[derive(Clone, Copy)]
enum Is {
    Int,
    Wide,
    Text,
}

impl Of {
    /// The state, the index, what comes before, and of what type the range's field is.
    fn looked_up(&self) -> (u32, Option<u32>, Vec<KeyPart>, Is) {
        match *self {
            Of::Shop => (ITEM, None, vec![], Is::Text),
            Of::Owner(index) => (ITEM, Some(index), vec![], Is::Text),
            Of::OwnersLevel(owner) => (ITEM, Some(1), vec![text(owner)], Is::Int),
            Of::Level => (ITEM, Some(3), vec![], Is::Int),
            Of::Price => (ITEM, Some(4), vec![], Is::Wide),
            Of::OwnersPrice(owner) => (ITEM, Some(5), vec![text(owner)], Is::Wide),
            Of::LogSeq => (LOG, None, vec![], Is::Int),
            Of::LogWho => (LOG, Some(0), vec![], Is::Text),
            Of::WhosLogSeq(who) => (LOG, Some(1), vec![text(who)], Is::Int),
            Of::WhosPaid(who) => (LOG, Some(2), vec![text(who)], Is::Wide),
        }
    }
}

fn of() -> impl Strategy<Value = Of> {
    let name = 0u8..4;
    prop_oneof![
        Just(Of::Shop),
        (0u32..3).prop_map(Of::Owner),
        name.clone().prop_map(Of::OwnersLevel),
        Just(Of::Level),
        Just(Of::Price),
        name.clone().prop_map(Of::OwnersPrice),
        Just(Of::LogSeq),
        Just(Of::LogWho),
        name.clone().prop_map(Of::WhosLogSeq),
        name.prop_map(Of::WhosPaid),
    ]
}

/// An end of a range, of a number or of the text that it stands for.
fn end() -> impl Strategy<Value = Bound<i8>> {
    prop_oneof![
        1 => Just(Bound::Unbounded),
        3 => (-1i8..4).prop_map(Bound::Included),
        3 => (-1i8..4).prop_map(Bound::Excluded),
    ]
}

impl By {
    fn index_and_prefix(&self) -> (Option<u32>, Vec<KeyPart>) {
        match *self {
            By::Key(shop) => (None, shop.map(text).into_iter().collect()),
            By::Owner(index, owner) => (Some(index), owner.map(text).into_iter().collect()),
            By::OwnerAndLevel(owner, level) => (Some(1), vec![text(owner), KeyPart::Int(level)]),
            By::Level(level) => (Some(3), vec![KeyPart::Int(level)]),
        }
    }
}

fn by() -> impl Strategy<Value = By> {
    let name = 0u8..4;
    prop_oneof![
        proptest::option::of(name.clone()).prop_map(By::Key),
        (0u32..3, proptest::option::of(name.clone())).prop_map(|(index, owner)| By::Owner(index, owner)),
        (name, -1i64..2).prop_map(|(owner, level)| By::OwnerAndLevel(owner, level)),
        (-1i64..2).prop_map(By::Level),
    ]
}

fn op() -> impl Strategy<Value = Op> {
    let name = 0u8..4;
    let tier = 0i64..3;
    prop_oneof![
        6 => (name.clone(), tier.clone(), name.clone(), proptest::option::of(-1i64..2), proptest::option::of(0u8..7))
            .prop_map(|(shop, tier, owner, level, price)| Op::Put { shop, tier, owner, level, price }),
        2 => (name.clone(), tier.clone()).prop_map(|(shop, tier)| Op::Delete { shop, tier }),
        2 => (name.clone(), 0u8..7).prop_map(|(who, paid)| Op::Append { who, paid }),
        1 => (name.clone(), -2i64..3).prop_map(|(shop, euros)| Op::SetBag { shop, euros }),
        2 => (1u32..3, tier.clone(), 0i64..3).prop_map(|(of, group, count)| Op::SetCount { of, group, count }),
        2 => Just(Op::Keep),
        2 => Just(Op::Undo),
        1 => Just(Op::Commit),
        4 => (by(), 1usize..8, any::<bool>()).prop_map(|(by, limit, before)| Op::Scan { by, limit, before }),
        4 => (of(), end(), end(), 1usize..8, any::<bool>())
            .prop_map(|(of, from, to, limit, before)| Op::Range { of, from, to, limit, before }),
        1 => (proptest::option::of(name.clone()), any::<bool>()).prop_map(|(who, before)| Op::ScanLog { who, before }),
        2 => (name.clone(), tier.clone(), any::<bool>()).prop_map(|(shop, tier, before)| Op::Get { shop, tier, before }),
        1 => (name, tier, any::<bool>()).prop_map(|(shop, tier, before)| Op::Aggregates { shop, tier, before }),
    ]
}

fn text(n: u8) -> KeyPart {
    KeyPart::Text(["a", "é", "z\0", "ß"][usize::from(n)].into())
}

/// Numbers on both sides of what fits 64 bits.
fn wide(n: u8) -> i128 {
    let beyond = i128::from(i64::MAX) + 1;
    [i128::MIN, -beyond * 11, -beyond - 1, -5, 7, beyond, i128::MAX][usize::from(n)]
}

/// Both worlds, with the model as it was when the event began.
struct Both<'a> {
    store: &'a mut Store<'static>,
    model: MapWorld,
    begun: MapWorld,
}

impl Both<'_> {
    fn begin(&mut self) {
        self.model.begin();
        self.begun = self.model.clone();
        self.store.begin_event(Env::nobody());
    }

    fn same<T: PartialEq + std::fmt::Debug>(&mut self, before: bool, read: impl Fn(&mut dyn World) -> T) {
        self.store.see_before(before);
        self.model.see_before(before);
        assert_eq!(read(self.store), read(&mut self.model), "before: {before}");
        self.store.see_before(false);
        self.model.see_before(false);
    }

    fn write(&mut self, write: impl Fn(&mut dyn World)) {
        write(self.store);
        write(&mut self.model);
    }

    fn step(&mut self, op: Op) {
        match op {
            Op::Put { shop, tier, owner, level, price } => self.write(|world| {
                let price = price.map_or(Value::None, |price| Value::Some(Value::Wide(wide(price)).into()));
                let level = level.map_or(Value::None, |level| Value::Some(Value::Int(level).into()));
                let row = [text(shop).into(), Value::Int(tier), text(owner).into(), level, price];
                world.put(id(ITEM), row.into()).unwrap();
            }),
            Op::Delete { shop, tier } => self.write(|world| {
                let key = vec![text(shop), KeyPart::Int(tier)];
                if world.row(id(ITEM), &key).unwrap().is_some() {
                    world.delete(id(ITEM), &key).unwrap();
                }
            }),
            Op::Append { who, paid } => self.write(|world| {
                let seq = world.next_seq(id(LOG)).unwrap();
                world
                    .put(id(LOG), [Value::Int(seq), Value::Int(0), text(who).into(), Value::Wide(wide(paid))].into())
                    .unwrap();
            }),
            Op::SetBag { shop, euros } => self.write(|world| {
                let entries =
                    if euros == 0 { vec![] } else { vec![(CurrencyId::from_u32(0), i128::from(euros) << 70)] };
                let value = AggregateValue::Bag(entries.into());
                world.set_aggregate(AggregateId::from_u32(0), &vec![text(shop)], value).unwrap();
            }),
            Op::SetCount { of, group, count } => self.write(|world| {
                let value = AggregateValue::Wide(count.into());
                world.set_aggregate(AggregateId::from_u32(of), &vec![KeyPart::Int(group)], value).unwrap();
            }),
            Op::Keep => {
                self.store.keep_event();
                self.begin();
            }
            Op::Undo => {
                self.store.undo_event();
                self.model = self.begun.clone();
                self.begin();
            }
            Op::Commit => {
                self.store.keep_event();
                self.store.commit(&[], |_| Ok(())).unwrap();
                self.begin();
            }
            Op::Scan { by, limit, before } => self.same(before, |world| {
                let (index, prefix) = by.index_and_prefix();
                world.scan(id(ITEM), &Lookup::by(index, &prefix), limit).unwrap()
            }),
            Op::Range { of, from, to, limit, before } => self.same(before, |world| {
                let (state, index, prefix, is) = of.looked_up();
                let part = |n: i8| match is {
                    Is::Text => text(u8::try_from(n).unwrap_or(0)),
                    Is::Wide => KeyPart::Wide(wide(u8::try_from(n + 2).unwrap_or(0))),
                    Is::Int => KeyPart::Int(n.into()),
                };
                let (from, to) = (from.map(part), to.map(part));
                let lookup = Lookup { index, prefix: &prefix, range: (from.as_ref(), to.as_ref()) };
                let ends = [false, true].map(|last| world.ends(id(state), &lookup, last, limit).unwrap());
                (world.scan(id(state), &lookup, limit).unwrap(), ends)
            }),
            Op::ScanLog { who, before } => self.same(before, |world| {
                let prefix: Vec<KeyPart> = who.map(text).into_iter().collect();
                let all = world.scan(id(LOG), &Lookup::ALL, 1000).unwrap();
                (all, world.scan(id(LOG), &Lookup::by(Some(0), &prefix), 1000).unwrap())
            }),
            Op::Get { shop, tier, before } => {
                self.same(before, |world| world.row(id(ITEM), &vec![text(shop), KeyPart::Int(tier)]).unwrap());
            }
            Op::Aggregates { shop, tier, before } => self.same(before, |world| {
                let bag = world.aggregate(AggregateId::from_u32(0), &vec![text(shop)]).unwrap();
                let count = |world: &mut dyn World, of| {
                    world.aggregate(AggregateId::from_u32(of), &vec![KeyPart::Int(tier)]).unwrap()
                };
                (bag, count(world, 1), count(world, 2))
            }),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_store_is_a_world_of_maps(ops in proptest::collection::vec(op(), 1..60), cached_bytes in prop_oneof![Just(0), Just(1usize << 20)]) {
        let module = module();
        let how = lwas_runtime::attach::Attach { bounds: Bounds { cached_bytes }, ..how() };
        let mut runtime = attach_memory(program(&module, "shop"), Engine::Interpreter, &how).unwrap();
        let model = MapWorld::new(&module, Env::nobody());
        let begun = model.clone();
        let (_, store, _, _) = runtime.parts();
        let mut both = Both { store, model, begun };
        both.begin();
        for op in ops {
            both.step(op);
        }
        both.step(Op::Commit);
        for by in [By::Key(None), By::Owner(0, Some(1)), By::Owner(1, Some(2)), By::OwnerAndLevel(1, 0), By::Level(1)] {
            both.step(Op::Scan { by, limit: 1000, before: false });
        }
        for of in [Of::Shop, Of::Owner(2), Of::OwnersLevel(1), Of::Level, Of::Price, Of::OwnersPrice(1), Of::LogSeq, Of::LogWho, Of::WhosLogSeq(2), Of::WhosPaid(1)] {
            let (from, to) = (Bound::Excluded(0), Bound::Included(2));
            both.step(Op::Range { of: of.clone(), from, to: Bound::Unbounded, limit: 1000, before: false });
            both.step(Op::Range { of, from, to, limit: 1000, before: false });
        }
    }
}
