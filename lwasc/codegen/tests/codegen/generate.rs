//! Well-formed modules out of a stream of numbers: each number is a choice, and when the stream ends the choices are the
//! simplest ones. So shrinking the stream shrinks the program.
//!
//! A program keeps a pool of registers with their types. It grows by statements: something computed from the pool, a
//! register assigned anew, a branch, a loop, a way to fail, a call of an earlier function. What is made inside a branch is
//! forgotten after it, so that a register is assigned on every path before it is read.

use super::compare::PLACE;
use super::corners::{INTS, wides};
use host::host_calls;
use lwas_exact::Mode;
use lwas_ir::{
    BlockId, CompareOp, Currency, Event, EventId, FailReason, Field, FuncId, FunctionBuilder, HostOp, IntOp, Kind,
    Local, Module, Record, Site, State, StateId, StateKind, TextId, Type, TypeId, WideOp,
};

#[path = "host.rs"]
mod host;
#[path = "world.rs"]
mod world;

/// The stream.
pub struct Choices {
    numbers: std::vec::IntoIter<u16>,
}

impl Choices {
    pub fn new(numbers: Vec<u16>) -> Choices {
        Choices { numbers: numbers.into_iter() }
    }

    /// A number below `bound`.
    pub fn below(&mut self, bound: usize) -> usize {
        usize::from(self.numbers.next().unwrap_or(0)) % bound
    }

    /// One of several.
    pub fn of<T: Clone>(&mut self, several: &[T]) -> T {
        several[self.below(several.len())].clone()
    }

    /// A number: mostly a small one, so that programs get somewhere, else one at which something changes.
    pub fn int(&mut self) -> i64 {
        match self.below(8) {
            0 => self.of(&INTS),
            _ => self.below(40) as i64 + 1,
        }
    }

    /// The same in 128 bits; among the small ones are products that leave 64 bits.
    pub fn wide(&mut self) -> i128 {
        match self.below(8) {
            0 => self.of(&wides()),
            1 => (self.below(50_000) as i128 - 25_000) << 60,
            _ => self.below(50_000) as i128 - 10_000,
        }
    }

    fn are_left(&self) -> bool {
        self.numbers.len() > 0
    }
}

/// The types that programs use.
#[derive(Clone, Copy)]
pub struct Kit {
    pub int: TypeId,
    pub float: TypeId,
    pub decimal: TypeId,
    pub text: TypeId,
    pub money: TypeId,
    pub number: TypeId,
    pub fraction: TypeId,
    pub bag: TypeId,
    pub ints: TypeId,
    pub decimals: TypeId,
    pub moneys: TypeId,
    pub texts: TypeId,
    pub int_map: TypeId,
    pub decimal_map: TypeId,
    pub money_map: TypeId,
    pub some_int: TypeId,
    pub some_text: TypeId,
    pub record: TypeId,
    pub row: TypeId,
    pub some_row: TypeId,
    /// The state with a key, the journal, and the event that is emitted.
    pub state: StateId,
    pub journal: StateId,
    pub event: EventId,
}

impl Kit {
    /// Those that can be made out of nothing, simplest first.
    pub fn all(&self) -> [TypeId; 19] {
        [
            self.int,
            self.float,
            self.decimal,
            self.text,
            self.money,
            self.number,
            self.fraction,
            self.bag,
            self.ints,
            self.decimals,
            self.moneys,
            self.texts,
            self.int_map,
            self.decimal_map,
            self.money_map,
            self.some_int,
            self.some_text,
            self.record,
            self.row,
        ]
    }
}

/// A module without functions, and its types.
pub fn empty_module() -> (Module, Kit) {
    let mut module = Module { name: "generated".to_owned(), ..Module::default() };
    for (code, digits) in [("EUR", 2), ("JPY", 0), ("USD", 2)] {
        module.currencies.push(Currency { code: code.to_owned(), digits, title: String::new() });
    }
    for text in ["", "a", "ann", "a text of some length with ümläuts"] {
        module.texts.push(text.to_owned());
    }
    let (int, decimal, text) = (module.intern(Type::Int), module.intern(Type::Decimal(2)), module.intern(Type::Text));
    let money = module.intern(Type::Money);
    let field = |name: &str, ty| Field { name: name.to_owned(), ty, default: None };
    let fields = vec![field("id", int), field("amount", decimal), field("note", text)];
    let record = module.records.push(Record { name: "R".to_owned(), fields: fields.clone() });
    let new_state = |name: &str, kind, fields| State {
        module: "generated".to_owned(),
        name: name.to_owned(),
        kind,
        fields,
        key: 1,
        stored: 3,
        computed: vec![],
        indexes: vec![vec![2]],
        initial: None,
    };
    let entry = vec![field("seq", int), field("time", module.intern(Type::Time)), field("note", text)];
    let state = module.states.push(new_state("S", StateKind::Keyed, fields));
    let journal = module.states.push(new_state("J", StateKind::Journal, entry));
    let event = Event { name: "E".to_owned(), record, key: None, accepted: true, rules: vec![], place: PLACE };
    let event = module.events.push(event);
    let row = module.intern(Type::Row(state));
    let kit = Kit {
        int,
        float: module.intern(Type::Float),
        decimal,
        text,
        money,
        number: module.intern(Type::Number),
        fraction: module.intern(Type::Fraction),
        bag: module.intern(Type::Bag),
        ints: module.intern(Type::List(int)),
        decimals: module.intern(Type::List(decimal)),
        moneys: module.intern(Type::List(money)),
        texts: module.intern(Type::List(text)),
        int_map: module.intern(Type::Map(int)),
        decimal_map: module.intern(Type::Map(decimal)),
        money_map: module.intern(Type::Map(money)),
        some_int: module.intern(Type::Option(int)),
        some_text: module.intern(Type::Option(text)),
        record: module.intern(Type::Record(record)),
        row,
        some_row: module.intern(Type::Option(row)),
        state,
        journal,
        event,
    };
    module.intern(Type::List(row));
    (module, kit)
}

/// A module with this many functions, each of which may call those before it.
pub fn module(choices: &mut Choices, functions: usize) -> Module {
    let (mut module, kit) = empty_module();
    for _ in 0..functions {
        let params = (0..choices.below(4)).map(|_| choices.of(&[Kind::I64, Kind::I128, Kind::Ref])).collect::<Vec<_>>();
        let result = choices.of(&[Some(Kind::I128), Some(Kind::I64), Some(Kind::Ref), None]);
        let b = FunctionBuilder::new(format!("f{}", module.functions.len()), PLACE, &params, result);
        let mut program = Program { module: &module, kit, b, choices, pool: vec![], depth: 0 };
        for (index, kind) in params.iter().enumerate() {
            let ty = program.type_of_param(*kind);
            let param = program.b.param(index);
            program.pool.push((param, ty));
        }
        for _ in 0..program.choices.below(14) {
            program.statement();
        }
        program.finish(result);
        let function = program.b.finish();
        module.functions.push(function);
    }
    module
}

/// A function being made.
pub struct Program<'a> {
    pub module: &'a Module,
    pub kit: Kit,
    pub b: FunctionBuilder,
    pub choices: &'a mut Choices,
    /// Registers that have a value here, with their types.
    pool: Vec<(Local, TypeId)>,
    /// How deep in branches and loops.
    depth: u32,
}

impl Program<'_> {
    /// References come as texts.
    fn type_of_param(&self, kind: Kind) -> TypeId {
        match kind {
            Kind::I64 => self.kit.int,
            Kind::I128 => self.kit.decimal,
            Kind::Ref => self.kit.text,
        }
    }

    pub fn site(&mut self) -> Site {
        self.b.site(PLACE)
    }

    /// Puts a register into the pool.
    pub fn keep(&mut self, local: Local, ty: TypeId) {
        self.pool.push((local, ty));
    }

    /// How many registers are in the pool.
    pub fn known(&self) -> usize {
        self.pool.len()
    }

    /// Goes on at a block where only the first `known` registers of the pool have a value.
    pub fn join(&mut self, block: BlockId, known: usize) {
        self.b.jump(block);
        self.b.switch_to(block);
        self.pool.truncate(known);
    }

    /// A register of a type: from the pool, or new.
    pub fn value(&mut self, ty: TypeId) -> Local {
        let known: Vec<Local> = self.pool.iter().filter(|(_, t)| *t == ty).map(|(local, _)| *local).collect();
        match self.choices.below(known.len() + 1) {
            0 => self.fresh(ty),
            n => known[n - 1],
        }
    }

    /// A new register of a type, with a value out of nothing.
    fn fresh(&mut self, ty: TypeId) -> Local {
        let site = self.site();
        let local = match self.module.types[ty] {
            Type::Int => {
                let value = self.choices.int();
                self.b.int(value)
            }
            Type::Float => {
                let value = self.choices.of(&[0.0, 0.1, -2.5, 1e308, 5e-324, 710.0, -1e-9f64]);
                self.b.int(value.to_bits().cast_signed())
            }
            Type::Decimal(_) => {
                let value = self.choices.wide();
                self.b.wide(value)
            }
            Type::Text => {
                let text = TextId::from_u32(self.choices.below(self.module.texts.len()) as u32);
                self.b.text(text)
            }
            Type::Money => {
                let currency = self.choices.below(self.module.currencies.len()) as i64;
                self.pair(currency)
            }
            Type::Number => {
                let digits = self.choices.of(&[0, 2, 1, 4, 18, 36]);
                self.pair(digits)
            }
            Type::Fraction => {
                let units = self.value(self.kit.decimal);
                self.b.host(HostOp::FractionFromWide(2), &[units], Some(Kind::Ref), site).unwrap()
            }
            Type::Bag => self.b.host(HostOp::BagNew, &[], Some(Kind::Ref), site).unwrap(),
            Type::List(element) => self.list(element),
            Type::Map(inner) => self.map(inner),
            Type::Option(inner) => self.option(inner),
            Type::Record(_) | Type::Row(_) => self.fields(),
            other => panic!("programs have no {other:?}"),
        };
        self.keep(local, ty);
        local
    }

    /// Units and a number: Money, or a Number.
    fn pair(&mut self, second: i64) -> Local {
        let site = self.site();
        let units = self.value(self.kit.decimal);
        let second = self.b.int(second);
        let at = self.b.alloc(24, site);
        self.b.store(at, 0, units);
        self.b.store(at, 16, second);
        at
    }

    fn list(&mut self, element: TypeId) -> Local {
        let site = self.site();
        let kind = self.module.kind(element);
        let length = self.choices.below(4);
        let capacity = self.b.int(length as i64 + self.choices.below(2) as i64);
        let values: Vec<Local> = (0..length).map(|_| self.value(element)).collect();
        let list = self.b.new_list(capacity, kind, site);
        for value in values {
            self.b.push(list, value);
        }
        list
    }

    /// A map of a few entries, put together one by one, so that their keys may be the same.
    fn map(&mut self, inner: TypeId) -> Local {
        let site = self.site();
        let kind = self.module.kind(inner);
        let entries: Vec<_> =
            (0..self.choices.below(4)).map(|_| (self.value(self.kit.text), self.value(inner))).collect();
        let made = |program: &mut Self, entry: &[(Local, Local)]| {
            let room = program.b.int(entry.len() as i64);
            let (keys, values) = (program.b.new_list(room, Kind::Ref, site), program.b.new_list(room, kind, site));
            for (key, value) in entry {
                program.b.push(keys, *key);
                program.b.push(values, *value);
            }
            program.b.host(HostOp::MapNew(inner), &[keys, values], Some(Kind::Ref), site).unwrap()
        };
        let empty = made(self, &[]);
        entries.chunks(1).fold(empty, |map, entry| {
            let one = made(self, entry);
            self.b.host(HostOp::MapMerge(inner), &[map, one], Some(Kind::Ref), site).unwrap()
        })
    }

    fn option(&mut self, inner: TypeId) -> Local {
        if self.choices.below(2) == 0 {
            return self.b.none();
        }
        let value = self.value(inner);
        let kind = self.module.kind(inner);
        if kind == Kind::Ref {
            return self.b.copy(value);
        }
        let site = self.site();
        let at = self.b.alloc(kind.size(), site);
        self.b.store(at, 0, value);
        at
    }

    /// A record or a row: both have the same fields.
    fn fields(&mut self) -> Local {
        let (id, amount, note) = (self.value(self.kit.int), self.value(self.kit.decimal), self.value(self.kit.text));
        let site = self.site();
        let at = self.b.alloc(32, site);
        self.b.store(at, 0, id);
        self.b.store(at, 8, amount);
        self.b.store(at, 24, note);
        at
    }

    fn statement(&mut self) {
        match self.choices.below(16) {
            0..=2 => self.int_arithmetic(),
            3..=5 => self.wide_arithmetic(),
            6 | 7 => host_calls(self),
            8 => self.read_memory(),
            9 => self.comparison(),
            10 => self.assign(),
            11 => self.call(),
            12 => self.branch(),
            13 => self.repeat(),
            14 => self.fail_when(),
            _ => self.odds_and_ends(),
        }
    }

    fn int_arithmetic(&mut self) {
        let op = self.choices.of(&[IntOp::Add, IntOp::Sub, IntOp::Mul, IntOp::Div, IntOp::Mod]);
        let (a, b) = (self.value(self.kit.int), self.value(self.kit.int));
        let site = self.site();
        let value = self.b.int_op(op, a, b, site);
        self.keep(value, self.kit.int);
    }

    fn wide_arithmetic(&mut self) {
        let site = self.site();
        let value = match self.choices.below(5) {
            0 | 1 => {
                let op = self.choices.of(&[WideOp::Add, WideOp::Sub, WideOp::Mul]);
                let (a, b) = (self.value(self.kit.decimal), self.value(self.kit.decimal));
                self.b.wide_op(op, a, b, site)
            }
            2 | 3 => {
                let src = self.value(self.kit.decimal);
                let (from, to) = (self.choices.of(&[2, 5, 4, 6, 0, 18, 36]), self.choices.of(&[2, 0, 3, 5, 18, 36]));
                let mode = self.choices.of(&Mode::ALL);
                self.b.rescale(src, from, to, mode, site)
            }
            _ => {
                let src = self.value(self.kit.int);
                self.b.extend(src)
            }
        };
        self.keep(value, self.kit.decimal);
        if self.choices.below(4) == 3 {
            let narrow = self.b.narrow(value, site);
            self.keep(narrow, self.kit.int);
        }
    }

    fn comparison(&mut self) {
        let value = self.condition();
        self.keep(value, self.kit.int);
    }

    /// 0 or 1.
    fn condition(&mut self) -> Local {
        use CompareOp::{Equal, Greater, GreaterEqual, Less, LessEqual, NotEqual};
        let value = match self.choices.below(4) {
            0 | 1 => {
                let op = self.choices.of(&[Less, LessEqual, Greater, GreaterEqual, Equal, NotEqual]);
                let ty = self.choices.of(&[self.kit.int, self.kit.decimal]);
                let (a, b) = (self.value(ty), self.value(ty));
                self.b.compare(op, a, b)
            }
            _ => {
                let op = self.choices.of(&[Equal, NotEqual]);
                let ty = self.choices.of(&[self.kit.some_int, self.kit.some_text]);
                let (a, none) = (self.value(ty), self.b.none());
                self.b.compare(op, a, none)
            }
        };
        if self.choices.below(3) == 2 { self.b.not(value) } else { value }
    }

    /// A field, a length, an element.
    fn read_memory(&mut self) {
        let kit = self.kit;
        let site = self.site();
        let (value, ty) = match self.choices.below(6) {
            5 => {
                let (map, values) = self.choices.of(&[
                    (kit.int_map, kit.ints),
                    (kit.decimal_map, kit.decimals),
                    (kit.money_map, kit.moneys),
                ]);
                let (ty, offset) = self.choices.of(&[(values, 8), (kit.texts, 0)]);
                let map = self.value(map);
                (self.b.load(Kind::Ref, map, offset), ty)
            }
            0 => {
                let base = self.choices.of(&[kit.record, kit.row]);
                let base = self.value(base);
                let (ty, offset) = self.choices.of(&[(kit.int, 0), (kit.decimal, 8), (kit.text, 24)]);
                (self.b.load(self.module.kind(ty), base, offset), ty)
            }
            1 => {
                let base = self.choices.of(&[kit.money, kit.number]);
                let base = self.value(base);
                let (ty, offset) = self.choices.of(&[(kit.decimal, 0), (kit.int, 16)]);
                (self.b.load(self.module.kind(ty), base, offset), ty)
            }
            2 => {
                let list = self.choices.of(&[kit.ints, kit.decimals, kit.moneys, kit.texts]);
                let list = self.value(list);
                (self.b.length(list), kit.int)
            }
            _ => {
                let (list, element) = self.choices.of(&[
                    (kit.ints, kit.int),
                    (kit.decimals, kit.decimal),
                    (kit.moneys, kit.money),
                    (kit.texts, kit.text),
                ]);
                let list = self.value(list);
                let index = match self.choices.below(3) {
                    0 => self.value(kit.int),
                    n => self.b.int(n as i64 - 1),
                };
                (self.b.element(self.module.kind(element), list, index, site), element)
            }
        };
        self.keep(value, ty);
    }

    /// A register that is there gets another value of its type.
    fn assign(&mut self) {
        if self.pool.is_empty() {
            return;
        }
        let (dst, ty) = self.choices.of(&self.pool);
        let src = self.value(ty);
        self.b.assign(dst, src);
    }

    fn call(&mut self) {
        if self.module.functions.is_empty() {
            return;
        }
        let func = FuncId::from_u32(self.choices.below(self.module.functions.len()) as u32);
        let function = &self.module.functions[func];
        let params: Vec<Kind> = function.locals.values().take(function.params as usize).copied().collect();
        let args: Vec<Local> = params
            .into_iter()
            .map(|kind| {
                let ty = self.type_of_param(kind);
                self.value(ty)
            })
            .collect();
        let result = self.b.call(func, &args, function.result);
        // What a reference refers to is known for parameters only.
        match (result, function.result) {
            (Some(result), Some(Kind::I64)) => self.keep(result, self.kit.int),
            (Some(result), Some(Kind::I128)) => self.keep(result, self.kit.decimal),
            _ => {}
        }
    }

    /// Some statements, whose registers are forgotten.
    fn body(&mut self, most: usize) {
        let known = self.pool.len();
        self.depth += 1;
        for _ in 0..self.choices.below(most) {
            self.statement();
        }
        self.depth -= 1;
        self.pool.truncate(known);
    }

    fn branch(&mut self) {
        if self.depth > 3 || !self.choices.are_left() {
            return;
        }
        let condition = self.condition();
        let (then, otherwise, join) = (self.b.new_block(), self.b.new_block(), self.b.new_block());
        self.b.branch(condition, then, otherwise);
        for block in [then, otherwise] {
            self.b.switch_to(block);
            self.body(4);
            self.b.jump(join);
        }
        self.b.switch_to(join);
    }

    /// A loop over a number of turns, each of which costs a step.
    fn repeat(&mut self) {
        if self.depth > 2 || !self.choices.are_left() {
            return;
        }
        let turns = self.choices.of(&[3, 0, 1, 20]);
        let (limit, one, counter) = (self.b.int(turns), self.b.int(1), self.b.int(0));
        let (head, body, exit) = (self.b.new_block(), self.b.new_block(), self.b.new_block());
        let site = self.site();
        self.b.jump(head);
        self.b.switch_to(head);
        let more = self.b.compare(CompareOp::Less, counter, limit);
        self.b.branch(more, body, exit);
        self.b.switch_to(body);
        self.b.step(site);
        self.body(5);
        let next = self.b.int_op(IntOp::Add, counter, one, site);
        self.b.assign(counter, next);
        self.b.jump(head);
        self.b.switch_to(exit);
    }

    fn fail_when(&mut self) {
        let condition = self.condition();
        let (bad, good) = (self.b.new_block(), self.b.new_block());
        self.b.branch(condition, bad, good);
        self.b.switch_to(bad);
        let site = self.site();
        let message = if self.choices.below(2) == 0 {
            None
        } else {
            let known = self.pool.len();
            let (text, int) = (self.value(self.kit.text), self.value(self.kit.int));
            let message_site = self.site();
            let shown = self.b.host(HostOp::TextFormat(self.kit.int), &[int], Some(Kind::Ref), message_site).unwrap();
            let message = self.b.host(HostOp::TextJoin, &[text, shown], Some(Kind::Ref), message_site);
            self.pool.truncate(known);
            message
        };
        self.b.fail(site, FailReason::Require, message);
        self.b.switch_to(good);
    }

    fn odds_and_ends(&mut self) {
        let ty = self.choices.of(&self.kit.all());
        let site = self.site();
        match self.choices.below(5) {
            0 => {
                let value = self.value(ty);
                self.b.trace(PLACE, ty, value);
            }
            1 => self.b.step(site),
            2 => {
                let capacity = self.value(self.kit.int);
                let kind = self.choices.of(&[Kind::I64, Kind::I128]);
                let list = self.b.new_list(capacity, kind, site);
                self.keep(list, if kind == Kind::I64 { self.kit.ints } else { self.kit.decimals });
            }
            3 => {
                let size = self.choices.of(&[0, 8, 1 << 20, 24]);
                self.b.alloc(size, site);
            }
            _ => {
                let value = self.value(ty);
                let copy = self.b.copy(value);
                self.keep(copy, ty);
            }
        }
    }

    fn finish(&mut self, result: Option<Kind>) {
        let value = result.map(|kind| {
            let types: Vec<TypeId> = self.kit.all().into_iter().filter(|ty| self.module.kind(*ty) == kind).collect();
            // The last value of the kind, so that what was computed matters.
            match self.pool.iter().rev().find(|(_, ty)| self.module.kind(*ty) == kind) {
                Some((local, _)) => *local,
                None => self.fresh(types[0]),
            }
        });
        self.b.ret(value);
    }
}
