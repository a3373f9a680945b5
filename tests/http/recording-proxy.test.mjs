// What goes through the recording proxy arrives unchanged, and stands in the HAR file afterwards.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import https from 'node:https';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { recordTraffic } from './recording-proxy.mjs';
import { readTraffic } from './traffic.mjs';

function certificate(folder) {
  const [key, cert] = ['key.pem', 'cert.pem'].map((name) => path.join(folder, name));
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert,
    '-days', '2', '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'], { stdio: 'pipe' });
  return { key, cert };
}

/** Answers what it got; 304 to a conditional request. */
async function echo(request, response) {
  const chunks = await request.toArray();
  if (request.headers['if-none-match']) {
    response.writeHead(304, { ETag: request.headers['if-none-match'] }).end();
    return;
  }
  const told = JSON.stringify({ target: request.url, authorization: request.headers.authorization,
    bytes: Buffer.concat(chunks).length });
  response.writeHead(200, { 'Content-Type': 'application/json' }).end(told);
}

test('requests and answers are passed on and recorded', async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'stockpilot-proxy-test-'));
  const { key, cert } = certificate(folder);
  const server = https.createServer({ key: fs.readFileSync(key), cert: fs.readFileSync(cert) }, echo);
  try {
    await once(server.listen(0, 'localhost'), 'listening');
    const har = path.join(folder, 'traffic.har');
    const recording = await recordTraffic(
      { target: `https://localhost:${server.address().port}`, har, authority: cert });
    const headers = { Authorization: 'Bearer t' };

    const listed = await fetch(`${recording.url}/products?search=%25x`, { headers });
    assert.deepEqual(await listed.json(),
      { target: '/products?search=%25x', authorization: 'Bearer t', bytes: 0 });
    const form = new FormData();
    form.append('image', new Blob([Buffer.alloc(2_000_000, 0xff)]), 'a.png');
    const posted = await fetch(`${recording.url}/up`, { method: 'POST', body: form, headers });
    assert.ok((await posted.json()).bytes > 2_000_000);
    const unchanged = await fetch(`${recording.url}/a`, { headers: { 'If-None-Match': '"1"' } });
    assert.equal(unchanged.status, 304);
    await recording.stop();

    assert.deepEqual(
      readTraffic([har]).map(({ method, path: target, query, status }) => [method, target, query, status]),
      [['GET', '/products', '?search=%25x', 200], ['POST', '/up', '', 200], ['GET', '/a', '', 304]]);
  } finally {
    server.close();
    server.closeAllConnections();
    fs.rmSync(folder, { recursive: true });
  }
});
