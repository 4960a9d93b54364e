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

  'the machine is shown as the server samples it, and so is what programs answer': async (server) => {
    const page = await open(browser);
    await page.goto(server.page);
    await says(page, '#machine-when', /^sampled (now|\d+ (s|min) ago)$/);
    const { ram_total_gb } = await (await fetch(`${server.urls['std.telemetry']}/system`)).json();
    const told = {
      Processor: /^(–|\d+\.\d %)$/,
      Memory: new RegExp(`^\\d+\\.\\d of ${ram_total_gb.toFixed(1)} GB$`),
      Disk: /^\d+\.\d\d %$/,
      Uptime: /^\d+ (d|h|min|s)( \d+ (h|min|s))?$/,
    };
    for (const [name, text] of Object.entries(told)) {
      await says(page, `#machine-figures > div:has(> dt:text-is("${name}")) > dd`, text);
    }
    await page.locator('#machine-line canvas').waitFor({ state: 'visible' });
    await server.pay('counted', '1.00');
    await page.locator('#services th:text-is("std.economy")').waitFor({ timeout: 60_000 });
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
