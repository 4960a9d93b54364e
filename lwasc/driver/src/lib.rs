//! The pipeline from package to artifact, and the rendering of diagnostics.
