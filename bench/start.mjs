// From starting the pool to the first /readyz that says 200, with the database up: with a key set that has to be fetched,
// beside the running stack, on a socket of its own.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

import { awsEnvironment } from '../tests/http/aws-environment.mjs';
import { askOnce } from '../tests/http/fastcgi-client.mjs';
import { start, stop } from './processes.mjs';
import { median } from './statistics.mjs';

const STARTS = 5;
const MOST_MS = 10_000;

async function untilReady(socket, server, since) {
  for (;;) {
    const elapsed = performance.now() - since;
    if (elapsed > MOST_MS || server.ended) throw new Error(`the pool is not ready after ${Math.round(elapsed)} ms: see ${server.log}`);
    try {
      const { status } = await askOnce(socket, { path: '/readyz' });
      if (status === 200) return performance.now() - since;
    } catch {
      // It does not listen yet.
    }
    await sleep(1);
  }
}

async function startOnce(stack, { workers, directory, socketDirectory }) {
  const socket = join(socketDirectory, 'cold.sock');
  const names = { JWKS_CACHE_NAME: `/bench-cold-keys-${process.pid}`, SCOREBOARD_NAME: `/bench-cold-scoreboard-${process.pid}` };
  const file = join(directory, 'cold.conf');
  const lines = readFileSync(stack.description.configFile, 'utf8').split('\n').filter((line) => !(line.split('=')[0] in names));
  writeFileSync(file, [...lines, ...Object.entries(names).map(([name, value]) => `${name}=${value}`), ''].join('\n'), { mode: 0o600 });
  const since = performance.now();
  const server = start('cold', 'spawn-fcgi', ['-n', '-M', '0600', '-b', '1024', '-s', socket, '--',
    join(stack.build, 'stockpilot-pool'), '--workers', String(workers), '--config', file], { log: join(directory, 'cold.log'), env: awsEnvironment(stack.description) });
  try {
    return await untilReady(socket, server, since);
  } finally {
    await stop(server);
    for (const path of [socket, file, ...Object.values(names).map((name) => `/dev/shm${name}`)]) rmSync(path, { force: true });
  }
}

export async function coldStart(stack, about) {
  const starts = [];
  for (let number = 0; number < STARTS; number += 1) starts.push(await startOnce(stack, about));
  const milliseconds = median(starts);
  return {
    milliseconds,
    starts,
    text: `Cold start of the pool with ${about.workers} workers until /readyz is 200: ${milliseconds.toFixed(0)} ms `
      + `(${starts.map((one) => one.toFixed(0)).join(', ')})`,
  };
}
