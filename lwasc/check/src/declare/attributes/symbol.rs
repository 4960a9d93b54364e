//! `@export`: the symbol of a function in C, and whether what it takes and gives has a form there.

use crate::body::show_type;
use crate::errors::attributes;
use crate::hir::{Export, FunctionId, Program, Type};
use lwas_base::{Diagnostics, Span};
use lwas_syntax::ast::{self, ExprKind, TextPart};

/// Words of C (C23 with those that C++ adds) that no function can be named.
const C_WORDS: &[&str] = &[
    "alignas",
    "alignof",
    "and",
    "asm",
    "auto",
    "bool",
    "break",
    "case",
    "catch",
    "char",
    "class",
    "const",
    "constexpr",
    "continue",
    "default",
    "delete",
    "do",
    "double",
    "else",
    "enum",
    "explicit",
    "export",
    "extern",
    "false",
    "float",
    "for",
    "friend",
    "goto",
    "if",
    "inline",
    "int",
    "long",
    "main",
    "mutable",
    "namespace",
    "new",
    "not",
    "nullptr",
    "operator",
    "or",
    "private",
    "protected",
    "public",
    "register",
    "restrict",
    "return",
    "short",
    "signed",
    "sizeof",
    "static",
    "struct",
    "switch",
    "template",
    "this",
    "throw",
    "true",
    "try",
    "typedef",
    "typename",
    "typeof",
    "union",
    "unsigned",
    "using",
    "virtual",
    "void",
    "volatile",
    "while",
    "xor",
];

/// What a function is exported as; what is wrong is reported.
pub(super) fn export(
    program: &Program,
    id: FunctionId,
    tree: &ast::Attribute,
    sink: &mut Diagnostics,
) -> Option<Export> {
    let (symbol, span) = symbol(program, id, tree, sink)?;
    if let Some(first) = program.exports.iter().find(|known| known.symbol == symbol) {
        sink.push(attributes::symbol_twice(span, &symbol, first.span));
        return None;
    }
    if let Some(why) = not_for_c(&symbol) {
        sink.push(attributes::bad_symbol(span, why));
    }
    let function = &program.functions[id];
    for param in function.params.iter().filter(|param| !has_c_form(program, &param.ty)) {
        let (what, ty) = (format!("`{}`", param.name), show_type(program, &param.ty));
        sink.push(attributes::no_c_form(param.span, &what, &ty, tree.span));
    }
    if !has_c_form(program, &function.result) {
        let what = format!("what `{}` gives", function.name);
        sink.push(attributes::no_c_form(function.span, &what, &show_type(program, &function.result), tree.span));
    }
    Some(Export { symbol, function: id, span })
}

/// The symbol and where it is said: the function's name, or what the attribute says.
fn symbol(program: &Program, id: FunctionId, tree: &ast::Attribute, sink: &mut Diagnostics) -> Option<(String, Span)> {
    match tree.args.as_slice() {
        [] => Some((program.functions[id].name.as_str().to_owned(), tree.span)),
        [arg]
            if let ExprKind::Text(parts) = &arg.kind
                && let [TextPart::Literal(symbol)] = parts.as_slice() =>
        {
            Some((symbol.clone(), arg.span))
        }
        [ast::Expr { kind: ExprKind::Error, .. }] => None,
        _ => {
            let message = "`@export` takes nothing, or the symbol as a text".to_owned();
            sink.push(attributes::arguments(tree.span, message, "@export(\"market_fee\")"));
            None
        }
    }
}

/// Why C can't have a symbol; none when it can.
fn not_for_c(symbol: &str) -> Option<String> {
    let begins = symbol.starts_with(|c: char| c.is_ascii_alphabetic());
    let plain = begins && symbol.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if !plain || symbol.len() > 63 {
        let shown = symbol.escape_debug();
        return Some(format!("`{shown}` is no symbol: at most 63 letters, digits and `_`, a letter first"));
    }
    if C_WORDS.contains(&symbol) {
        return Some(format!("`{symbol}` is a word of C"));
    }
    symbol.starts_with("lwas_").then(|| format!("`{symbol}` begins with `lwas_`, as the symbols of LwaS itself do"))
}

/// Whether values of a type have a form in C.
fn has_c_form(program: &Program, ty: &Type) -> bool {
    match ty {
        Type::Bool | Type::Int | Type::Float | Type::Decimal(_) | Type::Amount(..) | Type::Text => true,
        Type::Time | Type::Date | Type::Duration | Type::Error => true,
        Type::Enum(id) => program.enums[*id].is_plain(),
        _ => false,
    }
}
