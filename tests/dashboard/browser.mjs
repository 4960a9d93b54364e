// Chromium, and pages of it that notice what goes wrong in them.

import { createRequire } from 'node:module';
import { existsSync, readFileSync } from 'node:fs';

const tools = createRequire(process.env.DASHBOARD_TOOLS);
const { chromium } = tools('playwright-core');
const axe = readFileSync(tools.resolve('axe-core/axe.min.js'), 'utf8');

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const SIZES = { desktop: { width: 1360, height: 900 }, phone: { width: 360, height: 780 } };

export const launch = () => {
  const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
    existsSync(path),
  );
  return chromium.launch({ executablePath, headless: true, args: FLAGS });
};

/** A page in a context of its own; `page.wrong` lists what its console and its scripts have complained of. */
export async function open(browser, { size = 'desktop', scheme = 'light', ...more } = {}) {
  const context = await browser.newContext({
    viewport: SIZES[size],
    colorScheme: scheme,
    locale: 'en-US',
    timezoneId: 'UTC',
    ...more,
  });
  const page = await context.newPage();
  page.wrong = [];
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && page.wrong.push(message.text()));
  page.on('pageerror', (error) => page.wrong.push(String(error.stack)));
  return page;
}

/** Waits until an element says something; a text, or a pattern. */
export async function says(page, selector, wanted, timeout = 20_000) {
  const end = Date.now() + timeout;
  for (;;) {
    const text = await page.locator(selector).first().textContent();
    if (wanted instanceof RegExp ? wanted.test(text) : text === wanted) return text;
    if (Date.now() > end) throw new Error(`${selector} says \`${text}\`, not \`${wanted}\``);
    await page.waitForTimeout(50);
  }
}

/** What axe finds that is serious or critical. */
export async function barriers(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  const grave = violations.filter((violation) => ['serious', 'critical'].includes(violation.impact));
  return grave.map(
    ({ id, help, nodes }) => `${id}: ${help}\n${nodes.map((node) => `  ${node.html}\n  ${node.failureSummary}`).join('\n')}`,
  );
}

/** When something was first painted, in ms, and how much was moved after that. */
export const measured = (page) =>
  page.evaluate(
    () =>
      new Promise((done) => {
        let moved = 0;
        const count = (list) => list.getEntries().forEach((entry) => (moved += entry.value));
        new PerformanceObserver(count).observe({ type: 'layout-shift', buffered: true });
        const paint = Math.round(performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? -1);
        setTimeout(() => done({ paint, moved: Number(moved.toFixed(4)) }), 200);
      }),
  );
