; Lines between brackets stand one step further in.

[
  (block)
  (fields)
  (members)
  (variants)
  (initializers)
  (parameters)
  (key_fields)
  (arguments)
  (keys)
  (arms)
  (alert_body)
  (list)
  (list_comprehension)
  (map)
  (map_comprehension)
  (parenthesized_expression)
] @indent

["}" ")" "]"] @outdent
