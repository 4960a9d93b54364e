// What the table of the grammar cannot say about a token: whether it stands on the line of the one before it, and which word
// or sign comes behind it. Called where such a token may stand; it takes one, or nothing, and keeps no state between calls.

#include "tree_sitter/parser.h"

#include <string.h>

// In the order of `externals` in `grammar.js`.
enum TokenType {
  CALL_PARENTHESIS,
  KEYS_BRACKET,
  RECORD_BRACE,
  ARM_BRACE,
  CURRENCY,
  WITH,
  LABEL,
  CREATE,
  PUT,
  APPEND,
  DELETE,
  EMIT,
  APPLY,
  EXPECT,
  REJECT,
  ADVANCE,
  CLEAR,
  COUNT,
  AGGREGATE_NAME,
  KEY,
  INDEX,
  FIXED,
  LINE_END,
  ERROR_SENTINEL,
};

// No word that matters here is longer.
enum { LONGEST = 10 };

// What must come behind a word, for it to be more than a name.
enum Behind { ANYTHING, NAME, VALUE, VALUE_OR_BRACKET, PARENTHESIS, BRACE, ALERTS };

typedef struct {
  const char *text;
  enum TokenType token;
  enum Behind behind;
  // Whether it must stand on the line of what it follows.
  bool same_line;
} Word;

static const Word WORDS[] = {
    {"with", WITH, BRACE, false},
    {"create", CREATE, NAME, false},
    {"put", PUT, NAME, false},
    {"append", APPEND, NAME, false},
    {"delete", DELETE, NAME, false},
    {"emit", EMIT, NAME, false},
    {"apply", APPLY, NAME, false},
    {"expect", EXPECT, VALUE_OR_BRACKET, false},
    {"reject", REJECT, VALUE_OR_BRACKET, false},
    {"advance", ADVANCE, VALUE, false},
    {"clear", CLEAR, ALERTS, false},
    {"count", COUNT, PARENTHESIS, false},
    {"first", AGGREGATE_NAME, PARENTHESIS, false},
    {"last", AGGREGATE_NAME, PARENTHESIS, false},
    {"rate", AGGREGATE_NAME, PARENTHESIS, false},
    {"key", KEY, ANYTHING, true},
    {"index", INDEX, ANYTHING, true},
    {"fixed", FIXED, ANYTHING, true},
};

// Reserved words, which are no names, and those of them with which no value begins.
static const char *const RESERVED[] = {"and", "else", "false", "fold", "for",     "if",   "in",  "let",
                                       "match", "none", "not", "or",   "require", "some", "true"};
static const char *const OPERATORS[] = {"and", "else", "in", "or"};

static bool is_digit(int32_t c) { return c >= '0' && c <= '9'; }
static bool is_capital(int32_t c) { return c >= 'A' && c <= 'Z'; }
static bool begins_word(int32_t c) { return is_capital(c) || (c >= 'a' && c <= 'z') || c == '_'; }
static bool goes_on_word(int32_t c) { return begins_word(c) || is_digit(c); }
static bool is_blank(int32_t c) { return c == ' ' || c == '\t' || c == '\r'; }

// Reads a word into `text`, which stays empty where the word is too long to matter.
static void read_word(TSLexer *lexer, char text[LONGEST + 1]) {
  unsigned length = 0;
  while (goes_on_word(lexer->lookahead)) {
    if (length < LONGEST) {
      text[length] = (char)lexer->lookahead;
    }
    length++;
    lexer->advance(lexer, false);
  }
  text[length <= LONGEST ? length : 0] = '\0';
}

static bool is_one_of(const char *text, const char *const *words, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (strcmp(text, words[i]) == 0) {
      return true;
    }
  }
  return false;
}
#define IS_ONE_OF(text, words) is_one_of(text, words, sizeof(words) / sizeof(words[0]))

// Whether what a word wants stands behind it on its line; blanks have been passed.
static bool is_behind(TSLexer *lexer, enum Behind wanted) {
  int32_t next = lexer->lookahead;
  char text[LONGEST + 1] = "";
  switch (wanted) {
    case ANYTHING:
      return true;
    case PARENTHESIS:
      return next == '(';
    case BRACE:
      return next == '{';
    case ALERTS:
      read_word(lexer, text);
      return strcmp(text, "alerts") == 0;
    case NAME:
      if (!begins_word(next)) {
        return false;
      }
      read_word(lexer, text);
      return !IS_ONE_OF(text, RESERVED);
    case VALUE:
    case VALUE_OR_BRACKET:
      if (begins_word(next)) {
        read_word(lexer, text);
        return !IS_ONE_OF(text, OPERATORS);
      }
      if (is_digit(next) || next == '"' || next == '@') {
        return true;
      }
      return wanted == VALUE_OR_BRACKET && (next == '(' || next == '[' || next == '{' || next == '-');
  }
  return false;
}

// A word: a label before `:`, a currency behind its number, or one that means something in its place.
static bool scan_word(TSLexer *lexer, const bool *valid, bool same_line) {
  char text[LONGEST + 1] = "";
  bool capital = is_capital(lexer->lookahead);
  read_word(lexer, text);
  lexer->mark_end(lexer);
  if (capital && same_line && valid[CURRENCY]) {
    lexer->result_symbol = CURRENCY;
    return true;
  }
  while (is_blank(lexer->lookahead)) {
    lexer->advance(lexer, false);
  }
  if (lexer->lookahead == ':') {
    lexer->result_symbol = LABEL;
    return valid[LABEL];
  }
  for (size_t i = 0; i < sizeof(WORDS) / sizeof(WORDS[0]); i++) {
    const Word *word = &WORDS[i];
    if (valid[word->token] && (same_line || !word->same_line) && strcmp(text, word->text) == 0) {
      lexer->result_symbol = word->token;
      return is_behind(lexer, word->behind);
    }
  }
  return false;
}

static bool scan_bracket(TSLexer *lexer, const bool *valid, enum TokenType token) {
  if (!valid[token]) {
    return false;
  }
  lexer->advance(lexer, false);
  lexer->mark_end(lexer);
  lexer->result_symbol = token;
  return true;
}

void *tree_sitter_lwas_external_scanner_create(void) { return NULL; }

void tree_sitter_lwas_external_scanner_destroy(void *payload) { (void)payload; }

unsigned tree_sitter_lwas_external_scanner_serialize(void *payload, char *buffer) {
  (void)payload;
  (void)buffer;
  return 0;
}

void tree_sitter_lwas_external_scanner_deserialize(void *payload, const char *buffer, unsigned length) {
  (void)payload;
  (void)buffer;
  (void)length;
}

bool tree_sitter_lwas_external_scanner_scan(void *payload, TSLexer *lexer, const bool *valid) {
  (void)payload;
  // While it recovers from a mistake tree-sitter allows every token: nothing can be told from the place then.
  if (valid[ERROR_SENTINEL]) {
    return false;
  }
  if (valid[LINE_END]) {
    bool ends = lexer->lookahead == '\n' || lexer->lookahead == '\r' || lexer->eof(lexer);
    lexer->result_symbol = LINE_END;
    return ends;
  }
  bool same_line = true;
  while (is_blank(lexer->lookahead) || lexer->lookahead == '\n') {
    same_line = same_line && lexer->lookahead != '\n';
    lexer->advance(lexer, true);
  }
  if (begins_word(lexer->lookahead)) {
    return scan_word(lexer, valid, same_line);
  }
  if (lexer->lookahead == '{' && valid[ARM_BRACE]) {
    return scan_bracket(lexer, valid, ARM_BRACE);
  }
  if (!same_line) {
    return false;
  }
  switch (lexer->lookahead) {
    case '(':
      return scan_bracket(lexer, valid, CALL_PARENTHESIS);
    case '[':
      return scan_bracket(lexer, valid, KEYS_BRACKET);
    case '{':
      return scan_bracket(lexer, valid, RECORD_BRACE);
    default:
      return false;
  }
}
