// The limit that the database sets: pgbench with the statements of one endpoint, in a pipeline as StockPilot sends them.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { cpuSeconds } from './processes.mjs';
import { SEARCH_LIMIT } from './requests.mjs';
import { Statements } from './statements.mjs';

const PROGRAM = '/usr/lib/postgresql/15/bin/pgbench';
const MOST_SCRIPTS = 40; // pgbench has no texts to draw from: a script for each product or term

let underWay = null;

export function abortPgbench() {
  underWay?.kill('SIGKILL');
}

// A line "@NAME VALUE, …" of a template becomes the statement of that name with these values in its places.
function filled(template, statements) {
  return template.replaceAll(/^@(\w+)(?: (.*))?$/gm, (_, name, list = '') => {
    const statement = statements.get(name);
    const values = list === '' ? [] : list.split(/,\s*(?![^()]*\))/);
    if (values.length !== statement.parameters) {
      throw new Error(`bench/pgbench: ${name} takes ${statement.parameters} values now, not ${values.length}`);
    }
    return `${statement.sql.replaceAll(/\$([0-9]+)/g, (__, number) => values[number - 1])};`;
  });
}

export class Pgbench {
  constructor({ stack, shop, directory, clients }) {
    Object.assign(this, { stack, shop, clients, directory: join(directory, 'pgbench') });
    this.statements = new Statements(stack.repository);
    this.actor = stack.sql("select user_id from users where role = 'staff' order by user_id limit 1");
    mkdirSync(this.directory, { recursive: true });
  }

  // The scripts of an endpoint, or none when there is no template for it.
  scripts(endpoint) {
    let template;
    try {
      template = readFileSync(join(this.stack.repository, 'bench/pgbench', `${endpoint}.sql`), 'utf8');
    } catch {
      return [];
    }
    template = filled(template, this.statements);
    const texts = template.includes(':product_id') ? this.shop.productIds : this.shop.terms;
    const drawn = /:(product_id|pattern)/.test(template) ? texts.slice(0, MOST_SCRIPTS) : [''];
    return drawn.map((text, index) => {
      const file = join(this.directory, `${endpoint}-${index}.sql`);
      writeFileSync(file, template.replaceAll(':product_id', `:text${index}`).replaceAll(':pattern', `:text${index}`)
        .replaceAll(':rows', SEARCH_LIMIT + 1));
      const value = template.includes(':pattern') ? `%${text}%` : text;
      return { file, define: text === '' ? [] : ['-D', `text${index}=${value}`] };
    });
  }

  async run(endpoint, { seconds }) {
    const scripts = this.scripts(endpoint);
    if (scripts.length === 0) return null;
    // The first second goes into connecting and preparing every statement of every script, and of the last one pgbench
    // does not always tell.
    const args = ['-n', '-M', 'prepared', '-c', this.clients, '-j', 2, '-T', Math.max(1, Math.round(seconds)) + 2, '-P', 1,
      '-D', `actor=${this.actor}`, ...scripts.flatMap(({ file, define }) => ['-f', file, ...define])];
    let before = null;
    let after = null;
    const counts = [];
    const output = await this.#output(args.map(String), (line) => {
      const [, tps] = /^progress: [0-9.]+ s, ([0-9.]+) tps/.exec(line) ?? [];
      if (tps === undefined) return;
      after = cpuSeconds(this.stack.postgresPids);
      before ??= after;
      counts.push(Number(tps));
    });
    const failed = Number(/failed transactions: ([0-9]+)/.exec(output)?.[1] ?? 0);
    const measured = counts.slice(1);
    if (measured.length === 0) throw new Error(`pgbench said:\n${output}`);
    const transactions = measured.reduce((sum, count) => sum + count, 0);
    return {
      perSecond: transactions / measured.length, errors: failed, cpu: { postgres: ((after - before) / transactions) * 1e6 },
    };
  }

  #output(args, atLine) {
    return new Promise((resolve, reject) => {
      let output = '';
      const child = spawn(PROGRAM, args, {
        env: { ...process.env, ...this.stack.appEnvironment }, stdio: ['ignore', 'pipe', 'pipe'],
      });
      underWay = child;
      for (const stream of [child.stdout, child.stderr]) {
        createInterface({ input: stream }).on('line', (line) => {
          output += `${line}\n`;
          atLine(line);
        });
      }
      child.once('error', reject);
      child.once('close', (code) => {
        underWay = null;
        if (code === 0) resolve(output);
        else reject(new Error(`pgbench ended with ${code}:\n${output.slice(-2000)}`));
      });
    });
  }
}
