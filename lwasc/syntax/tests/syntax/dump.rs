//! Trees as text: a compact S-expression, so that a snapshot shows the shape and nothing else. One line an item, a member
//! or a statement.

use lwas_syntax::ast::*;
use std::fmt::Write as _;

/// The whole file.
pub fn file(file: &File) -> String {
    let mut out = String::new();
    if !file.docs.is_empty() {
        let _ = writeln!(out, "(docs {:?})", file.docs);
    }
    for item in &file.items {
        let _ = writeln!(out, "{}", self::item(item));
    }
    out
}

/// One expression.
pub fn expr(e: &Expr) -> String {
    match &e.kind {
        ExprKind::Error => "ERROR".into(),
        ExprKind::Literal(literal) => self::literal(literal),
        ExprKind::Amount { units, digits, currency } => format!("(amount {units}e-{digits} {})", currency.name),
        ExprKind::Text(parts) => format!("(text{})", each(parts, part)),
        ExprKind::Some(inner) => format!("(some {})", expr(inner)),
        ExprKind::List(list) => format!("(list{})", each(list, expr)),
        ExprKind::Map(entries) => {
            format!("(map{})", each(entries, |(key, value)| format!("{}: {}", expr(key), expr(value))))
        }
        ExprKind::MapComprehension { key, value, binder } => {
            format!("(map {}: {} {})", expr(key), expr(value), self::binder(binder))
        }
        ExprKind::Comprehension { value, binder } => format!("(each {} {})", expr(value), self::binder(binder)),
        ExprKind::Aggregate { name, limit, value, binder } => {
            let limit = limit.as_ref().map(|limit| format!(" limit {}", expr(limit))).unwrap_or_default();
            let value = value.as_ref().map(|value| format!(" {}", expr(value))).unwrap_or_default();
            format!("(aggregate {}{limit}{value} {})", name.name, self::binder(binder))
        }
        ExprKind::Fold { acc, ty, init, binder, body } => {
            let ty = typed(ty.as_ref());
            format!("(fold {}{ty} {} {} {})", acc.name, expr(init), self::binder(binder), block(body))
        }
        ExprKind::Record { path, fields } => format!("(record {}{})", self::path(path), each(fields, field)),
        ExprKind::With { base, fields } => format!("(with {}{})", expr(base), each(fields, field)),
        ExprKind::Write(write) => self::write(write),
        ExprKind::Name(name) => name.name.to_string(),
        ExprKind::Field { base, name } => format!("(. {} {})", expr(base), name.name),
        ExprKind::Index { base, keys } => format!("(at {}{})", expr(base), each(keys, expr)),
        ExprKind::Call { callee, args } => format!("(call {}{})", expr(callee), each(args, arg)),
        ExprKind::Unary { op, operand } => format!("({op:?} {})", expr(operand)),
        ExprKind::Binary { op, left, right } => format!("({:?} {} {})", op.0, expr(left), expr(right)),
        ExprKind::If { condition, then, otherwise } => {
            let otherwise = match otherwise.as_deref() {
                Some(Else::Block(body)) => format!(" {}", block(body)),
                Some(Else::If(chain)) => format!(" {}", expr(chain)),
                None => String::new(),
            };
            format!("(if {} {}{otherwise})", expr(condition), block(then))
        }
        ExprKind::Match { subject, arms } => format!("(match {}{})", expr(subject), each(arms, arm)),
    }
}

/// Each after a blank, or on its line.
fn each<T>(list: &[T], one: impl Fn(&T) -> String) -> String {
    let shown = list.iter().map(one);
    shown.map(|shown| if shown.starts_with('\n') { shown } else { format!(" {shown}") }).collect()
}

fn path(path: &[Ident]) -> String {
    path.iter().map(|part| part.name.as_str()).collect::<Vec<_>>().join(".")
}

fn literal(literal: &Literal) -> String {
    match literal {
        Literal::Int(value) => value.to_string(),
        Literal::Decimal { units, digits } => format!("{units}e-{digits}"),
        Literal::Duration(micros) => format!("{micros}us"),
        Literal::Date(days) => format!("day{days}"),
        Literal::Time(micros) => format!("time{micros}"),
        Literal::Bool(value) => value.to_string(),
        Literal::None => "none".into(),
    }
}

fn part(part: &TextPart) -> String {
    match part {
        TextPart::Literal(text) => format!("{text:?}"),
        TextPart::Expr(inner) => expr(inner),
    }
}

fn binder(binder: &Binder) -> String {
    let filter = binder.filter.as_ref().map(|filter| format!(" where {}", expr(filter))).unwrap_or_default();
    let over = binder.over.as_ref().map(|over| format!(" over {}", expr(over))).unwrap_or_default();
    let vars: Vec<_> = binder.vars.iter().map(|var| var.name.as_str()).collect();
    format!("[{} in {}{over}{filter}]", vars.join(","), expr(&binder.source))
}

fn arg(arg: &Arg) -> String {
    match &arg.name {
        Some(name) => format!("{}:{}", name.name, expr(&arg.value)),
        None => expr(&arg.value),
    }
}

fn field(field: &FieldInit) -> String {
    match &field.value {
        Some(value) => format!("{}:{}", field.name.name, expr(value)),
        None => field.name.name.to_string(),
    }
}

fn write(write: &Write) -> String {
    let kind = format!("{:?}", write.kind).to_lowercase();
    format!("({kind} {}[{}]{})", path(&write.path), each(&write.keys, expr).trim(), each(&write.fields, field))
}

fn arm(arm: &Arm) -> String {
    format!("({} => {})", pattern(&arm.pattern), block(&arm.body))
}

fn pattern(p: &Pattern) -> String {
    let binding = |name: &Option<Ident>| name.map_or("_".to_string(), |name| name.name.to_string());
    match &p.kind {
        PatternKind::Error => "ERROR".into(),
        PatternKind::Any => "_".into(),
        PatternKind::None => "none".into(),
        PatternKind::Some(name) => format!("(some {})", binding(name)),
        PatternKind::Variant { path, fields: None } => self::path(path),
        PatternKind::Variant { path, fields: Some(fields) } => {
            format!("({}{})", self::path(path), each(fields, binding))
        }
        PatternKind::Literal(inner) => expr(inner),
        PatternKind::Or(patterns) => format!("(|{})", each(patterns, pattern)),
    }
}

/// A body.
pub fn block(block: &Block) -> String {
    let value = block.value.as_ref().map(|value| format!(" ={}", expr(value))).unwrap_or_default();
    format!("{{{}}}", format!("{}{value}", each(&block.statements, statement)).trim_start())
}

fn body(block: &Block) -> String {
    let mut out: String = block.statements.iter().map(|one| format!("\n  {}", statement(one))).collect();
    if let Some(value) = &block.value {
        let _ = write!(out, "\n  ={}", expr(value));
    }
    out
}

fn statement(statement: &Stmt) -> String {
    match &statement.kind {
        StmtKind::Error => "ERROR;".into(),
        StmtKind::Let { name, ty, value } => format!("(let {}{} {})", name.name, typed(ty.as_ref()), expr(value)),
        StmtKind::Require { condition, message } => format!("(require {} {})", expr(condition), expr(message)),
        StmtKind::Assign { target, op, value } => format!("({op:?} {} {})", expr(target), expr(value)),
        StmtKind::Clear { what } => format!("(clear {})", what.name),
        StmtKind::Delete { path, keys } => format!("(delete {}{})", self::path(path), each(keys, expr)),
        StmtKind::For { binder, body } => format!("(for {} {})", self::binder(binder), block(body)),
        StmtKind::Expr(inner) => format!("{};", expr(inner)),
        StmtKind::Apply { event, at } => {
            format!("(apply {}{})", expr(event), each(at.as_slice(), |at| format!("at {}", expr(at))))
        }
        StmtKind::Reject { what, at, with, by } => {
            let at = each(at.as_slice(), |at| format!("at {}", expr(at)));
            let with = each(with.as_slice(), |with| format!("with {}", expr(with)));
            let by = each(by.as_slice(), |by| format!("by {}", path(by)));
            format!("(reject {}{at}{with}{by})", expr(what))
        }
        StmtKind::Emit { event } => format!("(emit {})", expr(event)),
        StmtKind::Advance { by } => format!("(advance {})", expr(by)),
        StmtKind::Expect { condition } => format!("(expect {})", expr(condition)),
    }
}

fn typed(ty: Option<&TypeExpr>) -> String {
    ty.map(|ty| format!(": {}", self::ty(ty))).unwrap_or_default()
}

fn ty(t: &TypeExpr) -> String {
    match &t.kind {
        TypeExprKind::Error => "ERROR".into(),
        TypeExprKind::Named { path, digits, args } => {
            let digits = digits.map(|(digits, _)| format!("({digits})")).unwrap_or_default();
            let args: Vec<_> = args.iter().map(ty).collect();
            let args = if args.is_empty() { String::new() } else { format!("<{}>", args.join(", ")) };
            format!("{}{digits}{args}", self::path(path))
        }
        TypeExprKind::Optional(inner) => format!("{}?", ty(inner)),
    }
}

fn param(param: &Param) -> String {
    let key = if param.key.is_some() { " key" } else { "" };
    format!("({}: {}{key}{})", param.name.name, ty(&param.ty), default(param.default.as_ref()))
}

fn default(value: Option<&Expr>) -> String {
    value.map(|value| format!(" = {}", expr(value))).unwrap_or_default()
}

fn docs(docs: &str) -> String {
    if docs.is_empty() { String::new() } else { format!(" docs {docs:?}") }
}

fn item(item: &Item) -> String {
    let attributes = each(&item.attributes, |a| format!("@{}({})", a.name.name, each(&a.args, expr).trim()));
    let private = if item.private.is_some() { " private" } else { "" };
    format!("(item{}{attributes}{private} {})", docs(&item.docs), item_kind(&item.kind))
}

fn use_name(one: &UseName) -> String {
    let (member, bound) = (one.member.name, one.bound.name);
    if member == bound { member.to_string() } else { format!("{member} as {bound}") }
}

fn item_kind(kind: &ItemKind) -> String {
    match kind {
        ItemKind::Error => "ERROR".into(),
        ItemKind::Use(one) => {
            let names = match &one.names {
                UseNames::Last => String::new(),
                UseNames::As(name) => format!(" as {}", name.name),
                UseNames::Several(names) => format!(" {{{}}}", each(names, use_name).trim()),
            };
            format!("use {}{names}", path(&one.path))
        }
        ItemKind::Accept(one) => {
            format!("accept {}{}", path(&one.module), each(&one.events, |event| event.name.to_string()))
        }
        ItemKind::Const(one) => format!("const {}{} {}", one.name.name, typed(one.ty.as_ref()), expr(&one.value)),
        ItemKind::Currency(one) => format!("currency {} {} {:?}", one.name.name, one.digits.0, one.title),
        ItemKind::Enum(one) => format!("enum {}{}", one.name.name, each(&one.variants, variant)),
        ItemKind::Record(one) => format!(
            "record {}{}",
            one.name.name,
            each(&one.fields, |field| {
                format!(
                    "\n  ({}: {}{}{})",
                    field.name.name,
                    ty(&field.ty),
                    default(field.default.as_ref()),
                    docs(&field.docs)
                )
            })
        ),
        ItemKind::State(one) => {
            format!("state {}[{}]{}", one.name.name, each(&one.key, param).trim(), each(&one.members, member))
        }
        ItemKind::Journal(one) => format!("journal {}{}", one.name.name, each(&one.members, member)),
        ItemKind::Event(one) => format!(
            "event {}{}",
            one.name.name,
            each(&one.fields, |field| {
                let key = if field.key.is_some() { " key" } else { "" };
                format!(
                    "\n  ({}: {}{key}{}{})",
                    field.name.name,
                    ty(&field.ty),
                    default(field.default.as_ref()),
                    docs(&field.docs)
                )
            })
        ),
        ItemKind::Function(one) => {
            let result = one.result.as_ref().map(|result| format!(" -> {}", ty(result))).unwrap_or_default();
            let kind = format!("{:?}", one.kind).to_lowercase();
            format!("{kind} {}{}{result}{}", one.name.name, each(&one.params, param), body(&one.body))
        }
        ItemKind::Rule(one) => {
            let binding = one.binding.map(|name| format!(" as {}", name.name)).unwrap_or_default();
            format!("rule {} on {}{binding}{}", one.name.name, path(&one.event), body(&one.body))
        }
        ItemKind::Due(one) => {
            let binding = one.binding.map(|name| format!(" as {}", name.name)).unwrap_or_default();
            format!("rule {} due {}{binding}{}", one.name.name, path(&one.field), body(&one.body))
        }
        ItemKind::Axiom(one) => axiom(one),
        ItemKind::Test(one) => {
            let cases = one.cases.as_ref().map(cases).unwrap_or_default();
            format!("test {:?}{cases}{}", one.name, body(&one.body))
        }
    }
}

fn cases(one: &Cases) -> String {
    let vars: Vec<_> = one.vars.iter().map(|var| var.name.to_string()).collect();
    let source = match &one.source {
        CaseSource::Each(source) => expr(source),
        CaseSource::Table(rows) => {
            let row = |row: &CaseRow| format!("({})", row.values.iter().map(expr).collect::<Vec<_>>().join(", "));
            format!("[{}]", rows.iter().map(row).collect::<Vec<_>>().join(", "))
        }
    };
    let title = one.title.as_ref().map(|title| format!(" {}", expr(title))).unwrap_or_default();
    format!("{title} for {} in {source}", vars.join(", "))
}

fn axiom(one: &Axiom) -> String {
    let (word, before, after) = match &one.kind {
        AxiomKind::Law => ("axiom", String::new(), String::new()),
        AxiomKind::Belief { units, digits, .. } => ("belief", format!(" truth {units}e-{digits}"), String::new()),
        AxiomKind::Alert { severity, lasts, message, .. } => {
            let message = message.as_ref().map(|message| format!("\n  (message {})", expr(message)));
            ("alert", format!(" {severity:?} {lasts}"), message.unwrap_or_default())
        }
    };
    let given: Vec<_> = one.given.iter().map(|name| path(name)).collect();
    let given = if given.is_empty() { String::new() } else { format!(" given {}", given.join(", ")) };
    format!("{word} {}{before}{given}{}{}{after}", one.name.name, scope(&one.scope), body(&one.body))
}

fn variant(variant: &Variant) -> String {
    format!("\n  ({}{}{})", variant.name.name, each(&variant.fields, param), docs(&variant.docs))
}

fn member(member: &StateMember) -> String {
    match member {
        StateMember::Field(field) => {
            let index = if field.index.is_some() { " index" } else { "" };
            let fixed = if field.fixed.is_some() { " fixed" } else { "" };
            let default = default(field.default.as_ref());
            format!("\n  ({}: {}{index}{fixed}{default}{})", field.name.name, ty(&field.ty), docs(&field.docs))
        }
        StateMember::Computed { docs: text, name, ty, value } => {
            format!("\n  (let {}{} {}{})", name.name, typed(ty.as_ref()), expr(value), docs(text))
        }
        StateMember::Index { fields, .. } => format!("\n  (index{})", each(fields, |name| name.name.to_string())),
    }
}

fn scope(scope: &AxiomScope) -> String {
    match scope {
        AxiomScope::Whole => String::new(),
        AxiomScope::Rows { var, state, change, filter } => {
            let change = match change {
                Change::No => String::new(),
                Change::From(name) => format!(" changed from {}", name.name),
                Change::Deleted => " deleted".into(),
            };
            let filter = filter.as_ref().map(|filter| format!(" where {}", expr(filter))).unwrap_or_default();
            format!(" for {} in {}{change}{filter}", var.name, path(state))
        }
    }
}
