'use client';
// A form on its way: one request at a time, and what became of it.
import { useCallback, useRef, useState } from 'react';
import { failureOf, type Failure } from '@/api/problem';

export interface Submission<Body, Result> {
  /** Undefined when it failed, or when it is being sent already. */
  submit: (body: Body) => Promise<Result | undefined>;
  busy: boolean;
  failure: Failure | undefined;
  forget: () => void;
}

/** `send` throws what the API says, as a mutation's unwrap() does. */
export function useSubmission<Body, Result>(send: (body: Body) => Promise<Result>): Submission<Body, Result> {
  const sending = useRef(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  const submit = useCallback(async (body: Body) => {
    if (sending.current) return undefined;
    sending.current = true;
    setBusy(true);
    try {
      const result = await send(body);
      setFailure(undefined);
      return result;
    } catch (error) {
      setFailure(failureOf(error));
      return undefined;
    } finally {
      sending.current = false;
      setBusy(false);
    }
  }, [send]);
  const forget = useCallback(() => setFailure(undefined), []);
  return { submit, busy, failure, forget };
}
