// What the programs find as AWS credentials on an instance, against the counterpart that the official provider has been
// held against.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { until } from '../http/stack.mjs';
import { AskedProgram, buildProgram } from './asked_program.mjs';
import { ImdsCounterpart, ROLE } from './imds_counterpart.mjs';
import { SnsCounterpart, topicArn } from './sns_counterpart.mjs';

/** How an answer can go wrong; each is no credentials. */
const WRONG = ['400', '403', '404', '500', '503', 'hang', 'cut', 'redirect', 'html', 'empty', 'huge', 'failed', 'half'];

let imds;
let sns;
let folder;
let finder;
let publisher;
const started = [];
const causes = [];
const secrets = new Set(['SECRET-HALF']);

before(async () => {
  finder = buildProgram('credential_finder');
  publisher = buildProgram('sns_publisher');
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'instance-'));
  imds = await ImdsCounterpart.start();
  sns = await SnsCounterpart.start('--credentials-file', imds.credentialsFile);
});
after(async () => {
  for (const program of started) await program.end();
  await sns?.stop();
  await imds?.stop();
  fs.rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => imds.heal());

const onInstance = (rest = {}) => ({
  AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_SESSION_TOKEN: '', AWS_PROFILE: '', AWS_EC2_METADATA_DISABLED: '',
  AWS_SHARED_CREDENTIALS_FILE: path.join(folder, 'none'), AWS_EC2_METADATA_SERVICE_ENDPOINT: imds.url, ...rest,
});

class Finder extends AskedProgram {
  constructor(environment) {
    super(finder, [], onInstance(environment));
    started.push(this);
  }

  /** { id, secret, token, expiry } or { cause }, with so many milliseconds left. */
  async get(left = 30_000) {
    const [word, rest] = await this.ask(`get ${left}`);
    if (word === 'none') {
      causes.push(rest);
      return { cause: rest };
    }
    const [id, secret, token, expiry] = rest.split(' ');
    return { id, secret, token, expiry: Number(expiry) };
  }

  distrust() { return this.ask('distrust'); }
}

/** What the instance has, as the programs should tell it. */
const told = ({ accessKeyId, secretAccessKey, sessionToken, expiration }) => {
  secrets.add(secretAccessKey).add(sessionToken);
  return { id: accessKeyId, secret: secretAccessKey, token: sessionToken, expiry: Date.parse(expiration) / 1000 };
};
const rotated = async (parameters) => told(await imds.control('rotate', parameters));

/** A program that has credentials of the instance. */
async function settled() {
  const expected = await rotated();
  const program = new Finder();
  assert.deepEqual(await program.get(), expected);
  return { program, expected };
}

describe('The places are looked at in the order of the SDKs', () => {
  test('environment, file, instance', async () => {
    const expected = await rotated();
    const file = path.join(folder, 'credentials');
    fs.writeFileSync(file, '[default]\naws_access_key_id = FILE\naws_secret_access_key = file\n', { mode: 0o600 });
    const key = { AWS_ACCESS_KEY_ID: 'ENVIRONMENT', AWS_SECRET_ACCESS_KEY: 'environment' };
    const questions = await imds.counted(async () => {
      assert.equal((await new Finder({ ...key, AWS_SHARED_CREDENTIALS_FILE: file }).get()).id, 'ENVIRONMENT');
      assert.deepEqual(await new Finder({ AWS_SHARED_CREDENTIALS_FILE: file }).get(), { id: 'FILE', secret: 'file', token: '-', expiry: 0 });
    });
    assert.deepEqual(questions, {}, 'the instance is not asked');
    assert.deepEqual(await new Finder().get(), expected);
  });

  test('a file that comes later is found when AWS refuses what the instance has', async () => {
    const file = path.join(folder, 'later');
    const program = new Finder({ AWS_SHARED_CREDENTIALS_FILE: file });
    assert.match((await program.get()).id, /^ASIA/);
    fs.writeFileSync(file, '[default]\naws_access_key_id = LATER\naws_secret_access_key = later\n', { mode: 0o600 });
    assert.match((await program.get()).id, /^ASIA/);
    await program.distrust();
    assert.equal((await program.get()).id, 'LATER');
  });

  test('an instance that must not be asked is not, nor for a profile that was asked for by name', async () => {
    const questions = await imds.counted(async () => {
      assert.match((await new Finder({ AWS_EC2_METADATA_DISABLED: 'TRUE' }).get()).cause, /AWS_EC2_METADATA_DISABLED/);
      assert.match((await new Finder({ AWS_PROFILE: 'mine' }).get()).cause, /No such file/);
    });
    assert.deepEqual(questions, {});
  });

  test('an endpoint may end with a slash, and no proxy stands before it', async () => {
    const expected = await rotated();
    const proxies = Object.fromEntries(['http_proxy', 'HTTP_PROXY', 'all_proxy', 'ALL_PROXY'].map((name) => [name, 'http://127.0.0.1:1']));
    assert.deepEqual(await new Finder({ AWS_EC2_METADATA_SERVICE_ENDPOINT: `${imds.url}/`, ...proxies }).get(), expected);
  });
});

describe('Once found, they are used', () => {
  test('without a further question, while hours of them are left', async () => {
    const { program, expected } = await settled();
    assert.deepEqual(await imds.counted(async () => assert.deepEqual(await program.get(), expected)), {});
  });

  test('and fetched ahead of their expiry, but not by each call', async () => {
    const former = await rotated({ lifetime: 120 });
    const program = new Finder();
    assert.deepEqual(await program.get(), former);
    const latter = await rotated({ lifetime: 120 });
    const others = await imds.counted(async () => assert.deepEqual(await program.get(), latter));
    assert.deepEqual(others, { credentials: 1 }, 'token and role are known');
    const same = await imds.counted(async () => {
      for (let n = 0; n < 5; n += 1) assert.deepEqual(await program.get(), latter);
    });
    assert.deepEqual(same, { credentials: 1 });
  });
});

describe('AC-81 Whatever becomes of the instance metadata service', () => {
  test('AC-81 401, once: one more token, and the credentials', async () => {
    const { program } = await settled();
    const expected = await rotated();
    await imds.control('forget-tokens');
    await program.distrust();
    const questions = await imds.counted(async () => assert.deepEqual(await program.get(), expected));
    assert.deepEqual(questions, { token: 1, credentials: 2, unauthorized: 1 });
  });

  test('AC-81 401 for ever: one more token, and the earlier credentials are used on', async () => {
    const { program, expected } = await settled();
    await imds.fail('401', { on: 'credentials' });
    await program.distrust();
    const questions = await imds.counted(async () => {
      for (let n = 0; n < 5; n += 1) {
        assert.deepEqual(await program.get(), expected);
        await program.distrust();
      }
    });
    assert.deepEqual(questions, { token: 1, credentials: 2 });
  });

  test('AC-81 another role: its name is asked for anew', async () => {
    const { program } = await settled();
    await imds.control('role', { name: 'another+role@example,2.x_y-z' });
    const expected = await rotated();
    await program.distrust();
    const questions = await imds.counted(async () => assert.deepEqual(await program.get(), expected));
    assert.deepEqual(questions, { role: 1, credentials: 2 });
  });

  test('AC-81 no role any more: the earlier credentials are used on', async () => {
    const { program, expected } = await settled();
    await imds.control('role', { name: '' });
    await program.distrust();
    assert.deepEqual(await program.get(), expected);
  });

  test('AC-81 an expired role: what it has is used on, and others when there are any', async () => {
    const { program, expected } = await settled();
    const { expiry } = told(await imds.control('expire'));
    await program.distrust();
    assert.deepEqual(await program.get(), { ...expected, expiry });
    assert.deepEqual(await new Finder().get(), { ...expected, expiry }, 'by whom has none as well');
    const others = await rotated();
    assert.deepEqual(await program.get(), others);
  });

  for (const mode of WRONG) {
    test(`AC-81 ${mode === 'redirect' ? 'AC-83 ' : ''}${mode}: the earlier credentials are used on, and it is not asked by each call`, async () => {
      const { program, expected } = await settled();
      await imds.fail(mode);
      await program.distrust();
      const questions = await imds.counted(async () => {
        for (let n = 0; n < 3; n += 1) {
          assert.deepEqual(await program.get(), expected);
          await program.distrust();
        }
      });
      assert.deepEqual(questions, mode === '404' ? { role: 1, credentials: 1 } : { credentials: 1 });
      await program.end();
      assert.equal(program.log.match(/"event":"credentials_kept"/g)?.length, 1, program.log);
    });
  }

  test('AC-81 who has no time left is not kept waiting: the earlier credentials are used, and others fetched by whom has', async () => {
    const { program, expected } = await settled();
    const others = await rotated();
    await program.distrust();
    assert.deepEqual(await imds.counted(async () => assert.deepEqual(await program.get(5), expected)), {});
    assert.deepEqual(await program.get(), others);
  });

  test('AC-81 nobody there: the earlier credentials are used on', async () => {
    const { program, expected } = await settled();
    await imds.end();
    await program.distrust();
    assert.deepEqual(await program.get(), expected);
    await imds.startAgain();
  });

  for (const mode of WRONG) {
    test(`AC-81 ${mode} from the beginning: there are none, which is believed for a while`, async () => {
      for (const on of ['token', 'role', 'credentials']) {
        const program = new Finder();
        await imds.fail(mode, { on });
        // What has no blanks may be a token.
        if (on === 'token' && ['failed', 'half'].includes(mode)) continue;
        let cause;
        const first = await imds.counted(async () => ({ cause } = await program.get()));
        assert.match(cause, mode === 'failed' && on === 'credentials' ? /: AssumeRoleUnauthorizedAccess$/ : /^there are no AWS credentials: ./);
        assert.equal(first[on], 1, `${on} is asked for once`);
        if (on === 'token') assert.deepEqual(first, { token: 1 }, 'nothing is asked without one');
        const again = await imds.counted(async () => assert.deepEqual(await program.get(), { cause }));
        assert.deepEqual(again, {}, on);
      }
    });
  }

  test('AC-81 none from the beginning, and found as soon as they are there', async () => {
    const program = new Finder();
    await imds.control('role', { name: '' });
    assert.equal((await program.get()).cause, 'there are no AWS credentials: the instance has no role');
    await imds.control('role', { name: ROLE });
    const expected = await rotated();
    await until(async () => (await program.get()).id, { what: 'credentials', deadline: 20_000 });
    assert.deepEqual(await program.get(), expected);
  });

  test('AC-83 a redirect is not followed by whom has no credentials', async () => {
    await imds.fail('redirect');
    const questions = await imds.counted(async () => assert.match((await new Finder().get()).cause, /status 307$/));
    assert.deepEqual(questions, { token: 1 });
  });
});

describe('A message to SNS', () => {
  const publishing = () => {
    const program = new AskedProgram(publisher, [sns.url, '5000', topicArn('alerts'), 'Subject', 'Body'], onInstance());
    started.push(program);
    return program;
  };

  test('is signed with the credentials of the instance', async () => {
    assert.equal((await publishing().ask('publish'))[0], 'accepted');
  });

  test('AC-81 expired on the way: fetched once more, and sent with the others', async () => {
    const program = publishing();
    assert.equal((await program.ask('publish'))[0], 'accepted');
    await imds.control('expire');
    await rotated();
    const questions = await imds.counted(async () => assert.equal((await program.ask('publish'))[0], 'accepted'));
    assert.deepEqual(questions, { credentials: 1 });
  });

  test('AC-81 expired for good: worth another try, and the instance is not asked by each', async () => {
    const program = publishing();
    assert.equal((await program.ask('publish'))[0], 'accepted');
    await imds.control('expire');
    const questions = await imds.counted(async () => {
      for (let n = 0; n < 5; n += 1) assert.deepEqual(await program.ask('publish'), ['try-again', 'SNS says 403 ExpiredToken']);
    });
    assert.deepEqual(questions, { credentials: 2 }, 'the expired ones, and the same once more');
  });

  test('AC-81 the service is away: sent with what there is', async () => {
    const program = publishing();
    assert.equal((await program.ask('publish'))[0], 'accepted');
    await imds.fail('hang');
    assert.equal((await program.ask('publish'))[0], 'accepted');
  });
});

test('no secret and no token is in a log or a cause', async () => {
  for (const program of started) await program.end();
  const all = [...started.map(({ log }) => log), ...causes].join('\n');
  assert.match(all, /credentials_kept/);
  assert.ok(secrets.size > 10);
  for (const secret of secrets) assert.ok(!all.includes(secret), 'a secret is told');
});
