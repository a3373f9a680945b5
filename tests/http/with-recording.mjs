#!/usr/bin/env node
// Runs a command while all requests of the tests in it are recorded.
//
//   with-recording.mjs --stack stack.json --into FOLDER -- COMMAND [ARGUMENT…]
//
// One proxy stands before the stack for the whole run; its HAR file, and what the tests wrote beside it
// because it went past the proxy, are in FOLDER afterwards. Ends as the command ended.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { recordTraffic } from './recording-proxy.mjs';

const separator = process.argv.findIndex((word, index) => index > 1 && word === '--');
const { values } = parseArgs({
  args: process.argv.slice(2, separator),
  options: { stack: { type: 'string' }, into: { type: 'string' } },
});
const [command, ...parameters] = process.argv.slice(separator + 1);
if (separator < 0 || !values.stack || !values.into || !command) {
  console.error('usage: with-recording.mjs --stack FILE --into FOLDER -- COMMAND [ARGUMENT…]');
  process.exit(2);
}

const stack = JSON.parse(fs.readFileSync(values.stack, 'utf8'));
const folder = path.resolve(values.into);
fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
const recording = await recordTraffic({
  target: stack.url, har: path.join(folder, 'main.har'), authority: stack.caFile,
});
const child = spawn(command, parameters, {
  stdio: 'inherit',
  env: { ...process.env, STOCKPILOT_RECORDER: recording.url, STOCKPILOT_RECORD: folder },
});
// A signal that ends the run reaches the whole process group; the proxy still writes its file then.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
const [code] = await once(child, 'exit');
await recording.stop();
process.exitCode = code ?? 1;
