// Amplify Hosting runs the build's standalone server, without the checkout: it is what `next start` is.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { repository, until } from '../http/stack.mjs';
import { onPage, shop } from './dashboard.mjs';
import { environmentOf } from './dashboard_environment.mjs';
import { freePort } from './free-port.mjs';

const build = path.join(repository, 'web', '.next');

/**
 * The deployment as Amplify puts it together: the standalone folder, and the files that it serves itself. Amplify builds with the
 * variables there, and what images are shown of is in that build; this one is for all stacks of a checkout, so it is put in here.
 */
function assemble(images) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'dashboard-'));
  fs.cpSync(path.join(build, 'standalone'), folder, { recursive: true });
  fs.cpSync(path.join(build, 'static'), path.join(folder, '.next', 'static'), { recursive: true });
  const file = path.join(folder, 'server.js');
  const [, config] = /^const nextConfig = (\{.*\})$/m.exec(fs.readFileSync(file, 'utf8'));
  const { hostname, port } = new URL(images);
  const changed = JSON.parse(config);
  Object.assign(changed.images, { dangerouslyAllowLocalIP: true, remotePatterns: [{ protocol: 'https', hostname, port, pathname: '/products/**' }] });
  fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace(config, () => JSON.stringify(changed)));
  return folder;
}

describe('The standalone server, as on Amplify', () => {
  let stack;
  let folder;
  let server;
  let address;

  before(async () => {
    stack = await shop();
    folder = assemble(stack.cdnUrl);
    // An origin that the provider knows, on a port of its own: the sign-in comes back to the first dashboard's address.
    const port = await freePort();
    address = `http://127.0.0.1:${port}`;
    server = spawn(process.execPath, ['server.js'], {
      cwd: folder, stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...environmentOf(stack.state), PORT: String(port), HOSTNAME: '127.0.0.1' },
    });
    await until(() => fetch(address).then((answer) => answer.ok, () => false), { what: 'the standalone server', deadline: 30_000 });
  });
  after(async () => {
    if (server?.exitCode === null) {
      server.kill();
      await once(server, 'exit');
    }
    if (folder) fs.rmSync(folder, { recursive: true, force: true });
  });

  /** What must be the same of an answer: nonces and dates are new each time. */
  const same = ({ status, headers }) => ({
    status,
    headers: Object.fromEntries([...headers].filter(([name]) => !['date', 'connection', 'keep-alive', 'transfer-encoding', 'content-length', 'x-request-id'].includes(name))
      .map(([name, value]) => [name, value.replace(/nonce[=-]["']?[A-Za-z0-9+/=]+/g, 'nonce')])),
  });
  const ask = (origin, target, options) => fetch(origin + target, { redirect: 'manual', ...options });

  for (const [what, target, options] of [
    ['the landing page', '/'],
    ['a page without a session', '/dashboard?from=2026-01-01'],
    ['the API without a session', '/api/products'],
    ['a write from a foreign page', '/api/products', { method: 'POST', headers: { 'Sec-Fetch-Site': 'cross-site' } }],
    ['a sign-out from a foreign page', '/auth/sign-out', { method: 'POST', headers: { 'Sec-Fetch-Site': 'same-site' } }],
    ['an unknown address', '/nowhere'],
  ]) {
    test(`answers ${what} as next start does`, async () => {
      assert.deepEqual(same(await ask(address, target, options)), same(await ask(stack.dashboardUrl, target, options)));
    });
  }

  test('shows a page to whoever is signed in at the other one, with scripts that run under its policy', async () => {
    await onPage({ path: '/dashboard' }, async (page) => {
      // Cookies are a host's, whatever the port: this one has the same secret.
      await page.goto(`${address}/dashboard`);
      await page.getByRole('heading', { level: 1, name: 'Dashboard' }).waitFor();
      await page.getByRole('button', { name: /^Account/ }).click();
      await page.getByRole('menuitem', { name: 'Sign out' }).waitFor();
    });
  });
});
