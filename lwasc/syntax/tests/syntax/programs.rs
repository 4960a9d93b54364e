//! Whole programs.

use super::tree;

#[test]
fn a_marketplace() {
    insta::assert_snapshot!(tree(include_str!("programs/taste.lwas")));
}

#[test]
fn a_ledger() {
    insta::assert_snapshot!(tree(include_str!("programs/ledger.lwas")));
}
