// Who uses the shop: rows that the first request of a token makes.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { userIdOf } from './records.mjs';
import * as shapes from './shapes.mjs';
import { request, sql, stack } from './stack.mjs';
import { TokenForge } from './token-forge.mjs';

const list = async () => {
  const answer = await request('GET', '/users', { user: 'viewer' });
  assert.equal(answer.status, 200, answer.text);
  return answer.json;
};

describe('GET /users', () => {
  test('gives all users by name, with nothing but id, name and address', async () => {
    const found = await list();
    shapes.list(shapes.user)(found);
    const rows = await sql('select user_id, name, email from users order by name, user_id');
    assert.deepEqual(found, rows.map((row) => ({ userId: row.user_id, name: row.name, email: row.email })));
  });
});

const tokenOf = async (claims) => {
  const forge = new TokenForge(await stack());
  return forge.token({ payload: forge.payload(claims) });
};
/** A request of somebody with these claims, who may be new. */
const visit = async (claims) => request('GET', '/users', { token: await tokenOf(claims) });

describe('A user', () => {
  test('gets a row at the first sight of the token, and only one', async () => {
    const sub = randomUUID();
    const username = `newcomer-${sub.slice(0, 8)}`;
    const token = await tokenOf({ sub, username, 'cognito:groups': ['staff'] });
    // More than there are workers, and at once.
    const answers = await Promise.all(Array.from({ length: 12 }, () => request('GET', '/users', { token })));
    assert.ok(answers.every(({ status }) => status === 200));
    const rows = await sql('select user_id, name, email, role from users where cognito_sub = $1', [sub]);
    assert.equal(rows.length, 1);
    const [{ user_id: userId, name, role }] = rows;
    assert.deepEqual([name, role], [username, 'staff']);
    assert.ok((await list()).some((user) => user.userId === userId && user.name === username));
    const audit = await sql(`select action, actor_id, request_id is not null as named
      from audit_log where row_id = $1`, [userId]);
    assert.deepEqual(audit, [{ action: 'insert', actor_id: null, named: true }]);
  });

  test('gets no row when the role does not allow the request', async () => {
    const sub = randomUUID();
    const token = await tokenOf({ sub, 'cognito:groups': ['viewer'] });
    const answer = await request('POST', '/notifications', {
      token, json: { type: 'system', title: 'x', message: 'x' },
    });
    shapes.assertProblem(answer, 403);
    assert.deepEqual(await sql('select 1 from users where cognito_sub = $1', [sub]), []);
  });

  test('keeps the name and address that are known, and takes the role of the newest token', async () => {
    const sub = randomUUID();
    await visit({ sub, username: 'first', 'cognito:groups': ['viewer'] });
    await sql('update users set name = $2, email = $3 where cognito_sub = $1',
      [sub, 'Nia Newcomer', 'nia@example.com']);
    await visit({ sub, username: 'second', 'cognito:groups': ['admin'] });
    const rows = await sql('select name, email, role from users where cognito_sub = $1', [sub]);
    assert.deepEqual(rows, [{ name: 'Nia Newcomer', email: 'nia@example.com', role: 'admin' }]);
  });

  test('of the demo has the role of the group, and the name that the demo gave', async () => {
    const roles = { admin: 'admin', staff: 'staff', viewer: 'viewer', nogroup: 'viewer' };
    for (const [user, role] of Object.entries(roles)) {
      const userId = await userIdOf(user);
      const [row] = await sql('select name, role from users where user_id = $1', [userId]);
      assert.equal(row.role, role);
      if (user !== 'nogroup') assert.notEqual(row.name, user, 'the demo knows more than the sign-in name');
    }
  });
});

describe('One\'s own account', () => {
  const READ_ONLY = { '/userId': 'read_only', '/email': 'read_only', '/role': 'read_only' };
  const newcomer = async (claims = {}) => {
    const sub = randomUUID();
    const token = await tokenOf({ sub, 'cognito:groups': ['viewer'], ...claims });
    await request('GET', '/users/me', { token });
    return {
      token,
      show: async () => (await request('GET', '/users/me', { token })).json,
      change: (json) => request('PATCH', '/users/me', { token, json }),
      address: (email) => sql('update users set email = $2 where cognito_sub = $1', [sub, email]),
      subscriptions: () => sql(`select topic, s.email from email_subscriptions s join users u using (user_id)
        where cognito_sub = $1 order by topic`, [sub]),
    };
  };

  test('is shown with its role, and no mail is wanted at first', async () => {
    const answer = await request('GET', '/users/me', { user: 'viewer' });
    assert.equal(answer.status, 200, answer.text);
    shapes.account(answer.json);
    assert.deepEqual([answer.json.userId, answer.json.role], [await userIdOf('viewer'), 'viewer']);
    const { alertDelivery, digestHour } = await (await newcomer()).show();
    assert.deepEqual({ alertDelivery, digestHour }, { alertDelivery: 'off', digestHour: 8 });
  });

  test('is changed field by field', async () => {
    const person = await newcomer();
    await person.address('person@example.com');
    const before = await person.show();
    const changed = await person.change({ alertDelivery: 'digest', digestHour: 23 });
    assert.equal(changed.status, 200, changed.text);
    assert.deepEqual(changed.json, { ...before, alertDelivery: 'digest', digestHour: 23 });
    assert.equal((await person.change({ name: 'Nora' })).json.name, 'Nora');
    assert.deepEqual(await person.show(), { ...changed.json, name: 'Nora' });
    assert.deepEqual(await person.change({}).then(({ json }) => json), await person.show());
  });

  test('whoever asks for mail is subscribed to what a viewer is told', async () => {
    const person = await newcomer();
    await person.address('mail@example.com');
    assert.deepEqual(await person.subscriptions(), []);
    await person.change({ alertDelivery: 'immediate' });
    assert.deepEqual(await person.subscriptions(), [
      { topic: 'order-notifications', email: 'mail@example.com' },
      { topic: 'stock-alerts', email: 'mail@example.com' },
    ]);
  });

  test('has no mail without an address', async () => {
    const person = await newcomer();
    shapes.assertProblem(await person.change({ alertDelivery: 'immediate' }), 422, { fields: { '/alertDelivery': 'no_address' } });
    assert.equal((await person.show()).alertDelivery, 'off');
  });

  test('takes no other values, and nothing that is not one\'s to say', async () => {
    const person = await newcomer();
    shapes.assertProblem(await person.change({ name: '', alertDelivery: 'weekly', digestHour: 24 }), 422, {
      fields: { '/name': 'blank', '/alertDelivery': 'not_a_choice', '/digestHour': 'out_of_range' },
    });
    shapes.assertProblem(await person.change({ digestHour: '8' }), 422, { fields: { '/digestHour': 'wrong_type' } });
    shapes.assertProblem(await person.change({ userId: randomUUID(), email: 'a@b.test', role: 'admin' }), 422, { fields: READ_ONLY });
    assert.equal((await person.show()).role, 'viewer');
  });
});
