//! Why a host function, or a value crossing the border of program memory, has no answer.

use crate::{FailReason, WorldError};
use lwas_exact::ExactError;

/// No answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// The event, query, constant or test step is rejected.
    Failed {
        /// Why, by its stable code.
        reason: FailReason,
        /// One lower-case sentence for people, with the values.
        detail: String,
    },
    /// The world could not be read: nobody's rejection.
    World(WorldError),
}

impl Fault {
    /// A rejection.
    pub fn new(reason: FailReason, detail: impl Into<String>) -> Fault {
        Fault::Failed { reason, detail: detail.into() }
    }

    /// The budget of steps is spent.
    pub fn steps() -> Fault {
        Fault::new(FailReason::Steps, format!("this takes more than {} steps", grouped(crate::STEP_BUDGET)))
    }

    /// The budget of memory is spent.
    pub fn memory() -> Fault {
        Fault::new(FailReason::Memory, format!("this makes more than {} MiB of values", crate::MEMORY_BUDGET >> 20))
    }

    /// Whether a budget is spent.
    pub fn is_budget(&self) -> bool {
        matches!(self, Fault::Failed { reason, .. } if reason.is_budget())
    }

    /// A list or text is too long.
    pub fn too_long(what: &str) -> Fault {
        let most = match what {
            "text" => format!("{} bytes", grouped(crate::MAX_TEXT as u64)),
            _ => format!("{} elements", grouped(crate::MAX_LIST.unsigned_abs())),
        };
        Fault::new(FailReason::TooLong, format!("the {what} would have more than {most}"))
    }

    /// Memory does not hold what its type says, or an offset is outside. No program that `lower` makes gets here, a forged
    /// one may: the answer is a rejection, the same everywhere.
    pub fn damaged(what: &str) -> Fault {
        Fault::new(FailReason::Memory, format!("the program's memory holds no {what} where it reads one"))
    }

    /// A computation without an answer; `detail` says which.
    pub fn exact(error: ExactError, detail: impl Into<String>) -> Fault {
        Fault::new(reason_of(error), detail)
    }
}

impl From<WorldError> for Fault {
    fn from(error: WorldError) -> Fault {
        Fault::World(error)
    }
}

/// The code under which an exact computation's error is reported.
pub fn reason_of(error: ExactError) -> FailReason {
    match error {
        ExactError::Overflow | ExactError::TooManyDigits | ExactError::Undecided => FailReason::Overflow,
        ExactError::NotFinite => FailReason::NotFinite,
        ExactError::DivisionByZero => FailReason::DivisionByZero,
        ExactError::DigitLost => FailReason::DigitLost,
        ExactError::BadWeights => FailReason::Weights,
        ExactError::OutOfRange => FailReason::Calendar,
        ExactError::BadBytes => FailReason::Memory,
    }
}

/// A number with commas between thousands, as people read large ones.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
