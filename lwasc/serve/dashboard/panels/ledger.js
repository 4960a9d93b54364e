// The end of the log with its hashes, and the state of the chain.

import { ask } from '../api.js';
import { Chain, memory } from '../chain.js';
import { at, expect, fill, make, row, say } from '../dom.js';
import { isReading, short, what } from '../entries.js';
import { clock, number } from '../format.js';

/** How many entries the table and the ribbon show. */
const ROWS = 16;
const RIBBON = 96;

/** How many entries the server gives at a time. */
const PAGE = 256;

/** The panel shows at most so often while entries come. */
const SHOW_MS = 200;

/** What is known of the log, and how it is shown. */
export class Log {
  constructor(about) {
    this.about = about;
    this.chain = new Chain(about.ledger);
    this.entries = [];
    this.shows = 0;
    this.said = undefined;
    expect(at('entries').tBodies[0], Math.min(Number(about.seq) + 1, ROWS), entryRow);
    at('chain-all').addEventListener('click', () => this.checkAll());
    document.addEventListener('visibilitychange', () => this.show());
  }

  /** Reads the last entries, and whether what this browser saw last of this ledger is still there. */
  async begin() {
    await this.remembered();
    const first = Math.max(Number(this.about.seq) - RIBBON + 1, 0);
    this.add(await ask(first > 0 ? `/entries?after=${first - 1}` : '/entries'));
  }

  /** Somebody who can write the file can write another log; that shows where one has kept what was there. */
  async remembered() {
    const known = memory.get(this.about.ledger);
    if (!known) return;
    const [entry] = await ask(`/entries?after=${Number(known.seq) - 1}&limit=1`.replace('after=-1&', ''));
    if (entry?.hash === known.hash) this.known = known.seq;
    else
      this.alarm(
        entry ? `entry ${known.seq} is not the one that this browser saw` : `entry ${known.seq}, which this browser saw, is gone`,
      );
  }

  /** Entries that follow those that are there. */
  add(entries) {
    for (const entry of entries) this.chain.add(entry);
    this.entries.push(...entries);
    if (this.entries.length > 2 * RIBBON) this.entries.splice(0, this.entries.length - RIBBON);
    if (this.chain.broken) this.alarm(this.chain.broken.why);
    if (!this.shows)
      this.shows = setTimeout(() => requestAnimationFrame(() => this.show()), this.entries.length > entries.length ? SHOW_MS : 0);
  }

  alarm(why) {
    this.said ??= { state: 'broken', text: `The chain is broken: ${why}` };
  }

  show() {
    this.shows = 0;
    const last = this.entries.at(-1);
    if (document.hidden || !last) return;
    say(at('ledger-count'), `${number(String(Number(last.seq) + 1))} entries`);
    say(at('chain-head'), `head ${last.seq}:${last.hash.slice(0, 16)}…`, `${last.seq}:${last.hash}`);
    this.showState();
    this.ribbon(this.entries.slice(-RIBBON));
    this.table(this.entries.slice(-ROWS).reverse());
    if (!this.said) memory.set(this.about.ledger, last);
  }

  showState() {
    const links = this.chain.checked;
    const usual = `${number(String(links))} ${links === 1 ? 'link' : 'links'} checked, all join`;
    const kept = this.known === undefined ? '' : `; entry ${this.known} is as this browser saw it before`;
    const { state, text } = this.said ?? { state: 'whole', text: usual + kept };
    at('chain-state').dataset.state = state;
    say(at('chain-text'), text);
  }

  ribbon(entries) {
    fill(
      at('ribbon'),
      entries,
      () => make('li'),
      (item, entry) => {
        const look = entry.kind === 'applied' && isReading(entry.type) ? 'reading' : entry.kind;
        if (item.className !== look) item.className = look;
      },
    );
  }

  table(entries) {
    fill(at('entries').tBodies[0], entries, entryRow, (tr, entry) => {
      const type = entry.type ?? entry.kind;
      const told = what(entry);
      tr.dataset.kind = entry.kind;
      say(tr.children[0], entry.seq);
      say(tr.children[1], entry.kind === 'rejected' ? `${short(type)}, rejected` : short(type), type);
      say(tr.children[2], told, told);
      say(tr.querySelector('code'), entry.hash.slice(0, 12), entry.hash);
      clock(tr.querySelector('time'), entry.time);
    });
  }

  /** Reads the log from its beginning and computes every hash again, up to the entry that is the last when it begins. */
  async checkAll() {
    const button = at('chain-all');
    button.disabled = true;
    const end = this.entries.at(-1);
    const whole = new Chain(this.about.ledger);
    try {
      while (!whole.broken && Number(whole.last?.seq ?? -1) < Number(end.seq)) {
        const page = await ask(whole.last ? `/entries?after=${whole.last.seq}&limit=${PAGE}` : `/entries?limit=${PAGE}`);
        if (page.length === 0) break;
        for (const entry of page) {
          if (Number(entry.seq) <= Number(end.seq)) whole.add(entry);
        }
        say(button, `${Math.floor((100 * Number(whole.last.seq)) / Math.max(Number(end.seq), 1))} % checked`);
      }
      if (whole.broken) this.alarm(whole.broken.why);
      else if (whole.last?.hash !== end.hash) this.alarm(`the log does not lead to entry ${end.seq}`);
      else
        this.said ??= {
          state: 'whole',
          text: `All ${number(String(whole.checked))} entries to number ${end.seq} checked from the first on; the chain is whole`,
        };
    } catch (error) {
      say(at('chain-text'), `Not checked: ${error.message}`);
    }
    say(button, 'Check the whole chain');
    button.disabled = false;
    this.showState();
  }
}

const VERDICTS = {
  clean: ['whole', (seq) => `Audited to entry ${seq}: everything follows from the log`],
  different: ['broken', () => 'Audited: the ledger does not agree with its log'],
  failed: ['wait', () => 'The last audit could not be done'],
};

/** What the server's own last audit has found, as `/watch` says; nothing where it audits nothing. */
export function audit({ audit: last }) {
  at('audit').hidden = last === undefined;
  if (last === undefined) return;
  const [state, tell] = VERDICTS[last.status];
  at('audit').dataset.state = state;
  say(at('audit-text'), tell(last.seq));
  clock(at('audit-when'), last.at);
}

function entryRow() {
  const tr = row('number', 'th type', 'what wide', 'hash', 'when')();
  tr.lastElementChild.append(make('time'));
  tr.querySelector('.hash').append(make('code'));
  return tr;
}
