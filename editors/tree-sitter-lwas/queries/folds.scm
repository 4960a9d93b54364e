; What can be folded.

[
  (block)
  (fields)
  (members)
  (variants)
  (initializers)
  (parameters)
  (arguments)
  (arms)
  (alert_body)
  (list)
  (list_comprehension)
  (map)
  (map_comprehension)
] @fold

(doc_comment)+ @fold
(module_comment)+ @fold
