// The load of the machine that serves: `std.telemetry`, by itself or imported by a program.

import { ask, locate } from '../api.js';
import { Line } from '../charts.js';
import { at, fill, make, say } from '../dom.js';
import { clock, reading, span } from '../format.js';
import { Refresh } from '../refresh.js';

/** How often it is asked, and for how long readings are kept. */
const EVERY_MS = 5_000;
const MOST = 720;

/** Parts of a reading: name, the value as a text, and where there is one the share of what can be used. */
const FIGURES = [
  ['Processor', (s) => `${reading(s.cpu_usage, 1)} %`, (s) => s.cpu_usage / 100],
  ['Memory', (s) => `${reading(s.ram_used_gb, 1)} of ${reading(s.ram_total_gb, 1)} GB`, (s) => s.ram_used_gb / s.ram_total_gb],
  ['Uptime', (s) => span(Number(s.uptime_secs))],
  ['Resonance', (s) => reading(s.resonance, 3)],
];

/** The panel, where there is telemetry among what is served. */
export function machine(about, failed) {
  const path = locate(about.programs, 'telemetry', ['system', 'report']);
  if (!path) return undefined;
  at('machine').hidden = false;
  fill(at('machine-figures'), FIGURES, figure, (element, [name, , share]) => {
    say(element.children[0], name);
    element.children[2].hidden = !share;
  });
  const panel = { path, times: [], processor: [], memory: [] };
  panel.line = new Line(at('machine-line'), {
    series: [
      ['--accent', true],
      ['--second', false],
    ],
    range: () => [0, 100],
    unit: (value) => `${value} %`,
    told: (place) => caption(panel, place),
  });
  const refresh = new Refresh(() => load(panel).catch(failed), EVERY_MS / 2).every(EVERY_MS);
  refresh.mark();
  return { stale: () => refresh.mark() };
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
  const system = await ask(panel.path('system'));
  FIGURES.forEach(([, tell, share], place) => {
    const element = at('machine-figures').children[place];
    say(element.children[1], tell(system));
    const part = share ? Math.min(Math.max(share(system) || 0, 0), 1) : 0;
    element.children[2].style.setProperty('--share', part);
    element.children[2].dataset.level = part > 0.85 ? 'high' : 'usual';
  });
  if (!at('machine-when').firstElementChild) at('machine-when').replaceChildren('read ', make('time'));
  clock(at('machine-when').querySelector('time'), system.timestamp);
  keep(panel, system);
}

function keep(panel, system) {
  const time = Date.parse(system.timestamp) / 1000;
  if (time === panel.times.at(-1)) return;
  panel.times.push(time);
  panel.processor.push(Number(system.cpu_usage));
  panel.memory.push((100 * system.ram_used_gb) / system.ram_total_gb);
  for (const values of [panel.times, panel.processor, panel.memory]) if (values.length > MOST) values.shift();
  panel.line.show([panel.times, panel.processor, panel.memory]);
  caption(panel);
}

function caption(panel, place = panel.times.length - 1) {
  if (panel.times.length === 0) return;
  const at_ = new Date(panel.times[place] * 1000).toLocaleTimeString();
  const told = `processor ${reading(panel.processor[place], 1)} %, memory ${reading(panel.memory[place], 1)} % at ${at_}`;
  say(at('machine-caption'), told);
  at('machine-line').setAttribute('aria-label', `Load since this page was opened: ${told}`);
}
