// A peer for ./dev bench: StockPilot's products and dashboard with fastify and pg. One process; the bench starts two,
// each on a unix socket of its own, behind one nginx.
import etag from '@fastify/etag';
import fastify from 'fastify';

import { KeySet, roleReaches, TokenRefused } from './key_set.mjs';
import { answerProblem, Refusal } from './problems.mjs';
import { recordsFor } from './records.mjs';
import * as schemas from './schemas.mjs';
import { Store } from './store.mjs';

const DEFAULT_LIMIT = 1000;
const REMEMBERED_USERS = 10_000;

const { env } = process;
const store = new Store(env.DATABASE_URL, Number(env.PEER_CONNECTIONS));
const keySet = new KeySet({ url: env.COGNITO_JWKS_URL, issuer: env.COGNITO_ISSUER, clientId: env.COGNITO_CLIENT_ID });
const records = recordsFor(env.IMAGE_BASE_URL);
const users = new Map();

const app = fastify({
  logger: true,
  disableRequestLogging: true,
  requestIdHeader: 'x-request-id',
  bodyLimit: 64 * 1024,
  ajv: { customOptions: { coerceTypes: false, removeAdditional: false, allErrors: true, multipleOfPrecision: 6 } },
});
await app.register(etag);
app.setErrorHandler(answerProblem);
app.setNotFoundHandler((request, reply) => answerProblem(new Refusal(404, 'no route'), request, reply));

// One line for each request, as the others write.
app.addHook('onResponse', (request, reply, done) => {
  request.log.info({
    request_id: request.id,
    method: request.method,
    route: request.routeOptions.url,
    status: reply.statusCode,
    duration_us: Math.round(reply.elapsedTime * 1000),
    remote: request.ip,
    actor: request.principal?.subject,
  }, 'request');
  done();
});

app.addHook('onSend', (request, reply, payload, done) => {
  reply.header('X-Request-Id', request.id);
  if (request.method === 'GET' && reply.statusCode === 200) reply.header('Cache-Control', 'private, no-cache');
  done();
});

async function knowUser(principal) {
  const known = users.get(principal.subject);
  if (known) return known;
  const user = await store.userOf(principal);
  if (user.disabled_at !== null) throw new Refusal(403, 'disabled');
  if (users.size >= REMEMBERED_USERS) users.delete(users.keys().next().value);
  users.set(principal.subject, user.user_id);
  return user.user_id;
}

const callerWith = (role) => async (request) => {
  const [, token] = /^Bearer ([!-~]{1,8192})$/i.exec(request.headers.authorization ?? '') ?? [];
  if (!token) throw new TokenRefused('no Bearer token');
  request.principal = await keySet.principalOf(token);
  if (!roleReaches(request.principal.role, role)) throw new Refusal(403, 'role');
};

const remember = async (request) => {
  request.userId = await knowUser(request.principal);
};

function versionFrom(ifMatch) {
  if (ifMatch === undefined || ifMatch === '*') return null;
  const [, version] = /^"([0-9]{1,9})[."]/.exec(ifMatch) ?? [];
  if (!version) throw new Refusal(412, 'If-Match names no version');
  return Number(version);
}

const reading = (schema) => ({ schema, onRequest: callerWith('viewer'), preHandler: remember });
const writing = (schema) => ({ schema, onRequest: callerWith('staff'), preHandler: remember });

app.get(
  '/dashboard',
  reading({ querystring: schemas.noQuery, response: { 200: schemas.dashboard } }),
  async () => records.dashboard(await store.dashboard()),
);

app.get(
  '/products',
  reading({ querystring: schemas.listQuery, response: { 200: schemas.products } }),
  async (request, reply) => {
    const limit = Number(request.query.limit ?? DEFAULT_LIMIT);
    const rows = await store.list(request.query.search, limit + 1);
    if (rows.length > limit) {
      rows.pop();
      const last = rows.at(-1);
      const query = new URLSearchParams({
        ...request.query, cursor: Buffer.from(last.product_id + last.name).toString('base64url'),
      });
      reply.header('Link', `</products?${query}>; rel="next"`);
    }
    return rows.map(records.product);
  },
);

app.get(
  '/products/:productId',
  reading({
    params: schemas.productParameters, querystring: schemas.noQuery, response: { 200: schemas.productWithHistory },
  }),
  async (request) => {
    const found = await store.productWithHistory(request.params.productId);
    if (!found) throw new Refusal(404, 'no such product');
    return records.productWithHistory(found);
  },
);

app.post(
  '/products',
  writing({ body: schemas.newProduct, response: { 201: schemas.product } }),
  async (request, reply) => {
    const row = await store.create(request.userId, request.id, request.body);
    reply.code(201).header('Location', `/products/${row.product_id}`);
    return records.product(row);
  },
);

app.patch(
  '/products/:productId',
  writing({ params: schemas.productParameters, body: schemas.productChange, response: { 200: schemas.product } }),
  async (request) => records.product(await store.change(
    request.userId,
    request.id,
    request.params.productId,
    versionFrom(request.headers['if-match']),
    request.body,
  )),
);

await keySet.fetch();
await app.listen({ path: env.PEER_SOCKET });
process.once('SIGTERM', async () => {
  await app.close();
  await store.end();
});
