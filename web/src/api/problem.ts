// What went wrong with a request.
import type { Texts } from '@/texts';
import type { FieldError, Problem } from './generated';

/** What the hooks give as `error`: an answer of the API, an answer that never came, or a fault in the page. */
export interface Failure {
  /** The HTTP status; 0 when there was no answer. */
  status: number;
  /** What the API says of it; or that nothing came, or nothing that can be read. */
  said: Pick<Problem, 'title' | 'detail'> | 'lost' | 'unreadable';
  requestId?: string;
  errors: FieldError[];
  /** The record as it is now, of a 409 or 412. */
  current?: unknown;
  /** An earlier request under the same Idempotency-Key is still being worked on. */
  pending?: boolean;
}

const isProblem = (data: unknown): data is Problem & { current?: unknown; pending?: boolean } => typeof data === 'object' && data !== null && 'title' in data && 'detail' in data;

export function failureOf(error: unknown): Failure | undefined {
  if (!error) return undefined;
  const { status, data } = error as { status?: number | string; data?: unknown };
  if (typeof status === 'number' && isProblem(data)) {
    const { title, detail, requestId, errors = [], current, pending } = data;
    return { status, said: { title, detail }, requestId, errors, current, pending };
  }
  return { status: typeof status === 'number' ? status : 0, said: status === 'FETCH_ERROR' || status === 'TIMEOUT_ERROR' ? 'lost' : 'unreadable', errors: [] };
}

/** Why it did not work, in words for people. */
export const wordsOf = ({ said }: Failure, { failures }: Texts['states']) => (typeof said === 'string' ? failures[said] : said);

/** Whether what was sent may have been carried out all the same, so that it should be sent again as it was. */
export const maybeCarriedOut = ({ status, pending }: Failure) => status === 0 || status >= 500 || pending === true;

/** An answer about who asks or how often, and not about what became of an earlier request. */
export const saysNothing = ({ status }: Failure) => [401, 403, 429].includes(status);

/** The complaint about one field: of `/price`, `/lines/0/quantity`. */
export const complaintAbout = (failure: Failure | undefined, pointer: string) => failure?.errors.find((each) => each.pointer === pointer)?.detail;
