//! Numbers, durations, dates and times. What they are worth is `lwas-exact`'s to say; here is only how far they go.

use super::{Lexer, row};
use crate::ast::Literal;
use crate::errors;
use crate::tokens::{Kind, Number, Payload};
use lwas_exact::calendar::{parse_date, parse_duration, parse_time};
use lwas_exact::{MAX_DIGITS, ParseError, parse_decimal};
use std::ops::Range;

impl Lexer<'_> {
    pub(super) fn number(&mut self, text: &str, place: Range<usize>) {
        let (plain, percent) = match text.strip_suffix('%') {
            Some(plain) => (plain, true),
            None => (text, false),
        };
        let span = self.span(&place);
        if let Err(diagnostic) = check_underscores(plain).map_err(|()| errors::underscore(span, text)) {
            self.diagnostics.push(diagnostic);
            return self.push(Kind::Bad, place, Payload::Nothing);
        }
        let more = if percent { 2 } else { 0 };
        let number = match parse_decimal(&plain.replace('_', "")) {
            Ok(read) if read.digits + more <= MAX_DIGITS => Number { units: read.units, digits: read.digits + more },
            Ok(_) | Err(ParseError::TooManyDigits) => return self.bad_number(place, errors::too_many_digits(span)),
            Err(_) => return self.bad_number(place, errors::number_too_large(span)),
        };
        self.lexed.numbers.push(number);
        let payload = Payload::Row(row(self.lexed.numbers.len() - 1));
        self.push(if percent || plain.contains('.') { Kind::Decimal } else { Kind::Int }, place, payload);
    }

    fn bad_number(&mut self, place: Range<usize>, diagnostic: lwas_base::Diagnostic) {
        self.diagnostics.push(diagnostic);
        self.push(Kind::Bad, place, Payload::Nothing);
    }

    pub(super) fn duration(&mut self, text: &str, place: Range<usize>) {
        match parse_duration(text) {
            Ok(micros) => self.literal(Literal::Duration(micros), place),
            Err(error) => {
                let diagnostic = errors::bad_duration(self.span(&place), text, error == ParseError::OutOfRange);
                self.bad_number(place, diagnostic);
            }
        }
    }

    /// `@`: before a digit it begins a date or a time, else an attribute.
    pub(super) fn at(&mut self, place: Range<usize>) -> usize {
        let rest = self.text.get(place.end..).unwrap_or_default();
        if !rest.starts_with(|c: char| c.is_ascii_digit()) {
            self.push(Kind::At, place.clone(), Payload::Nothing);
            return place.end;
        }
        let written = rest.get(..date_length(rest)).unwrap_or_default();
        let place = place.start..place.end + written.len();
        let read = if written.contains('T') {
            parse_time(written).map(Literal::Time)
        } else {
            parse_date(written).map(Literal::Date)
        };
        match read {
            Ok(literal) => self.literal(literal, place.clone()),
            Err(error) => {
                let no_such_day = error == ParseError::OutOfRange;
                let diagnostic = errors::bad_date(self.span(&place), written, no_such_day);
                self.bad_number(place.clone(), diagnostic);
            }
        }
        place.end
    }

    fn literal(&mut self, literal: Literal, place: Range<usize>) {
        self.lexed.literals.push(literal);
        let payload = Payload::Row(row(self.lexed.literals.len() - 1));
        self.push(Kind::Literal, place, payload);
    }
}

/// An underscore stands between two digits.
fn check_underscores(text: &str) -> Result<(), ()> {
    let lone = text.contains("__") || text.ends_with('_') || text.contains("_.");
    if lone { Err(()) } else { Ok(()) }
}

/// How many bytes a date or time takes. After a date in its usual form only `T` goes on, so that `@2026-01-25-x` is a
/// subtraction; anything else is taken as far as it could be meant as a date, to be reported whole.
fn date_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let shape = |at: usize, byte: u8| if at == 4 || at == 7 { byte == b'-' } else { byte.is_ascii_digit() };
    let usual = bytes.len() >= 10 && bytes.iter().take(10).enumerate().all(|(at, byte)| shape(at, *byte));
    let goes_on = |byte: u8| byte.is_ascii_alphanumeric() || byte == b':' || byte == b'_';
    let mut end = if usual { 10 } else { 0 };
    if usual && !bytes.get(10).is_some_and(|byte| goes_on(*byte)) {
        return end;
    }
    while let Some(byte) = bytes.get(end) {
        let followed = bytes.get(end + 1).is_some_and(u8::is_ascii_digit);
        // A zone such as `+02:00` and a fraction belong to the mistake or to the time; `.year` does not.
        if !(goes_on(*byte) || followed && matches!(byte, b'.' | b'+' | b'-')) {
            break;
        }
        end += 1;
    }
    end
}
