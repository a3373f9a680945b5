// CSV as RFC 4180 has it, read strictly.

import assert from 'node:assert/strict';

/** The lines as arrays of texts. */
export function parse(text) {
  const lines = [];
  let at = 0;
  while (at < text.length) {
    const line = [];
    for (let more = true; more;) {
      const quoted = /"((?:[^"]|"")*)"(,|\r\n)/y;
      const plain = /([^",\r\n]*)(,|\r\n)/y;
      const form = text[at] === '"' ? quoted : plain;
      form.lastIndex = at;
      const found = form.exec(text) ?? assert.fail(`no CSV at ${JSON.stringify(text.slice(at, at + 60))}`);
      line.push(text[at] === '"' ? found[1].replaceAll('""', '"') : found[1]);
      at = form.lastIndex;
      more = found[2] === ',';
    }
    lines.push(line);
  }
  return lines;
}
