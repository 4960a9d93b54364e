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

(parameter name: (identifier) @local.definition)
(let_statement name: (identifier) @local.definition)
(for_statement variable: (identifier) @local.definition)
(fold_expression name: (identifier) @local.definition)
(fold_expression variable: (identifier) @local.definition)
(list_comprehension variable: (identifier) @local.definition)
(map_comprehension variable: (identifier) @local.definition)
(arguments variable: (identifier) @local.definition)
(rule_item variable: (identifier) @local.definition)
(rows variable: (identifier) @local.definition)
(rows before: (identifier) @local.definition)
(cases variable: (identifier) @local.definition)
(some_pattern variable: (identifier) @local.definition)
(bindings variable: (identifier) @local.definition)

(identifier) @local.reference
