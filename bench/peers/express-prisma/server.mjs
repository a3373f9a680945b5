// A peer for ./dev bench: StockPilot's products and dashboard as the former backend made them, with Express 4 and Prisma.
// One process; the bench starts two, each on a unix socket of its own, behind one nginx.
import express from 'express';
import morgan from 'morgan';

import { listQuery, newProduct, noQuery, productChange, productId } from './input.mjs';
import { KeySet, roleReaches, TokenRefused } from './key_set.mjs';
import { answerProblem, Refusal } from './problems.mjs';
import { recordsFor } from './records.mjs';
import { Store } from './store.mjs';

const DEFAULT_LIMIT = 1000;
const REMEMBERED_USERS = 10_000;

const { env } = process;
const store = new Store(env.DATABASE_URL, Number(env.PEER_CONNECTIONS));
const keySet = new KeySet({ url: env.COGNITO_JWKS_URL, issuer: env.COGNITO_ISSUER, clientId: env.COGNITO_CLIENT_ID });
const records = recordsFor(env.IMAGE_BASE_URL);
const users = new Map();

const app = express();
app.disable('x-powered-by');

// Express 4 does not notice a promise that fails.
const caught = (handle) => (request, response, next) => handle(request, response, next).catch(next);

app.use((request, response, next) => {
  request.id = request.headers['x-request-id'] ?? '';
  response.set('X-Request-Id', request.id);
  next();
});

// One line for each request, as the others write.
morgan.token('actor', (request) => request.principal?.subject);
morgan.token('id', (request) => request.id);
morgan.token('route', (request) => request.route?.path);
app.use(morgan('{"time":":date[iso]","request_id":":id","method":":method","route":":route","status"::status,'
  + '"duration_ms"::response-time,"remote":":remote-addr","actor":":actor"}'));

async function knowUser(principal) {
  const known = users.get(principal.subject);
  if (known) return known;
  const user = await store.userOf(principal);
  if (user.disabled_at !== null) throw new Refusal(403, 'disabled');
  if (users.size >= REMEMBERED_USERS) users.delete(users.keys().next().value);
  users.set(principal.subject, user.user_id);
  return user.user_id;
}

const callerWith = (role) => caught(async (request, response, next) => {
  const [, token] = /^Bearer ([!-~]{1,8192})$/i.exec(request.headers.authorization ?? '') ?? [];
  if (!token) throw new TokenRefused('no Bearer token');
  request.principal = await keySet.principalOf(token);
  if (!roleReaches(request.principal.role, role)) throw new Refusal(403, 'role');
  request.userId = await knowUser(request.principal);
  next();
});

const queryOf = (request, schema) => {
  const { data, error } = schema.safeParse(request.query);
  if (error) throw Object.assign(error, { ofQuery: true });
  return data;
};

const idOf = (request) => {
  if (!productId.safeParse(request.params.productId).success) throw new Refusal(400, 'not a UUID');
  return request.params.productId;
};

function versionFrom(ifMatch) {
  if (ifMatch === undefined || ifMatch === '*') return null;
  const [, version] = /^"([0-9]{1,9})[."]/.exec(ifMatch) ?? [];
  if (!version) throw new Refusal(412, 'If-Match names no version');
  return Number(version);
}

const body = express.json({ limit: '64kb' });

const show = (response, value) => response.set('Cache-Control', 'private, no-cache').json(value);

app.get('/dashboard', callerWith('viewer'), caught(async (request, response) => {
  queryOf(request, noQuery);
  show(response, records.dashboard(await store.dashboard()));
}));

app.get('/products', callerWith('viewer'), caught(async (request, response) => {
  const { search, limit = DEFAULT_LIMIT } = queryOf(request, listQuery);
  const rows = await store.list(search, limit + 1);
  if (rows.length > limit) {
    rows.pop();
    const last = rows.at(-1);
    const query = new URLSearchParams({
      ...request.query, cursor: Buffer.from(last.productId + last.name).toString('base64url'),
    });
    response.set('Link', `</products?${query}>; rel="next"`);
  }
  show(response, rows.map(records.product));
}));

app.get('/products/:productId', callerWith('viewer'), caught(async (request, response) => {
  queryOf(request, noQuery);
  const found = await store.productWithHistory(idOf(request));
  if (!found) throw new Refusal(404, 'no such product');
  show(response, records.productWithHistory(found));
}));

app.post('/products', callerWith('staff'), body, caught(async (request, response) => {
  const row = await store.create(request.userId, request.id, newProduct.parse(request.body));
  response.status(201).set('Location', `/products/${row.productId}`).json(records.product(row));
}));

app.patch('/products/:productId', callerWith('staff'), body, caught(async (request, response) => {
  const change = productChange.parse(request.body);
  const version = versionFrom(request.headers['if-match']);
  response.json(records.product(await store.change(request.userId, request.id, idOf(request), version, change)));
}));

app.use((request, response, next) => next(new Refusal(404, 'no route')));
app.use(answerProblem);

await keySet.fetch();
const server = app.listen(env.PEER_SOCKET);
// nginx closes idle connections, after a second; a server that does so first would lose requests.
server.keepAliveTimeout = 60_000;
process.once('SIGTERM', () => server.close(() => store.end()));
