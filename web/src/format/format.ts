// Numbers, money, days and times as people of a locale write them.

/** What a locale's sums and times are shown in; the business's, not the browser's. */
export interface Conventions {
  locale: string;
  currency: string | undefined;
  timeZone: string;
}

// Node and browsers may differ in which narrow space they put where; a page must be the same on both.
const plain = (text: string) => text.replace(/[\u202f\u2009]/g, '\u00a0');

/** Makes it when it is first needed: one of these takes a phone several milliseconds. */
function lazily<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

const number = (locale: string, options?: Intl.NumberFormatOptions) => {
  const format = lazily(() => new Intl.NumberFormat(locale, options));
  return (value: number) => plain(format().format(value));
};

const moment = (locale: string, options: Intl.DateTimeFormatOptions) => {
  const format = lazily(() => new Intl.DateTimeFormat(locale, options));
  return (value: string | number) => plain(format().format(new Date(value)));
};

function sums(locale: string, currency: string | undefined) {
  const style = currency ? ({ style: 'currency', currency } as const) : ({ minimumFractionDigits: 2 } as const);
  return {
    /** A sum in the business's currency. */
    money: number(locale, style),
    /** Of one piece, with up to four decimals. */
    unitCost: number(locale, { ...style, maximumFractionDigits: 4 }),
    /** A sum on an axis: 12.4 K. */
    shortMoney: number(locale, { ...(currency && { style: 'currency', currency }), notation: 'compact', minimumFractionDigits: 0, maximumFractionDigits: 1 }),
  };
}

function numbers(locale: string) {
  const change = number(locale, { style: 'percent', maximumFractionDigits: 1, signDisplay: 'exceptZero' });
  return {
    number: number(locale),
    /** Of five. */
    rating: number(locale, { minimumFractionDigits: 1 }),
    /** +3, −2, 0. */
    signed: number(locale, { signDisplay: 'exceptZero' }),
    /** Of hundred: 12.4 gives +12.4 %. */
    change: (value: number) => change(value / 100),
    /** Of one: 0.5 gives 50 %. */
    percent: number(locale, { style: 'percent' }),
  };
}

function times(locale: string, timeZone: string) {
  const hour = moment(locale, { timeStyle: 'short', timeZone: 'UTC' });
  const clock = moment(locale, { timeStyle: 'short', timeZone });
  const date = moment(locale, { dateStyle: 'medium', timeZone });
  return {
    // A day of the business is written as its midnight in UTC.
    day: moment(locale, { dateStyle: 'medium', timeZone: 'UTC' }),
    shortDay: moment(locale, { day: 'numeric', month: 'short', timeZone: 'UTC' }),
    month: moment(locale, { month: 'short', year: 'numeric', timeZone: 'UTC' }),
    /** Without the year, for what is of late. */
    shortTime: moment(locale, { month: 'short', day: 'numeric', hour: 'numeric', minute: '2-digit', timeZone }),
    /** An hour of the day: 8 is 8:00 AM, or 08:00. */
    hour: (value: number) => hour(value * 3600_000),
    /** The day on which a time lies for the business. */
    date,
    time: moment(locale, { dateStyle: 'medium', timeStyle: 'short', timeZone }),
    /** The two parts of a time, for where it is written in two lines: the day it was in the business, and the hour. */
    dayAndHour: (value: string) => [date(value), clock(value)] as const,
    /** `2023-11-23`: the day of the business that a time lies in. Sweden writes days as ISO does. */
    dayOf: moment('sv-SE', { dateStyle: 'short', timeZone }),
  };
}

function fields(locale: string) {
  // Fields take no other digits than these.
  const inFields = { numberingSystem: 'latn', maximumFractionDigits: 10 } as const;
  const plainField = number(locale, inFields);
  const moneyField = number(locale, { ...inFields, minimumFractionDigits: 2 });
  const marks = lazily(() => new Intl.NumberFormat(locale, inFields).formatToParts(1234567.5));
  const markOf = (kind: 'decimal' | 'group') => plain(marks().find(({ type }) => type === kind)?.value ?? '');
  return {
    /** As it stands in a field: with cents, when it is money. */
    inField: (value: number, cents: boolean) => (cents ? moneyField : plainField)(value),
    /** What stands in front of the decimals, for fields. */
    decimalSeparator: () => markOf('decimal') || '.',
    /** What stands between thousands, for fields. */
    groupSeparator: () => markOf('group'),
  };
}

const makeFormat = ({ locale, currency, timeZone }: Conventions) =>
  ({ ...sums(locale, currency), ...numbers(locale), ...times(locale, timeZone), ...fields(locale) });

export type Format = ReturnType<typeof makeFormat>;

const made = new Map<string, Format>();
// The server meets the locales of all who ask.
const ENOUGH = 100;

/** One for all that have the same conventions. */
export function formatOf(conventions: Conventions): Format {
  const key = JSON.stringify([conventions.locale, conventions.currency, conventions.timeZone]);
  const known = made.get(key);
  if (known) return known;
  if (made.size >= ENOUGH) made.clear();
  const format = makeFormat(conventions);
  made.set(key, format);
  return format;
}

/** `2023-11-23` of a day, for the API and for inputs. */
export const isoDay = (day: string) => day.slice(0, 10);

/** The day that lies so many days after it. */
export function addDays(day: string, days: number): string {
  const date = new Date(`${isoDay(day)}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
}
