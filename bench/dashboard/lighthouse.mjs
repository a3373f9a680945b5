// Lighthouse on one page, in a browser that is signed in already.
import lighthouse, { desktopConfig } from 'lighthouse';
import { median } from '../statistics.mjs';

/** What is measured: the name, where Lighthouse has it, and what it is multiplied by. */
const SCORES = { performance: 'performance', accessibility: 'accessibility', bestPractices: 'best-practices' };
const AUDITS = { lcp: 'largest-contentful-paint', cls: 'cumulative-layout-shift', tbt: 'total-blocking-time' };

// Not its own storage reset: the session would be gone. Search engines have no business here, so SEO is left out.
const flags = (port) => ({ port, output: 'json', logLevel: 'error', disableStorageReset: true, onlyCategories: Object.values(SCORES) });

async function measureOnce(url, port, device) {
  const { lhr } = await lighthouse(url, flags(port), device === 'desktop' ? desktopConfig : undefined);
  if (lhr.runtimeError) throw new Error(`${url}: ${lhr.runtimeError.message}`);
  if (new URL(lhr.finalDisplayedUrl).pathname !== new URL(url).pathname) throw new Error(`${url} led to ${lhr.finalDisplayedUrl}`);
  const scores = Object.entries(SCORES).map(([name, id]) => [name, Math.round(lhr.categories[id].score * 100)]);
  const audits = Object.entries(AUDITS).map(([name, id]) => [name, lhr.audits[id].numericValue]);
  const failed = Object.values(lhr.categories).flatMap((category) => category.auditRefs.filter(({ id, weight }) => weight > 0
    && category.id !== 'performance' && lhr.audits[id].score !== null && lhr.audits[id].score < 1).map(({ id }) => id));
  return { ...Object.fromEntries([...scores, ...audits]), failed, processor: lhr.environment.benchmarkIndex };
}

/**
 * The medians of so many runs. `failed` are the audits that any of them failed, those of speed aside; `processor` is how quick Lighthouse found the
 * machine in each of them (its benchmarkIndex).
 */
export async function measure(url, port, device, rounds) {
  const runs = [];
  for (let round = 0; round < rounds; round += 1) runs.push(await measureOnce(url, port, device));
  const names = [...Object.keys(SCORES), ...Object.keys(AUDITS)];
  return {
    ...Object.fromEntries(names.map((name) => [name, median(runs.map((run) => run[name]))])),
    failed: [...new Set(runs.flatMap((run) => run.failed))],
    processor: runs.map((run) => run.processor),
  };
}
