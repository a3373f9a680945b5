// What it was measured on and with.
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, sign, verify } from 'node:crypto';
import { cpus, release, totalmem } from 'node:os';

import { program } from './systems.mjs';

function first(command, args, pattern) {
  try {
    const output = execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    return pattern.exec(output)?.[1] ?? null;
  } catch {
    return null;
  }
}

// How quick the machine is just now: microseconds for checking one RSA-2048 signature, the best of some tries.
function rsaVerifyMicros() {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const text = Buffer.alloc(400);
  const signature = sign('sha256', text, privateKey);
  const tries = Array.from({ length: 20 }, () => {
    const began = process.hrtime.bigint();
    for (let number = 0; number < 200; number += 1) verify('sha256', text, publicKey, signature);
    return Number(process.hrtime.bigint() - began) / 200 / 1000;
  });
  return Math.min(...tries);
}

export function machine() {
  const packageVersion = (name) => first('dpkg-query', ['-W', '-f', '${Version}', name], /(.+)/);
  return {
    processor: cpus()[0].model,
    cores: cpus().length,
    memoryMiB: Math.round(totalmem() / 1048576),
    kernel: release(),
    rsaVerifyMicros: rsaVerifyMicros(),
    versions: {
      nginx: packageVersion('nginx-light'),
      postgresql: packageVersion('postgresql-15'),
      node: process.version,
      php: first(program('php-fpm8.2'), ['--version'], /^PHP (\S+)/),
      go: first('go', ['version'], /go(\d\S+)/),
      pgx: packageVersion('golang-github-jackc-pgx-v4-dev'),
    },
  };
}
