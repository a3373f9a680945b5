// The range of days that a page shows: one of the usual ones, or two days chosen. On the server and in the browser alike.
import { addDays, isoDay } from '@/format/format';

/** Today, a week, a month and a quarter up to today, and the year so far. */
export const PRESETS = ['1', '7', '30', '90', 'year'] as const;
export type Preset = (typeof PRESETS)[number];

/** Days of the business, both included. */
export interface Days {
  from: string;
  to: string;
}

export interface Range extends Days {
  /** Undefined when the days were chosen one by one. */
  preset?: Preset;
}

const USUAL: Preset = '30';
const DAY_MS = 86_400_000;

const isDay = (text: string | undefined): text is string => text !== undefined && /^20\d\d-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)) && addDays(text, 0) === text;
const lengthOf = ({ from, to }: Days) => Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS) + 1;

export function presetRange(preset: Preset, businessDay: string): Range {
  const today = isoDay(businessDay);
  return { from: preset === 'year' ? `${today.slice(0, 4)}-01-01` : addDays(today, 1 - Number(preset)), to: today, preset };
}

/** Of the address's query: `?range=7`, or `?from=2026-11-01&to=2026-11-30`; what cannot be read counts as not there. */
export function readRange(get: (name: string) => string | undefined, businessDay: string): Range {
  const [from, to] = [get('from'), get('to')];
  if (isDay(from) && isDay(to) && from <= to) return { from, to };
  return presetRange(PRESETS.find((each) => each === get('range')) ?? USUAL, businessDay);
}

/** The query of the address for it; the usual range has none. */
export const writeRange = ({ from, to, preset }: Range): Record<'range' | 'from' | 'to', string | undefined> =>
  (preset ? { range: preset === USUAL ? undefined : preset, from: undefined, to: undefined } : { range: undefined, from, to });

const lastYear = (date: string) => `${Number(date.slice(0, 4)) - 1}${date.slice(4)}`.replace('-02-29', '-02-28');

/** What a range is compared with: as many days just before it, or the same days of last year. */
export function daysBefore({ from, to, preset }: Range): Days {
  if (preset === 'year') return { from: lastYear(from), to: lastYear(to) };
  return { from: addDays(from, -lengthOf({ from, to })), to: addDays(from, -1) };
}

export type Period = 'day' | 'week' | 'month';

/** How long the periods of a chart are, so that there are neither two bars nor two hundred. */
export function periodOf(days: Days): Period {
  const length = lengthOf(days);
  if (length <= 45) return 'day';
  return length <= 217 ? 'week' : 'month';
}

export const reportArg = (days: Days) => ({ from: days.from, to: days.to, by: periodOf(days) });
