//! A small module that every test begins with: currencies, an enum, a record, states, an aggregate; and short ways to
//! make functions and to call host functions.

use cranelift_entity::EntityRef;
use lwas_ir::host;
use lwas_ir::*;

/// Where everything stands.
pub const HERE: Place = Place { file: 0, line: 3, column: 5, width: 2 };

/// The module with the numbers of what it declares.
pub struct Fixture {
    pub module: Module,
    pub eur: CurrencyId,
    pub jpy: CurrencyId,
    pub usd: CurrencyId,
    pub tier: EnumId,
    pub line: RecordId,
    pub account: StateId,
    pub posting: StateId,
    pub totals: StateId,
    pub balances: AggregateId,
    pub count: AggregateId,
}

pub fn field(name: &str, ty: TypeId) -> Field {
    Field { name: name.to_owned(), ty, default: None }
}

fn state(name: &str, kind: StateKind, key: u32, fields: Vec<Field>) -> State {
    State {
        module: "wallet".to_owned(),
        name: name.to_owned(),
        kind,
        stored: u32::try_from(fields.len()).unwrap(),
        fields,
        key,
        computed: vec![],
        indexes: vec![],
        initial: None,
    }
}

impl Fixture {
    pub fn new() -> Fixture {
        let mut module =
            Module { name: "wallet".to_owned(), sources: vec!["wallet.lwas".to_owned()], ..Module::default() };
        let currency = |code: &str, digits| Currency { code: code.to_owned(), digits, title: String::new() };
        let eur = module.currencies.push(currency("EUR", 2));
        let jpy = module.currencies.push(currency("JPY", 0));
        let usd = module.currencies.push(currency("USD", 2));
        let (int, text, time) = (module.intern(Type::Int), module.intern(Type::Text), module.intern(Type::Time));
        let (money, rate) = (module.intern(Type::Money), module.intern(Type::Decimal(4)));
        let price = module.intern(Type::Amount(usd, 2));
        let variant = |name: &str, fields| Variant { name: name.to_owned(), fields };
        let tier = module.enums.push(Enum {
            name: "wallet.Tier".to_owned(),
            variants: vec![variant("Plus", vec![]), variant("Custom", vec![field("rate", rate)])],
        });
        let fields = vec![field("sku", text), field("price", price)];
        let line = module.records.push(Record { name: "wallet.Line".to_owned(), fields });
        let mut account = state(
            "Account",
            StateKind::Keyed,
            1,
            vec![field("id", text), field("owner", text), field("limit", money), field("balance", int)],
        );
        account.stored = 3;
        account.indexes = vec![vec![1]];
        let account = module.states.push(account);
        let posting = vec![field("seq", int), field("time", time), field("amount", money)];
        let posting = module.states.push(state("Posting", StateKind::Journal, 1, posting));
        let totals = module.states.push(state("Totals", StateKind::Single, 0, vec![field("sales", int)]));
        // Their functions come with all others.
        let add = FuncId::from_u32(0);
        let aggregate = |name: &str, group, kind| Aggregate {
            name: name.to_owned(),
            state: account,
            group,
            kind,
            add,
            order: None,
        };
        let balances = module.aggregates.push(aggregate("balances", vec![1], AggregateKind::SumMoney));
        let count = module.aggregates.push(aggregate("accounts", vec![], AggregateKind::Count));
        let mut fixture = Fixture { module, eur, jpy, usd, tier, line, account, posting, totals, balances, count };
        fixture.functions();
        fixture
    }

    /// The functions that the states need.
    fn functions(&mut self) {
        let mut balance = FunctionBuilder::new("Account.balance", HERE, &[Kind::Ref], Some(Kind::I64));
        let value = balance.int(7);
        balance.ret(Some(value));
        let balance = self.module.functions.push(balance.finish());
        self.module.states[self.account].computed = vec![balance];
        let mut initial = FunctionBuilder::new("Totals.initial", HERE, &[], Some(Kind::Ref));
        let site = initial.site(HERE);
        let (row, sales) = (initial.alloc(8, site), initial.int(0));
        initial.store(row, 0, sales);
        initial.ret(Some(row));
        let initial = self.module.functions.push(initial.finish());
        self.module.states[self.totals].initial = Some(initial);
        let (offsets, _) = self.module.row_layout(self.account);
        for id in [self.balances, self.count] {
            let name = format!("add {}", self.module.aggregates[id].name);
            let mut add = FunctionBuilder::new(name, HERE, &[Kind::Ref], None);
            let (site, row) = (add.site(HERE), add.param(0));
            let args = if id == self.balances {
                vec![add.load(Kind::Ref, row, offsets[1]), add.load(Kind::Ref, row, offsets[2])]
            } else {
                vec![add.wide(1)]
            };
            add.host(HostOp::AggregateAdd(id), &args, None, site);
            add.ret(None);
            self.module.aggregates[id].add = self.module.functions.push(add.finish());
        }
    }

    /// The number of a type.
    pub fn ty(&mut self, ty: Type) -> TypeId {
        self.module.intern(ty)
    }

    /// The number of the type `T?`.
    pub fn optional(&mut self, of: Type) -> TypeId {
        let of = self.module.intern(of);
        self.module.intern(Type::Option(of))
    }

    /// Adds a function with a body.
    pub fn function(
        &mut self,
        params: &[Kind],
        result: Option<Kind>,
        body: impl FnOnce(&mut FunctionBuilder, Site),
    ) -> FuncId {
        let name = format!("wallet.f{}", self.module.functions.len());
        let mut builder = FunctionBuilder::new(name, HERE, params, result);
        let site = builder.site(Place { line: 9, ..HERE });
        body(&mut builder, site);
        self.module.functions.push(builder.finish())
    }

    /// A machine to call on.
    pub fn machine(self) -> Machine {
        verify(&self.module).expect("the fixture keeps the rules");
        let memory = Memory::new(&self.module);
        let world = MapWorld::new(&self.module, Env { now: 1_000_000, event_seq: 4, caller: "ann".into() });
        Machine { fixture: self, memory, world }
    }
}

/// A module with memory and a world.
pub struct Machine {
    pub fixture: Fixture,
    pub memory: Memory,
    pub world: MapWorld,
}

impl Machine {
    pub fn module(&self) -> &Module {
        &self.fixture.module
    }

    /// Calls a function.
    pub fn call(&mut self, func: FuncId, args: &[Slot]) -> Result<Option<Slot>, Failure> {
        let interpreter = Interpreter::new(&self.fixture.module).keep_traces(true);
        interpreter.call(func, args, &mut self.memory, &mut self.world)
    }

    /// Calls a function that is rejected.
    pub fn rejected(&mut self, func: FuncId, args: &[Slot]) -> Rejection {
        match self.call(func, args) {
            Err(Failure::Rejected(rejection)) => rejection,
            other => panic!("{other:?} is no rejection"),
        }
    }

    /// Calls a host function.
    pub fn host(&mut self, op: HostOp, args: &[Slot]) -> Result<Option<Slot>, Fault> {
        host::call(op, &self.fixture.module, &mut self.memory, &mut self.world, args)
    }

    /// Calls a host function that has a result.
    pub fn give(&mut self, op: HostOp, args: &[Slot]) -> Slot {
        self.host(op, args).expect("it has an answer").expect("it has a result")
    }

    /// Calls a host function that fails.
    pub fn fault(&mut self, op: HostOp, args: &[Slot]) -> (FailReason, String) {
        match self.host(op, args) {
            Err(Fault::Failed { reason, detail }) => (reason, detail),
            other => panic!("{other:?} is no rejection"),
        }
    }

    pub fn text(&mut self, text: &str) -> Slot {
        Slot::reference(self.memory.new_text(text).unwrap())
    }

    pub fn money(&mut self, units: i128, currency: CurrencyId) -> Slot {
        Slot::reference(self.memory.new_money(units, currency).unwrap())
    }

    pub fn number(&mut self, units: i128, digits: u8) -> Slot {
        Slot::reference(self.memory.new_number(units, digits).unwrap())
    }

    /// A list of values of a type that the module has.
    pub fn list(&mut self, element: Type, values: Vec<Value>) -> Slot {
        let element = self.fixture.module.intern(element);
        let ty = self.fixture.module.intern(Type::List(element));
        self.write(ty, &Value::List(values.into()))
    }

    pub fn write(&mut self, ty: TypeId, value: &Value) -> Slot {
        self.memory.write_value(&self.fixture.module, ty, value).unwrap()
    }

    pub fn read(&mut self, ty: Type, slot: Slot) -> Value {
        let ty = self.fixture.module.intern(ty);
        self.memory.read_value(&self.fixture.module, ty, slot).unwrap()
    }

    /// A value as people read it.
    pub fn shown(&mut self, ty: Type, slot: Slot) -> String {
        let ty = self.fixture.module.intern(ty);
        let text = self.give(HostOp::TextFormat(ty), &[slot]);
        self.memory.text(text.as_ref()).unwrap().to_owned()
    }
}

pub fn text(text: &str) -> Value {
    Value::Text(text.into())
}

pub fn currency(id: CurrencyId) -> Slot {
    Slot::int(i64::try_from(id.index()).unwrap())
}
