#!/usr/bin/env node
// Holds recorded traffic against docs/openapi.yaml.
//
//   openapi-drift.mjs [--api FILE] [--coverage] TRAFFIC…
//
// TRAFFIC is a .har or .ndjson file, or a folder with such (traffic.mjs says what is in them). A
// finding is an answer that is not documented, in its status, headers or body, and, with --coverage, a
// documented status that no traffic shows. Redocly's own drift check reads the HAR traffic as well: it
// sees requests that were accepted although they are not documented. Ends with 1 if anything is found.

import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Description } from './openapi-description.mjs';
import { readTraffic } from './traffic.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));

/** OPTIONS is the same for every path and stands in the document's introduction only. */
function optionsErrors({ status, headers, body }) {
  if (status !== 204) return [`OPTIONS answers 204, not ${status}`];
  if (body !== '') return ['OPTIONS has a body'];
  const told = headers.has('allow') || headers.has('access-control-allow-methods');
  return told ? [] : ['OPTIONS names no methods'];
}

/** A problem document says again what stands around it. */
function problemErrors({ status, headers, body }) {
  if (!headers.get('content-type')?.startsWith('application/problem+json') || body === '') return [];
  const problem = JSON.parse(body);
  return [
    ...(problem.status === status ? [] : [`the problem says status ${problem.status}`]),
    ...(problem.requestId === headers.get('x-request-id') ? []
      : ['the problem has another requestId than the header']),
  ];
}

function answerErrors(description, exchange) {
  const { method, path: pathname, status, headers, body } = exchange;
  if (description.isOutside(pathname)) return [];
  const operation = description.findOperation(method, pathname);
  if (method === 'OPTIONS' && status < 400 && description.findPath(pathname)) {
    return optionsErrors(exchange);
  }
  const response = description.findResponse(operation, status);
  if (!response) {
    return [operation ? `the status ${status} is not documented` : 'nothing is documented here'];
  }
  const headerErrors = description.headerErrors(response, headers);
  if (method === 'HEAD') return body === '' ? headerErrors : [...headerErrors, 'HEAD has a body'];
  const bodyErrors = description.bodyErrors(response, headers, body);
  return [...headerErrors, ...bodyErrors, ...(bodyErrors.length ? [] : problemErrors(exchange))];
}

/** Answers that the description does not have, each kind once with the number of times it came. */
export function undocumented(description, traffic) {
  const kinds = new Map();
  for (const exchange of traffic) {
    for (const error of answerErrors(description, exchange)) {
      const operation = description.findOperation(exchange.method, exchange.path);
      const name = `${exchange.method} ${operation?.template ?? exchange.path}`;
      const text = `${name} → ${exchange.status}: ${error}`;
      const kind = kinds.get(text) ?? { text, source: exchange.source, count: 0 };
      kind.count += 1;
      kinds.set(text, kind);
    }
  }
  return [...kinds.values()].map(({ text, source, count }) =>
    `${text} (${source}${count > 1 ? ` and ${count - 1} more` : ''})`);
}

/** Documented statuses that the traffic does not show. */
export function unseen(description, traffic) {
  const seen = new Set();
  for (const { method, path: pathname, status } of traffic) {
    const operation = description.findOperation(method, pathname);
    const response = description.findResponse(operation, status);
    if (!response) continue;
    if (method !== 'HEAD' && operation) seen.add(`${operation.operationId} ${status}`);
    seen.add(response.pointer);
  }
  const anywhere = new Map();
  const findings = [];
  const demand = (name, response, key) => {
    const observed = description.observed(response);
    if (observed === 'each' && !seen.has(key)) findings.push(`${name} was never seen`);
    if (observed === 'once') anywhere.set(response.pointer, name.split(' ').at(-1));
  };
  for (const operation of description.operations()) {
    for (const status of Object.keys(operation.responses)) {
      demand(`${operation.method.toUpperCase()} ${operation.template} → ${status}`,
        description.findResponse(operation, status), `${operation.operationId} ${status}`);
    }
  }
  for (const [status, response] of description.anyRequestResponses()) {
    demand(`any request → ${status}`, response, response.pointer);
  }
  for (const [pointer, status] of anywhere) {
    if (!seen.has(pointer)) findings.push(`any request → ${status} was never seen`);
  }
  return findings;
}

/** A request that is not as documented is no drift when it was refused: tests send those on purpose. */
function isDrift({ severity, target, status }) {
  return severity !== 'info' && (target === 'response' || status < 400);
}

/** What Redocly's drift check finds in the part of the traffic that concerns documented operations. */
function redoclyFindings(api, description, traffic) {
  const entries = traffic.filter(({ entry, method, path: pathname }) =>
    entry && method !== 'HEAD' && description.findOperation(method, pathname)).map(({ entry }) => entry);
  const origins = new Set(entries.map((entry) => new URL(entry.request.url).origin));
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'stockpilot-drift-'));
  try {
    return [...origins].map((origin) => {
      const har = path.join(folder, 'traffic.har');
      const report = path.join(folder, 'report.json');
      const log = { version: '1.2', creator: { name: 'stockpilot', version: '1' },
        entries: entries.filter((entry) => new URL(entry.request.url).origin === origin) };
      fs.writeFileSync(har, JSON.stringify({ log }));
      fs.rmSync(report, { force: true });
      runRedocly(['drift', har, '--api', api, '--server', origin, '--format', 'json',
        '--ignore-cookies', '--ignore-headers', '*', '--output', report], report);
      const { problems } = JSON.parse(fs.readFileSync(report, 'utf8'));
      return new Set(problems.filter(isDrift).map((problem) => {
        const place = problem.details?.operationPathTemplate ?? problem.path;
        return `${problem.method} ${place} → ${problem.status}: ${problem.message} [redocly drift]`;
      }));
    }).flatMap((kinds) => [...kinds]);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

/** It ends with 1 when it finds something, and then the report is there. */
function runRedocly(args, report) {
  const program = path.join(here, 'node_modules/@redocly/cli/bin/cli.js');
  const environment = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };
  try {
    execFileSync(process.execPath, [program, ...args], { env: environment, stdio: 'pipe' });
  } catch (error) {
    if (!fs.existsSync(report)) throw new Error(`redocly ${args[0]} failed: ${error.stderr}`);
  }
}

function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      api: { type: 'string', default: path.join(here, '../../docs/openapi.yaml') },
      coverage: { type: 'boolean', default: false },
    },
  });
  const traffic = readTraffic(positionals);
  if (traffic.length === 0) throw new Error('no traffic was recorded');
  const description = Description.fromFile(values.api);
  const findings = [
    ...undocumented(description, traffic),
    ...redoclyFindings(values.api, description, traffic),
    ...(values.coverage ? unseen(description, traffic) : []),
  ];
  for (const finding of findings) console.log(finding);
  console.log(`${traffic.length} exchanges, ${findings.length} findings`);
  process.exitCode = findings.length > 0 ? 1 : 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
