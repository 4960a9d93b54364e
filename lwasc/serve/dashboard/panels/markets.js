// The last that `std.telemetry` has recorded of each market.

import { ask, locate } from '../api.js';
import { at, fill, make, row, say } from '../dom.js';
import { clock, number, reading } from '../format.js';
import { Refresh } from '../refresh.js';

/** How many markets are shown, those that were heard of last. */
const MOST = 24;

/** From which volatility on a market is marked, as the standard library's alert has it. */
const VOLATILE = 50;

/** The entries that are quotes. */
const QUOTE = /^(telemetry\.)?MarketData$/;

/** The panel, where there is telemetry among what is served. */
export function markets(about, failed) {
  const path = locate(about.programs, 'telemetry', ['system', 'report']);
  if (!path) return undefined;
  const refresh = new Refresh(() => load(path).catch(failed), 1000).every(30_000);
  refresh.mark();
  return { concerns: (type) => QUOTE.test(type), stale: () => refresh.mark(), section: at('markets'), first: refresh.first };
}

async function load(path) {
  show((await ask(path('report'))).markets);
}

/** The last record of each market, and the price before it. */
function latest(records) {
  const found = new Map();
  const inOrder = records.toSorted((a, b) => Date.parse(a.timestamp) - Date.parse(b.timestamp));
  for (const record of inOrder) {
    found.set(record.market_id, { ...record, before: found.get(record.market_id)?.price });
  }
  return [...found.values()].reverse();
}

function show(records) {
  const all = latest(records);
  at('markets-table').hidden = all.length === 0;
  at('markets-empty').hidden = all.length > 0;
  const shown = all.slice(0, MOST);
  const count = all.length > MOST ? `${MOST} of ${all.length}` : `${all.length}`;
  say(at('markets-count'), all.length === 1 ? '1 market' : `${count} markets`);
  const create = () => {
    const tr = row('th', 'number', 'number change', 'number volatility')();
    tr.children[0].append(make('span', { class: 'name' }), make('time', { class: 'below' }));
    tr.children[1].append(make('span', { class: 'price' }), make('span', { class: 'below volume' }));
    return tr;
  };
  fill(at('markets-table').tBodies[0], shown, create, (tr, market) => {
    const change = market.before === undefined ? NaN : (market.price / market.before - 1) * 100;
    say(tr.querySelector('.name'), market.market_id);
    say(tr.querySelector('.volume'), number(market.volume));
    say(tr.querySelector('.price'), number(market.price));
    say(tr.children[2], Number.isFinite(change) ? `${change < 0 ? '−' : '+'}${reading(Math.abs(change), 2)} %` : '–');
    say(tr.children[3], number(market.volatility));
    tr.dataset.way = change > 0 ? 'up' : change < 0 ? 'down' : 'none';
    tr.dataset.volatile = market.volatility > VOLATILE;
    clock(tr.querySelector('time'), market.timestamp);
  });
}
