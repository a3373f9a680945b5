// People of a test's own in the shop, so that what they read, choose and are is nobody else's.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { UserPool } from '../http/user_pool.mjs';

/** Somebody who was invited: { userId, name, email, role, password } and `token()`, which signs them in. */
export async function colleague(stack, role = 'staff', name = 'Kim Colleague') {
  const email = `kim.${randomUUID()}@example.com`;
  const answer = await stack.request('POST', '/users', { user: 'admin', json: { email, name, role } });
  assert.equal(answer.status, 201, answer.text);
  return joined(stack, answer.json);
}

/** The same of somebody who has just been invited in the dashboard. */
export async function joined(stack, user) {
  const pool = new UserPool(stack);
  const password = await pool.password(user.email);
  let signedIn;
  const token = () => (signedIn ??= pool.signIn(user.email, password).then((tokens) => tokens.access_token));
  return { ...user, password, token };
}
