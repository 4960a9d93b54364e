//! Doc comments: Markdown, of which raw HTML is shown as it is typed, and links lead only to addresses of the web, of mail and of the same page.

use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, html};

/// A doc comment as HTML.
pub fn to_html(docs: &str) -> String {
    let parser = Parser::new_ext(docs, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH);
    let mut text = String::new();
    html::push_html(&mut text, parser.map(harmless));
    text
}

/// The first paragraph as HTML, for lists of items.
pub fn summary(docs: &str) -> String {
    to_html(docs.split("\n\n").next().unwrap_or_default())
}

fn harmless(event: Event<'_>) -> Event<'_> {
    match event {
        Event::Html(text) | Event::InlineHtml(text) => Event::Text(text),
        Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
            Event::Start(Tag::Link { link_type, dest_url: address(dest_url), title, id })
        }
        // What a picture shows lies somewhere else, which a page never asks.
        Event::Start(Tag::Image { link_type, dest_url, title, id }) => {
            Event::Start(Tag::Link { link_type, dest_url: address(dest_url), title, id })
        }
        Event::End(pulldown_cmark::TagEnd::Image) => Event::End(pulldown_cmark::TagEnd::Link),
        event => event,
    }
}

fn address(url: CowStr<'_>) -> CowStr<'_> {
    let is_known = ["https://", "http://", "mailto:", "#"].iter().any(|start| url.starts_with(start));
    let is_relative = !url.split(['/', '?', '#']).next().unwrap_or_default().contains(':') && !url.starts_with("//");
    if is_known || is_relative { url } else { "#".into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_but_markdown_becomes_markup() {
        let docs = "A *fee*: <script>alert(1)</script>, `a < b`, [x](javascript:alert(1)), [y](https://example.org), ![z](//e.org/p.png)";
        let text = to_html(docs);
        assert!(text.contains("<em>fee</em>") && text.contains("<code>a &lt; b</code>"), "{text}");
        assert!(!text.contains("<script") && !text.contains("javascript:") && !text.contains("<img"), "{text}");
        assert!(text.contains("href=\"https://example.org\"") && !text.contains("//e.org"), "{text}");
    }
}
