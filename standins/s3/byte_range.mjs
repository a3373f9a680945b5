// One range of bytes of an object (RFC 9110, section 14). s3rver takes "bytes=0-0" and "bytes=-5" for something else,
// so it gives whole objects, and they are cut here.

import { S3Error } from './errors.mjs';

/** { first, last } of a Range header; undefined when the whole is to be sent. Throws an S3Error for one beyond the end. */
function readRange(header, size) {
  const [, from, to] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (from === undefined || (from === '' && to === '')) return undefined;
  if (from !== '' && to !== '' && Number(to) < Number(from)) return undefined;
  const first = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const last = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (first > last) throw new S3Error('InvalidRange', 'The requested range is not satisfiable', { RangeRequested: header, ActualObjectSize: size });
  return { first, last };
}

/** The answer with a whole object, made one with the range that was asked for. */
export function cutToRange(answer, header) {
  const size = answer.body.length;
  const range = answer.status === 200 ? readRange(header, size) : undefined;
  if (!range) return answer;
  return {
    status: 206,
    headers: { ...answer.headers, 'content-range': `bytes ${range.first}-${range.last}/${size}` },
    body: answer.body.subarray(range.first, range.last + 1),
  };
}
