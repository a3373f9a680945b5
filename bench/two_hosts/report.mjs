// The figures as Markdown, for a terminal and for docs/scaling.md, between its marks; and as JSON beside those of the other benches.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { ratioOf } from './throughput.mjs';

const DOCUMENT = 'docs/scaling.md';
const FIGURES = 'docs/performance/two-hosts.json';
const MARKED = /(?<=<!-- \.\/dev bench two-hosts --publish writes from here -->\n)[^]*(?=<!-- to here -->\n)/;

const whole = (number) => Math.round(number).toLocaleString('en').replaceAll(',', ' ');
const tenths = (number) => number.toFixed(number < 100 ? 1 : 0);
const seconds = (number) => (number === null ? '–' : `${number.toFixed(1)} s`);
const times = (number) => `${number.toFixed(2)}×`;
const counts = (all) => Object.entries(all).map(([name, count]) => `${count} × ${name}`).join(', ') || 'none';

function table(head, rows, texts = 1) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, index) => (index < texts ? '---' : '--:'))), ...rows.map(line), ''].join('\n');
}

function throughput({ throughput: cases }) {
  const label = { reads: 'dashboard, products, search', sales: 'sales of one line' };
  const rows = cases.map((one) => [one.label, label[one.mix], whole(one.perSecond), tenths(one.p50), tenths(one.p99),
    whole(one.cpu.application + one.cpu.nginx), whole(one.cpu.postgres), Object.values(one.share).filter(Boolean).map(whole).join(' : '),
    Object.values(one.connections).join(' + ')]);
  const of = (name, mix) => cases.find((one) => one.label === name && one.mix === mix);
  const ratio = (mix) => times(ratioOf(of('two hosts', mix), of('one host', mix), 'perSecond'));
  return [`**The same ${cases[0].clients} clients, one host or two.** All share the same processors, so that this shows no gain of the second host, only that`,
    `the work is dealt evenly and costs about as much: two hosts answer ${ratio('reads')} as many reads and ${ratio('sales')} as many sales. CPU:`,
    'microseconds for each request, of nginx, workers and notifiers of both hosts, and of both databases. Connections: of the first and the second',
    'host, at the primary; a host keeps its connections while it gets no requests.', '',
    table(['', 'requests', 'per second', 'p50 ms', 'p99 ms', 'hosts, CPU µs', 'databases, CPU µs', 'dealt', 'connections'], rows, 2)].join('\n');
}

const LOST = { silent: 'silent: its power, or its network', killed: 'all its programs killed' };

function losses({ losses: lost, drain }) {
  const rows = lost.map((one) => [LOST[one.how], seconds(one.noticed), String(one.failed), counts(one.outcomes), seconds(one.lastFailureSent),
    seconds(one.lastFailure), seconds(one.longestSale), seconds(one.back)]);
  rows.push(['taken out in good order, and ended', '', String(drain.failed), counts(drain.outcomes), '–', '–', seconds(drain.longestSale), '']);
  return table(['a host is', 'noticed after', 'failed', 'as clients saw it', 'last one sent after', 'and failed after', 'longest sale',
    'started and in again after'], rows);
}

const GONE = { silent: 'the host, silent', killed: 'the postmaster, killed' };

function failovers({ failovers: all }) {
  return table(['the primary is lost', 'reached', 'promoted after', 'first sale after that', 'failed', 'as clients saw it', 'last one sent after',
    'without a sale', 'longest sale'], all.map((one) => [GONE[one.how], one.through, seconds(one.promoted), seconds(one.firstSale), String(one.failed),
    counts(one.outcomes), seconds(one.lastFailureSent), seconds(one.withoutSales), seconds(one.longestSale)]), 2);
}

function pooler({ pooler: { version, cost, connections, transaction, failover } }) {
  const rows = Object.entries(cost).map(([mix, one]) => [mix, times(one.perSecond), times(one.p50), times(one.p99)]);
  const causes = transaction.causes.map(({ count, text }) => `\`${text.slice(0, 100)}\` (${count})`);
  return [`**Through PgBouncer ${version} in session mode**, beside directly, in the same rounds:`, '',
    table(['', 'requests a second', 'p50', 'p99'], rows),
    `Connections at the primary then, all from the pooler: ${Object.values(connections).join(' + ')}. Asked by libpq for a server that takes writes, a`,
    `pooler that leads to a standby which is promoted meanwhile says ${failover.promotionSeenThroughPooler ? 'yes' : 'no'} afterwards.`, '',
    `**In transaction mode**, with ${transaction.connections} connections: of reads ${counts(transaction.reads)}; of sales ${counts(transaction.writes)}. The log:`,
    `${causes[0] ?? 'nothing'}.`, ''].join('\n');
}

export function report(results) {
  const { processor, cores, workers, healthCheck, haste, alerts, sales } = results;
  return [
    `\`./dev bench two-hosts --publish\` on ${results.began.slice(0, 10)}, with ${cores} cores of ${processor} for everything: clients, balancer, hosts, databases.`,
    `${workers} workers a host. Checks of /readyz are ${haste} times as frequent as the template's (each ${healthCheck.interval} s, ${healthCheck.unhealthy} in a row,`,
    `${healthCheck.timeout} s of patience): what waits for them takes ${haste} times as long on AWS. The losses had 8 tills and 8 readers; ${whole(sales)} sales were`,
    `acknowledged in all, each is there once, and the books add up. At the end ${alerts.alerts} products ran low at once: ${alerts.mails} mails, by two notifiers.`, '',
    ...(results.throughput ? [throughput(results)] : []),
    ...(results.losses.length ? [losses(results)] : []),
    ...(results.failovers.length ? [failovers(results)] : []),
    ...(results.pooler ? [pooler(results)] : []),
  ].join('\n');
}

export function publish(repository, results) {
  if (!results.throughput || results.losses.length < 2 || !results.pooler) throw new Error('a whole run is published, or nothing');
  const document = readFileSync(join(repository, DOCUMENT), 'utf8');
  if (!MARKED.test(document)) throw new Error(`${DOCUMENT} has lost its marks`);
  writeFileSync(join(repository, DOCUMENT), document.replace(MARKED, () => report(results)));
  writeFileSync(join(repository, FIGURES), `${JSON.stringify(results, null, 2)}\n`);
}
