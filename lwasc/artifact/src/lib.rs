//! The sealed file: wire format, manifest, verification.
