// The description that the service gives of itself.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { repository, request, stack } from './stack.mjs';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

describe('GET /openapi.json', () => {
  test('is docs/openapi.yaml as JSON, for everyone', async () => {
    const answer = await request('GET', '/openapi.json');
    assert.equal(answer.status, 200);
    assert.equal(answer.headers['content-type'], 'application/json');
    const source = parse(fs.readFileSync(path.join(repository, 'docs/openapi.yaml'), 'utf8'));
    assert.deepEqual(answer.json, source);
  });

  test('has the routes that the workers have, with the same permissions', async () => {
    const { build } = await stack();
    const { stdout } = await promisify(execFile)(path.join(build, 'stockpilotctl'), ['routes', '--json']);
    const routes = JSON.parse(stdout).map((route) => `${route.method} ${route.path} ${route.permission}`);
    const { paths } = (await request('GET', '/openapi.json')).json;
    const documented = Object.entries(paths).flatMap(([template, item]) =>
      METHODS.filter((method) => item[method])
        .map((method) => `${method.toUpperCase()} ${template} ${item[method]['x-permission']}`));
    assert.deepEqual(documented.sort(), routes.sort());
  });
});

describe('GET /docs', () => {
  test('is a page that loads and runs nothing', async () => {
    const answer = await request('GET', '/docs', { headers: { accept: 'text/html,*/*;q=0.8' } });
    assert.equal(answer.status, 200);
    assert.match(answer.headers['content-type'], /^text\/html/);
    assert.match(answer.text, /^<!doctype html>/i);
    assert.doesNotMatch(answer.text, /<script|<link[^>]+href|<img|@import|\son[a-z]+=/i);
    const policy = answer.headers['content-security-policy'];
    assert.match(policy, /default-src 'none'/);
    assert.doesNotMatch(policy, /script-src|unsafe-eval|https?:/);
    const { json } = await request('GET', '/openapi.json');
    for (const template of Object.keys(json.paths)) assert.ok(answer.text.includes(template), template);
  });
});
