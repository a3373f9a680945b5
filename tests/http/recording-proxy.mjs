// Records the traffic of a test run: `redocly proxy` between the tests and nginx.
//
// Requests that a proxy would put right before sending them on (doubled lengths, bare sockets, bad
// UTF-8) go to nginx directly; write those that matter for the description as NDJSON, see traffic.mjs.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const LISTENING = /Proxy listening on (http:\S+)/;

/**
 * Starts recording what goes to `target` (an https origin) on a free port of the loopback interface.
 * `authority` is the file with the certificate that signed the target's. Resolves to { url, stop }:
 * `url` is the origin to send requests to, and `stop()` resolves when `har` is written.
 */
export async function recordTraffic({ target, har, authority }) {
  const program = path.join(here, 'node_modules/@redocly/cli/bin/cli.js');
  const child = spawn(process.execPath,
    [program, 'proxy', '--target', target, '--port', '0', '--har', path.resolve(har)], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        NODE_EXTRA_CA_CERTS: path.resolve(authority),
        REDOCLY_TELEMETRY: 'off',
        REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true',
      },
    });
  const exited = once(child, 'exit');
  let output = '';
  const url = await new Promise((resolve, reject) => {
    const read = (line) => {
      output += `${line}\n`;
      const match = LISTENING.exec(line);
      if (match) resolve(match[1].replace(/\/$/, ''));
    };
    createInterface({ input: child.stdout }).on('line', read);
    createInterface({ input: child.stderr }).on('line', read);
    exited.then(() => reject(new Error(`redocly proxy ended:\n${output}`)));
  });
  return {
    url,
    async stop() {
      child.kill('SIGINT');
      await exited;
    },
  };
}
