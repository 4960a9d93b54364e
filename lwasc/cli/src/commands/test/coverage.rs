//! What the tests have reached of the program's own modules: functions and rules, ways of branches, axioms. Points and counts come in, and
//! go out as a text, as LCOV's trace file, as pages, and as part of the closing JSON object; `gaps` puts into words what was not reached.

mod gaps;
mod html;
mod lcov;
mod text;

use crate::args::{Percent, Test};
use crate::exit::{self, Done, Stop};
use lwas_base::SourceMap;
use lwas_ir::coverage::{BranchKind, Counts, FunctionKind, Points, Way as WayPoint};
use lwas_ir::{FuncId, Module as Ir, Place};
use serde::Serialize;
use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

/// What was reached of a program.
pub struct Coverage {
    /// The folder below which its files lie.
    root: PathBuf,
    /// In the order of the program.
    modules: Vec<Module>,
}

/// What was reached of a module.
struct Module {
    path: String,
    /// The path of its source below the folder.
    file: String,
    source: String,
    functions: Vec<Function>,
    branches: Vec<Branch>,
    axioms: Vec<Axiom>,
    /// How often a line was begun: of several statements on it the one that was most often.
    lines: BTreeMap<u32, u64>,
}

struct Function {
    kind: FunctionKind,
    name: String,
    place: Place,
    calls: u64,
}

struct Branch {
    kind: BranchKind,
    place: Place,
    /// Whether it stands in a function that was never called, or an axiom that was never asked.
    is_dead: bool,
    /// How often each way was taken; of arms where they stand.
    ways: Vec<(u64, Option<Place>)>,
}

struct Axiom {
    name: String,
    place: Place,
    asked: u64,
    rejected: u64,
}

/// So many of so many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Share {
    reached: usize,
    of: usize,
}

impl Share {
    fn count(reached: impl IntoIterator<Item = bool>) -> Share {
        let mut share = Share::default();
        for one in reached {
            share.of += 1;
            share.reached += usize::from(one);
        }
        share
    }

    fn and(self, other: Share) -> Share {
        Share { reached: self.reached + other.reached, of: self.of + other.of }
    }

    /// `91.6%`, cut off and not rounded, so that only all of it is 100%.
    fn percent(self) -> String {
        let thousandths = (self.reached * 1000).checked_div(self.of).unwrap_or(1000);
        format!("{}.{}%", thousandths / 10, thousandths % 10)
    }
}

impl Module {
    fn functions(&self) -> Share {
        Share::count(self.functions.iter().map(|function| function.calls > 0))
    }

    fn branches(&self) -> Share {
        Share::count(self.branches.iter().flat_map(|branch| &branch.ways).map(|(taken, _)| *taken > 0))
    }

    /// Each axiom counts twice: whether it was asked, and whether it has rejected anything.
    fn axioms(&self) -> Share {
        Share::count(self.axioms.iter().flat_map(|axiom| [axiom.asked > 0, axiom.rejected > 0]))
    }

    fn all(&self) -> Share {
        self.functions().and(self.branches()).and(self.axioms())
    }
}

impl Coverage {
    /// Puts points and counts together. What the compiler has made several functions of is one thing here.
    pub fn new(root: &Path, sources: &SourceMap, module: &Ir, points: &Points, counts: &Counts) -> Coverage {
        let one = |(path, file): &(String, String)| {
            let source = sources.files().find(|(_, known)| known.path == *file);
            let here = |place: &Place| module.sources.get(place.file as usize) == Some(file);
            Module {
                path: path.clone(),
                file: file.clone(),
                source: source.map(|(_, known)| known.text.to_string()).unwrap_or_default(),
                functions: functions(points, counts, here),
                branches: branches(points, counts, here),
                axioms: axioms(points, counts, here),
                lines: lines(points, counts, here),
            }
        };
        Coverage { root: root.to_owned(), modules: points.modules.iter().map(one).collect() }
    }

    /// Everything together.
    pub fn all(&self) -> Share {
        self.modules.iter().map(Module::all).fold(Share::default(), Share::and)
    }

    /// Writes the files that are asked for.
    pub fn write(&self, args: &Test) -> Done {
        if let Some(path) = &args.coverage_lcov {
            lcov::write(self, path)?;
        }
        if let Some(folder) = &args.coverage_html {
            html::write(self, folder)?;
        }
        Ok(())
    }

    /// The table and what was not reached, for people.
    pub fn text(&self) -> String {
        text::text(self)
    }

    /// The same for tools.
    pub fn json(&self) -> impl Serialize {
        #[derive(Serialize)]
        struct One {
            module: String,
            file: String,
            functions: Share,
            branches: Share,
            axioms: Share,
            not_reached: Vec<gaps::Gap>,
        }
        #[derive(Serialize)]
        struct All {
            reached: usize,
            of: usize,
            modules: Vec<One>,
        }
        let one = |module: &Module| One {
            module: module.path.clone(),
            file: module.file.clone(),
            functions: module.functions(),
            branches: module.branches(),
            axioms: module.axioms(),
            not_reached: gaps::gaps(module),
        };
        let Share { reached, of } = self.all();
        All { reached, of, modules: self.modules.iter().map(one).collect() }
    }

    /// Whether as much was reached as is wanted.
    pub fn demand(&self, wanted: Option<Percent>) -> Done {
        let all = self.all();
        match wanted {
            Some(wanted) if all.reached * 10_000 < wanted.hundredths() * all.of => {
                let message =
                    format!("{} of {} were reached, {}: less than {wanted}", all.reached, all.of, all.percent());
                Err(Stop::new(exit::REFUSED, message))
            }
            _ => Ok(()),
        }
    }
}

fn functions(points: &Points, counts: &Counts, here: impl Fn(&Place) -> bool) -> Vec<Function> {
    let points = points.functions.iter().filter(|point| here(&point.place));
    let function = |point: &lwas_ir::coverage::FunctionPoint| Function {
        kind: point.kind,
        name: point.name.clone(),
        place: point.place,
        calls: counts.called(point.func),
    };
    let mut all: Vec<Function> = points.map(function).collect();
    all.sort_by_key(|function| function.place);
    all
}

fn branches(points: &Points, counts: &Counts, here: impl Fn(&Place) -> bool) -> Vec<Branch> {
    let uncalled = points.functions.iter().filter(|point| counts.called(point.func) == 0).map(|point| point.func);
    let unasked = points.axioms.iter().filter(|point| counts.reached(point.asked) == 0).map(|point| point.asked.func);
    let dead: HashSet<FuncId> = uncalled.chain(unasked).collect();
    let mut found: BTreeMap<(Place, BranchKind), Branch> = BTreeMap::new();
    for point in points.branches.iter().filter(|point| here(&point.place)) {
        let is_dead = dead.contains(&point.func);
        let ways = point.ways.iter().map(|way| {
            let place = if let WayPoint::At(_, place) = way { Some(*place) } else { None };
            (counts.taken(point.func, way), place)
        });
        let new = Branch { kind: point.kind, place: point.place, is_dead, ways: ways.collect() };
        match found.get_mut(&(point.place, point.kind)) {
            Some(known) => {
                known.is_dead &= is_dead;
                known.ways.iter_mut().zip(new.ways).for_each(|(known, new)| known.0 += new.0);
            }
            None => {
                found.insert((point.place, point.kind), new);
            }
        }
    }
    found.into_values().collect()
}

fn axioms(points: &Points, counts: &Counts, here: impl Fn(&Place) -> bool) -> Vec<Axiom> {
    let points = points.axioms.iter().filter(|point| here(&point.place));
    let axiom = |point: &lwas_ir::coverage::AxiomPoint| Axiom {
        name: point.name.clone(),
        place: point.place,
        asked: counts.reached(point.asked),
        rejected: counts.rejected(point.number),
    };
    let mut all: Vec<Axiom> = points.map(axiom).collect();
    all.sort_by_key(|axiom| axiom.place);
    all
}

/// The lines on which functions, axioms and statements begin.
fn lines(points: &Points, counts: &Counts, here: impl Fn(&Place) -> bool) -> BTreeMap<u32, u64> {
    let functions = points.functions.iter().map(|point| (point.place, counts.called(point.func)));
    let axioms = points.axioms.iter().map(|point| (point.place, counts.reached(point.asked)));
    let statements = points.statements.iter().map(|point| (point.place, counts.reached(point.at)));
    // What the compiler has made several functions of was reached as often as in all of them.
    let mut places: BTreeMap<Place, u64> = BTreeMap::new();
    statements.filter(|(place, _)| here(place)).for_each(|(place, count)| *places.entry(place).or_default() += count);
    let mut lines = BTreeMap::new();
    for (place, count) in functions.chain(axioms).filter(|(place, _)| here(place)).chain(places) {
        let most = lines.entry(place.line).or_default();
        *most = count.max(*most);
    }
    lines
}

/// The word of the language.
fn word(kind: FunctionKind) -> &'static str {
    match kind {
        FunctionKind::Rule => "rule",
        FunctionKind::Action => "action",
        FunctionKind::Fn => "fn",
        FunctionKind::Query => "query",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(line: u32) -> Place {
        Place { file: 0, line, column: 3, width: 1 }
    }

    /// A module with a function that was called, a rule that was not, and an axiom that was asked.
    pub(super) fn module() -> Module {
        let function = |kind, name: &str, line, calls| Function { kind, name: name.into(), place: place(line), calls };
        let branch = |kind, line, is_dead, taken: [u64; 2]| {
            let ways = taken.map(|taken| (taken, None)).into();
            Branch { kind, place: place(line), is_dead, ways }
        };
        Module {
            path: "fees".into(),
            file: "fees.lwas".into(),
            source: "fn fee() -> Int {\n  if true { 1 } else { 2 }\n}\n".repeat(5),
            functions: vec![function(FunctionKind::Fn, "fee", 1, 3), function(FunctionKind::Rule, "take", 9, 0)],
            branches: vec![branch(BranchKind::If, 2, false, [3, 0]), branch(BranchKind::Require, 10, true, [0, 0])],
            axioms: vec![Axiom { name: "small".into(), place: place(12), asked: 3, rejected: 0 }],
            lines: [(1, 3), (2, 3), (9, 0), (10, 0), (12, 3)].into(),
        }
    }

    #[test]
    fn shares_count_each_way_and_each_axiom_twice() {
        let module = module();
        assert_eq!(module.functions(), Share { reached: 1, of: 2 });
        assert_eq!(module.branches(), Share { reached: 1, of: 4 });
        assert_eq!(module.axioms(), Share { reached: 1, of: 2 });
        let coverage = Coverage { root: PathBuf::new(), modules: vec![module] };
        assert!(coverage.demand("37.5".parse().ok()).is_ok());
        assert!(coverage.demand("37.51".parse().ok()).is_err());
        assert!(coverage.demand(None).is_ok());
    }

    #[test]
    fn what_was_not_reached_is_said_once() {
        let gaps: Vec<_> = gaps::gaps(&module()).into_iter().map(|gap| (gap.line, gap.message)).collect();
        let wanted = [
            (2, "this condition is never false"),
            (9, "rule `take` never runs"),
            (12, "axiom `small` never rejects anything"),
        ];
        assert_eq!(gaps, wanted.map(|(line, message)| (line, message.to_owned())));
    }

    #[test]
    fn only_all_of_it_is_all_of_it() {
        assert_eq!(Share { reached: 1999, of: 2000 }.percent(), "99.9%");
        assert_eq!(Share { reached: 2000, of: 2000 }.percent(), "100.0%");
        assert_eq!(Share::default().percent(), "100.0%");
    }
}
