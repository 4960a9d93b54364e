// The log as it grows: server-sent events over `fetch`, so that a key can go with the request. After an interruption it goes on
// behind the last entry that came, waiting longer each time that the server is not there.

import { check, headers, parse, Refused, Unknown } from './api.js';

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;
/** The server says something at least every 15 s. */
const SILENCE_MS = 40_000;

/**
 * Follows the log behind an entry, and never ends. `listener.entries` is given what came, `listener.state` a word: `live`,
 * `reconnecting`, `forbidden`; `listener.begins` is asked before each connection, and may throw; `listener.unknown` waits until
 * there is a key.
 */
export async function follow(after, listener) {
  let last = after;
  let wait = FIRST_WAIT_MS;
  for (;;) {
    try {
      last = (await listener.begins(last)) ?? last;
      for await (const entries of connection(last, () => listener.state('live'))) {
        wait = FIRST_WAIT_MS;
        last = Number(entries.at(-1).seq);
        listener.entries(entries);
      }
    } catch (error) {
      if (error instanceof Unknown) {
        await listener.unknown(error);
        continue;
      }
      if (error instanceof Refused && error.status === 403) listener.state('forbidden', error.message);
    }
    listener.state('reconnecting');
    await pause(wait * (0.75 + Math.random() / 2));
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
  }
}

/** Comes after a while, or at once when the machine has a network again. */
function pause(milliseconds) {
  return new Promise((done) => {
    const timer = setTimeout(done, milliseconds);
    addEventListener('online', () => (clearTimeout(timer), done()), { once: true });
  });
}

/** The entries of one connection, as many at a time as came together. */
async function* connection(after, begun) {
  const stopped = new AbortController();
  let silence = setTimeout(() => stopped.abort(), SILENCE_MS);
  try {
    const asked = { headers: headers({ accept: 'text/event-stream', 'last-event-id': String(after) }), signal: stopped.signal };
    const response = await check(await fetch('/api/stream', asked));
    begun();
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = '';
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      clearTimeout(silence);
      silence = setTimeout(() => stopped.abort(), SILENCE_MS);
      const blocks = (rest + value).split('\n\n');
      rest = blocks.pop();
      const entries = blocks
        .map(data)
        .filter((text) => text !== '')
        .map(parse);
      if (entries.length > 0) yield entries;
    }
  } finally {
    clearTimeout(silence);
    stopped.abort();
  }
}

/** What a block of lines says as `data`; empty for a comment. */
function data(block) {
  const lines = block.split('\n').filter((line) => line.startsWith('data:'));
  return lines.map((line) => line.slice(5).replace(/^ /, '')).join('\n');
}
