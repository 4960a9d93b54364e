//! A piece of machine code, as one unit became it: bytes that can lie anywhere, and the places in them that are filled in when
//! the object is put together. Pieces can be kept as bytes; what is read back is checked, so that bytes which are none are
//! noticed here and not when they run.

use cranelift_codegen::binemit::Reloc;

/// Machine code of a unit or an entry point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    /// The instructions.
    pub(crate) code: Vec<u8>,
    /// What its address must be a multiple of.
    pub(crate) align: u32,
    /// Bytes of stack, with what the call itself takes.
    pub(crate) frame: u64,
    /// In order of offset.
    pub(crate) links: Vec<Link>,
}

/// A place in the code that says how far something else is from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Link {
    /// Where.
    pub(crate) offset: u32,
    /// How it is written there.
    pub(crate) kind: Reloc,
    /// What it leads to.
    pub(crate) target: Target,
    /// What is added.
    pub(crate) addend: i64,
}

/// What a link leads to, in the numbers of the unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// A called function. An entry point calls number 0.
    Callee(u32),
    /// The word that holds the function's own number.
    Own,
    /// The word that holds a host function's number.
    Host(u32),
    /// The word that holds a text's place in program memory.
    Text(u32),
}

impl Target {
    /// As two numbers, which Cranelift calls a name.
    pub(crate) fn name(self) -> (u32, u32) {
        match self {
            Target::Callee(place) => (0, place),
            Target::Own => (1, 0),
            Target::Host(place) => (2, place),
            Target::Text(place) => (3, place),
        }
    }

    /// From its name.
    pub(crate) fn named(name: (u32, u32)) -> Option<Target> {
        match name {
            (0, place) => Some(Target::Callee(place)),
            (1, 0) => Some(Target::Own),
            (2, place) => Some(Target::Host(place)),
            (3, place) => Some(Target::Text(place)),
            _ => None,
        }
    }
}

/// How many of each a unit has.
#[derive(Clone, Copy)]
pub(crate) struct Counts {
    pub(crate) callees: usize,
    pub(crate) hosts: usize,
    pub(crate) texts: usize,
}

/// The kinds of link that occur; a number is never given to another.
const KINDS: [Reloc; 6] = [
    Reloc::X86CallPCRel4,
    Reloc::X86CallPLTRel4,
    Reloc::X86PCRel4,
    Reloc::Arm64Call,
    Reloc::Aarch64AdrPrelPgHi21,
    Reloc::Aarch64AddAbsLo12Nc,
];

/// Bytes that a link fills in.
const FILLED: usize = 4;

/// More stack than this no function has: what the chain may take is far less.
const MOST_FRAME: u64 = 1 << 40;

impl Piece {
    /// As bytes.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(16 + 22 * self.links.len() + self.code.len());
        bytes.extend_from_slice(&self.align.to_le_bytes());
        bytes.extend_from_slice(&self.frame.to_le_bytes());
        bytes.extend_from_slice(&(self.links.len() as u32).to_le_bytes());
        for link in &self.links {
            let kind = KINDS.iter().position(|kind| *kind == link.kind).expect("a piece has only links of these kinds");
            let (space, place) = link.target.name();
            bytes.extend_from_slice(&link.offset.to_le_bytes());
            bytes.extend_from_slice(&[kind as u8, space as u8]);
            bytes.extend_from_slice(&place.to_le_bytes());
            bytes.extend_from_slice(&link.addend.to_le_bytes());
        }
        bytes.extend_from_slice(&self.code);
        bytes
    }

    /// From bytes; none when they are no piece of a unit with these counts.
    pub(crate) fn from_bytes(bytes: &[u8], counts: Counts) -> Option<Piece> {
        let (align, bytes) = bytes.split_first_chunk()?;
        let (frame, bytes) = bytes.split_first_chunk()?;
        let (count, mut bytes) = bytes.split_first_chunk()?;
        let mut links = Vec::new();
        for _ in 0..u32::from_le_bytes(*count) {
            let (offset, rest) = bytes.split_first_chunk()?;
            let ([kind, space], rest) = rest.split_first_chunk()?;
            let (place, rest) = rest.split_first_chunk()?;
            let (addend, rest) = rest.split_first_chunk()?;
            bytes = rest;
            links.push(Link {
                offset: u32::from_le_bytes(*offset),
                kind: *KINDS.get(usize::from(*kind))?,
                target: Target::named((u32::from(*space), u32::from_le_bytes(*place)))?,
                addend: i64::from_le_bytes(*addend),
            });
        }
        let (align, frame) = (u32::from_le_bytes(*align), u64::from_le_bytes(*frame));
        let piece = Piece { code: bytes.to_vec(), align, frame, links };
        piece.is_sound(counts).then_some(piece)
    }

    /// Whether everything in it is in range.
    pub(crate) fn is_sound(&self, counts: Counts) -> bool {
        let link_is_sound = |link: &Link| {
            let inside = (link.offset as usize).checked_add(FILLED).is_some_and(|end| end <= self.code.len());
            let known = match link.target {
                Target::Callee(place) => (place as usize) < counts.callees,
                Target::Own => true,
                Target::Host(place) => (place as usize) < counts.hosts,
                Target::Text(place) => (place as usize) < counts.texts,
            };
            inside && known && KINDS.contains(&link.kind)
        };
        let aligned = self.align.is_power_of_two() && self.align <= 4096;
        aligned && self.frame < MOST_FRAME && !self.code.is_empty() && self.links.iter().all(link_is_sound)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COUNTS: Counts = Counts { callees: 1, hosts: 0, texts: 1 };

    fn piece() -> Piece {
        let link = |offset, target| Link { offset, kind: Reloc::X86CallPCRel4, target, addend: -4 };
        let links = vec![link(1, Target::Callee(0)), link(6, Target::Own), link(10, Target::Text(0))];
        Piece { code: vec![0x90; 14], align: 16, frame: 48, links }
    }

    #[test]
    fn what_was_kept_comes_back() {
        assert_eq!(Piece::from_bytes(&piece().to_bytes(), COUNTS), Some(piece()));
    }

    #[test]
    fn bytes_that_are_no_piece_are_noticed() {
        let bytes = piece().to_bytes();
        for length in 0..bytes.len() - 3 {
            assert_eq!(Piece::from_bytes(&bytes[..length], COUNTS), None, "{length} bytes");
        }
        for (place, value) in [(0, 3), (11, 1), (15, 1), (16, 0xff), (20, 6), (21, 4), (21, 2), (22, 1)] {
            let mut wrong = bytes.clone();
            wrong[place] = value;
            assert_eq!(Piece::from_bytes(&wrong, COUNTS), None, "byte {place} as {value}");
        }
        let none = Counts { callees: 0, hosts: 0, texts: 0 };
        assert_eq!(Piece::from_bytes(&bytes, none), None, "a unit without callees and texts");
    }
}
