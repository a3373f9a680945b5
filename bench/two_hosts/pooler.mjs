// PgBouncer, as Debian has it, between the application hosts and the database: one that leads to the primary, and is told when that is
// another host, and one beside it that goes on leading to the host that is the standby at first.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const PORT = 6432;
const OTHER_PORT = 6433;
/** So many connections to the database in transaction mode: fewer than workers, or it would be of no use. */
export const TRANSACTION_POOL = 4;

export class Pooler {
  #program;

  /** `program`: Debian's, or that of another release. */
  constructor(host, passwords, program) { Object.assign(this, { host, passwords, program, users: join(host.folder, 'pooler-users.txt') }); }

  async start(primary, standby) {
    writeFileSync(this.users, `"stockpilot_app" "${this.passwords.app}"\n`);
    await this.host.run('chown', ['postgres:', this.users]);
    await this.host.run('chmod', ['600', this.users]);
    this.#program = await this.#launch(primary, PORT);
    await this.#launch(standby, OTHER_PORT);
  }

  async #launch(database, port) {
    const program = this.host.start('pgbouncer', ['setpriv', '--reuid=postgres', '--regid=postgres', '--init-groups', '--', this.program,
      this.#configure(database, port)]);
    await program.untilSaid('process up');
    return program;
  }

  #configure({ host }, port) {
    const file = join(this.host.folder, `pooler-${port}.ini`);
    writeFileSync(file, `[databases]
stockpilot = host=${host.address} pool_mode=session pool_size=60
stockpilot_transaction = host=${host.address} dbname=stockpilot pool_mode=transaction pool_size=${TRANSACTION_POOL}
[pgbouncer]
listen_addr = ${this.host.address}
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${this.users}
max_client_conn = 200
server_login_retry = 1
`);
    return file;
  }

  /** What a name that leads to another host does in production: its clients find the new primary behind the old address. */
  lead(primary) {
    this.#configure(primary, PORT);
    process.kill(this.#program.pid, 'SIGHUP');
  }

  url(database = 'stockpilot', port = PORT) {
    return `postgresql://stockpilot_app:${this.passwords.app}@${this.host.address}:${port}/${database}`;
  }

  /** Does libpq take what is behind the other pooler for a server that takes writes? */
  otherTakesWrites() {
    return this.host.run('psql', ['-X', '-At', '-c', 'select 1', `${this.url('stockpilot', OTHER_PORT)}?target_session_attrs=read-write`])
      .then(() => true, () => false);
  }

  async version() { return (await this.host.run(this.program, ['--version'])).split('\n', 1)[0].replace('PgBouncer ', ''); }
}
