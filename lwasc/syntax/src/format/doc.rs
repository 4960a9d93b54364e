//! Documents: text with places where a line may break, after Wadler's "A prettier printer". A document comes in, text goes
//! out in which every group stands on one line if it fits there. Comments end their line whatever stands behind them and
//! lists drop or gain a comma where they break, which is why a general library would not do.

/// The widest line, in characters.
const WIDTH: usize = 140;

/// Text with places where a line may break.
#[derive(Debug)]
pub(super) enum Doc<'a> {
    /// A token, without line breaks.
    Text(&'a str),
    /// A comment at the end of a line; it does not count as width, so that it never breaks what it stands behind.
    Comment(&'a str),
    /// A place where the line breaks if its group does, with what is written before the break or in its place.
    Line { flat: &'static str, broken: &'static str },
    /// A line break, perhaps with an empty line.
    Hard { blank: bool },
    /// All of these, one after the other.
    All(Vec<Doc<'a>>),
    /// The same, with lines that begin further right where the group breaks.
    Nest(usize, Vec<Doc<'a>>),
    /// The same on one line if it fits, unless it is `broken` from the start; `many`: something in it is.
    Group { docs: Vec<Doc<'a>>, broken: bool, many: bool },
}

impl<'a> Doc<'a> {
    /// A group that breaks by itself where it must: a comment in it ends a line.
    pub(super) fn group(docs: Vec<Doc<'a>>, broken: bool) -> Doc<'a> {
        let broken = broken || docs.iter().any(Doc::has_hard);
        let many = broken || docs.iter().any(Doc::is_many);
        Doc::Group { docs, broken, many }
    }

    /// Whether it is on several lines in any case.
    pub(super) fn is_many(&self) -> bool {
        match self {
            Doc::Hard { .. } => true,
            Doc::All(docs) | Doc::Nest(_, docs) => docs.iter().any(Doc::is_many),
            Doc::Group { many, .. } => *many,
            Doc::Text(_) | Doc::Comment(_) | Doc::Line { .. } => false,
        }
    }

    /// The same, groups in it not counted.
    fn has_hard(&self) -> bool {
        match self {
            Doc::Hard { .. } => true,
            Doc::All(docs) | Doc::Nest(_, docs) => docs.iter().any(Doc::has_hard),
            _ => false,
        }
    }
}

/// A document that is still to be written: how far right its lines begin, whether its lines break.
type Open<'d, 'a> = (usize, bool, &'d Doc<'a>);

/// Writes a document.
pub(super) fn print(doc: &Doc<'_>) -> String {
    let mut out = String::new();
    let mut column = 0;
    let mut stack: Vec<Open<'_, '_>> = vec![(0, true, doc)];
    while let Some((indent, breaks, doc)) = stack.pop() {
        match doc {
            Doc::Text(text) => write(&mut out, &mut column, indent, text),
            Doc::Comment(text) => {
                if column > 0 {
                    write(&mut out, &mut column, indent, " ");
                }
                write(&mut out, &mut column, indent, text);
            }
            Doc::Line { flat, .. } if !breaks => write(&mut out, &mut column, indent, flat),
            Doc::Line { broken, .. } => {
                write(&mut out, &mut column, indent, broken);
                out.push('\n');
                column = 0;
            }
            Doc::Hard { blank } => {
                out.push_str(if *blank { "\n\n" } else { "\n" });
                column = 0;
            }
            Doc::All(docs) => stack.extend(docs.iter().rev().map(|doc| (indent, breaks, doc))),
            Doc::Nest(by, docs) => {
                let indent = if breaks { indent + by } else { indent };
                stack.extend(docs.iter().rev().map(|doc| (indent, breaks, doc)));
            }
            Doc::Group { docs, broken, .. } => {
                let begin = if column == 0 { indent } else { column };
                let breaks = *broken || !fits(begin, docs, &stack);
                stack.extend(docs.iter().rev().map(|doc| (indent, breaks, doc)));
            }
        }
    }
    out
}

fn write(out: &mut String, column: &mut usize, indent: usize, text: &str) {
    if text.is_empty() {
        return;
    }
    if *column == 0 {
        out.extend(std::iter::repeat_n(' ', indent));
        *column = indent;
    }
    out.push_str(text);
    *column += text.chars().count();
}

/// Whether these fit on the rest of the line without a break, and so does what follows them up to where it may break.
fn fits(mut column: usize, docs: &[Doc<'_>], after: &[Open<'_, '_>]) -> bool {
    let mut open: Vec<(bool, &Doc<'_>)> = docs.iter().rev().map(|doc| (false, doc)).collect();
    let mut after = after.iter().rev();
    while column <= WIDTH {
        let next = open.pop().or_else(|| after.next().map(|(_, breaks, doc)| (*breaks, *doc)));
        let Some((breaks, doc)) = next else { return true };
        match doc {
            Doc::Text(text) => column += text.chars().count(),
            Doc::Comment(_) => {}
            Doc::Line { broken, .. } if breaks => return column + broken.len() <= WIDTH,
            Doc::Line { flat, .. } => column += flat.len(),
            Doc::Hard { .. } => return true,
            Doc::All(docs) | Doc::Nest(_, docs) => open.extend(docs.iter().rev().map(|doc| (breaks, doc))),
            Doc::Group { docs, broken, .. } => {
                open.extend(docs.iter().rev().map(|doc| (breaks || *broken, doc)));
            }
        }
    }
    false
}
