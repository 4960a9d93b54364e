// What holds where the server asks who is there.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { barriers, open, says } from './browser.mjs';

/** The checks by name. `keys` are those of callers, by role. */
export const callers = (browser, keys) => ({
  'a server that asks for a key is given it, and it stays in the tab': async (server) => {
    const page = await open(browser);
    await page.goto(server.page);
    await page.locator('#key').waitFor({ state: 'visible' });
    assert.deepEqual(await barriers(page), []);
    await page.fill('#key-text', 'lwas_wrong');
    await page.click('#key button');
    await page.waitForFunction(() => document.getElementById('key-wrong').textContent !== '');
    await page.fill('#key-text', keys.auditor);
    await page.keyboard.press('Enter');
    await says(page, '#link-text', 'live');
    await says(page, '#equity', '$0.00');
    await server.pay('tx_1', '12.00', { metadata: {} }).then(assert.fail, () => {});
    await server.post('std.economy', '/transaction', transaction('tx_1'), { authorization: `Bearer ${keys.admin}` });
    await says(page, '#equity', '$12.00');
    await says(page, '#audit-text', /^Audited to entry \d+: everything follows from the log$/, 90_000);
    const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, document.cookie]));
    assert.ok(!kept.includes(keys.auditor));
    await page.context().close();
  },

  'who may only ask queries sees figures, and is told what is missing': async (server) => {
    const page = await open(browser);
    await page.goto(server.page);
    await page.locator('#key').waitFor({ state: 'visible' });
    await page.fill('#key-text', keys.reader);
    await page.keyboard.press('Enter');
    await says(page, '#equity', '$12.00');
    await says(page, '#note', /no role of `reader` may read the log/);
    assert.ok(!(await page.locator('#ledger').isVisible()));
    await page.context().close();
  },
});

const transaction = (id) => ({
  id,
  amount: '12.00',
  currency: 'USD',
  timestamp: new Date().toISOString(),
  tx_type: 'Payment',
  metadata: {},
});

/** A configuration with a caller for each role, and their keys. */
export function withCallers(server, lwasc) {
  const keys = {};
  let text = '[serve.audit]\nevery = "1m"\n';
  for (const role of ['auditor', 'admin', 'reader']) {
    const env = { ...process.env, HOME: server.work };
    const { key, hash } = JSON.parse(execFileSync(lwasc, ['keygen', '--api', role, '--json'], { env }));
    keys[role] = key;
    text += `[[serve.api_keys]]\nname = "${role}"\nroles = ["${role}"]\nhash = "${hash}"\n`;
  }
  writeFileSync(join(server.work, 'serve.toml'), text);
  return keys;
}
