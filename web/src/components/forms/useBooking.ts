'use client';
// A form that books something: once, however often it is sent.
import { useCallback, useRef, useState } from 'react';
import { failureOf, maybeCarriedOut, saysNothing, type Failure } from '@/api/problem';
import { useIdempotencyKey } from '@/api/useIdempotencyKey';
import { useSubmission } from './useSubmission';

interface Booking<Body, Result> {
  /** Undefined when it failed, or when it is being sent already. While it is uncertain, what was sent is sent again, whatever is given. */
  book: (body: Body) => Promise<Result | undefined>;
  busy: boolean;
  failure: Failure | undefined;
  /** It was sent and may be booked: until that is known, nothing of it should be changed. */
  uncertain: boolean;
  /** No more of the failure, but while it is uncertain. */
  forget: () => void;
  /** Gives up what may or may not be booked: what is booked next is another one. */
  abandon: () => void;
}

/** `send` does it under a key and throws what the API says, as a mutation's unwrap() does. */
export function useBooking<Body, Result>(send: (body: Body, key: string) => Promise<Result>): Booking<Body, Result> {
  const { key, renew } = useIdempotencyKey();
  const unclear = useRef<{ body: Body }>(undefined);
  const [uncertain, setUncertain] = useState(false);
  const leave = useCallback((what: { body: Body } | undefined) => {
    unclear.current = what;
    setUncertain(what !== undefined);
  }, []);
  const { submit, busy, failure, forget: forgetFailure } = useSubmission(useCallback(async (body: Body) => {
    const what = unclear.current ?? { body };
    try {
      const result = await send(what.body, key());
      renew();
      leave(undefined);
      return result;
    } catch (error) {
      const failed = failureOf(error);
      if (failed && maybeCarriedOut(failed)) leave(what);
      else if (failed && !saysNothing(failed)) leave(undefined);
      throw error;
    }
  }, [send, key, renew, leave]));
  const forget = useCallback(() => {
    if (!unclear.current) forgetFailure();
  }, [forgetFailure]);
  const abandon = useCallback(() => {
    renew();
    leave(undefined);
    forgetFailure();
  }, [renew, leave, forgetFailure]);
  return { book: submit, busy, failure, uncertain, forget, abandon };
}
