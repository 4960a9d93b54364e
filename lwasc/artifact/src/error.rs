//! [`ArtifactError`]: why bytes are not executed. Each kind has a code and a page in `spec/errors/`.

use lwas_ir::VerifyError;

/// Why an artifact is refused, before anything in it was executed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ArtifactError {
    /// The bytes do not begin as an artifact does: E0501.
    #[error("this is not an artifact: it does not begin as `lwasc build` begins one")]
    NotAnArtifact,
    /// The bytes are not those that were signed, or too few or too many: E0502.
    #[error("the artifact is damaged: {0}")]
    Damaged(&'static str),
    /// The signer is none of the keys that are trusted: E0503.
    #[error("the artifact is signed by `{signer}`, which is not a trusted key")]
    WrongKey {
        /// The key that the artifact names.
        signer: String,
    },
    /// The format is newer than this crate: E0504.
    #[error("the artifact has format {found}, this lwasc reads formats up to {known}; use a newer lwasc")]
    Newer {
        /// The format.
        found: u32,
        /// The newest that is known.
        known: u32,
    },
    /// There is no native code for a machine: E0505.
    #[error("the artifact has no native code for `{target}`, only for {}", listed(has))]
    ForeignTarget {
        /// The machine.
        target: String,
        /// Those for which there is some.
        has: Vec<String>,
    },
    /// The ir breaks a rule: E0506.
    #[error("the artifact's program is refused: {0}")]
    Refused(#[from] VerifyError),
    /// The manifest says something else than the ir: E0507.
    #[error("the artifact's manifest does not fit its program: {0} differ")]
    Manifest(&'static str),
}

impl ArtifactError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            ArtifactError::NotAnArtifact => "E0501",
            ArtifactError::Damaged(_) => "E0502",
            ArtifactError::WrongKey { .. } => "E0503",
            ArtifactError::Newer { .. } => "E0504",
            ArtifactError::ForeignTarget { .. } => "E0505",
            ArtifactError::Refused(_) => "E0506",
            ArtifactError::Manifest(_) => "E0507",
        }
    }
}

/// Targets in back quotes.
fn listed(targets: &[String]) -> String {
    if targets.is_empty() {
        return "none at all".to_owned();
    }
    targets.iter().map(|target| format!("`{target}`")).collect::<Vec<_>>().join(", ")
}
