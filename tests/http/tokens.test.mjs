// Which tokens open the API, and which do not: acceptance cases 1–25 and 30, over HTTP.
import assert from 'node:assert/strict';
import { createHmac, createPublicKey, generateKeyPairSync, constants, sign } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import { after, before, describe, test } from 'node:test';
import { signIn } from '../../standins/oidc/sign-in.mjs';
import { askOnce } from './fastcgi-client.mjs';
import { assertProblem, assertUnauthorized } from './problem-assertions.mjs';
import { startPrivateStack } from './stack.mjs';
import { TokenForge, base64url, encodedMessage, withTrailingBits } from './token-forge.mjs';

const LEEWAY_SECONDS = 5;

let stack;
let forge;
let trap; // an HTTP server that nobody may ever call
let trapCalls = 0;

before(async () => {
  stack = await startPrivateStack({ configuration: { JWT_LEEWAY_SECONDS: LEEWAY_SECONDS } });
  forge = new TokenForge(stack);
  trap = http.createServer((request, response) => {
    trapCalls += 1;
    response.end(JSON.stringify({ keys: [] }));
  }).listen(0, '127.0.0.1');
  await once(trap, 'listening');
});

after(async () => {
  trap?.close();
  await stack?.stop();
});

const now = () => Math.floor(Date.now() / 1000);
const control = (method, path) => fetch(new URL(path, stack.issuer), { method }).then((answer) => answer.json());
const fetches = async () => (await control('GET', '/_test/fetches')).jwks;
const get = (token) => stack.request('GET', '/users?limit=1', { token });
const databaseConnections = async () => (await stack.sql(
  "select count(*)::int as n from pg_stat_activity where application_name = 'stockpilot-api'"))[0].n;

// After this no worker has a connection: whatever work a request causes in the database, it opens one.
const endDatabaseConnections = () => stack.sql(
  "select pg_terminate_backend(pid, 5000) from pg_stat_activity where application_name = 'stockpilot-api'");

const payloadText = (changes) => JSON.stringify(forge.payload(changes));
// JSON.stringify cannot write what some of these need, so a member is replaced in the text.
const withMember = (text, name, literal) => {
  const changed = text.replace(new RegExp(`"${name}":("[^"]*"|[0-9]+)`), `"${name}":${literal}`);
  assert.notEqual(changed, text);
  return changed;
};
const without = (object, name) => Object.fromEntries(Object.entries(object).filter(([key]) => key !== name));
const splice = (text, at, insert) => text.slice(0, at) + insert + text.slice(at);
const trapUrl = () => `http://127.0.0.1:${trap.address().port}/keys.json`;
const strangerJwk = () => createPublicKey(forge.strangerKey).export({ format: 'jwk' });
const hmac = (secret) => (text) => createHmac('sha256', secret).update(text).digest();
const good = () => forge.token();

// Each gives a token, or a list of [name, token].
const REFUSED = {
  'AC-4 alg none in any case, with and without a signature': () => ['none', 'None', 'NONE', 'nOnE'].flatMap((alg) => [
    [`${alg}, empty signature`, forge.token({ header: forge.header({ alg }), signature: () => '' })],
    [`${alg}, signed`, forge.token({ header: forge.header({ alg }) })],
    [`${alg}, no kid`, forge.token({ header: { alg }, signature: () => '' })],
  ]),
  'AC-4 empty signature under RS256': () => forge.token({ signature: () => '' }),
  'AC-5 HS256 keyed with our public PEM': () => {
    const pkcs1 = createPublicKey(forge.key).export({ type: 'pkcs1', format: 'pem' });
    return [forge.publicPem, forge.publicPem.trim(), pkcs1].flatMap((pem, index) => [
      [`HS256, PEM ${index}`, forge.token({ header: forge.header({ alg: 'HS256' }), signature: hmac(pem) })],
      [`RS256, PEM ${index}`, forge.token({ signature: hmac(pem) })],
    ]);
  },
  'AC-6 another algorithm, signed well': () => {
    const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    const pss = { key: forge.key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
    return [
      ['rs256', forge.token({ header: forge.header({ alg: 'rs256' }) })],
      ['Rs256', forge.token({ header: forge.header({ alg: 'Rs256' }) })],
      ['RS384', forge.token({ header: forge.header({ alg: 'RS384' }), signature: (text) => sign('sha384', text, forge.key) })],
      ['RS512', forge.token({ header: forge.header({ alg: 'RS512' }), signature: (text) => sign('sha512', text, forge.key) })],
      ['RS256 with SHA-384', forge.token({ signature: (text) => sign('sha384', text, forge.key) })],
      ['PS256', forge.token({ header: forge.header({ alg: 'PS256' }), signature: (text) => sign('sha256', text, pss) })],
      ['RS256 with PSS', forge.token({ signature: (text) => sign('sha256', text, pss) })],
      ['ES256', forge.token({
        header: forge.header({ alg: 'ES256' }),
        signature: (text) => sign('sha256', text, { key: ec, dsaEncoding: 'ieee-p1363' }),
      })],
    ];
  },
  'AC-7 alg missing, a number, twice': () => {
    const kid = JSON.stringify(forge.jwk.kid);
    return [
      ['missing', forge.token({ header: { kid: forge.jwk.kid } })],
      ['number', forge.token({ header: forge.header({ alg: 256 }) })],
      ['null', forge.token({ header: forge.header({ alg: null }) })],
      ['array', forge.token({ header: forge.header({ alg: ['RS256'] }) })],
      ['twice the same', forge.token({ header: `{"kid":${kid},"alg":"RS256","alg":"RS256"}` })],
      ['none first', forge.token({ header: `{"kid":${kid},"alg":"none","alg":"RS256"}` })],
      ['none last', forge.token({ header: `{"kid":${kid},"alg":"RS256","alg":"none"}`, signature: () => '' })],
      ['twice by escape', forge.token({ header: `{"kid":${kid},"alg":"RS256","\\u0061lg":"RS256"}` })],
      ['NUL in the name', forge.token({ header: `{"kid":${kid},"alg\\u0000x":"RS256"}` })],
    ];
  },
  'AC-11 two, four, five segments, a dot too many': () => {
    const whole = good();
    const [header, payload, signature] = whole.split('.');
    return [
      ['one', header], ['two', `${header}.${payload}`], ['four', `${whole}.${signature}`],
      ['five', `${whole}.${signature}.${signature}`], ['trailing dot', `${whole}.`],
      ['leading dot', `.${whole}`], ['dots only', '..'], ['empty payload', `${header}..${signature}`],
      ['empty header', `.${payload}.${signature}`],
    ];
  },
  'AC-12 padding, the other base64 alphabet, junk or white space in a segment': () => {
    const segments = good().split('.');
    const broken = [];
    for (const [index, segment] of segments.entries()) {
      for (const junk of ['=', '+', '/', '!', ' ', '\t', '\x80', '%41', ',', ';']) {
        for (const at of [0, Math.floor(segment.length / 2), segment.length]) {
          const changed = segments.with(index, splice(segment, at, junk)).join('.');
          // White space at an end of the header's value is not the value's.
          if (changed.trim() === segments.join('.')) continue;
          broken.push([`${JSON.stringify(junk)} in segment ${index} at ${at}`, changed]);
        }
      }
    }
    const padded = `${base64url(JSON.stringify(forge.header()))}=.${base64url(payloadText())}=`;
    return [...broken, ['padded and signed so', forge.sign(padded)]];
  },
  'AC-13 bits in the last character that stand for nothing': () => {
    const [header, payload, signature] = good().split('.');
    const spaced = (text) => base64url(text.length % 3 === 0 ? `${text} ` : text);
    const [loose, looser] = [spaced(JSON.stringify(forge.header())), spaced(payloadText())];
    return [
      ['signature', `${header}.${payload}.${withTrailingBits(signature)}`],
      ['header, signed so', forge.sign(`${withTrailingBits(loose)}.${base64url(payloadText())}`)],
      ['payload, signed so', forge.sign(`${header}.${withTrailingBits(looser)}`)],
    ];
  },
  'AC-14 a signature not as long as the modulus': () => {
    const signed = (change) => forge.token({ signature: (text) => change(sign('sha256', text, forge.key)) });
    const zero = Buffer.of(0);
    return [
      ['255 bytes', signed((bytes) => bytes.subarray(0, 255))], ['one byte', signed(() => Buffer.of(1))],
      ['0 in front', signed((bytes) => Buffer.concat([zero, bytes]))],
      ['0 behind', signed((bytes) => Buffer.concat([bytes, zero]))],
      ['twice', signed((bytes) => Buffer.concat([bytes, bytes]))],
    ];
  },
  'a signature by another key, of another text, or of no text': () => {
    const [header, , signature] = good().split('.');
    return [
      ['another key', forge.token({ key: forge.strangerKey })],
      ['another payload', `${header}.${base64url(payloadText())}.${signature}`],
      ['zeros', forge.token({ signature: () => Buffer.alloc(256) })],
      ['ones', forge.token({ signature: () => Buffer.alloc(256, 0xff) })],
      ['bare padding', forge.token({ signature: (text) => encodedMessage(text, 256) })],
    ];
  },
  'AC-15 NUL behind the payload or in sub': () => [
    ['behind the payload', forge.token({ payload: `${payloadText()}\0` })],
    ['behind the header', forge.token({ header: `${JSON.stringify(forge.header())}\0` })],
    ['and a second document', forge.token({ payload: `${payloadText()}\0${payloadText()}` })],
    ['\\u0000 in sub', forge.token({ payload: withMember(payloadText(), 'sub', '"a\\u0000b"') })],
    ['\\u0000 in iss', forge.token({ payload: withMember(payloadText(), 'iss', `"${stack.issuer}\\u0000"`) })],
    ['raw NUL in sub', forge.token({ payload: withMember(payloadText(), 'sub', '"a\0b"') })],
  ],
  'AC-16 a claim twice': () => ['sub', 'exp', 'iss', 'token_use', 'client_id', 'jti', 'unknown'].flatMap((name) => {
    const value = JSON.stringify(forge.payload({ unknown: 1 })[name]);
    const twice = (first, second) => payloadText().replace('{', `{"${name}":${first},`).replace(/}$/, `,"${name}":${second}}`);
    return [[`${name}`, forge.token({ payload: twice(value, value) })], [`${name}, first wrong`, forge.token({ payload: twice('0', value) })]];
  }),
  'AC-17 a payload that is no strict JSON object': () => {
    const text = payloadText();
    const nested = (depth) => text.replace('{', `{"x":${'['.repeat(depth)}${']'.repeat(depth)},`);
    return [
      ['array', forge.token({ payload: `[${text}]` })], ['text', forge.token({ payload: '"sub"' })],
      ['null', forge.token({ payload: 'null' })], ['BOM', forge.token({ payload: `\ufeff${text}` })],
      ['bad UTF-8', forge.token({ payload: Buffer.from(withMember(text, 'username', '"\xff\xfe"'), 'latin1') })],
      ['overlong UTF-8', forge.token({ payload: Buffer.from(withMember(text, 'username', '"\xc0\xae"'), 'latin1') })],
      ['a lone surrogate', forge.token({ payload: withMember(text, 'username', '"\\ud800"') })],
      ['33 deep', forge.token({ payload: nested(33) })], ['2000 deep', forge.token({ payload: nested(2000) })],
      ['3000 deep, never closed', forge.token({ payload: '['.repeat(3000) })],
      ['two documents', forge.token({ payload: `${text}${text}` })], ['a comma too many', forge.token({ payload: text.replace(/}$/, ',}') })],
    ];
  },
  'AC-18 exp that is no second between 1970 and 9999': () => [
    ['missing', forge.token({ payload: without(forge.payload(), 'exp') })],
    ...['null', '""', `"${now() + 3600}"`, `${now() + 3600}.0`, `${now() + 3600}.5`, '1e30', '1e10', '1e999', '-1', '-0', '0',
      '9223372036854775807', '9223372036854775808', '18446744073709551616', '253402300800', '[1]', 'true', '01']
      .map((literal) => [literal, forge.token({ payload: withMember(payloadText(), 'exp', literal) })]),
    ['iat missing', forge.token({ payload: without(forge.payload(), 'iat') })],
    ...['"1"', '1.5', '-1', '9223372036854775807', 'null']
      .map((literal) => [`iat ${literal}`, forge.token({ payload: withMember(payloadText(), 'iat', literal) })]),
  ],
  'AC-20 nbf or iat further ahead than the leeway': () => ['nbf', 'iat'].map((name) =>
    [name, forge.token({ payload: forge.payload({ [name]: now() + LEEWAY_SECONDS + 60 }) })]),
  'AC-21 an ID token, and an access token that says it is one': async () => [
    ['from the pool', (await signIn({ issuer: stack.issuer, user: 'admin' })).id_token],
    ['token_use id', forge.token({ payload: forge.payload({ token_use: 'id' }) })],
    ['token_use refresh', forge.token({ payload: forge.payload({ token_use: 'refresh' }) })],
    ['token_use missing', forge.token({ payload: without(forge.payload(), 'token_use') })],
    ['aud for client_id', forge.token({ payload: { ...without(forge.payload(), 'client_id'), aud: stack.clientId } })],
  ],
  'AC-22 another pool, or nearly ours': () => [
    'https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Other', `${stack.issuer}/`, `${stack.issuer}X`, stack.issuer.slice(0, -1),
    stack.issuer.toUpperCase(), stack.issuer.replace('127.0.0.1', 'localhost'), ` ${stack.issuer}`, '', 7, [stack.issuer], null,
  ].map((iss) => [JSON.stringify(iss), forge.token({ payload: forge.payload({ iss }) })]),
  'AC-23 another client': async () => [
    ['from the pool', (await signIn({ issuer: stack.issuer, user: 'admin', client: 'another-app' })).access_token],
    ...['', 'stockpilot', 'stockpilot-dev2', 'STOCKPILOT-DEV', ' stockpilot-dev', 'stockpilot-dev,', 7, ['stockpilot-dev'], null]
      .map((id) => [JSON.stringify(id), forge.token({ payload: forge.payload({ client_id: id }) })]),
    ['missing', forge.token({ payload: without(forge.payload(), 'client_id') })],
  ],
  'AC-24 groups that are not texts': () => ['admin', ['admin', 7], [null], [['admin']], { admin: true }, 7, null]
    .map((groups) => [JSON.stringify(groups), forge.token({ payload: forge.payload({ 'cognito:groups': groups }) })]),
  'sub that names nobody': () => ['', 7, null, 'x'.repeat(300), 'a\nb']
    .map((sub) => [JSON.stringify(sub), forge.token({ payload: forge.payload({ sub }) })]),
};

// These must not make the service ask anybody anything.
const REFUSED_UNASKED = {
  'AC-8 kid that is none': () => [undefined, 7, null, ['x'], '', 'k'.repeat(4000), '../../etc/passwd', '../', 'a\0b', 'a b', 'é', "' or 1=1 --"]
    .map((kid) => [JSON.stringify(kid)?.slice(0, 40) ?? 'missing', forge.token({ header: forge.header({ kid }) })]),
  'AC-9 a header that brings its own key': () => {
    const own = { key: forge.strangerKey };
    const chain = [Buffer.from('certificate').toString('base64')];
    return [
      ['jku', { jku: trapUrl() }], ['x5u', { x5u: trapUrl() }], ['jwk', { jwk: strangerJwk() }], ['x5c', { x5c: chain }],
      ['all of them, unknown kid', { jku: trapUrl(), x5u: trapUrl(), jwk: strangerJwk(), x5c: chain, kid: 'strangers' }],
    ].flatMap(([name, members]) => [
      [`${name}, stranger's signature`, forge.token({ header: forge.header(members), ...own })],
      [`${name}, our signature`, forge.token({ header: forge.header(members) })],
    ]);
  },
  'AC-10 crit and b64': () => [
    ['crit', forge.token({ header: forge.header({ crit: ['exp'], exp: 1 }) })],
    ['empty crit', forge.token({ header: forge.header({ crit: [] }) })],
    ['b64', forge.token({ header: forge.header({ b64: false, crit: ['b64'] }), payload: payloadText() })],
    ['b64 without crit', forge.token({ header: forge.header({ b64: false }) })],
    ['b64 true', forge.token({ header: forge.header({ b64: true }) })],
  ],
};

async function assertAllRefused(make) {
  const made = await make();
  const tokens = Array.isArray(made) ? made : [['', made]];
  await Promise.all(tokens.map(async ([what, token]) => {
    assertUnauthorized(await get(token), { sent: true, what });
  }));
  assert.equal(await databaseConnections(), 0, 'nobody went to the database');
}

describe('without a token', () => {
  before(endDatabaseConnections);

  test('AC-1 no Authorization header: 401 without an error code', async () => {
    assertUnauthorized(await stack.request('GET', '/users'), { sent: false });
    assert.equal(await databaseConnections(), 0);
  });

  for (const value of ['Basic YWRtaW46YWRtaW4=', 'Bearer', 'Bearer ', 'Bearer\t', 'Token abc', 'BearerX abc', 'Digest realm="x"']) {
    test(`AC-2 Authorization ${JSON.stringify(value)}: 401 without an error code`, async () => {
      const answer = await stack.request('GET', '/users', { headers: { authorization: value } });
      assertUnauthorized(answer, { sent: false });
    });
  }
});

describe('with a good token', () => {
  test('AC-3 one that the pool issued', async () => {
    for (const user of ['admin', 'staff', 'viewer', 'nogroup']) {
      assert.equal((await stack.request('GET', '/users', { user })).status, 200, user);
    }
  });

  test('AC-3 one made for a test, with what a pool may leave out, and the scheme in any case', async () => {
    for (const name of ['cognito:groups', 'username', 'scope', 'jti', 'auth_time', 'version', 'event_id']) {
      assert.equal((await get(forge.token({ payload: without(forge.payload(), name) }))).status, 200, name);
    }
    for (const scheme of ['bearer', 'BEARER']) {
      const answer = await stack.request('GET', '/users', { headers: { authorization: `${scheme} ${good()}` } });
      assert.equal(answer.status, 200, scheme);
    }
  });

  test('AC-19 now = exp + leeway - 1 is in time, exp + leeway is too late, remembered or not', async () => {
    const expiry = now() + 2 - LEEWAY_SECONDS;
    const [used, unused] = [forge.token({ payload: forge.payload({ exp: expiry }) }), forge.token({ payload: forge.payload({ exp: expiry }) })];
    let accepted = 0;
    for (;;) {
      const began = Date.now();
      const answer = await get(used);
      const ended = Date.now();
      const end = (expiry + LEEWAY_SECONDS) * 1000;
      if (ended < end) {
        assert.equal(answer.status, 200);
        accepted += 1;
      } else if (began >= end) {
        assertUnauthorized(answer, { sent: true });
        break;
      }
    }
    assert.ok(accepted > 0, 'it was accepted while it was good');
    assertUnauthorized(await get(unused), { sent: true });
  });

  test('AC-20 nbf and iat ahead by less than the leeway', async () => {
    for (const name of ['nbf', 'iat']) {
      assert.equal((await get(forge.token({ payload: forge.payload({ [name]: now() + LEEWAY_SECONDS - 1 }) }))).status, 200, name);
    }
  });

  test('AC-25 the wrong group: 403, and nothing is done', async () => {
    const json = { productId: 'c0000000-0000-4000-8000-000000000025', name: 'AC-25', price: 1, stockQuantity: 0 };
    for (const groups of [['viewer'], ['Staff', 'ADMIN', 'admins'], []]) {
      const token = forge.token({ payload: forge.payload({ 'cognito:groups': groups }) });
      assertProblem(await stack.request('POST', '/products', { token, json }), 403, JSON.stringify(groups));
    }
    assert.deepEqual(await stack.sql("select name from products where name = 'AC-25'"), []);
  });
});

describe('with a bad token: 401, error="invalid_token", no database work', () => {
  before(endDatabaseConnections);

  for (const [title, make] of Object.entries(REFUSED)) {
    test(title, () => assertAllRefused(make));
  }

  for (const [title, make] of Object.entries(REFUSED_UNASKED)) {
    test(`${title}, and nobody is asked for keys`, async () => {
      const asked = await fetches();
      await assertAllRefused(make);
      assert.equal(await fetches(), asked);
      assert.equal(trapCalls, 0);
    });
  }

  // nginx takes no header of that size (AC-35); a worker that were handed it would refuse the token.
  test('AC-8 kid of 10 KB: 400 by nginx, 401 by a worker, and nobody is asked for keys', async () => {
    const asked = await fetches();
    const token = forge.token({ header: forge.header({ kid: 'k'.repeat(10240) }) });
    assertProblem(await get(token), 400);
    const { status, headers } = await askOnce(stack.socket, { path: '/users', token });
    assert.deepEqual([status, headers['www-authenticate']], [401, 'Bearer realm="stockpilot", error="invalid_token"']);
    assert.equal(await fetches(), asked);
  });

  test('after all of them a good token is good, and its work in the database is seen', async () => {
    assert.equal((await get(good())).status, 200);
    assert.equal(await databaseConnections(), 1);
  });
});

test('AC-30 a key set with entries that are no signing keys: the good key works, the others do not', async () => {
  await control('POST', '/_test/jwks?mode=extra');
  try {
    await control('POST', '/_test/rotate');
    assert.equal((await get(good())).status, 200);
    const exponentOne = (text) => encodedMessage(text, 256);
    for (const [kid, signature] of [['exponent-one', exponentOne], ['elliptic'], ['encryption'], ['small'], ['no-modulus']]) {
      assertUnauthorized(await get(forge.token({ header: forge.header({ kid }), ...(signature && { signature }) })), { sent: true, what: kid });
    }
  } finally {
    await control('POST', '/_test/jwks?mode=ok');
  }
});
