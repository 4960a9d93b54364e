//! Addresses and paths. An editor speaks of files by address; programs lie at paths. A text that was never saved has an address of
//! another kind and gets a folder of its own, in which nothing lies.

use lsp_types::Uri;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use url::Url;

/// The path at which an address lies for programs.
pub fn path(uri: &Uri) -> PathBuf {
    let of_file =
        Url::parse(uri.as_str()).ok().filter(|url| url.scheme() == "file").and_then(|url| url.to_file_path().ok());
    of_file.unwrap_or_else(|| Path::new(&uri.as_str().replace('/', "_")).join("unsaved.lwas"))
}

/// The address of a file; none where its path is not whole.
pub fn uri(path: &Path) -> Option<Uri> {
    let url = Url::from_file_path(path).ok()?;
    Uri::from_str(url.as_str()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_come_back() {
        let there = Path::new("/tmp/a folder/ü #1%.lwas");
        assert_eq!(path(&uri(there).expect("a whole path")), there);
        assert_eq!(uri(Path::new("not/whole")), None);
        let unsaved = path(&Uri::from_str("untitled:Untitled-1").expect("an address"));
        assert_eq!(unsaved, Path::new("untitled:Untitled-1/unsaved.lwas"));
    }
}
