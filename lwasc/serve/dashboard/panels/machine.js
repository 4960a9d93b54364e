// The load of the machine that serves, and what its programs answer: `std.telemetry`, by itself or imported by a program.

import { ask, locate } from '../api.js';
import { Line } from '../charts.js';
import { at, fill, make, row, say } from '../dom.js';
import { bytes, clock, duration, number, percent, reading, second, share, span } from '../format.js';
import { Refresh } from '../refresh.js';

/** The least time between two questions, and how often it is asked without a cause. */
const GAP_MS = 2_000;
const EVERY_MS = 15_000;

/** How many samples the line has. */
const POINTS = 360;

/**
 * Parts of a reading: name, text, and where there is one the share of what can be used. `s` is the reading, `l` the last
 * sample.
 */
const FIGURES = [
  ['Processor', (s) => percent(s.cpu_usage), (s) => s.cpu_usage / 100],
  ['Memory', (s) => `${number(s.ram_used_gb)} of ${number(s.ram_total_gb)} GB`, (s) => s.ram_used_gb / s.ram_total_gb],
  ['Disk', (s, l) => percent(l?.disk), (s, l) => l?.disk / 100],
  ['Disk at work', (s, l) => percent(l?.disk_busy), (s, l) => l?.disk_busy / 100],
  ['Network in', (s, l) => bytes(l?.received)],
  ['Network out', (s, l) => bytes(l?.sent)],
  ['Latency', (s, l) => duration(l?.latency)],
  ['Uptime', (s) => (s.uptime_secs === null ? '–' : span(Number(s.uptime_secs)))],
];

/** The entries that change what is shown here: samples, and those that come when there is none. */
const READING = /^(telemetry\.)?(Sample|Requests)$|^time\.Tick$/;

/** The panel, where there is telemetry among what is served. */
export function machine(about, failed) {
  const path = locate(about.programs, 'telemetry', ['system', 'report']);
  if (!path) return undefined;
  fill(at('machine-figures'), FIGURES, figure, (element, [name, , part]) => {
    say(element.children[0], name);
    element.children[2].hidden = !part;
  });
  const panel = { path, samples: [] };
  panel.line = new Line(at('machine-line'), {
    series: [
      ['--accent', true],
      ['--second', false],
    ],
    range: () => [0, 100],
    unit: (value) => `${value} %`,
    told: (place) => caption(panel, place),
  });
  const refresh = new Refresh(() => load(panel).catch(failed), GAP_MS).every(EVERY_MS);
  refresh.mark();
  return { concerns: (type) => READING.test(type), stale: () => refresh.mark(), section: at('machine'), first: refresh.first };
}

const figure = () =>
  make(
    'div',
    {},
    make('dt'),
    make('dd', { class: 'figure wait' }, '00.0 %'),
    make('dd', { class: 'gauge', 'aria-hidden': 'true' }, make('span', { class: 'bar' })),
  );

async function load(panel) {
  const { path } = panel;
  const [system, samples, services] = await Promise.all([
    ask(path('latest_system') ?? path('system')),
    path('load') ? ask(`${path('load')}?points=${POINTS}`) : [],
    path('services') ? ask(path('services')) : [],
  ]);
  at('machine-empty').hidden = system !== null;
  for (const id of ['machine-figures', 'machine-figure']) at(id).hidden = system === null;
  if (system !== null) show(panel, system, samples);
  answered(services);
}

function show(panel, system, samples) {
  const last = samples.at(-1);
  FIGURES.forEach(([, tell, part], place) => {
    const element = at('machine-figures').children[place];
    say(element.children[1], tell(system, last));
    const used = part ? Math.min(Math.max(part(system, last) || 0, 0), 1) : 0;
    element.children[2].style.setProperty('--share', used);
    element.children[2].dataset.level = used > 0.85 ? 'high' : 'usual';
  });
  if (!at('machine-when').firstElementChild) at('machine-when').replaceChildren('sampled ', make('time'));
  clock(at('machine-when').querySelector('time'), system.timestamp);
  panel.samples = samples;
  const line = (read) => samples.map((sample) => (read(sample) === null ? null : Number(read(sample))));
  panel.line.show([samples.map((sample) => Date.parse(sample.at) / 1000), line((s) => s.cpu), line((s) => s.memory)]);
  caption(panel);
}

function caption({ samples }, place = samples.length - 1) {
  const sample = samples[place];
  if (!sample) return;
  const told = `Processor ${percent(sample.cpu)}, memory ${percent(sample.memory)} at ${second(sample.at)}`;
  const caption = at('machine-caption');
  say(caption.querySelector('.processor'), `processor ${percent(sample.cpu)}`);
  say(caption.querySelector('.memory'), `memory ${percent(sample.memory)}`);
  say(caption.querySelector('.moment'), `at ${second(sample.at)}`);
  at('machine-line').setAttribute('aria-label', `Load over time. ${told}`);
}

function answered(services) {
  at('services').hidden = services.length === 0;
  const create = row('th', 'number', 'number errors', 'number wide', 'number', 'number wide');
  fill(at('services').tBodies[0], services, create, (tr, service) => {
    say(tr.children[0], service.program);
    say(tr.children[1], number(service.requests));
    say(
      tr.children[2],
      `${number(service.errors)}${service.errors === '0' ? '' : ` (${share(service.errors, service.requests)})`}`,
    );
    tr.dataset.errors = service.errors !== '0';
    [service.p50, service.p95, service.p99].forEach((time, place) => say(tr.children[3 + place], duration(time)));
  });
}
