// What a monitor and a load balancer ask.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { assertProblem, object, text } from './shapes.mjs';
import { request, stack, startPrivateStack, until } from './stack.mjs';

const READINESS = object({ status: text, checks: object({ database: text, schema: text, keySet: text }) });

describe('GET /healthz', () => {
  test('answers everyone, without a token', async () => {
    const answer = await request('GET', '/healthz');
    assert.equal(answer.status, 200);
    assert.deepEqual(answer.json, { status: 'ok' });
    assert.equal(answer.headers.etag, undefined);
    assert.match(answer.headers['cache-control'], /no-cache|no-store/);
  });

  test('answers on the API\'s own port as well', async () => {
    const { apiUrl } = await stack();
    const answer = await request('GET', '/healthz', { origin: apiUrl });
    assert.deepEqual([answer.status, answer.json], [200, { status: 'ok' }]);
  });
});

describe('GET /readyz', () => {
  test('says what it looked at', async () => {
    const answer = await request('GET', '/readyz');
    assert.equal(answer.status, 200);
    assert.deepEqual(answer.json, { status: 'ready', checks: { database: 'ok', schema: 'ok', keySet: 'ok' } });
  });
});

describe('A service that cannot serve', () => {
  let broken;
  before(async () => { broken = await startPrivateStack({ environment: { STOCKPILOT_WORKERS: '1' } }); });
  after(() => broken?.stop());

  const notReady = async (checks) => {
    const answer = await broken.request('GET', '/readyz');
    assert.equal(answer.status, 503, answer.text);
    READINESS(answer.json);
    assert.deepEqual(answer.json, { status: 'not ready', checks });
    assert.match(answer.headers['retry-after'], /^[1-9]\d*$/);
    assert.equal(answer.headers['content-type'], 'application/json');
    assert.equal((await broken.request('GET', '/healthz')).status, 200, 'healthz stays green');
    const requestId = answer.headers['x-request-id'];
    return until(() => broken.logLines().find((line) => line.request_id === requestId));
  };
  const ready = async () => assert.equal((await broken.request('GET', '/readyz')).status, 200);

  test('is not ready with an old schema, and its log says what to do', async () => {
    await broken.execute('alter table schema_migrations rename to schema_migrations_away');
    await notReady({ database: 'ok', schema: 'missing', keySet: 'ok' });
    await broken.execute('alter table schema_migrations_away rename to schema_migrations');
    await ready();
    await broken.execute(`create table newest as select * from schema_migrations order by version desc limit 1;
      delete from schema_migrations where version in (select version from newest)`);
    const line = await notReady({ database: 'ok', schema: 'outdated', keySet: 'ok' });
    assert.match(JSON.stringify(line), /stockpilotctl migrate/);
    await broken.execute('insert into schema_migrations select * from newest');
    await ready();
    await broken.execute(`insert into schema_migrations select (jsonb_populate_record(n,
      jsonb_build_object('version', version + 1))).* from newest n`);
    await ready();
  });

  test('is not ready without the database, and ready again by itself', async () => {
    const elsewhere = (text) => broken.execute(text, [], { database: 'postgres' });
    await elsewhere(`alter database stockpilot allow_connections false;
      select pg_terminate_backend(pid) from pg_stat_activity where datname = 'stockpilot'`);
    await notReady({ database: 'unavailable', schema: 'unknown', keySet: 'ok' });
    const answer = await broken.request('GET', '/products', { user: 'viewer' });
    assertProblem(answer, 503);
    assert.match(answer.headers['retry-after'], /^[1-9]\d*$/);
    await elsewhere('alter database stockpilot allow_connections true');
    await until(async () => (await broken.request('GET', '/readyz')).status === 200);
  });
});
