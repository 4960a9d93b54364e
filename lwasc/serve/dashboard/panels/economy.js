// Equity, profitability, transactions and growth: `std.economy`, served by itself or imported by a program.

import { ask, locate, Unknown } from '../api.js';
import { amounts, Line } from '../charts.js';
import { at, expect, fill, make, row, say } from '../dom.js';
import { isReading } from '../entries.js';
import { clock, minute, money, number, percent, signed, span } from '../format.js';
import { Refresh } from '../refresh.js';

/** How many transactions are shown. */
const LATEST = 8;

/**
 * Figures beside the equity: name, the query, and how its answer is told. Those that look at the whole history are asked less
 * often.
 */
const FIGURES = [
  ['Profitability', 'metrics', (answer, currency) => money(answer.current_profitability, currency)],
  ['Transactions', 'metrics', (answer) => number(answer.transaction_count)],
  ['Average', 'metrics', (answer, currency) => money(answer.average_transaction_value, currency)],
  ['Revenue', 'revenue', (answer) => money(answer.amount, answer.currency)],
  ['Refund rate', 'refund_rate', percent],
  ['Active customers', 'active_customers', number],
  ['Conversion', 'conversion', percent],
];
const SELDOM = new Set(['active_customers', 'conversion']);
const SELDOM_MS = 15_000;

/** Types whose amounts go out. */
const OUT = new Set(['Refund', 'Commission']);

/** The panel, where there is an economy among what is served. */
export function economy(about, failed) {
  const path = locate(about.programs, 'economy', ['metrics', 'equity']);
  if (!path) return undefined;
  const figures = FIGURES.filter(([, query]) => path(query));
  fill(at('economy-figures'), figures, figure, (element, [name]) => say(element.firstElementChild, name));
  // What is there of transactions is no more than what is in the log behind its first two entries.
  const entries = Number(about.seq) - 1;
  expect(at('by-type').tBodies[0], entries > 0 ? 4 : 0, typeRow);
  expect(at('transactions').tBodies[0], Math.min(entries, LATEST), transactionRow);
  const panel = { path, failed, figures, currency: '', seldom: 0, answers: new Map() };
  panel.line = new Line(at('equity-line'), {
    series: [['--accent', false]],
    unit: amounts(() => panel.currency),
    told: (place) => caption(panel, place),
  });
  const refresh = new Refresh(() => load(panel).catch(failed), 1000).every(30_000);
  refresh.mark();
  return { concerns: (type) => !isReading(type), stale: () => refresh.mark(), section: at('economy'), first: refresh.first };
}

const figure = () => make('div', {}, make('dt'), make('dd', { class: 'figure wait' }, '0,000.00'));

async function load(panel) {
  await answers(panel, ['equity', 'metrics', 'revenue', 'refund_rate', 'by_type', 'latest', 'equity_over_time']);
  show(panel);
  if (panel.seldom !== 0 && performance.now() - panel.seldom < SELDOM_MS) return;
  panel.seldom = performance.now();
  answers(panel, [...SELDOM]).then(() => show(panel), panel.failed);
}

/** Asks queries and keeps their answers, or why there are none. */
function answers(panel, queries) {
  const asked = queries.filter(panel.path).map(async (query) => {
    try {
      panel.answers.set(query, { answer: await ask(panel.path(query) + (query === 'latest' ? `?limit=${LATEST}` : '')) });
    } catch (why) {
      if (why instanceof Unknown) throw why;
      panel.answers.set(query, { why });
    }
  });
  return Promise.all(asked);
}

function show(panel) {
  const told = (query) => panel.answers.get(query) ?? {};
  const { answer: equity, why } = told('equity');
  panel.currency = equity?.currency ?? '';
  say(at('equity'), equity ? money(equity.total_equity, equity.currency) : '–', why?.message ?? '');
  growth(told('metrics').answer, told('equity_over_time').answer);
  panel.figures.forEach(([, query, tell], place) => {
    const { answer, why } = told(query);
    if (answer === undefined && why === undefined) return;
    const text = answer === undefined ? '–' : tell(answer, panel.currency);
    say(at('economy-figures').children[place].lastElementChild, text, why?.message ?? '');
  });
  byType(told('by_type').answer ?? []);
  transactions(told('latest').answer);
  line(panel, told('equity_over_time').answer);
}

/** The change of equity over the period, which is as long as the line. */
function growth(metrics, points) {
  const rate = metrics?.growth_rate ?? null;
  const element = at('growth');
  const told = rate === null ? 'no growth to tell yet' : `${signed(rate)} % ${period(points)}`;
  if (element.textContent !== told) element.replaceChildren(told);
  element.dataset.way = rate === null || /^-?0*\.?0*$/.test(rate) ? 'none' : rate.startsWith('-') ? 'down' : 'up';
  const updated = metrics?.last_updated;
  if (updated) when(at('economy-when'), 'last transaction ', updated);
}

function period(points) {
  if (!points || points.length < 2) return 'over the period';
  return `in ${span((Date.parse(points.at(-1).time) - Date.parse(points[0].time)) / 1000 + 1)}`;
}

/** A text before a time that tells how long ago it was. */
function when(element, words, time) {
  if (!element.querySelector('time')) element.replaceChildren(words, make('time'));
  clock(element.querySelector('time'), time);
}

function typeRow() {
  const tr = row('th', 'bars', 'number')();
  tr.children[1].append(make('span', { class: 'bar', 'aria-hidden': 'true' }));
  return tr;
}

function transactionRow() {
  const tr = row('th id', '', 'number', 'when')();
  tr.children[3].append(make('time'));
  return tr;
}

function byType(lines) {
  const largest = Math.max(...lines.map((line) => Math.abs(Number(line.amount.amount))), 0);
  at('by-type').hidden = lines.length === 0;
  at('by-type-empty').hidden = lines.length > 0;
  fill(at('by-type').tBodies[0], lines, typeRow, (tr, { tx_type, amount }) => {
    const goesOut = OUT.has(tx_type);
    say(tr.children[0], tx_type);
    const isNothing = Number(amount.amount) === 0;
    say(tr.children[2], (goesOut && !isNothing ? '−' : '') + money(amount.amount, amount.currency));
    tr.dataset.way = isNothing ? 'none' : goesOut ? 'down' : 'up';
    tr.querySelector('.bar').style.setProperty('--share', largest > 0 ? Math.abs(Number(amount.amount)) / largest : 0);
  });
}

function transactions(latest) {
  if (!latest) return;
  at('transactions').hidden = latest.length === 0;
  at('transactions-empty').hidden = latest.length > 0;
  fill(at('transactions').tBodies[0], latest.toReversed(), transactionRow, (tr, past) => {
    const goesOut = OUT.has(past.tx_type);
    say(tr.children[0], past.id, past.id);
    say(tr.children[1], past.tx_type);
    say(tr.children[2], (goesOut ? '−' : '') + money(past.amount, past.currency));
    tr.dataset.way = goesOut ? 'down' : 'up';
    clock(tr.querySelector('time'), past.timestamp);
  });
}

function line(panel, points) {
  at('equity-line').closest('figure').hidden = !points;
  if (!points || points.length === 0) return;
  panel.points = points;
  panel.line.show([points.map((p) => Date.parse(p.time) / 1000), points.map((p) => Number(p.equity))]);
  caption(panel);
}

/** What is told under the line: the point that the pointer is at, else its ends. */
function caption(panel, place) {
  const { points, currency } = panel;
  if (!points) return;
  const [first, last, here] = [points[0], points.at(-1), points[place]];
  const ends = `${money(first.equity, currency)} on ${minute(first.time)}, ${money(last.equity, currency)} now`;
  say(at('equity-caption'), here ? `${money(here.equity, currency)} on ${minute(here.time)}` : ends);
  at('equity-line').setAttribute('aria-label', `Equity over time: ${ends}`);
}
