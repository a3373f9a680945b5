// Where the objects are: s3rver (https://github.com/20minutes/s3rver), which nobody but us can talk to. It listens
// nowhere; its connections are made in memory.

import { mkdirSync } from 'node:fs';
import { createServer, request as startRequest } from 'node:http';
import { Duplex } from 'node:stream';
import S3rver from '@20minutes/s3rver';

/** Two ends of one connection. */
function connection() {
  const ends = [];
  const end = (other) => {
    let readOn;
    return Object.assign(new Duplex({
      read() {
        const go = readOn;
        readOn = undefined;
        go?.();
      },
      write(chunk, encoding, done) {
        ends[other].deliver(chunk, done);
      },
      final(done) { ends[other].deliver(null, done); },
      destroy(error, done) {
        ends[other].push(null);
        done(error);
      },
    }), {
      /** Takes what the other end has written; it may write on when this end has read it. */
      deliver(chunk, done) {
        if (this.push(chunk) || chunk === null) done();
        else readOn = done;
      },
      setTimeout() { return this; },
      setNoDelay() { return this; },
      setKeepAlive() { return this; },
    });
  };
  ends.push(end(1), end(0));
  return ends;
}

async function bytesOf(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/**
 * S3 shows an object as it was before a write or as it is after, and lists while others delete. s3rver writes in place,
 * and its listing fails over a file that goes meanwhile: what it is asked for is done one after the other.
 */
export class ObjectStore {
  #server;

  #last = Promise.resolve();

  #s3rver;

  #bucket;

  /** The one bucket is made in `directory` when it is not there. */
  static async open(directory, bucket) {
    mkdirSync(directory, { recursive: true });
    const store = new ObjectStore();
    store.#bucket = bucket;
    store.#s3rver = new S3rver({ directory, silent: true, allowMismatchedSignatures: false, vhostBuckets: false, configureBuckets: [{ name: bucket }] });
    await store.#s3rver.configureBuckets();
    store.#server = createServer(store.#s3rver.callback());
    return store;
  }

  #inTurn(work) {
    const done = this.#last.then(work);
    this.#last = done.catch(() => {}); // whoever asked is told
    return done;
  }

  /** Carries out one request: { method, target, headers, body } gives { status, headers, body }. */
  call(request) { return this.#inTurn(() => this.#carryOut(request)); }

  async #carryOut({ method, target, headers = {}, body }) {
    const [ours, theirs] = connection();
    this.#server.emit('connection', theirs);
    const request = startRequest({
      method, path: target, createConnection: () => ours, headers: { ...headers, host: '127.0.0.1', 'content-length': body?.length ?? 0 },
    });
    request.end(body);
    const response = await new Promise((resolve, reject) => request.once('response', resolve).once('error', reject));
    return { status: response.statusCode, headers: response.headers, body: await bytesOf(response) };
  }

  /** What is in the bucket, sorted by key. */
  async objects() {
    const { objects } = await this.#inTurn(() => this.#s3rver.store.listObjects(this.#bucket, {}));
    return objects.map(({ key, metadata }) => ({ key, ...metadata })).sort((a, b) => (a.key < b.key ? -1 : 1));
  }
}
