//! Exit codes, one meaning each, and the one place that turns failures into them.

use crate::output;
use std::process::ExitCode;

/// The program has errors, a test failed, or an event was rejected.
pub const REFUSED: u8 = 1;
/// The command line is wrong.
pub const USAGE: u8 = 2;
/// An artifact or its signature was refused.
pub const ARTIFACT: u8 = 3;
/// A ledger was refused or is damaged.
pub const LEDGER: u8 = 4;
/// Input or output failed.
pub const IO: u8 = 5;
/// `lwasc` itself is wrong; please report it.
pub const OUR_FAULT: u8 = 101;

/// Why a command stops without success.
#[derive(Debug)]
pub struct Stop {
    code: u8,
    message: Option<String>,
}

impl Stop {
    /// Stops with a message.
    pub fn new(code: u8, message: impl Into<String>) -> Stop {
        Stop { code, message: Some(message.into()) }
    }

    /// Stops after everything was said.
    pub fn told(code: u8) -> Stop {
        Stop { code, message: None }
    }

    /// Stops because something can't be read or written.
    pub fn io(what: &str, path: impl AsRef<std::path::Path>, error: &std::io::Error) -> Stop {
        Stop::new(IO, format!("can't {what} {}: {error}", path.as_ref().display()))
    }

    /// The same, about a file.
    pub fn about(self, path: &str) -> Stop {
        Stop { message: self.message.map(|message| format!("{path}: {message}")), ..self }
    }

    /// The exit code; 0 where it stops as nobody reads its answers.
    pub fn code(&self) -> u8 {
        self.code
    }

    /// Says why, and gives the exit code.
    pub fn report(self) -> ExitCode {
        if let Some(message) = self.message {
            output::error(&message);
        }
        ExitCode::from(self.code)
    }
}

impl std::fmt::Display for Stop {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.message.as_deref().unwrap_or("it stopped"))
    }
}

/// What a command gives.
pub type Done = Result<(), Stop>;

impl From<lwas_driver::OpenError> for Stop {
    fn from(error: lwas_driver::OpenError) -> Stop {
        let code = match error {
            lwas_driver::OpenError::Manifest { .. } => REFUSED,
            _ => IO,
        };
        Stop::new(code, error.to_string())
    }
}

impl From<lwas_driver::LinkError> for Stop {
    fn from(error: lwas_driver::LinkError) -> Stop {
        match error {
            lwas_driver::LinkError::Open(error) => error.into(),
            error => Stop::new(REFUSED, error.to_string()),
        }
    }
}

impl From<lwas_ledger::LedgerError> for Stop {
    fn from(error: lwas_ledger::LedgerError) -> Stop {
        use lwas_ledger::LedgerError as E;
        let code = match error {
            E::NotFound { .. } | E::ReadOnly { .. } | E::CantOpen { .. } | E::Full { .. } | E::Io { .. } => IO,
            _ => LEDGER,
        };
        Stop::new(code, error.to_string())
    }
}

impl From<lwas_runtime::RuntimeError> for Stop {
    fn from(error: lwas_runtime::RuntimeError) -> Stop {
        use lwas_runtime::{RuntimeError, StoreError};
        match error {
            RuntimeError::Store(StoreError::Ledger(error)) => error.into(),
            RuntimeError::NoEntry { .. } => Stop::new(USAGE, error.to_string()),
            RuntimeError::Disagreement { .. } => Stop::new(OUR_FAULT, error.to_string()),
            RuntimeError::Unsupported(_) | RuntimeError::Initial { .. } => Stop::new(REFUSED, error.to_string()),
            error => Stop::new(LEDGER, error.to_string()),
        }
    }
}

impl From<lwas_serve::ServeError> for Stop {
    fn from(error: lwas_serve::ServeError) -> Stop {
        match error {
            lwas_serve::ServeError::Runtime(error) => error.into(),
            error @ lwas_serve::ServeError::Clash { .. } => Stop::new(REFUSED, error.to_string()),
            error => Stop::new(IO, error.to_string()),
        }
    }
}

impl From<lwas_artifact::ArtifactError> for Stop {
    fn from(error: lwas_artifact::ArtifactError) -> Stop {
        Stop::new(ARTIFACT, format!("{error} [{}]", error.code()))
    }
}
