// The processes of a run: starting and ending them, and what they have used: CPU time, memory, descriptors.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, openSync, closeSync, readdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const TICKS_PER_SECOND = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
const STOP_SECONDS = 10;

const running = new Set();

// The fields of /proc/PID/stat behind the program's name, or null when there is no such process.
function statOf(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}

// A server that ends with us, however we end: the kernel sends it TERM when its parent is gone. In a session of its
// own, so that a Ctrl-C reaches us alone, and we end everything in order.
export function start(name, command, args, { env = process.env, log }) {
  mkdirSync(dirname(log), { recursive: true });
  const output = openSync(log, 'a');
  const child = spawn('setpriv', ['--pdeathsig', 'TERM', '--', command, ...args], {
    env, detached: true, stdio: ['ignore', output, output],
  });
  closeSync(output);
  const server = { name, pid: child.pid, log, ended: false };
  server.exit = new Promise((resolve) => {
    child.once('error', (error) => { server.ended = true; resolve(error); });
    child.once('exit', (code, signal) => { server.ended = true; resolve(signal ?? code); });
  });
  running.add(server);
  return server;
}

function signal(pid, name) {
  try {
    process.kill(-pid, name);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

export async function stop(server) {
  running.delete(server);
  if (!server.ended) {
    // The group's leader only: a master ends its workers itself.
    process.kill(server.pid, 'SIGTERM');
    await Promise.race([server.exit, sleep(STOP_SECONDS * 1000, null, { ref: false })]);
  }
  if (!server.ended) signal(server.pid, 'SIGKILL');
}

export async function stopAll() {
  await Promise.all([...running].map(stop));
}

// The processes of these ids and all their descendants.
export function tree(roots) {
  const children = new Map();
  for (const name of readdirSync('/proc')) {
    const stat = /^[0-9]+$/.test(name) && statOf(name);
    if (stat) {
      const parent = Number(stat[1]);
      children.set(parent, [...children.get(parent) ?? [], Number(name)]);
    }
  }
  const found = new Set();
  const visit = (pid) => {
    if (found.has(pid)) return;
    found.add(pid);
    children.get(pid)?.forEach(visit);
  };
  roots.forEach(visit);
  return [...found];
}

// CPU time of a tree in seconds. What has ended counts through its parent, which waited for it.
export function cpuSeconds(roots) {
  let ticks = 0;
  for (const pid of tree(roots)) {
    const stat = statOf(pid);
    if (stat) ticks += stat.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  }
  return ticks / TICKS_PER_SECOND;
}

// CPU time of the whole machine since it began: { busy, stolen } in seconds. What a host took away counts as stolen.
export function machineCpu() {
  const [, user, nice, system, , , irq, softirq, steal] = readFileSync('/proc/stat', 'utf8').split('\n', 1)[0].split(/\s+/).map(Number);
  return { busy: (user + nice + system + irq + softirq) / TICKS_PER_SECOND, stolen: steal / TICKS_PER_SECOND };
}

// A file of /proc that may be its owner's or root's only (our workers can be looked at by nobody else), or null.
function readGuarded(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error.code !== 'EACCES' && error.code !== 'EPERM') return null;
  }
  try {
    return execFileSync('sudo', ['-n', 'cat', path], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return null;
  }
}

// { pss, rss, swap } of one process in kB, or null where they cannot be read.
export function memoryOf(pid) {
  const text = readGuarded(`/proc/${pid}/smaps_rollup`);
  if (text === null) return null;
  const field = (name) => Number(new RegExp(`^${name}:\\s+([0-9]+)`, 'm').exec(text)?.[1] ?? NaN);
  return { pss: field('Pss'), rss: field('Rss'), swap: field('Swap') };
}

// The sum of a tree, or null when one process cannot be looked at.
export function pssOf(roots) {
  let sum = 0;
  for (const pid of tree(roots)) {
    const memory = memoryOf(pid);
    if (memory === null && statOf(pid)) return null;
    sum += memory?.pss ?? 0;
  }
  return sum;
}

export function descriptorsOf(pid) {
  try {
    return readdirSync(`/proc/${pid}/fd`).length;
  } catch (error) {
    if (error.code !== 'EACCES') return null;
  }
  try {
    const names = execFileSync('sudo', ['-n', 'ls', `/proc/${pid}/fd`], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return names.trim().split('\n').length;
  } catch {
    return null;
  }
}

export const nameOf = (pid) => readGuarded(`/proc/${pid}/comm`)?.trim() ?? '?';
