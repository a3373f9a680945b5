// Another server of the dashboard's build beside the stack's, with an environment of a test's own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { repository, until } from '../http/stack.mjs';
import { environmentOf } from './dashboard_environment.mjs';
import { freePort } from './free-port.mjs';

const web = path.join(repository, 'web');
const next = path.join(web, 'node_modules/next/dist/bin/next');

async function end(child) {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  child.kill();
  await once(child, 'exit');
}

/**
 * `environment` replaces what the stack's own dashboard has. People sign in at that one, where the provider sends them back to; cookies
 * are a host's, whatever the port. Gives { address, log(), stop() }: the log is of faults, as objects.
 */
export async function startDashboard(stack, environment = {}, port = undefined) {
  const chosen = port ?? await freePort();
  const address = `http://127.0.0.1:${chosen}`;
  const child = spawn(process.execPath, [next, 'start', web, '-H', '127.0.0.1', '-p', String(chosen)], {
    stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, ...environmentOf(stack.state), ...environment },
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text) => { said += text; });
  const stop = () => end(child);
  try {
    await until(() => fetch(address).then((answer) => answer.ok, () => false), { what: 'another dashboard', deadline: 30_000 });
  } catch (error) {
    await stop();
    error.message += `\n${said}`;
    throw error;
  }
  const log = () => said.split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
  return { address, log, stop };
}
