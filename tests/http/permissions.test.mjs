// Every route with every kind of caller: generated from the route table, so that a new route is in it.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { emptyAddress, goodRequest } from './good-requests.mjs';
import { assertProblem } from './shapes.mjs';
import { request, sql, stack, startPrivateStack } from './stack.mjs';

const { build } = await stack();
const ROUTES = JSON.parse(execFileSync(path.join(build, 'stockpilotctl'), ['routes', '--json']));
const LEVELS = ['public', 'viewer', 'staff', 'admin'];
/** The level that each kind of caller has; who is in no group is a viewer unless configured otherwise. */
const CALLERS = { 'no token': 'public', nogroup: 'viewer', viewer: 'viewer', staff: 'staff', admin: 'admin' };

const send = (caller, { method }, target, rest) =>
  request(method, target, { ...rest, user: caller === 'no token' ? undefined : caller });
/** Of what requests wrote; the notifier notes what the user pool knows, in its own time. */
const lastAudit = async () => (await sql(`select coalesce(max(audit_id), 0) as id from audit_log
  where request_id is distinct from 'notifier'`))[0].id;

async function assertRefused(caller, route, target, rest) {
  const before = await lastAudit();
  const answer = await send(caller, route, target, rest);
  if (caller === 'no token') {
    assertProblem(answer, 401, { type: 'not-signed-in' });
    assert.equal(answer.headers['www-authenticate'], 'Bearer realm="stockpilot"');
  } else {
    const problem = assertProblem(answer, 403);
    assert.match(problem.detail, new RegExp(route.permission), 'it says which role it takes');
  }
  assert.equal(await lastAudit(), before, 'nothing was written');
}

for (const route of ROUTES) {
  describe(`${route.method} ${route.path} is for ${route.permission}`, () => {
    for (const [caller, level] of Object.entries(CALLERS)) {
      const allowed = LEVELS.indexOf(level) >= LEVELS.indexOf(route.permission);
      const proved = caller === 'no token' ? 'AC-1' : 'AC-25';
      test(`${allowed ? 'AC-3' : proved} ${caller}: ${allowed ? 'done' : 'refused'}`, async () => {
        const { target, ...rest } = await goodRequest(route.method, route.path);
        if (!allowed) {
          await assertRefused(caller, route, target, rest);
          return;
        }
        const answer = await send(caller, route, target, rest);
        assert.ok(answer.status === 200 || answer.status === 201, `${answer.status} ${answer.text}`);
      });
    }

    if (route.permission === 'public') return;
    test('AC-25 whether something exists is told to nobody who may not ask', async () => {
      const target = emptyAddress(route.path);
      assertProblem(await request(route.method, target), 401, { type: 'not-signed-in' });
      if (route.permission !== 'viewer') {
        assertProblem(await request(route.method, target, { user: 'viewer' }), 403);
      }
    });
  });
}

describe('With DEFAULT_ROLE=none', () => {
  let strict;
  before(async () => { strict = await startPrivateStack({ configuration: { DEFAULT_ROLE: 'none' } }); });
  after(() => strict?.stop());

  for (const { method, path: template, permission } of ROUTES) {
    test(`AC-25 who is in no group may not ${method} ${template}, unless it is public`, async () => {
      const answer = await strict.request(method, emptyAddress(template), { user: 'nogroup' });
      if (permission === 'public') assert.equal(answer.status, 200, answer.text);
      else assertProblem(answer, 403);
    });
  }

  test('who is in a group may do what the group may', async () => {
    assert.equal((await strict.request('GET', '/products', { user: 'viewer' })).status, 200);
  });
});
