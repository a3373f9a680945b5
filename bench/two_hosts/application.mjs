// An application host: nginx with a certificate of its own, the pool under spawn-fcgi, and a notifier, as on an instance.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { join } from 'node:path';

import { until } from './waiting.mjs';

const SOCKET = '/run/api.sock';
// So high that none of them is met: what is measured is what is behind them.
const LIMITS = ['RATE=1000000', 'BURST=100000', 'CONNECTIONS=10000'];
// With several hosts images are in S3; here no product has one.
const NO_IMAGES = '/run/images';

export class Application {
  #programs = {};

  constructor(host, site) {
    Object.assign(this, { host, site, name: host.name });
    this.directory = join(host.folder, `${host.name}-site`);
    this.certificate = site.authority.certify(host);
  }

  get applicationPids() { return [this.#programs.pool.pid, this.#programs.notifier.pid]; }

  get nginxPids() { return [this.#programs.nginx.pid]; }

  /** Starts all of it and waits until it is ready. `databaseUrl` is another one than the site's. */
  async start({ databaseUrl = this.site.databaseUrl } = {}) {
    await this.begin(databaseUrl);
    await until(async () => await this.readiness() === 200, { what: `${this.name} being ready` });
  }

  /** Starts all of it, ready or not. */
  async begin(databaseUrl) {
    const { build, workers } = this.site;
    mkdirSync(this.directory, { recursive: true });
    this.configuration = join(this.directory, 'stockpilot.conf');
    writeFileSync(this.configuration, this.#options(databaseUrl), { mode: 0o600 });
    const env = this.site.awsEnvironment;
    this.#programs = {
      nginx: this.#startNginx(),
      pool: this.host.start('pool', ['spawn-fcgi', '-n', '-M', '0660', '-b', '1024', '-s', SOCKET, '--', join(build, 'stockpilot-pool'),
        '--workers', String(workers), '--config', this.configuration], { env }),
      notifier: this.host.start('notifier', [join(build, 'stockpilot-notifier'), '--config', this.configuration], { env }),
    };
    await Promise.all([this.#programs.pool.untilSaid('"event":"pool_started"'), this.#programs.notifier.untilSaid('"event":"notifier_started"')]);
    await until(async () => await this.readiness() !== null, { what: `an answer of ${this.name}` });
  }

  #options(databaseUrl) {
    return [...this.site.options, `DATABASE_URL=${databaseUrl}`, `IMAGE_DIRECTORY=${NO_IMAGES}`,
      `IMAGE_BASE_URL=https://${this.host.address}/images`, ''].join('\n');
  }

  #startNginx() {
    const { repository, balancer } = this.site;
    const at = join(this.directory, 'nginx');
    mkdirSync(at, { recursive: true });
    const sources = join(repository, 'nginx');
    const log = join(this.directory, 'nginx.log');
    const render = (template, ...values) => execFileSync(join(sources, 'render'), [join(sources, template), ...values], { encoding: 'utf8' });
    const site = render('stockpilot.conf.in', ...LIMITS, `LISTEN_ADDRESS=${this.host.address}`, `SOCKET=${SOCKET}`, `CONFIG_DIRECTORY=${sources}`,
      `CERTIFICATE=${this.certificate.certificate}`, `CERTIFICATE_KEY=${this.certificate.key}`, `IMAGE_DIRECTORY=${NO_IMAGES}`,
      `ACCESS_LOG=${join(this.directory, 'access.log')}`, `ERROR_LOG=${log}`);
    // Behind a balancer nginx's limits are for clients only where it is told whom to believe about their addresses.
    const real = `set_real_ip_from ${balancer.address};\nreal_ip_header X-Forwarded-For;\n`;
    writeFileSync(join(at, 'stockpilot.conf'), real + site);
    writeFileSync(join(at, 'cdn.conf'), '');
    writeFileSync(join(at, 'nginx.conf'), render('private.conf.in', `STATE=${this.directory}`, `ERROR_LOG=${log}`, 'WORKER_PROCESSES=2',
      'USER_DIRECTIVE=user root root;'));
    return this.host.start('nginx', ['nginx', '-p', at, '-e', log, '-c', join(at, 'nginx.conf')]);
  }

  /** The status of /readyz for whoever asks this host itself, or null without an answer. */
  readiness() {
    return new Promise((resolve) => {
      const request = get({ host: this.host.address, path: '/readyz', ca: this.site.authority.text, agent: false, timeout: 2000 },
        (response) => { response.resume(); resolve(response.statusCode); });
      request.on('timeout', () => request.destroy());
      request.on('error', () => resolve(null));
    });
  }

  ctl(...words) {
    return this.host.run(join(this.site.build, 'stockpilotctl'), ['--config', this.configuration, ...words], { env: this.site.awsEnvironment });
  }

  /** In good order, as before an instance is ended: what is under way is answered. */
  async stop() {
    const { nginx, pool, notifier } = this.#programs;
    await nginx.stop('SIGQUIT');
    await Promise.all([pool.stop(), notifier.stop()]);
  }

  /** All its programs at once; the host's kernel goes on. */
  async kill() { await Promise.all(Object.values(this.#programs).map((program) => program.kill())); }

  /** The lines its programs have logged since they were started. */
  logged(name) {
    return readFileSync(this.#programs[name].log, 'utf8').split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line)] : []));
  }
}
