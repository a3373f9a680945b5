// The systems that are measured: ours, and the peers, each behind an nginx like ours.
import { accessSync, constants, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { writeSite } from './nginx_site.mjs';
import { freePorts } from './ports.mjs';
import { start, stop } from './processes.mjs';
import { environmentFrom } from './stack.mjs';

const READY_SECONDS = 30;
const NODE_PROCESSES = 2;
const CONNECTIONS_OF_A_NODE_PROCESS = 8;
const CONNECTIONS_OF_GO = 16;
const PHP_CHILDREN = 4;

// In sbin, which an ordinary user need not have in PATH.
export function program(name) {
  for (const folder of [...process.env.PATH.split(delimiter), '/usr/sbin', '/usr/local/sbin']) {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return join(folder, name);
    } catch {
      // The next one.
    }
  }
  throw new Error(`${name} is missing`);
}

class System {
  constructor(name, { label, note, stack }) {
    Object.assign(this, { name, label, note, stack, servers: [] });
  }

  // The tree whose CPU time and memory count as the application's.
  get applicationPids() { return this.application.map(({ pid }) => pid); }

  get nginxPids() { return [this.nginx.pid]; }

  get caFile() { return this.stack.description.caFile; }

  get url() { return `https://127.0.0.1:${this.port}`; }

  // One request outside any measurement: { status, headers, body }.
  ask(path, { token, method = 'GET', body } = {}) {
    const headers = { Accept: 'application/json' };
    if (token) headers.Authorization = `Bearer ${token}`;
    if (body) headers['Content-Type'] = 'application/json';
    this.agent ??= new Agent({ ca: readFileSync(this.caFile), keepAlive: false });
    return new Promise((resolve, reject) => {
      const sent = request(this.url + path, { method, headers, agent: this.agent, timeout: 10_000 }, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (part) => { text += part; });
        response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body: text }));
      });
      sent.once('timeout', () => sent.destroy(new Error('no answer within 10 s')));
      sent.once('error', reject);
      sent.end(body);
    });
  }

  async untilReady(token) {
    const deadline = Date.now() + READY_SECONDS * 1000;
    let last = '';
    while (Date.now() < deadline) {
      const dead = this.servers.find(({ ended }) => ended);
      if (dead) {
        throw new Error(`${dead.name} has ended:\n${readFileSync(dead.log, 'utf8').slice(-2000)}`);
      }
      try {
        const answer = await this.ask('/dashboard', { token });
        if (answer.status === 200) return;
        last = `${answer.status} ${answer.body.slice(0, 300)}`;
      } catch (error) {
        last = error.message;
      }
      await sleep(100);
    }
    throw new Error(`${this.name} does not answer /dashboard with 200 within ${READY_SECONDS} s: ${last}`);
  }

  async stop() {
    await Promise.all(this.servers.map(stop));
    this.servers = [];
  }
}

class Ours extends System {
  get applicationPids() { return this.stack.applicationPids; }

  get nginxPids() { return this.stack.nginxPids; }

  get port() { return Number(new URL(this.stack.description.url).port); }

  async start(token) { await this.untilReady(token); }

  async stop() { /* It goes with its stack. */ }
}

class Peer extends System {
  constructor(name, options) {
    super(name, options);
    this.kind = options.kind;
    this.directory = join(options.state, options.stack.data, 'peers', name);
    // Short, as the path of a unix socket must be.
    this.sockets = Array.from({ length: options.processes ?? 1 }, (_, index) => (
      join(options.socketDirectory, `${name}-${index + 1}.sock`)));
  }

  // What every peer is told, as our own configuration says it.
  environment(socket) {
    const { description } = this.stack;
    return {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      PEER_SOCKET: socket,
      DATABASE_URL: description.databaseUrl,
      COGNITO_ISSUER: description.issuer,
      COGNITO_JWKS_URL: description.jwksUrl,
      COGNITO_CLIENT_ID: description.clientId,
      IMAGE_BASE_URL: description.cdnUrl,
    };
  }

  launch(command, args, environment, name = this.name) {
    const server = start(name, command, args, { env: environment, log: join(this.directory, `${name}.log`) });
    this.servers.push(server);
    return server;
  }

  async start(token) {
    rmSync(this.directory, { recursive: true, force: true });
    mkdirSync(this.directory, { recursive: true });
    for (const socket of this.sockets) rmSync(socket, { force: true });
    this.application = await this.startApplication();
    const [port, ...otherPorts] = await freePorts(3);
    this.port = port;
    const { directory, kind, sockets, script } = this;
    const configuration = writeSite(this.stack, {
      directory, kind, sockets, script, port, otherPorts, bytes: this.bytes,
    });
    this.nginx = this.launch(
      program('nginx'),
      ['-p', join(directory, 'nginx'), '-e', join(directory, 'error_log.log'), '-c', configuration],
      { PATH: process.env.PATH },
      'nginx',
    );
    await this.untilReady(token);
  }
}

class NodePeer extends Peer {
  startApplication() {
    const script = join(this.stack.repository, 'bench/peers', this.name, 'server.mjs');
    return this.sockets.map((socket, index) => this.launch(process.execPath, [script], {
      ...this.environment(socket), PEER_CONNECTIONS: String(CONNECTIONS_OF_A_NODE_PROCESS),
    }, `${this.name}-${index + 1}`));
  }
}

class GoPeer extends Peer {
  startApplication() {
    return [this.launch(join(this.buildDirectory, 'peer-go'), [], {
      ...this.environment(this.sockets[0]),
      GOMAXPROCS: '2',
      PEER_CONNECTIONS: String(CONNECTIONS_OF_GO),
      PEER_BATCH: this.name === 'go-batch' ? '1' : '0',
    })];
  }
}

class PhpPeer extends Peer {
  get script() { return join(this.stack.repository, 'bench/peers/php-fpm/index.php'); }

  startApplication() {
    const { PGUSER, PGPASSWORD, PGDATABASE, PGHOST } = environmentFrom(this.stack.description.databaseUrl);
    const root = process.getuid() === 0;
    const values = {
      ...this.environment(this.sockets[0]),
      PEER_DATABASE: `pgsql:host=${PGHOST};dbname=${PGDATABASE}`,
      PEER_DATABASE_USER: PGUSER,
      PEER_DATABASE_PASSWORD: PGPASSWORD,
    };
    const lines = [
      '[global]', 'daemonize = no', `error_log = ${this.directory}/php-fpm.log`, `pid = ${this.directory}/php-fpm.pid`,
      '[peer]', `listen = ${this.sockets[0]}`, 'listen.backlog = 1024', ...(root ? ['user = root', 'group = root'] : []),
      'pm = static', `pm.max_children = ${PHP_CHILDREN}`, 'catch_workers_output = yes',
      // One line for each request, as the others write.
      `access.log = ${this.directory}/access.log`,
      'access.format = \'{"time":"%{%Y-%m-%dT%H:%M:%SZ}T","method":"%m","path":"%r","status":%s,"duration_us":"%{micro}d"}\'',
      'clear_env = yes', 'php_admin_flag[cgi.fix_pathinfo] = off', 'php_admin_flag[log_errors] = on',
      'php_admin_flag[opcache.validate_timestamps] = off',
      ...Object.entries(values).map(([name, value]) => `env[${name}] = "${value}"`),
    ];
    const file = join(this.directory, 'php-fpm.conf');
    writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600 });
    const args = ['--nodaemonize', '--fpm-config', file];
    return [this.launch(program('php-fpm8.2'), root ? [...args, '--allow-to-run-as-root'] : args, { PATH: process.env.PATH })];
  }
}

// nginx alone, with an answer as long as our dashboard: what no system behind it can exceed.
class NginxReturn extends Peer {
  startApplication() { return []; }
}

const PEERS = {
  'express-prisma': {
    Class: NodePeer, kind: 'proxy', processes: NODE_PROCESSES, label: 'Express 4 + Prisma 7',
    note: `${NODE_PROCESSES} processes, ${CONNECTIONS_OF_A_NODE_PROCESS} database connections each`,
  },
  'php-fpm': {
    Class: PhpPeer, kind: 'fastcgi', label: 'PHP-FPM 8.2 + PDO', note: `${PHP_CHILDREN} children, a connection each`,
  },
  'fastify-pg': {
    Class: NodePeer, kind: 'proxy', processes: NODE_PROCESSES, label: 'fastify + pg',
    note: `${NODE_PROCESSES} processes, ${CONNECTIONS_OF_A_NODE_PROCESS} database connections each`,
  },
  go: {
    Class: GoPeer, kind: 'proxy', label: 'Go + pgx', note: `GOMAXPROCS=2, ${CONNECTIONS_OF_GO} database connections`,
  },
  'go-batch': {
    Class: GoPeer, kind: 'proxy', label: 'Go + pgx, batched',
    note: 'the same with one pgx.Batch for each request',
  },
  'nginx-return': { Class: NginxReturn, kind: 'answer', label: 'nginx return 200', note: 'no application' },
};

export const OURS = 'stockpilot';
export const PEER_NAMES = Object.keys(PEERS);

export function makeSystem(name, options) {
  if (name === OURS) {
    return new Ours(name, { label: 'StockPilot', note: `${options.workers} workers, a connection each`, ...options });
  }
  const { Class, ...about } = PEERS[name];
  return Object.assign(new Class(name, { ...about, ...options }), { buildDirectory: options.buildDirectory });
}
