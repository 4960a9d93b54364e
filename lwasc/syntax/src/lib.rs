//! Text to tree: tokens, grammar, tree.
