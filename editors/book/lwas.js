// LwaS for highlight.js, which colours the blocks of the book. mdBook has coloured its page before this is read, so what is
// LwaS on it is coloured here. Words that mean something only in their place are told by what stands behind them; before `:`
// and behind `.` every word is a name.

(() => {
  const NAME = '[A-Za-z_]\\w*';
  const RESERVED = 'and else false fold for if in let match none not or require some true';
  const TYPES = 'Bag Bool Currency Date Decimal Duration Float Int List Map Money Number Text Time';
  const FUNCTIONS =
    'abs add_days add_months alerts all any avg ceil convert count date day days_between days_in_month div exact exp first ' +
    'float floor keys last length ln log2 max min mod month pow quantile range rate resonance round round_down ' +
    'round_half_down round_half_even round_half_up round_up sort split split_first sqrt sum values weekday year zip';
  const ITEMS = 'state|journal|event|enum|record|const|currency|fn|action|query|rule|axiom|belief|alert|use|accept|private';
  // A value on the same line, and a name there.
  const VALUE = '(?=[ \\t]+(?!(?:and|else|for|in|or)\\b)[\\w"(@[{])(?!\\s*:)';
  const NAMED = `(?=[ \\t]+(?!(?:${RESERVED.replaceAll(' ', '|')})\\b)[A-Za-z_])(?!\\s*:)`;
  // What stands behind a field's type.
  const FIELD = 'key|index|fixed';
  const FREE = '(?<![.\\w])';

  const lwas = (hljs) => {
    const word = (begin) => ({ className: 'keyword', begin: FREE + begin, relevance: 0 });
    const code = [
      { className: 'meta', begin: `@${NAME}` },
      { className: 'number', begin: '@\\d{4}-\\d{2}-\\d{2}(?:T[\\d:.]+Z)?' },
      { className: 'number', begin: '\\b(?:\\d+(?:ms|us|[dhms]))+\\b' },
      { className: 'number', begin: '\\b\\d[\\d_]*(?:\\.\\d[\\d_]*)?%?', relevance: 0 },
      { begin: `\\.\\s*${NAME}`, relevance: 0 },
      { className: 'attr', begin: `${FREE}${NAME}(?=\\s*:)`, relevance: 0 },
      word(`(?:${ITEMS})\\b${NAMED}`),
      word('test\\b(?=\\s*")'),
      word('(?:on|due|as|given|changed|from)\\b(?=\\s+[A-Za-z_])'),
      word(`(?:create|put|append|delete|emit|apply|clear)\\b${NAMED}`),
      word('(?:expect|reject)\\b(?=\\s*(?!(?:and|else|in|or)\\b)[\\w"(@[{-])'),
      word('advance\\b(?=[ \\t]+[\\w"@])'),
      word(`(?:where|over|by|with|at|when|message|truth)\\b${VALUE}`),
      word('deleted\\b(?=\\s*\\{|\\s+where\\b)'),
      { className: 'keyword', begin: `(?<=[\\w)>?][ \\t]+)(?:${FIELD})\\b(?=\\s*(?:[,}=)\\]]|$|//|${FIELD}))`, relevance: 0 },
      { className: 'keyword', begin: '(?<=(?:^|[{,])\\s*)index(?=\\s*\\()', relevance: 0 },
      { className: 'built_in', begin: `\\b(?:${FUNCTIONS.replaceAll(' ', '|')})(?=\\()`, relevance: 0 },
      { className: 'title', begin: '\\b[a-z_]\\w*(?=\\()', relevance: 0 },
      { className: 'type', begin: '\\b[A-Z]\\w*', relevance: 0 },
    ];
    // Words that no mode has taken.
    const keywords = {
      $pattern: NAME,
      keyword: 'and else fold for if in let match not or require',
      literal: 'true false none some info warning critical',
      built_in: 'now caller event_seq',
    };
    const hole = { className: 'subst', begin: '\\{', end: '(?=[}"{\\n])', keywords, contains: code };
    const text = {
      className: 'string',
      begin: '"',
      end: '"|$',
      contains: [{ className: 'string', begin: '\\\\(?:u\\{[0-9A-Fa-f]+\\}|.)' }, hole],
    };
    // Types and names of the language read alike.
    code.at(-1).keywords = { $pattern: NAME, built_in: TYPES };
    return {
      name: 'LwaS',
      keywords,
      contains: [{ className: 'comment', begin: '//', end: '$' }, text, ...code],
    };
  };

  if (typeof module !== 'undefined') {
    module.exports = lwas;
    return;
  }
  const { hljs } = window;
  hljs.registerLanguage('lwas', lwas);
  hljs.registerAliases('lwas-part', { languageName: 'lwas' });
  for (const block of document.querySelectorAll('code.language-lwas, code.language-lwas-part')) {
    hljs.highlightBlock(block);
  }
})();
