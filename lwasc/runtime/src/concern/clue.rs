//! [`Clue`]: what a stored field of a row must be, so that a condition can be true of the row at all.
//!
//! A condition is a function from a row to a Bool. Its ways are walked from the entry to every return, and what was compared with a
//! constant on the way is remembered: a field on the way to a result that may be true gives a clue. It may say too little, so
//! whoever has it must still ask; where it is not met the condition is false, or can't be computed.

use std::sync::Arc;

use lwas_ir::{
    BlockId, CompareOp, FuncId, Function, HostOp, Inst, KeyPart, Kind, Local, Module, StateId, Terminator, TextId,
    Type, Value,
};

/// The most blocks that are looked at in a condition; of one that has more ways nothing is known.
const MOST_BLOCKS: usize = 256;

/// What a row must be for one way through a condition to end in a true: one of both is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clue {
    /// The value of a field, one of the key's where there is a choice.
    pub equal: Option<(u32, KeyPart)>,
    /// Where the value of a field lies, by [`place`].
    pub bound: Option<(u32, Bound)>,
}

/// On one side of a constant, which is meant too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// From it on.
    AtLeast(i128),
    /// Up to it.
    AtMost(i128),
}

/// A value of a field that has an order, as a number in the same order: Floats are not ordered by their bits.
pub fn place(ty: Type, value: &Value) -> Option<i128> {
    match (ty, value) {
        (Type::Float, Value::Int(bits)) => Some(float_place(*bits)),
        (_, Value::Int(number)) => Some((*number).into()),
        (_, Value::Wide(number)) => Some(*number),
        _ => None,
    }
}

/// The order of finite doubles is that of their bits, but among negative ones the other way round.
fn float_place(bits: i64) -> i128 {
    (bits ^ ((bits >> 63).cast_unsigned() >> 1).cast_signed()).into()
}

/// What rows must be for a condition of each row of a state to be true: one clue at least is met. None where it could be true of
/// any row, as far as is known.
pub fn clues(module: &Module, state: StateId, func: FuncId) -> Option<Vec<Clue>> {
    let function = module.functions.get(func)?;
    if function.params != 1 || function.result != Some(Kind::I64) {
        return None;
    }
    let walk = Walk { module, state, function };
    let mut known = vec![Known::Nothing; function.locals.len()];
    *known.first_mut()? = Known::Row;
    let mut open = vec![Way { block: function.blocks.keys().next()?, known, tests: vec![], passed: vec![] }];
    let (mut clues, mut looked_at) = (vec![], 0);
    while let Some(mut way) = open.pop() {
        looked_at += 1;
        if looked_at > MOST_BLOCKS || way.passed.contains(&way.block) {
            return None;
        }
        way.passed.push(way.block);
        let block = function.blocks.get(way.block)?;
        block.insts.iter().for_each(|inst| walk.inst(inst, &mut way));
        match block.end {
            Terminator::Jump(block) => open.push(Way { block, ..way }),
            Terminator::Branch { condition, then, otherwise } => {
                open.extend(walk.assumed(&way, condition, true).map(|way| Way { block: then, ..way }));
                open.extend(walk.assumed(&way, condition, false).map(|way| Way { block: otherwise, ..way }));
            }
            Terminator::Return(Some(value)) => {
                if let Some(way) = walk.assumed(&way, value, true) {
                    let clue = walk.clue(&way.tests)?;
                    if !clues.contains(&clue) {
                        clues.push(clue);
                    }
                }
            }
            Terminator::Return(None) => return None,
            // What can't be computed is false.
            Terminator::Fail { .. } => {}
        }
    }
    Some(clues)
}

/// What is known of a register.
#[derive(Clone, Debug, PartialEq)]
enum Known {
    Nothing,
    /// The row that is asked about.
    Row,
    /// A stored field of it.
    Field(u32),
    Int(i64),
    Wide(i128),
    Text(TextId),
    /// How a Float field lies to a constant: below 0, 0, or above; or the constant to the field.
    Order {
        field: u32,
        than: i128,
        is_mirrored: bool,
    },
    /// Whether a field passes a test.
    Test(Test),
}

/// A field and what it may be.
#[derive(Clone, Debug, PartialEq)]
struct Test {
    field: u32,
    must: Must,
}

#[derive(Clone, Debug, PartialEq)]
enum Must {
    Lie(Bound),
    Equal(KeyPart),
    Differ(KeyPart),
}

impl Test {
    /// The test that is passed where this one is not.
    fn reversed(&self) -> Option<Test> {
        let must = match &self.must {
            Must::Lie(Bound::AtLeast(least)) => Must::Lie(Bound::AtMost(least.checked_sub(1)?)),
            Must::Lie(Bound::AtMost(most)) => Must::Lie(Bound::AtLeast(most.checked_add(1)?)),
            Must::Equal(part) => Must::Differ(part.clone()),
            Must::Differ(part) => Must::Equal(part.clone()),
        };
        Some(Test { field: self.field, must })
    }
}

/// A way through the function up to a block.
#[derive(Clone)]
struct Way {
    block: BlockId,
    known: Vec<Known>,
    /// What the row passes on this way.
    tests: Vec<Test>,
    passed: Vec<BlockId>,
}

impl Way {
    fn of(&self, local: Local) -> &Known {
        self.known.get(local.as_u32() as usize).unwrap_or(&Known::Nothing)
    }

    fn set(&mut self, local: Local, known: Known) {
        if let Some(place) = self.known.get_mut(local.as_u32() as usize) {
            *place = known;
        }
    }
}

struct Walk<'a> {
    module: &'a Module,
    state: StateId,
    function: &'a Function,
}

impl Walk<'_> {
    fn inst(&self, inst: &Inst, way: &mut Way) {
        let Some(dst) = inst.dst() else { return };
        let known = match inst {
            Inst::Const { value, .. } => Known::Int(*value),
            Inst::ConstWide { value, .. } => Known::Wide(*value),
            Inst::ConstText { text, .. } => Known::Text(*text),
            Inst::Copy { src, .. } => way.of(*src).clone(),
            Inst::Load { base, offset, .. } if *way.of(*base) == Known::Row => self.field(*offset, dst),
            Inst::Not { src, .. } => {
                self.test(way.of(*src)).and_then(|test| test.reversed()).map_or(Known::Nothing, Known::Test)
            }
            Inst::Compare { op, a, b, .. } => self.compared(*op, way.of(*a), way.of(*b)),
            Inst::Host { op: HostOp::FloatCompare, args, .. } => match args.as_slice() {
                [a, b] => match (way.of(*a), way.of(*b)) {
                    (Known::Field(field), Known::Int(bits)) => {
                        Known::Order { field: *field, than: float_place(*bits), is_mirrored: false }
                    }
                    (Known::Int(bits), Known::Field(field)) => {
                        Known::Order { field: *field, than: float_place(*bits), is_mirrored: true }
                    }
                    _ => Known::Nothing,
                },
                _ => Known::Nothing,
            },
            Inst::Host { op: HostOp::Equal(_), args, .. } => match args.as_slice() {
                [a, b] => self.compared(CompareOp::Equal, way.of(*a), way.of(*b)),
                _ => Known::Nothing,
            },
            _ => Known::Nothing,
        };
        way.set(dst, known);
    }

    /// The stored field at an offset in the row, where its type is one that is looked at.
    fn field(&self, offset: u32, dst: Local) -> Known {
        let state = &self.module.states[self.state];
        let mut at = 0;
        for (number, field) in (0..state.stored).zip(&state.fields) {
            let kind = self.module.kind(field.ty);
            let ty = self.module.types[field.ty];
            if at == offset && self.function.locals.get(dst) == Some(&kind) && (kind != Kind::Ref || ty == Type::Text) {
                return Known::Field(number);
            }
            at += kind.size();
        }
        Known::Nothing
    }

    fn ty(&self, field: u32) -> Option<Type> {
        let field = self.module.states[self.state].fields.get(field as usize)?;
        Some(self.module.types[field.ty])
    }

    fn compared(&self, op: CompareOp, a: &Known, b: &Known) -> Known {
        let test = match (a, b) {
            (Known::Order { field, than, is_mirrored }, Known::Int(0)) => {
                let op = if *is_mirrored { mirrored(op) } else { op };
                bound(op, *than).map(|must| Test { field: *field, must })
            }
            (Known::Field(field), constant) => self.of_field(op, *field, constant),
            (constant, Known::Field(field)) => self.of_field(mirrored(op), *field, constant),
            _ => None,
        };
        test.map_or(Known::Nothing, Known::Test)
    }

    fn of_field(&self, op: CompareOp, field: u32, constant: &Known) -> Option<Test> {
        let part = match constant {
            Known::Int(number) => KeyPart::Int(*number),
            Known::Wide(number) => KeyPart::Wide(*number),
            Known::Text(text) => KeyPart::Text(Arc::from(self.module.texts.get(*text)?.as_str())),
            _ => return None,
        };
        let must = match (op, &part) {
            (CompareOp::Equal, _) => Must::Equal(part),
            (CompareOp::NotEqual, _) => Must::Differ(part),
            // The bits of a Float are not in its order.
            _ if self.ty(field) == Some(Type::Float) => return None,
            (op, KeyPart::Int(number)) => bound(op, (*number).into())?,
            (op, KeyPart::Wide(number)) => bound(op, *number)?,
            (_, KeyPart::Text(_)) => return None,
        };
        Some(Test { field, must })
    }

    /// What a register says as a Bool.
    fn test(&self, known: &Known) -> Option<Test> {
        match known {
            Known::Test(test) => Some(test.clone()),
            Known::Field(field) if self.ty(*field) == Some(Type::Bool) => {
                Some(Test { field: *field, must: Must::Equal(KeyPart::Int(1)) })
            }
            _ => None,
        }
    }

    /// The way on where a register is true, or false; none where it can't be.
    fn assumed(&self, way: &Way, condition: Local, is_true: bool) -> Option<Way> {
        let known = way.of(condition).clone();
        if let Known::Int(value) = known {
            return ((value != 0) == is_true).then(|| way.clone());
        }
        let mut way = way.clone();
        let Some(test) = self.test(&known) else { return Some(way) };
        way.tests.extend(if is_true { Some(test) } else { test.reversed() });
        // The same comparison has the same result wherever it was copied to.
        let same = way.known.iter_mut().filter(|other| **other == known);
        same.for_each(|other| *other = Known::Int(is_true.into()));
        Some(way)
    }

    /// The best clue that tests give.
    fn clue(&self, tests: &[Test]) -> Option<Clue> {
        let key = self.module.states[self.state].key;
        let equal = tests.iter().filter_map(|test| match &test.must {
            Must::Equal(part) => Some((test.field, part.clone())),
            _ => None,
        });
        // One of the key finds fewest rows, and a Bool most of them.
        let equal = equal.min_by_key(|(field, _)| (*field >= key, self.ty(*field) == Some(Type::Bool)));
        // The last, as those before may only say that another way was not taken: in `a or b` that `a` is false.
        let bound = tests.iter().rev().find_map(|test| match test.must {
            Must::Lie(bound) => Some((test.field, bound)),
            _ => None,
        });
        (equal.is_some() || bound.is_some()).then_some(Clue { equal, bound })
    }
}

fn bound(op: CompareOp, than: i128) -> Option<Must> {
    let bound = match op {
        CompareOp::Less => Bound::AtMost(than.checked_sub(1)?),
        CompareOp::LessEqual => Bound::AtMost(than),
        CompareOp::Greater => Bound::AtLeast(than.checked_add(1)?),
        CompareOp::GreaterEqual => Bound::AtLeast(than),
        CompareOp::Equal | CompareOp::NotEqual => return None,
    };
    Some(Must::Lie(bound))
}

/// The comparison with its sides exchanged.
fn mirrored(op: CompareOp) -> CompareOp {
    match op {
        CompareOp::Less => CompareOp::Greater,
        CompareOp::LessEqual => CompareOp::GreaterEqual,
        CompareOp::Greater => CompareOp::Less,
        CompareOp::GreaterEqual => CompareOp::LessEqual,
        CompareOp::Equal | CompareOp::NotEqual => op,
    }
}
