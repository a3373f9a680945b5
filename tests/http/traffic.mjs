// Reads recorded traffic: HAR 1.2 files, as recording-proxy.mjs makes them, and NDJSON files for what
// cannot go through a proxy, one exchange a line:
//   {"method", "path", "requestHeaders"?, "requestBody"?, "status", "headers", "body"}
// Header values are strings, or arrays where a header came more than once. `path` has the query.

import fs from 'node:fs';
import path from 'node:path';

export class TrafficError extends Error {}

/** Header fields as a Map from the lower-case name to all values, joined as RFC 9110, 5.2 allows. */
function headerMap(fields) {
  const map = new Map();
  for (const [name, value] of fields) {
    const key = name.toLowerCase();
    map.set(key, map.has(key) ? `${map.get(key)}, ${value}` : String(value));
  }
  return map;
}

const pairsOfHar = (headers) => headers.map(({ name, value }) => [name, value]);
const pairsOfObject = (headers = {}) =>
  Object.entries(headers).flatMap(([name, value]) => [value].flat().map((one) => [name, one]));

function bodyOfHar({ text = '', encoding }) {
  return encoding === 'base64' ? Buffer.from(text, 'base64').toString('utf8') : text;
}

function exchangesOfHar(file) {
  return JSON.parse(fs.readFileSync(file, 'utf8')).log.entries.map((entry, index) => {
    const url = new URL(entry.request.url);
    return {
      source: `${path.basename(file)}#${index}`,
      method: entry.request.method,
      path: url.pathname,
      query: url.search,
      status: entry.response.status,
      headers: headerMap(pairsOfHar(entry.response.headers)),
      body: bodyOfHar(entry.response.content),
      entry,
    };
  });
}

function exchangesOfNdjson(file) {
  const lines = fs.readFileSync(file, 'utf8').split('\n');
  return lines.flatMap((line, index) => {
    if (line.trim() === '') return [];
    const recorded = JSON.parse(line);
    // A request target that was sent malformed on purpose need not be a URL: cut at the first `?`.
    const [, pathname, query] = /^([^?]*)(.*)$/s.exec(recorded.path);
    return [{
      source: `${path.basename(file)}:${index + 1}`,
      method: recorded.method,
      path: pathname,
      query,
      status: recorded.status,
      headers: headerMap(pairsOfObject(recorded.headers)),
      body: recorded.body ?? '',
    }];
  });
}

const readers = { '.har': exchangesOfHar, '.ndjson': exchangesOfNdjson };

/** All exchanges of the files, and of the .har and .ndjson files in the folders, in order of name. */
export function readTraffic(places) {
  const files = places.flatMap((place) =>
    fs.statSync(place).isDirectory()
      ? fs.readdirSync(place).filter((name) => path.extname(name) in readers).sort()
        .map((name) => path.join(place, name))
      : [place]);
  return files.flatMap((file) => {
    const read = readers[path.extname(file)];
    if (!read) throw new TrafficError(`${file}: recorded traffic ends in .har or .ndjson`);
    return read(file);
  });
}
