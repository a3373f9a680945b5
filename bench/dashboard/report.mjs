// The figures as a table, with what misses its target in bold, and why audits failed.
import { cpus } from 'node:os';
import { STYLE_TARGET } from '../../tests/browser/pages.mjs';
import { median } from '../statistics.mjs';
import { isMet, TARGETS } from './targets.mjs';

const WHAT = {
  performance: ['performance', (value) => String(Math.round(value))],
  accessibility: ['access', (value) => String(Math.round(value))],
  bestPractices: ['best practices', (value) => String(Math.round(value))],
  lcp: ['LCP', (value) => `${(value / 1000).toFixed(2)} s`],
  cls: ['CLS', (value) => value.toFixed(3)],
  tbt: ['TBT', (value) => `${Math.round(value)} ms`],
};
const bound = ({ least, most }, show) => (least === undefined ? `≤ ${show(most)}` : `≥ ${show(least)}`);
const cell = (value, target, show) => (isMet(value, target) ? show(value) : `**${show(value)}**`);

function table(results, device) {
  const columns = Object.entries(TARGETS[device]);
  return [
    `| ${device} | ${columns.map(([name]) => WHAT[name][0]).join(' | ')} |`,
    `| --- |${' --: |'.repeat(columns.length)}`,
    `| *target* | ${columns.map(([name, target]) => `*${bound(target, WHAT[name][1])}*`).join(' | ')} |`,
    ...results.map(({ name, devices }) => `| ${name} | ${columns.map(([what, target]) => cell(devices[device][what], target, WHAT[what][1])).join(' | ')} |`),
  ].join('\n');
}

const kilobytes = (value) => `${value.toFixed(1)} kB`;

const weights = (results) => [
  '| loaded, gzip | scripts | target | style sheets | target |',
  '| --- | --: | --: | --: | --: |',
  ...results.map(({ name, weight, target }) => `| ${name} | ${cell(weight.script, { most: target.script }, kilobytes)} | ${target.script} kB `
    + `| ${cell(weight.style, { most: STYLE_TARGET }, kilobytes)} | ${STYLE_TARGET} kB |`),
].join('\n');

function failures(results) {
  const told = results.flatMap(({ name, devices }) => Object.entries(devices).flatMap(([device, { failed }]) => failed.map((id) => `- ${name}, ${device}: \`${id}\``)));
  return told.length > 0 ? `\nAudits that failed, those of speed aside:\n\n${told.join('\n')}\n` : '';
}

function processor(results) {
  const found = results.flatMap(({ devices }) => Object.values(devices).flatMap((device) => device.processor));
  return `${Math.round(median(found))} (${Math.round(Math.min(...found))} to ${Math.round(Math.max(...found))})`;
}

/** Of all pages: a part of a Markdown document. */
export const report = (results, rounds) => `\`./dev bench dashboard --rounds ${rounds} --publish\`, with the small demo shop, signed in as an administrator; medians of ${rounds} runs of Lighthouse 12
for each page and device, each with its own throttling of processor and network. Bold misses its target.
On ${cpus().length} processors (${cpus()[0].model}) that carried browser, dashboard, API and database; Lighthouse's measure of them, the benchmarkIndex, was
${processor(results)}.

${table(results, 'desktop')}

${table(results, 'mobile')}

${weights(results)}
${failures(results)}`;
