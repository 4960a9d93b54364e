; What `mif`, `mac` and their like select.

(function_item body: (_) @function.inside) @function.around
(rule_item body: (_) @function.inside) @function.around
(axiom_item body: (_) @function.inside) @function.around
(belief_item body: (_) @function.inside) @function.around
(alert_item body: (_) @function.inside) @function.around

(enum_item body: (_) @class.inside) @class.around
(record_item body: (_) @class.inside) @class.around
(event_item body: (_) @class.inside) @class.around
(state_item body: (_) @class.inside) @class.around
(journal_item body: (_) @class.inside) @class.around

(test_item body: (_) @test.inside) @test.around

(parameter) @parameter.inside
(initializer) @entry.inside
(entry) @entry.inside

[(comment) (doc_comment) (module_comment)] @comment.inside
(comment)+ @comment.around
(doc_comment)+ @comment.around
