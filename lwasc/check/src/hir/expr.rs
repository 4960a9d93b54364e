//! Typed expressions.
//!
//! Operands have been brought to the types that the operation wants, by `Convert` where that was implicit:
//!
//! | expression | operand types → type |
//! | --- | --- |
//! | `Arith` Add, Sub | Int Int → Int · Decimal(n) Decimal(n) → the same · Amount(c, n) twice → the same · Money Money → Money · Number Number → Number · Bag Bag → Bag · Fraction(f) twice → Fraction(f) · Duration Duration → Duration · Time Duration → Time · Time Time → Duration (Sub) · Float Float → Float (all four) |
//! | `Arith` Add | List(T) List(T) → List(T) · Map(T) Map(T) → Map(T) |
//! | `Arith` Sub | Map(T) Text → Map(T) |
//! | `Arith` Mul | Int Int → Int · Decimal(a) Decimal(b) → Decimal(a+b) · Amount(c, a) Decimal(b) → Amount(c, a+b), and swapped · Money Int → Money, and swapped · Number Number → Number · Fraction Fraction → Fraction (at most one of an amount or Money) · Duration Int → Duration, and swapped |
//! | `Arith` Div | Fraction Fraction → Fraction |
//! | `Neg` | Int, Decimal, Amount, Money, Number, Bag, Fraction, Duration, Float → the same |
//! | `Compare` | both of one type; or Decimal/Amount of different digits (by value) |
//! | `Convert` | Int → Decimal(n), Number, Fraction(Number) · Decimal(m) → Decimal(n ≥ m), Number, Fraction(Number), and `Decimal(0)` → Int (checked) · Amount(c, m) → Amount(c, n ≥ m), Fraction(Amount(c)), and with the currency's digits → Money, Bag · Money → Fraction(Money), Bag · Number → Fraction(Number) · Fraction(Amount) → Fraction(Money) · T → Option(T) is `Some` · Option(T) → Option(U), List(T) → List(U), Map(T) → Map(U) element-wise |

use super::{
    AggregateId, Arm, Block, ConstId, CurrencyId, EnumId, FunctionId, LocalId, RecordId, State, StateId, StateKind,
    Type,
};
use lwas_base::Span;
use lwas_exact::Mode;

/// A typed expression.
#[derive(Clone, Debug)]
pub struct Expr {
    /// Its type.
    pub ty: Type,
    /// Where it stands.
    pub span: Span,
    /// What it is.
    pub kind: ExprKind,
}

/// What an expression is.
#[derive(Clone, Debug)]
pub enum ExprKind {
    /// A message was given.
    Error,
    /// Int, Time (µs), Date (days), Duration (µs), Float (its bits).
    Int(i64),
    /// Bool.
    Bool(bool),
    /// Decimal or Amount: smallest units at the type's digits.
    Wide(i128),
    /// Currency.
    Currency(CurrencyId),
    /// A text without parts.
    Text(String),
    /// A text with parts.
    Interpolate(Vec<TextPart>),
    /// `none`.
    None,
    /// A value as `T?`.
    Some(Box<Expr>),
    /// The value of an option that is known to be there: the local or field was compared with `none`.
    Unwrap(Box<Expr>),
    /// A list, all elements of its element type.
    List(Vec<Expr>),
    /// `[value for …]`.
    Comprehension { binder: Box<Binder>, value: Box<Expr> },
    /// A map: keys (Text) and values by turns, all values of its type.
    Map(Vec<Expr>),
    /// `{ key: value for … }`; rejects for a key that comes twice.
    MapComprehension { binder: Box<Binder>, key: Box<Expr>, value: Box<Expr> },
    /// The elements of a list (the binder's source, without a filter) in the order of a key, those with equal keys as they were.
    Sort { binder: Box<Binder>, value: Box<Expr> },
    /// A record or event data, a value for each field in order of declaration.
    Record { record: RecordId, fields: Vec<Expr> },
    /// A record with some fields (by number) replaced.
    With { base: Box<Expr>, fields: Vec<(u32, Expr)> },
    /// A variant, a value for each field of its payload.
    Variant { of: EnumId, variant: u32, fields: Vec<Expr> },
    /// A local.
    Local(LocalId),
    /// A constant.
    Const(ConstId),
    /// A field of a record, event or row, by number (rows: key, stored, computed).
    Field { base: Box<Expr>, field: u32 },
    /// Element of a list, from 0.
    Element { list: Box<Expr>, index: Box<Expr> },
    /// A bag's Money of a currency.
    BagGet { bag: Box<Expr>, currency: Box<Expr> },
    /// `S[k]`: the row; rejects when it is missing.
    Row { state: StateId, keys: Vec<Expr> },
    /// `S.get(k)`: the row or none.
    RowGet { state: StateId, keys: Vec<Expr> },
    /// `S.has(k)`.
    RowHas { state: StateId, keys: Vec<Expr> },
    /// The one row of a state without key.
    Single(StateId),
    /// `create` and `put` give the key when it is one field (else nothing), `append` the `seq`. A value for each stored field that is not the key, in order.
    Write { kind: WriteKind, state: StateId, keys: Vec<Expr>, fields: Vec<Expr> },
    /// A call; a value for each parameter in order.
    Call { function: FunctionId, args: Vec<Expr> },
    /// A call of a function that the language has.
    Builtin { builtin: Builtin, args: Vec<Expr> },
    /// See the table.
    Arith { op: ArithOp, left: Box<Expr>, right: Box<Expr> },
    /// See the table.
    Neg(Box<Expr>),
    /// See the table; Bool.
    Compare { op: CompareOp, left: Box<Expr>, right: Box<Expr> },
    /// Money or a Bag (`Equal`, `NotEqual` only) against the literal 0.
    CompareZero { op: CompareOp, operand: Box<Expr> },
    /// `x == none` (or `x != none` when `negated`).
    IsNone { operand: Box<Expr>, negated: bool },
    /// `not x`.
    Not(Box<Expr>),
    /// `and`: stops early.
    And(Box<Expr>, Box<Expr>),
    /// `or`: stops early.
    Or(Box<Expr>, Box<Expr>),
    /// `option ?? default`, where `default` has the expression's type (T or `T?`): stops early.
    Coalesce { option: Box<Expr>, default: Box<Expr> },
    /// `value in list`.
    In { value: Box<Expr>, list: Box<Expr> },
    /// Exact, implicit; see the table.
    Convert(Box<Expr>),
    /// `if`; both blocks have the expression's type, or it is a statement (Unit).
    If { condition: Box<Expr>, then: Box<Block>, otherwise: Option<Box<Block>> },
    /// `match`; complete.
    Match { subject: Box<Expr>, arms: Vec<Arm> },
    /// An aggregate that is computed by a loop.
    Aggregate { op: AggregateOp, binder: Box<Binder>, value: Option<Box<Expr>>, limit: Option<Box<Expr>> },
    /// An aggregate that is kept by difference: what it holds for a group (a plain value where the field is optional).
    Kept { aggregate: AggregateId, group: Vec<Expr> },
    /// `fold acc = init for … { body }`.
    Fold { acc: LocalId, init: Box<Expr>, binder: Box<Binder>, body: Box<Block> },
}

/// A part of a text.
#[derive(Clone, Debug)]
pub enum TextPart {
    /// As it is.
    Literal(String),
    /// A value, shown as people read it.
    Expr(Expr),
}

/// `vars in source where filter`.
#[derive(Clone, Debug)]
pub struct Binder {
    /// One variable; two with `Zip` and `Map`.
    pub vars: Vec<LocalId>,
    /// What is gone through.
    pub source: Source,
    /// Of a journal: how long ago its rows may be at most, a Duration. Once access has been found, `source` and `filter` say it.
    pub over: Option<Expr>,
    /// What remains to be tested of each element.
    pub filter: Option<Expr>,
}

/// What a binder goes through.
#[derive(Clone, Debug)]
pub enum Source {
    /// A list.
    List(Expr),
    /// `range(first, last)`.
    Range(Expr, Expr),
    /// Two lists of one length (else the loop rejects).
    Zip(Expr, Expr),
    /// A bag's Money by currency.
    Bag(Expr),
    /// A map's keys and values, in order of key.
    Map(Expr),
    /// Rows of a state or journal as they are when the loop begins, in order of key.
    Rows { state: StateId, access: Access },
}

/// How rows are found.
#[derive(Clone, Debug)]
pub enum Access {
    /// All of them.
    All,
    /// Those whose key begins with these values, and of which the key's next field lies in a range.
    Key(Vec<Expr>, Range),
    /// Those whose fields of an index (by number in `State::indexes`) begin with these values, and of which the next one lies in
    /// a range. For an optional field the values are plain ones: rows without it are not meant.
    Index(u32, Vec<Expr>, Range),
    /// Those of a group that an aggregate keeps in order: by its value, else by key. An aggregate needs but an end of them, or
    /// the one at a rank that is kept.
    Kept(AggregateId, Vec<Expr>),
}

/// In which order rows must come, so that an aggregate needs but the first or the last of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// By this field.
    Field(u32),
    /// By key.
    Key,
}

impl Wish {
    /// What an aggregate without a filter wishes; none where it needs all rows.
    pub fn of(op: AggregateOp, row: Option<LocalId>, value: Option<&Expr>) -> Option<Wish> {
        match (op, value.map(|value| &value.kind)) {
            (AggregateOp::First | AggregateOp::Last, None) => Some(Wish::Key),
            (AggregateOp::Min | AggregateOp::Max, Some(ExprKind::Field { base, field })) => {
                let of_row = matches!(base.kind, ExprKind::Local(local) if Some(local) == row);
                let is_plain = value.is_some_and(|value| !matches!(value.ty, Type::Option(_)));
                (of_row && is_plain).then_some(Wish::Field(*field))
            }
            _ => None,
        }
    }

    /// Whether rows that are found by the first `equal` fields of an index, or of the key, come in this order.
    pub fn is_met(self, state: &State, index: Option<u32>, equal: usize) -> bool {
        let key: Vec<u32> = (0..).take(state.key).collect();
        let fields = match index {
            None => Some(&key),
            Some(index) => state.indexes.get(index as usize),
        };
        let Some(behind) = fields.and_then(|fields| fields.get(equal..)) else { return false };
        match self {
            Wish::Field(field) => behind.first() == Some(&field),
            Wish::Key if index.is_none() => true,
            // Rows of one entry of an index come in the order in which they were appended.
            Wish::Key => behind == key || (behind.is_empty() && state.kind == StateKind::Journal),
        }
    }
}

/// Between which values a field lies that is an Int, a Decimal or amount, a Duration, a Text, a Time or a Date, or an option of these. Without an end on either
/// side it is not looked at.
#[derive(Clone, Debug, Default)]
pub struct Range {
    /// The lower end.
    pub from: Option<End>,
    /// The upper end.
    pub to: Option<End>,
}

/// An end of a range.
#[derive(Clone, Debug)]
pub struct End {
    /// The value, which does not mention the row.
    pub value: Expr,
    /// Whether it is in the range.
    pub included: bool,
}

impl Range {
    /// The values of the ends that are there, the lower first.
    pub fn values(&self) -> impl Iterator<Item = &Expr> {
        self.from.iter().chain(&self.to).map(|end| &end.value)
    }

    /// The same, to be changed.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut Expr> {
        self.from.iter_mut().chain(&mut self.to).map(|end| &mut end.value)
    }
}

/// How a row is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WriteKind {
    /// Rejects when it is there.
    Create,
    /// Creates or replaces.
    Put,
    /// Adds to a journal.
    Append,
}

/// Arithmetic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named after the operators")]
pub enum ArithOp {
    Add,
    Sub,
    Mul,
    Div,
}

/// Comparisons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named after the operators")]
pub enum CompareOp {
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
}

/// Aggregates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AggregateOp {
    /// Of Int, Decimal, Amount, Number, Duration, Float: the same; of Money: Bag.
    Sum,
    /// Int.
    Count,
    /// Of a window: Fraction, the count over the seconds. Written out once access is found.
    Rate,
    /// Fraction, of Floats a Float; rejects when there is nothing to divide by.
    Avg,
    /// `T?`: the smallest.
    Min,
    /// `T?`: the largest.
    Max,
    /// Bool: `value` holds for each.
    All,
    /// Bool: `value` holds for one.
    Any,
    /// `T?`: the first; with a limit a list of the first that many.
    First,
    /// `T?`: the last; with a limit a list of the last that many, oldest first.
    Last,
    /// `T?`: the smallest value that is not below a share of them, by nearest rank; the limit is the share, a Decimal of
    /// 12 digits.
    Quantile,
}

/// Functions that the language has. Arguments have these types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Builtin {
    /// Decimal, Amount, Number, Fraction or Float to the type's digits (Decimal or Amount); Fraction(Money) to Money; Int to Decimal(n).
    Round(Mode),
    /// Int Int → Int, floored.
    Div,
    /// Int Int → Int, floored.
    Mod,
    /// T T → T, of one type that has an order.
    Min,
    /// T T → T.
    Max,
    /// Int, Decimal, Amount, Money, Number, Fraction, Duration, Float.
    Abs,
    /// `float(x)`: Int, Decimal, Amount, Money, Number, Fraction, Duration (in seconds) → Float.
    Float,
    /// Float → Float.
    Sqrt,
    /// Float → Float.
    Ln,
    /// Float → Float.
    Log2,
    /// Float → Float.
    Exp,
    /// List, Map or Text → Int.
    Length,
    /// `m[k]`: Map(T) Text → T; rejects when the key is not there.
    MapAt,
    /// `m.get(k)`: Map(T) Text → Option(T), or T itself where it is an option.
    MapGet,
    /// `m.has(k)`, `k in m`: Map(T) Text → Bool.
    MapHas,
    /// Map(T) → List(Text).
    Keys,
    /// Map(T) → List(T), in order of key.
    Values,
    /// Int Int → List(Int).
    Range,
    /// Amount(c, own digits) List(Int | Decimal | Amount) → List(Amount); Money … → List(Money). All weights of one type.
    Split,
    /// The same.
    SplitFirst,
    /// `convert(x, C, rate)` with a static C: Amount or Decimal…: (Amount(a, m), Decimal(n)) → Amount(C, m+n), or (Fraction, Fraction(Number)) → Fraction(Amount(C)): the type says C.
    Convert,
    /// With a run-time currency: (Fraction, Currency, Fraction(Number)) → Fraction(Money).
    ConvertMoney,
    /// `Money(x, currency)`: Number Currency → Money.
    MakeMoney,
    /// `m.amount`: Money → Number.
    MoneyAmount,
    /// `m.currency`: Money → Currency.
    MoneyCurrency,
    /// `m.as(USD)`: Money → Option(Amount(C, own digits)): the type says C.
    MoneyAs,
    /// Date Int → Date.
    AddDays,
    /// Date Int → Date, to the last day of a shorter month.
    AddMonthsLastDay,
    /// Date Int → Date, to the first of the next month.
    AddMonthsNextDay,
    /// Date Date → Int.
    DaysBetween,
    /// Date → Int.
    DaysInMonth,
    /// Date → Int.
    Year,
    /// Date → Int.
    Month,
    /// Date → Int.
    Day,
    /// Date → Int: 1 is Monday.
    Weekday,
    /// Time → Date.
    Date,
    /// `pow(x, n, digits)`: Decimal Int → Decimal(digits).
    Pow,
    /// Duration → Int: the `seq` of a journal's first row whose time is later than so long before `now`.
    WindowFirst(StateId),
    /// Time: the entry's.
    Now,
    /// Int: the entry's number.
    EventSeq,
    /// Text: the authenticated name.
    Caller,
}
