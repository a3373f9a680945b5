// What tests may do to a counterpart of an AWS service: how its next calls go wrong. Only with --test-controls.

const HUGE_BYTES = 10 * 1024 * 1024;

/** Before the call is looked at: answers by itself (true). Beside these, the service's own errors are thrown. */
const BEFORE = {
  cut: (request) => { request.socket.destroy(); return true; },
  hang: () => true,
  redirect: (request, response) => {
    response.writeHead(307, { Location: `http://${request.headers.host}/elsewhere` }).end();
    return true;
  },
  huge: (request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/xml' }).end(`<Response>${'x'.repeat(HUGE_BYTES)}`);
    return true;
  },
};
/** After it was carried out, in the place of its answer. */
const AFTER = {
  'cut-after': (request) => request.socket.destroy(),
  'hang-after': () => {},
};

export class Faults {
  #mode = 'ok';

  #left = 0;

  #calls = { seen: 0, failed: 0, hanging: 0 };

  #before;

  /** `errors`: by mode, what makes the error that the service then answers. */
  constructor(errors) {
    const thrown = Object.entries(errors).map(([mode, make]) => [mode, () => { throw make(); }]);
    this.#before = { ...Object.fromEntries(thrown), ...BEFORE };
  }

  /** Counts a call, and gives how it goes wrong: a mode, or undefined. */
  #take(request) {
    this.#calls.seen += 1;
    if (this.#mode === 'ok' || this.#left === 0) return undefined;
    this.#left -= 1;
    this.#calls.failed += 1;
    if (this.#mode.startsWith('hang')) {
      this.#calls.hanging += 1;
      request.socket.once('close', () => { this.#calls.hanging -= 1; });
    }
    return this.#mode;
  }

  /** { answered, after }: whether it has answered already; what to do in the place of the answer later. */
  meet(request, response) {
    const mode = this.#take(request);
    const answered = mode !== undefined && mode in this.#before && this.#before[mode](request, response);
    return { answered, after: mode && AFTER[mode] };
  }

  /** Anything below /_test/. */
  handle(request, response, url, verifier) {
    const answer = (status, value) => {
      response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' }).end(JSON.stringify(value));
    };
    const parameter = (name) => url.searchParams.get(name) ?? undefined;
    switch (`${request.method} ${url.pathname}`) {
      case 'GET /_test/calls': return answer(200, this.#calls);
      case 'POST /_test/fail': {
        const mode = parameter('mode');
        if (mode !== 'ok' && !(mode in this.#before) && !(mode in AFTER)) {
          return answer(400, { error: `mode is one of ok, ${[...Object.keys(this.#before), ...Object.keys(AFTER)].join(', ')}` });
        }
        this.#mode = mode;
        this.#left = Number(parameter('times') ?? Infinity);
        return answer(200, { mode, times: parameter('times') ?? 'until further notice' });
      }
      case 'POST /_test/expire':
        verifier.expire(parameter('key'));
        return answer(200, { expired: parameter('key') });
      case 'POST /_test/accept':
        verifier.accept(parameter('key'), parameter('secret'), parameter('token'));
        return answer(200, { accepted: parameter('key') });
      default: return answer(404, { error: 'no such control' });
    }
  }
}
