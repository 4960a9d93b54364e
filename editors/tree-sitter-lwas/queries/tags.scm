; What is declared in a file, and what is called.

(function_item name: (_) @name) @definition.function
(rule_item name: (_) @name) @definition.function
(axiom_item name: (_) @name) @definition.function
(belief_item name: (_) @name) @definition.function
(alert_item name: (_) @name) @definition.function
(test_item name: (string (string_content) @name)) @definition.function
(const_item name: (_) @name) @definition.constant
(currency_item name: (_) @name) @definition.constant
(enum_item name: (_) @name) @definition.type
(record_item name: (_) @name) @definition.class
(event_item name: (_) @name) @definition.class
(state_item name: (_) @name) @definition.class
(journal_item name: (_) @name) @definition.class

(call_expression function: (identifier) @name) @reference.call
(call_expression function: (field_expression field: (identifier) @name)) @reference.call
(record_expression type: (type_identifier) @name) @reference.class
(record_expression type: (scoped_type name: (type_identifier) @name)) @reference.class
