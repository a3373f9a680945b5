// What every request has before Next sees it: a Content-Security-Policy with a nonce of its own, and its path.
//
// Amplify Hosting runs no middleware, where Next's own guide makes the nonce. Node tells of each request before any handler
// runs, wherever the server stands: docs/decisions/dashboard.md.
import { randomBytes } from 'node:crypto';
import diagnostics from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Configuration } from './configuration';

/** The request header with path and query as the browser sent them; a client cannot set it. */
export const PATH_HEADER = 'x-stockpilot-path';

export function contentSecurityPolicy(nonce: string, { IMAGE_ORIGIN, UPLOAD_ORIGIN, COGNITO_ISSUER }: Configuration) {
  return [
    "default-src 'self'",
    // `next dev` rebuilds stack traces with eval.
    `script-src 'self' 'nonce-${nonce}'${process.env.NODE_ENV === 'development' ? " 'unsafe-eval'" : ''}`,
    // Mantine positions what floats by style attributes.
    "style-src 'self' 'unsafe-inline'",
    // A product may show an image that lies elsewhere.
    `img-src 'self' data: blob: https: ${IMAGE_ORIGIN}`,
    `connect-src 'self' ${UPLOAD_ORIGIN}`,
    // Signing out ends at the provider.
    `form-action 'self' ${new URL(COGNITO_ISSUER).origin} https://*.amazoncognito.com`,
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

export function prepareRequests(configuration: Configuration) {
  diagnostics.subscribe('http.server.request.start', (message) => {
    const { request, response } = message as { request: IncomingMessage; response: ServerResponse };
    const policy = contentSecurityPolicy(randomBytes(16).toString('base64'), configuration);
    request.headers['content-security-policy'] = policy;
    request.headers[PATH_HEADER] = request.url ?? '/';
    response.setHeader('Content-Security-Policy', policy);
  });
}
