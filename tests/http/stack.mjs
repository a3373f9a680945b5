// The running system as the tests see it: requests through nginx with real tokens, SQL beside them, and
// the log. Every test file of a run shares one stack; what breaks things starts its own.
//
// Environment:
//   STOCKPILOT_STACK     stack.json of a running stack; without it the test process starts one and
//                        removes it at the end.
//   STOCKPILOT_RECORDER  address of a recording proxy in front of that stack (with-recording.mjs).
//   STOCKPILOT_FAILED_LOGS  folder for the logs of a private stack that does not start.
//   STOCKPILOT_RECORD    folder for what does not pass the proxy, as NDJSON (see traffic.mjs).

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import os from 'node:os';
import path from 'node:path';
import { after } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import tls from 'node:tls';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { signIn } from '../../standins/oidc/sign-in.mjs';
import { ResponseReader } from './response-reader.mjs';

export const repository = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

const REQUEST_DEADLINE_MS = 20_000;
/** What can be told of a request line, well-formed or not: a method, and what looks like a path. */
const REQUEST_LINE = /^([A-Za-z_-]+) (\/[^ \r\n]*)/;
const run = promisify(execFile);

/**
 * Asks again until `probe` gives something true, and gives that; throws after `deadline` milliseconds.
 * For what happens after the answer: log lines, deleted files.
 */
export async function until(probe, { deadline = 5000, what = 'the awaited event' } = {}) {
  const end = Date.now() + deadline;
  for (;;) {
    const found = await probe();
    if (found) return found;
    if (Date.now() > end) throw new Error(`${what} did not come within ${deadline} ms`);
    await pause(20);
  }
}

/** The bytes and content type of a form: { name: text or number or { bytes, filename, type } }. */
async function encodeForm(fields) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    if (value?.bytes) {
      form.append(name, new Blob([value.bytes], { type: value.type ?? 'application/octet-stream' }),
        value.filename ?? 'image');
    } else {
      form.append(name, String(value));
    }
  }
  const encoded = new Response(form);
  return {
    type: encoded.headers.get('content-type'),
    bytes: Buffer.from(await encoded.arrayBuffer()),
  };
}

class Answer {
  /** `headers` as node:http gives them: lower-case names. */
  constructor(status, headers, bytes) {
    Object.assign(this, { status, headers, bytes });
  }

  get text() { return this.bytes.toString('utf8'); }

  /** The body read as JSON; throws when it is none. */
  get json() { return JSON.parse(this.text); }
}

export class Stack {
  #agent;
  #plainAgent = new http.Agent({ keepAlive: true });
  #authority;
  #recorder;
  #tokens = new Map();

  /** `description` is a parsed stack.json; its members are those of the stack. */
  constructor(description, { recorder } = {}) {
    Object.assign(this, description);
    this.#authority = fs.readFileSync(this.caFile);
    this.#recorder = recorder;
    this.#agent = new https.Agent({ keepAlive: true, ca: this.#authority });
  }

  /** A demo user's access token, from one sign-in for each user and client. */
  token(user, client = this.clientId) {
    const key = `${user} ${client}`;
    if (!this.#tokens.has(key)) {
      const token = signIn({ issuer: this.issuer, user, client }).then((all) => all.access_token);
      token.catch(() => this.#tokens.delete(key)); // whoever asks next tries again
      this.#tokens.set(key, token);
    }
    return this.#tokens.get(key);
  }

  /** A demo user as stack.json has it: { name, sub, email, groups }. */
  user(name) { return this.users.find((user) => user.name === name); }

  /**
   * One exchange. Of `json`, `form` (see encodeForm) and `body` (text or bytes) at most one; `user` is
   * whose token to send, `token` a token itself, and with neither there is no Authorization header.
   * `direct` goes past the recording proxy, as do requests to an `origin` or with an https.Agent of their own.
   */
  async request(method, target, { user, token, headers = {}, json, form, body, direct, origin, agent } = {}) {
    const sent = { ...headers };
    let bytes = body;
    if (json !== undefined) {
      bytes = JSON.stringify(json);
      sent['content-type'] ??= 'application/json';
    } else if (form !== undefined) {
      const encoded = await encodeForm(form);
      bytes = encoded.bytes;
      sent['content-type'] ??= encoded.type;
    }
    const bearer = token ?? (user && await this.token(user));
    if (bearer) sent.authorization = `Bearer ${bearer}`;
    if (bytes !== undefined) sent['content-length'] ??= Buffer.byteLength(bytes);
    const proxy = direct || origin || agent ? undefined : this.#recorder;
    const answer = await this.#exchange(proxy ?? origin ?? this.url, method, target, sent, bytes, agent);
    if (!proxy) this.#record(method, target, answer);
    return answer;
  }

  async #exchange(origin, method, target, headers, bytes, agent) {
    const { protocol, hostname, port } = new URL(origin);
    const secure = protocol === 'https:';
    const request = (secure ? https : http).request({
      host: hostname,
      port,
      method,
      path: target,
      headers,
      agent: agent ?? (secure ? this.#agent : this.#plainAgent),
      signal: AbortSignal.timeout(REQUEST_DEADLINE_MS),
    });
    request.end(bytes);
    const [response] = await once(request, 'response');
    const chunks = [];
    for await (const chunk of response) chunks.push(chunk);
    return new Answer(response.statusCode, response.headers, Buffer.concat(chunks));
  }

  #record(method, target, { status, headers, bytes }) {
    if (!process.env.STOCKPILOT_RECORD) return;
    const packed = headers['content-encoding'] === 'gzip' && bytes.length > 0;
    const body = (packed ? gunzipSync(bytes) : bytes).toString('utf8');
    const line = JSON.stringify({ method, path: target, status, headers, body });
    fs.appendFileSync(path.join(process.env.STOCKPILOT_RECORD, `direct-${process.pid}.ndjson`), `${line}\n`);
  }

  /** A TLS connection to nginx for tests that write their own bytes. */
  async connect() {
    const { hostname, port } = new URL(this.url);
    const socket = tls.connect({ host: hostname, port, ca: this.#authority });
    await once(socket, 'secureConnect');
    return socket;
  }

  /**
   * Sends the bytes as they are and reads the first answer to them. Gives an Answer whose `closed` says
   * whether the connection was closed instead of an answer (then `status` is 0).
   */
  async rawRequest(bytes) {
    const [, method, target] = REQUEST_LINE.exec(bytes.toString('latin1')) ?? [];
    const socket = await this.connect();
    try {
      const reader = new ResponseReader(method);
      socket.on('error', () => reader.end());
      socket.setTimeout(REQUEST_DEADLINE_MS, () => socket.destroy(new Error('no answer')));
      socket.on('data', (chunk) => reader.add(chunk)).on('end', () => reader.end());
      socket.write(bytes);
      const { status, headers, body, closed } = await reader.done;
      const answer = Object.assign(new Answer(status, headers, body), { closed });
      if (!closed) this.#record(method ?? 'GET', target ?? '/', answer);
      return answer;
    } finally {
      socket.destroy();
    }
  }

  /**
   * Runs SQL as the superuser and gives psql's output. Several statements are several transactions.
   * `database` is another one than the programs use, for what cannot be done from inside that.
   */
  async execute(script, parameters = [], { database = 'stockpilot' } = {}) {
    const variables = parameters.flatMap((value, index) =>
      value === null ? [] : ['-v', `p${index + 1}=${value}`]);
    const text = script.replace(/\$(\d+)/g, (_, number) =>
      parameters[number - 1] === null ? 'null' : `:'p${number}'`);
    const child = run('psql', ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', ...variables,
      '-d', this.adminDatabaseUrl.replace('/stockpilot?', `/${database}?`), '-f', '-'], { maxBuffer: 256 << 20 });
    child.child.stdin.end(text);
    return (await child).stdout.trim();
  }

  /** The rows of one query as objects. `$1` … are the parameters, untyped literals as psql quotes them. */
  async sql(query, parameters = []) {
    if (!/^\s*(select|with|values)\b|\breturning\b/i.test(query)) {
      await this.execute(query, parameters);
      return [];
    }
    return JSON.parse(await this.execute(
      `with q as (${query}) select coalesce(json_agg(q), '[]') from q`, parameters));
  }

  /** The workers' log as objects, lines that are no JSON left out. */
  logLines() {
    return fs.readFileSync(path.join(this.logDirectory, 'api.log'), 'utf8').split('\n').flatMap((line) => {
      try {
        return [JSON.parse(line)];
      } catch {
        return [];
      }
    });
  }

  /** Runs `./dev` with arguments against this stack, e.g. dev('up') to restart what a test killed. */
  dev(...parameters) { return dev(this.state, this.environment ?? {}, ...parameters); }

  /** What `./dev up` wrote, read again: pids change with a restart. */
  reread() {
    Object.assign(this, JSON.parse(fs.readFileSync(path.join(this.state, 'stack.json'), 'utf8')));
  }

  close() {
    this.#agent.destroy();
    this.#plainAgent.destroy();
  }
}

/** The lines of a log that somebody writes: what stands behind the last end of a line is one that is being written. */
export const linesOf = (file) => fs.readFileSync(file, 'utf8').split('\n').slice(0, -1);

/** The daemons keep the descriptors they are given, so the output goes to a file and not to a pipe. */
async function dev(state, environment, ...parameters) {
  const log = path.join(state, 'dev.out');
  const output = fs.openSync(log, 'a');
  const child = spawn(path.join(repository, 'dev'), parameters, {
    stdio: ['ignore', output, output],
    env: { ...process.env, ...environment, STOCKPILOT_STATE: state },
  });
  fs.closeSync(output);
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`./dev ${parameters.join(' ')} ended with ${code}:\n${fs.readFileSync(log)}`);
}

/** What a sanitizer, if the programs are built with one, has to say; a leak is told at the end only. */
function sanitizerComplaints(log) {
  const text = fs.existsSync(log) ? fs.readFileSync(log, 'utf8') : '';
  const start = text.search(/ERROR: (Address|Leak)Sanitizer|runtime error:/);
  return start < 0 ? '' : text.slice(start, start + 8000);
}

/** The logs of a stack that did not start outlive it, in a folder of the run's logs. */
function keepLogs(state) {
  const logs = path.join(state, 'log');
  const into = process.env.STOCKPILOT_FAILED_LOGS;
  if (into && fs.existsSync(logs)) fs.cpSync(logs, path.join(into, path.basename(state)), { recursive: true });
}

/**
 * Starts a stack of one's own. `configuration` is what replaces or adds to the options of the programs,
 * `environment` what `./dev up` reads. `stop()` removes it; a test calls it in its after hook.
 */
export async function startPrivateStack({ configuration = {}, environment = {} } = {}) {
  const state = fs.mkdtempSync(path.join(os.tmpdir(), 'stockpilot-stack-'));
  const chosen = {
    STOCKPILOT_DEMO: 'none',
    STOCKPILOT_DASHBOARD: 'no',
    STOCKPILOT_WORKERS: '2',
    STOCKPILOT_RATE: '100000',
    STOCKPILOT_BURST: '100000',
    STOCKPILOT_CONNECTIONS: '1000',
    ...environment,
  };
  const lines = Object.entries(configuration).map(([name, value]) => `${name}=${value}\n`);
  fs.writeFileSync(path.join(state, 'local.conf'), lines.join(''));
  const remove = async () => {
    await dev(state, chosen, 'down');
    const complaints = sanitizerComplaints(path.join(state, 'log', 'api.log'))
      || sanitizerComplaints(path.join(state, 'log', 'notifier.log'));
    await dev(state, chosen, 'down', '--purge');
    fs.rmSync(state, { recursive: true, force: true });
    if (complaints) throw new Error(`the programs' log:\n${complaints}`);
  };
  try {
    await dev(state, chosen, 'up');
  } catch (error) {
    keepLogs(state);
    await remove().catch(() => {}); // what went wrong first is what matters
    throw error;
  }
  const description = JSON.parse(fs.readFileSync(path.join(state, 'stack.json'), 'utf8'));
  const own = new Stack({ ...description, environment: chosen });
  own.stop = async () => {
    own.close();
    await remove();
  };
  return own;
}

let shared;

async function openShared() {
  const file = process.env.STOCKPILOT_STACK;
  if (!file) return startPrivateStack({ environment: { STOCKPILOT_DEMO: 'small' } });
  return new Stack(JSON.parse(fs.readFileSync(file, 'utf8')), { recorder: process.env.STOCKPILOT_RECORDER });
}

/** The stack that all tests share, with the small demo shop in it. Tests add to it and break nothing. */
export function stack() {
  shared ??= openShared();
  return shared;
}

after(async () => {
  const open = await shared?.catch(() => undefined);
  if (open?.stop) await open.stop();
  else open?.close();
});

// The same on the shared stack, for short.
export const token = async (...parameters) => (await stack()).token(...parameters);
export const request = async (...parameters) => (await stack()).request(...parameters);
export const rawRequest = async (...parameters) => (await stack()).rawRequest(...parameters);
export const sql = async (...parameters) => (await stack()).sql(...parameters);
export const logLines = async () => (await stack()).logLines();
