// FastCGI 1.0 as nginx speaks it, and as nginx never would: every length, type and version can be a lie.
// https://fastcgi-archives.github.io/FastCGI_Specification.html
import { once } from 'node:events';
import { connect } from 'node:net';

export const BEGIN_REQUEST = 1;
export const ABORT_REQUEST = 2;
export const END_REQUEST = 3;
export const PARAMS = 4;
export const STDIN = 5;
export const STDOUT = 6;
export const DATA = 8;
export const GET_VALUES = 9;

export const RESPONDER = 1;
const KEEP_CONNECTION = 1;
const HEADER_LENGTH = 8;
const MAX_CONTENT = 65535;

// length and padding are what the header says; content is what is sent.
export function record(type, content = Buffer.alloc(0), { id = 1, version = 1, length, padding = 0 } = {}) {
  const header = Buffer.alloc(HEADER_LENGTH);
  header.writeUInt8(version, 0);
  header.writeUInt8(type, 1);
  header.writeUInt16BE(id, 2);
  header.writeUInt16BE(length ?? content.length, 4);
  header.writeUInt8(padding, 6);
  return Buffer.concat([header, Buffer.from(content)]);
}

// A stream of records, without the empty one that ends it.
function stream(type, content, id) {
  const records = [];
  for (let at = 0; at < content.length; at += MAX_CONTENT) {
    records.push(record(type, content.subarray(at, at + MAX_CONTENT), { id }));
  }
  return Buffer.concat(records);
}

export function begin({ id = 1, role = RESPONDER, keep = true } = {}) {
  const content = Buffer.alloc(8);
  content.writeUInt16BE(role, 0);
  content.writeUInt8(keep ? KEEP_CONNECTION : 0, 2);
  return record(BEGIN_REQUEST, content, { id });
}

export const fourByteLength = (length) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE((length | 0x80000000) >>> 0);
  return bytes;
};

const encodedLength = (length) => (length < 128 ? Buffer.of(length) : fourByteLength(length));

export function nameValue(name, value) {
  const [n, v] = [Buffer.from(name), Buffer.from(value)];
  return Buffer.concat([encodedLength(n.length), encodedLength(v.length), n, v]);
}

export const nameValues = (pairs) => Buffer.concat(pairs.map(([name, value]) => nameValue(name, value)));

// What nginx would send; contentLength may be another than the body's own.
export function parameters({ method = 'GET', path = '/healthz', query = '', token, contentType, body = '',
  contentLength = Buffer.byteLength(body), remote = '192.0.2.1', extra = [] } = {}) {
  return nameValues([
    ['GATEWAY_INTERFACE', 'CGI/1.1'],
    ['REQUEST_METHOD', method],
    ['PATH_INFO', path],
    ['REQUEST_URI', query ? `${path}?${query}` : path],
    ['QUERY_STRING', query],
    ['CONTENT_TYPE', contentType ?? ''],
    ['CONTENT_LENGTH', contentLength === 0 ? '' : String(contentLength)],
    ['SERVER_PROTOCOL', 'HTTP/1.1'],
    ['REMOTE_ADDR', remote],
    ['HTTP_HOST', 'localhost'],
    ...(token ? [['HTTP_AUTHORIZATION', `Bearer ${token}`]] : []),
    ...extra,
  ]);
}

export function request({ id = 1, keep = true, body = '', ...rest } = {}) {
  const bytes = Buffer.from(body);
  return Buffer.concat([
    begin({ id, keep }),
    stream(PARAMS, parameters({ body, ...rest }), id),
    record(PARAMS, Buffer.alloc(0), { id }),
    stream(STDIN, bytes, id),
    record(STDIN, Buffer.alloc(0), { id }),
  ]);
}

/** The whole records at the beginning of what was received, and what is left behind them. */
export function readRecords(received) {
  const records = [];
  let rest = received;
  while (rest.length >= HEADER_LENGTH) {
    const length = rest.readUInt16BE(4);
    const whole = HEADER_LENGTH + length + rest.readUInt8(6);
    if (rest.length < whole) break;
    records.push({
      type: rest.readUInt8(1), id: rest.readUInt16BE(2), content: rest.subarray(HEADER_LENGTH, HEADER_LENGTH + length),
    });
    rest = rest.subarray(whole);
  }
  return { records, rest };
}

/** The pairs of a stream of parameters, as nginx sends them, as a Map. */
export function readNameValues(bytes) {
  const pairs = new Map();
  let at = 0;
  const length = () => {
    const isShort = bytes[at] < 0x80;
    const value = isShort ? bytes[at] : bytes.readUInt32BE(at) & 0x7fffffff;
    at += isShort ? 1 : 4;
    return value;
  };
  const text = (count) => bytes.toString('latin1', at, at += count);
  while (at < bytes.length) {
    const [name, value] = [length(), length()];
    pairs.set(text(name), text(value));
  }
  return pairs;
}

function parseAnswer(id, output, end) {
  const text = output.toString('latin1');
  const split = text.indexOf('\r\n\r\n');
  const headers = Object.fromEntries((split < 0 ? '' : text.slice(0, split)).split('\r\n').filter(Boolean)
    .map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)]));
  return {
    id,
    status: Number.parseInt(headers.status ?? '0', 10),
    headers,
    body: split < 0 ? '' : output.subarray(split + 4).toString(),
    applicationStatus: end.readUInt32BE(0),
    protocolStatus: end.readUInt8(4),
  };
}

export class FastcgiConnection {
  #socket;

  #received = Buffer.alloc(0);

  #outputs = new Map();

  #answers = [];

  #waiting = [];

  // Resolves when the other side has closed, for whatever reason.
  closed;

  // Records that answer no request: [type, content].
  management = [];

  constructor(socket) {
    this.#socket = socket;
    this.closed = new Promise((resolve) => { socket.on('close', resolve); });
    socket.on('error', () => {}); // ECONNRESET and EPIPE are ways of closing
    socket.on('data', (bytes) => this.#take(bytes));
    socket.on('close', () => this.#waiting.splice(0).forEach(({ reject }) => reject(new Error('closed'))));
  }

  static async open(path) {
    const socket = connect(path);
    await once(socket, 'connect');
    return new FastcgiConnection(socket);
  }

  send(...parts) {
    for (const part of parts) this.#socket.write(part);
  }

  end() {
    this.#socket.end();
  }

  destroy() {
    this.#socket.destroy();
  }

  // The next whole answer; rejects when the connection closes before it is there.
  answer() {
    if (this.#answers.length > 0) return Promise.resolve(this.#answers.shift());
    if (this.#socket.closed) return Promise.reject(new Error('closed'));
    return new Promise((resolve, reject) => { this.#waiting.push({ resolve, reject }); });
  }

  async ask(options) {
    this.send(request(options));
    return this.answer();
  }

  #take(bytes) {
    const { records, rest } = readRecords(Buffer.concat([this.#received, bytes]));
    this.#received = rest;
    records.forEach((each) => this.#record(each));
  }

  #record({ type, id, content }) {
    if (type === STDOUT) {
      if (!this.#outputs.has(id)) this.#outputs.set(id, []);
      this.#outputs.get(id).push(content);
    } else if (type === END_REQUEST) {
      const answer = parseAnswer(id, Buffer.concat(this.#outputs.get(id) ?? []), content);
      this.#outputs.delete(id);
      this.onAnswer?.(answer);
      const next = this.#waiting.shift();
      if (next) next.resolve(answer);
      else this.#answers.push(answer);
    } else {
      this.management.push([type, Buffer.from(content)]);
    }
  }
}

// One request on a connection of its own.
export async function askOnce(path, options) {
  const connection = await FastcgiConnection.open(path);
  try {
    return await connection.ask({ keep: false, ...options });
  } finally {
    connection.destroy();
  }
}
