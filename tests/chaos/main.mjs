#!/usr/bin/env node
// ./dev chaos MINUTES [--seed N]

import { chaos } from './chaos.mjs';

const [minutes, flag, value] = process.argv.slice(2);
const seed = flag === '--seed' ? Number(value) : Date.now() % 1_000_000;
const seconds = Number(minutes) * 60;
if (!(seconds > 0 && seconds <= 12 * 3600) || !Number.isInteger(seed) || (flag !== undefined && flag !== '--seed')) {
  console.error('usage: ./dev chaos MINUTES [--seed N]');
  process.exit(2);
}

const began = Date.now();
const say = (text) => console.log(`[${String(Math.round((Date.now() - began) / 1000)).padStart(4)}s] ${text}`);

let interrupted = false;
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    interrupted = true;
    say('Told to stop: the books are looked at, then everything is stopped');
  });
}

say(`Chaos for ${minutes} minutes, seed ${seed}`);
try {
  const { faults, ...counts } = await chaos({ seconds, seed, say, interrupted: () => interrupted });
  const spaced = (name) => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  for (const [name, count] of [...Object.entries(counts).map(([name, count]) => [spaced(name), count]), ...Object.entries(faults)]) {
    console.log(`  ${name.padEnd(20)} ${count}`);
  }
  say('The books add up: every acknowledged write is there once, and every episode was mailed.');
} catch (error) {
  console.error(error);
  say('Something does not add up.');
  process.exitCode = 1;
}
