// Where people find the API's own description.
import 'server-only';
import { readConfiguration } from './configuration';
import { callApi } from './gateway';

export interface Documentation {
  /** For people; undefined where there is none. */
  page?: string;
  /** OpenAPI, for programs. */
  description?: string;
}

const PATHS = { page: '/docs', description: '/openapi.json' } as const;

/** Those of its addresses that answer: they are public, but a web server in front of the API may keep them to itself. */
export async function findDocumentation(): Promise<Documentation> {
  const [page, description] = await Promise.all([answering(PATHS.page), answering(PATHS.description)]);
  return { page, description };
}

async function answering(path: string): Promise<string | undefined> {
  try {
    const answer = await callApi({ method: 'HEAD', path, headers: {} });
    return answer.ok ? new URL(path, readConfiguration().STOCKPILOT_API_URL).href : undefined;
  } catch {
    return undefined; // a page without these links is as good
  }
}
