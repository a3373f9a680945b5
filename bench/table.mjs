// The results as text: tables for a terminal, and the same for Markdown.

const whole = (number) => (number === null || number === undefined ? '' : Math.round(number).toLocaleString('en').replaceAll(',', ' '));
const tenths = (number) => (number === null || number === undefined ? '' : number.toFixed(number < 100 ? 1 : 0));

// How many times as fast as this one ours is.
const ratio = (number) => (number === null || number === undefined ? '' : `${number.toFixed(number < 10 ? 2 : 1)}×`);

const cpuWithout = ({ application, nginx }) => (application === null || application === undefined ? null : application + nginx);
const cpuWith = (cpu) => {
  const server = cpuWithout(cpu);
  if (cpu.postgres === null || cpu.postgres === undefined) return server;
  return (server ?? 0) + cpu.postgres;
};

const HEAD = ['system', 'req/s', 'ours is', 'p50 ms', 'p99 ms', 'max ms', 'errors', 'starved', 'CPU µs', 'with PostgreSQL'];

function pointRows(point, labelOf) {
  return Object.entries(point.systems).sort(([, a], [, b]) => b.perSecond - a.perSecond).map(([name, system]) => [
    labelOf(name), whole(system.perSecond), ratio(point.ratios[name]), tenths(system.p50), tenths(system.p99),
    system.p50 === null ? '' : tenths(system.max), String(system.errors), String(system.starved),
    whole(cpuWithout(system.cpu)), whole(cpuWith(system.cpu)),
  ]);
}

const MIXED_HEAD = ['system', 'clients ask', 'req/s', 'p99 ms alone', 'p99 ms beside', 'ratio', 'max ms', 'errors', 'starved'];

function mixedRows(mixed, labelOf) {
  return Object.entries(mixed.systems).flatMap(([name, loops]) => Object.entries(loops).map(([loop, run]) => [
    labelOf(name), loop === 'full' ? 'at once' : 'half of that', whole(run.perSecond), tenths(run.p99Alone),
    tenths(run.p99Mixed), ratio(run.ratio), tenths(run.maxMixed), String(run.errors), String(run.starved),
  ]));
}

const mebibytes = (kilobytes) => (kilobytes === null ? 'n/a' : (kilobytes / 1024).toFixed(1));

// Sections: a title, the heads of the columns, the rows; and which columns are text.
export function sectionsOf(results) {
  const labelOf = (name) => results.systems?.[name]?.label ?? name;
  const sections = results.points.map((point) => ({
    title: `${point.label} · ${point.clients} clients · ${point.data} data`, head: HEAD, rows: pointRows(point, labelOf), texts: 1,
  }));
  if (results.mixed) {
    sections.push({
      title: `Mixed load, ${results.mixed.clients} clients: 94 % reads, 5 % writes, 1 % of 100 ms. Latency of the fast reads`,
      head: MIXED_HEAD,
      rows: mixedRows(results.mixed, labelOf),
      texts: 2,
    });
  }
  if (results.memory) {
    sections.push({
      title: 'Memory after the load, PSS in MiB',
      head: ['system', 'application', 'nginx', 'processes'],
      rows: Object.entries(results.memory).map(([name, memory]) => (
        [labelOf(name), mebibytes(memory.application), mebibytes(memory.nginx), String(memory.processes.length)])),
      texts: 1,
    });
  }
  // Of a run that was told what to measure, only what it has measured.
  const targets = (results.targets ?? []).filter(({ outcome }) => !results.options.chosen || /ok|missed/.test(outcome));
  if (targets.length > 0) {
    sections.push({
      title: 'Targets',
      head: ['what', 'target', 'measured', 'outcome'],
      rows: targets.map(({ what, target, measured, outcome }) => [what, target, measured, outcome]),
      texts: 1,
    });
  }
  return sections;
}

const widthsOf = ({ head, rows }) => head.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column].length)));

export function asText(section) {
  const widths = widthsOf(section);
  const line = (cells) => cells.map((cell, column) => (
    column < section.texts ? cell.padEnd(widths[column]) : cell.padStart(widths[column]))).join('  ').trimEnd();
  return [section.title, `  ${line(section.head)}`, ...section.rows.map((row) => `  ${line(row)}`)].join('\n');
}

export function asMarkdown(section) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  const rule = section.head.map((_, column) => (column < section.texts ? '---' : '--:'));
  return [`### ${section.title}`, '', line(section.head), line(rule), ...section.rows.map(line), ''].join('\n');
}
