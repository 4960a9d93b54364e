//! What the exact numbers must do: the tables of the acceptance figures, the corners of the representation, and
//! properties against an oracle of plain rationals.

mod calendar;
mod decimal;
mod float;
mod fraction;
mod int;
mod oracle;
mod power;
mod rounding;
mod split;
