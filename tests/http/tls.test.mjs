// Which versions and ciphers of TLS the server takes, on both of its ports: nginx/tls_intermediate.conf.
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import { before, describe, test } from 'node:test';
import tls from 'node:tls';
import { stack as openStack } from './stack.mjs';

// OpenSSL's own security level would keep the client from offering what the server is to refuse.
const ANYTHING = 'ALL:@SECLEVEL=0';
// Alerts, so it is the server who says so. Their numbers are TLS's (RFC 8446, 6.2); their names are OpenSSL's, and change.
const WRONG_VERSION = /SSL alert number 70\b/;
const NO_COMMON_CIPHER = /SSL alert number 40\b/;

const VERSIONS = { 'TLSv1': false, 'TLSv1.1': false, 'TLSv1.2': true, 'TLSv1.3': true };
// All of them for the kind of key that ./dev makes: with another the server could not use any of them.
const CIPHERS = {
  'ECDHE-ECDSA-AES128-GCM-SHA256': true,
  'ECDHE-ECDSA-AES256-GCM-SHA384': true,
  'ECDHE-ECDSA-CHACHA20-POLY1305': true,
  'ECDHE-ECDSA-AES128-SHA256': false,
  'ECDHE-ECDSA-AES256-SHA384': false,
  'ECDHE-ECDSA-AES128-SHA': false,
  'ECDHE-ECDSA-AES256-SHA': false,
  'ECDHE-ECDSA-AES128-CCM': false,
  'ECDHE-ECDSA-NULL-SHA': false,
};

let stack;
before(async () => { stack = await openStack(); });

/** Shakes hands; gives { version, cipher, certificate }, or rejects with the server's alert. */
async function handshake(origin, options) {
  const { hostname, port } = new URL(origin);
  const socket = tls.connect({ host: hostname, port, ca: fs.readFileSync(stack.caFile), ...options });
  try {
    await once(socket, 'secureConnect');
    // In TLS 1.3 the server's refusal could come after our side is done.
    socket.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n');
    const [answer] = await once(socket, 'data');
    assert.match(answer.toString('latin1'), /^HTTP\/1\.1 200 /);
    const certificate = new X509Certificate(socket.getPeerCertificate().raw);
    return { version: socket.getProtocol(), cipher: socket.getCipher().name, certificate };
  } finally {
    socket.destroy();
  }
}

const refused = (origin, options, message) => assert.rejects(handshake(origin, options), { message });

for (const name of ['url', 'apiUrl']) {
  describe(`TLS on the port of ${name}`, () => {
    for (const [version, taken] of Object.entries(VERSIONS)) {
      test(`${version} is ${taken ? 'taken' : 'refused'}`, async () => {
        const options = { minVersion: version, maxVersion: version, ciphers: ANYTHING };
        if (taken) assert.equal((await handshake(stack[name], options)).version, version);
        else await refused(stack[name], options, WRONG_VERSION);
      });
    }

    test('nothing above TLSv1.1 offered: refused, whatever is below', () => refused(
      stack[name], { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: ANYTHING }, WRONG_VERSION));

    for (const [cipher, taken] of Object.entries(CIPHERS)) {
      test(`the cipher ${cipher} is ${taken ? 'taken' : 'refused'}`, async () => {
        const options = { maxVersion: 'TLSv1.2', ciphers: `${cipher}:@SECLEVEL=0` };
        if (taken) assert.equal((await handshake(stack[name], options)).cipher, cipher);
        else await refused(stack[name], options, NO_COMMON_CIPHER);
      });
    }

    test('the certificate has the kind of key that those ciphers are for', async () => {
      assert.equal((await handshake(stack[name], {})).certificate.publicKey.asymmetricKeyType, 'ec');
    });
  });
}
