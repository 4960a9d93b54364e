//! Items of the typed program.

use super::{
    AggregateId, AxiomId, Body, ConstId, CurrencyId, EnumId, EventId, Export, Expr, FunctionId, ModuleId, RecordId,
    Route, RuleId, Sample, Settings, StateId, Target, Type,
};
use cranelift_entity::PrimaryMap;
use lwas_base::{FileId, Span, Symbol};
use std::collections::BTreeSet;

/// A whole program.
#[derive(Clone, Debug, Default)]
pub struct Program {
    /// Modules, dependencies first, ties by path.
    pub modules: PrimaryMap<ModuleId, Module>,
    /// What is reached from outside, for each program that was linked: one, but in a set.
    pub faces: Vec<Face>,
    /// Currencies.
    pub currencies: PrimaryMap<CurrencyId, Currency>,
    /// Enums.
    pub enums: PrimaryMap<EnumId, Enum>,
    /// Records, and the data of events.
    pub records: PrimaryMap<RecordId, Record>,
    /// States and journals.
    pub states: PrimaryMap<StateId, State>,
    /// Events.
    pub events: PrimaryMap<EventId, Event>,
    /// Functions, actions and queries.
    pub functions: PrimaryMap<FunctionId, Function>,
    /// Constants.
    pub consts: PrimaryMap<ConstId, Const>,
    /// Rules, those that `@event action` stands for included.
    pub rules: PrimaryMap<RuleId, Rule>,
    /// Rules that are due, in the order of modules, then of declaration.
    pub dues: Vec<Due>,
    /// Axioms in the order of modules, then of declaration.
    pub axioms: PrimaryMap<AxiomId, Axiom>,
    /// Aggregates kept by difference.
    pub aggregates: PrimaryMap<AggregateId, Aggregate>,
    /// Routes in the order of modules, then of declaration.
    pub routes: Vec<Route>,
    /// Exported functions in the same order.
    pub exports: Vec<Export>,
    /// Settings in the order of modules.
    pub settings: Vec<Settings>,
    /// Events that the runner samples, in the order of modules and files.
    pub samples: Vec<Sample>,
    /// Tests of the program's own modules (not of `std`).
    pub tests: Vec<Test>,
}

impl Program {
    /// The settings that a state holds; none where it is an ordinary one.
    pub fn settings_of(&self, state: StateId) -> Option<&Settings> {
        self.settings.iter().find(|settings| settings.state == state)
    }

    /// Whether requests for a route come to a program: where its module belongs to it, and the program takes the event.
    pub fn is_reached(&self, face: &Face, route: &Route) -> bool {
        match route.target {
            Target::Get(query) => face.reached.contains(&self.functions[query].module),
            Target::Post { event, .. } => {
                face.reached.contains(&self.events[event].module) && face.events.contains(&event)
            }
        }
    }
}

/// A program, as the outside sees it.
#[derive(Clone, Debug)]
pub struct Face {
    /// Its own module.
    pub entry: ModuleId,
    /// The modules that it is made of, its own among them: their queries and routes can be reached.
    pub reached: BTreeSet<ModuleId>,
    /// The events that it takes: its own, and those that it accepts.
    pub events: BTreeSet<EventId>,
}

/// A module: one file.
#[derive(Clone, Debug)]
pub struct Module {
    /// The dotted path, such as `std.ledger` or `wallet`.
    pub path: String,
    /// The last part of the path.
    pub name: Symbol,
    /// Its source.
    pub file: FileId,
}

/// A currency.
#[derive(Clone, Debug)]
pub struct Currency {
    /// Where it is declared.
    pub module: ModuleId,
    /// `USD`.
    pub code: Symbol,
    /// Its own digits, 0 to 18.
    pub digits: u8,
    /// Its name for people; may be empty.
    pub title: String,
    /// Where its name stands.
    pub span: Span,
}

/// A field of a record, event or state, or a parameter.
#[derive(Clone, Debug)]
pub struct Field {
    /// The name.
    pub name: Symbol,
    /// The type.
    pub ty: Type,
    /// The value when it is left out: constant, of the type.
    pub default: Option<Expr>,
    /// Whether `fixed` stands at it.
    pub fixed: bool,
    /// Where its name stands.
    pub span: Span,
}

/// An enum.
#[derive(Clone, Debug)]
pub struct Enum {
    /// Where it is declared.
    pub module: ModuleId,
    /// The name.
    pub name: Symbol,
    /// In order of declaration.
    pub variants: Vec<Variant>,
    /// Where its name stands.
    pub span: Span,
}

impl Enum {
    /// Whether no variant has a payload.
    pub fn is_plain(&self) -> bool {
        self.variants.iter().all(|v| v.fields.is_empty())
    }
}

/// A variant.
#[derive(Clone, Debug)]
pub struct Variant {
    /// The name.
    pub name: Symbol,
    /// The payload.
    pub fields: Vec<Field>,
    /// Where its name stands.
    pub span: Span,
}

/// A record, or the data of an event.
#[derive(Clone, Debug)]
pub struct Record {
    /// Where it is declared.
    pub module: ModuleId,
    /// The name.
    pub name: Symbol,
    /// In order of declaration.
    pub fields: Vec<Field>,
    /// The event whose data it is.
    pub event: Option<EventId>,
    /// Where its name stands.
    pub span: Span,
}

/// Which of the three.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StateKind {
    /// Rows by key.
    Keyed,
    /// One row.
    Single,
    /// Append-only; the key is `seq`.
    Journal,
}

/// A state or journal.
#[derive(Clone, Debug)]
pub struct State {
    /// Where it is declared.
    pub module: ModuleId,
    /// The name.
    pub name: Symbol,
    /// Which of the three.
    pub kind: StateKind,
    /// Key fields, then stored fields, then computed fields. A journal begins with `seq: Int` and `time: Time`.
    pub fields: Vec<Field>,
    /// How many of the fields are the key.
    pub key: usize,
    /// How many are stored, the key included.
    pub stored: usize,
    /// The computed fields, in order.
    pub computed: Vec<Computed>,
    /// Indexes, each the numbers of its (stored) fields: those at fields first, then the lines of their own.
    pub indexes: Vec<Vec<u32>>,
    /// Where its name stands.
    pub span: Span,
}

/// How a computed field is computed: the body's one parameter is the row.
#[derive(Clone, Debug)]
pub struct Computed {
    /// What it is.
    pub body: Body,
}

/// An event.
#[derive(Clone, Debug)]
pub struct Event {
    /// Where it is declared.
    pub module: ModuleId,
    /// The name.
    pub name: Symbol,
    /// Its data.
    pub record: RecordId,
    /// The `key` field.
    pub key: Option<u32>,
    /// Whether `private` stands before it.
    pub private: bool,
    /// Whether it may come from outside.
    pub accepted: bool,
    /// Its rules in the order in which they run.
    pub rules: Vec<RuleId>,
    /// Where its name stands.
    pub span: Span,
}

/// Which of the three.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FunctionKind {
    /// Pure.
    Fn,
    /// Changes state of its own module.
    Action,
    /// Reads.
    Query,
}

/// A function, action or query.
#[derive(Clone, Debug)]
pub struct Function {
    /// Where it is declared.
    pub module: ModuleId,
    /// The name.
    pub name: Symbol,
    /// Which of the three.
    pub kind: FunctionKind,
    /// The parameters; a default fills an argument that was left out.
    pub params: Vec<Field>,
    /// What it gives; Unit without a result.
    pub result: Type,
    /// Whether `private` stands before it.
    pub private: bool,
    /// What it does; none only until bodies have been checked.
    pub body: Option<Body>,
    /// Where its name stands.
    pub span: Span,
}

/// A constant.
#[derive(Clone, Debug)]
pub struct Const {
    /// Where it is declared.
    pub module: ModuleId,
    /// The name.
    pub name: Symbol,
    /// The value, which has the constant's type.
    pub value: Expr,
    /// Where its name stands.
    pub span: Span,
}

/// A rule. The body's one parameter is the event's data.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Where it is declared.
    pub module: ModuleId,
    /// The name.
    pub name: Symbol,
    /// The event.
    pub event: EventId,
    /// What it does.
    pub body: Body,
    /// Where its name stands.
    pub span: Span,
}

/// A rule that is due at a time of a row. The body's one parameter is the row.
#[derive(Clone, Debug)]
pub struct Due {
    /// Where it is declared, and the state too.
    pub module: ModuleId,
    /// The name.
    pub name: Symbol,
    /// Whose rows.
    pub state: StateId,
    /// The stored field, a Time or Time?, that says when.
    pub field: u32,
    /// What it does.
    pub body: Body,
    /// Where its name stands.
    pub span: Span,
}

/// What an axiom is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AxiomScope {
    /// Of the whole: no parameter.
    Whole,
    /// Of each row: the row.
    Rows(StateId),
    /// Of each row there before and after: (after, before).
    Changed(StateId),
    /// Of each row there before and not after: the row before.
    Deleted(StateId),
}

/// A law, a belief or an alert: what is asked again when something that it reads has changed.
#[derive(Clone, Debug)]
pub struct Axiom {
    /// Which of the three.
    pub kind: AxiomKind,
    /// Where it is declared.
    pub module: ModuleId,
    /// The name.
    pub name: Symbol,
    /// What it depends on: of a law laws only, of a belief laws and beliefs.
    pub given: Vec<AxiomId>,
    /// What it is of.
    pub scope: AxiomScope,
    /// `where …` over the parameters: where it is false the axiom holds.
    pub filter: Option<Expr>,
    /// Gives a Bool.
    pub body: Body,
    /// What it reads besides its own row, through computed fields too; each once.
    pub reads: Vec<Read>,
    /// From the word `axiom` to the end of its header's line or body, for messages.
    pub span: Span,
}

/// Which of the three an [`Axiom`] is.
#[derive(Clone, Debug)]
pub enum AxiomKind {
    /// A law: what breaks it is rejected.
    Law,
    /// A belief: where it is broken, that is recorded.
    Belief {
        /// Its truth, strictly between 0 and 1, in smallest units.
        truth: i128,
        /// Digits after the point.
        digits: u8,
    },
    /// An alert, which fires where its condition is true.
    Alert(Box<Alert>),
}

/// What an alert has besides its condition.
#[derive(Clone, Debug)]
pub struct Alert {
    /// 0 info, 1 warning, 2 critical: the variants of `std.alert.Severity`.
    pub severity: u32,
    /// How long the condition must be true, in microseconds; not negative.
    pub lasts: i64,
    /// What it says: a Text over the parameters and locals of the body; none where nothing is said.
    pub message: Option<Expr>,
    /// Whether condition or message reads `now`, so that it is judged at every entry.
    pub reads_now: bool,
}

impl Axiom {
    /// What it is called in messages.
    pub fn word(&self) -> &'static str {
        match self.kind {
            AxiomKind::Law => "axiom",
            AxiomKind::Belief { .. } => "belief",
            AxiomKind::Alert(_) => "alert",
        }
    }

    /// All expressions besides the body: the filter, and what an alert says.
    pub fn others(&self) -> impl Iterator<Item = &Expr> {
        let message = if let AxiomKind::Alert(alert) = &self.kind { alert.message.as_ref() } else { None };
        self.filter.iter().chain(message)
    }
}

/// Something that an axiom reads besides its own row.
#[derive(Clone, Debug, PartialEq)]
pub struct Read {
    /// What.
    pub source: ReadSource,
    /// How the axiom's rows that read it are found when it changes; none for a whole axiom.
    pub back: Option<Back>,
    /// The stored fields of the row that are read besides its key, in order; none where any may be, and of aggregates. While
    /// these stay, the row may change without a check: none at all are asked when it only matters whether the row is there.
    pub fields: Option<Vec<u32>>,
}

/// What is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadSource {
    /// A row by its key (a single row: by the empty key).
    State(StateId),
    /// An aggregate by its group.
    Aggregate(AggregateId),
    /// The rows of a state of which the first `parts` fields of an index (or, with `index` none, of the key) have the same values.
    Rows {
        /// Whose rows.
        state: StateId,
        /// By number in `State::indexes`.
        index: Option<u32>,
        /// How many fields; none of them for all rows.
        parts: usize,
    },
}

/// From the key (or group) of what changed to the axiom's rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Back {
    /// The index of the axiom's state to look in; none for its key.
    pub index: Option<u32>,
    /// For each leading field of that index (or key): which part of the changed key it must equal.
    pub parts: Vec<u32>,
}

/// What an aggregate adds up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AggregateKind {
    /// Rows.
    Count,
    /// Int.
    SumInt,
    /// Decimal, Amount or Duration: the type of `value` says the digits.
    SumWide,
    /// Money.
    SumMoney,
    /// Nothing: the rows are kept in order of `value`, or of key where it gives Unit.
    Order,
}

/// An aggregate kept by difference: over all rows of `state`, by group, of those that pass `filter`.
#[derive(Clone, Debug)]
pub struct Aggregate {
    /// Unique and stable while its source is the same, such as `std.ledger.Account.debits`, with a number added where one item has several.
    pub name: String,
    /// Whose rows.
    pub state: StateId,
    /// Stored fields of that state by whose values it is grouped. For an optional field `filter` has `field != none`, and the
    /// group's value is the plain one.
    pub group: Vec<u32>,
    /// What it adds up.
    pub kind: AggregateKind,
    /// The body's one parameter is the row; it gives the summand (Unit with `Count`).
    pub value: Body,
    /// Over the same parameter: rows for which it is false do not count.
    pub filter: Option<Expr>,
    /// Of a journal: only rows count that are not so long ago, in microseconds above zero.
    pub over: Option<i64>,
    /// Of an `Order`: the shares of which quantiles are read, in units of 10⁻¹², each once; from 0 to 10¹².
    pub shares: Vec<i64>,
    /// Where it stands.
    pub span: Span,
}

/// A test.
#[derive(Clone, Debug)]
pub struct Test {
    /// Where it is declared.
    pub module: ModuleId,
    /// The name in quotes.
    pub name: String,
    /// Where the name stands.
    pub span: Span,
    /// What it is run for, each time anew.
    pub cases: Option<Cases>,
    /// All locals; those of the cases and of `Let` steps are seen by later steps.
    pub locals: PrimaryMap<super::LocalId, super::Local>,
    /// In order.
    pub steps: Vec<TestStep>,
}

/// The cases of a test: the elements of lists that are of one length.
#[derive(Clone, Debug)]
pub struct Cases {
    /// The name of each, a Text that knows the columns' locals; none where the test's name says all.
    pub title: Option<Expr>,
    /// What a case binds.
    pub columns: Vec<Column>,
    /// Where they stand.
    pub span: Span,
}

/// What each case binds to one local.
#[derive(Clone, Debug)]
pub struct Column {
    /// The local.
    pub local: super::LocalId,
    /// The list that has its value for each case. It knows no locals of the test.
    pub list: Expr,
}

impl Cases {
    /// The expressions in it.
    pub fn exprs(&self) -> impl Iterator<Item = &Expr> {
        self.columns.iter().map(|column| &column.list).chain(&self.title)
    }

    /// The same, to change them.
    pub fn exprs_mut(&mut self) -> impl Iterator<Item = &mut Expr> {
        self.columns.iter_mut().map(|column| &mut column.list).chain(&mut self.title)
    }
}

/// A step of a test.
#[derive(Clone, Debug)]
pub struct TestStep {
    /// Where it stands.
    pub span: Span,
    /// What it does.
    pub kind: TestStepKind,
}

/// What a step of a test does.
#[derive(Clone, Debug)]
pub enum TestStepKind {
    /// `data` is of the event's record type, `at` a Time.
    Apply { event: EventId, data: Expr, at: Option<Expr> },
    /// `with` is a Text.
    Reject { event: EventId, data: Expr, at: Option<Expr>, with: Option<Expr>, by: Option<AxiomId> },
    /// Evaluation must fail.
    RejectValue { value: Expr, with: Option<Expr> },
    /// A Bool.
    Expect { condition: Expr },
    /// Time passes; `by` is a Duration.
    Advance { by: Expr },
    /// Binds a local.
    Let { local: super::LocalId, value: Expr },
}
