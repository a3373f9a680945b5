// What of the server's environment gets out: docs/dashboard.md tells.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { before, describe, test } from 'node:test';
import { repository } from '../http/stack.mjs';
import { addressOf, onPage, shop } from './dashboard.mjs';
import { environmentOf } from './dashboard_environment.mjs';
import { pagesOf } from './pages.mjs';

const NAMES = [
  'DASHBOARD_URL', 'STOCKPILOT_API_URL', 'COGNITO_ISSUER', 'COGNITO_CLIENT_ID', 'SESSION_SECRET', 'IMAGE_ORIGIN', 'UPLOAD_ORIGIN',
];
/** Where nobody needs to be signed in, or is sent to sign in. */
const PUBLIC = [
  '/', '/?problem=provider', '/dashboard', '/auth/sign-in', '/auth/refresh', '/auth/callback?code=x&state=x', '/api/products', '/nowhere',
];

/** Those of the texts, by name, that are in a text. */
const foundIn = (text, texts) => Object.keys(texts).filter((name) => texts[name].some((each) => text.includes(each)));

/** All that an answer of a browser's context says: its headers, and its body. */
const saidBy = async (answer) => JSON.stringify(answer.headersArray()) + await answer.text();

describe('The environment of the server', () => {
  let stack;
  let values; // by name, each a list
  let secret; // of them, what nobody may know

  before(async () => {
    stack = await shop();
    const environment = environmentOf(stack.state);
    values = Object.fromEntries(NAMES.map((name) => [name, environment[name].split(',')]));
    secret = { SESSION_SECRET: values.SESSION_SECRET };
    assert.ok(values.SESSION_SECRET.every((each) => each.length >= 32));
  });

  test('is in nothing that browsers load of the build, neither by name nor by value', () => {
    const folder = path.join(repository, 'web/.next/static');
    const wanted = Object.fromEntries(NAMES.map((name) => [name, [name, ...values[name]]]));
    const files = fs.readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
    assert.ok(files.length > 20, 'there is no build');
    for (const { parentPath, name } of files) {
      assert.deepEqual(foundIn(fs.readFileSync(path.join(parentPath, name), 'latin1'), wanted), [], name);
    }
  });

  test('shows no secret to whoever is not signed in', async () => {
    for (const target of PUBLIC) {
      const answer = await fetch(addressOf(stack) + target, { redirect: 'manual' });
      const said = `${[...answer.headers].join('\n')}\n${await answer.text()}`;
      assert.deepEqual(foundIn(said, secret), [], target);
    }
  });

  test('shows no secret to whoever is signed in, and the address of the API only in links to its documentation', async () => {
    await onPage({ user: 'admin' }, async (page, { context }) => {
      for (const { path: target } of await pagesOf(stack)) {
        for (const headers of [{}, { RSC: '1' }]) {
          const said = await saidBy(await context.request.get(addressOf(stack) + target, { headers }));
          const links = values.STOCKPILOT_API_URL.flatMap((origin) => [`${origin}/docs`, `${origin}/openapi.json`]);
          const rest = target === '/settings' ? links.reduce((text, link) => text.replaceAll(link, ''), said) : said;
          if (target === '/settings') assert.notEqual(rest, said, 'there are no links any more: the document says that there are');
          assert.deepEqual(foundIn(rest, { ...secret, STOCKPILOT_API_URL: values.STOCKPILOT_API_URL }), [], target);
        }
      }
    });
  });
});
