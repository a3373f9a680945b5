// Runs the load generator (bench/load) against a system and looks at the servers when its measured time begins and ends.
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { cpuSeconds, machineCpu } from './processes.mjs';

let underWay = null;

export function abortLoad() {
  underWay?.kill('SIGKILL');
}

const cpuOf = (system, generator) => ({
  generator: cpuSeconds([generator]),
  machine: machineCpu(),
  application: cpuSeconds(system.applicationPids),
  nginx: cpuSeconds(system.nginxPids),
  postgres: cpuSeconds(system.stack.postgresPids),
});

function outputOf(child, atLine) {
  return new Promise((resolve, reject) => {
    let last = '';
    let complaint = '';
    createInterface({ input: child.stdout }).on('line', (line) => { last = line; atLine(line); });
    child.stderr.on('data', (bytes) => { complaint += bytes; });
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(JSON.parse(last));
      else reject(new Error(`the load generator ended with ${code}: ${complaint}`));
    });
  });
}

const sum = (kinds, field) => kinds.reduce((total, one) => total + one[field], 0);

export class Load {
  constructor({ buildDirectory, directory, tokens }) {
    this.program = join(buildDirectory, 'bench/load/load');
    this.directory = directory;
    this.tokens = tokens;
  }

  // plan: lines. Returns what the generator counted, with req/s, errors, and CPU time for each answer in µs.
  async run(system, plan, { clients, seconds, warmUp = 0, token = 'own', tokens = 'own', rate, requests, seed = 1 }) {
    const planFile = join(this.directory, 'plan');
    writeFileSync(planFile, `${plan.join('\n')}\n`);
    const args = ['--plan', planFile, '--tokens', this.tokens[tokens], '--ca', system.caFile,
      '--address', system.address ?? '127.0.0.1', '--port', system.port,
      '--clients', clients, '--seconds', seconds, '--warm-up', warmUp, '--token', token, '--seed', seed];
    // A thread for each core takes part only where one cannot send enough.
    args.push('--threads', !rate && clients >= 2 ? 2 : 1);
    if (rate) args.push('--rate', rate);
    if (requests) args.push('--requests', requests);
    const child = spawn(this.program, args.map(String), { stdio: ['ignore', 'pipe', 'pipe'] });
    underWay = child;
    let before = null;
    let after = null;
    const counted = await outputOf(child, (line) => {
      if (line === 'begin') before = cpuOf(system, child.pid);
      if (line === 'end') after = cpuOf(system, child.pid);
    });
    underWay = null;
    return Load.summary(counted, before, after);
  }

  static summary(counted, before, after) {
    const kinds = Object.values(counted.kinds);
    const completed = sum(kinds, 'completed');
    const micros = (part) => (before && after && completed > 0 ? ((after[part] - before[part]) / completed) * 1e6 : null);
    const spent = (part) => after[part] - before[part];
    return {
      ...counted,
      // The share of all cores that went to programs which have no part in this, or to nobody on this machine.
      foreignCpu: before && after ? (after.machine.busy - before.machine.busy + after.machine.stolen - before.machine.stolen
        - spent('application') - spent('nginx') - spent('postgres') - spent('generator')) / (counted.seconds * cpus().length) : null,
      completed,
      perSecond: completed / counted.seconds,
      errors: sum(kinds, 'wrongStatus') + sum(kinds, 'closed') + sum(kinds, 'timedOut') + sum(kinds, 'unanswered'),
      firstFailure: kinds.find(({ firstFailure }) => firstFailure)?.firstFailure ?? null,
      cpu: { application: micros('application'), nginx: micros('nginx'), postgres: micros('postgres'), generator: micros('generator') },
    };
  }
}
