// Tokens of one Cognito pool: good ones of many shapes, and what becomes of them in the wrong hands.
import { createHmac, createPublicKey, constants, generateKeyPairSync, sign } from 'node:crypto';

export const ISSUER = 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEf123';
export const USER_POOL = 'eu-central-1_AbCdEf123';
export const CLIENTS = ['6jq1q2w3e4r5t6y7u8i9o0p1a2', '7client7client7client7cli'];
export const LEEWAY = 30;
const NOW = 1700000000;

const encode = (bytes) => Buffer.from(bytes).toString('base64url');
const json = (value) => JSON.stringify(value);

function makePair(kid, bits, exponent) {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: bits,
    publicExponent: exponent,
  });
  return { kid, privateKey, jwk: { ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' } };
}

export const OURS = [
  makePair('Zh5gCPvp+lXGq0W2kkDaVhRpGNb/dEA9nnYvEWCmR8U=', 2048, 65537),
  makePair('second-key_1', 2048, 3),
  makePair('longer', 3072, 65537),
];
const ATTACKER = makePair('attacker', 2048, 65537);

export const KEY_SET = { keys: OURS.map((pair) => pair.jwk) };

const digestOf = { RS256: 'sha256', RS384: 'sha384', RS512: 'sha512', PS256: 'sha256' };

function signature(input, pair, algorithm = 'RS256') {
  const key = { key: pair.privateKey };
  if (algorithm === 'PS256') {
    key.padding = constants.RSA_PKCS1_PSS_PADDING;
    key.saltLength = 32;
  }
  return sign(digestOf[algorithm], Buffer.from(input), key);
}

// header and payload: text or bytes, signed as they are.
function token(header, payload, pair, algorithm) {
  const input = `${encode(header)}.${encode(payload)}`;
  return `${input}.${encode(signature(input, pair, algorithm))}`;
}

function shuffled(random, object) {
  const entries = Object.entries(object);
  for (let i = entries.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [entries[i], entries[j]] = [entries[j], entries[i]];
  }
  return Object.fromEntries(entries);
}

const TEXTS = ['anna', 'Zoë', '山田太郎', '👩‍✈️', '"\\/', 'a'.repeat(200), ' ', 'O\'Brien', '</script>'];

function goodClaims(random) {
  const claims = {
    sub: random.pick(['5b3c1f3e-4a7c-4d62-9f0f-0c1c3b1b2a3d', 'x', '0', 'ü'.repeat(60), 'a'.repeat(127)]),
    iss: ISSUER,
    client_id: random.pick(CLIENTS),
    token_use: 'access',
    exp: NOW + 1 + random.below(86400),
    iat: NOW - random.below(86400),
  };
  const optional = {
    nbf: () => NOW - random.below(1000),
    username: () => random.pick(TEXTS),
    email: () => 'anna@example.com',
    scope: () => random.pick(['', 'openid', 'aws.cognito.signin.user.admin openid profile']),
    jti: () => '6c5e4d3b-0000-4000-8000-1a2b3c4d5e6f',
    origin_jti: () => 'o',
    event_id: () => 'e',
    auth_time: () => NOW - 5,
    version: () => 2,
    'cognito:groups': () => random.pick([[], ['admin'], ['staff', 'viewer'], ['pilots', ...TEXTS]]),
    aud: () => random.pick(['api', ['api', 'other'], []]),
    extra: () => random.pick([null, true, -1, 1.5, 1e300, [], {}, { a: [{ b: [1, 'x', null] }] }]),
    device_key: () => 'eu-central-1_x',
  };
  for (const [name, value] of Object.entries(optional)) {
    if (random.chance(0.5)) claims[name] = value();
  }
  return shuffled(random, claims);
}

const goodHeader = (random, pair) =>
  shuffled(random, { kid: pair.kid, alg: 'RS256', ...random.pick([{}, {}, { typ: 'JWT' }, { typ: 'jwt' }, { x: 1 }]) });

const SPELLINGS = [json, (value) => JSON.stringify(value, null, 2), (value) => ` ${json(value)}\n`,
  (value) => json(value).replace(/[^\x00-\x7f]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`),
  (value) => json(value).replace('access', '\\u0061ccess').replace('RS256', 'R\\u0053256')];

function good(random) {
  const pair = random.pick(OURS);
  const header = goodHeader(random, pair);
  const claims = goodClaims(random);
  return { pair, header, claims, text: token(random.pick(SPELLINGS)(header), random.pick(SPELLINGS)(claims), pair) };
}

// Good at this moment, and at every moment from iat to the last second before exp.
export function* validTokens(random, count) {
  for (let i = 0; i < count; i++) {
    const { text, claims } = good(random);
    const first = Math.max(claims.iat, claims.nbf ?? 0);
    yield { about: 'valid', now: random.pick([NOW, first, first - LEEWAY, claims.exp - 1, claims.exp + LEEWAY - 1]), text };
  }
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const WEIRD = [null, '', 0, 1, -1, 1.5, 1e30, 9007199254740993, true, false, [], {}, ['access'], 'x', ISSUER + '/',
  'access', 'id', 'ACCESS', CLIENTS[0] + ' ', CLIENTS.join(','), '\u0000', 'a\u0000b', 'a\nb', [1], [null], [[]], { 0: 'a' },
  NOW + 3600, String(NOW + 3600), NOW - 1e6, 253402300800, 'a'.repeat(300)];
const NAMES = ['sub', 'iss', 'client_id', 'token_use', 'exp', 'iat', 'nbf', 'username', 'email', 'scope', 'jti',
  'cognito:groups', 'aud'];

const splice = (text, at, remove, insert) => text.slice(0, at) + insert + text.slice(at + remove);

// What can be done without a key.
const UNSIGNED = {
  'another character': (random, { text }) => splice(text, random.below(text.length), 1, random.pick(ALPHABET)),
  'a character less': (random, { text }) => splice(text, random.below(text.length), 1, ''),
  'a character more': (random, { text }) =>
    splice(text, random.below(text.length + 1), 0, random.pick([...'=+/ !.,%~"', '\t', '==', 'A', 'é', '=.', '..'])),
  'cut': (random, { text }) => text.slice(0, random.below(text.length)),
  'padded': (random, { text }) => text.split('.').map((part) => part + random.pick(['', '=', '=='])).join('.'),
  'other alphabet': (random, { text }) => text.replaceAll('-', '+').replaceAll('_', '/'),
  'trailing bits': (random, { text }) =>
    text.slice(0, -1) + ALPHABET[ALPHABET.indexOf(text.at(-1)) ^ (1 + random.below(15))],
  'segments swapped': (random, { text }) => {
    const parts = text.split('.');
    const from = random.below(3);
    [parts[from], parts[(from + 1) % 3]] = [parts[(from + 1) % 3], parts[from]];
    return parts.join('.');
  },
  'segments dropped or doubled': (random, { text }) => {
    const parts = text.split('.');
    return random.pick([parts.slice(0, 2), parts.slice(1), [...parts, parts[2]], [...parts, ''], ['', ...parts]]).join('.');
  },
  'parts of two tokens': (random, { text }) => {
    const mine = text.split('.');
    const other = good(random).text.split('.');
    return mine.map((part, i) => (random.chance(0.5) ? part : other[i])).join('.');
  },
  'signature of another length': (random, { text }) => {
    const [header, payload, last] = text.split('.');
    const bytes = Buffer.from(last, 'base64url');
    const zero = Buffer.alloc(1);
    return `${header}.${payload}.${encode(random.pick([Buffer.concat([zero, bytes]), Buffer.concat([bytes, zero]),
      bytes.subarray(1), bytes.subarray(0, -1), Buffer.alloc(bytes.length), Buffer.alloc(bytes.length, 255), zero]))}`;
  },
  'none': (random, { header, claims }) =>
    `${encode(json({ ...header, alg: random.pick(['none', 'None', 'NONE', 'nOnE', '']) }))}.${encode(json(claims))}.${random.pick(['', 'AA'])}`,
  'HS256 with what is public': (random, { header, claims, pair }) => {
    const input = `${encode(json({ ...header, alg: random.pick(['HS256', 'RS256']) }))}.${encode(json(claims))}`;
    const pem = createPublicKey(pair.privateKey).export({ type: 'spki', format: 'pem' });
    const secret = random.pick([pem, pem.trim(), pair.jwk.n, json(pair.jwk), json(KEY_SET), '']);
    return `${input}.${encode(createHmac('sha256', secret).update(input).digest())}`;
  },
  'an attacker\'s key': (random, { header, claims }) =>
    token(json({ ...header, ...random.pick([{}, { jwk: ATTACKER.jwk }, { kid: 'attacker' }, { jku: 'https://attacker.example/' }]) }),
      json(claims), ATTACKER),
};

const HEADER_EDITS = [{ alg: 'RS384' }, { alg: 'RS512' }, { alg: 'PS256' }, { alg: 'rs256' }, { alg: 'ES256' },
  { alg: undefined }, { alg: 256 }, { alg: ['RS256'] }, { alg: null }, { kid: undefined }, { kid: 1 }, { kid: '' },
  { kid: '../x' }, { kid: 'unknown' }, { kid: 'k'.repeat(300) }, { kid: OURS[1].kid }, { kid: 'a\u0000' },
  { typ: 'at+jwt' }, { typ: 1 }, { typ: 'JOSE' }, { typ: 'jWt' }, { crit: ['exp'] }, { crit: [] }, { crit: ['b64'], b64: false },
  { b64: false }, { b64: true }, { jku: 'https://attacker.example/' }, { x5u: 'x' }, { x5c: ['MII='] }, { jwk: {} }, { zip: 'DEF' },
  { cty: 'JWT' }, { enc: 'A256GCM' }, { x5t: 'abc' }];

const TEXT_EDITS = [(t) => '\ufeff' + t, (t) => t + '\u0000', (t) => t + 'x', (t) => t + t, (t) => `[${t}]`, (t) => json(t),
  (t) => t.replaceAll('"', '\''), (t) => t.slice(0, -1), (t) => t.slice(0, -1) + ',}', (t) => `/* */${t}`,
  (t) => t.replace('{', '{"alg":"RS256",'), (t) => t.replace('{', '{"sub":"root",'), (t) => t.replace('{', '{"s\\u0075b":"root",'),
  (t) => t.replace('{', '{"exp":9999999999,'), (t) => t.replace('{', '{"__proto__":{"sub":"root"},'),
  (t) => t.replace('{', `{"x":${'['.repeat(500)}${']'.repeat(500)},`), (t) => t.replace('{', '{"x":01,'),
  (t) => t.replace('{', '{"x":NaN,'), (t) => t.replace('{', '{"x":1e999,'), (t) => t.replace('{', '{"x":"\\ud800",'),
  (t) => t.replace('{', '{"x":"\\u0000",'), (t) => t.replace('{', '{"x\\u0000":1,'), (t) => t.replace('{', '{"x":"\n",'),
  (t) => t.replace('{', '{"x":123456789012345678901234567890,'), (t) => t.replace('{', '{"":1,'), () => '', () => '{}', () => 'null',
  (t) => t.replace(/"exp": ?(\d+)/, '"exp":$1.0'), (t) => t.replace(/"exp": ?(\d+)/, '"exp":$1e0'),
  (t) => t.replace('"iss"', '"ISS"'), (t) => t.replace('"exp"', '"Exp"'),
  (t) => Buffer.concat([Buffer.from(t.slice(0, -1) + ',"x":"'), Buffer.from([0xc3, 0x28]), Buffer.from('"}')]),
  (t) => Buffer.concat([Buffer.from(t.slice(0, -1) + ',"x":"'), Buffer.from([0xc0, 0xaf]), Buffer.from('"}')])];

// What the issuer itself, or somebody with its key, could send: signed by the key the header names.
const SIGNED = {
  'header edited': (random, { header, claims, pair }) => {
    const edited = { ...header, ...random.pick(HEADER_EDITS) };
    return token(json(edited), json(claims), pair, Object.hasOwn(digestOf, edited.alg) ? edited.alg : 'RS256');
  },
  'signature of another kind': (random, { header, claims, pair }) =>
    token(json(header), json(claims), pair, random.pick(['RS384', 'RS512', 'PS256'])),
  'another key of ours': (random, { header, claims }) => token(json(header), json(claims), random.pick(OURS)),
  'claim edited': (random, { header, claims, pair }) =>
    token(json(header), json({ ...claims, [random.pick(NAMES)]: random.pick([undefined, ...WEIRD]) }), pair),
  'ID token': (random, { header, claims, pair }) =>
    token(json(header), json({ ...claims, token_use: 'id', aud: CLIENTS[0], client_id: undefined }), pair),
  'header text edited': (random, { header, claims, pair }) => token(random.pick(TEXT_EDITS)(json(header)), json(claims), pair),
  'payload text edited': (random, { header, claims, pair }) => token(json(header), random.pick(TEXT_EDITS)(json(claims)), pair),
};

const MUTATIONS = Object.entries({ ...UNSIGNED, ...SIGNED });

export function* mutatedTokens(random, count) {
  for (let i = 0; i < count; i++) {
    const base = good(random);
    if (random.chance(0.1)) {
      const { exp, iat } = base.claims;
      const now = random.pick([exp - 1, exp, exp + LEEWAY - 1, exp + LEEWAY, iat - LEEWAY, iat - LEEWAY - 1, 0, exp + 1e9]);
      yield { about: 'another time', now, text: base.text };
    } else {
      const [about, mutate] = MUTATIONS[i % MUTATIONS.length];
      yield { about, now: NOW, text: mutate(random, base) };
    }
  }
}
