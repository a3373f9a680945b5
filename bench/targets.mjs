// The targets, each with the figure that was measured: { what, target, measured, outcome }.
import { readFileSync } from 'node:fs';

import { OURS } from './systems.mjs';
import { most } from './statistics.mjs';

const AT = 32;
const PER_MIB = 1024;

const pointOf = (results, endpoint, data = results.options.data[0]) => results.points.find((point) => (
  point.endpoint === endpoint && point.data === data && point.clients === AT));

const cpuSum = ({ application, nginx }) => (application === null || nginx === null ? null : application + nginx);

// For each kind of target: the number, or null when this run has not measured it; and its unit.
const FIGURES = {
  ratio: (results, { endpoint, system }) => [pointOf(results, endpoint)?.ratios[system] ?? null, '×'],
  cpu: (results, { endpoint }) => {
    const ours = pointOf(results, endpoint)?.systems[OURS];
    return [ours ? cpuSum(ours.cpu) : null, ' µs'];
  },
  latency: (results, { endpoints, clients, field }) => {
    const points = results.points.filter((point) => (
      endpoints.includes(point.endpoint) && point.clients === clients && point.data === results.options.data[0]));
    return [points.length > 0 ? most(points.map((point) => point.systems[OURS][field])) : null, ' ms'];
  },
  mixed: (results, { loop }) => [results.mixed?.systems[OURS][loop].ratio ?? null, '×'],
  token: (results, { field }) => [results.tokens?.[field] ?? null, ' µs'],
  database: (results, { endpoint }) => [pointOf(results, endpoint)?.systems[OURS].cpu.postgres ?? null, ' µs'],
  data: (results, { endpoint }) => {
    const demo = pointOf(results, endpoint, 'demo')?.systems[OURS].perSecond;
    const large = pointOf(results, endpoint, 'large')?.systems[OURS].perSecond;
    return [demo && large ? demo / large : null, '×'];
  },
  memory: (results, { field }) => {
    const memory = results.memory?.[OURS];
    const workers = memory?.processes.filter(({ name, pss }) => name.startsWith('stockpilot-api') && pss) ?? [];
    if (workers.length === 0) return [null, ' MiB'];
    return [(field === 'worker' ? most(workers.map(({ pss }) => pss)) : memory.application) / PER_MIB, ' MiB'];
  },
  start: (results) => [results.start?.milliseconds ?? null, ' ms'],
};

const digits = (number) => (number >= 100 ? number.toFixed(0) : number.toFixed(number >= 10 ? 1 : 2));

function judged(results, target) {
  const [number, unit] = FIGURES[target.kind](results, target);
  const wanted = target.least === undefined ? `≤ ${target.most}${unit}` : `≥ ${target.least}${unit}`;
  if (number === null) return { target: wanted, measured: '', outcome: 'not measured' };
  const met = target.least === undefined ? number <= target.most : number >= target.least;
  return { target: wanted, measured: digits(number) + unit, outcome: met ? 'ok' : 'missed' };
}

function flatness({ million }) {
  if (!million) return { target: 'flat', measured: '', outcome: 'not measured' };
  return { target: 'flat', measured: `${million.requests} requests, worker ${digits(million.workerMebibytes)} MiB`, outcome: million.failed ? 'missed' : 'ok' };
}

export function judgeTargets(results) {
  const targets = JSON.parse(readFileSync(new URL('targets.json', import.meta.url), 'utf8'));
  return targets.map((target) => {
    return { what: target.what, ...(target.kind === 'flat' ? flatness(results) : judged(results, target)) };
  });
}
