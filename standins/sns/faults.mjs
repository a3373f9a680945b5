// What tests may do to the counterpart of SNS: how its next calls go wrong. Only with --test-controls.

import { SnsError } from './topics.mjs';

const HUGE_BYTES = 10 * 1024 * 1024;

/** Before the call is looked at: throws, or answers by itself (true), or lets it pass (false). */
const BEFORE = {
  500: () => { throw new SnsError(500, 'InternalFailure', 'The request processing has failed'); },
  503: () => { throw new SnsError(503, 'ServiceUnavailable', 'Try again later'); },
  throttle: () => { throw new SnsError(400, 'Throttling', 'Rate exceeded'); },
  expired: () => { throw new SnsError(403, 'ExpiredToken', 'The security token included in the request is expired'); },
  invalid: () => { throw new SnsError(400, 'InvalidParameter', 'Invalid parameter'); },
  denied: () => { throw new SnsError(403, 'AuthorizationError', 'User is not authorized to perform: SNS:Publish'); },
  cut: (request) => { request.socket.destroy(); return true; },
  hang: () => true,
  redirect: (request, response) => {
    response.writeHead(307, { Location: `http://${request.headers.host}/elsewhere` }).end();
    return true;
  },
  huge: (request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/xml' }).end(`<PublishResponse>${'x'.repeat(HUGE_BYTES)}`);
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
    const answered = mode !== undefined && mode in BEFORE && BEFORE[mode](request, response);
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
        if (mode !== 'ok' && !(mode in BEFORE) && !(mode in AFTER)) {
          return answer(400, { error: `mode is one of ok, ${[...Object.keys(BEFORE), ...Object.keys(AFTER)].join(', ')}` });
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
