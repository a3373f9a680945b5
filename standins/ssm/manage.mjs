#!/usr/bin/env node
// What ./dev does with parameters. Key and secret are those of the environment, AWS_ACCESS_KEY_ID and so on;
// the region is AWS_REGION.
//
//   manage.mjs --endpoint URL --path /stockpilot/development COMMAND
//     set [--secure NAME]...   what standard input has as NAME=value lines, NAME being below the path: those that differ
//                              are put, those with an empty value deleted; prints a word that changes with any parameter
//     get [NAME]               all of them as NAME=value lines, or the value of one
import { createHash } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { callSsm } from './client.mjs';

const { values: options, positionals: [command, wanted] } = parseArgs({
  allowPositionals: true,
  options: { endpoint: { type: 'string' }, path: { type: 'string' }, secure: { type: 'string', multiple: true, default: [] } },
});
const start = `${options.path}/`;
const call = (action, input) => callSsm(options.endpoint, action, input);

/** By name: { Name, Type, Value, Version }. */
async function present() {
  const found = new Map();
  let NextToken;
  do {
    const page = await call('GetParametersByPath', { Path: options.path, Recursive: true, WithDecryption: true, NextToken });
    for (const parameter of page.Parameters) found.set(parameter.Name.slice(start.length), parameter);
    ({ NextToken } = page);
  } while (NextToken);
  return found;
}

/** NAME=value lines, as pairs. */
const pairsOf = (lines) => lines.split('\n').filter((line) => line.includes('=')).map((line) => {
  const at = line.indexOf('=');
  return [line.slice(0, at), line.slice(at + 1)];
});

async function set(name, value, known) {
  if (value === (known?.Value ?? '')) return;
  const Type = options.secure.includes(name) ? 'SecureString' : known?.Type ?? 'String';
  const remove = known && (value === '' || known.Type !== Type);
  if (remove) await call('DeleteParameter', { Name: start + name });
  if (value !== '') await call('PutParameter', { Name: start + name, Value: value, Type, Overwrite: !remove });
}

async function setAll() {
  const known = await present();
  for (const [name, value] of pairsOf(await text(process.stdin))) await set(name, value, known.get(name));
  const now = [...await present()].map(([name, { Version, LastModifiedDate }]) => `${name} ${Version} ${LastModifiedDate}`);
  console.log(createHash('sha256').update(now.join('\n')).digest('hex').slice(0, 16));
}

async function get() {
  const known = await present();
  if (wanted === undefined) {
    for (const [name, { Value }] of known) console.log(`${name}=${Value}`);
  } else if (known.has(wanted)) {
    console.log(known.get(wanted).Value);
  } else {
    throw new Error(`there is no parameter ${start}${wanted}`);
  }
}

try {
  if (command === 'set') await setAll();
  else if (command === 'get') await get();
  else throw new Error('usage: manage.mjs --endpoint URL --path PATH set|get [NAME]');
} catch (error) {
  console.error(`manage.mjs: ${error.message}`);
  process.exit(1);
}
