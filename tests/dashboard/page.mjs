// What holds of the page of any programs: figures, alerts, the chain, and that nothing else runs in it.

import assert from 'node:assert/strict';
import { barriers, measured, open, says } from './browser.mjs';

/** The checks by name; each may say what it has measured. */
export const page = (browser) => ({
  'a page of a ledger that is new says so': async (server) => {
    const page = await open(browser);
    await page.goto(server.page);
    await says(page, '#link-text', 'live');
    await says(page, '#equity', '$0.00');
    await says(page, '#transactions-empty', 'No transactions yet.');
    assert.ok(await page.locator('#transactions-empty').isVisible());
    await says(page, '#alerts-empty', 'No alert fires.');
    const { paint, moved } = await measured(page);
    assert.deepEqual(page.wrong, []);
    await page.context().close();
    return `first contentful paint ${paint} ms, layout shift ${moved}`;
  },

  'a transaction moves the figures, to the last digit': async (server) => {
    const page = await open(browser);
    await page.goto(server.page);
    await says(page, '#link-text', 'live');
    const begun = performance.now();
    await server.pay('tx_001', '99.99', { metadata: { customer_id: 'cus_123' } });
    await says(page, '#equity', '$99.99');
    const took = Math.round(performance.now() - begun);
    await says(page, '#transactions tbody tr th', 'tx_001');
    await says(page, '#entries tbody tr .what', 'tx_001 · $99.99 · Payment');
    // More digits than a float has.
    for (let at = 0; at < 3; at++) await server.pay(`large_${at}`, '999999.99');
    await says(page, '#equity', '$3,000,099.96');
    await server.pay('back', '0.06', { tx_type: 'Refund', metadata: { payment: 'tx_001' } });
    await says(page, '#equity', '$3,000,099.90');
    assert.deepEqual(page.wrong, []);
    await page.context().close();
    return `${took} ms from the request to the figure`;
  },

  'an alert fires and is over, and a belief is in doubt for as long': async (server) => {
    const page = await open(browser);
    await page.goto(server.page);
    await says(page, '#link-text', 'live');
    await says(page, '#beliefs-count', 'all beliefs hold');
    await server.post('market', '/events/Heard', { id: 'BTC/USD', volatility: 60.5 });
    await says(page, '#alerts-firing .message', 'BTC/USD moves by 60.5%');
    await says(page, '#alerts-said', 'Warning: BTC/USD moves by 60.5%.');
    await says(page, '#beliefs-count', '1 of 1 in doubt');
    await says(page, '#beliefs-modules .why', 'not for Market["BTC/USD"]');
    // As the program's own `resonance()` says.
    await says(page, '#beliefs-modules .figure', await (await fetch(`${server.urls.market}/queries/harmony`)).text());
    assert.equal(await page.title(), '(1) LwaS');
    await server.post('market', '/events/Heard', { id: 'BTC/USD', volatility: 15 });
    await says(page, '#alerts-empty', 'No alert fires.');
    await says(page, '#alerts-said', 'Over: BTC/USD moves by 60.5%.');
    await says(page, '#alerts-past .message', 'BTC/USD moves by 60.5%');
    await says(page, '#beliefs-count', 'all beliefs hold');
    assert.equal(await page.locator('#alerts-firing li').count(), 0);
    assert.deepEqual(page.wrong, []);
    await page.context().close();
  },

  'the chain is checked in the browser, from the first entry on': async (server) => {
    const page = await open(browser);
    await page.goto(server.page);
    await says(page, '#chain-text', /links checked, all join/);
    await page.click('#chain-all');
    const text = await says(page, '#chain-text', /^All .* the chain is whole$/);
    assert.deepEqual(page.wrong, []);
    // What this browser saw is compared when it comes back.
    await page.reload();
    await says(page, '#chain-text', /is as this browser saw it before$/);
    await page.context().close();
    return text;
  },

  'an entry that was changed on its way is noticed, and so is a log that was rewritten': async (server) => {
    const page = await open(browser);
    await page.route('**/api/entries*', async (route) => {
      const response = await route.fetch();
      await route.fulfill({
        response,
        body: (await response.text())
          .replace('"type":"Heard"', '"type":"heard"')
          .replace('"type":"market.Heard"', '"type":"market.heard"'),
      });
    });
    await page.goto(server.page);
    await says(page, '#chain-text', /^The chain is broken: entry \d+ is not what its hash says$/);
    await page.unroute('**/api/entries*');
    await page.evaluate(() => {
      const name = Object.keys(localStorage).find((key) => key.startsWith('lwas-head '));
      const ledger = name ?? `lwas-head ${document.getElementById('foot').textContent.replace('ledger ', '')}`;
      localStorage.setItem(ledger, `1:${'0'.repeat(64)}`);
    });
    await page.reload();
    await says(page, '#chain-text', 'The chain is broken: entry 1 is not the one that this browser saw');
    await page.context().close();
  },

  'a script that is not of this server does not run, nor does text as markup': async (server) => {
    const page = await open(browser);
    await page.goto(server.page);
    await says(page, '#link-text', 'live');
    const refused = await page.evaluate(async () => {
      const seen = [];
      document.addEventListener('securitypolicyviolation', (event) => seen.push(event.effectiveDirective));
      const attempt = (name, work) => {
        try {
          work();
        } catch (error) {
          seen.push(`${name}: ${error.constructor.name}`);
        }
      };
      const add = (name, set) => attempt(name, () => (document.head.append(set(document.createElement(name))), 0));
      attempt('markup', () => (document.body.innerHTML = '<img src=x onerror="window.ran = 1">'));
      add('script', (script) => ((script.src = 'http://127.0.0.1:9/x.js'), script));
      add('script', (script) => (script.append('window.ran = 1'), script));
      add('style', (style) => (style.append('body { color: red }'), style));
      await fetch('http://127.0.0.1:9/').catch(() => {});
      await new Promise((done) => setTimeout(done, 300));
      return { seen, ran: window.ran };
    });
    assert.equal(refused.ran, undefined);
    assert.ok(refused.seen.includes('markup: TypeError'), refused.seen.join(', '));
    for (const directive of ['require-trusted-types-for', 'style-src-elem', 'connect-src']) {
      assert.ok(refused.seen.includes(directive), `${directive} is not among ${refused.seen.join(', ')}`);
    }
    await page.context().close();
    return [...new Set(refused.seen)].join(', ');
  },

  'text of an event stays text': async (server) => {
    const page = await open(browser);
    await page.goto(server.page);
    await says(page, '#link-text', 'live');
    const id = '<img src=x onerror=alert(1)>';
    await server.pay(id, '1.00');
    await says(page, '#transactions tbody tr th', id);
    assert.equal(await page.locator('main img').count(), 0);
    assert.deepEqual(page.wrong, []);
    await page.context().close();
  },

  'the keyboard reaches everything, and the theme stays': async (server) => {
    const page = await open(browser);
    await page.goto(server.page);
    await says(page, '#chain-text', /all join/);
    const reached = [];
    for (let at = 0; at < 3; at++) {
      await page.keyboard.press('Tab');
      reached.push(await page.evaluate(() => document.activeElement.id || document.activeElement.className));
    }
    assert.deepEqual(reached, ['skip', 'theme', 'chain-all']);
    await page.focus('#theme');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme), 'dark');
    await page.reload();
    await says(page, '#theme', 'Theme: dark');
    assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), 'dark');
    await page.context().close();
  },

  'while entries stream in, the page stays smooth': async (server) => {
    const page = await open(browser);
    await page.goto(server.page);
    await says(page, '#link-text', 'live');
    const [seconds, rate] = [10, 100];
    const frames = page.evaluate(
      (duration) =>
        new Promise((done) => {
          const times = [];
          const begun = performance.now();
          const frame = (now) => {
            times.push(now);
            if (now - begun < duration) requestAnimationFrame(frame);
            else done(times);
          };
          requestAnimationFrame(frame);
        }),
      seconds * 1000,
    );
    const begun = Date.now();
    const posts = [];
    for (let at = 0; at < seconds * rate; at++) {
      const wait = begun + (1000 * at) / rate - Date.now();
      if (wait > 0) await new Promise((done) => setTimeout(done, wait));
      posts.push(server.pay(`fast_${at}`, '1.00'));
    }
    await Promise.all(posts);
    const sent = (Date.now() - begun) / 1000;
    const times = await frames;
    const gaps = times.slice(1).map((time, at) => time - times[at]);
    const fps = (1000 * gaps.length) / (times.at(-1) - times[0]);
    const sorted = gaps.toSorted((a, b) => a - b);
    const { transaction_count } = await (await fetch(`${server.urls['std.economy']}/metrics`)).json();
    await says(page, '#economy-figures > div:nth-child(2) > dd', transaction_count.toLocaleString('en-US'));
    await says(page, '#chain-text', /all join/);
    assert.deepEqual(page.wrong, []);
    // A machine that is busy with other things makes fewer frames; one that stands still makes none.
    assert.ok(fps > 10, `${fps} frames a second`);
    await page.context().close();
    const at = (share) => sorted[Math.floor(share * (sorted.length - 1))].toFixed(1);
    const between = `between frames ${at(0.5)} ms, 95% within ${at(0.95)} ms, at most ${at(1)} ms`;
    return `${fps.toFixed(1)} frames a second while ${(posts.length / sent).toFixed(0)} entries a second came; ${between}`;
  },

  'a server that ends and comes back is waited for, and nothing is missed': async (server) => {
    const page = await open(browser);
    await page.goto(server.page);
    await says(page, '#link-text', 'live');
    await server.kill();
    await says(page, '#link-text', 'reconnecting');
    await server.start();
    await server.pay('after', '5.00');
    await says(page, '#transactions tbody tr th', 'after', 60_000);
    await says(page, '#link-text', 'live');
    await says(page, '#chain-text', /all join/);
    await page.context().close();
  },
});

/** What holds of the page of a program that has nothing to do with the standard library's services. */
export const alone = (browser) => ({
  'a program alone has its log, alerts and beliefs, and no figures of others': async (server) => {
    const page = await open(browser);
    await page.goto(server.page);
    await says(page, '#programs', 'market');
    await server.post('market', '/events/Heard', { id: 'ETH/USD', volatility: 71 });
    await says(page, '#alerts-firing .message', 'ETH/USD moves by 71.0%');
    await says(page, '#entries tbody tr .what', 'ETH/USD · volatility 71.0');
    await says(page, '#chain-text', '3 links checked, all join');
    for (const panel of ['alerts', 'beliefs', 'ledger']) assert.ok(await page.locator(`#${panel}`).isVisible(), panel);
    for (const panel of ['economy', 'machine', 'markets']) assert.ok(!(await page.locator(`#${panel}`).isVisible()), panel);
    assert.deepEqual(await barriers(page), []);
    assert.deepEqual(page.wrong, []);
    await page.context().close();
  },
});
