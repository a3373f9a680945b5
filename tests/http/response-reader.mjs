// Reads one HTTP/1.1 response off a connection, for tests that write the request byte by byte.

function headerFields(lines) {
  const fields = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    fields[name] = name in fields ? `${fields[name]}, ${value}` : value;
  }
  return fields;
}

/** The chunks of a body as one, or undefined while the last is not there. */
function joinChunks(bytes) {
  const parts = [];
  for (let start = 0; ;) {
    const lineEnd = bytes.indexOf('\r\n', start);
    if (lineEnd < 0) return undefined;
    const length = parseInt(bytes.toString('latin1', start, lineEnd), 16);
    if (length === 0) return Buffer.concat(parts);
    const end = lineEnd + 2 + length;
    if (bytes.length < end + 2) return undefined;
    parts.push(bytes.subarray(lineEnd + 2, end));
    start = end + 2;
  }
}

export class ResponseReader {
  #bytes = Buffer.alloc(0);
  #method;
  #resolve;

  /** `method` of the request: an answer to HEAD has no body whatever its headers say. */
  constructor(method) {
    this.#method = method;
    this.done = new Promise((resolve) => { this.#resolve = resolve; });
  }

  add(chunk) {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    this.#look(false);
  }

  /** The other side has closed: what is there is all. */
  end() {
    this.#look(true);
    this.#resolve({ status: 0, headers: {}, body: this.#bytes, closed: true });
  }

  #look(ended) {
    const head = this.#bytes.indexOf('\r\n\r\n');
    if (head < 0) return;
    const [first, ...lines] = this.#bytes.toString('latin1', 0, head).split('\r\n');
    const status = Number(first.split(' ')[1]);
    const rest = this.#bytes.subarray(head + 4);
    if (status === 100) {
      this.#bytes = rest;
      this.#look(ended);
      return;
    }
    const headers = headerFields(lines);
    const body = this.#body(status, headers, rest, ended);
    if (body !== undefined) this.#resolve({ status, headers, body, closed: false });
  }

  #body(status, headers, rest, ended) {
    if (status === 204 || status === 304 || this.#method === 'HEAD') return Buffer.alloc(0);
    if (headers['transfer-encoding'] === 'chunked') return joinChunks(rest);
    const length = Number(headers['content-length'] ?? (ended ? rest.length : Infinity));
    return rest.length >= length ? rest.subarray(0, length) : undefined;
  }
}
