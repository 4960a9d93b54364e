//! Instructions and terminators, one a line.

use super::type_name;
use crate::{CompareOp, End, FuncId, Function, HostOp, Inst, IntOp, Local, Module, Site, StateId, Terminator, WideOp};
use std::fmt;

/// Where an instruction can fail.
struct At(Site);

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, " @{}", self.0.as_u32())
    }
}

/// Registers with commas.
fn list(args: &[Local]) -> String {
    args.iter().map(Local::to_string).collect::<Vec<_>>().join(", ")
}

pub(super) fn write(f: &mut fmt::Formatter<'_>, module: Option<&Module>, of: &Function, inst: &Inst) -> fmt::Result {
    if let Some(dst) = inst.dst() {
        write!(f, "{dst} = ")?;
    }
    match inst {
        Inst::Const { value, .. } => write!(f, "int {value}"),
        Inst::ConstWide { value, .. } => write!(f, "wide {value}"),
        Inst::ConstText { text, .. } => match module.and_then(|module| module.texts.get(*text)) {
            Some(content) => write!(f, "text {content:?}"),
            None => write!(f, "{text}"),
        },
        Inst::Copy { src, .. } => write!(f, "{src}"),
        Inst::None { .. } => write!(f, "none"),
        Inst::Int { op, a, b, site, .. } => write!(f, "{} {a}, {b}{}", int(*op), At(*site)),
        Inst::Wide { op, a, b, site, .. } => write!(f, "{} {a}, {b}{}", wide(*op), At(*site)),
        Inst::Rescale { src, from, to, mode, site, .. } => {
            write!(f, "rescale {src} from {from} to {to} {mode:?}{}", At(*site))
        }
        Inst::Extend { src, .. } => write!(f, "extend {src}"),
        Inst::Narrow { src, site, .. } => write!(f, "narrow {src}{}", At(*site)),
        Inst::Compare { op, a, b, .. } => write!(f, "{a} {} {b}", compare(*op)),
        Inst::Not { src, .. } => write!(f, "not {src}"),
        Inst::New { size, site, .. } => write!(f, "new {size}{}", At(*site)),
        Inst::Load { dst, base, offset } => match of.locals.get(*dst) {
            Some(kind) => write!(f, "load {kind} [{base} + {offset}]"),
            None => write!(f, "load [{base} + {offset}]"),
        },
        Inst::Store { base, offset, src } => write!(f, "store [{base} + {offset}] = {src}"),
        Inst::NewList { capacity, element, site, .. } => write!(f, "list {element} * {capacity}{}", At(*site)),
        Inst::Push { list, value } => write!(f, "push {list}, {value}"),
        Inst::Length { list, .. } => write!(f, "length {list}"),
        Inst::Element { list, index, site, .. } => write!(f, "element {list}, {index}{}", At(*site)),
        Inst::Call { func, args, .. } => write!(f, "call {}({})", function(module, *func), list(args)),
        Inst::Host { op, args, site, .. } => write!(f, "host {}({}){}", host(module, *op), list(args), At(*site)),
        Inst::Step { site } => write!(f, "step{}", At(*site)),
        Inst::Trace { trace, value } => write!(f, "{trace} {value}"),
    }
}

pub(super) fn end(f: &mut fmt::Formatter<'_>, end: &Terminator) -> fmt::Result {
    match end {
        Terminator::Jump(block) => write!(f, "jump {block}"),
        Terminator::Branch { condition, then, otherwise } => write!(f, "branch {condition}, {then}, {otherwise}"),
        Terminator::Return(None) => write!(f, "return"),
        Terminator::Return(Some(value)) => write!(f, "return {value}"),
        Terminator::Fail { site, reason, message: None } => write!(f, "fail {reason:?}{}", At(*site)),
        Terminator::Fail { site, reason, message: Some(text) } => write!(f, "fail {reason:?} {text}{}", At(*site)),
    }
}

fn int(op: IntOp) -> &'static str {
    match op {
        IntOp::Add => "add",
        IntOp::Sub => "sub",
        IntOp::Mul => "mul",
        IntOp::Div => "div",
        IntOp::Mod => "mod",
    }
}

fn wide(op: WideOp) -> &'static str {
    match op {
        WideOp::Add => "add",
        WideOp::Sub => "sub",
        WideOp::Mul => "mul",
    }
}

fn compare(op: CompareOp) -> &'static str {
    match op {
        CompareOp::Equal => "==",
        CompareOp::NotEqual => "!=",
        CompareOp::Less => "<",
        CompareOp::LessEqual => "<=",
        CompareOp::Greater => ">",
        CompareOp::GreaterEqual => ">=",
    }
}

fn function(module: Option<&Module>, func: FuncId) -> String {
    module.and_then(|module| module.functions.get(func)).map_or_else(|| func.to_string(), |known| known.name.clone())
}

fn state(module: Option<&Module>, state: StateId) -> String {
    let known = module.and_then(|module| module.states.get(state));
    known.map_or_else(|| state.to_string(), |known| format!("{}.{}", known.module, known.name))
}

fn by(index: Option<u32>) -> String {
    index.map_or_else(|| "its key".to_owned(), |index| format!("index {index}"))
}

/// The sign of a range's end, unless it is open.
fn sign(end: End, [included, excluded]: [&'static str; 2]) -> Option<&'static str> {
    match end {
        End::Open => None,
        End::Included => Some(included),
        End::Excluded => Some(excluded),
    }
}

/// A host function with its immediates, those that are ids by name.
fn host(module: Option<&Module>, op: HostOp) -> String {
    let whole = format!("{op:?}");
    let name = whole.split(['(', ' ']).next().unwrap_or(&whole);
    let immediate = match op {
        HostOp::TextFormat(ty)
        | HostOp::Equal(ty)
        | HostOp::Compare(ty)
        | HostOp::ListConcat(ty)
        | HostOp::ListContains(ty)
        | HostOp::MapNew(ty)
        | HostOp::MapMerge(ty)
        | HostOp::MapRemove(ty) => type_name(module, ty),
        HostOp::RowGet(id)
        | HostOp::RowPut(id)
        | HostOp::RowDelete(id)
        | HostOp::NextSeq(id)
        | HostOp::WindowFirst(id) => state(module, id),
        HostOp::Scan { state: id, index, parts } => format!("{} by {parts} of {}", state(module, id), by(index)),
        HostOp::ScanRange { state: id, index, parts, from, to }
        | HostOp::ScanEnds { state: id, index, parts, from, to, .. } => {
            let from = sign(from, [">=", ">"]);
            let to = sign(to, ["<=", "<"]);
            let ends = from.into_iter().chain(to).collect::<Vec<_>>().join(" and ");
            let end = match op {
                HostOp::ScanEnds { last: false, .. } => ", the first",
                HostOp::ScanEnds { last: true, .. } => ", the last",
                _ => "",
            };
            format!("{} by {parts} of {} and the next {ends}{end}", state(module, id), by(index))
        }
        HostOp::Emit(id) => {
            let known = module.and_then(|module| module.events.get(id));
            known.map_or_else(|| format!("{id:?}"), |known| known.name.clone())
        }
        HostOp::AggregateGet(id) | HostOp::AggregateAdd(id) | HostOp::AggregateSub(id) => {
            let known = module.and_then(|module| module.aggregates.get(id));
            known.map_or_else(|| id.to_string(), |known| known.name.clone())
        }
        _ => return whole,
    };
    format!("{name}<{immediate}>")
}
