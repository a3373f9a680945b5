// Our verifier beside aws-jwt-verify (AWS's own for Cognito) and jose: over thousands of mutated tokens we
// accept only what both accept, and every good token is accepted by all three.
//
// STOCKPILOT_BUILD: a configured build directory. SEED: another run than the usual one.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, mock, test } from 'node:test';
import { pathToFileURL } from 'node:url';

import { seededRandom } from './seeded_random.mjs';
import { CLIENTS, ISSUER, KEY_SET, LEEWAY, USER_POOL, mutatedTokens, validTokens } from './token_mutants.mjs';

const packages = createRequire(new URL('../http/', import.meta.url));
const load = (name) => import(pathToFileURL(packages.resolve(name)));
const { CognitoJwtVerifier } = await load('aws-jwt-verify');
const { createLocalJWKSet, jwtVerify } = await load('jose');

const SEED = Number(process.env.SEED ?? 20240607);
const VALID = 800;
const MUTATED = 4400;

let scratch;
let program;

before(() => {
  const build = process.env.STOCKPILOT_BUILD;
  assert.ok(build, 'STOCKPILOT_BUILD is not set');
  const made = spawnSync('make', ['-s', '-C', build, 'tests/oracle/token_oracle'], { encoding: 'utf8' });
  assert.equal(made.status, 0, made.stderr);
  program = join(build, 'tests/oracle/token_oracle');
  scratch = mkdtempSync(join(tmpdir(), 'stockpilot-oracle-'));
  writeFileSync(join(scratch, 'jwks.json'), JSON.stringify(KEY_SET));
});

after(() => rmSync(scratch, { recursive: true, force: true }));

// Our answers, one for each token: "accept…" or "reject…".
function ours(tokens) {
  const input = tokens.map(({ now, text }) => `${now}\t${text}\n`).join('');
  const run = spawnSync(program, [ISSUER, CLIENTS.join(','), String(LEEWAY), join(scratch, 'jwks.json')],
    { input, encoding: 'utf8', maxBuffer: 1 << 26 });
  assert.equal(run.status, 0, `token_oracle: ${run.status} ${run.signal} ${run.stderr}`);
  const answers = run.stdout.split('\n').slice(0, -1);
  assert.equal(answers.length, tokens.length);
  return answers;
}

const aws = CognitoJwtVerifier.create({ userPoolId: USER_POOL, clientId: CLIENTS, tokenUse: 'access', graceSeconds: LEEWAY });
aws.cacheJwks(KEY_SET);

function awsAccepts({ now, text }) {
  mock.timers.enable({ apis: ['Date'], now: now * 1000 });
  try {
    aws.verifySync(text);
    return true;
  } catch {
    return false;
  } finally {
    mock.timers.reset();
  }
}

const joseKeys = createLocalJWKSet(KEY_SET);

// jose knows nothing of Cognito: token_use and client_id are compared here.
async function joseAccepts({ now, text }) {
  try {
    const { payload } = await jwtVerify(text, joseKeys, {
      issuer: ISSUER,
      algorithms: ['RS256'],
      clockTolerance: LEEWAY,
      currentDate: new Date(now * 1000),
      requiredClaims: ['sub', 'exp', 'iat'],
    });
    return payload.token_use === 'access' && CLIENTS.includes(payload.client_id);
  } catch {
    return false;
  }
}

// A newline cannot be in a header, and would end our line.
const sendable = ({ text }) => !/[\n\r\0]/.test(text);

test('every good token is accepted by all three', async () => {
  const tokens = [...validTokens(seededRandom(SEED), VALID)];
  const answers = ours(tokens);
  for (const [i, token] of tokens.entries()) {
    assert.ok(answers[i].startsWith('accept\t'), `ours: ${answers[i]}: at ${token.now} ${token.text}`);
    assert.ok(awsAccepts(token), `aws-jwt-verify: at ${token.now} ${token.text}`);
    assert.ok(await joseAccepts(token), `jose: at ${token.now} ${token.text}`);
  }
});

test('of mutated tokens we accept a strict subset of what both others accept', async (t) => {
  const tokens = [...mutatedTokens(seededRandom(SEED + 1), MUTATED)].filter(sendable);
  const answers = ours(tokens);
  const count = { tokens: tokens.length, ours: 0, aws: 0, jose: 0, both: 0 };
  const stricter = new Map();
  for (const [i, token] of tokens.entries()) {
    const accepted = answers[i].startsWith('accept\t');
    const byAws = awsAccepts(token);
    const byJose = await joseAccepts(token);
    count.ours += accepted;
    count.aws += byAws;
    count.jose += byJose;
    count.both += byAws && byJose;
    if (accepted) {
      assert.ok(byAws, `we accept, aws-jwt-verify does not: ${token.about}: at ${token.now} ${token.text}`);
      assert.ok(byJose, `we accept, jose does not: ${token.about}: at ${token.now} ${token.text}`);
    } else if (byAws && byJose) {
      stricter.set(answers[i], (stricter.get(answers[i]) ?? 0) + 1);
    }
  }
  t.diagnostic(`seed ${SEED}: ${JSON.stringify(count)}`);
  for (const [reason, times] of [...stricter].sort((a, b) => b[1] - a[1])) {
    t.diagnostic(`only we: ${times} × ${reason.replace('\t', ': ')}`);
  }
  assert.ok(count.tokens > 4000, 'too few tokens to say anything');
  assert.ok(count.ours > 0, 'not one mutation was harmless: the generator is broken');
  assert.ok(count.ours < count.both, 'we are not stricter than the others');
});
