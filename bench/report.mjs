// Where the results go: the terminal, a folder of the state, and with --publish docs/performance/.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { drawChart } from './chart.mjs';
import { say } from './progress.mjs';
import { median } from './statistics.mjs';
import { asMarkdown, asText, sectionsOf } from './table.mjs';
import { judgeTargets } from './targets.mjs';

const MOST_FOREIGN_CPU = 0.1;

// Paths and passwords of this machine have no business in a file that is published.
function published({ options, ...results }) {
  const { state, build, json, publish, aborted, ...kept } = options;
  return { ...results, options: kept };
}

function introduction(results) {
  const { machine, shops } = results;
  const shop = Object.entries(shops).map(([name, { products, sales }]) => `${name}: ${products} products, ${sales} sales`).join('; ');
  return `Measured on ${results.began.slice(0, 10)} with ${machine.cores} cores of ${machine.processor}, everything on one machine; `
    + `${results.options.rounds} interleaved rounds of ${results.options.seconds} s, medians. ${shop}. `
    + '"ours is": how many times as many requests a second StockPilot answers, the median of the ratios within a round. '
    + 'CPU: application and nginx, for each request.';
}

function write(directory, results, sections) {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'results.json'), `${JSON.stringify(published(results), null, 1)}\n`);
  writeFileSync(join(directory, 'table.md'), `${introduction(results)}\n\n${sections.map(asMarkdown).join('\n')}`);
  const chart = drawChart(results);
  if (chart) writeFileSync(join(directory, 'chart.svg'), chart);
}

export function report(results, options, repository) {
  Object.assign(results, { targets: judgeTargets(results) });
  const sections = sectionsOf(results);
  process.stdout.write(`\n${sections.map(asText).join('\n\n')}\n\n`);
  for (const one of [results.tokens, results.start]) if (one) process.stdout.write(`${one.text}\n`);
  const directory = join(options.state, 'results', results.began.replaceAll(/[:.]/g, '-'));
  write(directory, results, sections);
  if (options.json) writeFileSync(options.json, `${JSON.stringify(published(results), null, 1)}\n`);
  if (options.publish) write(join(repository, 'docs/performance'), results, sections);
  const failures = results.points.flatMap((point) => Object.entries(point.systems)
    .filter(([, system]) => system.errors + (system.starved ?? 0) > 0)
    .map(([name, system]) => `${name}, ${point.label}, ${point.clients} clients: ${system.errors} errors, ${system.starved} starved ${system.failure ?? ''}`));
  for (const failure of failures) process.stdout.write(`NOT CLEAN: ${failure}\n`);
  const foreign = median(results.points.flatMap(({ systems }) => Object.values(systems).map(({ foreignCpu }) => foreignCpu)));
  if (foreign > MOST_FOREIGN_CPU) {
    process.stdout.write(`DISTURBED: other programs, or the host of this machine, took ${Math.round(foreign * 100)} % of its CPU meanwhile.\n`);
  }
  const missed = results.targets.filter(({ outcome }) => outcome === 'missed').length;
  say(`done: ${results.points.length} points, ${missed} targets missed; results in ${directory}`
    + `${options.publish ? ' and docs/performance/' : ''}`);
}
