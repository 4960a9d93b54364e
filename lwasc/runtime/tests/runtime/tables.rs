//! Values in tables and back: every type that a row can hold, at its borders.

use std::sync::Arc;

use lwas_ir::*;
use lwas_ledger::Cell;
use lwas_runtime::schema::{Layout, describe, differences};
use proptest::prelude::*;

/// A state with a field of every type.
fn module() -> Module {
    let mut m = Module { name: "all".into(), ..Module::default() };
    for (code, digits) in [("JPY", 0), ("USD", 2)] {
        m.currencies.push(Currency { code: code.into(), digits, title: String::new() });
    }
    let field = |name: &str, ty| Field { name: name.into(), ty, default: None };
    let plain = |name: &str| Variant { name: name.into(), fields: vec![] };
    let (text, int, amount) = (m.intern(Type::Text), m.intern(Type::Int), m.intern(Type::Decimal(4)));
    let side = m.enums.push(Enum { name: "Side".into(), variants: vec![plain("Left"), plain("Right")] });
    let custom = Variant { name: "Custom".into(), fields: vec![field("rate", amount)] };
    let tier = m.enums.push(Enum { name: "Tier".into(), variants: vec![plain("Plus"), custom] });
    let (side, tier, money) = (m.intern(Type::Enum(side)), m.intern(Type::Enum(tier)), m.intern(Type::Money));
    let line = m.records.push(Record { name: "Line".into(), fields: vec![field("sku", text), field("price", money)] });
    let line = m.intern(Type::Record(line));
    let simple = [
        Type::Bool,
        Type::Currency,
        Type::Time,
        Type::Date,
        Type::Duration,
        Type::Float,
        Type::Amount(CurrencyId::from_u32(1), 2),
    ];
    let mut types: Vec<TypeId> = simple.into_iter().map(|ty| m.intern(ty)).collect();
    types.extend([text, int, amount, side, tier, money, line]);
    types.push(m.intern(Type::List(line)));
    types.push(m.intern(Type::Map(line)));
    let options: Vec<TypeId> = types.iter().map(|ty| m.intern(Type::Option(*ty))).collect();
    types.extend(options);
    let key = field("id", int);
    let fields: Vec<Field> =
        std::iter::once(key).chain(types.iter().enumerate().map(|(n, ty)| field(&format!("f{n}"), *ty))).collect();
    let stored = u32::try_from(fields.len()).unwrap();
    m.states.push(State {
        module: "all.of.it".into(),
        name: "Thing".into(),
        kind: StateKind::Keyed,
        key: 1,
        fields,
        stored,
        computed: vec![],
        indexes: vec![],
        initial: None,
    });
    m
}

fn wide() -> BoxedStrategy<i128> {
    let edges = [i128::MIN, i128::MAX, i128::from(i64::MAX) + 1, i128::from(i64::MIN) - 1, i128::from(i64::MIN), 0, -1];
    prop_oneof![proptest::sample::select(edges.to_vec()), any::<i128>(), any::<i64>().prop_map(i128::from)].boxed()
}

/// Values of a type.
fn value(m: &Arc<Module>, ty: TypeId) -> BoxedStrategy<Value> {
    let fields = |fields: &[Field]| -> Vec<BoxedStrategy<Value>> { fields.iter().map(|f| value(m, f.ty)).collect() };
    match m.types[ty] {
        Type::Bool => (0i64..2).prop_map(Value::Int).boxed(),
        Type::Currency => (0i64..2).prop_map(Value::Int).boxed(),
        Type::Int => any::<i64>().prop_map(Value::Int).boxed(),
        Type::Float => any::<f64>().prop_map(|f| Value::of_float(if f.is_finite() { f + 0.0 } else { 0.5 })).boxed(),
        Type::Duration => any::<i64>().prop_map(Value::Int).boxed(),
        Type::Time => (lwas_exact::calendar::MIN_TIME..=lwas_exact::calendar::MAX_TIME).prop_map(Value::Int).boxed(),
        Type::Date => (lwas_exact::calendar::MIN_DATE..=lwas_exact::calendar::MAX_DATE).prop_map(Value::Int).boxed(),
        Type::Decimal(_) | Type::Amount(..) => wide().prop_map(Value::Wide).boxed(),
        Type::Text => any::<String>().prop_map(|text| Value::Text(text.into())).boxed(),
        Type::Money => (wide(), 0u32..2)
            .prop_map(|(units, currency)| Value::Money { units, currency: CurrencyId::from_u32(currency) })
            .boxed(),
        Type::Option(inner) => proptest::option::of(value(m, inner))
            .prop_map(|value| value.map_or(Value::None, |value| Value::Some(value.into())))
            .boxed(),
        Type::List(inner) => {
            proptest::collection::vec(value(m, inner), 0..4).prop_map(|v| Value::List(v.into())).boxed()
        }
        Type::Map(inner) => {
            let entries = proptest::collection::btree_map(any::<String>(), value(m, inner), 0..4);
            entries.prop_map(|map| Value::Map(map.into_iter().map(|(k, v)| (k.into(), v)).collect())).boxed()
        }
        Type::Record(id) => fields(&m.records[id].fields).prop_map(|v| Value::Record(v.into())).boxed(),
        Type::Enum(id) if m.enums[id].is_plain() => (0i64..2).prop_map(Value::Int).boxed(),
        Type::Enum(id) => {
            let variants = (0u32..).zip(&m.enums[id].variants).map(|(variant, known)| {
                fields(&known.fields).prop_map(move |v| Value::Variant { variant, fields: v.into() }).boxed()
            });
            proptest::strategy::Union::new(variants.collect::<Vec<_>>()).boxed()
        }
        other => panic!("no field has type {other:?}"),
    }
}

fn row() -> impl Strategy<Value = Vec<Value>> {
    let m = Arc::new(module());
    m.states[StateId::from_u32(0)].fields.iter().map(|field| value(&m, field.ty)).collect::<Vec<_>>()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_row_comes_back_as_it_went(row in row()) {
        let m = module();
        let layout = Layout::new(&m).unwrap();
        let table = layout.state(StateId::from_u32(0));
        let mut cells = Vec::new();
        table.write(&m, &row, &mut cells).unwrap();
        prop_assert_eq!(cells.len(), table.spec.columns.len());
        let read = table.read(&m, &cells).unwrap();
        prop_assert_eq!(read.as_ref(), row.as_slice());
    }

    #[test]
    fn a_cell_that_was_not_written_so_is_refused(row in row(), at in 1usize..30, cell in prop_oneof![
        Just(Cell::Null), Just(Cell::Int(7)), Just(Cell::Text("7".into())), Just(Cell::Text("\"Plus\" ".into())), Just(Cell::Text(" 00012345678901234567890".into()))
    ]) {
        let m = module();
        let layout = Layout::new(&m).unwrap();
        let table = layout.state(StateId::from_u32(0));
        let mut cells = Vec::new();
        table.write(&m, &row, &mut cells).unwrap();
        let at = at % cells.len();
        cells[at] = cell;
        // Either it is refused, or it is what this very row would be written as.
        if let Ok(read) = table.read(&m, &cells) {
            let mut again = Vec::new();
            table.write(&m, &read, &mut again).unwrap();
            prop_assert_eq!(again, cells);
        }
    }
}

#[test]
fn tables_and_columns_have_names_of_their_own() {
    let mut m = module();
    let state = &m.states[StateId::from_u32(0)];
    let of = |ty| state.fields.iter().find(|field| m.types[field.ty] == ty).expect("it has fields of all types").ty;
    let (money, text) = (of(Type::Money), of(Type::Text));
    let state = &mut m.states[StateId::from_u32(0)];
    for (name, ty) in [("fee", money), ("fee_currency", text), ("FEE", text)] {
        state.fields.push(Field { name: name.into(), ty, default: None });
        state.stored += 1;
    }
    let twin = State { module: "all_of_it".into(), ..state.clone() };
    let taken = State { module: "lwas".into(), ..state.clone() };
    m.states.push(twin);
    m.states.push(taken);
    let specs = Layout::new(&m).unwrap().specs();
    let names: Vec<&str> = specs.iter().map(|spec| spec.name.as_str()).collect();
    assert_eq!(names, ["currencies", "all_of_it_Thing", "all_of_it_Thing_2", "m_lwas_Thing"]);
    let columns: Vec<&str> = specs[1].columns.iter().rev().take(4).rev().map(|column| column.name.as_str()).collect();
    assert_eq!(columns, ["fee", "fee_currency", "fee_currency_2", "FEE_2"]);
}

#[test]
fn a_program_may_bring_currencies_and_change_no_schema() {
    let m = module();
    let mut more = m.clone();
    more.currencies.push(Currency { code: "XAU".into(), digits: 4, title: String::new() });
    assert_eq!(differences(&describe(&m), &describe(&more)), Vec::<String>::new());
    assert_eq!(differences(&describe(&more), &describe(&m)), ["- currency XAU(4)"]);
    let mut changed = m.clone();
    changed.currencies[CurrencyId::from_u32(1)].digits = 3;
    assert_eq!(differences(&describe(&m), &describe(&changed)), ["- currency USD(2)", "+ currency USD(3)"]);
}
