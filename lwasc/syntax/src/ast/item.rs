//! Items: what a file declares.

use super::{Block, Expr, Ident, TypeExpr};
use lwas_base::Span;

/// One `.lwas` file.
#[derive(Clone, Debug, Default)]
pub struct File {
    /// The `//!` lines, joined by line breaks; empty without any.
    pub docs: String,
    /// The items in order.
    pub items: Vec<Item>,
    /// Names that the language keeps in modules of its own (`alerts`, `Alert`, `resonance`), where each stands first
    /// besides behind a dot.
    pub built_in: Vec<Ident>,
}

/// One item with what stands before it.
#[derive(Clone, Debug)]
pub struct Item {
    /// The `///` lines, joined by line breaks; empty without any.
    pub docs: String,
    /// `@event` and its like.
    pub attributes: Vec<Attribute>,
    /// Where `private` stands.
    pub private: Option<Span>,
    /// What it declares.
    pub kind: ItemKind,
    /// From the first attribute or word to the last token.
    pub span: Span,
}

/// `@name` or `@name(args…)`.
#[derive(Clone, Debug)]
pub struct Attribute {
    /// The name after `@`.
    pub name: Ident,
    /// What stands in the parentheses.
    pub args: Vec<Expr>,
    /// The whole attribute.
    pub span: Span,
}

/// What an item declares.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "each variant is named after the word that begins the item")]
pub enum ItemKind {
    Use(Use),
    Accept(Accept),
    Const(ConstItem),
    Currency(CurrencyItem),
    Enum(EnumItem),
    Record(RecordItem),
    State(State),
    Journal(Journal),
    Event(Event),
    Function(Function),
    Rule(Rule),
    Due(Due),
    Axiom(Axiom),
    Test(Test),
    /// Source that could not be read; a message was given.
    Error,
}

/// `use std.ledger`, `use a.b as c`, `use std.currency.{USD, EUR}`.
#[derive(Clone, Debug)]
pub struct Use {
    /// The dotted path; with `Several`, the part before the braces.
    pub path: Vec<Ident>,
    /// What it binds.
    pub names: UseNames,
}

/// What a `use` binds.
#[derive(Clone, Debug)]
pub enum UseNames {
    /// The last part of the path.
    Last,
    /// `as name`.
    As(Ident),
    /// `.{A, B as C}`.
    Several(Vec<UseName>),
}

/// One name of several in a `use`.
#[derive(Clone, Debug)]
pub struct UseName {
    /// The member's name in its module.
    pub member: Ident,
    /// The name that it is bound to here.
    pub bound: Ident,
}

/// `accept ledger.{Open, Close}` or `accept ledger.Open`.
#[derive(Clone, Debug)]
pub struct Accept {
    /// The module, by the name under which it is imported.
    pub module: Vec<Ident>,
    /// The events.
    pub events: Vec<Ident>,
}

/// `const CAP: USD = 50 USD`.
#[derive(Clone, Debug)]
pub struct ConstItem {
    /// The name.
    pub name: Ident,
    /// The declared type.
    pub ty: Option<TypeExpr>,
    /// The value.
    pub value: Expr,
}

/// `currency PTS(0) "loyalty points"`.
#[derive(Clone, Debug)]
pub struct CurrencyItem {
    /// The code.
    pub name: Ident,
    /// Its digits and where they stand.
    pub digits: (i64, Span),
    /// Its name for people.
    pub title: Option<String>,
}

/// `enum Tier { Standard, Custom(rate: Decimal(4)) }`.
#[derive(Clone, Debug)]
pub struct EnumItem {
    /// The name.
    pub name: Ident,
    /// The variants in order.
    pub variants: Vec<Variant>,
}

/// One variant of an enum.
#[derive(Clone, Debug)]
pub struct Variant {
    /// The `///` lines.
    pub docs: String,
    /// The name.
    pub name: Ident,
    /// The payload; empty without one.
    pub fields: Vec<Param>,
}

/// `record Line { sku: Text, price: USD }`.
#[derive(Clone, Debug)]
pub struct RecordItem {
    /// The name.
    pub name: Ident,
    /// The fields in order.
    pub fields: Vec<RecordField>,
}

/// A field of a record.
#[derive(Clone, Debug)]
pub struct RecordField {
    /// The `///` lines.
    pub docs: String,
    /// The name.
    pub name: Ident,
    /// The type.
    pub ty: TypeExpr,
    /// `= value`.
    pub default: Option<Expr>,
}

/// `state Account[id: Text] { … }`, or without key: one row.
#[derive(Clone, Debug)]
pub struct State {
    /// The name.
    pub name: Ident,
    /// The key's fields; empty for a single row.
    pub key: Vec<Param>,
    /// Fields, computed fields and indexes in order.
    pub members: Vec<StateMember>,
}

/// `journal Posting { … }`.
#[derive(Clone, Debug)]
pub struct Journal {
    /// The name.
    pub name: Ident,
    /// Fields, computed fields and indexes in order.
    pub members: Vec<StateMember>,
}

/// One member of a state or journal.
#[derive(Clone, Debug)]
pub enum StateMember {
    /// `owner: Text index`, `lower_limit: Money?`, `status: Status = Status.Open`.
    Field(StateField),
    /// `let balance = …`: computed, never assigned.
    Computed {
        /// The `///` lines.
        docs: String,
        /// The name.
        name: Ident,
        /// The declared type.
        ty: Option<TypeExpr>,
        /// What it is.
        value: Expr,
    },
    /// `index (account, time)`.
    Index {
        /// The fields.
        fields: Vec<Ident>,
        /// The whole line.
        span: Span,
    },
}

/// A stored field.
#[derive(Clone, Debug)]
pub struct StateField {
    /// The `///` lines.
    pub docs: String,
    /// The name.
    pub name: Ident,
    /// The type.
    pub ty: TypeExpr,
    /// Where `index` stands.
    pub index: Option<Span>,
    /// Where `fixed` stands.
    pub fixed: Option<Span>,
    /// `= value`.
    pub default: Option<Expr>,
}

/// `event Sale { id: Text key, amount: USD }`.
#[derive(Clone, Debug)]
pub struct Event {
    /// The name.
    pub name: Ident,
    /// The fields in order.
    pub fields: Vec<EventField>,
}

/// A field of an event.
#[derive(Clone, Debug)]
pub struct EventField {
    /// The `///` lines.
    pub docs: String,
    /// The name.
    pub name: Ident,
    /// The type.
    pub ty: TypeExpr,
    /// Where `key` stands.
    pub key: Option<Span>,
    /// `= value`.
    pub default: Option<Expr>,
}

/// A parameter of a function, a field of a key or of a variant. `key` and `default` are for actions that are events and for functions.
#[derive(Clone, Debug)]
pub struct Param {
    /// The name.
    pub name: Ident,
    /// The type.
    pub ty: TypeExpr,
    /// Where `key` stands.
    pub key: Option<Span>,
    /// `= value`.
    pub default: Option<Expr>,
}

/// Which of the three.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FunctionKind {
    /// `fn`: pure.
    Fn,
    /// `action`: changes state of its own module.
    Action,
    /// `query`: reads.
    Query,
}

/// `fn`, `action` or `query`.
#[derive(Clone, Debug)]
pub struct Function {
    /// Which of the three.
    pub kind: FunctionKind,
    /// The name.
    pub name: Ident,
    /// The parameters.
    pub params: Vec<Param>,
    /// After `->`.
    pub result: Option<TypeExpr>,
    /// The body.
    pub body: Block,
}

/// `rule settle on Sale as sale { … }`.
#[derive(Clone, Debug)]
pub struct Rule {
    /// The name.
    pub name: Ident,
    /// The event, perhaps with its module.
    pub event: Vec<Ident>,
    /// `as name`.
    pub binding: Option<Ident>,
    /// The body.
    pub body: Block,
}

/// `rule expire due Hold.expires_at as h { … }`.
#[derive(Clone, Debug)]
pub struct Due {
    /// The name.
    pub name: Ident,
    /// The state, perhaps with its module, and the field.
    pub field: Vec<Ident>,
    /// `as name`.
    pub binding: Option<Ident>,
    /// The body.
    pub body: Block,
}

/// `axiom name … { … }`, `belief name … { … }` or `alert name … { … }`.
#[derive(Clone, Debug)]
pub struct Axiom {
    /// Which of the three.
    pub kind: AxiomKind,
    /// The name.
    pub name: Ident,
    /// What it depends on: `given a, b`.
    pub given: Vec<Vec<Ident>>,
    /// What it is of.
    pub scope: AxiomScope,
    /// What must hold; of an alert what must be true for it to fire.
    pub body: Block,
}

/// Which of the three.
#[derive(Clone, Debug)]
pub enum AxiomKind {
    /// A law.
    Law,
    /// A belief with its truth.
    Belief {
        /// Smallest units.
        units: i128,
        /// Digits after the point.
        digits: u8,
        /// Where the number stands.
        span: Span,
    },
    /// An alert.
    Alert {
        /// `info`, `warning` or `critical`.
        severity: Severity,
        /// How long its condition must be true, in microseconds; 0 without `for`.
        lasts: i64,
        /// Where that stands.
        lasts_span: Span,
        /// What it says.
        message: Option<Box<Expr>>,
    },
}

/// How much an alert matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named after the words")]
pub enum Severity {
    Info,
    Warning,
    Critical,
}

/// What an axiom is of.
#[derive(Clone, Debug)]
pub enum AxiomScope {
    /// Of the whole.
    Whole,
    /// `for a in Account …`.
    Rows {
        /// The row.
        var: Ident,
        /// The state or journal, perhaps with its module.
        state: Vec<Ident>,
        /// `changed from b`, `deleted`, or neither.
        change: Change,
        /// `where …`.
        filter: Option<Box<Expr>>,
    },
}

/// Which rows an axiom looks at.
#[derive(Clone, Debug)]
pub enum Change {
    /// All rows.
    No,
    /// `changed from b`: rows there before and after.
    From(Ident),
    /// `deleted`: rows there before and not after.
    Deleted,
}

/// `test "…" { … }`, `test "…" for a, b in … { … }`.
#[derive(Clone, Debug)]
pub struct Test {
    /// The name in quotes; of one with expressions in it the text between the quotes.
    pub name: String,
    /// Where the name stands.
    pub name_span: Span,
    /// What it is run for, each time anew.
    pub cases: Option<Cases>,
    /// The statements.
    pub body: Block,
}

/// `for a, b in …` of a test.
#[derive(Clone, Debug)]
pub struct Cases {
    /// The test's name, where it has expressions in it.
    pub title: Option<Expr>,
    /// What each case binds.
    pub vars: Vec<Ident>,
    /// The cases.
    pub source: CaseSource,
    /// Where the source stands.
    pub span: Span,
}

/// Where the cases of a test come from.
#[derive(Clone, Debug)]
pub enum CaseSource {
    /// What a `for` goes through.
    Each(Expr),
    /// `[(1, "a"), (2, "b")]`: a row for each case.
    Table(Vec<CaseRow>),
}

/// `(1, "a")`.
#[derive(Clone, Debug)]
pub struct CaseRow {
    /// In the order of the variables.
    pub values: Vec<Expr>,
    /// With its parentheses.
    pub span: Span,
}
