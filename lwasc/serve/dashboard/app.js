// The page: what is served decides which panels there are, and what comes over the stream which of their figures are asked again.

import { ask, Refused, Unknown } from './api.js';
import { at, say } from './dom.js';
import { askForKey, offerToForget } from './key.js';
import { alerts } from './panels/alerts.js';
import { beliefs } from './panels/beliefs.js';
import { economy } from './panels/economy.js';
import { audit, Log } from './panels/ledger.js';
import { machine } from './panels/machine.js';
import { markets } from './panels/markets.js';
import { Refresh } from './refresh.js';
import { follow } from './stream.js';

function themes() {
  const button = at('theme');
  const chosen = () => document.documentElement.dataset.theme ?? 'system';
  const tell = () => say(button, `Theme: ${chosen()}`);
  button.addEventListener('click', () => {
    const next = { system: 'light', light: 'dark', dark: 'system' }[chosen()];
    try {
      if (next === 'system') localStorage.removeItem('lwas-theme');
      else localStorage.setItem('lwas-theme', next);
    } catch {
      // It then counts for as long as the page is open.
    }
    if (next === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = next;
    document.dispatchEvent(new Event('lwas-theme'));
    tell();
  });
  tell();
}

/** Says how things are between the page and its server. */
function link(state, text) {
  at('link').dataset.state = state;
  say(at('link-text'), text ?? state);
}

/** Tells below the header what the page can't show, and why. */
function note(text) {
  at('note').hidden = !text;
  if (text) say(at('note'), text);
}

/** Answers of the server about itself; asks for a key as often as it takes, and waits for a server that is not there. */
async function whatThereIs() {
  for (let wait = 500; ; wait = Math.min(wait * 2, 15_000)) {
    try {
      return await ask('');
    } catch (error) {
      if (error instanceof Unknown) {
        await askForKey(error.message);
        continue;
      }
      link('reconnecting');
      await pause(wait);
    }
  }
}

/** What a question that was not answered means: the stream says whether the server is there, and is asked who is there. */
function failed(error) {
  if (error instanceof Unknown) askForKey(error.message).then(() => location.reload());
  else if (!(error instanceof TypeError || error instanceof DOMException)) console.warn(error.message);
}

async function watched(about) {
  const watch = await ask('/watch');
  alerts(watch, Number(about.alerts));
  beliefs(watch);
  audit(watch);
}

/** How long the page waits for the first answers, so that all comes at once; after that it shows what it waits for. */
const TOGETHER_MS = 500;

const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

/**
 * Reads what the panels of the log show: entries, alerts, beliefs, as often as it takes. Nothing without the right to read it,
 * and the page says why.
 */
async function readLog(about) {
  const log = new Log(about);
  for (let wait = 500; ; wait = Math.min(wait * 2, 15_000)) {
    try {
      await watched(about);
      await log.begin();
      return log;
    } catch (error) {
      if (error instanceof Refused && error.status === 403) {
        note(`The log, alerts and beliefs are not shown: ${error.message}. Figures are read again every half minute.`);
        return undefined;
      }
      if (error instanceof Unknown) {
        await askForKey(error.message);
      } else {
        link('reconnecting');
        await pause(wait);
      }
    }
  }
}

async function start() {
  themes();
  offerToForget();
  const about = await whatThereIs();
  say(at('programs'), about.programs.map((program) => program.name).join(', '));
  say(at('foot'), `ledger ${about.ledger}`);
  const panels = [economy, machine, markets].map((panel) => panel(about, failed)).filter(Boolean);
  document.body.classList.toggle('bare', panels.length === 0);
  const reading = readLog(about);
  await Promise.race([Promise.all([reading, ...panels.map((panel) => panel.first)]), pause(TOGETHER_MS)]);
  const ofLog = ['alerts', 'ledger', ...(about.beliefs === '0' ? [] : ['beliefs'])].map(at);
  for (const section of [...panels.map((panel) => panel.section), ...ofLog]) section.hidden = false;
  const log = await reading;
  at('main').setAttribute('aria-busy', 'false');
  if (log) return goOn(about, panels, log);
  for (const section of ofLog) section.hidden = true;
  link('forbidden', 'figures only');
}

/** Follows the log, and has each panel ask again when an entry concerns it. */
function goOn(about, panels, log) {
  const watch = new Refresh(() => watched(about).catch(failed), 500).every(30_000);
  return follow(Number(log.entries.at(-1).seq), {
    state: link,
    unknown: (error) => askForKey(error.message),
    // A server that was started again may have another ledger, or one that was cut off.
    begins: async () => {
      const now = await ask('');
      if (now.ledger !== about.ledger) location.reload();
      if (Number(now.seq) < Number(log.entries.at(-1).seq)) {
        log.alarm(`the log ends at entry ${now.seq}, and this page has read further`);
        log.show();
      }
    },
    entries: (entries) => {
      log.add(entries);
      watch.mark();
      const types = new Set(entries.map((entry) => entry.type ?? ''));
      for (const panel of panels) if ([...types].some(panel.concerns)) panel.stale();
    },
  });
}

start();
