//! The page of each error code, from `spec/errors/`.

/// (code, page), in order of code.
pub const PAGES: &[(&str, &str)] = &include!(concat!(env!("OUT_DIR"), "/pages.rs"));

/// The page of a code, in Markdown; the code's letters may be small.
pub fn page(code: &str) -> Option<&'static str> {
    let code = code.to_ascii_uppercase();
    PAGES.binary_search_by_key(&code.as_str(), |(code, _)| code).ok().map(|at| PAGES[at].1)
}
