// HTTP that browsers do not send: acceptance cases 32–43, 46 and 47, byte by byte through TLS.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { before, describe, test } from 'node:test';
import { png } from './images.mjs';
import { assertProblem } from './problem-assertions.mjs';
import { ResponseReader } from './response-reader.mjs';
import { stack as openStack, until } from './stack.mjs';

const MEGABYTE = 1024 * 1024;
const TITLE = `edge ${randomUUID()}`; // of every notification these tests try to send
const DOCUMENT = JSON.stringify({ type: 'system', title: TITLE, message: 'must not be there' });

let stack;
let authorization;

before(async () => {
  stack = await openStack();
  authorization = `Authorization: Bearer ${await stack.token('admin')}`;
});

const countWritten = async () => (await stack.sql('select count(*)::int as n from notifications where title = $1', [TITLE]))[0].n;

// Header lines beside Host and Authorization; bytes are latin1 where they are given as text.
function raw(line, headers = [], body = '') {
  const head = `${line} HTTP/1.1\r\nHost: localhost\r\n${authorization}\r\n${headers.map((each) => `${each}\r\n`).join('')}\r\n`;
  return Buffer.concat([Buffer.from(head, 'latin1'), Buffer.from(body)]);
}

const json = 'Content-Type: application/json';
const post = (headers, body = DOCUMENT) => raw('POST /notifications', [json, ...headers], body);
const length = `Content-Length: ${DOCUMENT.length}`;
const chunk = (text) => `${text.length.toString(16)}\r\n${text}\r\n`;
const chunked = `${chunk(DOCUMENT)}0\r\n\r\n`;

async function refused(status, bytes) {
  const answer = await stack.rawRequest(bytes);
  assertProblem(answer, status, bytes.toString('latin1').slice(0, 60));
  return answer;
}

describe('AC-32 a body over the limit is 413', () => {
  test('with a length, before any of it is sent', async () => {
    await refused(413, post([`Content-Length: ${7 * MEGABYTE}`], ''));
  });

  test('in chunks, as soon as the sizes say so', async () => {
    await refused(413, post(['Transfer-Encoding: chunked'], `${(7 * MEGABYTE).toString(16)}\r\n{`));
  });

  test('in small chunks that add up', async () => {
    const socket = await stack.connect();
    const reader = new ResponseReader('POST');
    socket.on('error', () => {}).on('data', (bytes) => reader.add(bytes)).on('end', () => reader.end());
    socket.write(post(['Transfer-Encoding: chunked'], ''));
    const piece = chunk(' '.repeat(64 * 1024));
    let answer;
    reader.done.then((done) => { answer = done; });
    for (let sent = 0; !answer && sent < 16 * MEGABYTE; sent += piece.length) {
      if (!socket.write(piece)) await Promise.race([once(socket, 'drain'), reader.done]);
    }
    assert.equal((await reader.done).status, 413);
    socket.destroy();
  });

  test('JSON over 64 kB, though a form may be larger', async () => {
    const body = DOCUMENT + ' '.repeat(65 * 1024);
    await refused(413, post([`Content-Length: ${body.length}`], body));
    await refused(413, post(['Transfer-Encoding: chunked'], `${chunk(body)}0\r\n\r\n`));
  });

  test('a body where none belongs', async () => {
    await refused(413, raw('GET /users', ['Content-Length: 2048'], 'x'.repeat(2048)));
  });
});

describe('AC-33 what could be read in two ways is 400', () => {
  const TWICE = {
    'length and chunked': () => post([length, 'Transfer-Encoding: chunked'], chunked),
    'chunked and length': () => post(['Transfer-Encoding: chunked', length], chunked),
    'two lengths, the same': () => post([length, length]),
    'two lengths': () => post([length, 'Content-Length: 1']),
    'a list of lengths': () => post([`${length}, ${DOCUMENT.length}`]),
    'a signed length': () => post([`Content-Length: +${DOCUMENT.length}`]),
    'a negative length': () => post(['Content-Length: -1']),
    'a length beyond 2^64': () => post(['Content-Length: 18446744073709551617']),
    'a hexadecimal length': () => post(['Content-Length: 0x10']),
    'a space before the colon': () => post([`Content-Length : ${DOCUMENT.length}`]),
    'two transfer codings': () => post(['Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'], chunked),
    'a chunk size that is none': () => post(['Transfer-Encoding: chunked'], `zz\r\n${DOCUMENT}\r\n0\r\n\r\n`),
    'a chunk size beyond 2^64': () => post(['Transfer-Encoding: chunked'], `fffffffffffffffff\r\n${DOCUMENT}`),
    'two Hosts': () => raw('GET /users', ['Host: localhost']),
    'two Authorizations': () => raw('GET /users', [authorization]),
    'two If-Match': () => raw(`PATCH /products/${randomUUID()}`, [json, 'If-Match: "1.x"', 'If-Match: "2.x"', 'Content-Length: 2'], '{}'),
    'two If-None-Match': () => raw('GET /users', ['If-None-Match: "a"', 'If-None-Match: "b"']),
    'two Accept': () => raw('GET /users', ['Accept: application/json', 'Accept: text/plain']),
    'a folded header': () => raw('GET /users', ['X-Folded: a', ' b']),
    'a bare CR in a header': () => raw('GET /users', ['X-Bare: a\rX-Other: b']),
    'NUL in a header': () => raw('GET /users', ['X-Nul: a\0b']),
    'no Host': () => Buffer.from(`GET /users HTTP/1.1\r\n${authorization}\r\n\r\n`),
    'a Host with a path': () => Buffer.from(`GET /users HTTP/1.1\r\nHost: a/../b\r\n${authorization}\r\n\r\n`),
    'a space in the address': () => raw('GET /us ers'),
    'a method in lower case': () => raw('get /users'),
  };
  for (const [title, bytes] of Object.entries(TWICE)) test(title, () => refused(400, bytes()));

  test('a header spelled with underscores is none of ours', async () => {
    const token = authorization.split(' ')[2];
    const answer = await stack.rawRequest(Buffer.from(
      `GET /users HTTP/1.1\r\nHost: localhost\r\nHttp_Authorization: Bearer ${token}\r\nAuthorization_: Bearer ${token}\r\n\r\n`));
    assertProblem(answer, 401);
  });
});

test('AC-34 an unknown transfer coding is 501', async () => {
  for (const coding of ['gzip, chunked', 'gzip', 'identity', 'xchunked', 'chunked, chunked', 'chunked;q=1']) {
    await refused(501, post([`Transfer-Encoding: ${coding}`], chunked));
  }
});

test('AC-35 a header over 8 KB is 400, an address over 8 KB is 414, just under it neither', async () => {
  await refused(400, raw('GET /users', [`X-Long: ${'x'.repeat(8192)}`]));
  await refused(400, raw('GET /users', Array.from({ length: 6 }, (_, index) => `X-Long-${index}: ${'x'.repeat(7000)}`)));
  await refused(414, raw(`GET /users?${'x'.repeat(8192)}`));
  assert.equal((await stack.rawRequest(raw('GET /users', [`X-Long: ${'x'.repeat(8000)}`]))).status, 200);
  assertProblem(await stack.rawRequest(raw(`GET /products?search=${'x'.repeat(8000)}`)), 400);
});

test('an HTTP version we do not speak is 505, none at all or a wrong one 400', async () => {
  for (const [version, status] of [['HTTP/2.0', 505], ['HTTP/9.1', 505], ['HTTP/0.9', 400], ['HTPP/1.1', 400]]) {
    const bytes = Buffer.from(`GET /healthz ${version}\r\nHost: localhost\r\n\r\n`);
    assertProblem(await stack.rawRequest(bytes), status, version);
  }
});

test('AC-36 a Proxy header has no effect', async () => {
  let calls = 0;
  const trap = net.createServer((socket) => { calls += 1; socket.destroy(); }).listen(0, '127.0.0.1');
  await once(trap, 'listening');
  const answer = await stack.rawRequest(raw('GET /readyz', [`Proxy: http://127.0.0.1:${trap.address().port}/`]));
  assert.equal(answer.status, 200);
  assert.equal(calls, 0);
  trap.close();
});

test('AC-37 the logs name the peer, whatever the request says of it', async () => {
  const forged = ['X-Forwarded-For: 203.0.113.7', 'X-Real-IP: 203.0.113.7', 'Forwarded: for=203.0.113.7',
    'X-Forwarded-Host: evil.example', 'X-Forwarded-Proto: http', 'X-Request-Id: 00000000000000000000000000000000', 'Remote-Addr: 203.0.113.7'];
  const answer = await stack.rawRequest(raw('GET /users', forged));
  assert.equal(answer.status, 200);
  const id = answer.headers['x-request-id'];
  assert.notEqual(id, '00000000000000000000000000000000');
  const line = await until(() => stack.logLines().find((each) => each.request_id === id), { what: 'the log line' });
  assert.equal(line.remote, '127.0.0.1');
  const accessed = await until(() => fs.readFileSync(path.join(stack.logDirectory, 'access.log'), 'utf8').split('\n')
    .find((each) => each.includes(id)), { what: 'the line of the access log' });
  assert.equal(JSON.parse(accessed).remoteAddress, '127.0.0.1');
});

test('AC-38 an unknown method is 405 and Allow', async () => {
  const all = 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS';
  for (const [line, allow] of [
    ['FOO /dashboard', 'GET, HEAD, OPTIONS'], ['PROPFIND /dashboard', 'GET, HEAD, OPTIONS'], ['DELETE /dashboard', 'GET, HEAD, OPTIONS'],
    ['FOO /users', 'GET, HEAD, POST, OPTIONS'],
    ['GET /notifications/mark-all-read', 'POST, PUT, OPTIONS'], ['POST /healthz', 'GET, HEAD, OPTIONS'],
    ['TRACE /users', all], ['CONNECT /users', all], ['DELETE /images/x.png', 'GET, HEAD'],
  ]) {
    const answer = await refused(405, raw(line));
    const sorted = (text) => text?.split(', ').sort().join(', ');
    assert.equal(sorted(answer.headers.allow), sorted(allow), line);
  }
  assertProblem(await stack.rawRequest(raw('FOO /nowhere')), 404);
});

describe('AC-39 what decoding would change is refused', () => {
  const PATHS = ['/users%00', '/users%0a', '/%2e%2e/users', '/x/%2e%2e/users', '/x/..%2fusers', '/x%2fusers', '/%252e%252e/users',
    '/users%25', '/x/../users', '/./users', '/users/.', '/users/..', '/..', '/users%ff', '/users%c0%ae', '/users%5c', '/users%7f',
    '/images/%2e%2e/stockpilot.conf', '/images/../stockpilot.conf', '/images/products/%00.png'];
  // Each would be that image, decoded or tidied up.
  const image = '00000000-0000-4000-8000-000000000000.png';
  PATHS.push(`/images/x/../products/${image}`, `/images/./products/${image}`, `/images/%2e/products/${image}`,
    `/images/products%2f${image}`, `/images/products/%2E%2E/products/${image}`);
  for (const each of PATHS) test(`${each}: 400`, () => refused(400, raw(`GET ${each}`)));

  const NOWHERE = ['//users', '/users/', '/users//', '/%75sers', '/users;a=b', '/Users', '/users\xff', '/images/', '/products/%37%37', '/users#x'];
  for (const each of NOWHERE) {
    test(`${JSON.stringify(each)}: 404`, () => refused(404, raw(`GET ${each}`)));
  }

  const QUERIES = ['%00', 'a%00b', '%0d%0aX-Injected:%20yes', '%7f', '%ff', '%c0%ae', '%ed%a0%80', '\xff', '%', '%z', '%4', '%zz'];
  for (const each of QUERIES) {
    test(`search=${JSON.stringify(each)}: 400`, () => refused(400, raw(`GET /products?search=${each}`)));
  }

  test('search is decoded once', async () => {
    const answer = await stack.rawRequest(raw('GET /products?search=%252e%252e'));
    assert.deepEqual([answer.status, answer.json], [200, []]);
  });
});

test('AC-40 a query key twice, or one that is not known, is 400 and says which', async () => {
  for (const [query, pointer, code] of [
    ['search=a&search=b', '?search', 'repeated'], ['search=a&search=a', '?search', 'repeated'], ['search=a&%73earch=b', '?search', 'repeated'],
    ['serach=a', '?serach', 'unknown_parameter'], ['Search=a', '?Search', 'unknown_parameter'], ['search[]=a', '?search[]', 'unknown_parameter'],
    ['search=a&x', '?x', 'unknown_parameter'], ['=a', '?', 'unknown_parameter'], ['limit=1&limit=1', '?limit', 'repeated'],
  ]) {
    const answer = await refused(400, raw(`GET /products?${query}`));
    assert.deepEqual(answer.json.errors.map((each) => [each.pointer, each.code]), [[pointer, code]], query);
  }
});

test('AC-41 another content type is 415, an answer that nobody can give 406', async () => {
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/xml', 'application/jsonx', 'text/json', 'json', '', 'application/json, text/plain']) {
    await refused(415, raw('POST /notifications', [...(type ? [`Content-Type: ${type}`] : []), length], DOCUMENT));
  }
  await refused(415, raw(`POST /products/${randomUUID()}/image`, [json, 'Content-Length: 2'], '{}'));
  for (const accept of ['text/plain', 'text/html', 'application/xml', 'application/json;q=0', 'image/*']) {
    await refused(406, raw('GET /users', [`Accept: ${accept}`]));
  }
  for (const accept of ['*/*', 'application/*', 'application/json', 'text/html, */*;q=0.1', 'APPLICATION/JSON']) {
    assert.equal((await stack.rawRequest(raw('GET /users', [`Accept: ${accept}`]))).status, 200, accept);
  }
});

// Over plain HTTP, as somebody types it who left out the s.
async function plainRequest(method, target) {
  const { hostname, port } = new URL(stack.httpUrl);
  const socket = net.connect(Number(port), hostname);
  try {
    const reader = new ResponseReader(method);
    socket.on('error', () => reader.end());
    socket.on('data', (bytes) => reader.add(bytes)).on('end', () => reader.end());
    const body = ['GET', 'HEAD'].includes(method) ? '' : DOCUMENT;
    socket.write(`${method} ${target} HTTP/1.1\r\nHost: localhost:${port}\r\n`
      + `${body && `${json}\r\nContent-Length: ${body.length}\r\n`}\r\n${body}`);
    return await reader.done;
  } finally {
    socket.destroy();
  }
}
const httpsAddress = (target) => `https://localhost:${new URL(stack.url).port}${target}`;

describe('plain HTTP is sent to the same address with HTTPS', () => {
  // 308 is the one after which a browser sends method and body again; 301 the one that everything knows.
  for (const [status, methods] of [[301, ['GET', 'HEAD']], [308, ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']]]) {
    for (const method of methods) {
      test(`${method}: ${status}`, async () => {
        for (const target of ['/', '/products', '/products/a%20b?search=lamp&limit=5', '/notifications?x=%2F%3F&&']) {
          const answer = await plainRequest(method, target);
          assert.deepEqual([answer.status, answer.headers.location], [status, httpsAddress(target)], target);
        }
        assert.equal(await countWritten(), 0);
      });
    }
  }
});

describe('an authority of certificates finds over plain HTTP', () => {
  const WELL_KNOWN = '/.well-known/acme-challenge';
  const folder = () => path.join(stack.state, 'acme', WELL_KNOWN);

  test('what was put there for it, and nothing beside', async () => {
    const [token, secret] = [randomUUID(), path.join(stack.state, 'acme', randomUUID())];
    fs.mkdirSync(folder(), { recursive: true });
    fs.writeFileSync(path.join(folder(), token), `${token}.thumbprint`);
    fs.writeFileSync(secret, 'secret');
    fs.symlinkSync(secret, path.join(folder(), `${token}-link`));
    const answer = await plainRequest('GET', `${WELL_KNOWN}/${token}`);
    assert.deepEqual([answer.status, answer.headers['content-type'], answer.body.toString()], [200, 'text/plain', `${token}.thumbprint`]);
    assert.equal((await plainRequest('POST', `${WELL_KNOWN}/${token}`)).status, 405);
    for (const other of [`${WELL_KNOWN}/${randomUUID()}`, `${WELL_KNOWN}/`, `${WELL_KNOWN}/${token}-link`]) {
      assert.equal((await plainRequest('GET', other)).status, 404, other);
    }
    for (const outside of [`${WELL_KNOWN}/../../${path.basename(secret)}`, `${WELL_KNOWN}/%2e%2e/%2e%2e/${path.basename(secret)}`]) {
      assert.equal((await plainRequest('GET', outside)).status, 301, outside);
    }
  });
});

describe('AC-42 CR and LF never end a header that we send', () => {
  const split = (answer) => {
    assert.deepEqual(Object.keys(answer.headers).filter((name) => /injected|cookie/.test(name)), []);
    assert.ok(!/^x-injected/im.test(answer.text));
  };

  test('in the Link of the next page', async () => {
    split(await refused(400, raw('GET /products?limit=1&search=%0d%0aX-Injected:%20yes')));
    const answer = await stack.rawRequest(raw('GET /products?limit=1&search=%61'));
    assert.match(answer.headers.link, /^<[!-~]+>; rel="next"$/);
  });

  test('in the address that plain HTTP is sent to', async () => {
    for (const target of ['/x%0d%0aX-Injected:%20yes', '/x?a=%0d%0aSet-Cookie:%20a=b', '/x%0d%0a%0d%0a<script>']) {
      const answer = await plainRequest('GET', target);
      split({ headers: answer.headers, text: answer.body.toString() });
      assert.deepEqual([answer.status, answer.headers.location], [301, httpsAddress(target)]);
    }
  });

  test('in what is echoed to another origin', async () => {
    split(await refused(400, raw('GET /healthz', ['Origin: http://localhost:3000\rX-Injected: yes'])));
  });
});

describe('AC-43 other origins', () => {
  const CORS = /^access-control-/;
  const corsHeaders = (answer) => Object.keys(answer.headers).filter((name) => CORS.test(name)).sort();
  const preflight = (origin) => stack.rawRequest(Buffer.from(`OPTIONS /products HTTP/1.1\r\nHost: localhost\r\nOrigin: ${origin}\r\n`
    + 'Access-Control-Request-Method: PATCH\r\nAccess-Control-Request-Headers: authorization, content-type\r\n\r\n'));

  test('a preflight from an allowed origin: 204, exactly that origin, Vary, and no token asked for', async () => {
    const answer = await preflight('http://localhost:3000');
    assert.equal(answer.status, 204);
    assert.equal(answer.headers['access-control-allow-origin'], 'http://localhost:3000');
    assert.match(answer.headers['access-control-allow-methods'], /\bPATCH\b/);
    assert.match(answer.headers['access-control-allow-headers'], /\bAuthorization\b/);
    assert.match(answer.headers.vary, /\bOrigin\b/);
    assert.equal(answer.headers['access-control-allow-credentials'], undefined);
  });

  const OTHERS = ['http://localhost:3001', 'https://localhost:3000', 'http://localhost', 'http://localhost:3000.evil.example', 'http://evil.example',
    'http://LOCALHOST:3000', 'http://localhost:3000/', 'xhttp://localhost:3000', 'null', '*', ''];
  for (const origin of OTHERS) {
    test(`from ${JSON.stringify(origin)}: no CORS headers, but Vary`, async () => {
      for (const answer of [await preflight(origin), await stack.rawRequest(raw('GET /users', [`Origin: ${origin}`]))]) {
        assert.deepEqual(corsHeaders(answer), []);
        assert.match(answer.headers.vary, /\bOrigin\b/);
      }
    });
  }

  test('an error reaches the allowed origin too, so that its page can read it', async () => {
    for (const bytes of [raw('GET /nowhere', ['Origin: http://localhost:3000']), raw('GET /users%ff', ['Origin: http://localhost:3000']),
      post(['Origin: http://localhost:3000', `Content-Length: ${7 * MEGABYTE}`], '')]) {
      const answer = await stack.rawRequest(bytes);
      assert.ok(answer.status >= 400);
      assert.equal(answer.headers['access-control-allow-origin'], 'http://localhost:3000');
      assert.match(answer.headers['access-control-expose-headers'], /\bX-Request-Id\b/);
    }
  });
});

test('AC-46 HEAD is GET without the body', async () => {
  const product = (await stack.request('GET', '/products?limit=1', { user: 'admin' })).json[0].productId;
  for (const target of ['/dashboard', '/products?limit=3', `/products/${product}`, '/users', '/expenses', '/notifications', '/notifications/unread-count',
    '/healthz', '/readyz', '/openapi.json', '/docs', '/nowhere', `/products/${randomUUID()}`, '/products?x=1']) {
    const get = await stack.rawRequest(raw(`GET ${target}`));
    const head = await stack.rawRequest(raw(`HEAD ${target}`));
    const comparable = ({ headers }) => Object.fromEntries(Object.entries(headers)
      .filter(([name]) => !['date', 'x-request-id'].includes(name)));
    // The request id is in the body of an error, and always as long.
    assert.deepEqual([head.status, comparable(head)], [get.status, comparable(get)], target);
    assert.equal(head.bytes.length, 0);
    assert.ok(get.bytes.length > 0);
  }
});

describe('a connection that an answer says is kept is there for the next request', () => {
  const image = async () => new URL((await stack.request('POST', '/products', {
    user: 'staff', form: { name: `${TITLE} pictured`, price: 1, image: { bytes: png() } },
  })).json.imageUrl).pathname;
  const ANSWERS = {
    'an answer of the application': () => raw('GET /users'),
    'an error of the application': () => raw('GET /nowhere'),
    'an image': async () => raw(`GET ${await image()}`),
    '304 for an image': async () => {
      const target = await image();
      const { headers } = await stack.request('GET', target);
      return raw(`GET ${target}`, [`If-None-Match: ${headers.etag}`]);
    },
    '400 by nginx': () => raw('GET /users%00'),
    '404 by nginx': () => raw('GET /images/nothing'),
    '405 by nginx': () => raw('TRACE /users'),
    '412 by nginx': async () => raw(`GET ${await image()}`, ['If-Match: "x"']),
    '413 by nginx': () => post([`Content-Length: ${7 * MEGABYTE}`], ''),
    '414 by nginx': () => raw(`GET /users?${'x'.repeat(8192)}`),
    '501 by nginx': () => post(['Transfer-Encoding: gzip'], ''),
  };
  for (const [what, bytes] of Object.entries(ANSWERS)) {
    test(what, async () => {
      const socket = await stack.connect();
      try {
        const closed = new Promise((resolve) => { socket.on('error', () => {}).on('close', resolve); });
        const ask = (request) => {
          const reader = new ResponseReader('GET');
          socket.removeAllListeners('data').on('data', (chunk) => reader.add(chunk));
          socket.write(request);
          return Promise.race([reader.done, closed.then(() => ({ status: 'closed' }))]);
        };
        const { headers } = await ask(await bytes());
        if (headers.connection === 'keep-alive') assert.equal((await ask(raw('GET /healthz'))).status, 200);
        else assert.equal(headers.connection, 'close');
      } finally {
        socket.destroy();
      }
    });
  }
});

describe('AC-47 a body shorter than announced: nothing happens', () => {
  async function sendAndLeave(bytes) {
    const socket = await stack.connect();
    const closed = new Promise((resolve) => { socket.on('close', resolve); });
    socket.on('error', () => {}).resume(); // a reset is one of the ways of closing
    socket.end(bytes);
    await closed;
  }

  test('a whole document and one byte to come, with a length', async () => {
    await sendAndLeave(post([`Content-Length: ${DOCUMENT.length + 1}`]));
    assert.equal(await countWritten(), 0);
  });

  test('half a document', async () => {
    await sendAndLeave(post([length], DOCUMENT.slice(0, 20)));
    assert.equal(await countWritten(), 0);
  });

  test('a whole document in chunks without the last one', async () => {
    await sendAndLeave(post(['Transfer-Encoding: chunked'], chunk(DOCUMENT)));
    assert.equal(await countWritten(), 0);
  });

  test('a form that ends in the middle of its image', async () => {
    const announced = () => stack.sql('select count(*) from image_uploads');
    const before = await announced();
    const form = `--b\r\nContent-Disposition: form-data; name="name"\r\n\r\n${TITLE}\r\n--b\r\n`
      + 'Content-Disposition: form-data; name="image"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n\x89PNG\r\n\x1a\n';
    await sendAndLeave(raw('POST /products', ['Content-Type: multipart/form-data; boundary=b', `Content-Length: ${form.length + 100}`], Buffer.from(form, 'latin1')));
    assert.deepEqual(await stack.sql('select product_id from products where name = $1', [TITLE]), []);
    assert.deepEqual(await announced(), before, 'no image was stored');
  });

  test('and the same document whole is taken, so that the tests above mean something', async () => {
    const document = JSON.stringify({ type: 'system', title: `${TITLE} whole`, message: 'may be there' });
    for (const bytes of [post([`Content-Length: ${document.length}`], document),
      post(['Transfer-Encoding: chunked'], `${chunk(document)}0\r\n\r\n`)]) {
      assert.equal((await stack.rawRequest(bytes)).status, 201);
    }
  });
});

test('AC-32, 33, 34, 41: no request that was refused has written anything', async () => {
  assert.equal(await countWritten(), 0);
});
