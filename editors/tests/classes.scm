; What kind of thing a token is, as far as a grammar made of regular expressions can tell too: `textmate.test.mjs` compares.

[(comment) (doc_comment) (module_comment)] @comment
(string_content) @text
(escape_sequence) @escape
[(integer) (decimal) (duration) (date) (time)] @number
(boolean) @literal
(none) @literal
(currency) @currency
(attribute name: (_) @attribute)

[
  "if" "else" "match" "for" "in" "fold" "let" "require" "and" "or" "not" "use" "accept" "const" "currency" "enum" "record" "event"
  "state" "journal" "rule" "axiom" "belief" "alert" "test" "fn" "action" "query" "private" "on" "due" "as" "truth" "given"
  "changed" "from" "deleted" "when" "message" "key" "index" "fixed" "over" "where" "by" "with" "at" "create" "put" "append"
  "delete" "emit" "apply" "expect" "reject" "advance" "clear" "alerts"
] @word

(field name: (identifier) @label)
(parameter name: (identifier) @label)
(initializer name: (identifier) @name)
(named_argument name: (identifier) @label)
(let_statement name: (identifier) @name)
(field_expression field: (identifier) @name)
(identifier) @name
(type_identifier) @name
["=" "+=" "-=" "==" "!=" "<=" ">=" "+" "-" "*" "/" "??" "->" "=>" "|"] @sign
