//! What fails, made short: lines and then tokens are taken away as long as the same thing goes wrong.

use super::corpus::Program;
use super::pieces::{cut, join};
use super::pipeline;
use std::path::Path;

/// The same complaint in a shorter program. Complaints are the same when they begin alike, places and values aside.
pub fn shorten(program: &Program, complaint: &str, folder: &Path) -> Program {
    let mut shortest = program.clone();
    let fails =
        |candidate: &Program| pipeline::run(candidate, folder).is_err_and(|other| sort(&other) == sort(complaint));
    for file in 0..shortest.files.len() {
        for parts_of in [lines, tokens] {
            let mut parts = parts_of(&shortest.files[file].1);
            let mut size = parts.len().div_ceil(2);
            while size > 0 {
                let mut at = 0;
                while at < parts.len() {
                    let mut fewer = parts.clone();
                    fewer.drain(at..(at + size).min(parts.len()));
                    let mut candidate = shortest.clone();
                    candidate.files[file].1 = fewer.concat();
                    if fails(&candidate) {
                        (parts, shortest) = (fewer, candidate);
                    } else {
                        at += size;
                    }
                }
                size /= 2;
            }
        }
    }
    shortest
}

fn lines(text: &str) -> Vec<String> {
    text.split_inclusive('\n').map(str::to_owned).collect()
}

fn tokens(text: &str) -> Vec<String> {
    cut(text).iter().map(|piece| join(std::slice::from_ref(piece))).collect()
}

/// What a complaint is about: its first words, without what differs from program to program.
fn sort(complaint: &str) -> String {
    complaint.chars().filter(|c| !c.is_ascii_digit()).take(60).collect()
}
