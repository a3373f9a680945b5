// amplify.yml's build up to Next's own: what it writes for the server, with the secret from the counterpart of Parameter Store.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { parse } from 'yaml';
import { KEY, SECRET, SsmCounterpart } from '../oracle/ssm_counterpart.mjs';
import { DASHBOARD, templateFor } from './template.mjs';

const NAME = '/stockpilot/dashboard/SESSION_SECRET';
const VALUE = '0123456789abcdef0123456789abcdef,fedcba9876543210fedcba9876543210';
const VARIABLES = {
  DASHBOARD_URL: 'https://dashboard.example.com', STOCKPILOT_API_URL: 'https://api.example.com',
  COGNITO_ISSUER: 'https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Pool', COGNITO_CLIENT_ID: 'client',
  IMAGE_ORIGIN: 'https://d111111abcdef8.cloudfront.net', UPLOAD_ORIGIN: 'https://bucket.s3.us-east-1.amazonaws.com',
};
const specification = parse(fs.readFileSync(new URL('../../amplify.yml', import.meta.url), 'utf8'));
const { commands } = specification.applications[0].frontend.phases.build;

describe("Amplify's build", () => {
  let ssm;
  let folder;
  const put = () => ssm.put(NAME, VALUE, { Type: 'SecureString' });
  beforeEach(async () => {
    ssm = await SsmCounterpart.start();
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'amplify-'));
    fs.writeFileSync(path.join(folder, 'aws'), `#!/bin/bash\nexec /usr/bin/aws --endpoint-url "${ssm.url}" "$@"\n`, { mode: 0o755 });
  });
  afterEach(async () => {
    fs.rmSync(folder, { recursive: true });
    await ssm.stop();
  });

  /** One shell for all commands, up to the first that fails, and without a region of its own. */
  async function build(environment = {}) {
    const child = spawn('bash', ['-c', commands.slice(0, -1).map((command) => `${command}\n[ $? -eq 0 ] || exit 1\n`).join('')], {
      cwd: folder, stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: `${folder}:/usr/bin:/bin`, HOME: folder, AWS_ACCESS_KEY_ID: KEY, AWS_SECRET_ACCESS_KEY: SECRET, ...VARIABLES, ...environment },
    });
    let log = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => { log += data; });
    const [status] = await once(child, 'close');
    return { status, log, written: fs.readFileSync(path.join(folder, '.env.production'), 'utf8') };
  }
  const asVariables = (written) => Object.fromEntries(written.trimEnd().split('\n').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));

  test('ends with that of Next, and takes the parameter that its role may read', () => {
    assert.equal(commands.at(-1), 'npm run build');
    const { Statement } = templateFor(DASHBOARD).Resources.DashboardRole.Properties.Policies[0].PolicyDocument;
    const { Action, Resource } = Statement.find(({ Sid }) => Sid === 'SessionSecret');
    assert.equal(Action, 'ssm:GetParameter');
    assert.ok(Resource['Fn::Sub'].endsWith(`:parameter${NAME}`));
    assert.ok(commands.some((command) => command.includes(` --name ${NAME} `)));
  });

  test('writes what the server reads, the secret of Parameter Store with it, and says nothing', async () => {
    await put();
    const { status, log, written } = await build({ HOSTNAME: 'builder', NPM_TOKEN: 'none of the dashboard' });
    assert.deepEqual([status, log], [0, '']);
    assert.deepEqual(asVariables(written), { ...VARIABLES, SESSION_SECRET: VALUE });
  });

  test('takes a variable of that name before it, and does not ask', async () => {
    await put();
    const { seen } = await ssm.calls();
    const { status, log, written } = await build({ SESSION_SECRET: 'of-the-branch-of-the-branch-of-the-branch' });
    assert.deepEqual([status, log], [0, '']);
    assert.equal(asVariables(written).SESSION_SECRET, 'of-the-branch-of-the-branch-of-the-branch');
    assert.equal((await ssm.calls()).seen, seen);
  });

  for (const [what, arrange, reason] of [
    ['the parameter is not there', () => {}, /ParameterNotFound/],
    ['the role may not read it', () => ssm.control('fail', { mode: 'denied', times: 1 }), /AccessDeniedException/],
  ]) {
    test(`ends when ${what}, and says so`, async () => {
      await arrange();
      const { status, log, written } = await build();
      assert.equal(status, 1);
      assert.match(log, reason);
      assert.match(log, /SESSION_SECRET is missing: .* docs\/dashboard\.md/);
      assert.doesNotMatch(written, /SESSION_SECRET/);
    });
  }
});
