// Inviting people, giving them roles and cutting them off: what counts from the next request on, what the user pool is told,
// and what nobody may do to themselves.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { whileHolding } from './database-session.mjs';
import { askOnce } from './fastcgi-client.mjs';
import { createProduct, newKey, post, unique } from './records.mjs';
import * as shapes from './shapes.mjs';
import { startPrivateStack, until } from './stack.mjs';
import { TokenForge } from './token-forge.mjs';
import { claimsOf, UserPool } from './user_pool.mjs';
import { spawnWorker } from './worker-processes.mjs';

let stack;
let pool;
let elsewhere; // a worker that shares nothing with those of the stack but the database: one of another host
let folder;

before(async () => {
  stack = await startPrivateStack({
    configuration: { NOTIFIER_RETRY_MS: '20', NOTIFIER_RETRY_MAX_MS: '100', NOTIFIER_MAX_ATTEMPTS: '3' }, environment: { STOCKPILOT_WORKERS: '4' },
  });
  pool = new UserPool(stack);
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'other-'));
  const name = `/stockpilot-test-${randomUUID()}`;
  elsewhere = await spawnWorker(stack, {
    socket: path.join(folder, 'socket'), options: { JWKS_CACHE_NAME: name, SCOREBOARD_NAME: `${name}-scoreboard` },
  });
});
after(async () => {
  await elsewhere?.stop();
  await stack?.stop();
  for (const name of fs.readdirSync('/dev/shm').filter((each) => each.startsWith('stockpilot-test-'))) fs.rmSync(`/dev/shm/${name}`);
  if (folder) fs.rmSync(folder, { recursive: true, force: true });
});

const admin = (method, target, rest) => stack.request(method, target, { user: 'admin', ...rest });
const invite = (fields) => admin('POST', '/users', { json: { name: 'Pia Person', role: 'viewer', ...fields } });
const newAddress = () => `pia.${randomUUID()}@example.com`;
const address = ({ userId }) => `/users/${userId}`;

/** Somebody whom the administrator has invited: the record. */
async function invited(fields) {
  const answer = await invite({ email: newAddress(), ...fields });
  assert.equal(answer.status, 201, answer.text);
  return answer.json;
}

/** What was decided about somebody has reached the user pool. */
const told = ({ userId }) => until(async () => (await stack.sql(`select 1 from outbox
  where order_key = $1 and sent_at is null`, [`user:${userId}`])).length === 0, { what: 'the user pool' });

/** Somebody who was invited and has signed in: { user, token, signIn, refreshToken }. */
async function colleague(role) {
  const user = await invited({ role });
  await told(user);
  const password = await pool.password(user.email);
  const signIn = () => pool.signIn(user.email, password);
  const tokens = await signIn();
  const token = tokens.access_token;
  assert.equal((await stack.request('GET', '/users/me', { token })).status, 200);
  return { user, token, signIn, refreshToken: tokens.refresh_token };
}

/** Changes somebody as they are now; gives the answer. */
async function change({ userId }, json, rest = {}) {
  const { headers } = await admin('GET', `/users/${userId}`);
  return admin('PATCH', `/users/${userId}`, { json, headers: { 'if-match': headers.etag }, ...rest });
}
async function changed(user, json) {
  const answer = await change(user, json);
  assert.equal(answer.status, 200, answer.text);
  return answer.json;
}

const NOTICE = { type: 'system', title: 'Notice', message: 'x' };
const asStaff = (token) => stack.request('POST', '/notifications', { token, json: NOTICE });
const asAdmin = (token) => stack.request('GET', '/audit?limit=1', { token });
/** What each worker of the stack says, hopefully: more requests at once than there are workers. */
const everywhere = (ask) => Promise.all(Array.from({ length: 16 }, ask));
/** The same asked of the worker of another host. */
const fromElsewhere = (token, { method = 'GET', path: at = '/products', json } = {}) => askOnce(elsewhere.socket, {
  method, path: at, token, ...(json && { contentType: 'application/json', body: JSON.stringify(json) }),
});

/** A token for somebody, of that role, issued so many seconds ago. */
function forged(sub, role, secondsAgo = 0) {
  const forge = new TokenForge(stack);
  const iat = Math.floor(Date.now() / 1000) - secondsAgo;
  return forge.token({ payload: forge.payload({ sub, 'cognito:groups': [role], iat, exp: iat + 86400 }) });
}
/** Somebody of the pool who was not invited by us: { sub, userId }. */
async function stranger(role, secondsAgo) {
  const sub = randomUUID();
  await stack.request('GET', '/users/me', { token: forged(sub, role, secondsAgo) });
  const [{ user_id: userId }] = await stack.sql('select user_id from users where cognito_sub = $1', [sub]);
  return { sub, userId };
}

describe('Inviting', () => {
  test('makes a user who is mailed a password, signs in, and has the role; and is there once', async () => {
    const email = newAddress();
    const answer = await invite({ email, name: 'Ina Invited', role: 'staff' });
    assert.equal(answer.status, 201, answer.text);
    shapes.managedUser(answer.json);
    const { userId, ...rest } = answer.json;
    assert.deepEqual(rest, {
      name: 'Ina Invited', email, role: 'staff', roleInForce: 'none', disabled: false, invited: true, lastSeenAt: null, version: 1,
    });
    assert.equal(answer.headers.location, `/users/${userId}`);
    const shown = await admin('GET', answer.headers.location);
    assert.deepEqual([shown.json, shown.headers.etag], [answer.json, answer.headers.etag]);

    const tokens = await pool.password(email).then(async (password) => {
      await told(answer.json);
      return pool.signIn(email, password);
    });
    assert.deepEqual(claimsOf(tokens.access_token)['cognito:groups'], ['staff']);
    assert.equal((await asStaff(tokens.access_token)).status, 201);
    const { json } = await admin('GET', `/users/${userId}`);
    assert.deepEqual([json.role, json.roleInForce, json.invited, json.name], ['staff', 'staff', false, 'Ina Invited']);
    const everybody = (await admin('GET', '/users')).json;
    assert.deepEqual(everybody.filter((user) => user.email === email), [json]);
    assert.equal((await pool.passwords(email)).length, 1);
  });

  test('an address that somebody has is a 409 with who that is: in any case, and of somebody disabled too', async () => {
    const user = await invited();
    await told(user);
    await changed(user, { disabled: true });
    const answer = await invite({ email: user.email.toUpperCase() });
    const problem = shapes.assertProblem(answer, 409, { fields: { '/email': 'taken' } });
    assert.deepEqual([problem.current.userId, problem.current.disabled], [user.userId, true]);
    await told(user);
    assert.equal((await pool.passwords(user.email)).length, 1, 'one mail');
  });

  test('two administrators at once invite somebody once', async () => {
    const email = newAddress();
    const answers = await Promise.all([invite({ email }), invite({ email })]);
    assert.deepEqual(answers.map(({ status }) => status).toSorted(), [201, 409]);
  });

  test('takes an address, a name and a role, and nothing else', async () => {
    shapes.assertProblem(await admin('POST', '/users', { json: {} }), 422, {
      fields: { '/email': 'required', '/name': 'required', '/role': 'required' },
    });
    shapes.assertProblem(await invite({ email: newAddress(), name: ' ', role: 'owner', disabled: true, version: 1, colour: 'red' }), 422, {
      fields: { '/name': 'blank', '/role': 'not_a_choice', '/disabled': 'read_only', '/version': 'read_only', '/colour': 'unknown_field' },
    });
    for (const email of ['nobody', '@x.test', 'a@', 'a b@x.test', 'a@x..test', 'a@-x.test', 'ä@x.test', 'a@b@c.test', 'Pia <a@x.test>', 'a@x.test\n']) {
      const { errors } = shapes.assertProblem(await invite({ email }), 422);
      assert.deepEqual(errors.map(({ pointer }) => pointer), ['/email'], email);
    }
    shapes.assertProblem(await invite({ email: `${'a'.repeat(250)}@x.test` }), 422, { fields: { '/email': 'too_long' } });
  });

  test('waits for a user pool that is away, and invites once it is back', async () => {
    await pool.fail('500');
    const user = await invited();
    await until(async () => (await stack.sql('select 1 from outbox where order_key = $1 and attempts > 1', [`user:${user.userId}`])).length > 0);
    assert.deepEqual(await pool.passwords(user.email), []);
    await pool.fail('ok');
    assert.ok(await pool.password(user.email));
  });

  test('is withdrawn where somebody is disabled before the pool was reached, and made up for when they are let in again', async () => {
    await pool.fail('500');
    const user = await invited();
    await changed(user, { disabled: true });
    // It needs no pool any more. Whoever was just at it when they were disabled has been told no by then.
    await until(async () => (await stack.sql(
      "select 1 from outbox where order_key = $1 and payload ->> 'action' = 'invite' and sent_at is not null", [`user:${user.userId}`])).length === 1,
    { what: 'the end of the invitation' });
    await pool.fail('ok');
    await told(user);
    await changed(user, { role: 'staff' });
    await told(user);
    assert.deepEqual(await pool.passwords(user.email), []);
    await changed(user, { disabled: false });
    await told(user);
    const [password, ...more] = await pool.passwords(user.email);
    assert.deepEqual(more, [], 'one mail');
    assert.equal((await asStaff((await pool.signIn(user.email, password)).access_token)).status, 201);
  });

  test('of an address that somebody registered with and never confirmed is put aside: they get no role, and administrators are told', async () => {
    const email = newAddress();
    await pool.register(email);
    const user = await invited({ email, role: 'admin' });
    await until(async () => (await admin('GET', '/notifications?type=system')).json
      .some(({ message }) => message.includes(user.userId) && message.includes('never confirmed')), { what: 'the administrators to be told' });
    assert.deepEqual(await pool.groups(email), []);
    const rows = await stack.sql('select cognito_sub from users where user_id = $1', [user.userId]);
    assert.deepEqual(rows, [{ cognito_sub: null }]);
  });

  test('an invitation whose answer was lost is one person, and one mail', async () => {
    await pool.fail('cut-after', 1);
    const user = await invited();
    await told(user);
    assert.equal((await pool.passwords(user.email)).length, 1);
    assert.deepEqual(await pool.groups(user.email), ['viewer']);
  });

  test('whoever signs in before it is known under which sub they were invited is there once', async () => {
    process.kill(stack.pids.notifier, 'SIGTERM');
    const user = await invited({ role: 'staff', name: 'Eager Eve' });
    await admin('POST', '/notifications', { json: { ...NOTICE, title: 'Welcome', userId: user.userId } });
    const waiting = await changed(user, { name: 'Early Eve' });
    await pool.send('AdminCreateUser', { Username: user.email, UserAttributes: [{ Name: 'email', Value: user.email }] });
    const password = await pool.password(user.email);
    const { access_token: token } = await pool.signIn(user.email, password);
    const { userId } = (await stack.request('GET', '/users/me', { token })).json;
    await stack.request('PATCH', '/users/me', { token, json: { digestHour: 3 } });
    assert.notEqual(userId, user.userId, 'nobody can know yet');

    await stack.dev('up');
    stack.reread();
    await told({ userId });
    const { json } = await admin('GET', `/users/${userId}`);
    assert.deepEqual([json.email, json.name, json.role, json.roleInForce], [user.email, waiting.name, 'staff', 'viewer']);
    shapes.assertProblem(await admin('GET', address(user)), 404);
    const titles = (await stack.request('GET', '/notifications', { token })).json.map(({ title }) => title);
    assert.ok(titles.includes('Welcome'), 'what was sent to the one reaches the other');
    assert.deepEqual(claimsOf((await pool.signIn(user.email, password)).access_token)['cognito:groups'], ['staff']);
  });

  test('whoever is disabled before it is known under which sub they were invited is so in the pool, until they are let in again', async () => {
    process.kill(stack.pids.notifier, 'SIGTERM');
    const users = [await invited({ role: 'staff' }), await invited({ role: 'staff' })];
    const signIns = await Promise.all(users.map(async ({ email }) => {
      await pool.send('AdminCreateUser', { Username: email, UserAttributes: [{ Name: 'email', Value: email }] });
      const password = await pool.password(email);
      return () => pool.signIn(email, password);
    }));
    // The one is disabled as who was invited, the other as who has signed in.
    const token = (await signIns[1]()).access_token;
    const seen = (await stack.request('GET', '/users/me', { token })).json;
    await changed(users[0], { disabled: true });
    await changed(seen, { disabled: true });

    await stack.dev('up');
    stack.reread();
    for (const [index, user] of [users[0], seen].entries()) {
      await told(users[index]);
      await told(user);
      assert.equal((await admin('GET', address(user))).json.disabled, true);
      await assert.rejects(signIns[index](), /did not let/);
      await changed(user, { disabled: false });
      await told(user);
      assert.deepEqual(claimsOf((await signIns[index]()).access_token)['cognito:groups'], ['staff']);
    }
  });

  test('somebody of the pool who is here already keeps role and history', async () => {
    const { userId } = (await stack.request('GET', '/users/me', { user: 'staff' })).json;
    const user = await invited({ email: 'staff@stockpilot.test', role: 'viewer' });
    await told(user);
    await told({ userId });
    shapes.assertProblem(await admin('GET', address(user)), 404);
    const { json } = await admin('GET', `/users/${userId}`);
    assert.deepEqual([json.email, json.role, json.roleInForce], ['staff@stockpilot.test', 'staff', 'staff']);
    assert.deepEqual(await pool.groups('staff'), ['staff']);
    assert.equal((await asStaff(await stack.token('staff'))).status, 201);
  });
});

describe('Somebody of the former system', () => {
  const former = async () => {
    const [userId, email] = [randomUUID(), newAddress()];
    await stack.execute(`insert into users (user_id, cognito_sub, name, email, role)
      values ('${userId}', 'former:${userId}', 'Fay Former', '${email}', 'viewer')`);
    return { userId, email };
  };

  test('is invited as who they are, signs in, and has what was sent to them', async () => {
    const { userId, email } = await former();
    await admin('POST', '/notifications', { json: { ...NOTICE, title: 'Of old', userId } });
    const user = await invited({ email, name: 'Fay Former', role: 'staff' });
    assert.deepEqual([user.userId, user.role, user.roleInForce, user.invited], [userId, 'staff', 'none', true]);
    await told(user);
    const { access_token: token } = await pool.signIn(email, await pool.password(email));
    assert.equal((await stack.request('GET', '/users/me', { token })).json.userId, userId);
    assert.ok((await stack.request('GET', '/notifications', { token })).json.some(({ title }) => title === 'Of old'));
    assert.equal((await asStaff(token)).status, 201);
  });

  test('has no role before that, and is disabled without a word to the user pool', async () => {
    const user = await former();
    assert.match(shapes.assertProblem(await change(user, { role: 'staff' }), 409).detail, /invite them/);
    assert.equal((await changed(user, { disabled: true })).disabled, true);
    assert.equal(shapes.assertProblem(await invite({ email: user.email }), 409).current.userId, user.userId);
    assert.equal((await changed(user, { disabled: false })).disabled, false);
    assert.deepEqual(await stack.sql('select 1 from outbox where order_key = $1', [`user:${user.userId}`]), []);
  });
});

describe('A role', () => {
  test('that is lowered counts from the next request on, on every worker of every host', async () => {
    const { user, token } = await colleague('staff');
    assert.ok((await everywhere(() => asStaff(token))).every(({ status }) => status === 201));
    assert.equal((await fromElsewhere(token, { method: 'POST', path: '/notifications', json: NOTICE })).status, 201);
    const now = await changed(user, { role: 'viewer' });
    assert.deepEqual([now.role, now.roleInForce], ['viewer', 'viewer']);
    for (const answer of await everywhere(() => asStaff(token))) {
      assert.match(shapes.assertProblem(answer, 403).detail, /takes the role staff/);
    }
    assert.equal((await fromElsewhere(token, { method: 'POST', path: '/notifications', json: NOTICE })).status, 403);
    assert.equal((await stack.request('GET', '/products', { token })).status, 200, 'what viewers may is done');
    assert.equal((await stack.request('GET', '/users/me', { token })).json.role, 'viewer');
  });

  test('that is lowered stays so for a token from before, also when a newer one has been seen', async () => {
    const { user, token, signIn } = await colleague('staff');
    await changed(user, { role: 'viewer' });
    await told(user);
    const newer = (await signIn()).access_token;
    assert.deepEqual(claimsOf(newer)['cognito:groups'], ['viewer']);
    assert.ok((await everywhere(() => stack.request('GET', '/products', { token: newer }))).every(({ status }) => status === 200));
    assert.ok((await everywhere(() => asStaff(token))).every(({ status }) => status === 403));
    assert.equal((await fromElsewhere(token, { method: 'POST', path: '/notifications', json: NOTICE })).status, 403, 'never seen there');
    assert.equal((await admin('GET', address(user))).json.roleInForce, 'viewer');
  });

  test('that is raised counts once a token carries it', async () => {
    const { user, token, signIn } = await colleague('staff');
    const now = await changed(user, { role: 'admin' });
    assert.deepEqual([now.role, now.roleInForce], ['admin', 'staff']);
    assert.ok((await everywhere(() => asAdmin(token))).every(({ status }) => status === 403));
    assert.equal((await asStaff(token)).status, 201);
    await told(user);
    assert.deepEqual(await pool.groups(user.email), ['admin']);
    assert.equal((await asAdmin((await signIn()).access_token)).status, 200);
    assert.equal((await admin('GET', address(user))).json.roleInForce, 'admin');
  });

  test('is the group, when that was changed in the pool afterwards', async () => {
    const { sub, userId } = await stranger('staff', 7200);
    await stack.sql(`update users set wanted_role = 'viewer', role_told_at = now() - interval '1 hour' where user_id = $1`, [userId]);
    assert.equal((await asStaff(forged(sub, 'staff', 3700))).status, 403, 'a token from before');
    assert.equal((await asStaff(forged(sub, 'staff', 3200))).status, 201, 'one that was issued afterwards');
    assert.equal((await admin('GET', `/users/${userId}`)).json.role, 'staff');
    // No token is older than a day.
    await stack.sql(`update users set role_told_at = now() - interval '26 hours' where user_id = $1`, [userId]);
    await stack.request('GET', '/users/me', { token: forged(sub, 'staff', 60) });
    assert.deepEqual(await stack.sql('select wanted_role, role_told_at from users where user_id = $1', [userId]),
      [{ wanted_role: null, role_told_at: null }]);
  });

  test('of the last token that was seen is not brought back by an older one', async () => {
    const { sub, userId } = await stranger('viewer', 10);
    await stack.request('GET', '/users/me', { token: forged(sub, 'admin', 3000) });
    assert.equal((await admin('GET', `/users/${userId}`)).json.role, 'viewer');
  });

  test('of yesterday shows no administrator\'s list of users', async () => {
    const { user, token } = await colleague('admin');
    const list = async () => (await stack.request('GET', '/users', { token })).json;
    shapes.list(shapes.managedUser)(await list());
    await changed(user, { role: 'viewer' });
    shapes.list(shapes.user)(await list());
    const csv = await stack.request('GET', '/users', { token, headers: { accept: 'text/csv' } });
    assert.deepEqual([csv.status, csv.text.split('\r\n')[0]], [200, 'userId,name,email']);
  });

  test('reaches the pool in the order in which it was decided, also after an outage', async () => {
    const { user } = await colleague('viewer');
    await pool.fail('500');
    for (const role of ['admin', 'viewer', 'staff']) await changed(user, { role });
    await pool.fail('ok');
    await told(user);
    assert.deepEqual(await pool.groups(user.email), ['staff']);
  });

  test('that was put aside and is sent again brings back nothing that was decided otherwise since', async () => {
    const { user } = await colleague('viewer');
    await pool.fail('500');
    await changed(user, { role: 'admin' });
    await stack.sql('update outbox set dead_at = now(), claimed_by = null where order_key = $1 and sent_at is null', [`user:${user.userId}`]);
    await pool.fail('ok');
    await changed(user, { role: 'staff' });
    await until(async () => (await pool.groups(user.email)).join() === 'staff');
    await stack.sql('select outbox_retry(outbox_id) from outbox where order_key = $1 and dead_at is not null', [`user:${user.userId}`]);
    await told(user);
    assert.deepEqual(await pool.groups(user.email), ['staff']);
  });
});

describe('When somebody was last seen', () => {
  const seen = async (user) => (await admin('GET', address(user))).json.lastSeenAt;
  const before = (user, time) => stack.sql(`update user_sightings set last_seen_at = now() - $2::interval where user_id = $1`, [user.userId, time]);
  const visit = (sub, secondsAgo, at = '/products?limit=1') => stack.request('GET', at, { token: forged(sub, 'staff', secondsAgo) });
  const minutesAgo = (time) => (Date.now() - Date.parse(time)) / 60_000;

  test('is null until they use the system, and then the time, in their record, the list and its CSV', async () => {
    const user = await invited({ role: 'staff' });
    assert.equal(user.lastSeenAt, null);
    await told(user);
    const { access_token: token } = await pool.signIn(user.email, await pool.password(user.email));
    assert.equal(await seen(user), null, 'a token alone is no use');
    assert.equal((await stack.request('GET', '/products?limit=1', { token })).status, 200);
    const { json } = await admin('GET', address(user));
    shapes.managedUser(json);
    assert.ok(minutesAgo(json.lastSeenAt) < 5, json.lastSeenAt);
    const listed = (await admin('GET', '/users')).json.find(({ userId }) => userId === user.userId);
    assert.deepEqual(listed, json);
    const csv = (await admin('GET', '/users', { headers: { accept: 'text/csv' } })).text.split('\r\n');
    assert.equal(csv[0], 'userId,name,email,role,roleInForce,disabled,invited,lastSeenAt');
    assert.ok(csv.some((line) => line.startsWith(user.userId) && line.endsWith(`,false,${json.lastSeenAt}`)), csv.join('\n'));
    const taken = shapes.assertProblem(await invite({ email: user.email }), 409);
    assert.equal(taken.current.lastSeenAt, json.lastSeenAt);
  });

  test('is noted by what they read, by what they write and by an export', async () => {
    for (const [method, target, rest] of [['GET', '/users/me'], ['POST', '/notifications', { json: NOTICE }],
      ['POST', '/expenses', { json: { category: 'x', amount: 1 }, headers: newKey() }], ['GET', '/sales', { headers: { accept: 'text/csv' } }]]) {
      const sub = randomUUID();
      const answer = await stack.request(method, target, { token: forged(sub, 'staff'), ...rest });
      assert.ok(answer.status < 300, answer.text);
      const rows = await stack.sql('select 1 from user_sightings join users using (user_id) where cognito_sub = $1', [sub]);
      assert.equal(rows.length, 1, `${method} ${target}`);
    }
  });

  test('stays for half an hour, whatever they do on whichever worker, and goes on then', async () => {
    const { sub, userId } = await stranger('staff', 600);
    await before({ userId }, '29 minutes');
    const first = await seen({ userId });
    await everywhere(() => visit(sub, 500));
    assert.equal((await fromElsewhere(forged(sub, 'staff', 400))).status, 200);
    assert.equal(await seen({ userId }), first);
    await before({ userId }, '31 minutes');
    await visit(sub, 300);
    assert.ok(minutesAgo(await seen({ userId })) < 5);
  });

  test('is not asked for with each request: a worker knows the token for half an hour', async () => {
    const { sub, userId } = await stranger('staff', 600);
    const token = forged(sub, 'staff', 500);
    assert.equal((await fromElsewhere(token)).status, 200);
    await before({ userId }, '2 hours');
    const first = await seen({ userId });
    assert.equal((await fromElsewhere(token)).status, 200);
    assert.equal(await seen({ userId }), first);
  });

  test('is not what was refused', async () => {
    const { sub, userId } = await stranger('staff', 600);
    await before({ userId }, '2 days');
    const first = await seen({ userId });
    shapes.assertProblem(await visit(sub, 500, '/audit'), 403);
    shapes.assertProblem(await visit(sub, 500, '/products?limit=0'), 400);
    await changed({ userId }, { disabled: true });
    shapes.assertProblem(await visit(sub, 400), 403);
    assert.equal(await seen({ userId }), first);
  });

  test('is no edit: the version and an If-Match stay good, no audit row tells of it, and a kept answer is another one', async () => {
    const { sub, userId } = await stranger('staff', 600);
    await before({ userId }, '2 hours');
    const trail = () => stack.sql('select count(*) from audit_log where row_id = $1', [userId]);
    const [answer, list, audited] = [await admin('GET', address({ userId })), await admin('GET', '/users'), await trail()];
    const again = (target, etag) => admin('GET', target, { headers: { 'if-none-match': etag } });
    assert.equal((await again(address({ userId }), answer.headers.etag)).status, 304);
    await visit(sub, 500);
    const now = await again(address({ userId }), answer.headers.etag);
    assert.deepEqual([now.status, now.json.version], [200, answer.json.version]);
    assert.notEqual(now.json.lastSeenAt, answer.json.lastSeenAt);
    assert.equal((await again('/users', list.headers.etag)).status, 200);
    assert.deepEqual(await trail(), audited);
    const patched = await admin('PATCH', address({ userId }), { json: { name: 'Sighted' }, headers: { 'if-match': answer.headers.etag } });
    assert.deepEqual([patched.status, patched.json.lastSeenAt], [200, now.json.lastSeenAt]);
    shapes.assertProblem(await change({ userId }, { lastSeenAt: null }), 422, { fields: { '/lastSeenAt': 'read_only' } });
  });

  test('delays nobody: not whoever edits the user, and not the user', async () => {
    const { sub, userId } = await stranger('staff', 600);
    await before({ userId }, '2 hours');
    await whileHolding(stack, `select from users where user_id = '${userId}' for no key update`, async () => {
      assert.equal((await visit(sub, 600)).status, 200);
      assert.ok(minutesAgo(await seen({ userId })) < 5);
    });
  });
});

describe('Whoever is disabled', () => {
  const assertCutOff = (answer) => assert.equal(shapes.assertProblem(answer, 403).detail, 'This account is disabled.');

  test('is cut off at the next request, on every worker of every host, and let in again', async () => {
    const { user, token } = await colleague('admin');
    const read = () => stack.request('GET', '/products', { token });
    assert.ok((await everywhere(read)).every(({ status }) => status === 200));
    assert.equal((await fromElsewhere(token)).status, 200);
    assert.equal((await changed(user, { disabled: true })).disabled, true);
    (await everywhere(read)).forEach(assertCutOff);
    assert.equal((await fromElsewhere(token)).status, 403);
    for (const [method, target, rest] of [['GET', '/users/me'], ['GET', '/users'], ['GET', '/dashboard'], ['GET', '/audit'],
      ['POST', '/notifications', { json: NOTICE }], ['PATCH', '/users/me', { json: { digestHour: 1 } }],
      ['GET', '/products', { headers: { accept: 'text/csv' } }]]) {
      assertCutOff(await stack.request(method, target, { token, ...rest }));
    }
    assert.equal((await stack.request('GET', '/healthz', { token })).status, 200, 'what is public needs nobody');
    assert.equal((await changed(user, { disabled: false })).disabled, false);
    assert.ok((await everywhere(read)).every(({ status }) => status === 200));
  });

  test('changes nothing any more', async () => {
    const { user, token } = await colleague('staff');
    await changed(user, { disabled: true });
    const title = unique('Written by nobody');
    assertCutOff(await stack.request('POST', '/notifications', { token, json: { ...NOTICE, title } }));
    assert.deepEqual(await stack.sql('select 1 from notifications where title = $1', [title]), []);
  });

  test('is not given the answer of an earlier request again', async () => {
    const { user, token } = await colleague('staff');
    const product = await createProduct({ stockQuantity: 5 }, stack);
    const headers = newKey();
    const sell = () => post('/sales', { lines: [{ productId: product.productId, quantity: 1 }] }, { on: stack, token, headers });
    assert.equal((await sell()).status, 201);
    assert.equal((await sell()).headers['idempotent-replayed'], 'true');
    await changed(user, { disabled: true });
    assertCutOff(await sell());
    await changed(user, { disabled: false, role: 'viewer' });
    shapes.assertProblem(await sell(), 403);
  });

  test('neither signs in nor refreshes a token, until they are let in again', async () => {
    const { user, signIn, refreshToken } = await colleague('viewer');
    await changed(user, { disabled: true });
    await told(user);
    await assert.rejects(signIn(), /did not let/);
    assert.equal((await pool.refresh(refreshToken)).status, 400);
    await changed(user, { disabled: false });
    await told(user);
    await signIn();
    assert.equal((await pool.refresh(refreshToken)).status, 200);
  });

  test('before they ever signed in does not get in either', async () => {
    const user = await invited();
    await told(user);
    await changed(user, { disabled: true });
    await told(user);
    await assert.rejects(pool.signIn(user.email, await pool.password(user.email)), /did not let/);
  });
});

test('A message that can never be carried out is put aside, and holds up nobody', async () => {
  const user = await invited();
  await told(user);
  await stack.execute(`insert into outbox (topic, dedupe_key, order_key, payload) values ('user-pool', 'promote:${user.userId}',
    'user:${user.userId}', jsonb_build_object('title', 'promote', 'action', 'promote', 'user_id', '${user.userId}'))`);
  await until(async () => (await stack.sql('select 1 from outbox where dedupe_key = $1 and dead_at is not null',
    [`promote:${user.userId}`])).length > 0, { what: 'the message to be put aside' });
});

test('Whose row is gone, as when an older copy of the database was put back, is there again after a 503', async () => {
  const { sub, userId } = await stranger('viewer', 10);
  const token = forged(sub, 'viewer', 10);
  const { length } = await everywhere(() => stack.request('GET', '/products', { token }));
  await stack.sql('delete from users where user_id = $1', [userId]);
  const answers = [];
  for (let ask = 0; ask < length; ask += 1) answers.push(await stack.request('GET', '/products', { token }));
  answers.forEach((answer) => assert.ok(answer.status === 200 || shapes.assertProblem(answer, 503)));
  assert.ok(answers.filter(({ status }) => status === 503).length <= 4, 'once at each worker at most');
  await until(async () => (await stack.request('GET', '/users/me', { token })).status === 200);
  assert.equal((await stack.sql('select 1 from users where cognito_sub = $1', [sub])).length, 1);
});

describe('Changing a user', () => {
  test('takes what was seen: 428 without, 412 with an older one and the user as they are', async () => {
    const user = await invited();
    shapes.assertProblem(await admin('PATCH', address(user), { json: { name: 'New' } }), 428);
    const { headers } = await admin('GET', address(user));
    const first = await changed(user, { name: 'New' });
    assert.deepEqual([first.name, first.version], ['New', 2]);
    const stale = await admin('PATCH', address(user), { json: { role: 'staff' }, headers: { 'if-match': headers.etag } });
    const problem = shapes.assertProblem(stale, 412);
    assert.deepEqual(problem.current, first);
    assert.equal(stale.headers.etag, (await admin('GET', address(user))).headers.etag);
    assert.equal((await admin('PATCH', address(user), { json: {}, headers: { 'if-match': '*' } })).status, 200);
  });

  test('that is no change makes no version, no trail and no message', async () => {
    const user = await invited({ role: 'staff' });
    const count = async () => (await stack.sql(`select (select count(*) from audit_log where row_id = $1) as trail,
      (select count(*) from outbox where order_key = 'user:' || $1) as messages`, [user.userId]));
    await told(user);
    const [before, shown] = [await count(), (await admin('GET', address(user))).json];
    assert.deepEqual(await changed(user, { name: user.name, role: 'staff', disabled: false }), shown);
    assert.deepEqual(await count(), before);
  });

  test('takes no other values, and of a user that there is', async () => {
    const user = await invited();
    shapes.assertProblem(await change(user, { name: '', role: 'none', disabled: 'yes', email: newAddress(), userId: user.userId }), 422, {
      fields: { '/name': 'blank', '/role': 'not_a_choice', '/disabled': 'wrong_type', '/email': 'read_only', '/userId': 'read_only' },
    });
    shapes.assertProblem(await change(user, { disabled: null }), 422, { fields: { '/disabled': 'not_nullable' } });
    const nobody = await admin('PATCH', `/users/${randomUUID()}`, { json: { name: 'x' }, headers: { 'if-match': '*' } });
    assert.equal(shapes.assertProblem(nobody, 404).detail, 'There is no such user.');
  });

  test('is in the trail, with who did it', async () => {
    const user = await invited();
    const answer = await change(user, { role: 'staff', disabled: true });
    const { userId: actor } = (await admin('GET', '/users/me')).json;
    const rows = await stack.sql('select actor_id, row_id, action from audit_log where request_id = $1', [answer.headers['x-request-id']]);
    assert.deepEqual(rows, [{ actor_id: actor, row_id: user.userId, action: 'update' }]);
  });

  test('nobody disables or demotes themselves; one\'s name is one\'s own', async () => {
    const { userId } = (await admin('GET', '/users/me')).json;
    for (const json of [{ disabled: true }, { role: 'staff' }, { name: 'Ada', role: 'viewer' }]) {
      shapes.assertProblem(await change({ userId }, json), 409);
    }
    const { name, role, disabled } = await changed({ userId }, { name: 'Ada A.', role: 'admin', disabled: false });
    assert.deepEqual([name, role, disabled], ['Ada A.', 'admin', false]);
  });

  test('two administrators who demote each other: one of them stays', async () => {
    const both = [await colleague('admin'), await colleague('admin')];
    const etags = await Promise.all(both.map(async ({ user }) => (await admin('GET', address(user))).headers.etag));
    // Whoever else is one, is one no more, for the moment.
    const others = await stack.sql(`update users set disabled_at = now() where role = 'admin' and user_id not in ($1, $2)
      and disabled_at is null returning user_id`, both.map(({ user }) => user.userId));
    const answers = await Promise.all([[0, 1], [1, 0]].map(([actor, target]) => stack.request('PATCH', address(both[target].user), {
      token: both[actor].token, json: { role: 'viewer' }, headers: { 'if-match': etags[target] },
    })));
    const left = await stack.sql('select 1 from users u where is_administrator(u)');
    await stack.sql(`update users set disabled_at = null where user_id = any (string_to_array($1, ',')::uuid[])`,
      [others.map(({ user_id: id }) => id).join()]);
    const statuses = answers.map(({ status }) => status).toSorted();
    assert.deepEqual([statuses[0], [403, 409].includes(statuses[1]), left.length], [200, true, 1], JSON.stringify(statuses));
  });
});
