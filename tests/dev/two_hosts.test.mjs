// ./dev bench two-hosts, as much of it as has its time here: a host and the primary are lost under load. And that it meets nobody and
// leaves nothing, also when it is interrupted.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { report } from '../../bench/two_hosts/report.mjs';
import { repository, until } from '../http/stack.mjs';

let folder;

before(() => { folder = fs.mkdtempSync(path.join(os.tmpdir(), 'two-hosts-')); });
after(() => fs.rmSync(folder, { recursive: true, force: true }));

/** Starts it with a TMPDIR of its own: { child, files, printed(), ended }. */
function start(name, ...parameters) {
  const files = path.join(folder, name);
  fs.mkdirSync(files);
  const child = spawn(path.join(repository, 'dev'), ['bench', 'two-hosts', '--quick', ...parameters],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, STOCKPILOT_STATE: path.join(folder, 'state'), TMPDIR: files } });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (part) => { text += part; });
  return { child, files, printed: () => text, ended: once(child, 'close') };
}

const links = () => fs.readdirSync('/sys/class/net').sort();
const processesOf = ({ files }) => fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name)).filter((pid) => {
  try {
    return fs.readFileSync(`/proc/${pid}/environ`, 'latin1').includes(files);
  } catch {
    return false; // ended meanwhile, or somebody else's
  }
});

async function assertNothingLeft(one) {
  await until(() => processesOf(one).length === 0, { what: 'the end of all its processes', deadline: 20_000 });
  assert.deepEqual(fs.readdirSync(one.files), []);
}

test('a host and the primary are lost under load, beside another run that is interrupted', async () => {
  const before = links();
  const json = path.join(folder, 'results.json');
  const whole = start('whole', '--json', json);
  const other = start('other');
  await until(() => {
    assert.equal(other.child.exitCode, null, other.printed());
    return other.printed().includes('in step with it');
  }, { what: 'its databases', deadline: 120_000 });
  other.child.kill('SIGTERM');
  assert.deepEqual(await other.ended, [143, null], other.printed());
  await assertNothingLeft(other);

  const [code] = await whole.ended;
  assert.equal(code, 0, whole.printed());
  await assertNothingLeft(whole);
  assert.deepEqual(links(), before);
  const { losses, drain, failovers, alerts, sales } = JSON.parse(fs.readFileSync(json, 'utf8'));
  assert.ok(losses[0].failed > 0 && failovers[0].failed > 0, 'both were noticed');
  assert.equal(drain.failed, 0);
  assert.ok(sales > 0 && alerts.mails >= alerts.alerts);
});

test('docs/scaling.md has the figures that were published', () => {
  const read = (name) => fs.readFileSync(path.join(repository, 'docs', name), 'utf8');
  assert.ok(read('scaling.md').includes(report(JSON.parse(read('performance/two-hosts.json')))));
});

test('who is neither root nor has sudo is told so', () => {
  const programs = path.join(folder, 'bin');
  fs.mkdirSync(programs);
  const stub = (name, line) => fs.writeFileSync(path.join(programs, name), `#!/bin/sh\n${line}\n`, { mode: 0o755 });
  stub('id', 'echo 1000');
  stub('sudo', 'exit 1');
  assert.throws(() => execFileSync(path.join(repository, 'bench/two_hosts/run'), ['node'],
    { stdio: 'pipe', env: { ...process.env, PATH: `${programs}:${process.env.PATH}` } }), /take root or sudo/);
});
