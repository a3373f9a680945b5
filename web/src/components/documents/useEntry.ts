'use client';
// A sale or purchase that is being entered: its lines, whether they can be booked, and what became of it.
import { useCallback, useEffect, useRef, useState } from 'react';
import type { CurrentStock } from '@/api';
import type { Failure } from '@/api/problem';
import { useBooking } from '../forms/useBooking';
import type { BookedDocument } from './document';
import { exceedsStock, isQuantity, isUnit, MOST_LINES, withoutBooked, withStock, type DraftLine } from './draft';

export interface ReadyLine {
  productId: string;
  quantity: number;
  unit: number;
}

export interface Draft {
  lines: ReadyLine[];
  note: string | null;
}

interface Entry {
  unitDecimals: number;
  /** As useBooking's. */
  send: (draft: Draft, key: string) => Promise<BookedDocument>;
  onBooked?: () => void;
}

const isStock = (current: unknown): current is CurrentStock[] => Array.isArray(current) && current.every((each) => typeof each === 'object' && each !== null && 'stockQuantity' in each);
const stockIn = (failure: Failure | undefined) => (failure?.status === 409 && isStock(failure.current) ? failure.current : undefined);

function readyLines(lines: DraftLine[], unitDecimals: number): ReadyLine[] | undefined {
  const ready = lines.flatMap(({ product: { productId }, quantity, unit }) => (isQuantity(quantity) && isUnit(unit, unitDecimals) ? [{ productId, quantity, unit }] : []));
  return ready.length === lines.length && lines.length > 0 && lines.length <= MOST_LINES ? ready : undefined;
}

export function useEntry({ unitDecimals, send, onBooked }: Entry) {
  const [lines, setLines] = useState<DraftLine[]>([]);
  const [note, setNote] = useState('');
  const [tried, setTried] = useState(false);
  const [last, setLast] = useState<BookedDocument>();
  const { book, busy, failure, uncertain, forget, abandon } = useBooking(send);
  // What is scanned while these are sent is the next document's.
  const sent = useRef<DraftLine[]>([]);
  const stock = stockIn(failure);

  useEffect(() => {
    const now = stockIn(failure);
    if (now) setLines((current) => withStock(current, now));
  }, [failure]);

  const change = useCallback((next: (lines: DraftLine[]) => DraftLine[]) => {
    setLines(next);
    forget();
  }, [forget]);

  /** Whether it was booked. */
  const submit = async () => {
    const ready = readyLines(lines, unitDecimals);
    setTried(lines.length > 0);
    if (!ready) return false;
    if (!uncertain) sent.current = lines;
    const booked = await book({ lines: ready, note: note.trim() || null });
    if (!booked) return false;
    setLast(booked);
    setLines((now) => withoutBooked(now, sent.current));
    setNote('');
    setTried(false);
    onBooked?.();
    return true;
  };
  const beginAnew = () => {
    abandon();
    setLines((now) => withoutBooked(now, sent.current));
    setNote('');
    setTried(false);
  };

  return {
    lines, change, note, setNote, last, submit, busy, failure, tried, beginAnew,
    /** It was sent and may have been booked: until that is known, it stays as it was sent. */
    uncertain,
    /** The lines of which the API says that there is not enough. */
    short: stock ? lines.filter((line) => stock.some(({ productId }) => productId === line.product.productId) && exceedsStock(line)) : [],
  };
}

export type EntryState = ReturnType<typeof useEntry>;
