// Notifications: one's own and those for everyone, read and put aside by each user for themselves.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { before, beforeEach, describe, test } from 'node:test';
import { createNotification, createProduct, productAddress, unique, userIdOf, walkPages } from './records.mjs';
import * as shapes from './shapes.mjs';
import { assertProblem } from './shapes.mjs';
import { request, sql } from './stack.mjs';

const list = async (user, query = '') => {
  const answer = await request('GET', `/notifications${query}`, { user });
  assert.equal(answer.status, 200, answer.text);
  return answer.json;
};
const count = async (user) => (await request('GET', '/notifications/unread-count', { user })).json.count;
const idsOf = (notifications) => notifications.map(({ notificationId }) => notificationId);
const markRead = (user, { notificationId }, method = 'PATCH') =>
  request(method, `/notifications/${notificationId}/read`, { user });
const remove = (user, { notificationId }) => request('DELETE', `/notifications/${notificationId}`, { user });
const rowsOf = ({ notificationId }) => sql('select 1 from notifications where notification_id = $1', [notificationId]);
/** The notification as `user` sees it in the list, or undefined. */
const seenBy = async (user, { notificationId }) =>
  (await list(user, '?limit=1000')).find((one) => one.notificationId === notificationId);

describe('GET /notifications', () => {
  test('gives one\'s own and everyone\'s, newest first, each with whom it is for', async () => {
    const forAll = await createNotification();
    const own = await createNotification({ forUser: 'viewer', type: 'user_activity' });
    const foreign = await createNotification({ forUser: 'admin' });
    const found = await list('viewer', '?limit=1000');
    shapes.list(shapes.notification)(found);
    assert.deepEqual(idsOf(found).slice(0, 2), [own.notificationId, forAll.notificationId]);
    assert.ok(!idsOf(found).includes(foreign.notificationId), 'not other people\'s');

    const [viewer] = await sql('select user_id, name, email from users where user_id = $1',
      [await userIdOf('viewer')]);
    assert.deepEqual(found[0].user, { name: viewer.name, email: viewer.email });
    assert.equal(found[0].userId, viewer.user_id);
    assert.deepEqual([found[1].userId, found[1].user], [null, null]);
    const times = found.map(({ createdAt }) => Date.parse(createdAt));
    assert.deepEqual(times, times.toSorted((a, b) => b - a));
    assert.deepEqual(found.filter(({ userId }) => userId && userId !== viewer.user_id), []);
  });

  test('gives 50 unless told otherwise', async () => {
    await sql(`insert into notifications (type, title, message) select 'system', 'bulk', 'bulk'
      from generate_series(1, 60)`);
    assert.equal((await list('viewer')).length, 50);
    assert.equal((await list('viewer', '?limit=1')).length, 1);
    assert.equal((await list('viewer', '?limit=60')).length, 60);
  });

  test('filters by type', async () => {
    for (const type of ['stock_alert', 'user_activity', 'system', 'order_notification']) {
      const made = await createNotification({ type });
      const found = await list('viewer', `?type=${type}&limit=1000`);
      assert.equal(found[0].notificationId, made.notificationId);
      assert.deepEqual(new Set(found.map((one) => one.type)), new Set([type]));
    }
  });

  test('filters by read state, together with the type', async () => {
    const read = await createNotification({ type: 'order_notification' });
    const unread = await createNotification({ type: 'order_notification' });
    await markRead('viewer', read);
    const find = async (isRead) => list('viewer', `?type=order_notification&isRead=${isRead}&limit=1000`);
    const [done, open] = [await find(true), await find(false)];
    assert.ok(done.every(({ isRead }) => isRead === true) && open.every(({ isRead }) => isRead === false));
    assert.ok(idsOf(done).includes(read.notificationId) && !idsOf(open).includes(read.notificationId));
    assert.ok(idsOf(open).includes(unread.notificationId) && !idsOf(done).includes(unread.notificationId));
  });

  test('keeps the filters on the way from page to page', async () => {
    const made = [];
    for (let number = 0; number < 5; number += 1) {
      made.unshift(await createNotification({ forUser: 'nogroup', type: 'user_activity' }));
    }
    const pages = await walkPages('/notifications?type=user_activity&isRead=false&limit=2', { user: 'nogroup' });
    assert.deepEqual(idsOf(pages.flat()).slice(0, 5), idsOf(made));
    assert.ok(pages.slice(0, -1).every((page) => page.length === 2));
  });

  test('AC-40 names every query value that is wrong', async () => {
    const answer = await request('GET', '/notifications?type=news&isRead=1&limit=1001', { user: 'viewer' });
    assertProblem(answer, 400, {
      fields: { '?type': 'not_a_choice', '?isRead': 'not_a_choice', '?limit': 'out_of_range' },
    });
  });
});

describe('POST /notifications', () => {
  test('sends to everyone, or to one', async () => {
    const title = unique('Stock-take');
    const answer = await request('POST', '/notifications', {
      user: 'staff', json: { type: 'system', title, message: 'On Friday ✓', userId: null },
    });
    assert.equal(answer.status, 201, answer.text);
    shapes.notification(answer.json);
    const { notificationId, createdAt, ...rest } = answer.json;
    assert.deepEqual(rest, {
      userId: null, type: 'system', title, message: 'On Friday ✓', isRead: false, user: null,
    });
    assert.ok(Math.abs(Date.parse(createdAt) - Date.now()) < 60_000);
    for (const user of ['admin', 'staff', 'viewer']) {
      assert.deepEqual(await seenBy(user, { notificationId }), answer.json);
    }
    const own = await createNotification({ forUser: 'viewer' });
    assert.equal(own.userId, await userIdOf('viewer'));
    assert.equal(own.user.email, 'viewer@stockpilot.test');
    assert.equal(await seenBy('staff', own), undefined, 'not even who sent it sees it');
  });

  test('AC-51 names every field that is wrong at once', async () => {
    const answer = await request('POST', '/notifications', {
      user: 'staff',
      json: { type: 'news', title: ' ', message: 'x'.repeat(2001), userId: '7', isRead: true, urgent: 1 },
    });
    assertProblem(answer, 422, {
      fields: {
        '/type': 'not_a_choice', '/title': 'blank', '/message': 'too_long', '/userId': 'not_a_uuid',
        '/isRead': 'read_only', '/urgent': 'unknown_field',
      },
    });
    assertProblem(await request('POST', '/notifications', { user: 'staff', json: {} }), 422, {
      fields: { '/type': 'required', '/title': 'required', '/message': 'required' },
    });
  });

  test('refuses a user who is not there', async () => {
    const answer = await request('POST', '/notifications', {
      user: 'staff', json: { type: 'system', title: 'x', message: 'x', userId: randomUUID() },
    });
    assertProblem(answer, 422, { fields: { '/userId': 'unknown' } });
  });

  test('writes an audit row', async () => {
    const made = await createNotification();
    const rows = await sql(`select action, actor_id, request_id is not null as named
      from audit_log where row_id = $1`, [made.notificationId]);
    assert.deepEqual(rows, [{ action: 'insert', actor_id: await userIdOf('staff'), named: true }]);
  });
});

for (const method of ['PATCH', 'PUT']) {
  describe(`${method} /notifications/{notificationId}/read`, () => {
    test('marks for the caller only', async () => {
      const forAll = await createNotification();
      const before = await count('viewer');
      const answer = await markRead('viewer', forAll, method);
      assert.equal(answer.status, 200, answer.text);
      assert.deepEqual(answer.json, { ...forAll, isRead: true });
      assert.equal(await count('viewer'), before - 1);
      assert.equal((await seenBy('viewer', forAll)).isRead, true);
      assert.equal((await seenBy('staff', forAll)).isRead, false);
      const again = await markRead('viewer', forAll, method);
      assert.deepEqual(again.json, answer.json);
      assert.equal(await count('viewer'), before - 1);
    });

    test('answers 404 to somebody else\'s and to an unknown one', async () => {
      const foreign = await createNotification({ forUser: 'admin' });
      assertProblem(await markRead('viewer', foreign, method), 404);
      assert.equal((await seenBy('admin', foreign)).isRead, false);
      for (const notificationId of [randomUUID(), '42']) {
        assertProblem(await markRead('viewer', { notificationId }, method), 404);
      }
    });
  });

  const markAll = method === 'PATCH' ? 'POST' : 'PUT';
  describe(`${markAll} /notifications/mark-all-read`, () => {
    test('leaves the caller nothing unread, and other people theirs', async () => {
      const forAll = await createNotification();
      const own = await createNotification({ forUser: 'viewer' });
      const foreign = await createNotification({ forUser: 'staff' });
      const answer = await request(markAll, '/notifications/mark-all-read', { user: 'viewer' });
      assert.equal(answer.status, 200, answer.text);
      shapes.message(answer.json);
      assert.equal(await count('viewer'), 0);
      assert.deepEqual(await list('viewer', '?isRead=false'), []);
      for (const one of [forAll, own]) assert.equal((await seenBy('viewer', one)).isRead, true);
      for (const one of [forAll, foreign]) assert.equal((await seenBy('staff', one)).isRead, false);
      await createNotification({ forUser: 'viewer' });
      assert.equal(await count('viewer'), 1);
    });
  });
}

describe('DELETE /notifications/{notificationId}', () => {
  test('deletes one\'s own', async () => {
    const own = await createNotification({ forUser: 'viewer' });
    const answer = await remove('viewer', own);
    assert.equal(answer.status, 200, answer.text);
    shapes.message(answer.json);
    assert.deepEqual(await rowsOf(own), []);
    const rows = await sql('select actor_id, request_id from audit_log where row_id = $1 and action = \'delete\'',
      [own.notificationId]);
    assert.deepEqual(rows, [{
      actor_id: await userIdOf('viewer'), request_id: answer.headers['x-request-id'],
    }]);
    assertProblem(await remove('viewer', own), 404);
  });

  test('takes one for everyone off the caller\'s list only', async () => {
    const forAll = await createNotification();
    const before = await count('viewer');
    assert.equal((await remove('viewer', forAll)).status, 200);
    assert.equal(await seenBy('viewer', forAll), undefined);
    assert.equal(await count('viewer'), before - 1);
    assert.equal((await seenBy('staff', forAll)).isRead, false);
    assertProblem(await remove('viewer', forAll), 404);
    assertProblem(await markRead('viewer', forAll), 404);
    assert.equal(await seenBy('viewer', forAll), undefined, 'marking it does not bring it back');
  });

  test('answers 404 to somebody else\'s, which stays', async () => {
    const foreign = await createNotification({ forUser: 'staff' });
    assertProblem(await remove('admin', foreign), 404);
    assert.ok(await seenBy('staff', foreign));
  });
});

describe('DELETE /notifications/read', () => {
  const removeRead = async (user) => {
    const answer = await request('DELETE', '/notifications/read', { user });
    assert.equal(answer.status, 200, answer.text);
    return answer.json;
  };
  beforeEach(() => removeRead('viewer'));

  test('deletes what the caller has read, and says how many', async () => {
    assert.deepEqual(await removeRead('viewer'), { message: 'Deleted 0 read notifications' });
    const forAll = await createNotification();
    const own = [await createNotification({ forUser: 'viewer' }), await createNotification({ forUser: 'viewer' })];
    const unread = [await createNotification({ forUser: 'viewer' }), await createNotification()];
    for (const one of [forAll, ...own]) await markRead('viewer', one);
    assert.deepEqual(await removeRead('viewer'), { message: 'Deleted 3 read notifications' });
    for (const one of [forAll, ...own]) assert.equal(await seenBy('viewer', one), undefined);
    for (const one of unread) assert.ok(await seenBy('viewer', one));
    assert.ok(await seenBy('staff', forAll), 'everyone else still has it');
    assert.deepEqual(await rowsOf(own[0]), []);
    assert.deepEqual(await removeRead('viewer'), { message: 'Deleted 0 read notifications' });
  });

  test('leaves what only others have read', async () => {
    const forAll = await createNotification();
    await markRead('staff', forAll);
    assert.deepEqual(await removeRead('viewer'), { message: 'Deleted 0 read notifications' });
    assert.ok(await seenBy('viewer', forAll));
  });
});

describe('POST /notifications/check-low-stock', () => {
  const check = async (query = '') => {
    const answer = await request('POST', `/notifications/check-low-stock${query}`, { user: 'admin' });
    assert.equal(answer.status, 200, answer.text);
    shapes.object({ message: shapes.text, alerts: shapes.list(shapes.notification) })(answer.json);
    const { alerts, message } = answer.json;
    assert.equal(message, `Created ${alerts.length} low stock alert${alerts.length === 1 ? '' : 's'}`);
    return alerts;
  };
  const about = (alerts, { name }) => alerts.filter((alert) => alert.title.includes(name));
  const setStock = async (product, stockQuantity) => {
    const answer = await request('PATCH', productAddress(product), { user: 'staff', json: { stockQuantity } });
    assert.equal(answer.status, 200, answer.text);
  };
  const alertsAbout = async (product) => about(await list('viewer', '?type=stock_alert&limit=1000'), product);

  // One check tells of a thousand at most, in an order of its own: what other tests left low is told of before.
  before(async () => {
    while ((await check()).length === 1000);
  });

  test('makes one notification for everyone about each product that is low', async () => {
    const low = await createProduct({ name: unique('Low'), stockQuantity: 3, minimumStock: 5 });
    const enough = await createProduct({ name: unique('Enough'), stockQuantity: 5, minimumStock: 5 });
    const none = await createProduct({ name: unique('None'), stockQuantity: 0, minimumStock: 1 });
    const alerts = await check();
    const [alert, ...more] = about(alerts, low);
    assert.deepEqual(more, []);
    assert.deepEqual([alert.userId, alert.type, alert.isRead, alert.user], [null, 'stock_alert', false, null]);
    assert.match(alert.message, /3 left/);
    assert.match(alert.message, /minimum is 5/);
    assert.match(about(alerts, none)[0].title, /Out of stock/);
    assert.deepEqual(about(alerts, enough), []);
    assert.deepEqual(await alertsAbout(low), [alert]);
  });

  test('never repeats an alert while the product stays low', async () => {
    const low = await createProduct({ name: unique('Low'), stockQuantity: 3, minimumStock: 5 });
    assert.equal(about(await check(), low).length, 1);
    assert.equal(about(await check(), low).length, 0);
    await setStock(low, 2);
    await setStock(low, 4);
    const [alert] = await alertsAbout(low);
    await remove('viewer', alert);
    assert.equal(about(await check(), low).length, 0);
    assert.equal(about(await check('?threshold=100'), low).length, 0);
  });

  test('tells again after the stock was replenished and fell again', async () => {
    const product = await createProduct({ name: unique('Wave'), stockQuantity: 3, minimumStock: 5 });
    assert.equal(about(await check(), product).length, 1);
    await setStock(product, 5);
    assert.equal(about(await check(), product).length, 0);
    await setStock(product, 4);
    assert.equal((await alertsAbout(product)).length, 2, 'the movement itself alerts');
    assert.equal(about(await check(), product).length, 0, 'and the check does not repeat it');
  });

  test('goes by a threshold when there is one', async () => {
    const product = await createProduct({ name: unique('Edge'), stockQuantity: 15, minimumStock: 5 });
    assert.equal(about(await check(), product).length, 0);
    assert.equal(about(await check('?threshold=15'), product).length, 0);
    const [alert] = about(await check('?threshold=16'), product);
    assert.match(alert.message, /15 left.*threshold of 16/);
    assert.equal(about(await check('?threshold=16'), product).length, 0);
  });

  test('says nothing of archived products', async () => {
    const product = await createProduct({ name: unique('Gone'), stockQuantity: 1, minimumStock: 5 });
    await request('DELETE', productAddress(product), { user: 'admin' });
    assert.equal(about(await check(), product).length, 0);
  });

  test('two checks at the same time make one alert', async () => {
    const low = await createProduct({ name: unique('Race'), stockQuantity: 1, minimumStock: 5 });
    const found = await Promise.all([check(), check(), check(), check()]);
    assert.equal(found.flatMap((alerts) => about(alerts, low)).length, 1);
  });

  test('AC-40 refuses a threshold that is no quantity', async () => {
    for (const threshold of ['-1', '1.5', 'abc', '2147483648', '']) {
      const target = `/notifications/check-low-stock?threshold=${threshold}`;
      assertProblem(await request('POST', target, { user: 'admin' }), 400);
    }
  });
});
