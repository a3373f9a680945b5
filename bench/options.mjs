// What ./dev bench can be told.
import { parseArgs } from 'node:util';

import { ENDPOINTS } from './requests.mjs';
import { PEER_NAMES } from './systems.mjs';

export const COMMANDS = ['run', 'tokens', 'start', 'million'];

// Special looks at the tokens: at one number of clients only.
const AT_32_ONLY = ['bad-token', 'one-token', 'many-tokens', 'list'];
const ON_LARGE = ['dashboard', 'product', 'search', 'list', 'create'];

const FULL = {
  endpoints: Object.keys(ENDPOINTS), peers: PEER_NAMES, clients: [8, 32, 256], data: ['demo', 'large'], seconds: 3,
  warmUp: 0.7, rounds: 3, mixed: true, mixedSeconds: 5,
};
const QUICK = { ...FULL, clients: [32], data: ['demo'], seconds: 1.5, warmUp: 0.4, rounds: 1, mixedSeconds: 2 };

export class UsageError extends Error {}

function list(text, known, what) {
  const names = text.split(',').filter((name) => name !== '');
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new UsageError(`no such ${what}: ${unknown}. There are: ${known.join(', ')}`);
  return names;
}

function number(text, what, least) {
  const value = Number(text);
  if (!(value >= least)) throw new UsageError(`${what}: ${text} is not a number of at least ${least}`);
  return value;
}

export function readOptions(args) {
  const { values, positionals } = (() => {
    try {
      return parseArgs({
        args,
        allowPositionals: true,
        options: {
          state: { type: 'string' },
          build: { type: 'string' },
          quick: { type: 'boolean' },
          endpoints: { type: 'string' },
          peers: { type: 'string' },
          clients: { type: 'string' },
          data: { type: 'string' },
          seconds: { type: 'string' },
          rounds: { type: 'string' },
          'no-mixed': { type: 'boolean' },
          json: { type: 'string' },
          publish: { type: 'boolean' },
          requests: { type: 'string' },
        },
      });
    } catch (error) {
      throw new UsageError(error.message);
    }
  })();
  const [command = 'run', ...rest] = positionals;
  if (!COMMANDS.includes(command) || rest.length > 0) throw new UsageError(`unknown: ${positionals.join(' ')}`);
  const options = { ...(values.quick ? QUICK : FULL), command, quick: values.quick ?? false };
  if (values.endpoints !== undefined) options.endpoints = list(values.endpoints, Object.keys(ENDPOINTS), 'endpoint');
  if (values.peers !== undefined) options.peers = list(values.peers, [...PEER_NAMES, 'pgbench', 'none'], 'peer');
  else options.peers = [...options.peers, 'pgbench'];
  if (values.clients !== undefined) options.clients = values.clients.split(',').map((text) => number(text, '--clients', 1));
  if (values.data !== undefined) {
    options.data = values.data === 'both' ? ['demo', 'large'] : list(values.data, ['demo', 'large'], 'size of data');
  }
  if (values.seconds !== undefined) options.seconds = options.mixedSeconds = number(values.seconds, '--seconds', 0.5);
  if (values.rounds !== undefined) options.rounds = number(values.rounds, '--rounds', 1);
  if (values['no-mixed'] || values.endpoints !== undefined) options.mixed = false;
  options.chosen = values.endpoints !== undefined || values.clients !== undefined;
  options.requests = number(values.requests ?? '1000000', '--requests', 1000);
  return { ...options, state: values.state, build: values.build, json: values.json, publish: values.publish ?? false };
}

// The points of a run, in order: what writes comes last.
export function pointsOf({ endpoints, clients, chosen }, data) {
  const middle = clients.includes(32) ? [32] : [clients[Math.floor(clients.length / 2)]];
  const points = [];
  for (const endpoint of [...endpoints].sort((a, b) => Boolean(ENDPOINTS[a].writes) - Boolean(ENDPOINTS[b].writes))) {
    if (data === 'large' && !chosen && !ON_LARGE.includes(endpoint)) continue;
    const few = data === 'large' || AT_32_ONLY.includes(endpoint);
    for (const count of few && !chosen ? middle : clients) points.push({ endpoint, clients: count });
  }
  return points;
}
