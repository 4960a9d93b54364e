// The hash chain, checked here: the hash of each entry is computed again from its parts and the hash of the entry before, as
// `spec/ledger-format.md` defines it. So it shows an entry that was changed, left out or put in between what this page has read.

import { blake3 } from './vendor/noble-hashes/blake3.js';

const KINDS = ['genesis', 'applied', 'rejected', 'program', 'migrate'];
const VERSION = 'lwas-entry-v1';
const ZERO = '0'.repeat(64);

const utf8 = new TextEncoder();

/** The hash of an entry of a ledger, behind the entry with the hash `before`. */
export function hashOf(ledger, entry, before) {
  const type = utf8.encode(entry.type ?? '');
  const bytes = new Uint8Array(13 + 16 + 8 + 1 + 8 + 4 + type.length + 32 * 3);
  const view = new DataView(bytes.buffer);
  bytes.set(utf8.encode(VERSION), 0);
  bytes.set(fromHex(ledger), 13);
  view.setBigUint64(29, BigInt(entry.seq), true);
  bytes[37] = KINDS.indexOf(entry.kind);
  view.setBigInt64(38, micros(entry.time), true);
  view.setUint32(46, type.length, true);
  bytes.set(type, 50);
  bytes.set(fromHex(entry.artifact), 50 + type.length);
  bytes.set(fromHex(entry.body_hash), 82 + type.length);
  bytes.set(fromHex(before), 114 + type.length);
  return toHex(blake3(bytes));
}

/** Microseconds since 1970 of a time's text. */
export function micros(time) {
  const [, whole, fraction = ''] = /^(.*?)(?:\.(\d+))?Z$/.exec(time);
  return BigInt(Date.parse(`${whole}Z`)) * 1000n + BigInt(fraction.padEnd(6, '0').slice(0, 6));
}

function fromHex(text) {
  const bytes = new Uint8Array(text.length / 2);
  for (let at = 0; at < bytes.length; at++) bytes[at] = parseInt(text.slice(2 * at, 2 * at + 2), 16);
  return bytes;
}

const toHex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** A part of the chain that is checked as it comes, entry by entry. */
export class Chain {
  constructor(ledger) {
    this.ledger = ledger;
    /** How many links were computed again and were right. */
    this.checked = 0;
    /** The last entry, and the first that is not what follows from those before it. */
    this.last = undefined;
    this.broken = undefined;
  }

  /** The next entry. Of the first, which has nothing before it here, only the genesis can be checked. */
  add(entry) {
    if (this.broken) return;
    const isFirst = this.last === undefined;
    const before = isFirst ? ZERO : this.last.hash;
    if (!isFirst && Number(entry.seq) !== Number(this.last.seq) + 1) {
      this.broken = { entry, why: `entry ${entry.seq} came after entry ${this.last.seq}` };
    } else if (!isFirst || entry.seq === '0') {
      if (hashOf(this.ledger, entry, before) === entry.hash) this.checked++;
      else this.broken = { entry, why: `entry ${entry.seq} is not what its hash says` };
    }
    this.last = entry;
  }
}

/** What this browser saw last of a ledger, so that a log that was rewritten meanwhile is noticed. */
export const memory = {
  get(ledger) {
    try {
      const [seq, hash] = localStorage.getItem(`lwas-head ${ledger}`).split(':');
      return { seq, hash };
    } catch {
      return undefined;
    }
  },
  set(ledger, entry) {
    try {
      localStorage.setItem(`lwas-head ${ledger}`, `${entry.seq}:${entry.hash}`);
    } catch {
      // A browser that keeps nothing compares nothing.
    }
  },
};
