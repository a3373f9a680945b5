// docs/openapi.yaml keeps Redocly's recommended rules; redocly.yaml says which one is off, and why.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '../..');
const program = path.join(root, 'tests/http/node_modules/@redocly/cli/bin/cli.js');

function lint() {
  const { status, stdout, stderr } = spawnSync(process.execPath,
    [program, 'lint', 'stockpilot', '--format', 'json'], {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
    });
  assert.ok(stdout.startsWith('{'), `redocly lint ended with ${status}: ${stderr}`);
  return JSON.parse(stdout);
}

test('the API description has neither errors nor warnings', () => {
  const { totals, problems } = lint();
  assert.deepEqual(problems.filter(({ ignored }) => !ignored).map(({ message }) => message), []);
  assert.equal(totals.errors + totals.warnings, 0);
});
