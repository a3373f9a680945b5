// What tests may do to the provider, and Cognito would not let them. Only with --test-controls, and
// the server listens on the loopback address only.
import { generateKeyPairSync } from 'node:crypto';

const HUGE_BYTES = 10 * 1024 * 1024;

// Entries that a verifier has to skip, whatever else the set holds.
function uselessKeys() {
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
  const small = generateKeyPairSync('rsa', { modulusLength: 512 }).publicKey.export({ format: 'jwk' });
  const large = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' });
  return [
    { ...ec, kid: 'elliptic', alg: 'ES256', use: 'sig' },
    { ...large, kid: 'encryption', alg: 'RS256', use: 'enc' },
    { ...small, kid: 'small', alg: 'RS256', use: 'sig' },
    { ...large, e: 'AQ', kid: 'exponent-one', alg: 'RS256', use: 'sig' },
    { ...large, kid: undefined },
    { kty: 'RSA', kid: 'no-modulus', alg: 'RS256', use: 'sig' },
    'not an object',
  ];
}

const json = (response, status, value) => {
  response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' });
  response.end(JSON.stringify(value));
};

// How the key set's address may answer. `ok` is not here: that is the provider's business.
const ANSWERS = {
  500: (response) => response.writeHead(500).end('out of order'),
  slow: () => {}, // accepted, never answered
  html: (response) => {
    response.writeHead(200, { 'Content-Type': 'text/html' }).end('<html>maintenance</html>');
  },
  huge: (response) => {
    response.writeHead(200, { 'Content-Type': 'application/json' });
    response.end(`{"keys":[],"padding":"${'x'.repeat(HUGE_BYTES)}"}`);
  },
  empty: (response) => json(response, 200, { keys: [] }),
  extra: (response, keys) => {
    json(response, 200, { keys: [...uselessKeys(), ...keys.publicJwks.keys] });
  },
};

export class TestControls {
  #fetches = 0;

  #mode = 'ok';

  // true when the request for the key set was answered here.
  interceptKeySet(response, keys) {
    this.#fetches += 1;
    if (this.#mode === 'ok') return false;
    ANSWERS[this.#mode](response, keys);
    return true;
  }

  // Anything below /_test/. What is not of the provider is of its API's faults.
  handle(request, response, url, { keys, onRotate, people, faults, verifier }) {
    const command = `${request.method} ${url.pathname}`;
    if (command === 'GET /_test/fetches') return json(response, 200, { jwks: this.#fetches });
    if (command === 'POST /_test/rotate') {
      const kid = keys.rotate({ forgetOlder: url.searchParams.get('forget') === '1' });
      onRotate();
      return json(response, 200, { kid });
    }
    if (command === 'POST /_test/jwks') {
      const mode = url.searchParams.get('mode');
      if (mode !== 'ok' && !Object.hasOwn(ANSWERS, mode)) {
        return json(response, 400, { error: `mode is one of ok, ${Object.keys(ANSWERS).join(', ')}` });
      }
      this.#mode = mode;
      return json(response, 200, { mode });
    }
    if (command === 'POST /_test/register') {
      const email = url.searchParams.get('email');
      return json(response, 200, { sub: people.register({ email }).sub });
    }
    return faults.handle(request, response, url, verifier);
  }
}
