//! A small bank as hand-built ir: every kind of state, an aggregate, and laws of every scope. And what tests do with it.
//!
//! ```lwas
//! state Account[id: Text] { owner: Text index, balance: Decimal(2), limit: Decimal(2)? }
//! state Totals { count: Int = 0, volume: Decimal(2) = 0 }
//! journal Posting { account: Text index, amount: Decimal(2) }
//! state Owner[name: Text] { blocked: Int }
//! event Open { id: Text key, owner: Text }
//! event Move { id: Text key, account: Text, amount: Decimal(2) }   // balance, posting, totals
//! event Stray { account: Text, amount: Decimal(2) }                // a posting alone
//! event Close { account: Text }
//! event Rename { account: Text, owner: Text }
//! event Block { owner: Text, blocked: Int }
//! axiom volume_is_small { Totals.volume <= 1000000.00 }
//! axiom balance_is_posted for a in Account { a.balance == sum(p.amount for p in Posting where p.account == a.id) }
//! axiom no_overdraft for a in Account { a.balance >= 0 }
//! axiom owner_is_kept for a in Account changed from b { a.owner == b.owner }
//! axiom closed_empty for a in Account deleted { a.balance == 0 }
//! axiom blocked_is_poor for a in Account { not Owner.has(a.owner) or Owner[a.owner].blocked == 0 or a.balance == 0 }
//! ```

use std::sync::{Arc, LazyLock};

use lwas_ir::*;
use lwas_runtime::attach::{Attach, Opened};
use lwas_runtime::{Bounds, Engine, Incoming, Outcome, Program, Rejection, Runtime};
use lwas_seal::{Hash, PublicKey, Signer};

/// Where everything stands.
pub const PLACE: Place = Place { file: 0, line: 3, column: 5, width: 4 };

pub const ACCOUNT: u32 = 0;
pub const TOTALS: u32 = 1;
pub const POSTING: u32 = 2;
pub const OWNER: u32 = 3;

pub const OPEN: u32 = 0;
pub const MOVE: u32 = 1;
pub const STRAY: u32 = 2;
pub const CLOSE: u32 = 3;
pub const RENAME: u32 = 4;
pub const BLOCK: u32 = 5;

struct Types {
    text: TypeId,
    int: TypeId,
    amount: TypeId,
    time: TypeId,
    maybe: TypeId,
}

fn field(name: &str, ty: TypeId) -> Field {
    Field { name: name.into(), ty, default: None }
}

fn state(name: &str, kind: StateKind, key: u32, fields: Vec<Field>, indexes: Vec<Vec<u32>>) -> State {
    State {
        module: "bank".into(),
        name: name.into(),
        kind,
        key,
        stored: u32::try_from(fields.len()).unwrap(),
        fields,
        computed: vec![],
        indexes,
        initial: None,
    }
}

/// A function being built, over a module.
struct Fun<'m> {
    b: FunctionBuilder,
    m: &'m mut Module,
    site: Site,
}

impl Fun<'_> {
    fn new<'m>(m: &'m mut Module, name: &str, params: &[Kind], result: Option<Kind>) -> Fun<'m> {
        let mut b = FunctionBuilder::new(name, PLACE, params, result);
        let site = b.site(PLACE);
        Fun { b, m, site }
    }

    fn done(self) -> FuncId {
        let function = self.b.finish();
        self.m.functions.push(function)
    }

    fn load(&mut self, state: u32, row: Local, at: usize) -> Local {
        let state = StateId::from_u32(state);
        let kind = self.m.kind(self.m.states[state].fields[at].ty);
        let offset = self.m.row_layout(state).0[at];
        self.b.load(kind, row, offset)
    }

    fn store(&mut self, state: u32, row: Local, at: usize, value: Local) {
        let offset = self.m.row_layout(StateId::from_u32(state)).0[at];
        self.b.store(row, offset, value);
    }

    fn new_row(&mut self, state: u32, values: &[Local]) -> Local {
        let size = self.m.row_layout(StateId::from_u32(state)).1;
        let row = self.b.alloc(size, self.site);
        for (at, value) in values.iter().enumerate() {
            self.store(state, row, at, *value);
        }
        row
    }

    fn host(&mut self, op: HostOp, args: &[Local]) -> Option<Local> {
        let result = op.signature(self.m).result;
        self.b.host(op, args, result, self.site)
    }

    fn get(&mut self, state: u32, key: &[Local]) -> Local {
        self.host(HostOp::RowGet(StateId::from_u32(state)), key).unwrap()
    }

    fn put(&mut self, state: u32, row: Local) {
        self.host(HostOp::RowPut(StateId::from_u32(state)), &[row]);
    }

    /// Fails with a text where the condition does not hold.
    fn require(&mut self, condition: Local, reason: FailReason, text: &str) {
        let text = self.m.texts.push(text.into());
        let (held, failed) = (self.b.new_block(), self.b.new_block());
        self.b.branch(condition, held, failed);
        self.b.switch_to(failed);
        let message = self.b.text(text);
        self.b.fail(self.site, reason, Some(message));
        self.b.switch_to(held);
    }

    /// The row, which must be there.
    fn existing(&mut self, state: u32, key: &[Local]) -> Local {
        let row = self.get(state, key);
        let none = self.b.none();
        let there = self.b.compare(CompareOp::NotEqual, row, none);
        self.require(there, FailReason::MissingRow, "the row is not there");
        row
    }

    fn add(&mut self, a: Local, b: Local) -> Local {
        self.b.wide_op(WideOp::Add, a, b, self.site)
    }

    fn posting(&mut self, account: Local, amount: Local) {
        let seq = self.host(HostOp::NextSeq(StateId::from_u32(POSTING)), &[]).unwrap();
        let now = self.host(HostOp::Now, &[]).unwrap();
        let row = self.new_row(POSTING, &[seq, now, account, amount]);
        self.put(POSTING, row);
        self.host(HostOp::AggregateAdd(AggregateId::from_u32(0)), &[account, amount]);
    }

    /// Returns a condition, whose parts are shown.
    fn condition(mut self, shown: Local, ty: TypeId, value: Local) -> FuncId {
        self.b.trace(PLACE, ty, shown);
        self.b.ret(Some(value));
        self.done()
    }
}

fn event(m: &mut Module, name: &str, key: Option<u32>, fields: Vec<Field>, rule: impl FnOnce(&mut Fun<'_>, &[Local])) {
    let record = m.records.push(Record { name: name.into(), fields });
    let mut fun = Fun::new(m, &format!("rule {name}"), &[Kind::Ref], None);
    let data = fun.b.param(0);
    let (offsets, _) = fun.m.record_layout(record);
    let kinds: Vec<Kind> = fun.m.records[record].fields.iter().map(|f| fun.m.kind(f.ty)).collect();
    let args: Vec<Local> = kinds.iter().zip(offsets).map(|(kind, at)| fun.b.load(*kind, data, at)).collect();
    rule(&mut fun, &args);
    fun.b.ret(None);
    let rule = fun.done();
    m.events.push(Event { name: name.into(), record, key, accepted: true, rules: vec![rule], place: PLACE });
}

/// The bank. `law` says whether it has its laws.
pub fn module(laws: bool) -> Module {
    let mut m = Module { name: "bank".into(), sources: vec!["bank.lwas".into()], ..Module::default() };
    m.source_lines.insert((0, 3), "axiom no_overdraft for a in Account { a.balance >= 0 }".into());
    let (text, int, amount, time) =
        (m.intern(Type::Text), m.intern(Type::Int), m.intern(Type::Decimal(2)), m.intern(Type::Time));
    let t = Types { text, int, amount, time, maybe: m.intern(Type::Option(amount)) };
    let fields = vec![field("id", t.text), field("owner", t.text), field("balance", t.amount), field("limit", t.maybe)];
    m.states.push(state("Account", StateKind::Keyed, 1, fields, vec![vec![1]]));
    m.states.push(state(
        "Totals",
        StateKind::Single,
        0,
        vec![field("count", t.int), field("volume", t.amount)],
        vec![],
    ));
    let fields = vec![field("seq", t.int), field("time", t.time), field("account", t.text), field("amount", t.amount)];
    m.states.push(state("Posting", StateKind::Journal, 1, fields, vec![vec![2]]));
    m.states.push(state("Owner", StateKind::Keyed, 1, vec![field("name", t.text), field("blocked", t.int)], vec![]));
    let (state, kind) = (StateId::from_u32(POSTING), AggregateKind::SumWide(2));
    let add = FuncId::from_u32(0);
    m.aggregates.push(Aggregate { name: "posted_by_account".into(), state, group: vec![2], kind, add, order: None });
    let mut fun = Fun::new(&mut m, "add posted_by_account", &[Kind::Ref], None);
    let row = fun.b.param(0);
    let (account, amount) = (fun.load(POSTING, row, 2), fun.load(POSTING, row, 3));
    fun.host(HostOp::AggregateAdd(AggregateId::from_u32(0)), &[account, amount]);
    fun.b.ret(None);
    let add = fun.done();
    m.aggregates[AggregateId::from_u32(0)].add = add;
    initial_totals(&mut m);
    events(&mut m, &t);
    if laws {
        axioms(&mut m, &t);
    }
    m
}

fn initial_totals(m: &mut Module) {
    let mut fun = Fun::new(m, "initial Totals", &[], Some(Kind::Ref));
    let (count, volume) = (fun.b.int(0), fun.b.wide(0));
    let row = fun.new_row(TOTALS, &[count, volume]);
    fun.b.ret(Some(row));
    let initial = fun.done();
    m.states[StateId::from_u32(TOTALS)].initial = Some(initial);
}

fn events(m: &mut Module, t: &Types) {
    event(m, "Open", Some(0), vec![field("id", t.text), field("owner", t.text)], |f, args| {
        let row = f.get(ACCOUNT, &[args[0]]);
        let none = f.b.none();
        let free = f.b.compare(CompareOp::Equal, row, none);
        f.require(free, FailReason::RowExists, "the account is there");
        let zero = f.b.wide(0);
        let row = f.new_row(ACCOUNT, &[args[0], args[1], zero, none]);
        f.put(ACCOUNT, row);
    });
    let fields = vec![field("id", t.text), field("account", t.text), field("amount", t.amount)];
    event(m, "Move", Some(0), fields, |f, args| {
        let row = f.existing(ACCOUNT, &[args[1]]);
        let balance = f.load(ACCOUNT, row, 2);
        let balance = f.add(balance, args[2]);
        f.store(ACCOUNT, row, 2, balance);
        f.put(ACCOUNT, row);
        f.posting(args[1], args[2]);
        let totals = f.get(TOTALS, &[]);
        let (count, volume) = (f.load(TOTALS, totals, 0), f.load(TOTALS, totals, 1));
        let one = f.b.int(1);
        let count = f.b.int_op(IntOp::Add, count, one, f.site);
        let volume = f.add(volume, args[2]);
        let row = f.new_row(TOTALS, &[count, volume]);
        f.put(TOTALS, row);
    });
    event(m, "Stray", None, vec![field("account", t.text), field("amount", t.amount)], |f, args| {
        f.posting(args[0], args[1]);
    });
    event(m, "Close", None, vec![field("account", t.text)], |f, args| {
        f.existing(ACCOUNT, &[args[0]]);
        f.host(HostOp::RowDelete(StateId::from_u32(ACCOUNT)), &[args[0]]);
    });
    event(m, "Rename", None, vec![field("account", t.text), field("owner", t.text)], |f, args| {
        let row = f.existing(ACCOUNT, &[args[0]]);
        f.store(ACCOUNT, row, 1, args[1]);
        f.put(ACCOUNT, row);
    });
    event(m, "Block", None, vec![field("owner", t.text), field("blocked", t.int)], |f, args| {
        let row = f.new_row(OWNER, &[args[0], args[1]]);
        f.put(OWNER, row);
    });
}

fn axioms(m: &mut Module, t: &Types) {
    let account = StateId::from_u32(ACCOUNT);
    let mut add = |m: &mut Module, name: &str, scope, func, reads| {
        m.axioms.push(Axiom { name: name.into(), place: PLACE, scope, func, reads });
    };

    let mut f = Fun::new(m, "axiom volume_is_small", &[], Some(Kind::I64));
    let row = f.get(TOTALS, &[]);
    let (volume, most) = (f.load(TOTALS, row, 1), f.b.wide(100_000_000));
    let small = f.b.compare(CompareOp::LessEqual, volume, most);
    let func = f.condition(volume, t.amount, small);
    let reads = vec![Read { source: Source::State(StateId::from_u32(TOTALS)), back: None, fields: None }];
    add(m, "volume_is_small", AxiomScope::Whole, func, reads);

    let mut f = Fun::new(m, "axiom balance_is_posted", &[Kind::Ref], Some(Kind::I64));
    let row = f.b.param(0);
    let (id, balance) = (f.load(ACCOUNT, row, 0), f.load(ACCOUNT, row, 2));
    let posted = f.host(HostOp::AggregateGet(AggregateId::from_u32(0)), &[id]).unwrap();
    let equal = f.b.compare(CompareOp::Equal, balance, posted);
    let func = f.condition(posted, t.amount, equal);
    let back = Some(Back { index: None, parts: vec![0] });
    let reads = vec![Read { source: Source::Aggregate(AggregateId::from_u32(0)), back, fields: None }];
    add(m, "balance_is_posted", AxiomScope::Rows(account), func, reads);

    let mut f = Fun::new(m, "axiom no_overdraft", &[Kind::Ref], Some(Kind::I64));
    let row = f.b.param(0);
    let (balance, zero) = (f.load(ACCOUNT, row, 2), f.b.wide(0));
    let positive = f.b.compare(CompareOp::GreaterEqual, balance, zero);
    let func = f.condition(balance, t.amount, positive);
    add(m, "no_overdraft", AxiomScope::Rows(account), func, vec![]);

    let mut f = Fun::new(m, "axiom owner_is_kept", &[Kind::Ref, Kind::Ref], Some(Kind::I64));
    let (now, before) = (f.b.param(0), f.b.param(1));
    let (now, before) = (f.load(ACCOUNT, now, 1), f.load(ACCOUNT, before, 1));
    let equal = f.host(HostOp::Equal(t.text), &[now, before]).unwrap();
    let func = f.condition(before, t.text, equal);
    add(m, "owner_is_kept", AxiomScope::Changed(account), func, vec![]);

    let mut f = Fun::new(m, "axiom closed_empty", &[Kind::Ref], Some(Kind::I64));
    let row = f.b.param(0);
    let (balance, zero) = (f.load(ACCOUNT, row, 2), f.b.wide(0));
    let empty = f.b.compare(CompareOp::Equal, balance, zero);
    let func = f.condition(balance, t.amount, empty);
    add(m, "closed_empty", AxiomScope::Deleted(account), func, vec![]);

    blocked_is_poor(m, t, &mut add);
}

fn blocked_is_poor(m: &mut Module, t: &Types, add: &mut impl FnMut(&mut Module, &str, AxiomScope, FuncId, Vec<Read>)) {
    let mut f = Fun::new(m, "axiom blocked_is_poor", &[Kind::Ref], Some(Kind::I64));
    let row = f.b.param(0);
    let (name, balance, zero) = (f.load(ACCOUNT, row, 1), f.load(ACCOUNT, row, 2), f.b.wide(0));
    let holds = f.b.compare(CompareOp::Equal, balance, zero);
    let owner = f.get(OWNER, &[name]);
    let none = f.b.none();
    let there = f.b.compare(CompareOp::NotEqual, owner, none);
    let (look, end) = (f.b.new_block(), f.b.new_block());
    let result = f.b.int(1);
    f.b.branch(there, look, end);
    f.b.switch_to(look);
    let (blocked, nothing) = (f.load(OWNER, owner, 1), f.b.int(0));
    let free = f.b.compare(CompareOp::Equal, blocked, nothing);
    let (ask, assign) = (f.b.new_block(), f.b.new_block());
    f.b.assign(result, free);
    f.b.branch(free, end, ask);
    f.b.switch_to(ask);
    f.b.jump(assign);
    f.b.switch_to(assign);
    f.b.assign(result, holds);
    f.b.jump(end);
    f.b.switch_to(end);
    let func = f.condition(balance, t.amount, result);
    let back = Some(Back { index: Some(0), parts: vec![0] });
    let reads = vec![Read { source: Source::State(StateId::from_u32(OWNER)), back, fields: None }];
    add(m, "blocked_is_poor", AxiomScope::Rows(StateId::from_u32(ACCOUNT)), func, reads);
}

/// A program of a module, whose artifact is its name.
pub fn program(module: &Module, artifact: &str) -> Arc<Program> {
    Arc::new(Program::new(module, Hash::of(artifact.as_bytes()), artifact.as_bytes().to_vec()).unwrap())
}

/// Opens `bank` and `bank without laws` as the artifacts they are in these tests.
pub fn open(hash: Hash, bytes: &[u8]) -> Result<Opened, String> {
    if Hash::of(bytes) != hash {
        return Err("another hash".into());
    }
    Ok(Opened { module: module(bytes == b"bank"), signer: Some(signer()) })
}

/// Who signs everything here.
pub fn signer() -> PublicKey {
    Signer::from_seed(&[7; 32]).public_key()
}

/// Our signer writes, from 1970 on.
pub fn how() -> Attach<'static> {
    static ALLOWED: LazyLock<[PublicKey; 1]> = LazyLock::new(|| [signer()]);
    let bounds = Bounds { cached_bytes: 1 << 20 };
    Attach { signer: Some(signer()), allowed: &*ALLOWED, start: Some(0), open: &open, bounds }
}

/// The bank on a ledger in memory.
pub fn runtime() -> Runtime {
    runtime_of(&module(true))
}

/// A bank in memory whose program is this.
pub fn runtime_of(module: &Module) -> Runtime {
    lwas_runtime::attach::attach_memory(program(module, "bank"), Engine::Interpreter, &how()).unwrap()
}

pub fn text(text: &str) -> Value {
    Value::Text(text.into())
}

pub fn incoming(event: u32, data: &[Value]) -> Incoming {
    Incoming::bare(EventId::from_u32(event), Value::Record(data.into()))
}

pub fn open_account(id: &str) -> Incoming {
    incoming(OPEN, &[text(id), text("ann")])
}

pub fn transfer(id: &str, account: &str, amount: i128) -> Incoming {
    incoming(MOVE, &[text(id), text(account), Value::Wide(amount)])
}

/// The rejection of an outcome.
pub fn rejection(outcome: Outcome) -> Rejection {
    match outcome {
        Outcome::Rejected(rejection) => rejection,
        other => panic!("expected a rejection, found {other:?}"),
    }
}

/// All cells of all tables of the program.
pub fn tables(runtime: &Runtime) -> Vec<Vec<Vec<lwas_ledger::Cell>>> {
    let ledger = runtime.store().ledger();
    let ids = (0u32..).take(ledger.attached().len()).map(lwas_ledger::TableId);
    ids.map(|id| ledger.rows_by_key_prefix(id, &[]).unwrap()).collect()
}
