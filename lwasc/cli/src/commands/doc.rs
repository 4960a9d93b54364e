//! `lwasc doc`: reference pages of a program's modules and of those that they use, in a folder.

use super::check;
use crate::args::Doc;
use crate::exit::{self, Done, Stop};
use crate::output;
use lwas_base::{FileId, SourceMap};
use lwas_check::SourceModule;
use lwas_doc::{Module, Page};
use lwas_driver::render::visible;
use lwas_driver::{Buffers, Editing, Package};
use serde::Serialize;
use std::path::{Path, PathBuf};

/// The whole of the standard library.
const LIBRARY: &str = "std";

#[derive(Serialize)]
struct Told {
    folder: String,
    pages: Vec<ToldPage>,
}

#[derive(Serialize)]
struct ToldPage {
    file: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    module: String,
}

/// What there are pages of.
struct Sources {
    name: String,
    version: Option<String>,
    root: PathBuf,
    texts: SourceMap,
    modules: Vec<SourceModule>,
    /// Whether modules of the standard library are its own. Those of packages that it depends on never are.
    library: bool,
}

pub fn run(args: &Doc) -> Done {
    let is_library = args.program == Path::new(LIBRARY) && !args.program.exists();
    let sources = if is_library { library() } else { program(&args.program)? };
    let module = |module: &'_ SourceModule| {
        let of_package = sources.texts.file(module.file).path.starts_with('@');
        (module.path.clone(), module.std == sources.library && !of_package)
    };
    let owns: Vec<(String, bool)> = sources.modules.iter().map(module).collect();
    let modules: Vec<Module> = sources
        .modules
        .iter()
        .zip(&owns)
        .map(|(module, (path, own))| Module {
            path,
            text: &sources.texts.file(module.file).text,
            tree: &module.tree,
            own: *own,
        })
        .collect();
    let folder = args.output.clone().unwrap_or_else(|| sources.root.join("doc"));
    let pages = lwas_doc::pages(&sources.name, sources.version.as_deref(), &modules);
    write(&folder, &pages)?;
    tell(args, &folder, &pages)
}

/// All modules of the standard library.
fn library() -> Sources {
    let (mut texts, mut modules) = (SourceMap::new(), vec![]);
    for (path, text) in lwas_std::MODULES {
        let file: FileId = texts.add(format!("{}.lwas", path.replace('.', "/")), *text);
        let tree = lwas_syntax::parse(file, text).file;
        modules.push(SourceModule { path: (*path).to_owned(), file, tree: tree.into(), std: true });
    }
    let name = LIBRARY.to_owned();
    let version = Some(env!("CARGO_PKG_VERSION").to_owned());
    Sources { name, version, root: PathBuf::new(), texts, modules, library: true }
}

/// The modules of a program without errors.
fn program(path: &Path) -> Result<Sources, Stop> {
    let package = Package::open(path, lwas_std::MODULES)?;
    let studied = Editing::new().study(&package, lwas_std::MODULES, &Buffers::new())?;
    if studied.diagnostics.has_errors() {
        check::tell(&studied.diagnostics, &studied.sources, &package.root);
        return Err(Stop::told(exit::REFUSED));
    }
    let version = package.described()?.and_then(|(_, manifest)| manifest.version).map(|version| version.to_string());
    let (name, root, library) = (package.name.clone(), package.root.clone(), package.std);
    Ok(Sources { name, version, root, texts: studied.sources, modules: studied.modules, library })
}

fn write(folder: &Path, pages: &[Page]) -> Done {
    std::fs::create_dir_all(folder).map_err(|error| Stop::io("make the folder", folder, &error))?;
    pages.iter().try_for_each(|page| output::write_whole(&folder.join(&page.name), page.html.as_bytes()))
}

fn tell(args: &Doc, folder: &Path, pages: &[Page]) -> Done {
    let shown = visible(&folder.display().to_string());
    if args.json {
        let page = |page: &Page| ToldPage { file: page.name.clone(), module: page.module.clone() };
        let told = Told { folder: shown, pages: pages.iter().map(page).collect() };
        return output::answer(&serde_json::to_string(&told).expect("texts always have a JSON form"));
    }
    output::answer(&format!(
        "wrote {} pages; the first is {}",
        pages.len(),
        visible(&folder.join("index.html").display().to_string())
    ))
}
