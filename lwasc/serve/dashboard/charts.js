// Lines over time, drawn by uPlot in the colours of the page. What is drawn are floats; what is told beside it are the exact
// texts.

import { compact } from './format.js';

const uPlot = window.uPlot;

/** The colour that a custom property of the page stands for just now. */
function color(name) {
  const probe = document.createElement('span');
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

const DAY_S = 86_400;
const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const time = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const second = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });

const stamps = (_, splits, __, ___, step) =>
  splits.map((at) => (step >= DAY_S ? day : step >= 60 ? time : second).format(new Date(at * 1000)));

/**
 * A drawing in an element. `series` are [custom property of the colour, whether it is filled]; `currency` is of the upright axis;
 * `range` its ends, where they are fixed; `told` is called with the place that the pointer is at, or nothing.
 */
export class Line {
  constructor(element, { series, range, unit, told }) {
    Object.assign(this, { element, series, range, unit, told, data: [[], ...series.map(() => [])] });
    new ResizeObserver(() => this.plot?.setSize(this.size())).observe(element);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.draw());
    document.addEventListener('lwas-theme', () => this.draw());
  }

  size() {
    return { width: Math.max(this.element.clientWidth, 80), height: Math.max(this.element.clientHeight, 60) };
  }

  /** Seconds since 1970, and the values of each series. */
  show(data) {
    const begins = this.data[0].length === 0;
    this.data = data;
    if (this.plot && !begins) this.plot.setData(data);
    else this.draw();
  }

  draw() {
    this.plot?.destroy();
    this.plot = undefined;
    if (this.data[0].length === 0) return;
    const ink = color('--muted');
    const rule = { stroke: color('--rule'), width: 1 };
    const font = `11px ${getComputedStyle(document.body).fontFamily}`;
    const axis = { stroke: ink, font, grid: rule, ticks: { show: false } };
    const line = ([name, filled]) => {
      const stroke = color(name);
      const fill = filled ? stroke.replace('rgb(', 'rgba(').replace(')', ', 0.10)') : undefined;
      return { stroke, fill, width: 1.75, points: { show: false } };
    };
    this.plot = new uPlot(
      {
        ...this.size(),
        padding: [8, 0, 0, 18],
        legend: { show: false },
        cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 } },
        scales: { y: this.range ? { range: this.range } : { range: roomy } },
        axes: [
          { ...axis, grid: { show: false }, space: 70, size: 24, gap: 4, values: stamps },
          { ...axis, side: 1, space: 32, size: 56, gap: 4, values: (_, splits) => splits.map((at) => this.unit(at)) },
        ],
        series: [{}, ...this.series.map(line)],
        hooks: { setCursor: [(plot) => this.told?.(plot.cursor.idx ?? undefined)] },
      },
      this.data,
      this.element,
    );
  }
}

/** The ends of an axis for values from `low` to `high`: with room, and from zero where that is near. */
function roomy(_, low, high) {
  if (low === null || high === null) return [0, 1];
  if (low === 0 && high === 0) return [0, 100];
  const room = (high - low || Math.abs(high) || 1) * 0.12;
  const bottom = low >= 0 && low - room * 3 < 0 ? 0 : low - room;
  return [bottom, high + room];
}

/** The unit of an amount's axis. */
export const amounts = (currency) => (at) => compact(at, currency());
