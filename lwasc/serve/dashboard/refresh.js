// When figures are asked again: soon after something may have changed them, but never twice at a time, not more often than
// people can read, and not while nobody sees the page.

const AT_ONCE_MS = 60;

export class Refresh {
  /** `load` asks and shows; `gap` is the least time from one answer to the next question, in ms. */
  constructor(load, gap) {
    this.load = load;
    this.gap = gap;
    this.timer = 0;
    this.busy = false;
    this.again = false;
    this.last = -Infinity;
    /** Comes when there was one answer. */
    this.first = new Promise((done) => (this.answered = done));
    document.addEventListener('visibilitychange', () => this.again && this.mark());
  }

  /** Something may have changed. */
  mark() {
    if (this.busy || document.hidden) {
      this.again = true;
      return;
    }
    if (this.timer) return;
    const rest = this.last + this.gap - performance.now();
    this.timer = setTimeout(() => this.run(), Math.max(AT_ONCE_MS, rest));
  }

  async run() {
    this.timer = 0;
    this.busy = true;
    this.again = false;
    try {
      await this.load();
    } finally {
      this.busy = false;
      this.last = performance.now();
      this.answered();
      if (this.again) this.mark();
    }
  }

  /** Asks again every so often by itself too. */
  every(milliseconds) {
    setInterval(() => this.mark(), milliseconds);
    return this;
  }
}
