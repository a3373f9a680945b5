// 503 of every operation that documents it, on a stack that is broken for the purpose: first without its database, then
// without its workers. The drift check of the recorded traffic wants to see each of them.
import { after, before, describe, test } from 'node:test';
import { goodRequest } from './good-requests.mjs';
import { assertUnavailable } from './problem-assertions.mjs';
import { request, startPrivateStack } from './stack.mjs';
import { endPool, gone } from './worker-processes.mjs';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

const { paths } = (await request('GET', '/openapi.json')).json;
const operations = Object.entries(paths).flatMap(([template, item]) => METHODS
  .filter((method) => item[method]?.responses[503])
  .map((method) => ({ template, method: method.toUpperCase() })));

let broken;

before(async () => { broken = await startPrivateStack(); });
after(async () => { await broken?.stop(); });

/** These tell how the workers are, with or without a database. */
const OF_THE_WORKERS = ['/readyz', '/metrics'];

describe('without the database', () => {
  before(async () => {
    await broken.request('GET', '/users', { user: 'admin' }); // the token is known by now
    process.kill(broken.pids.postgres, 'SIGQUIT');
    await gone([broken.pids.postgres]);
  });

  for (const { method, template } of operations.filter((each) => !OF_THE_WORKERS.includes(each.template))) {
    test(`${method} ${template}: 503 and Retry-After`, async () => {
      // The records it names are those of the other stack; here nothing gets that far.
      const good = await goodRequest(method, template);
      assertUnavailable(await broken.request(method, good.target, { user: 'admin', ...good }));
    });
  }
});

test('without a worker nginx itself says 503 and Retry-After', async () => {
  await endPool(broken);
  assertUnavailable(await broken.request('GET', '/nowhere'));
  assertUnavailable(await broken.request('POST', '/products', { user: 'admin', json: { name: 'x', price: 1 } }));
});
