// What entries of the log are about.

import { money } from './format.js';

const READINGS = /^(telemetry\.)?(Sample|Requests|Outcomes|MarketData)$/;

/** Whether an entry of this type says how a machine, programs or markets are, and changes nothing else. */
export const isReading = (type) => READINGS.test(type ?? '');

/** A type without its module. */
export const short = (type) => type.split('.').at(-1);

const TIME = /^\d{4}-\d\d-\d\dT/;

/** What an entry is about, in a few words. */
export function what(entry) {
  if (entry.error) return entry.error.message;
  if (entry.kind === 'program') return `judged from here on by ${entry.artifact.slice(0, 12)}`;
  if (entry.kind === 'genesis') return 'the ledger begins';
  const { id, amount, currency, ...rest } = entry.data ?? {};
  const isMoney = typeof amount === 'string' && typeof currency === 'string';
  const parts = [id, isMoney ? money(amount, currency) : undefined].filter((part) => typeof part === 'string');
  const others = Object.entries(isMoney ? rest : { ...rest, amount, currency });
  for (const [name, value] of others) {
    if (typeof value === 'boolean' || (typeof value === 'string' && !TIME.test(value)))
      parts.push(isMoney ? value : `${name} ${value}`);
  }
  return parts.slice(0, 5).join(' · ');
}
