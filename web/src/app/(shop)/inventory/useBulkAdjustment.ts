'use client';
// Movements of many products, each booked by itself and once: what is sent again goes under the key it had.
import { useCallback, useRef, useState } from 'react';
import { useDispatch } from 'react-redux';
import { api, useMoveStockOfOneMutation, type CurrentStock, type NewMovement } from '@/api';
import { failureOf, maybeCarriedOut, type Failure } from '@/api/problem';
import { STOCK } from '@/api/tags';

export type Outcome =
  | { state: 'sending' }
  | { state: 'booked'; quantityAfter: number }
  | { state: 'refused'; failure: Failure; current?: CurrentStock }
  /** Nobody knows whether it was booked: it is sent again as it was. */
  | { state: 'unclear'; sent: NewMovement };

export interface Wanted {
  productId: string;
  movement: NewMovement;
}

interface Attempt {
  key: string;
  sent?: NewMovement;
}

const isStock = (current: unknown): current is CurrentStock => typeof current === 'object' && current !== null && 'stockQuantity' in current;

function outcomeOf(error: unknown, sent: NewMovement): Outcome {
  const failure = failureOf(error);
  const current = isStock(failure?.current) ? failure.current : undefined;
  if (!failure || maybeCarriedOut(failure)) return { state: 'unclear', sent };
  return { state: 'refused', failure, current };
}

/** The answers of a server that is there; without one it is no use to send the others. */
const isGone = (error: unknown) => [0, 401, 503].includes(failureOf(error)?.status ?? 0);

export function useBulkAdjustment() {
  const dispatch = useDispatch();
  const [move] = useMoveStockOfOneMutation();
  const attempts = useRef(new Map<string, Attempt>());
  const sending = useRef(false);
  const [busy, setBusy] = useState(false);
  const [outcomes, setOutcomes] = useState<Record<string, Outcome>>({});

  /** False when it is no use to go on. */
  const bookOne = useCallback(async ({ productId, movement }: Wanted) => {
    const tell = (outcome: Outcome) => setOutcomes((before) => ({ ...before, [productId]: outcome }));
    const attempt: Attempt = attempts.current.get(productId) ?? { key: crypto.randomUUID() };
    const sent = attempt.sent ?? movement;
    attempts.current.set(productId, { ...attempt, sent });
    tell({ state: 'sending' });
    try {
      const { quantityAfter } = await move({ productId, 'Idempotency-Key': attempt.key, newMovement: sent }).unwrap();
      attempts.current.delete(productId);
      tell({ state: 'booked', quantityAfter });
      return true;
    } catch (error) {
      const outcome = outcomeOf(error, sent);
      // What was refused leaves its key free for another quantity.
      if (outcome.state === 'refused') attempts.current.set(productId, { key: attempt.key });
      tell(outcome);
      return !isGone(error);
    }
  }, [move]);

  const book = useCallback(async (wanted: Wanted[]) => {
    if (sending.current) return;
    sending.current = true;
    setBusy(true);
    for (const each of wanted) if (!(await bookOne(each))) break;
    dispatch(api.util.invalidateTags(STOCK));
    sending.current = false;
    setBusy(false);
  }, [bookOne, dispatch]);

  /** Forgets what is settled; gives the products that were booked. */
  const finish = useCallback(() => {
    const booked = Object.keys(outcomes).filter((id) => outcomes[id]?.state === 'booked');
    setOutcomes(Object.fromEntries(Object.entries(outcomes).filter(([, { state }]) => state === 'unclear')));
    return booked;
  }, [outcomes]);

  return { book, busy, outcomes, finish };
}

export type BulkAdjustment = ReturnType<typeof useBulkAdjustment>;
