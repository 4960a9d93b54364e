#!/usr/bin/env python3
"""Puts the reference into the book: a preprocessor of mdBook, which gives the book as JSON and takes it back.

Pages in `docs/` and `spec/` link to each other by their places in the repository, so that the links work there. In the book
the pages of `docs/` lie at its root and those of `spec/` below `spec/`: the chapters of the reference are added behind those
of the summary, and relative links are turned to where their page is. What the book has no page of stays as plain text.
"""

import json
import posixpath
import re
import sys
from pathlib import Path

SPEC = Path("spec")

# The pages that have pages of their own below them.
BELOW = {"language.md": "language", "errors/README.md": "errors"}
ORDER = [
    "README.md",
    "language.md",
    "grammar.md",
    "artifact-format.md",
    "packages.md",
    "linking.md",
    "ledger-format.md",
    "ledger-tables.md",
    "value-encoding.md",
    "errors/README.md",
    "decisions.md",
]
LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(([^()\s]+)\)")


def title_of(text, name):
    """The first heading of a page, without marks of code."""
    first = re.search(r"^# (.+)$", text, re.MULTILINE)
    return first[1].replace("`", "") if first else name


def pages_below(page):
    """The pages below another: in the order in which it links to them, and then all others by name."""
    folder = BELOW.get(page)
    if folder is None:
        return []
    names = sorted(path.name for path in (SPEC / folder).glob("*.md") if path.name != "README.md")
    text = (SPEC / page).read_text(encoding="utf-8")
    linked = [posixpath.basename(link) for link in re.findall(r"\]\(([^)#]+\.md)", text)]
    return [f"{folder}/{name}" for name in sorted(names, key=lambda n: linked.index(n) if n in linked else len(linked))]


def chapter(page, number, parents):
    """A page of the reference as a chapter, with those below it. Its number, which the book does not show, says how deep it lies."""
    text = (SPEC / page).read_text(encoding="utf-8")
    name = title_of(text, page)
    path = f"spec/{page}"
    below = [
        {"Chapter": chapter(other, [*number, at], [*parents, name])} for at, other in enumerate(pages_below(page), start=1)
    ]
    return {
        "name": name,
        "content": text,
        "number": number,
        "sub_items": below,
        "path": path,
        "source_path": path,
        "parent_names": parents,
    }


def chapters(items):
    for item in items:
        if isinstance(item, dict) and "Chapter" in item:
            yield item["Chapter"]
            yield from chapters(item["Chapter"]["sub_items"])


def turned(content, path, known):
    """The content of a page with its links turned to where the book has their pages; `path` is the page's own place in it."""

    def place(target):
        """Where a file of the repository lies in the book."""
        if target.startswith("docs/"):
            return target.removeprefix("docs/")
        return target if target.startswith("spec/") else None

    own = path if path.startswith("spec/") else f"docs/{path}"

    def link(match):
        mark, text, target = match.groups()
        if mark or re.match(r"[a-z]+:|#", target):
            return match[0]
        file, _, anchor = target.partition("#")
        there = place(posixpath.normpath(posixpath.join(posixpath.dirname(own), file)))
        if there not in known:
            return text
        anchor = f"#{anchor}" if anchor else ""
        # mdBook makes the index of a folder from its README.
        there = re.sub(r"(^|/)README\.md$", r"\1index.md", there)
        return f"[{text}]({posixpath.relpath(there, posixpath.dirname(path) or '.')}{anchor})"

    # A link's text may hold code, so links are looked for in what is left when blocks of code are taken out.
    parts = re.split(r"(^```.*?^```)", content, flags=re.MULTILINE | re.DOTALL)
    return "".join(part if part.startswith("```") else LINK.sub(link, part) for part in parts)


def main():
    if len(sys.argv) > 1 and sys.argv[1] == "supports":
        return
    _, book = json.load(sys.stdin)
    book["items"].append({"PartTitle": "The reference"})
    before = len(book["items"])
    book["items"].extend({"Chapter": chapter(page, [before + at], [])} for at, page in enumerate(ORDER))
    known = {one["path"] for one in chapters(book["items"])}
    for one in chapters(book["items"]):
        if one["path"]:
            one["content"] = turned(one["content"], one["path"], known)
    json.dump(book, sys.stdout)


main()
