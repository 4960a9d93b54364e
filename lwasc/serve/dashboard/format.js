// Numbers and times as people read them. Amounts are exact decimals and come as texts with all their digits; none becomes a
// float here.

const formats = new Map();

function format(style, digits, currency) {
  const key = `${style} ${digits} ${currency}`;
  if (!formats.has(key)) formats.set(key, new Intl.NumberFormat(undefined, options(style, digits, currency)));
  return formats.get(key);
}

function options(style, digits, currency) {
  const exact = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return currency ? { style: 'currency', currency, currencyDisplay: style, ...exact } : exact;
}

/** Digits after the point of a number's text. */
const digitsOf = (text) => Math.min(text.split('.')[1]?.length ?? 0, 100);

/** A number with all the digits that it came with. */
export function number(text) {
  if (text === null || text === undefined) return '–';
  return /[eE]/.test(text) ? String(text) : format('', digitsOf(text), '').format(text);
}

/** Digits that amounts of a currency are written with at least. */
const usual = (currency) => new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits;

/** An amount of a currency with the digits that it came with, or more zeros where that is usual. */
export function money(text, currency) {
  if (text === null || text === undefined) return '–';
  try {
    return format('narrowSymbol', Math.max(digitsOf(text), usual(currency)), currency).format(text);
  } catch {
    return `${number(text)} ${currency}`;
  }
}

/** A percentage that came as one. */
export const percent = (text) => (text === null || text === undefined ? '–' : `${number(text)} %`);

/** A float, for readings of a machine, with so many digits. */
export const reading = (value, digits) => format('', digits, '').format(value);

/** The same with its sign always there. */
export function signed(text) {
  const told = number(text);
  return text === null || text.startsWith('-') || /^0*\.?0*$/.test(text) ? told.replace('-', '−') : `+${told}`;
}

const compacts = new Map();

/** A short form, for the axis of a drawing. */
export function compact(value, currency) {
  if (!compacts.has(currency)) {
    const style = currency ? { style: 'currency', currency, currencyDisplay: 'narrowSymbol' } : {};
    compacts.set(currency, new Intl.NumberFormat(undefined, { notation: 'compact', maximumFractionDigits: 1, ...style }));
  }
  return compacts.get(currency).format(value);
}

const exactly = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
const toTheMinute = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

const toTheSecond = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });

/** A moment, to the second. */
export const moment = (time) => exactly.format(new Date(time));

/** A moment, to the minute. */
export const minute = (time) => toTheMinute.format(new Date(time));

/** The time of a day, to the second. */
export const second = (time) => toTheSecond.format(new Date(time));

/** A part of a whole, as a percentage with two digits. */
export const share = (part, whole) => `${reading((100 * part) / whole, 2)} %`;

/** Bytes since the last sample. */
export function bytes(text) {
  if (text === null || text === undefined) return '–';
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const unit = Math.min(Math.floor(Math.log10(Math.max(Number(text), 1)) / 3), units.length - 1);
  return `${reading(text / 1000 ** unit, unit === 0 ? 0 : 1)} ${units[unit]}`;
}

const MICROS = { us: 1, ms: 1e3, s: 1e6, m: 6e7, h: 3.6e9, d: 8.64e10 };

/** A duration as programs write it, `1ms311us`, in its largest unit. */
export function duration(text) {
  if (text === null || text === undefined) return '–';
  const parts = [...text.matchAll(/(\d+)([a-z]+)/g)];
  const micros = parts.reduce((sum, [, count, unit]) => sum + count * MICROS[unit], 0);
  if (micros < 1e3) return `${micros} µs`;
  if (micros < 1e6) return `${reading(micros / 1e3, 1)} ms`;
  return micros < 6e7 ? `${reading(micros / 1e6, 2)} s` : span(micros / 1e6);
}

/** How long something takes, in its largest two units. */
export function span(seconds) {
  const units = [
    ['d', 86400],
    ['h', 3600],
    ['min', 60],
    ['s', 1],
  ];
  const first = units.findIndex(([, size]) => seconds >= size);
  if (first < 0) return '0 s';
  let rest = Math.floor(seconds);
  const parts = [];
  for (const [unit, size] of units.slice(first, first + 2)) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count} ${unit}`);
  }
  return parts.join(' ');
}

/** How long ago a moment was. */
export function ago(time, now = Date.now()) {
  const seconds = Math.round((now - Date.parse(time)) / 1000);
  if (Number.isNaN(seconds)) return '';
  // A ledger begins before there is any time.
  if (new Date(time).getUTCFullYear() < 1900) return '–';
  if (Math.abs(seconds) < 2) return 'now';
  const units = [
    ['d', 86400],
    ['h', 3600],
    ['min', 60],
    ['s', 1],
  ];
  const [unit, size] = units.find(([, length]) => Math.abs(seconds) >= length);
  const count = Math.floor(Math.abs(seconds) / size);
  if (unit === 'd' && count > 60) return new Date(time).toLocaleDateString(undefined, { dateStyle: 'medium' });
  return seconds < 0 ? `in ${count} ${unit}` : `${count} ${unit} ago`;
}

const clocks = new Set();

/** Makes a `time` element tell how long ago a moment was, and go on telling it. */
export function clock(element, time) {
  if (element.dateTime !== time) {
    element.dateTime = time;
    element.title = moment(time);
    clocks.add(element);
  }
  tell(element);
}

function tell(element) {
  const text = ago(element.dateTime);
  if (element.textContent !== text) element.textContent = text;
}

setInterval(() => {
  if (document.hidden) return;
  for (const element of clocks) element.isConnected ? tell(element) : clocks.delete(element);
}, 5000);
