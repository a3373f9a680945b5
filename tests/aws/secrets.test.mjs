// infra/secrets by Debian's AWS CLI, against the counterpart of Parameter Store, which checks signatures.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { KEY, REGION, SECRET, SsmCounterpart } from '../oracle/ssm_counterpart.mjs';
import { ofType, template, templateFor } from './template.mjs';

const script = fileURLToPath(new URL('../../infra/secrets', import.meta.url));
const NAMES = [
  '/stockpilot/production/DATABASE_PASSWORD',
  '/stockpilot/administration/MIGRATION_DATABASE_PASSWORD',
  '/stockpilot/setup/MASTER_PASSWORD',
  '/stockpilot/dashboard/SESSION_SECRET',
];

let ssm;
let folder;
/** The program `aws` with everything that it is called with written down, which is what others see of it. */
let recorder;
before(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'secrets-'));
  recorder = path.join(folder, 'aws');
  fs.writeFileSync(recorder, `#!/bin/bash\nprintf '%s\\n' "$*" >>"${folder}/calls"\nexec /usr/bin/aws "$@"\n`, { mode: 0o755 });
});
after(() => fs.rmSync(folder, { recursive: true }));
beforeEach(async () => { ssm = await SsmCounterpart.start(); });
afterEach(() => ssm.stop());

async function run(options = [], environment = {}) {
  const child = spawn(script, [...options, '--endpoint-url', ssm.url, '--region', REGION], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: `${folder}:/usr/bin:/bin`, HOME: folder, AWS_ACCESS_KEY_ID: KEY, AWS_SECRET_ACCESS_KEY: SECRET, AWS_EC2_METADATA_DISABLED: 'true', ...environment },
  });
  const told = { out: '', err: '' };
  child.stdout.on('data', (data) => { told.out += data; });
  child.stderr.on('data', (data) => { told.err += data; });
  const [status] = await once(child, 'close');
  return { status, ...told };
}

/** By name: { value, type, version }, as they are kept. */
function kept() {
  const file = path.join(ssm.state, 'parameters.json');
  const all = fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : [];
  return Object.fromEntries(all.map(([name, { type, versions }]) => [name, { type, ...versions.at(-1) }]));
}
const lines = (word, names = NAMES) => names.map((name) => `${word}  ${name}\n`).join('');

function unseen({ out, err }, values) {
  const calls = fs.readFileSync(path.join(folder, 'calls'), 'utf8');
  assert.match(calls, /ssm put-parameter/);
  for (const value of values) for (const seen of [out, err, calls]) assert.ok(!seen.includes(value));
}

describe('infra/secrets', () => {
  test('makes what the template, the programs and the dashboard look for', () => {
    const text = JSON.stringify(template);
    assert.ok(text.includes(`{{resolve:ssm-secure:${NAMES[2]}}}`));
    assert.ok(text.includes(`parameter${NAMES[3]}`));
    const options = fs.readFileSync(new URL('../../src/config/option_table.c', import.meta.url), 'utf8');
    for (const name of NAMES.slice(0, 2)) assert.ok(options.includes(`"${path.basename(name)}"`), name);
    const made = ofType(templateFor(), 'AWS::SSM::Parameter').map(([, { Name }]) => Name);
    assert.deepEqual(made.filter((name) => NAMES.includes(name)), [], 'the template would want to make them too');
  });

  test('makes each once, as RDS, a URL and the dashboard take them, and is seen none of', async () => {
    const first = await run();
    assert.deepEqual(first, { status: 0, out: lines('made'), err: '' });
    const made = kept();
    assert.deepEqual(Object.keys(made).sort(), [...NAMES].sort());
    for (const { type, value } of Object.values(made)) {
      assert.equal(type, 'SecureString');
      assert.match(value, /^[A-Za-z0-9]{32,128}$/);
    }
    assert.equal(new Set(Object.values(made).map(({ value }) => value)).size, NAMES.length);
    const again = await run();
    assert.deepEqual(again, { status: 0, out: lines('kept'), err: '' });
    assert.deepEqual(kept(), made);
    [first, again].forEach((each) => unseen(each, Object.values(made).map(({ value }) => value)));
  });

  test('makes what is missing only', async () => {
    await ssm.put(NAMES[2], 'chosen-by-hand', { Type: 'SecureString' });
    const { status, out } = await run();
    assert.equal(status, 0);
    assert.equal(out, NAMES.map((name, at) => `${at === 2 ? 'kept' : 'made'}  ${name}\n`).join(''));
    assert.equal(kept()[NAMES[2]].value, 'chosen-by-hand');
  });

  for (const [what, environment, reason] of [
    ['a wrong key', { AWS_SECRET_ACCESS_KEY: 'another' }, /InvalidSignatureException/],
    ['an unknown account', { AWS_ACCESS_KEY_ID: 'AKIAUNKNOWN000000001' }, /UnrecognizedClientException/],
    ['no credentials', { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' }, /[Cc]redentials/],
  ]) {
    test(`says what is wrong and makes nothing, with ${what}`, async () => {
      const { status, out, err } = await run([], environment);
      assert.equal(status, 1);
      assert.equal(out, '');
      assert.match(err, /^infra\/secrets: \/stockpilot\/production\/DATABASE_PASSWORD was not made: /);
      assert.match(err, reason);
      assert.deepEqual(kept(), {});
    });
  }

  test('stops at the first that it may not make', async () => {
    await ssm.control('fail', { mode: 'denied', times: 1 });
    const { status, err } = await run();
    assert.equal(status, 1);
    assert.match(err, /AccessDeniedException/);
    assert.deepEqual(kept(), {});
  });

  test('takes no option that would show values, and none that it does not know', async () => {
    for (const options of [['--debug'], ['--output', 'json'], ['--rotate'], ['DATABASE_PASSWORD']]) {
      const { status, err } = await run(options);
      assert.equal(status, 2, options.join(' '));
      assert.match(err, /^infra\/secrets: /);
    }
    assert.deepEqual(kept(), {});
  });
});

describe('infra/secrets --rotate', () => {
  const first = (name) => `first-of-${path.basename(name).toLowerCase()}`;
  const there = () => Promise.all(NAMES.map((name) => ssm.put(name, first(name), { Type: 'SecureString' })));

  for (const name of NAMES.slice(0, 3)) {
    test(`gives ${path.basename(name)} a new value, and no other`, async () => {
      await there();
      const turn = await run(['--rotate', path.basename(name)]);
      assert.deepEqual(turn, { status: 0, out: lines('new ', [name]), err: '' });
      const { [name]: changed, ...others } = kept();
      assert.deepEqual([changed.version, changed.type], [2, 'SecureString']);
      assert.match(changed.value, /^[A-Za-z0-9]{32,128}$/);
      assert.equal(Object.keys(others).length, 3);
      for (const [each, { value, version }] of Object.entries(others)) assert.deepEqual([value, version], [first(each), 1]);
      unseen(turn, [changed.value, first(name)]);
    });
  }

  test('keeps the former SESSION_SECRET behind the new one, and the one before that no longer', async () => {
    await there();
    await run(['--rotate', 'SESSION_SECRET']);
    const [second, ...former] = kept()[NAMES[3]].value.split(',');
    assert.deepEqual(former, [first(NAMES[3])]);
    const turn = await run(['--rotate', NAMES[3]]);
    const [third, ...rest] = kept()[NAMES[3]].value.split(',');
    assert.deepEqual(rest, [second]);
    assert.match(third, /^[A-Za-z0-9]{32,}$/);
    unseen(turn, [first(NAMES[3]), second, third]);
  });

  test('is refused for a secret that there is not, and for one that there is not yet', async () => {
    const unknown = await run(['--rotate', 'PASSWORD']);
    assert.equal(unknown.status, 2);
    assert.match(unknown.err, /no such secret: PASSWORD\. There are DATABASE_PASSWORD /);
    const missing = await run(['--rotate', 'MASTER_PASSWORD']);
    assert.equal(missing.status, 1);
    assert.match(missing.err, /ParameterNotFound[^]*MASTER_PASSWORD was not changed/);
    assert.deepEqual(kept(), {});
  });
});
