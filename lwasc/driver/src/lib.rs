//! The one page that runs the upper half of the house: a package's sources come in, diagnostics and a module, or a sealed
//! artifact's body, go out. Rendering of diagnostics stands here too; ariadne stops here.
//!
//! `package` finds the entry file, `manifest` is what its `lwas.toml` says of it, `packages` are those that it depends on, `load` reads it and
//! what it imports, `link` puts several programs together, `draft` is a program that more is typed behind, `editing` one whose files are open in an
//! editor, `examples` finds tests in doc comments, `pipeline` runs the stages, `laws` evaluates what must hold before anything has happened,
//! `render` turns diagnostics into text, `fix` makes the changes that mend them, `explain` has a page for each code, `settings` and `serving` read
//! what a configuration says of a program's settings and of serving it, `code_cache` keeps machine code from one build to the next.

mod code_cache;
mod draft;
mod editing;
mod examples;
pub mod explain;
pub mod fix;
mod laws;
mod link;
mod load;
mod manifest;
mod package;
pub mod packages;
mod pipeline;
pub mod render;
mod serving;
mod settings;

pub use code_cache::CodeCache;
pub use draft::Draft;
pub use editing::{Buffers, Editing, Studied};
pub use link::{Given, LinkError, link};
pub use manifest::{Declared, From, Manifest};
pub use package::{OpenError, Package, library_module};
pub use pipeline::{Compiled, Front, check, check_over, compile, compile_with_points, object, object_with};
pub use serving::{ApiKeyOf, AuditOf, JwtOf, LimitsOf, Moment, Placed, RoleOf, Serving, TlsOf, WebhookOf};
pub use settings::{Configuration, SettingsOf, Table};

/// The modules of the standard library: (dotted path, source text). The shell passes them in.
pub type Std = &'static [(&'static str, &'static str)];
