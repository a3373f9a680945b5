// PostgreSQL on a host: a primary, or a standby that has everything on its disk before the primary acknowledges it.
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { until } from './waiting.mjs';

const PROGRAMS = '/usr/lib/postgresql/15/bin';
const AS_POSTGRES = ['setpriv', '--reuid=postgres', '--regid=postgres', '--init-groups', '--'];
const MAX_CONNECTIONS = 100;

export class Database {
  #program;

  constructor(host, passwords) {
    Object.assign(this, { host, passwords, name: host.name });
    this.directory = join(host.folder, `${host.name}-data`);
  }

  get pid() { return this.#program.pid; }

  /** An empty folder that is its own. */
  #empty() {
    rmSync(this.directory, { recursive: true, force: true });
    mkdirSync(this.directory, { mode: 0o700 });
    execFileSync('chown', ['postgres:', this.directory]);
  }

  /** Makes a cluster of its own, with the roles, the schema, and the demo shop where it is wanted. */
  async initialise({ repository, build, demo }) {
    this.#empty();
    await this.host.run(AS_POSTGRES[0], [...AS_POSTGRES.slice(1), join(PROGRAMS, 'initdb'), '-D', this.directory, '-U', 'postgres',
      '--auth-local=trust', '--auth-host=scram-sha-256', '--encoding=UTF8', '--locale=C.UTF-8', '--no-sync']);
    appendFileSync(join(this.directory, 'pg_hba.conf'), 'host all all samenet scram-sha-256\nhost replication replicator samenet scram-sha-256\n');
    await this.start();
    const { owner, app, replicator } = this.passwords;
    this.sql(`create role replicator login replication password '${replicator}'`, 'postgres');
    this.sql('create database stockpilot', 'postgres');
    this.#psql('stockpilot', ['-v', `owner_password=${owner}`, '-v', `app_password=${app}`, '-f', join(repository, 'sql/roles.sql')]);
    const env = { ...process.env, DATABASE_URL: `postgresql://stockpilot_owner:${owner}@${this.host.address}/stockpilot` };
    execFileSync(join(build, 'stockpilotctl'), ['migrate', '--config', '/dev/null', '--directory', join(repository, 'sql/migrations')],
      { env, stdio: ['ignore', 'ignore', 'pipe'] });
    if (demo) execFileSync(join(repository, 'sql/demo/load'), [], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  }

  /** Copies another one and follows it; when this returns, that one waits for this one's disk at each commit. */
  async follow(primary) {
    this.#empty();
    await this.host.run(AS_POSTGRES[0], [...AS_POSTGRES.slice(1), join(PROGRAMS, 'pg_basebackup'), '-D', this.directory, '-R', '-X', 'stream',
      '-c', 'fast', '--no-sync', '-d', `host=${primary.host.address} user=replicator connect_timeout=5`], { env: { PGPASSWORD: this.passwords.replicator } });
    await this.start();
    primary.sql("alter system set synchronous_standby_names = '*'");
    primary.sql('select pg_reload_conf()');
    await until(() => primary.sql("select count(*) from pg_stat_replication where sync_state = 'sync'") === '1', { what: 'a standby in step' });
  }

  async start() {
    await this.host.run('install', ['-d', '-o', 'postgres', '/run/postgresql']);
    // What a server that was killed has left names a process that is nobody now.
    rmSync(join(this.directory, 'postmaster.pid'), { force: true });
    const settings = ['listen_addresses=*', 'unix_socket_directories=/run/postgresql', `max_connections=${MAX_CONNECTIONS}`,
      'deadlock_timeout=200ms', `cluster_name=${this.name}`, 'wal_keep_size=256MB'];
    this.#program = this.host.start('postgres', [...AS_POSTGRES, join(PROGRAMS, 'postgres'), '-D', this.directory,
      ...settings.flatMap((setting) => ['-c', setting])]);
    await this.#program.untilSaid('database system is ready to accept');
  }

  #psql(database, parameters, input = '') {
    return execFileSync('psql', ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-h', this.host.file('/run/postgresql'), '-U', 'postgres',
      '-d', database, ...parameters], { input, encoding: 'utf8', maxBuffer: 1 << 26, stdio: ['pipe', 'pipe', 'pipe'] }).trim();
  }

  sql(text, database = 'stockpilot') { return this.#psql(database, ['-f', '-'], text); }

  rows(query) { return JSON.parse(this.sql(`with q as (${query}) select coalesce(json_agg(q), '[]') from q`)); }

  /** Becomes the primary, which waits for nobody. */
  promote() {
    this.sql('alter system reset synchronous_standby_names');
    this.sql('select pg_reload_conf()');
    if (this.sql('select pg_promote(true, 60)') !== 't') throw new Error(`${this.name} does not become the primary`);
  }

  /** Ends the postmaster, and leaves its host alone. */
  async kill() {
    process.kill(this.pid, 'SIGKILL');
    await this.#program.exit;
  }

  /** How many connections of the application it has now, by the address they come from. */
  connections() {
    return Object.fromEntries(this.rows(`select host(client_addr) as address, count(*)::integer as count from pg_stat_activity
      where usename = 'stockpilot_app' group by 1 order by 1`).map(({ address, count }) => [address, count]));
  }
}
