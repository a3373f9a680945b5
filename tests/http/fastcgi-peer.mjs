// A FastCGI application that can be told to misbehave, to stand where nginx expects the workers.
import { once } from 'node:events';
import fs from 'node:fs';
import { createServer } from 'node:net';
import { BEGIN_REQUEST, END_REQUEST, PARAMS, STDIN, STDOUT, readNameValues, readRecords, record } from './fastcgi-client.mjs';

const GOOD_ANSWER = 'Status: 200\r\nContent-Type: application/json\r\n\r\n{"status":"ok"}'; // of /healthz

// What it does once it has read all of a request.
const BEHAVIOURS = {
  answer: (socket, id) => socket.write(Buffer.concat([
    record(STDOUT, Buffer.from(GOOD_ANSWER), { id }), record(STDOUT, Buffer.alloc(0), { id }), record(END_REQUEST, Buffer.alloc(8), { id }),
  ])),
  begin: (socket, id) => socket.end(record(STDOUT, Buffer.from('Status: 200\r\n'), { id })),
  close: (socket) => socket.destroy(),
  wait: () => {},
};

export class FastcgiPeer {
  /** What came in whole: { method, parameters, connection }, the connections numbered as they came. */
  requests = [];

  #server;

  #sockets = new Set();

  #connections = 0;

  #behaviour = BEHAVIOURS.answer;

  /** Listens on a path that is free. */
  static async listen(path) {
    const peer = new FastcgiPeer();
    peer.#server = createServer((socket) => peer.#serve(socket)).listen(path);
    await once(peer.#server, 'listening');
    fs.chmodSync(path, 0o660);
    return peer;
  }

  /** From the next request on: answer, begin (half an answer), close or wait. */
  behave(name) {
    this.#behaviour = BEHAVIOURS[name];
  }

  #serve(socket) {
    this.#sockets.add(socket);
    this.#connections += 1;
    const connection = this.#connections;
    let received = Buffer.alloc(0);
    let parameters = Buffer.alloc(0);
    socket.on('error', () => {}).on('close', () => this.#sockets.delete(socket));
    socket.on('data', (bytes) => {
      const { records, rest } = readRecords(Buffer.concat([received, bytes]));
      received = rest;
      for (const { type, id, content } of records) {
        if (type === BEGIN_REQUEST) parameters = Buffer.alloc(0);
        if (type === PARAMS) parameters = Buffer.concat([parameters, content]);
        if (type === STDIN && content.length === 0) {
          const named = readNameValues(parameters);
          this.requests.push({ method: named.get('REQUEST_METHOD'), parameters: named, connection });
          this.#behaviour(socket, id);
        }
      }
    });
  }

  async stop() {
    this.#sockets.forEach((socket) => socket.destroy());
    this.#server.close();
    await once(this.#server, 'close');
  }
}
