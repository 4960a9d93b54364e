//! The calendar's functions.

use super::Checker;
use super::builtin::exists;
use super::field::builtin;
use crate::errors::types;
use crate::hir::{Builtin, Expr, Type};
use lwas_base::Span;
use lwas_syntax::ast;

impl Checker<'_> {
    pub(super) fn calendar(&mut self, name: ast::Ident, args: &[&ast::Expr], span: Span) -> Expr {
        let text = name.name.as_str();
        match (text, args) {
            ("add_days", [date, n]) => {
                self.calendar_call(Builtin::AddDays, &[(date, Type::Date), (n, Type::Int)], Type::Date, span)
            }
            ("add_months", [date, n, mode]) => self.add_months(date, n, mode, span),
            ("days_between", [a, b]) => {
                self.calendar_call(Builtin::DaysBetween, &[(a, Type::Date), (b, Type::Date)], Type::Int, span)
            }
            ("days_in_month", [date]) => {
                self.calendar_call(Builtin::DaysInMonth, &[(date, Type::Date)], Type::Int, span)
            }
            ("year", [date]) => self.calendar_call(Builtin::Year, &[(date, Type::Date)], Type::Int, span),
            ("month", [date]) => self.calendar_call(Builtin::Month, &[(date, Type::Date)], Type::Int, span),
            ("day", [date]) => self.calendar_call(Builtin::Day, &[(date, Type::Date)], Type::Int, span),
            ("weekday", [date]) => self.calendar_call(Builtin::Weekday, &[(date, Type::Date)], Type::Int, span),
            ("date", [time]) => self.calendar_call(Builtin::Date, &[(time, Type::Time)], Type::Date, span),
            _ if exists(text) => self.wrong_count(text, args.len(), span),
            _ => self.no_builtin(name, span),
        }
    }

    fn calendar_call(&mut self, which: Builtin, args: &[(&&ast::Expr, Type)], result: Type, span: Span) -> Expr {
        let args = args.iter().map(|(arg, ty)| self.expr_to(arg, ty, "this function")).collect();
        builtin(which, args, result, span)
    }

    fn add_months(&mut self, date: &ast::Expr, n: &ast::Expr, mode: &ast::Expr, span: Span) -> Expr {
        let which = match Checker::word(mode) {
            Some("last_day") => Builtin::AddMonthsLastDay,
            Some("next_day") => Builtin::AddMonthsNextDay,
            _ => {
                self.report(types::months_mode(mode.span, false));
                return Expr { ty: Type::Date, ..self.error(span) };
            }
        };
        let args = vec![self.expr_to(date, &Type::Date, "`add_months`"), self.expr_to(n, &Type::Int, "`add_months`")];
        builtin(which, args, Type::Date, span)
    }
}
