// Requests to the API with the caller's token, or without one for what is public: over few kept connections, with a deadline.
import 'server-only';
import { Agent, fetch, type BodyInit, type Response } from 'undici';
import { readConfiguration } from './configuration';

export const DEADLINE_MS = 15_000;
/** The API gives an export a minute: docs/decisions/csv.md. */
const EXPORT_DEADLINE_MS = 65_000;
/** nginx lets one address have 32 at a time. */
const CONNECTIONS = 16;

const agent = new Agent({ connections: CONNECTIONS, keepAliveTimeout: 20_000 });

export interface ApiRequest {
  method: string;
  /** With its query. */
  path: string;
  headers: Record<string, string>;
  body?: BodyInit;
}

export function callApi({ method, path, headers, body }: ApiRequest, token?: string): Promise<Response> {
  return fetch(new URL(path, readConfiguration().STOCKPILOT_API_URL), {
    method,
    headers: { ...headers, ...(token && { Authorization: `Bearer ${token}` }) },
    body,
    redirect: 'manual',
    dispatcher: agent,
    signal: AbortSignal.timeout(headers.Accept === 'text/csv' ? EXPORT_DEADLINE_MS : DEADLINE_MS),
  });
}
