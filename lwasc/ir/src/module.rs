//! A module: a whole program with all the modules it uses, ready to be executed.

use crate::{
    AggregateId, CurrencyId, EnumId, EventId, Export, Face, FuncId, Function, Place, RecordId, Route, Sample, Settings,
    StateId, TextId, TypeId, Types,
};
use cranelift_entity::PrimaryMap;
use std::collections::BTreeMap;

/// A whole program.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Module {
    /// The program's name: that of its entry module.
    pub name: String,
    /// Types that instructions, fields and parameters name.
    pub types: Types,
    /// In order of code.
    pub currencies: PrimaryMap<CurrencyId, Currency>,
    /// Enums.
    pub enums: PrimaryMap<EnumId, Enum>,
    /// Records, and the data of events.
    pub records: PrimaryMap<RecordId, Record>,
    /// States and journals.
    pub states: PrimaryMap<StateId, State>,
    /// Aggregates kept by difference.
    pub aggregates: PrimaryMap<AggregateId, Aggregate>,
    /// Windows over journals, whose rows leave as time passes.
    pub windows: Vec<Window>,
    /// Text constants, each once.
    pub texts: PrimaryMap<TextId, String>,
    /// All functions.
    pub functions: PrimaryMap<FuncId, Function>,
    /// Events.
    pub events: PrimaryMap<EventId, Event>,
    /// Rules that are due, in order of declaration.
    pub due: Vec<Due>,
    /// The event of time that passes, `std.time.Tick`, where the program uses it.
    pub tick: Option<EventId>,
    /// Queries of all modules.
    pub queries: Vec<Query>,
    /// Axioms of all modules: dependencies first, ties by module path, then in order of declaration.
    pub axioms: Vec<Axiom>,
    /// Beliefs of all modules, each after those that it is given.
    pub beliefs: Vec<Belief>,
    /// Where doubts about beliefs are kept; there where there are beliefs.
    pub doubts: Option<Doubts>,
    /// Alerts of all modules: dependencies first, ties by module path, then in order of declaration.
    pub alerts: Vec<Alert>,
    /// How alerts live; there where there are alerts.
    pub watch: Option<Alerting>,
    /// Routes, in the order of modules, then of declaration.
    pub routes: Vec<Route>,
    /// The programs of a set, in order of name, each with what is reached through it; none where the module is one program.
    pub faces: Vec<Face>,
    /// Exported functions, in the same order.
    pub exports: Vec<Export>,
    /// Settings, in the order of modules.
    pub settings: Vec<Settings>,
    /// Events that the runner samples.
    pub samples: Vec<Sample>,
    /// Tests of the program's own modules.
    pub tests: Vec<Test>,
    /// Constants as functions without parameters, evaluated once when the program is checked.
    pub constants: Vec<FuncId>,
    /// Paths of the sources, package-relative.
    pub sources: Vec<String>,
    /// The source lines that places name, by (file, line).
    pub source_lines: BTreeMap<(u32, u32), String>,
}

/// A currency.
#[derive(Clone, Debug, PartialEq)]
pub struct Currency {
    /// `USD`.
    pub code: String,
    /// Its own digits, 0 to 18.
    pub digits: u8,
    /// Its name for people; may be empty.
    pub title: String,
}

/// A named, typed field.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// The name.
    pub name: String,
    /// The type.
    pub ty: TypeId,
    /// A function without parameters that gives the value of a field that was left out (events and query parameters).
    pub default: Option<FuncId>,
}

/// An enum.
#[derive(Clone, Debug, PartialEq)]
pub struct Enum {
    /// Bare for the program's own module, else with the module's last path part.
    pub name: String,
    /// In order of declaration.
    pub variants: Vec<Variant>,
}

impl Enum {
    /// Whether no variant has a payload.
    pub fn is_plain(&self) -> bool {
        self.variants.iter().all(|v| v.fields.is_empty())
    }
}

/// A variant.
#[derive(Clone, Debug, PartialEq)]
pub struct Variant {
    /// The name.
    pub name: String,
    /// The payload.
    pub fields: Vec<Field>,
}

/// A record, or the data of an event.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// Bare for the program's own module, else with the module's last path part.
    pub name: String,
    /// In order of declaration.
    pub fields: Vec<Field>,
}

/// Which of the three.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StateKind {
    /// Rows by key.
    Keyed,
    /// One row, with the empty key.
    Single,
    /// Append-only; the key is `seq`.
    Journal,
}

/// A state or journal.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// The module's path, such as `std.ledger` or `wallet`.
    pub module: String,
    /// The name, such as `Account`.
    pub name: String,
    /// Which of the three.
    pub kind: StateKind,
    /// Key fields, then stored fields, then computed fields. A journal begins with `seq: Int` and `time: Time`.
    pub fields: Vec<Field>,
    /// How many of the fields are the key.
    pub key: u32,
    /// How many of the fields are stored (the key included); the rest is computed.
    pub stored: u32,
    /// For each computed field in order: the function from the row (its stored part) to the value.
    pub computed: Vec<FuncId>,
    /// Indexes: each the numbers of its fields. Of an optional field the plain value is looked up; a row whose field is `none`
    /// is found by no value of it, but still by the fields before it.
    pub indexes: Vec<Vec<u32>>,
    /// The one row at the start, of a `Single`: a function without parameters that gives it.
    pub initial: Option<FuncId>,
}

/// What an aggregate adds up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AggregateKind {
    /// Rows.
    Count,
    /// Ints.
    SumInt,
    /// Decimals or amounts of one currency with these digits.
    SumWide(u8),
    /// Money, by currency.
    SumMoney,
}

/// An aggregate kept by difference: the functions that write rows of `state` keep it up, readers read it.
#[derive(Clone, Debug, PartialEq)]
pub struct Aggregate {
    /// For people and for the table's name: unique, stable while the source is the same.
    pub name: String,
    /// Whose rows.
    pub state: StateId,
    /// Fields of that state by whose values it is grouped: of an optional field by its plain value. A row with such a field
    /// `none` is in no group, so its writers add nothing for it.
    pub group: Vec<u32>,
    /// What is added up.
    pub kind: AggregateKind,
    /// From a row (`Ref`, its stored fields) to nothing: adds the row's part to this aggregate, as its writers do. With it the
    /// aggregate is made anew from the rows that are there.
    pub add: FuncId,
    /// The order of the rows that a `Count` counts, where it keeps one.
    pub order: Option<Order>,
}

/// An order of rows, kept in hidden states of its own as the aggregate is: by those who write rows, and by `add`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Order {
    /// A row for each row that is counted: its key, then the group, then the value by which rows are ordered, if not by key. Where there
    /// is a group or a value, the only index has them and then the key.
    pub members: StateId,
    /// The rows at ranks, by the share of the quantile (in units of 10⁻¹²) and the group: the row's key and value.
    pub ranks: Option<StateId>,
}

impl Order {
    /// Its states.
    pub fn states(self) -> impl Iterator<Item = StateId> {
        std::iter::once(self.members).chain(self.ranks)
    }
}

/// A window over a journal: aggregates in which a row counts until it is too long ago. Before the rules of an entry, the rows that
/// have left are taken away, in order of `seq`.
#[derive(Clone, Debug, PartialEq)]
pub struct Window {
    /// Whose rows.
    pub journal: StateId,
    /// Microseconds, above zero: a row has left when its time is not later than so long before the entry's.
    pub span: i64,
    /// A `Count` without groups of the same journal, to which no row adds: how many rows have left, which are those of the lowest `seq`.
    pub left: AggregateId,
    /// The aggregates that rows leave.
    pub aggregates: Vec<AggregateId>,
    /// From a row (`Ref`, its stored fields) to nothing: takes its part away from these aggregates.
    pub sub: FuncId,
}

/// An event.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// As on the wire: bare for the program's own module, else `ledger.Open` (the module's last path part).
    pub name: String,
    /// Its data.
    pub record: RecordId,
    /// The `key` field.
    pub key: Option<u32>,
    /// Whether it may come from outside.
    pub accepted: bool,
    /// Functions from the data (`Ref`) to nothing, in the order in which they run.
    pub rules: Vec<FuncId>,
    /// Where it is declared.
    pub place: Place,
}

/// A rule that runs once for each row whose time has come. Which rows still wait is a hidden state, its agenda, that the
/// functions that write rows keep by difference.
#[derive(Clone, Debug, PartialEq)]
pub struct Due {
    /// Bare for the program's own module, else with the module's last path part.
    pub name: String,
    /// Where it is declared.
    pub place: Place,
    /// Whose rows.
    pub state: StateId,
    /// The stored field, a Time or Time?, that says when.
    pub field: u32,
    /// The state of the rows that wait: its key, which is all of it, is the time and then the key of the row.
    pub agenda: StateId,
    /// From a row (`Ref`, its stored fields) to nothing.
    pub func: FuncId,
}

impl Module {
    /// Whether a state is an agenda or an order, which no program names.
    pub fn is_hidden(&self, state: StateId) -> bool {
        self.due.iter().any(|due| due.agenda == state) || self.orders().any(|(_, order)| order == state)
    }

    /// The hidden states in which orders of rows are kept, each with the state whose rows they are.
    pub fn orders(&self) -> impl Iterator<Item = (StateId, StateId)> {
        let aggregates = self.aggregates.values();
        aggregates.flat_map(|one| one.order.into_iter().flat_map(Order::states).map(|order| (one.state, order)))
    }
}

/// A query.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    /// As on the command line: bare for the program's own module, else with the module's last path part.
    pub name: String,
    /// Its parameters.
    pub params: Vec<Field>,
    /// What it answers.
    pub result: TypeId,
    /// From the parameters to the answer.
    pub func: FuncId,
}

/// An axiom.
#[derive(Clone, Debug, PartialEq)]
pub struct Axiom {
    /// Bare for the program's own module, else with the module's last path part.
    pub name: String,
    /// Where it is declared.
    pub place: Place,
    /// What it is of.
    pub scope: AxiomScope,
    /// To a Bool: without parameters, from the row, from (row before, row after), or from the row before.
    pub func: FuncId,
    /// What it reads besides its own row. A whole axiom is checked when one of these has changed.
    pub reads: Vec<Read>,
}

/// What an axiom is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AxiomScope {
    /// Of the whole.
    Whole,
    /// Of each row that is there.
    Rows(StateId),
    /// Of each row there before and after: the function takes (after, before).
    Changed(StateId),
    /// Of each row there before and not after.
    Deleted(StateId),
}

/// A belief: checked like an axiom of the whole or of each row, and recorded where it is broken.
#[derive(Clone, Debug, PartialEq)]
pub struct Belief {
    /// What is checked.
    pub check: Axiom,
    /// The path of its module, under which doubts are kept.
    pub module: String,
    /// Its name in that module.
    pub name: String,
    /// Its truth in smallest units, strictly between 0 and 1.
    pub truth: i128,
    /// Digits of `truth` after the point.
    pub digits: u8,
    /// The beliefs that it is given, by their numbers, which are lower than its own.
    pub given: Vec<u32>,
}

/// Where doubts about beliefs are kept: a state whose key is module, belief and subject, all Text, and who writes it.
#[derive(Clone, Debug, PartialEq)]
pub struct Doubts {
    /// The state, which has nothing but its key.
    pub state: StateId,
    /// From the key to nothing: adds a row.
    pub doubt: FuncId,
    /// From the key to nothing: takes a row away.
    pub settle: FuncId,
}

/// How much an alert matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named after the words")]
pub enum Severity {
    Info,
    Warning,
    Critical,
}

/// An alert: its check gives whether the condition is true.
#[derive(Clone, Debug, PartialEq)]
pub struct Alert {
    /// The condition.
    pub check: Axiom,
    /// How much it matters.
    pub severity: Severity,
    /// How long the condition must be true before it fires, in microseconds; 0 for at once.
    pub lasts: i64,
    /// What it says: a function to a Text with the parameters of the condition.
    pub message: Option<FuncId>,
    /// Whether it reads the time, so that every entry judges all of it.
    pub reads_now: bool,
}

/// How alerts live: where those are kept whose condition is true, and who writes what becomes of them. All keys are
/// (alert, subject), both Text.
#[derive(Clone, Debug, PartialEq)]
pub struct Alerting {
    /// The state: its first fields are alert and subject.
    pub active: StateId,
    /// The field of it that says when a pending alert fires, a `Time?`.
    pub due: u32,
    /// The index of it that begins with `due`.
    pub by_due: u32,
    /// The field of it that keeps the message, a Text.
    pub message: u32,
    /// (alert, subject, severity from 0, due, message): begins to be pending.
    pub pend: FuncId,
    /// (alert, subject, message): says something else while pending.
    pub say: FuncId,
    /// (alert, subject, severity from 0, message): fires.
    pub fire: FuncId,
    /// (alert, subject): ends.
    pub resolve: FuncId,
}

/// Something that an axiom reads besides its own row, and how rows that read it are found when it changes.
#[derive(Clone, Debug, PartialEq)]
pub struct Read {
    /// What is read.
    pub source: Source,
    /// How the rows that read it are found; none for a whole axiom.
    pub back: Option<Back>,
    /// Of a row by its key: the stored fields that are read besides the key, so that other changes of the row that is there
    /// before and after need no check. None where any may be read.
    pub fields: Option<Vec<u32>>,
}

/// What is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    /// A row by its key.
    State(StateId),
    /// An aggregate by its group.
    Aggregate(AggregateId),
    /// The rows of a state of which the first `parts` fields of an index (or, with `index` none, of the key) have the same values,
    /// by these: of an optional field by its plain value. With no parts all rows are read.
    Rows {
        /// Whose rows.
        state: StateId,
        /// By number in `State::indexes`.
        index: Option<u32>,
        /// How many fields.
        parts: u8,
    },
}

/// From the key (or group) of what changed to the axiom's rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Back {
    /// The index of the axiom's state to look in; none for its key.
    pub index: Option<u32>,
    /// For each leading field of that index (or key): which part of the changed key (or group) it must equal. A row whose
    /// indexed field is `none` is not found, as it reads nothing by it.
    pub parts: Vec<u32>,
}

/// A test.
#[derive(Clone, Debug, PartialEq)]
pub struct Test {
    /// The path of its module, such as `fees.tiers`.
    pub module: String,
    /// The name in quotes.
    pub name: String,
    /// Where it stands.
    pub place: Place,
    /// What it is run for, each time anew.
    pub cases: Option<Cases>,
    /// In order.
    pub steps: Vec<TestStep>,
}

/// The cases of a test: the elements of lists that are of one length.
#[derive(Clone, Debug, PartialEq)]
pub struct Cases {
    /// Where they stand.
    pub place: Place,
    /// From the values of the columns to the name, a Text; none where the test's name says all.
    pub title: Option<FuncId>,
    /// What a case binds, before all steps.
    pub columns: Vec<Column>,
}

/// What each case binds to one name.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// The name.
    pub name: String,
    /// A function without parameters that gives a list.
    pub list: FuncId,
    /// The type of the list.
    pub ty: TypeId,
}

/// A step of a test. The functions take the values of the case and of all `Let` steps before them, in order.
#[derive(Clone, Debug, PartialEq)]
pub struct TestStep {
    /// Where it stands.
    pub place: Place,
    /// What it does.
    pub kind: TestStepKind,
}

/// What a step of a test does.
#[derive(Clone, Debug, PartialEq)]
pub enum TestStepKind {
    /// `data` gives the event's data, `at` a Time: the event must be applied.
    Apply { event: EventId, data: FuncId, at: Option<FuncId> },
    /// The event must be rejected, with this in the message, or by this axiom (an index into `Module::axioms`).
    Reject { event: EventId, data: FuncId, at: Option<FuncId>, with: Option<FuncId>, by: Option<u32> },
    /// Evaluation must fail with this in the message.
    RejectValue { value: FuncId, with: Option<FuncId> },
    /// The Bool must be true.
    Expect { condition: FuncId },
    /// The Duration passes.
    Advance { by: FuncId },
    /// Binds a value for later steps.
    Let { name: String, value: FuncId, ty: TypeId },
}

/// Why a function fails: each is one code of `spec/errors/` (E06xx).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FailReason {
    /// A `require` does not hold: E0601.
    Require,
    /// A number beyond its type: E0602.
    Overflow,
    /// E0603.
    DivisionByZero,
    /// An axiom does not hold: E0604.
    Axiom,
    /// A row that is not there: E0605.
    MissingRow,
    /// `create` of a row that is there: E0606.
    RowExists,
    /// Amounts of two currencies: E0607.
    CurrencyMismatch,
    /// A digit would be lost where `exact`, `Money(…)` or a conversion forbids it: E0608.
    DigitLost,
    /// A list or map has no such element: E0609.
    Index,
    /// Weights that cannot be split by: E0610.
    Weights,
    /// A date or time out of the calendar: E0611.
    Calendar,
    /// A text or list that is too long: E0612.
    TooLong,
    /// The budget of steps: E0613.
    Steps,
    /// The budget of memory: E0614.
    Memory,
    /// A Float that is no number, or not finite: E0615.
    NotFinite,
    /// A map would have a key twice: E0616.
    RepeatedKey,
}

impl FailReason {
    /// Whether a budget is spent.
    pub fn is_budget(self) -> bool {
        matches!(self, FailReason::Steps | FailReason::Memory)
    }

    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            FailReason::Require => "E0601",
            FailReason::Overflow => "E0602",
            FailReason::DivisionByZero => "E0603",
            FailReason::Axiom => "E0604",
            FailReason::MissingRow => "E0605",
            FailReason::RowExists => "E0606",
            FailReason::CurrencyMismatch => "E0607",
            FailReason::DigitLost => "E0608",
            FailReason::Index => "E0609",
            FailReason::Weights => "E0610",
            FailReason::Calendar => "E0611",
            FailReason::TooLong => "E0612",
            FailReason::Steps => "E0613",
            FailReason::Memory => "E0614",
            FailReason::NotFinite => "E0615",
            FailReason::RepeatedKey => "E0616",
        }
    }
}
