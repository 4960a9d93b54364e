//! Shapes that chance does not find: very deep, very wide, very long. Each ends with a message or with code that runs, on a
//! stack of the size that the command line gives itself.

use crate::corpus::Program;
use crate::pipeline::{Reached, run};
use std::thread;

/// As the command line has it.
const STACK_BYTES: usize = 64 << 20;

fn reached(name: &'static str, text: String) -> Reached {
    let work = move || {
        let folder = tempfile::tempdir().expect("there is a folder for what passes");
        let file = format!("{name}.lwas");
        let program = Program { name: name.to_owned(), entry: file.clone(), files: vec![(file, text)] };
        run(&program, folder.path()).unwrap_or_else(|complaint| panic!("{name}: {complaint}"))
    };
    let thread = thread::Builder::new().stack_size(STACK_BYTES).spawn(work).expect("a thread can be started");
    thread.join().expect("the shape is borne")
}

fn test_of(expression: &str) -> String {
    format!("test \"t\" {{\n  expect {expression}\n}}\n")
}

#[test]
fn deep_shapes_compile_or_are_told() {
    let nested = |open: &str, inner: &str, close: &str, depth: usize| {
        format!("fn f(x: Int) -> Int {{ {}{inner}{} }}\n", open.repeat(depth), close.repeat(depth))
    };
    let ifs = nested("if x > 0 { ", "x", " } else { 0 }", 150) + &test_of("f(3) == 3");
    assert_eq!(reached("deep_ifs", ifs), Reached::Ran(1));
    let parentheses = nested("(", "x", ")", 180) + &test_of("f(3) == 3");
    assert_eq!(reached("deep_parentheses", parentheses), Reached::Ran(1));
    let calls = format!("fn g(x: Int) -> Int {{ x }}\n{}{}", nested("g(", "x", ")", 180), test_of("f(3) == 3"));
    assert_eq!(reached("deep_calls", calls), Reached::Ran(1));
    assert_eq!(reached("too_deep", nested("(", "x", ")", 5_000)), Reached::Told);
    let chain = format!("fn f(x: Int) -> Int {{ {}x }}\n{}", "x + ".repeat(900), test_of("f(1) == 901"));
    assert_eq!(reached("long_chain", chain), Reached::Ran(1));
    let too_long = format!("fn f(x: Int) -> Int {{ {}x }}\n", "x + ".repeat(100_000));
    assert_eq!(reached("too_long_chain", too_long), Reached::Told);
}

#[test]
fn wide_shapes_compile() {
    let fields: String = (0..200).map(|n| format!("  f{n}: Int = {n}\n")).collect();
    let state = format!("state Wide {{\n{fields}}}\n{}", test_of("Wide.f199 == 199"));
    assert_eq!(reached("wide_state", state), Reached::Ran(1));
    let variants: String = (0..1_000).map(|n| format!("V{n}, ")).collect();
    let arms: String = (0..1_000).map(|n| format!("    V.V{n} => {n}\n")).collect();
    let body = format!("fn f(v: V) -> Int {{\n  match v {{\n{arms}  }}\n}}\n");
    let many = format!("enum V {{ {variants} }}\n{body}{}", test_of("f(V.V999) == 999"));
    assert_eq!(reached("wide_enum", many), Reached::Ran(1));
    let functions: String = (0..1_000).map(|n| format!("fn f{n}(x: Int) -> Int {{ x + {n} }}\n")).collect();
    assert_eq!(reached("many_functions", functions + &test_of("f999(1) == 1000")), Reached::Ran(1));
    let tests: String = (0..500).map(|n| format!("test \"t{n}\" {{ expect {n} == {n} }}\n")).collect();
    assert_eq!(reached("many_tests", tests), Reached::Ran(500));
}

#[test]
fn odd_texts_compile_or_are_told() {
    let name = "a".repeat(10_000);
    let long = format!("fn {name}() -> Int {{ 7 }}\n{}", test_of(&format!("{name}() == 7")));
    assert_eq!(reached("long_name", long), Reached::Ran(1));
    let dos = format!("fn f() -> Int {{ 7 }}\n{}", test_of("f() == 7")).replace('\n', "\r\n").replace("  ", "\t");
    assert_eq!(reached("line_ends_and_tabs", dos), Reached::Ran(1));
    let marked = format!("\u{feff}fn f() -> Int {{ 7 }}\n{}", test_of("f() == 7"));
    // Editors of some systems put a byte order mark there; whatever is decided about it, it is no panic.
    assert!(matches!(reached("byte_order_mark", marked), Reached::Told | Reached::Ran(1)));
    assert_eq!(reached("empty", String::new()), Reached::Ran(0));
    assert_eq!(reached("comment_only", "// nothing".to_owned()), Reached::Ran(0));
}
