; Made from editors/tree-sitter-lwas/queries/locals.scm, in the names of Helix.
; Where names are known that stand for a value in one place only.

[
  (function_item)
  (rule_item)
  (axiom_item)
  (belief_item)
  (alert_item)
  (test_item)
  (block)
  (for_statement)
  (fold_expression)
  (list_comprehension)
  (map_comprehension)
  (arguments)
  (arm)
] @local.scope

(parameter name: (identifier) @local.definition.variable)
(let_statement name: (identifier) @local.definition.variable)
(for_statement variable: (identifier) @local.definition.variable)
(fold_expression name: (identifier) @local.definition.variable)
(fold_expression variable: (identifier) @local.definition.variable)
(list_comprehension variable: (identifier) @local.definition.variable)
(map_comprehension variable: (identifier) @local.definition.variable)
(arguments variable: (identifier) @local.definition.variable)
(rule_item variable: (identifier) @local.definition.variable)
(rows variable: (identifier) @local.definition.variable)
(rows before: (identifier) @local.definition.variable)
(cases variable: (identifier) @local.definition.variable)
(some_pattern variable: (identifier) @local.definition.variable)
(bindings variable: (identifier) @local.definition.variable)

(identifier) @local.reference
