// A session of its own in the database, for tests that must hold something while requests are made.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';

export class DatabaseSession {
  #psql;

  #output = '';

  #complaints = '';

  constructor(databaseUrl) {
    this.#psql = spawn('psql', ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-d', databaseUrl], { stdio: 'pipe' });
    this.#psql.stdout.setEncoding('utf8').on('data', (text) => { this.#output += text; });
    this.#psql.stderr.setEncoding('utf8').on('data', (text) => { this.#complaints += text; });
    this.#psql.stdin.on('error', () => {}); // psql ended, as #psql's exit tells
  }

  /** Runs the SQL and gives what psql printed, once all of it was carried out. */
  async run(sql) {
    const marker = `done ${randomUUID()}`;
    const start = this.#output.length;
    this.#psql.stdin.write(`${sql};\n\\echo ${marker}\n`);
    while (!this.#output.includes(marker, start)) {
      if (this.#psql.exitCode !== null) throw new Error(`psql ended: ${this.#complaints}`);
      await Promise.race([once(this.#psql.stdout, 'data'), once(this.#psql, 'exit')]);
    }
    return this.#output.slice(start, this.#output.indexOf(marker, start)).trim();
  }

  /** Ends the session; what was not committed is rolled back. */
  async end() {
    if (this.#psql.exitCode !== null) return;
    const exit = once(this.#psql, 'exit');
    this.#psql.stdin.end();
    await exit;
  }
}

/** Runs the action while a session of the superuser holds what the statement locks. */
export async function whileHolding(stack, statement, action) {
  const session = new DatabaseSession(stack.adminDatabaseUrl);
  try {
    await session.run(`begin; ${statement}`);
    return await action();
  } finally {
    await session.end();
  }
}

/** The statement that locks a product's row. */
export const lockOf = ({ productId }) => `select 1 from products where product_id = '${productId}' for update`;

/** Whether a worker waits for a lock. */
export const someoneWaits = async (stack) => (await stack.sql(
  "select 1 from pg_stat_activity where usename = 'stockpilot_app' and wait_event_type = 'Lock'")).length > 0;
