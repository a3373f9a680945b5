// Amounts as people write them into a field.

const grouped = (text: string, separator: string) => text.split(separator).every((part, i) => (i === 0 ? /^\d{1,3}$/ : /^\d{3}$/).test(part));

/** Which of the marks stands in front of the decimals: its place, -1 when none does; undefined when it cannot be told. */
function decimalMark(text: string, group: string): number | undefined {
  const marks: string[] = text.match(/[.,]/g) ?? [];
  const last = marks.at(-1);
  if (last === undefined) return -1;
  const place = text.lastIndexOf(last);
  const whole = text.slice(0, place);
  const other = last === ',' ? '.' : ',';
  if (marks.indexOf(last) < marks.length - 1) return marks.includes(other) || (last !== group && !grouped(text, last)) ? undefined : -1;
  if (whole.includes(other)) return other === group || grouped(whole, other) ? place : undefined;
  return last === group && /^[1-9]\d{0,2}$/.test(whole) && /^\d{3}$/.test(text.slice(place + 1)) ? -1 : place;
}

/**
 * The number that somebody has written: '' for nothing, NaN for what is none. The mark that groups thousands in a locale is one only where
 * three digits follow: the keys of a phone have a single mark, that of the phone's own locale, and 12,5 is never 125.
 */
export function readAmount(written: string, group: string): number | '' {
  const text = written.replace(/[^\d.,]/g, '');
  if (!/\d/.test(text)) return '';
  const place = decimalMark(text, group);
  if (place === undefined) return NaN;
  const digits = (part: string) => part.replace(/\D/g, '');
  return Number(place < 0 ? digits(text) : `${digits(text.slice(0, place))}.${digits(text.slice(place + 1))}`);
}
