// What holds of the services of the standard library together: the economy, the machine and the markets.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { barriers, open, says, SIZES } from './browser.mjs';

const quote = (server, market, volatility, price = 50000) => {
  const timestamp = new Date().toISOString();
  return server.post('std.telemetry', '/market', { market_id: market, price, volume: 1000, volatility, timestamp });
};

/** The checks by name. Screenshots go to the folder `shots`. */
export const services = (browser, shots) => ({
  'a market that moves fires an alert until it is calm': async (server) => {
    const page = await open(browser);
    await page.goto(server.page);
    await says(page, '#link-text', 'live');
    await says(page, '#markets-empty', 'No market data yet.');
    await quote(server, 'BTC/USD', 15);
    await says(page, '#markets-table .name', 'BTC/USD');
    await says(page, '#markets-table .price', '50,000.0');
    await quote(server, 'BTC/USD', 60, 49000.5);
    await says(page, '#alerts-firing .message', 'BTC/USD: volatility 60.0, over 50.0');
    await says(page, '#markets-table .change', '−2.00 %');
    await quote(server, 'BTC/USD', 15);
    await says(page, '#alerts-past .message', 'BTC/USD: volatility 60.0, over 50.0');
    assert.ok(!(await page.locator('#alerts-firing').textContent()).includes('BTC/USD'));
    assert.deepEqual(page.wrong, []);
    await page.context().close();
  },

  'the machine is shown as it was sampled': async (server) => {
    const page = await open(browser);
    await page.goto(server.page);
    const gib = 2 ** 30;
    const disk = { disk_used: 60 * gib, disk_total: 240 * gib, disk_busy: 4.5, received: 1_500_000, sent: 900 };
    const sample = { cpu: 42.5, memory_used: 6.5 * gib, memory_total: 16 * gib, uptime: '3600s', latency: '12ms', ...disk };
    await server.post('std.telemetry', '/events/Sample', sample);
    const told = ['42.5 %', '6.5 of 16.0 GB', '25.00 %', '4.5 %', '1.5 MB', '900 B', '12 ms', '1 h'];
    for (const [at, text] of told.entries()) await says(page, `#machine-figures > div:nth-child(${at + 1}) > dd`, text);
    await says(page, '#machine-when', /^sampled (now|\d+ s ago)$/);
    assert.ok(await page.locator('#machine-line canvas').isVisible());
    await server.post('std.telemetry', '/events/Requests', { program: 'shop', requests: 400, errors: 2, p50: '1ms', p95: '4ms' });
    await says(page, '#services tbody .errors', '2 (0.50 %)');
    assert.deepEqual(page.wrong, []);
    await page.context().close();
  },

  'nothing serious stands in the way of anybody': async (server) => {
    await quote(server, 'SOL/USD', 71);
    for (const size of Object.keys(SIZES)) {
      for (const scheme of ['light', 'dark']) {
        const page = await open(browser, { size, scheme });
        await page.goto(server.page);
        await says(page, '#alerts-firing .severity', 'Warning');
        await says(page, '#chain-text', /all join/);
        await page.waitForFunction(() => [...document.querySelectorAll('.wait')].every((part) => !part.checkVisibility()));
        assert.deepEqual(await barriers(page), [], `${size}, ${scheme}`);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        assert.equal(wide, 0, `the page is wider than the ${size}`);
        await page.screenshot({ path: join(shots, `${size}-${scheme}.png`), fullPage: true });
        assert.deepEqual(page.wrong, []);
        await page.context().close();
      }
    }
  },
});
