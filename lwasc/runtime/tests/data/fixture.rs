//! The module that the tests read and write values of: the one that `spec/value-encoding.md` describes.

use std::sync::Arc;

use lwas_ir::{
    Currency, CurrencyId, Enum, EnumId, Event, EventId, Field, FuncId, Module, Place, Record, RecordId, Type, TypeId,
    Value, Variant,
};
use lwas_runtime::data::Decoder;

/// The function that stands for the default of `Sale.channel`.
const CHANNEL: u32 = 0;

/// A module with types by their names.
pub struct Fixture {
    pub module: Arc<Module>,
    types: Vec<(&'static str, TypeId)>,
}

impl Fixture {
    pub fn new() -> Fixture {
        let mut module = Module { name: "shop".into(), ..Module::default() };
        for (code, digits) in [("EUR", 2), ("JPY", 0), ("USD", 2)] {
            module.currencies.push(Currency { code: code.into(), digits, title: String::new() });
        }
        let usd = CurrencyId::from_u32(2);
        let mut types = vec![];
        let mut named = |module: &mut Module, name, ty| {
            let id = module.intern(ty);
            types.push((name, id));
            id
        };
        let plain = [
            ("Bool", Type::Bool),
            ("Int", Type::Int),
            ("Money", Type::Money),
            ("Number", Type::Number),
            ("Bag", Type::Bag),
            ("Currency", Type::Currency),
            ("Time", Type::Time),
            ("Date", Type::Date),
            ("Duration", Type::Duration),
            ("Float", Type::Float),
        ];
        for (name, ty) in plain {
            named(&mut module, name, ty);
        }
        let text = named(&mut module, "Text", Type::Text);
        let int = module.intern(Type::Int);
        let amount = named(&mut module, "USD", Type::Amount(usd, 2));
        let rate = named(&mut module, "Decimal(4)", Type::Decimal(4));
        named(&mut module, "Decimal(0)", Type::Decimal(0));
        let field = |name: &str, ty| Field { name: name.into(), ty, default: None };
        let variant = |name: &str, fields| Variant { name: name.into(), fields };
        let kinds = vec![variant("Asset", vec![]), variant("Liability", vec![])];
        module.enums.push(Enum { name: "Kind".into(), variants: kinds });
        let tiers =
            vec![variant("Standard", vec![]), variant("Plus", vec![]), variant("Custom", vec![field("rate", rate)])];
        module.enums.push(Enum { name: "Tier".into(), variants: tiers });
        named(&mut module, "Kind", Type::Enum(EnumId::from_u32(0)));
        let tier = named(&mut module, "Tier", Type::Enum(EnumId::from_u32(1)));
        let line = vec![field("sku", text), field("price", amount), field("quantity", int)];
        module.records.push(Record { name: "Line".into(), fields: line });
        module.records.push(Record { name: "Nothing".into(), fields: vec![] });
        let line = named(&mut module, "Line", Type::Record(RecordId::from_u32(0)));
        let nothing = named(&mut module, "Nothing", Type::Record(RecordId::from_u32(1)));
        let lines = named(&mut module, "List<Line>", Type::List(line));
        named(&mut module, "List<Nothing>", Type::List(nothing));
        named(&mut module, "List<USD>", Type::List(amount));
        named(&mut module, "Map<Text, USD>", Type::Map(amount));
        named(&mut module, "Map<Text, Line>", Type::Map(line));
        named(&mut module, "Map<Text, Nothing>", Type::Map(nothing));
        let note = named(&mut module, "Text?", Type::Option(text));
        let some_tier = module.intern(Type::Option(tier));
        let channel = Field { default: Some(FuncId::from_u32(CHANNEL)), ..field("channel", text) };
        let sale = vec![
            field("id", text),
            field("buyer", text),
            field("amount", amount),
            field("note", note),
            field("tier", some_tier),
            channel,
        ];
        module.records.push(Record { name: "Sale".into(), fields: sale });
        let order = vec![field("number", int), field("lines", lines)];
        module.records.push(Record { name: "Order".into(), fields: order });
        named(&mut module, "Sale", Type::Record(RecordId::from_u32(2)));
        let place = Place { file: 0, line: 1, column: 1, width: 1 };
        for (name, record, accepted) in
            [("Sale", 2, true), ("shop.Order", 3, true), ("ledger.Post", 2, false), ("Ping", 1, true)]
        {
            let record = RecordId::from_u32(record);
            let event = Event { name: name.into(), record, key: Some(0), accepted, rules: vec![], place };
            module.events.push(event);
        }
        module.events[EventId::from_u32(3)].key = None;
        Fixture { module: Arc::new(module), types }
    }

    /// The type of a name.
    pub fn ty(&self, name: &str) -> TypeId {
        self.types.iter().find(|(known, _)| *known == name).unwrap_or_else(|| panic!("no type `{name}`")).1
    }

    /// All types with their names.
    pub fn types(&self) -> &[(&'static str, TypeId)] {
        &self.types
    }

    /// A decoder, in which the one default is the text `web`.
    pub fn decoder(&self) -> Decoder {
        Decoder::new(Arc::clone(&self.module), |function| {
            assert_eq!(function.as_u32(), CHANNEL);
            Ok(Value::Text("web".into()))
        })
    }
}
