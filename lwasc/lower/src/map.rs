//! Maps: a pair of lists, the keys in order and their values.

use crate::body::Fx;
use lwas_base::Span;
use lwas_check::hir::{Binder, Expr, Type};
use lwas_ir::{CompareOp, FailReason, HostOp, Kind, Local};

/// The type of a map's values; that of `{}`, which nothing has said more about, is Bool.
pub(crate) fn map_value(ty: &Type) -> Type {
    match ty {
        Type::Map(of) => (**of).clone(),
        _ => Type::Bool,
    }
}

impl Fx<'_, '_> {
    /// A map's list of keys and list of values.
    pub fn map_lists(&mut self, map: Local) -> (Local, Local) {
        (self.b.load(Kind::Ref, map, 0), self.b.load(Kind::Ref, map, 8))
    }

    /// A map of a list of keys that are in order and a list of as many values.
    pub fn map_of_lists(&mut self, keys: Local, values: Local, span: Span) -> Local {
        self.made(16, [(0, keys), (8, values)], span)
    }

    /// A map's list of keys (at 0) or of values (at 8).
    pub fn map_part(&mut self, map: &Expr, offset: u32) -> Local {
        let map = self.expr(map);
        self.b.load(Kind::Ref, map, offset)
    }

    /// `{ "k": v }`: keys and values by turns, all of them evaluated before the map is made.
    pub fn map_literal(&mut self, entries: &[Expr], ty: &Type, span: Span) -> Local {
        let of = map_value(ty);
        let entries = self.exprs(entries);
        let count = i64::try_from(entries.len() / 2).expect("a source has few entries");
        let (capacity, site) = (self.b.int(count), self.site(span));
        let keys = self.b.new_list(capacity, Kind::Ref, site);
        let values = self.b.new_list(capacity, self.cx.value_kind(&of), site);
        for entry in entries.chunks(2) {
            let [key, value] = entry else { unreachable!("each key has its value") };
            self.b.push(keys, *key);
            self.b.push(values, *value);
        }
        let of = self.cx.ty(&of);
        self.host(HostOp::MapNew(of), &[keys, values], Kind::Ref, span)
    }

    /// `{ key: value for … }`.
    pub fn map_comprehension(&mut self, binder: &Binder, key: &Expr, value: &Expr, span: Span) -> Local {
        let elements = self.elements(&binder.source, span);
        let room = self.count_of(&elements, span);
        let (kind, site) = (self.cx.value_kind(&value.ty), self.site(span));
        let keys = self.b.new_list(room, Kind::Ref, site);
        let values = self.b.new_list(room, kind, site);
        self.each_of(&elements, binder, span, &mut |fx, _| {
            let key = fx.expr(key);
            let value = fx.expr(value);
            fx.b.push(keys, key);
            fx.b.push(values, value);
        });
        let of = self.cx.ty(&value.ty);
        self.host(HostOp::MapNew(of), &[keys, values], Kind::Ref, span)
    }

    /// `a + b` and `m - key`, of maps with values of a type.
    pub fn map_arith(&mut self, adds: bool, of: &Type, [a, b]: [Local; 2], span: Span) -> Local {
        let of = self.cx.ty(of);
        let op = if adds { HostOp::MapMerge(of) } else { HostOp::MapRemove(of) };
        self.host(op, &[a, b], Kind::Ref, span)
    }

    /// The map, the key, the key's place, and whether it has none.
    fn map_find(&mut self, args: &[Expr], span: Span) -> (Local, Local, Local, Local) {
        let args = self.exprs(args);
        let place = self.host(HostOp::MapFind, &args, Kind::I64, span);
        let zero = self.b.int(0);
        let missing = self.b.compare(CompareOp::Less, place, zero);
        (args[0], args[1], place, missing)
    }

    fn map_value_at(&mut self, map: Local, place: Local, kind: Kind, span: Span) -> Local {
        let (_, values) = self.map_lists(map);
        let site = self.site(span);
        self.b.element(kind, values, place, site)
    }

    /// `m[k]`.
    pub fn map_at(&mut self, args: &[Expr], ty: &Type, span: Span) -> Local {
        let (map, key, place, missing) = self.map_find(args, span);
        self.fail_if(missing, span, FailReason::Index, |fx| {
            let parts = [fx.text("the map has no key \""), key, fx.text("\"")];
            fx.joined(&parts, span)
        });
        let kind = self.cx.value_kind(ty);
        self.map_value_at(map, place, kind, span)
    }

    /// `m.get(k)`: an option, also where the values are options.
    pub fn map_get(&mut self, args: &[Expr], span: Span) -> Local {
        let of = map_value(&args[0].ty);
        let kind = self.cx.value_kind(&of);
        let (map, _, place, missing) = self.map_find(args, span);
        self.choose(
            missing,
            Kind::Ref,
            |fx| fx.b.none(),
            |fx| {
                let value = fx.map_value_at(map, place, kind, span);
                fx.boxed(value, &of, span)
            },
        )
    }

    /// `m.has(k)`.
    pub fn map_has(&mut self, args: &[Expr], span: Span) -> Local {
        let (_, _, _, missing) = self.map_find(args, span);
        self.b.not(missing)
    }
}
