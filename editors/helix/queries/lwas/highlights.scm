; Made from editors/tree-sitter-lwas/queries/highlights.scm, in the names of Helix.
; What is coloured. Where two patterns fit, the later one decides.

; Names

(identifier) @variable
(type_identifier) @type

((identifier) @variable.builtin
  (#any-of? @variable.builtin "now" "caller" "event_seq"))

; Constants are written in capitals.
((type_identifier) @constant
  (#match? @constant "^[A-Z][A-Z0-9_]+$"))

((type_identifier) @type.builtin
  (#any-of? @type.builtin
    "Bag" "Bool" "Currency" "Date" "Decimal" "Duration" "Float" "Int" "List" "Map" "Money" "Number" "Text" "Time"))

(const_item name: (type_identifier) @constant)
(const_item name: (identifier) @constant)

(use_item module: (path [(identifier) (type_identifier)] @namespace))
(accept_item module: (path [(identifier) (type_identifier)] @namespace))
(use_item alias: (identifier) @namespace)
(path (identifier) @namespace . (type_identifier))
(given (path (identifier) @variable))

(field name: [(identifier) (type_identifier)] @variable.other.member)
(computed_field name: [(identifier) (type_identifier)] @variable.other.member)
(initializer name: [(identifier) (type_identifier)] @variable.other.member)
(index_member [(identifier) (type_identifier)] @variable.other.member)
(field_expression field: (identifier) @variable.other.member)
(rule_item field: (path (identifier) @variable.other.member .))

(parameter name: [(identifier) (type_identifier)] @variable.parameter)
(named_argument name: (identifier) @variable.parameter)

(variant name: [(identifier) (type_identifier)] @constructor)
(variant_pattern variant: (path (type_identifier) @constructor .))

(function_item name: [(identifier) (type_identifier)] @function)
(rule_item name: [(identifier) (type_identifier)] @function)
(axiom_item name: [(identifier) (type_identifier)] @function)
(belief_item name: [(identifier) (type_identifier)] @function)
(alert_item name: [(identifier) (type_identifier)] @function)

(call_expression function: (identifier) @function)
(call_expression function: (field_expression field: (identifier) @function))
(aggregate_expression function: (identifier) @function.builtin)
((call_expression function: (identifier) @function.builtin)
  (#any-of? @function.builtin
    "abs" "add_days" "add_months" "alerts" "all" "any" "avg" "ceil" "convert" "count" "date" "day" "days_between"
    "days_in_month" "div" "exact" "exp" "first" "float" "floor" "keys" "last" "length" "ln" "log2" "max" "min" "mod" "month"
    "pow" "quantile" "range" "rate" "resonance" "round" "round_down" "round_half_down" "round_half_even" "round_half_up"
    "round_up" "sort" "split" "split_first" "sqrt" "sum" "values" "weekday" "year" "zip"))

(attribute "@" @attribute name: [(identifier) (type_identifier)] @attribute)

; Words

[
  "use" "accept" "const" "currency" "enum" "record" "event" "state" "journal" "rule" "axiom" "belief" "alert" "test"
  "on" "due" "as" "truth" "given" "changed" "from" "deleted" "when" "message" "let"
] @keyword

["fn" "action" "query"] @keyword.function

["if" "else" "match"] @keyword.control.conditional

["for" "in" "over" "where" "fold" "by"] @keyword.control.repeat

["require" "expect" "reject" "apply" "advance" "at" "with" "emit" "create" "put" "append" "delete" "clear" "alerts"] @keyword

["private" "key" "index" "fixed"] @keyword.storage.modifier

["and" "or" "not"] @keyword.operator
(binary_expression operator: "in" @keyword.operator)

(severity) @constant.builtin
(none) @constant.builtin
["some"] @constant.builtin
(boolean) @constant.builtin.boolean
(wildcard) @variable.builtin

; Literals

(integer) @constant.numeric
(decimal) @constant.numeric
(amount currency: (currency) @constant)
(duration) @constant.numeric
(date) @constant.numeric
(time) @constant.numeric

(string) @string
(string_content) @string
(escape_sequence) @constant.character.escape
(interpolation ["{" "}"] @punctuation.special)

; Signs

["=" "+=" "-=" "==" "!=" "<" "<=" ">" ">=" "+" "-" "*" "/" "??" "?" "|" "->" "=>"] @operator
[":" "," "."] @punctuation.delimiter
["(" ")" "[" "]"] @punctuation.bracket
(block ["{" "}"] @punctuation.bracket)
(fields ["{" "}"] @punctuation.bracket)
(members ["{" "}"] @punctuation.bracket)
(variants ["{" "}"] @punctuation.bracket)
(initializers ["{" "}"] @punctuation.bracket)
(alert_body ["{" "}"] @punctuation.bracket)
(arms ["{" "}"] @punctuation.bracket)
(map ["{" "}"] @punctuation.bracket)
(map_comprehension ["{" "}"] @punctuation.bracket)
(use_item ["{" "}"] @punctuation.bracket)
(accept_item ["{" "}"] @punctuation.bracket)
(type_arguments ["<" ">"] @punctuation.bracket)

; Comments

(comment) @comment.line
(doc_comment) @comment.line.documentation
(module_comment) @comment.line.documentation
