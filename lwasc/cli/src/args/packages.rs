//! What is typed to say what a package depends on, and to see it.

use clap::{ArgGroup, Args as ClapArgs};
use std::path::PathBuf;

#[derive(ClapArgs)]
#[command(group(ArgGroup::new("source").required(true)))]
pub struct Add {
    /// The package's name, as its own `lwas.toml` says it
    pub name: String,
    /// The folder of the package, relative to that of yours
    #[arg(long, value_name = "FOLDER", group = "source")]
    pub path: Option<PathBuf>,
    /// A signed artifact of the package, relative to the folder of yours
    #[arg(long, value_name = "FILE", group = "source", requires = "key")]
    pub artifact: Option<PathBuf>,
    /// The public key that must have signed the artifact, relative to the folder of yours
    #[arg(long, value_name = "FILE", requires = "artifact")]
    pub key: Option<PathBuf>,
    /// The folder of your package
    #[arg(long, value_name = "FOLDER", default_value = ".")]
    pub package: PathBuf,
    /// One JSON object that tells what was added
    #[arg(long)]
    pub json: bool,
}

#[derive(ClapArgs)]
pub struct Remove {
    /// The package's name
    pub name: String,
    /// The folder of your package
    #[arg(long, value_name = "FOLDER", default_value = ".")]
    pub package: PathBuf,
}

#[derive(ClapArgs)]
pub struct Update {
    /// The folder of your package
    #[arg(default_value = ".")]
    pub program: PathBuf,
    /// Accept what is there of this package only; may be given several times
    #[arg(long = "only", value_name = "NAME")]
    pub only: Vec<String>,
}

#[derive(ClapArgs)]
pub struct Tree {
    /// The folder of your package
    #[arg(default_value = ".")]
    pub program: PathBuf,
    /// One JSON object
    #[arg(long)]
    pub json: bool,
}
