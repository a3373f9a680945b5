// What tests may do to the instance metadata service: how its next answers go wrong, and what becomes of tokens, role
// and credentials. Only with --test-controls.

const HUGE_BYTES = 10 * 1024 * 1024;
const HTML = '<!DOCTYPE html><html><head><title>Sign in to the network</title></head></html>';

const asError = (status) => (request, response, { sendError }) => sendError(response, status);
const asText = (text) => (request, response, { sendText }) => sendText(response, text);

/** Instead of the answer. */
const MODES = {
  400: asError(400),
  401: asError(401),
  403: asError(403),
  404: asError(404),
  500: asError(500),
  503: asError(503),
  hang: () => {},
  cut: (request) => request.socket.destroy(),
  redirect: (request, response) => response.writeHead(307, { Location: `http://${request.headers.host}/elsewhere${request.url}` }).end(),
  html: asText(HTML),
  empty: asText(''),
  huge: asText('x'.repeat(HUGE_BYTES)),
  failed: asText(JSON.stringify({ Code: 'AssumeRoleUnauthorizedAccess', Message: 'EC2 cannot assume the role', LastUpdated: '2026-01-01T00:00:00Z' })),
  half: asText(JSON.stringify({ Code: 'Success', AccessKeyId: 'ASIAHALF', SecretAccessKey: 'SECRET-HALF', Expiration: 'soon' })),
};
const QUESTIONS = ['token', 'role', 'credentials', 'any'];

export class Faults {
  #mode = 'ok';

  #left = 0;

  #on = 'any';

  #calls = { token: 0, role: 0, credentials: 0, other: 0, unauthorized: 0 };

  constructor(means) { this.means = means; }

  /** Whether a question of this kind has been answered already, wrongly. */
  meet(kind, request, response) {
    this.#calls[kind] += 1;
    if (this.#mode === 'ok' || this.#left === 0 || !['any', kind].includes(this.#on)) return false;
    this.#left -= 1;
    MODES[this.#mode](request, response, this.means);
    return true;
  }

  noteUnauthorized() { this.#calls.unauthorized += 1; }

  #fail(parameter, answer) {
    const [mode, on] = [parameter('mode'), parameter('on') ?? 'any'];
    if ((mode !== 'ok' && !(mode in MODES)) || !QUESTIONS.includes(on)) {
      return answer(400, { error: `mode is one of ok, ${Object.keys(MODES).join(', ')}; on one of ${QUESTIONS.join(', ')}` });
    }
    this.#mode = mode;
    this.#on = on;
    this.#left = Number(parameter('times') ?? Infinity);
    return answer(200, { mode, on, times: parameter('times') ?? 'until further notice' });
  }

  /** Anything below /_test/. `instance` has the tokens, the role's name and the credentials. */
  handle(request, response, url, instance) {
    const answer = (status, value) => {
      response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' }).end(JSON.stringify(value));
    };
    const parameter = (name) => url.searchParams.get(name) ?? undefined;
    switch (`${request.method} ${url.pathname}`) {
      case 'GET /_test/calls': return answer(200, this.#calls);
      case 'POST /_test/fail': return this.#fail(parameter, answer);
      case 'POST /_test/forget-tokens':
        instance.tokens.forget();
        return answer(200, {});
      case 'POST /_test/expire':
        instance.credentials.expire();
        return answer(200, instance.credentials.current());
      case 'POST /_test/rotate':
        if (parameter('lifetime')) instance.credentials.lifetimeMs = Number(parameter('lifetime')) * 1000;
        instance.credentials.rotate();
        return answer(200, instance.credentials.current());
      case 'POST /_test/role':
        instance.role = parameter('name') ?? '';
        return answer(200, { role: instance.role });
      default: return answer(404, { error: 'no such control' });
    }
  }
}
