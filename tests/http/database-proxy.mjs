// A TCP proxy between the workers and the PostgreSQL of a private stack, which fails them as a network would. It knows as much
// of the protocol as it takes to fail at a chosen moment: where a batch of messages ends, and that it was answered.
// https://www.postgresql.org/docs/15/protocol-message-formats.html
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';

/** Messages of a client that want an answer: Query, Sync and the password's. */
const ENDS_OF_BATCHES = new Set(['Q', 'S', 'p']);
const SYNC_LENGTH = 5;
const TYPE_LENGTH = 1;
const READY_FOR_QUERY = Buffer.from('5a00000005', 'hex'); // and one byte more: the transaction's state

const endsReady = (bytes) => bytes.length > READY_FOR_QUERY.length
  && bytes.subarray(-READY_FOR_QUERY.length - 1, -1).equals(READY_FOR_QUERY);

/** Cuts what a client sends into batches: gives each once all of it is there. */
class BatchReader {
  #rest = Buffer.alloc(0);

  #started = false;

  /** The batches that are complete with these bytes. */
  add(bytes) {
    const batches = [];
    let all = Buffer.concat([this.#rest, bytes]);
    for (let end = 0; ;) {
      const type = this.#started ? TYPE_LENGTH : 0; // the first message has none
      const length = all.length >= end + type + 4 ? type + all.readUInt32BE(end + type) : Infinity;
      if (all.length < end + length) break;
      const ends = !this.#started || ENDS_OF_BATCHES.has(String.fromCharCode(all[end]));
      this.#started = true;
      end += length;
      if (ends) {
        batches.push(all.subarray(0, end));
        all = all.subarray(end);
        end = 0;
      }
    }
    this.#rest = all;
    return batches;
  }
}

/** One connection of a worker, and ours to the server for it. */
class Link {
  #reader = new BatchReader();

  #answer; // what is done with the next answer instead of passing it on

  #received = Buffer.alloc(0);

  constructor(proxy, client, server) {
    Object.assign(this, { client, server });
    for (const [socket, other] of [[client, server], [server, client]]) {
      socket.on('error', () => {}); // 'close' follows
      socket.on('close', () => {
        proxy.forget(this);
        if (!this.#answer) other.end();
      });
    }
    client.on('data', (bytes) => this.#reader.add(bytes).forEach((batch) => proxy.pass(this, batch)));
    server.on('data', (bytes) => this.#receive(bytes));
  }

  #receive(bytes) {
    if (!this.#answer) {
      this.client.write(bytes);
      return;
    }
    this.#received = Buffer.concat([this.#received, bytes]);
    if (endsReady(this.#received)) this.#answer(this.#received);
  }

  /** Sends the batch and gives the whole answer to it, which the client does not get. */
  withhold(batch) {
    const answered = new Promise((resolve) => { this.#answer = resolve; });
    this.server.write(batch);
    return answered;
  }

  /** Passes a withheld answer on, and all that follow. */
  passOn(answer) {
    this.#answer = undefined;
    this.client.write(answer);
  }

  cut() {
    this.client.destroy();
    this.server.end();
  }

  stall() { [this.client, this.server].forEach((socket) => socket.pause()); }

  go() { [this.client, this.server].forEach((socket) => socket.resume()); }
}

/** What may happen to a batch. Each gives a promise of the moment when it has happened. */
const FAULTS = {
  /** The server never sees it. */
  async beforeSending(link) {
    link.cut();
  },

  /** The server sees all of it but the Sync, which would commit. */
  async beforeCommit(link, batch) {
    link.client.destroy();
    link.server.end(batch.subarray(0, -SYNC_LENGTH));
  },

  /** The server commits and answers, and of its answer not a byte arrives. */
  async afterCommit(link, batch) {
    await link.withhold(batch);
    link.cut();
  },

  /** The client is cut off at once; the server works on, and finds out at the end. */
  async atWork(link, batch) {
    const answered = link.withhold(batch);
    link.client.destroy();
    answered.then(() => link.server.end());
  },

  /** The answer comes when `release` says so. */
  async answerHeld(link, batch, { release }) {
    const answer = await link.withhold(batch);
    release.then(() => link.passOn(answer));
  },
};

export class DatabaseProxy {
  #listener;

  #links = new Set();

  #plans = [];

  #stalled = false;

  #socket;

  /** @param databaseUrl the address of the real one: a URL with the folder of its unix socket. */
  static async start(databaseUrl) {
    const proxy = new DatabaseProxy();
    const url = new URL(databaseUrl.replace(/^postgresql:\/\/([^@]*)@\//, 'postgresql://$1@localhost/'));
    proxy.#socket = path.join(url.searchParams.get('host'), '.s.PGSQL.5432');
    proxy.port = 0;
    await proxy.listen();
    url.host = `127.0.0.1:${proxy.port}`;
    url.search = '?sslmode=disable&gssencmode=disable';
    proxy.url = url.href;
    return proxy;
  }

  /** Takes connections, again on the same port if it has stopped. */
  async listen() {
    this.#listener = net.createServer((client) => {
      const link = new Link(this, client, net.connect(this.#socket));
      this.#links.add(link);
      if (this.#stalled) link.stall();
    });
    this.#listener.listen(this.port, '127.0.0.1');
    await once(this.#listener, 'listening');
    this.port = this.#listener.address().port;
  }

  /** Nobody listens on the port any more; connections that there are go on. */
  stopListening() {
    this.#listener?.close();
    this.#listener = undefined;
  }

  /** Nothing goes either way from now on, until go(): connections stay open, new ones are taken and hear nothing. */
  stall() {
    this.#stalled = true;
    this.#links.forEach((link) => link.stall());
  }

  go() {
    this.#stalled = false;
    this.#links.forEach((link) => link.go());
  }

  /**
   * Has `fault`, one of FAULTS, happen to the next `times` batches that hold the text, which is a parameter of the
   * statement, such as the key of a request. Gives { struck, done }: how often it happened, and when all have.
   */
  plan(text, fault, { times = 1, ...options } = {}) {
    const plan = { text: Buffer.from(text), fault: FAULTS[fault], left: times, options, struck: 0 };
    plan.done = new Promise((resolve) => { plan.finish = resolve; });
    this.#plans.push(plan);
    return plan;
  }

  /** For the links. */
  pass(link, batch) {
    const plan = this.#plans.find(({ left, text }) => left > 0 && batch.includes(text));
    if (!plan) {
      link.server.write(batch);
      return;
    }
    plan.left -= 1;
    plan.fault(link, batch, plan.options).then(() => {
      plan.struck += 1;
      if (plan.left === 0) plan.finish();
    });
  }

  /** For the links. */
  forget(link) { this.#links.delete(link); }

  stop() {
    this.stopListening();
    this.#links.forEach((link) => link.cut());
  }
}

const FULL_LISTENER = `
import socket, sys
address = ('127.0.0.1', int(sys.argv[1]))
listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(address)
listener.listen(0)
first = socket.socket()  # a backlog of 0 has room for one: for this, unless somebody was quicker
first.setblocking(False)
first.connect_ex(address)
print('full', flush=True)
sys.stdin.read()
`;

/**
 * Listens on the port in such a way that connect() hangs, as it does where packets are dropped on their way: nobody takes the one
 * connection for which there is room. Gives the function that ends it.
 */
export async function listenInVain(port) {
  const child = spawn('python3', ['-c', FULL_LISTENER, String(port)], { stdio: 'pipe' });
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text) => { complaints += text; });
  const ended = once(child, 'close');
  const [said] = await Promise.race([once(createInterface(child.stdout), 'line'), ended]);
  if (said !== 'full') throw new Error(`the listener on port ${port} does not start: ${complaints}`);
  return async () => {
    child.stdin.end();
    await ended;
  };
}

/** Has the workers of a private stack reach their database through a proxy, and gives that. */
export async function interpose(stack) {
  const proxy = await DatabaseProxy.start(stack.databaseUrl);
  fs.appendFileSync(path.join(stack.state, 'local.conf'), `DATABASE_URL=${proxy.url}\n`);
  await stack.dev('up');
  stack.reread();
  return proxy;
}
