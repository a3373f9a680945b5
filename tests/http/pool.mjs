// A pool of workers as its sysadmin meets it: stockpilotctl, /metrics and the log; and pools that a test
// starts itself, beside that of a stack or in its place.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { awsEnvironment } from './aws-environment.mjs';
import { until } from './stack.mjs';
import { childrenOf, gone, isRunning, whereabouts } from './worker-processes.mjs';

/**
 * Runs stockpilotctl for the pool of a stack, or for one of startPool(): gives { code, stdout, stderr }. `as`
 * are words before it, such as setpriv's.
 */
export function ctlAs(as, pool, ...parameters) {
  const { build, configFile, options = {} } = pool;
  const [program, ...words] = [...as, path.join(build, 'stockpilotctl'), '--config', configFile, ...parameters];
  return new Promise((resolve) => {
    execFile(program, words, { env: { ...awsEnvironment(pool), ...options } }, (error, stdout, stderr) =>
      resolve({ code: error ? error.code : 0, stdout, stderr }));
  });
}

export const ctl = (pool, ...parameters) => ctlAs([], pool, ...parameters);

/** What `stockpilotctl status --json` says: { well, pool, workers, findings }. */
export async function poolStatus(pool) {
  const { code, stdout, stderr } = await ctl(pool, 'status', '--json');
  assert.ok(stdout, stderr);
  const status = JSON.parse(stdout);
  assert.equal(code, status.well ? 0 : 1, stdout);
  return status;
}

/** Those that are there for good: neither on their way in nor out. */
export const servingWorkers = ({ workers }) => workers.filter(({ state }) => !['starting', 'draining'].includes(state));

export const servingPids = async (pool) => servingWorkers(await poolStatus(pool)).map(({ pid }) => pid);

/** Waits until exactly so many serve, and gives the status that says so. */
export const untilServing = (pool, count, deadline = 10_000) => until(async () => {
  const status = await poolStatus(pool);
  return servingWorkers(status).length === count && status;
}, { what: `${count} workers`, deadline });

const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (-?[0-9.e+-]+|\+Inf|NaN)$/;
const LABELS = /^(?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*"(?:,(?!$)|$))*$/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"/g;
const SUFFIXES = { histogram: ['_bucket', '_sum', '_count'], counter: [''], gauge: [''] };

function checkHistogram(name, samples) {
  const series = new Map(); // by their labels but le
  for (const sample of samples) {
    const { le, ...labels } = sample.labels;
    const key = JSON.stringify(labels);
    if (!series.has(key)) series.set(key, { buckets: [] });
    const one = series.get(key);
    if (le !== undefined) one.buckets.push([le, sample.value]);
    else one[sample.name.slice(name.length + 1)] = sample.value;
  }
  for (const [key, { buckets, sum, count }] of series) {
    const what = `${name} ${key}`;
    const bounds = buckets.map(([le]) => (le === '+Inf' ? Infinity : Number(le)));
    assert.deepEqual(bounds, [...new Set(bounds)].sort((a, b) => a - b), what);
    assert.equal(bounds.at(-1), Infinity, what);
    buckets.reduce((least, [, value]) => { assert.ok(value >= least, what); return value; }, 0);
    assert.equal(buckets.at(-1)[1], count, what);
    assert.ok(sum >= 0, what);
  }
}

/**
 * Reads the text format 0.0.4 strictly: each family with help and type before its samples and all of it in one
 * place, no series twice, histograms that add up. Gives the samples as { name, labels, value }.
 */
export function parseExposition(text) {
  assert.ok(text.endsWith('\n') && !/\r|\n\n/.test(text));
  const families = new Map();
  const seen = new Set();
  let family;
  let help;
  for (const line of text.slice(0, -1).split('\n')) {
    const comment = /^# (HELP|TYPE) (\S+) (\S.*)$/.exec(line);
    if (comment?.[1] === 'HELP') {
      [, , help] = comment;
    } else if (comment) {
      const [, , name, type] = comment;
      assert.equal(name, help, `${line}: its help comes first`);
      assert.ok(!families.has(name), `${name} comes twice`);
      assert.ok(type in SUFFIXES, line);
      family = { name, type, samples: [] };
      families.set(name, family);
    } else {
      const [, name, labelText = '', value] = SAMPLE.exec(line) ?? assert.fail(`no sample: ${line}`);
      assert.match(labelText, LABELS, line);
      assert.ok(SUFFIXES[family.type].some((suffix) => name === family.name + suffix), `${line}: of ${family.name}`);
      const key = line.slice(0, line.lastIndexOf(' '));
      assert.ok(!seen.has(key), `${key} comes twice`);
      seen.add(key);
      const labels = Object.fromEntries([...labelText.matchAll(LABEL)].map(([, label, content]) => [label, content]));
      family.samples.push({ name, labels, value: Number(value) });
    }
  }
  for (const { name, type, samples } of families.values()) {
    if (type === 'counter') assert.ok(name.endsWith('_total'), name);
    if (type === 'histogram') checkHistogram(name, samples);
    samples.forEach(({ value }) => assert.ok(value >= 0, name));
  }
  return [...families.values()].flatMap(({ samples }) => samples);
}

const REQUESTS = 'stockpilot_request_duration_seconds_count';

/** The exposition of one moment, to be asked. */
export class Metrics {
  constructor(text) { this.samples = parseExposition(text); }

  /** The sum of all series of that name that have those labels. */
  sum(name, labels = {}) {
    return this.samples.filter((sample) => sample.name === name
      && Object.entries(labels).every(([label, value]) => sample.labels[label] === value))
      .reduce((total, { value }) => total + value, 0);
  }

  /** Requests that workers answered, those for /metrics left out: asking changes nothing then. */
  requests(labels = {}) {
    return this.sum(REQUESTS, labels) - (labels.route ? 0 : this.sum(REQUESTS, { ...labels, route: '/metrics' }));
  }
}

/** /metrics, asked through nginx, over the agent's connections if one is given. */
export async function metricsOf(stack, agent) {
  const answer = await stack.request('GET', '/metrics', { agent });
  assert.equal(answer.status, 200, answer.text);
  return new Metrics(answer.text);
}

/** The lines of a log file as objects, those that are no JSON left out. */
export function readLog(file) {
  return fs.readFileSync(file, 'utf8').split('\n').flatMap((line) => {
    try {
      return [JSON.parse(line)];
    } catch {
      return [];
    }
  });
}

/**
 * Starts a pool as `./dev up` does, on the socket of the stack or another. `options` are options of the programs
 * that replace those of the configuration, `parameters` are the pool's, `as` words before it all. It can be given
 * to ctl(). `stop()` ends it and all its workers, and gives [exit status, signal]; whoever starts it ends it.
 */
export async function startPool(stack, {
  name, socket = stack.socket, configFile = stack.configFile, build = stack.build, options = {}, parameters = ['--workers', '2'], as = [],
}) {
  fs.rmSync(socket, { force: true });
  const log = path.join(stack.logDirectory, `${name}.log`);
  const scoreboard = `/stockpilot-test-${process.pid}-${name}`;
  const environment = { SCOREBOARD_NAME: scoreboard, ...options };
  const output = fs.openSync(log, 'a');
  const [program, ...words] = [...as, 'spawn-fcgi', '-n', '-M', '0660', '-b', '1024', '-s', socket, '--',
    path.join(build, 'stockpilot-pool'), '--config', configFile, ...parameters];
  const child = spawn(program, words, { stdio: ['ignore', output, output], env: { ...awsEnvironment(stack), ...environment } });
  fs.closeSync(output);
  const ended = once(child, 'exit');
  const pool = {
    child, pid: child.pid, socket, log, build, configFile, state: stack.state, imdsUrl: stack.imdsUrl, options: environment, ended,
    lines: (event) => readLog(log).filter((line) => !event || line.event === event),
    async stop(signal = 'SIGTERM') {
      const workers = childrenOf(child.pid);
      workers.filter(isRunning).forEach((pid) => process.kill(pid, 'SIGCONT'));
      if (isRunning(child.pid)) child.kill(signal);
      const end = await ended;
      if (signal === 'SIGKILL') workers.filter(isRunning).forEach((pid) => process.kill(pid, 'SIGKILL'));
      await gone(workers, 40_000);
      fs.rmSync(`/dev/shm${scoreboard}`, { force: true });
      return end;
    },
  };
  try {
    await until(() => {
      if (child.exitCode !== null) throw new Error(`the pool ended with ${child.exitCode}: ${fs.readFileSync(log)}`);
      return pool.lines('pool_started').length > 0;
      // Longer than it asks for its parameters, so that it can say itself why it does not come.
    }, { what: 'the pool', deadline: 30_000 });
  } catch (error) {
    error.message += `\n${whereabouts(child.pid)}\n${fs.readFileSync(log, 'utf8').slice(-4000)}`;
    child.kill('SIGKILL'); // or this process would wait for it for ever
    throw error;
  }
  return pool;
}
