/**
 * The grammar of LwaS for tree-sitter: what editors colour, fold and index with. `spec/grammar.md` decides; names of rules here
 * are those that queries use. What a table cannot say, such as a bracket that must stand on the line of what it follows, is
 * asked of `src/scanner.c`. Programs without mistakes are read exactly; some with mistakes are read too, for this is no checker.
 *
 * Expressions exist twice. Before a body, as in `if a {`, the first bare `{` opens the body: there `_head` stands, which is
 * `_expression` without what ends with a brace. Both make the same nodes.
 */

/// <reference types="tree-sitter-cli/dsl" />
// @ts-check

// From the loosest to the tightest, as in the table of the reference.
const RANK = { or: 1, and: 2, not: 3, compare: 4, coalesce: 5, sum: 6, product: 7, minus: 8, behind: 9 };

const RESERVED = [
  'and', 'else', 'false', 'fold', 'for', 'if', 'in', 'let', 'match', 'none', 'not', 'or', 'require', 'some', 'true',
];

/** One or more with commas between them; a last comma may stand. */
const commas = (rule) => seq(rule, repeat(seq(',', rule)), optional(','));

/** Any number, apart by commas or line breaks. */
const lines = (rule) => repeat(seq(rule, optional(',')));

const braced = (rule) => seq('{', lines(rule), '}');

/** `#word`, which the scanner has found in its place, as the word itself. */
const word = ($, text) => alias($[`_${text}`], text);

const name = ($) => choice($.identifier, $.type_identifier);

const path = ($) => alias($._dotted, $.path);

/** The operators and what stands behind an operand, of expressions with braces or before a body. */
const operators = ($, { operand, one }) => ({
  unary: () => choice(
    prec(RANK.not, seq(field('operator', 'not'), field('operand', operand))),
    prec(RANK.minus, seq(field('operator', '-'), field('operand', operand))),
  ),
  binary: () => choice(
    ...[
      ['or', RANK.or], ['and', RANK.and],
      ['==', RANK.compare], ['!=', RANK.compare], ['<', RANK.compare], ['<=', RANK.compare], ['>', RANK.compare],
      ['>=', RANK.compare], ['in', RANK.compare],
      ['+', RANK.sum], ['-', RANK.sum], ['*', RANK.product], ['/', RANK.product],
    ].map(([sign, rank]) => prec.left(rank, seq(field('left', operand), field('operator', sign), field('right', operand)))),
    prec.right(RANK.coalesce, seq(field('left', operand), field('operator', '??'), field('right', operand))),
  ),
  call: () => prec(RANK.behind, seq(field('function', operand), field('arguments', $.arguments))),
  index: () => prec(RANK.behind, seq(field('object', operand), field('keys', $.keys))),
  member: () => prec(RANK.behind, seq(field('object', operand), '.', field('field', $._member_name))),
});

module.exports = grammar({
  name: 'lwas',

  word: ($) => $.identifier,

  // In the order of `enum TokenType` in the scanner.
  externals: ($) => [
    $._call_parenthesis,
    $._keys_bracket,
    $._record_brace,
    $._arm_brace,
    $.currency,
    $._with,
    $._label,
    $._create,
    $._put,
    $._append,
    $._delete,
    $._emit,
    $._apply,
    $._expect,
    $._reject,
    $._advance,
    $._clear,
    $._count,
    $._aggregate_name,
    $._key,
    $._index,
    $._fixed,
    $._line_end,
    $._error_sentinel,
  ],

  extras: ($) => [/\s/, '\uFEFF', $.comment, $.doc_comment, $.module_comment],

  reserved: {
    global: () => RESERVED,
    // After `.` every word is a name.
    member: () => [],
  },

  supertypes: ($) => [$._item, $._statement, $._expression, $._pattern],

  // `count(a, b in zip(xs, ys))` has two variables, `count(a, b)` is a call: what comes later decides.
  // So do the rows of a test's cases: `(a)` is a row or a value in parentheses.
  conflicts: ($) => [[$._variables, $._primary], [$.row, $.parenthesized_expression]],

  rules: {
    source_file: ($) => repeat($._item),

    comment: () => token(choice(seq('//', /[^\/!\n][^\n]*/), '//', seq('////', /[^\n]*/))),
    doc_comment: () => token(seq('///', optional(/[^\/\n][^\n]*/))),
    module_comment: () => token(seq('//!', /[^\n]*/)),

    identifier: () => /[a-z_][A-Za-z0-9_]*/,
    type_identifier: () => /[A-Z][A-Za-z0-9_]*/,

    _dotted: ($) => choice($.identifier, $.type_identifier, seq($._dotted, '.', $._member_name)),
    _member_name: ($) => reserved('member', choice($.identifier, $.type_identifier)),

    // A word before `:` is a name, whatever it means elsewhere.
    _labelled: ($) => choice(alias($._label, $.identifier), $.identifier, $.type_identifier),

    // Items

    _item: ($) => choice(
      $.use_item,
      $.accept_item,
      $.const_item,
      $.currency_item,
      $.enum_item,
      $.record_item,
      $.event_item,
      $.state_item,
      $.journal_item,
      $.function_item,
      $.rule_item,
      $.axiom_item,
      $.belief_item,
      $.alert_item,
      $.test_item,
    ),

    attribute: ($) => seq(
      '@',
      field('name', name($)),
      optional(field('arguments', alias($._attribute_arguments, $.arguments))),
    ),
    _attribute_arguments: ($) => seq(alias($._call_parenthesis, '('), optional(commas($._expression)), ')'),

    use_item: ($) => seq(
      repeat($.attribute),
      'use',
      field('module', path($)),
      optional(choice(
        seq('.', '{', lines($.use_name), '}'),
        seq('as', field('alias', name($))),
      )),
    ),
    use_name: ($) => seq(field('name', name($)), optional(seq('as', field('alias', name($))))),

    accept_item: ($) => seq(
      repeat($.attribute),
      'accept',
      field('module', path($)),
      optional(seq('.', '{', lines(field('event', name($))), '}')),
    ),

    const_item: ($) => seq(
      repeat($.attribute),
      'const',
      field('name', $._labelled),
      optional(seq(':', field('type', $.type))),
      '=',
      field('value', $._expression),
    ),

    currency_item: ($) => seq(
      repeat($.attribute),
      'currency',
      field('name', name($)),
      '(',
      field('digits', $.integer),
      ')',
      optional(field('title', $.string)),
    ),

    enum_item: ($) => seq(repeat($.attribute), 'enum', field('name', name($)), field('body', $.variants)),
    variants: ($) => braced($.variant),
    variant: ($) => seq(field('name', name($)), optional(field('payload', $.parameters))),

    record_item: ($) => seq(repeat($.attribute), 'record', field('name', name($)), field('body', $.fields)),
    event_item: ($) => seq(
      repeat($.attribute),
      optional('private'),
      'event',
      field('name', name($)),
      field('body', $.fields),
    ),
    fields: ($) => braced($.field),
    field: ($) => seq(
      field('name', $._labelled),
      ':',
      field('type', $.type),
      repeat(choice(word($, 'key'), word($, 'index'), word($, 'fixed'))),
      optional(seq('=', field('default', $._expression))),
    ),

    state_item: ($) => seq(
      repeat($.attribute),
      'state',
      field('name', name($)),
      optional(field('key', $.key_fields)),
      field('body', $.members),
    ),
    key_fields: ($) => seq('[', lines(alias($.field, $.parameter)), ']'),
    journal_item: ($) => seq(repeat($.attribute), 'journal', field('name', name($)), field('body', $.members)),
    members: ($) => braced(choice($.field, $.computed_field, $.index_member)),
    computed_field: ($) => seq(
      'let',
      field('name', $._labelled),
      optional(seq(':', field('type', $.type))),
      '=',
      field('value', $._expression),
    ),
    index_member: ($) => seq('index', '(', lines(name($)), ')'),

    function_item: ($) => seq(
      repeat($.attribute),
      optional('private'),
      choice('fn', 'action', 'query'),
      field('name', name($)),
      field('parameters', $.parameters),
      optional(seq('->', field('result', $.type))),
      field('body', $.block),
    ),
    parameters: ($) => seq('(', lines(alias($.field, $.parameter)), ')'),

    rule_item: ($) => seq(
      repeat($.attribute),
      'rule',
      field('name', name($)),
      choice(seq('on', field('event', path($))), seq('due', field('field', path($)))),
      optional(seq('as', field('variable', name($)))),
      field('body', $.block),
    ),

    axiom_item: ($) => seq(
      repeat($.attribute),
      'axiom',
      field('name', name($)),
      optional($.given),
      optional($.rows),
      field('body', $.block),
    ),

    belief_item: ($) => seq(
      repeat($.attribute),
      'belief',
      field('name', name($)),
      'truth',
      field('truth', choice($.integer, $.decimal)),
      optional($.given),
      optional($.rows),
      field('body', $.block),
    ),

    given: ($) => seq('given', path($), repeat(seq(',', path($)))),

    rows: ($) => seq(
      'for',
      field('variable', name($)),
      'in',
      field('source', path($)),
      optional(choice(seq('changed', 'from', field('before', name($))), 'deleted')),
      optional(seq('where', field('filter', $._head))),
    ),

    alert_item: ($) => seq(
      repeat($.attribute),
      'alert',
      field('name', name($)),
      field('severity', alias(choice('info', 'warning', 'critical'), $.severity)),
      optional($.rows),
      field('body', $.alert_body),
    ),
    alert_body: ($) => seq(
      '{',
      'when',
      field('condition', $._expression),
      optional(seq('for', field('lasts', $.duration))),
      optional(seq('message', field('message', $._expression))),
      '}',
    ),

    test_item: ($) => seq(
      repeat($.attribute),
      'test',
      field('name', $.string),
      optional($.cases),
      field('body', $.block),
    ),
    // Only of several names there may be a table, with a row for each case.
    cases: ($) => seq(
      'for',
      field('variable', name($)),
      choice(
        seq('in', field('source', $._head)),
        seq(
          repeat1(seq(',', field('variable', name($)))),
          'in',
          field('source', choice($._head, prec.dynamic(1, alias($._case_rows, $.list)))),
        ),
      ),
    ),
    _case_rows: ($) => seq('[', commas($.row), ']'),
    row: ($) => seq('(', optional(commas($._expression)), ')'),

    type: ($) => seq(
      field('name', path($)),
      optional(seq('(', field('digits', $.integer), ')')),
      optional(field('arguments', $.type_arguments)),
      optional('?'),
    ),
    type_arguments: ($) => seq('<', $.type, repeat(seq(',', $.type)), '>'),

    // Statements

    block: ($) => seq('{', repeat($._statement), '}'),

    _statement: ($) => choice(
      $.let_statement,
      $.require_statement,
      $.for_statement,
      $.delete_statement,
      $.emit_statement,
      $.clear_statement,
      $.apply_statement,
      $.reject_statement,
      $.advance_statement,
      $.expect_statement,
      $.assignment,
      $.expression_statement,
    ),

    // One that begins with `if` or `match` ends at its `}`.
    expression_statement: ($) => choice($._expression, prec(1, choice($.if_expression, $.match_expression))),

    let_statement: ($) => seq(
      'let',
      field('name', $._labelled),
      optional(seq(':', field('type', $.type))),
      '=',
      field('value', $._expression),
    ),

    require_statement: ($) => seq(
      'require',
      field('condition', $._expression),
      'else',
      field('message', $._expression),
    ),

    for_statement: ($) => seq('for', $._head_binder, field('body', $.block)),

    delete_statement: ($) => seq(word($, 'delete'), field('row', path($)), optional(field('keys', $.keys))),

    emit_statement: ($) => seq(word($, 'emit'), field('event', $._expression)),

    clear_statement: ($) => seq(word($, 'clear'), 'alerts'),

    apply_statement: ($) => seq(
      word($, 'apply'),
      field('event', $._expression),
      optional(seq('at', field('time', $._expression))),
    ),

    reject_statement: ($) => prec.right(seq(
      word($, 'reject'),
      field('event', $._expression),
      optional(seq('at', field('time', $._expression))),
      repeat(choice(seq('with', field('reason', $._expression)), seq('by', field('axiom', path($))))),
    )),

    advance_statement: ($) => seq(word($, 'advance'), field('duration', $._expression)),

    expect_statement: ($) => seq(word($, 'expect'), field('condition', $._expression)),

    assignment: ($) => seq(
      field('target', $._expression),
      field('operator', choice('=', '+=', '-=')),
      field('value', $._expression),
    ),

    // Expressions

    _expression: ($) => choice(
      $.binary_expression,
      $.unary_expression,
      $.call_expression,
      $.index_expression,
      $.field_expression,
      $.with_expression,
      $.record_expression,
      $.write_expression,
      $.map,
      $.map_comprehension,
      $._primary,
    ),

    _head: ($) => choice(
      alias($._head_binary, $.binary_expression),
      alias($._head_unary, $.unary_expression),
      alias($._head_call, $.call_expression),
      alias($._head_index, $.index_expression),
      alias($._head_field, $.field_expression),
      $._primary,
    ),

    unary_expression: ($) => operators($, { operand: $._expression }).unary(),
    binary_expression: ($) => operators($, { operand: $._expression }).binary(),
    call_expression: ($) => operators($, { operand: $._expression }).call(),
    index_expression: ($) => operators($, { operand: $._expression }).index(),
    field_expression: ($) => operators($, { operand: $._expression }).member(),

    _head_unary: ($) => operators($, { operand: $._head }).unary(),
    _head_binary: ($) => operators($, { operand: $._head }).binary(),
    _head_call: ($) => operators($, { operand: $._head }).call(),
    _head_index: ($) => operators($, { operand: $._head }).index(),
    _head_field: ($) => operators($, { operand: $._head }).member(),

    _primary: ($) => choice(
      $.identifier,
      $.type_identifier,
      $._literal,
      $.some_expression,
      $.aggregate_expression,
      $.parenthesized_expression,
      $.list,
      $.list_comprehension,
      $.fold_expression,
      $.if_expression,
      $.match_expression,
    ),

    _literal: ($) => choice(
      $.integer,
      $.decimal,
      $.amount,
      $.duration,
      $.date,
      $.time,
      $.string,
      $.boolean,
      $.none,
    ),

    with_expression: ($) => prec(RANK.behind, seq(
      field('record', $._expression),
      alias($._with, 'with'),
      field('fields', alias($._plain_initializers, $.initializers)),
    )),

    record_expression: ($) => seq(
      field('type', choice($.type_identifier, alias($._scoped_type, $.scoped_type))),
      field('fields', $.initializers),
    ),
    _scoped_type: ($) => prec(RANK.behind, seq(field('module', $._expression), '.', field('name', $.type_identifier))),
    initializers: ($) => seq(alias($._record_brace, '{'), lines($.initializer), '}'),
    _plain_initializers: ($) => braced($.initializer),
    initializer: ($) => seq(field('name', $._labelled), optional(seq(':', field('value', $._expression)))),

    write_expression: ($) => seq(
      field('operation', choice(word($, 'create'), word($, 'put'), word($, 'append'))),
      field('row', path($)),
      optional(field('keys', $.keys)),
      field('fields', alias($._plain_initializers, $.initializers)),
    ),

    arguments: ($) => seq(
      alias($._call_parenthesis, '('),
      optional(choice(
        seq(commas($._argument), optional(seq('for', $._binder))),
        seq($._expression, 'by', field('order', $._expression)),
      )),
      ')',
    ),
    _argument: ($) => choice($._expression, $.named_argument),
    named_argument: ($) => seq(field('name', alias($._label, $.identifier)), ':', field('value', $._expression)),

    // `count(a in Account where …)`: in these a variable may stand at once.
    aggregate_expression: ($) => prec(RANK.behind, choice(
      seq(field('function', alias($._count, $.identifier)), field('arguments', alias($._count_arguments, $.arguments))),
      seq(
        field('function', alias($._aggregate_name, $.identifier)),
        field('arguments', alias($._aggregate_arguments, $.arguments)),
      ),
    )),
    _count_arguments: ($) => seq(
      alias($._call_parenthesis, '('),
      optional(choice(
        prec.dynamic(1, $._binder),
        seq(commas($._argument), optional(seq('for', $._binder))),
      )),
      ')',
    ),
    _aggregate_arguments: ($) => seq(
      alias($._call_parenthesis, '('),
      optional(choice(
        prec.dynamic(1, seq(optional(seq($._argument, ',')), $._binder)),
        seq(commas($._argument), optional(seq('for', $._binder))),
      )),
      ')',
    ),

    keys: ($) => seq(alias($._keys_bracket, '['), commas($._expression), ']'),

    some_expression: ($) => seq('some', '(', field('value', $._expression), ')'),
    parenthesized_expression: ($) => seq('(', $._expression, ')'),

    list: ($) => seq('[', optional(commas($._expression)), ']'),
    list_comprehension: ($) => seq('[', field('value', $._expression), 'for', $._binder, ']'),

    map: ($) => braced($.entry),
    map_comprehension: ($) => seq('{', $.entry, 'for', $._binder, '}'),
    entry: ($) => seq(
      field('key', choice($._expression, alias($._label, $.identifier))),
      ':',
      field('value', $._expression),
    ),

    fold_expression: ($) => seq(
      'fold',
      field('name', $._labelled),
      optional(seq(':', field('type', $.type))),
      '=',
      field('initial', $._expression),
      'for',
      $._head_binder,
      field('body', $.block),
    ),

    _binder: ($) => seq(
      $._variables,
      'in',
      field('source', $._expression),
      optional(seq('over', field('window', $._expression))),
      optional(seq('where', field('filter', $._expression))),
    ),
    _head_binder: ($) => seq(
      $._variables,
      'in',
      field('source', $._head),
      optional(seq('over', field('window', $._head))),
      optional(seq('where', field('filter', $._head))),
    ),
    _variables: ($) => seq(field('variable', name($)), repeat(seq(',', field('variable', name($))))),

    if_expression: ($) => prec.right(seq(
      'if',
      field('condition', $._head),
      field('consequence', $.block),
      optional(seq('else', field('alternative', choice($.if_expression, $.block)))),
    )),

    match_expression: ($) => seq('match', field('subject', $._head), field('body', $.arms)),
    arms: ($) => braced($.arm),
    arm: ($) => seq(field('pattern', $._pattern), '=>', field('value', choice(alias($._arm_block, $.block), $._arm_statement))),
    // Behind `=>` a `{` opens a block, never a map.
    _arm_block: ($) => seq(alias($._arm_brace, '{'), repeat($._statement), '}'),
    // Behind `=>` an `if` or `match` may go on, and is the only one of its kind.
    _arm_statement: ($) => choice(
      $._expression,
      $.let_statement,
      $.require_statement,
      $.for_statement,
      $.delete_statement,
      $.emit_statement,
      $.clear_statement,
      $.apply_statement,
      $.reject_statement,
      $.advance_statement,
      $.expect_statement,
      $.assignment,
    ),

    _pattern: ($) => choice($.alternatives, $._single_pattern),
    alternatives: ($) => seq($._single_pattern, repeat1(seq('|', $._single_pattern))),
    _single_pattern: ($) => choice($.wildcard, $.some_pattern, $.variant_pattern, $._literal),
    wildcard: () => '_',
    some_pattern: ($) => seq('some', '(', choice($.wildcard, field('variable', name($))), ')'),
    variant_pattern: ($) => seq(field('variant', path($)), optional($.bindings)),
    bindings: ($) => seq('(', optional(commas(choice($.wildcard, field('variable', name($))))), ')'),

    // Literals

    integer: () => /[0-9](_?[0-9])*/,
    decimal: () => /[0-9](_?[0-9])*(\.[0-9](_?[0-9])*%?|%)/,
    amount: ($) => seq(field('number', choice($.integer, $.decimal)), field('currency', $.currency)),
    duration: () => /([0-9]+(ms|us|d|h|m|s))+/,
    date: () => /@[0-9]{4}-[0-9]{2}-[0-9]{2}/,
    time: () => /@[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?Z/,
    boolean: () => choice('true', 'false'),
    none: () => 'none',

    // A text that nobody has closed yet ends on its line, so that the rest of the file keeps its colours while one types.
    string: ($) => seq(
      '"',
      repeat(choice($.string_content, $.escape_sequence, $.interpolation)),
      choice(token.immediate('"'), $._line_end),
    ),
    string_content: () => token.immediate(prec(1, /[^"\\{\n]+/)),
    escape_sequence: () => token.immediate(/\\(["\\nt{]|u\{[0-9A-Fa-f]{1,6}\})/),
    interpolation: ($) => seq(token.immediate('{'), $._expression, '}'),
  },
});
