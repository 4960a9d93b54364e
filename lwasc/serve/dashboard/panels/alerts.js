// Alerts as they fire and resolve, and the announcement of it to those who do not see the page.

import { at, fill, make, say } from '../dom.js';
import { ago, clock } from '../format.js';

/** How many of those that are over are shown. */
const PAST = 6;

let before;

/** Shows what `/watch` says, where so many alerts are declared. */
export function alerts({ alerts: firing, transitions }, declared) {
  const order = ['Critical', 'Warning', 'Info'];
  const shown = firing.toSorted((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
  at('alerts-empty').hidden = shown.length > 0;
  say(at('alerts-empty'), declared === 0 ? 'No alert is declared in what is served.' : 'No alert fires.');
  say(at('alerts-count'), shown.length === 0 ? '' : `${shown.length} firing`);
  fill(at('alerts-firing'), shown, alert, (item, told) => {
    item.dataset.severity = told.severity;
    say(item.querySelector('.severity'), told.severity);
    say(item.querySelector('.message'), told.message);
    say(item.querySelector('.source'), told.subject ? `${told.alert}, ${told.subject}` : told.alert);
    clock(item.querySelector('time'), told.since);
  });
  past(transitions.filter((transition) => transition.status === 'Resolved').slice(0, PAST));
  announce(shown);
  document.title = shown.length > 0 ? `(${shown.length}) LwaS` : 'LwaS';
}

const alert = () =>
  make(
    'li',
    {},
    make('span', { class: 'severity' }),
    make('span', { class: 'message' }),
    make('span', { class: 'source' }),
    make('time', { class: 'since' }),
  );

function past(resolved) {
  at('alerts-before').hidden = resolved.length === 0;
  const create = () => make('li', {}, make('span', { class: 'message' }), make('time'));
  fill(at('alerts-past'), resolved, create, (item, told) => {
    say(item.querySelector('.message'), told.message, `${told.severity}, since ${ago(told.since)}`);
    clock(item.querySelector('time'), told.time);
  });
}

/** Says what has begun and what has ended since the last time. */
function announce(shown) {
  const now = new Map(shown.map((alert) => [alert.seq, alert]));
  if (before) {
    const begun = [...now].filter(([seq]) => !before.has(seq)).map(([, a]) => `${a.severity}: ${a.message}.`);
    const over = [...before].filter(([seq]) => !now.has(seq)).map(([, a]) => `Over: ${a.message}.`);
    const words = [...begun, ...over].join(' ');
    if (words) at('alerts-said').textContent = words;
  }
  before = now;
}
