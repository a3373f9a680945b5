// The user data of infra/stockpilot.yaml, run as it is in a bare Debian 12 with a network in which AWS and Let's Encrypt are what stands for them. There
// is no systemd, so what it enables is started here.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import os from 'node:os';
import path from 'node:path';
import { createRequire } from 'node:module';
import { after, before, describe, test } from 'node:test';
import { hostStatements, missing, unused } from '../aws/policy_drift.mjs';
import { GIVEN, templateFor } from '../aws/template.mjs';
import { until } from '../http/stack.mjs';
import { POOL } from '../oracle/cognito_counterpart.mjs';
import { KEY, REGION, SECRET } from '../oracle/standin_process.mjs';
import { API_NAME, AwsCounterparts, DATABASE_HOST, INSTANCE, PACKAGES } from './aws_counterparts.mjs';
import { DebianRoot } from './debian_root.mjs';
import { HOST, HostNetwork } from './host_network.mjs';

const { PutObjectCommand, S3Client } = createRequire(new URL('../../standins/package.json', import.meta.url))('@aws-sdk/client-s3');
const { STOCKPILOT_PACKAGE: made, STOCKPILOT_HOST_ROOT: cache, STOCKPILOT_ADMIN_DATABASE_URL: SUPERUSER_URL } = process.env;

const SECRETS = { owner: 'Owner0secret', app: 'App0secret', master: 'Master0secret', session: 'Session0secret' };
const ADDRESS = 'eipalloc-0123456789abcdef0';
const ORIGIN = 'https://dashboard.shop.example';
const SITE = '/etc/nginx/sites-enabled/stockpilot';
const POOL_ENABLED = '/etc/systemd/system/multi-user.target.wants/stockpilot-pool.service';
const AGENT = '/opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent-ctl';

let folder;
let network;
let aws;
let root;

const superuser = (database, ...statements) => execFileSync('psql', ['-XAtq', '-v', 'ON_ERROR_STOP=1', '-d', SUPERUSER_URL.replace('/stockpilot?', `/${database}?`),
  ...statements.flatMap((each) => ['-c', each])], { encoding: 'utf8' }).trim();

/** As RDS gives a database: its master user makes roles and databases, and is no superuser. */
function makeDatabase() {
  superuser('postgres', 'drop database stockpilot with (force)', 'drop role stockpilot_app', 'drop role stockpilot_owner',
    `create role stockpilot_admin login createdb createrole password '${SECRETS.master}'`, 'create database stockpilot owner stockpilot_admin');
}

async function fillParameterStore() {
  const url = (role) => `postgresql://${role}@${DATABASE_HOST}:5432/stockpilot?sslmode=verify-full&sslrootcert=/etc/stockpilot/rds-global-bundle.pem`;
  const production = {
    DATABASE_URL: url('stockpilot_app'), COGNITO_USER_POOL_ID: POOL, COGNITO_CLIENT_ID: 'stockpilot-dev', S3_BUCKET_NAME: 'images', CLOUDFRONT_DOMAIN: 'd111111abcdef8.cloudfront.net',
    ...Object.fromEntries(['STOCK_ALERTS', 'SYSTEM_ALERTS', 'ORDER_NOTIFICATIONS'].map((name) => [`SNS_${name}_TOPIC_ARN`, `arn:aws:sns:${REGION}:000000000000:stockpilot-${name.toLowerCase().replace('_', '-')}`])),
  };
  for (const [name, value] of Object.entries(production)) await aws.ssm.put(`/stockpilot/production/${name}`, value);
  await aws.ssm.put('/stockpilot/administration/MIGRATION_DATABASE_URL', url('stockpilot_owner'));
  const secret = (name, value) => aws.ssm.put(name, value, { Type: 'SecureString' });
  await secret('/stockpilot/production/DATABASE_PASSWORD', SECRETS.app);
  await secret('/stockpilot/administration/MIGRATION_DATABASE_PASSWORD', SECRETS.owner);
  await secret('/stockpilot/setup/MASTER_PASSWORD', SECRETS.master);
  await secret('/stockpilot/dashboard/SESSION_SECRET', SECRETS.session);
}

async function uploadPackage() {
  const client = new S3Client({ region: REGION, endpoint: aws.s3.url, forcePathStyle: true, credentials: { accessKeyId: KEY, secretAccessKey: SECRET } });
  await client.send(new PutObjectCommand({ Bucket: PACKAGES, Key: GIVEN.PackageKey, Body: fs.readFileSync(made) }));
}

/** As CloudFormation gives it to an instance. */
function userData(parameters = {}) {
  const { Resources, values } = templateFor({ ApiDomain: API_NAME, AlertEmail: 'owner@shop.example', DashboardDomain: 'dashboard.shop.example', PackageBucket: PACKAGES, ...parameters });
  const [text, variables] = Resources.HostTemplate.Properties.LaunchTemplateData.UserData['Fn::Base64']['Fn::Sub'];
  const known = { ...values, 'AWS::Region': REGION, 'AWS::StackName': 'stockpilot', ...variables, AddressToTake: ADDRESS, DashboardUrl: ORIGIN };
  return text.replace(/\$\{([A-Za-z0-9:]+)\}/g, (_, name) => {
    assert.equal(typeof known[name], 'string', name);
    return known[name];
  });
}
const ofPackage = () => ({ PackageSha256: createHash('sha256').update(fs.readFileSync(made)).digest('hex') });

/** Runs user data in the host: { code, output }. */
function boot(text, environment) {
  fs.writeFileSync(root.path('/user-data'), text, { mode: 0o700 });
  return root.run(['/user-data'], environment);
}
const isThere = (name) => fs.existsSync(root.path(name)) || fs.lstatSync(root.path(name), { throwIfNoEntry: false }) !== undefined;

/** What systemd would do with what is enabled, once it is. */
async function startWhatIsEnabled(finished) {
  await Promise.race([until(() => isThere(POOL_ENABLED), { deadline: 120_000, what: 'a unit that is enabled' }), finished]);
  const unit = fs.readFileSync(root.path('/lib/systemd/system/stockpilot-pool.service'), 'utf8');
  const [, options] = /POOL_OPTIONS=(.*)"/.exec(fs.readFileSync(root.path('/etc/systemd/system/stockpilot-pool.service.d/workers.conf'), 'utf8'));
  const command = unit.match(/^ExecStart=(.*)$/m)[1].replace('$POOL_OPTIONS', options).split(' ');
  const log = /append:(.*)$/m.exec(fs.readFileSync(root.path('/etc/systemd/system/stockpilot-pool.service.d/cloudwatch.conf'), 'utf8'))[1];
  root.start(['bash', '-c', `HOME=/ exec "$@" 2>>${log}`, '-', 'setpriv', '--reuid=stockpilot', '--regid=stockpilot', '--clear-groups', '--', ...command]);
  root.start(['nginx', '-g', 'daemon off;']);
}
const signals = () => aws.actions.SignalResource.map(({ Status, UniqueId }) => [Status, UniqueId]);
const reloadNginx = () => root.done(['nginx', '-s', 'reload']);

/** The API by its name, with or without trust in nobody but the authority of the test. */
const ask = (target, { headers = {}, trusting = false } = {}) => new Promise((resolve, reject) => {
  https.get({
    host: HOST, path: target, servername: API_NAME, headers: { host: API_NAME, ...headers }, agent: false, ca: fs.readFileSync(aws.authority.certificate), rejectUnauthorized: !trusting,
  }, (answer) => {
    let text = '';
    answer.setEncoding('utf8').on('data', (part) => { text += part; }).on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, text }));
  }).on('error', reject);
});

before(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'host-'));
  network = await new HostNetwork().open();
  const socketFolder = decodeURIComponent(/[?&]host=([^&]*)/.exec(SUPERUSER_URL)[1]);
  aws = await new AwsCounterparts({ folder, databaseSocket: path.join(socketFolder, '.s.PGSQL.5432') }).open();
  makeDatabase();
  await fillParameterStore();
  await uploadPackage();
  root = new DebianRoot({ cache, within: network.within });
  fs.writeFileSync(root.path('/etc/hosts'), `${aws.hosts}${HOST} ${API_NAME}\n`);
  fs.writeFileSync(root.path('/etc/apt/sources.list'), ''); // there is no network
  fs.mkdirSync(root.path('/var/lib/cloud/data'), { recursive: true });
  fs.writeFileSync(root.path('/var/lib/cloud/data/instance-id'), `${INSTANCE}\n`); // as cloud-init leaves it
  fs.copyFileSync(aws.authority.certificate, root.path('/usr/local/share/ca-certificates/all.crt'));
  await root.done(['update-ca-certificates']);
});
after(async () => {
  network?.close();
  await aws?.close();
  root?.remove();
  fs.rmSync(folder, { recursive: true, force: true });
});

describe('An instance', () => {
  test('installs no package but the one whose digest the template has', async () => {
    const { code, output } = await boot(userData());
    assert.notEqual(code, 0);
    assert.match(output, /stockpilot\.deb: FAILED/);
    assert.ok(!isThere('/usr/sbin/stockpilot-api'));
    assert.deepEqual(signals(), [['FAILURE', INSTANCE]]);
  });

  test('tells its stack when it cannot be set up after several tries, and why in its own log', async () => {
    aws.actions.SignalResource.length = 0;
    await aws.ssm.put('/stockpilot/setup/MASTER_PASSWORD', 'another', { Type: 'SecureString' });
    const { code, output } = await boot(userData(ofPackage()), { STOCKPILOT_SET_UP_TRIES: '2', STOCKPILOT_SET_UP_PAUSE: '1' });
    assert.notEqual(code, 0);
    assert.equal(output.match(/the roles of the database could not be made/g).length, 2);
    assert.deepEqual(signals(), [['FAILURE', INSTANCE]]);
    assert.deepEqual(aws.actions.AssociateAddress, [], 'it takes no address that it cannot serve at');
    await aws.ssm.put('/stockpilot/setup/MASTER_PASSWORD', SECRETS.master, { Type: 'SecureString' });
  });

  describe('that is set up by its user data', () => {
    let said;

    before(async () => {
      Object.values(aws.actions).forEach((calls) => { calls.length = 0; });
      const finished = boot(userData(ofPackage()));
      await startWhatIsEnabled(finished);
      said = await finished;
      assert.equal(said.code, 0, said.output);console.log(said.output, fs.readFileSync(root.path('/var/log/letsencrypt/letsencrypt.log'),'utf8').slice(-3000));
      await reloadNginx();
    });

    test('serves by its name, with a certificate that was asked for by itself', async () => {
      let ready;
      await until(async () => {
        ready = await ask('/readyz').catch((error) => ({ text: error.message }));
        return ready.status === 200;
      }, { what: 'the certificate in nginx' }).catch((error) => { throw new Error(`${error.message}: ${ready.text}`); });
      const answer = await ask('/products');
      assert.deepEqual([answer.status, answer.headers['content-type']], [401, 'application/problem+json']);
      assert.equal(aws.acme.issued, 1);
      assert.equal(aws.acme.contact, 'mailto:owner@shop.example');
      assert.equal((await ask('/healthz', { headers: { origin: ORIGIN } })).headers['access-control-allow-origin'], ORIGIN);
    });

    test('sends plain HTTP to HTTPS', async () => {
      const answer = await new Promise((resolve, reject) => { http.get({ host: HOST, path: '/products', headers: { host: API_NAME } }, resolve).on('error', reject); });
      answer.resume();
      assert.deepEqual([answer.statusCode, answer.headers.location], [301, `https://${API_NAME}/products`]);
    });

    test('has made the roles and the tables, by a master user that is no superuser', async () => {
      assert.equal(superuser('stockpilot', "select string_agg(tableowner, ',') from (select distinct tableowner from pg_tables where schemaname = 'public') t"), 'stockpilot_owner');
      assert.equal(superuser('stockpilot', "select rolsuper from pg_roles where rolname = 'stockpilot_admin'"), 'f');
      assert.match(said.output, /0001_settings_users/);
    });

    test('has taken the address when it was ready, and told its stack last', () => {
      assert.deepEqual(aws.actions.AssociateAddress.map(({ AllocationId, InstanceId, AllowReassociation }) => [AllocationId, InstanceId, AllowReassociation]), [[ADDRESS, INSTANCE, 'true']]);
      assert.deepEqual(aws.actions.SignalResource.map(({ StackName, LogicalResourceId, UniqueId, Status }) => [StackName, LogicalResourceId, UniqueId, Status]), [['stockpilot', 'Hosts', INSTANCE, 'SUCCESS']]);
      assert.ok(aws.actions.AssociateAddress[0].at < aws.actions.SignalResource[0].at);
    });

    test('has called what the role of the hosts allows, and of what is for set-up all', () => {
      const names = {
        'AWS::Partition': 'aws', 'AWS::Region': REGION, 'AWS::AccountId': '000000000000', PackageBucket: PACKAGES, 'Address.AllocationId': ADDRESS,
        'AWS::StackId': `arn:aws:cloudformation:${REGION}:000000000000:stack/stockpilot/1`,
        ...Object.fromEntries(['Images.Arn', 'UserPool.Arn', 'StockAlerts', 'SystemAlerts', 'OrderNotifications'].map((name) => [name, `arn:aws:not:called:here:${name}`])),
      };
      const forSetUp = hostStatements(['first-boot', 'take-the-address'], names);
      assert.deepEqual(missing([...forSetUp, ...hostStatements(['stockpilot-programs'], names)], aws.calls), []);
      assert.deepEqual(unused(forSetUp, aws.calls), []);
    });

    test('has enabled what it needs: pool, notifier, nginx, security upgrades', async () => {
      for (const unit of ['stockpilot-pool', 'stockpilot-notifier', 'nginx']) assert.ok(isThere(`/etc/systemd/system/multi-user.target.wants/${unit}.service`), unit);
      assert.match(await root.done(['apt-config', 'dump']), /APT::Periodic::Unattended-Upgrade "1";[^]*Unattended-Upgrade::Automatic-Reboot "true";/);
      assert.ok(!isThere('/etc/systemd/system/timers.target.wants/stockpilot-certificate.timer'), 'it has its certificate');
      assert.ok(isThere('/etc/systemd/system/timers.target.wants/certbot.timer') || isThere('/lib/systemd/system/certbot.timer'));
      assert.match(fs.readFileSync(root.path('/etc/letsencrypt/renewal/api.shop.example.conf'), 'utf8'), /use-certificate/);
    });

    test('goes on without an agent that AWS has not signed, and says so', () => {
      assert.match(said.output, /WARNING: no CloudWatch agent signed by 937616F3450B7D806CBD9725D58167303B789C72/);
      assert.ok(!isThere(AGENT));
      assert.ok(fs.readFileSync(root.path('/var/log/stockpilot/api.log'), 'utf8').includes('"event":"pool_started"'));
    });

    test('shows no secret in its output, nor keeps one in a file', async () => {
      for (const [name, secret] of Object.entries(SECRETS)) {
        assert.ok(!said.output.includes(secret), name);
        assert.equal((await root.run(['grep', '-rlF', '--', secret, '/etc', '/var', '/root', '/tmp'])).output, '', name);
      }
    });
  });

  describe('that is set up once more', () => {
    const setUp = (...words) => root.run(['/usr/share/stockpilot/aws/set-up-host', ...words]);

    test('keeps its certificate, and takes an agent that is signed by the key that is expected', async () => {
      const fingerprint = await offerAgent();
      const { code, output } = await root.run(['/usr/share/stockpilot/aws/set-up-host'], { STOCKPILOT_AGENT_KEY: fingerprint });
      assert.equal(code, 0, output);
      assert.ok(!output.includes('WARNING'), output);
      assert.equal(aws.acme.issued, 1);
      assert.equal(fs.readFileSync(root.path('/var/lib/agent-told'), 'utf8').trim(), '-a fetch-config -m ec2 -s -c file:/opt/aws/amazon-cloudwatch-agent/etc/stockpilot.json');
    });

    test('has the passwords of Parameter Store put into a database that has others', async () => {
      superuser('postgres', "alter role stockpilot_app password 'of another day'");
      const { code, output } = await setUp();
      assert.equal(code, 0, output);
      assert.equal(execFileSync('psql', ['-XAtq', '-d', SUPERUSER_URL.replace(/\/\/[^@]*@/, '//stockpilot_app@'), '-c', 'select 1'], { env: { ...process.env, PGPASSWORD: SECRETS.app }, encoding: 'utf8' }).trim(), '1');
    });

    test('believes the balancer it is put behind who the client is, and asks for no certificate', async () => {
      const { code, output } = await setUp('--region', REGION, '--stack', 'stockpilot', '--group', 'Hosts', '--address', '', '--behind', '10.0.0.0/16', '--name', API_NAME,
        '--mail', 'owner@shop.example', '--origin', ORIGIN);
      assert.equal(code, 0, output);
      await reloadNginx();
      const log = () => fs.readFileSync(root.path('/var/log/nginx/stockpilot.access.log'), 'utf8');
      await until(async () => {
        await ask('/healthz', { headers: { 'x-forwarded-for': '192.0.2.1, 198.51.100.7' } });
        return log().includes('"remoteAddress":"198.51.100.7"');
      }, { what: "the client's address" });
      assert.ok(!log().includes('"remoteAddress":"192.0.2.1"'), 'what the client says of itself is not believed');
      assert.match(fs.readFileSync(root.path('/etc/apt/apt.conf.d/51stockpilot-restart'), 'utf8'), /Automatic-Reboot "false"/);
    });

    test('says what it needs to be told', async () => {
      for (const [words, expected] of [[['--region', REGION], /--stack is needed/], [['--colour', 'red'], /not an option, or without a value: --colour/], [['--name'], /without a value: --name/]]) {
        const { code, output } = await setUp(...words);
        assert.equal(code, 2, output);
        assert.match(output, expected);
      }
    });
  });

  test('waits for its name to lead to it before it asks for a certificate', async () => {
    fs.writeFileSync(root.path('/etc/hosts'), `${aws.hosts}192.0.2.9 ${API_NAME}\n`);
    const { code, output } = await root.run(['/usr/share/stockpilot/aws/get-certificate', API_NAME, 'owner@shop.example']);
    assert.equal(code, 1);
    assert.match(output, /does not lead to 10\.0\.1\.10 yet/);
  });
});

/** An agent at AWS's address, signed by a key of this test: its fingerprint. */
async function offerAgent() {
  const place = root.path('/tmp/agent');
  fs.mkdirSync(path.join(place, 'DEBIAN'), { recursive: true });
  fs.mkdirSync(path.join(place, path.dirname(AGENT)), { recursive: true });
  fs.writeFileSync(path.join(place, 'DEBIAN/control'), 'Package: amazon-cloudwatch-agent\nVersion: 1\nArchitecture: all\nMaintainer: test <a@shop.example>\nDescription: test\n');
  fs.writeFileSync(path.join(place, AGENT), '#!/bin/sh\necho "$@" >/var/lib/agent-told\n', { mode: 0o755 });
  await root.done(['bash', '-c', `cd /tmp && export GNUPGHOME=/tmp/keys && mkdir -m 700 keys && dpkg-deb --root-owner-group -b agent agent.deb >/dev/null &&
    gpg --batch --quiet --passphrase '' --quick-gen-key 'Agent <agent@shop.example>' rsa2048 sign && gpg --batch --quiet --armor --export >agent.gpg &&
    gpg --batch --quiet --detach-sign agent.deb`]);
  const architecture = await root.done(['dpkg', '--print-architecture']);
  const bytes = (name) => fs.readFileSync(root.path(`/tmp/${name}`));
  aws.offer(`debian/${architecture}/latest/amazon-cloudwatch-agent.deb`, bytes('agent.deb'));
  aws.offer(`debian/${architecture}/latest/amazon-cloudwatch-agent.deb.sig`, bytes('agent.deb.sig'));
  aws.offer('assets/amazon-cloudwatch-agent.gpg', bytes('agent.gpg'));
  return /^fpr:+([0-9A-F]{40}):/m.exec(await root.done(['gpg', '--homedir', '/tmp/keys', '--with-colons', '--fingerprint']))[1];
}
