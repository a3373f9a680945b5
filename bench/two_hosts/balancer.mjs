// The load balancer: HAProxy told to behave as the Application Load Balancer of infra/stockpilot.yaml. It ends TLS, speaks TLS to the
// hosts, asks each for /readyz, tries no request twice, and when no host is healthy it sends to all of them.
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';

import { until } from './waiting.mjs';

/** Of the template's target group, in seconds; a run divides them by its haste. */
export const HEALTH_CHECK = { interval: 10, timeout: 5, connect: 10, healthy: 2, unhealthy: 2 };
const SOCKET = '/run/balancer.sock';

/** The longest it may go on sending to a host that is silent: as many checks as it takes, and the wait for the last of them. */
export const noticedWithin = (haste) =>
  (HEALTH_CHECK.unhealthy * HEALTH_CHECK.interval + HEALTH_CHECK.timeout) / haste;

export class Balancer {
  #program;

  constructor(host, authority, haste) {
    Object.assign(this, { host, authority, haste, address: host.address });
  }

  async start(hosts) {
    const { certificate, key } = this.authority.certify(this.host);
    const both = join(this.host.folder, 'balancer-both.pem');
    writeFileSync(both, readFileSync(certificate, 'utf8') + readFileSync(key, 'utf8'), { mode: 0o600 });
    const file = join(this.host.folder, 'balancer.cfg');
    writeFileSync(file, this.#configuration(hosts, both));
    this.#program = this.host.start('haproxy', ['haproxy', '-db', '-f', file]);
    await until(() => {
      if (this.#program.ended) throw new Error('the balancer has ended');
      return this.states().then((states) => states.length > 0, () => false);
    }, { what: 'the balancer' });
  }

  #configuration(hosts, certificate) {
    const ms = (seconds) => `${Math.round((seconds * 1000) / this.haste)}ms`;
    const tls = `ssl verify required ca-file ${this.authority.file}`;
    const line = ({ name, address }, rest) => `    server ${name} ${address}:443 ${tls} ${rest}`;
    return `global
    stats socket ${SOCKET} level admin
    maxconn 4000
    nbthread 2
defaults
    mode http
    timeout client 60s
    timeout server 60s
    timeout connect ${ms(HEALTH_CHECK.connect)}
    timeout check ${ms(HEALTH_CHECK.timeout)}
    retries 0
    option forwardfor
frontend web
    bind ${this.address}:443 ssl crt ${certificate}
    http-response set-header X-Served-By %s
    use_backend all if { nbsrv(hosts) eq 0 }
    default_backend hosts
backend hosts
    balance roundrobin
    option httpchk GET /readyz
    http-check expect status 200
    default-server check inter ${ms(HEALTH_CHECK.interval)} fall ${HEALTH_CHECK.unhealthy} rise ${HEALTH_CHECK.healthy}
${hosts.map((host) => line(host, '')).join('\n')}
backend all
    balance roundrobin
${hosts.map((host) => line(host, '')).join('\n')}
`;
  }

  async #command(text) {
    const socket = connect(this.host.file(SOCKET));
    let answer = '';
    socket.setEncoding('utf8').on('data', (part) => { answer += part; });
    socket.end(`${text}\n`);
    await once(socket, 'close');
    return answer.trim();
  }

  /** What it thinks of each host: [{ name, status, requests, sessions }]. */
  async states() {
    const [head, ...lines] = (await this.#command('show stat')).replace(/^# /, '').split('\n').map((line) => line.split(','));
    const at = (name) => head.indexOf(name);
    return lines.filter((line) => line[0] === 'hosts' && line[1] !== 'BACKEND').map((line) => ({
      name: line[at('svname')], status: line[at('status')], requests: Number(line[at('stot')]), sessions: Number(line[at('scur')]),
    }));
  }

  async #state(name) { return (await this.states()).find((one) => one.name === name); }

  async untilUp(name) {
    await until(async () => (await this.#state(name)).status === 'UP', { what: `${name} being healthy`, deadline: 60_000 });
  }

  async untilDown(name) {
    await until(async () => (await this.#state(name)).status === 'DOWN', { what: `${name} being unhealthy`, deadline: 60_000 });
  }

  /** Ends what it still has with a host that is lost, whose clients have given up: it would wait a minute for each. */
  async giveUp(name) { await this.#command(`shutdown sessions server hosts/${name}`); }

  /** Deregisters a host: it gets nothing new, and what is under way is waited for. */
  async drain(name) {
    await this.#command(`set server hosts/${name} state drain`);
    await until(async () => (await this.#state(name)).sessions === 0, { what: `the last request at ${name}`, deadline: 30_000 });
  }

  /** Sends everything elsewhere, for a measurement. */
  async hold(name) { await this.#command(`set server hosts/${name} state maint`); }

  async register(name) {
    await this.#command(`set server hosts/${name} state ready`);
    await this.untilUp(name);
  }
}
