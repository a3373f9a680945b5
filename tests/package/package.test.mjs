// The Debian package in a bare Debian 12: installed, configured, started as far as a root without systemd allows, upgraded and taken back under
// load, removed and purged.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import https from 'node:https';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { freePort } from '../browser/free-port.mjs';
import { until } from '../http/stack.mjs';
import { CognitoCounterpart } from '../oracle/cognito_counterpart.mjs';
import { DebianRoot } from './debian_root.mjs';

const { STOCKPILOT_PACKAGE: made, STOCKPILOT_BARE_ROOT: cache, DATABASE_URL, STOCKPILOT_OWNER_DATABASE_URL: OWNER_URL } = process.env;
const CONFIGURATION = '/etc/stockpilot/stockpilot.conf';
const SITE = '/etc/stockpilot/nginx/stockpilot.conf';
const socketFolder = decodeURIComponent(/[?&]host=([^&]*)/.exec(DATABASE_URL)[1]);

let root;
let folder;
let cognito;
const started = [];

/** The package as one of another version, with the same files. */
function ofVersion(version) {
  const [unpacked, file] = [path.join(folder, `unpacked-${version}`), root.path(`/stockpilot_${version}.deb`)];
  execFileSync('dpkg-deb', ['-R', made, unpacked]);
  const control = path.join(unpacked, 'DEBIAN/control');
  fs.writeFileSync(control, fs.readFileSync(control, 'utf8').replace(/^Version: .*$/m, `Version: ${version}`));
  execFileSync('dpkg-deb', ['--root-owner-group', '-b', unpacked, file], { stdio: 'ignore' });
  return `/${path.basename(file)}`;
}
const install = (file, environment) => root.done(['apt-get', 'install', '-y', '--no-install-recommends', '--allow-downgrades', file], environment);
const schema = () => execFileSync('psql', ['-XAtq', '-d', OWNER_URL, '-c', "select to_regclass('schema_migrations')"], { encoding: 'utf8' }).trim();
const isThere = (name) => fs.existsSync(root.path(name));
const processesOf = (name) => fs.readdirSync('/proc').filter((pid) => /^\d+$/.test(pid)).filter((pid) => {
  try {
    return fs.readlinkSync(`/proc/${pid}/root`) === root.folder && fs.readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === name.slice(0, 15);
  } catch {
    return false; // gone
  }
});

before(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'package-'));
  root = new DebianRoot({ cache, shared: [socketFolder] });
  fs.chmodSync(socketFolder, 0o755); // the package's user is not PostgreSQL's
  cognito = await CognitoCounterpart.start();
  await root.done(['apt-get', 'update']);
});
after(async () => {
  for (const child of started.reverse()) {
    if (child.exitCode !== null) continue;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  }
  await cognito?.stop();
  root?.remove();
  fs.rmSync(folder, { recursive: true, force: true });
});

describe('The package', () => {
  let ports;
  let token;
  const ask = (target) => new Promise((resolve, reject) => {
    const headers = token && { authorization: `Bearer ${token}` };
    https.get({ host: '127.0.0.1', port: ports.https, path: target, headers, rejectUnauthorized: false }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part) => { text += part; }).on('end', () => resolve({ status: answer.statusCode, text }));
    }).on('error', reject);
  });

  test('is installed with what it needs, makes a user who may do nothing, and starts nothing', async () => {
    await install(ofVersion('0.1.0-1'));
    const [name, , uid, , , home, shell] = (await root.done(['getent', 'passwd', 'stockpilot'])).split(':');
    assert.equal(name, 'stockpilot');
    assert.ok(Number(uid) < 1000);
    assert.match(shell, /nologin$/);
    assert.equal(home, '/');
    assert.equal(await root.done(['stat', '-c', '%a %U:%G', CONFIGURATION]), '640 root:stockpilot');
    assert.equal(await root.done(['stat', '-c', '%a %U:%G', '/var/lib/stockpilot']), '755 stockpilot:stockpilot');
    for (const program of ['stockpilot-api', 'stockpilot-pool', 'stockpilot-notifier']) assert.deepEqual(processesOf(program), []);
    assert.equal((await root.run(['find', '/etc/systemd/system', '-name', 'stockpilot*'])).output, '');
    assert.ok(!isThere('/etc/nginx/sites-enabled/stockpilot'));
    assert.ok(isThere('/etc/ssl/certs/ca-certificates.crt'), 'AWS is spoken to by TLS');
  });

  test('says of each option where it is from, and refuses a wrong one', async () => {
    assert.match(await root.done(['stockpilotctl', 'check-config']), /^DATABASE_URL +line \d+ +\(secret\)$/m);
    fs.appendFileSync(root.path(CONFIGURATION), 'AWS_REGIN=x\n');
    const { code, output } = await root.run(['stockpilotctl', 'check-config']);
    assert.notEqual(code, 0);
    assert.match(output, /AWS_REGIN \(line \d+\) is not an option/);
  });

  test('keeps the configuration over an upgrade, and migrates only when it is told to', async () => {
    fs.writeFileSync(root.path(CONFIGURATION), `STOCKPILOT_ENVIRONMENT=development\nDATABASE_URL=${DATABASE_URL}\nCOGNITO_ISSUER=${cognito.issuer}\nCOGNITO_CLIENT_ID=stockpilot-dev\n`);
    const configured = fs.readFileSync(root.path(CONFIGURATION), 'utf8');
    await install(ofVersion('0.1.0-2'));
    assert.equal(schema(), '');
    await install(ofVersion('0.1.0-3'), { STOCKPILOT_MIGRATE: 'yes', MIGRATION_DATABASE_URL: OWNER_URL });
    assert.equal(schema(), 'schema_migrations');
    assert.equal(fs.readFileSync(root.path(CONFIGURATION), 'utf8'), configured);
    assert.equal(await root.done(['stat', '-c', '%a %U:%G', CONFIGURATION]), '640 root:stockpilot');
  });

  test('serves, as its unit starts it and by its site of nginx', async () => {
    ports = { http: await freePort(), https: await freePort(), api: await freePort() };
    await root.done(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=shop.example',
      '-keyout', '/etc/ssl/private/stockpilot.key', '-out', '/etc/ssl/certs/stockpilot.pem']);
    assert.equal(await root.done(['readlink', '-f', '/etc/nginx/sites-available/stockpilot']), SITE);
    const site = fs.readFileSync(root.path(SITE), 'utf8');
    // Where nobody else listens, and with room for a load.
    fs.writeFileSync(root.path(SITE), site.replace('rate=50r/s', 'rate=100000r/s').replace('*:443', `127.0.0.1:${ports.https}`).replace('*:8000', `127.0.0.1:${ports.api}`).replace('*:80', `127.0.0.1:${ports.http}`));
    fs.rmSync(root.path('/etc/nginx/sites-enabled/default'));
    fs.symlinkSync('/etc/nginx/sites-available/stockpilot', root.path('/etc/nginx/sites-enabled/stockpilot'));
    await root.done(['nginx', '-t']);

    const unit = fs.readFileSync(root.path('/lib/systemd/system/stockpilot-pool.service'), 'utf8');
    const command = unit.match(/^ExecStart=(.*)$/m)[1].replace('$POOL_OPTIONS', '--workers 2').split(' ');
    started.push(root.start(['setpriv', '--reuid=stockpilot', '--regid=stockpilot', '--clear-groups', '--', ...command]));
    started.push(root.start(['nginx', '-g', 'daemon off;']));
    let last;
    await until(async () => {
      last = await ask('/readyz').catch((error) => ({ text: error.message }));
      return last.status === 200;
    }, { deadline: 20_000, what: 'a pool that is ready' }).catch((error) => {
      throw new Error(`${error.message}: ${last.text}\n${fs.readFileSync(root.path('/var/log/started.log'), 'utf8').slice(-2000)}`);
    });
    assert.equal(JSON.parse(await root.done(['stockpilotctl', 'status', '--json'])).workers.length, 2);
    assert.equal((await ask('/products')).status, 401);
    ({ access_token: token } = await cognito.signIn('staff'));
    assert.equal((await ask('/products')).status, 200);
  });

  for (const [what, version] of [['upgraded', '0.1.0-4'], ['taken back', '0.1.0-2']]) {
    test(`is ${what} without losing a request`, async () => {
      const answers = [];
      let going = true;
      const load = Promise.all([1, 2, 3].map(async () => { while (going) answers.push(await ask('/products').then(({ status }) => status, (error) => error.message)); }));
      await install(`/stockpilot_${version}.deb`).catch(() => install(ofVersion(version)));
      const before = processesOf('stockpilot-api');
      await root.done(['stockpilotctl', 'reload']); // systemctl reload does it where there is a systemd
      const enough = answers.length + 50;
      await until(() => answers.length > enough, { deadline: 20_000, what: 'answers of the new workers' });
      going = false;
      await load;
      assert.deepEqual(answers.filter((status) => status !== 200), []);
      assert.ok(processesOf('stockpilot-api').every((pid) => !before.includes(pid)));
      assert.equal(await root.done(['dpkg-query', '-W', '-f', '${Version}', 'stockpilot']), version);
    });
  }

  test('is removed without what was configured, and purged without what the shop has stored', async () => {
    for (const child of started.splice(0)) {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    }
    fs.mkdirSync(root.path('/var/lib/stockpilot/images'), { recursive: true });
    fs.writeFileSync(root.path('/var/lib/stockpilot/images/a.png'), 'image');
    await root.done(['apt-get', 'remove', '-y', 'stockpilot']);
    assert.ok(!isThere('/usr/sbin/stockpilot-api'));
    assert.ok(isThere(CONFIGURATION) && isThere(SITE));
    await root.done(['apt-get', 'purge', '-y', 'stockpilot']);
    assert.ok(!isThere('/etc/stockpilot'));
    assert.ok(isThere('/var/lib/stockpilot/images/a.png'));
    assert.equal((await root.run(['find', '/etc/systemd/system', '/usr/lib/systemd/system', '/lib/systemd/system/', '-name', 'stockpilot*'])).output, '');
  });
});
