//! Types in words, for messages.

use crate::hir::{Expr, ExprKind, FractionOf, Program, Type};

/// A type as users write it: `USD`, `USD(5)`, `Decimal(4)`, `List<Text>`, `Account`.
pub fn show_type(program: &Program, ty: &Type) -> String {
    match ty {
        Type::Error => "?".to_owned(),
        Type::Unit => "nothing".to_owned(),
        Type::None => "none".to_owned(),
        Type::EmptyList => "List".to_owned(),
        Type::EmptyMap => "Map".to_owned(),
        Type::Decimal(digits) => format!("Decimal({digits})"),
        Type::Amount(id, digits) => {
            let currency = &program.currencies[*id];
            if currency.digits == *digits { currency.code.to_string() } else { format!("{}({digits})", currency.code) }
        }
        Type::Fraction(FractionOf::Number) => "fraction".to_owned(),
        Type::Fraction(FractionOf::Amount(id)) => format!("fraction of {}", program.currencies[*id].code),
        Type::Fraction(FractionOf::Money) => "fraction of Money".to_owned(),
        Type::Option(of) => format!("{}?", show_type(program, of)),
        Type::List(of) => format!("List<{}>", show_type(program, of)),
        Type::Map(of) => format!("Map<Text, {}>", show_type(program, of)),
        Type::Enum(id) => program.enums[*id].name.to_string(),
        Type::Record(id) => program.records[*id].name.to_string(),
        Type::Row(id) => program.states[*id].name.to_string(),
        simple => format!("{simple:?}"),
    }
}

/// A default as its declaration reads where it is a plain literal, else `…`.
pub(super) fn short_value(value: &Expr) -> String {
    match (&value.kind, &value.ty) {
        (ExprKind::Text(text), _) if text.len() <= 20 && !text.contains(['"', '\\', '{', '}', '\n', '\t']) => {
            format!("\"{text}\"")
        }
        (ExprKind::Int(number), Type::Int) => number.to_string(),
        (ExprKind::Bool(yes), _) => yes.to_string(),
        (ExprKind::None, _) => "none".to_owned(),
        _ => "…".to_owned(),
    }
}

/// A type in a sentence: "`USD`", "`USD` with 5 digits", "a number with 2 digits", "a fraction of `USD`".
pub(super) fn words(program: &Program, ty: &Type) -> String {
    match ty {
        Type::Unit => "nothing".to_owned(),
        Type::EmptyList => "an empty list".to_owned(),
        Type::EmptyMap => "an empty map".to_owned(),
        Type::Amount(id, digits) if program.currencies[*id].digits != *digits => {
            format!("`{}` with {digits} digits", program.currencies[*id].code)
        }
        Type::Fraction(FractionOf::Number) => "a fraction".to_owned(),
        Type::Fraction(FractionOf::Amount(id)) => format!("a fraction of `{}`", program.currencies[*id].code),
        Type::Fraction(FractionOf::Money) => "a fraction of Money".to_owned(),
        ty => format!("`{}`", show_type(program, ty)),
    }
}
