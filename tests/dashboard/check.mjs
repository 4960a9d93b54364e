// What `.ci/dashboard` checks: the page in Chromium, before servers that run. Says what it measures, and ends with 1 at the first
// thing that is not as it should be.

import { launch } from './browser.mjs';
import { callers, withCallers } from './callers.mjs';
import { alone, page } from './page.mjs';
import { Server } from './server.mjs';
import { services } from './services.mjs';

const lwasc = process.env.LWASC;
const market = new URL('market.lwas', import.meta.url).pathname;

async function run(server, all) {
  for (const [name, check] of Object.entries(all)) {
    const told = await check(server);
    console.log(`ok    ${name}${told ? `\n        ${told}` : ''}`);
  }
}

const browser = await launch();
const any = new Server(lwasc, ['std.economy', market]);
const single = new Server(lwasc, [market]);
const standard = new Server(lwasc, ['std.economy', 'std.telemetry']);
const asking = new Server(lwasc, ['std.economy', '--config', '$WORK/serve.toml']);
try {
  await run(await any.start(), page(browser));
  await run(await single.start(), alone(browser));
  await run(await standard.start(), services(browser, process.env.DASHBOARD_SHOTS));
  const keys = withCallers(asking, lwasc);
  await run(await asking.start(), callers(browser, keys));
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  for (const server of [any, single, standard, asking]) if (server.child?.exitCode === null) await server.end();
  await browser.close();
}
