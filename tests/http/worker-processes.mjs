// Workers that a test starts itself, beside those of a stack or in their place, and what the kernel
// knows of them.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { awsEnvironment } from './aws-environment.mjs';
import { until } from './stack.mjs';

const run = promisify(execFile);

/** Whether the process runs: neither gone nor a corpse that nobody has fetched yet. */
export function isRunning(pid) {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'latin1');
    return !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
  } catch {
    return false;
  }
}

export const gone = (pids, deadline = 10_000) =>
  until(() => !pids.some(isRunning), { deadline, what: `the end of ${pids}` });

/** The processes that this one started and that still run. */
export const childrenOf = (parent) => fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number)
  .filter((pid) => {
    try {
      const stat = fs.readFileSync(`/proc/${pid}/stat`, 'latin1');
      return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === parent && isRunning(pid);
    } catch {
      return false; // ended meanwhile
    }
  });

/** What a process and its children wait for, as far as the kernel tells: for the message of a failure. */
export const whereabouts = (parent) => [parent, ...childrenOf(parent)].map((pid) => ['comm', 'wchan', 'syscall', 'stack'].map((name) => {
  try {
    return `${name}: ${fs.readFileSync(`/proc/${pid}/${name}`, 'latin1').trim()}`;
  } catch (error) {
    return `${name}: ${error.code}`;
  }
}).join('\n')).join('\n\n');

/** Ends the stack's pool first, so that nobody takes a worker's place, and its workers at once or by a drain. */
export async function endPool(stack, signal = 'SIGKILL') {
  const workers = childrenOf(stack.pids.pool);
  process.kill(stack.pids.pool, signal);
  if (signal === 'SIGKILL') workers.filter(isRunning).forEach((pid) => process.kill(pid, 'SIGKILL'));
  await gone([stack.pids.pool, ...workers], 40_000);
}

/** The memory of a process that is in RAM, in kB. */
export function residentKilobytes(pid) {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(fs.readFileSync(`/proc/${pid}/status`, 'latin1'))[1]);
}

// A worker keeps its memory to itself, and thereby its folder in /proc: only root may see its descriptors. The
// tables of the kernel are for everyone.

/** The connections to a unix socket that its server has open, by the number that each has for the kernel. */
export function connectionsOf(socket) {
  return fs.readFileSync('/proc/net/unix', 'utf8').split('\n')
    .filter((line) => line.endsWith(` ${socket}`))
    .map((line) => line.split(/\s+/))
    .filter((fields) => fields[5] === '03')
    .map((fields) => fields[6]);
}

/** How many they are. */
export const openConnections = (socket) => connectionsOf(socket).length;

/** How many processes but this one are connected to a TCP port of the loopback address. */
export function strangersConnectedTo(port) {
  const remote = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const ours = fs.readdirSync('/proc/self/fd').map((fd) => {
    try {
      return fs.readlinkSync(`/proc/self/fd/${fd}`);
    } catch {
      return ''; // closed meanwhile
    }
  });
  return fs.readFileSync('/proc/net/tcp', 'latin1').split('\n').slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[2] === remote && fields[3] === '01' && !ours.includes(`socket:[${fields[9]}]`)).length;
}

/**
 * Starts workers of the stack's programs and configuration as spawn-fcgi starts them. `options` are
 * options of the program that replace those of the configuration. Whoever starts them ends them: stop().
 */
export async function spawnWorkers(stack, { socket = stack.socket, count = 2, options = {} } = {}) {
  const { stdout } = await run('spawn-fcgi', ['-F', String(count), '-M', '0660', '-b', '1024', '-s', socket, '--',
    '/bin/sh', '-c', 'exec "$@" 2>>"$0"', path.join(stack.logDirectory, 'api.log'),
    path.join(stack.build, 'stockpilot-api'), '--config', stack.configFile],
  { env: { ...awsEnvironment(stack), ...options } });
  const pids = [...stdout.matchAll(/PID: (\d+)/g)].map((match) => Number(match[1]));
  if (pids.length !== count) throw new Error(`spawn-fcgi said: ${stdout}`);
  const stop = async (signal = 'SIGTERM') => {
    pids.filter(isRunning).forEach((pid) => process.kill(pid, signal));
    await gone(pids, 40_000);
  };
  return { pids, socket, stop };
}

/**
 * Starts one worker as a child of ours, so that its exit status is seen. `child` is the worker itself, of another `program`
 * if there is one; `stop()` ends it if it still runs and gives [exit status, signal].
 */
export async function spawnWorker(stack, { socket, options = {}, program = path.join(stack.build, 'stockpilot-api') }) {
  const log = fs.openSync(path.join(stack.logDirectory, 'api.log'), 'a');
  const child = spawn('spawn-fcgi', ['-n', '-M', '0660', '-b', '1024', '-s', socket, '--',
    program, '--config', stack.configFile],
  { stdio: ['ignore', log, log], env: { ...awsEnvironment(stack), ...options } });
  fs.closeSync(log);
  const ended = once(child, 'exit');
  try {
    await until(() => {
      if (child.exitCode !== null) throw new Error(`the worker ended with ${child.exitCode}`);
      return fs.existsSync(socket) && fs.readFileSync(`/proc/${child.pid}/comm`, 'utf8') === 'stockpilot-api\n';
    }, { what: 'the worker' });
  } catch (error) {
    child.kill('SIGKILL'); // or this process would wait for it for ever
    throw error;
  }
  const stop = (signal = 'SIGTERM') => {
    child.kill(signal);
    return ended;
  };
  return { child, pid: child.pid, socket, ended, stop };
}
