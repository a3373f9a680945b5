// JSON that is not quite JSON, and numbers that are not quite quantities: acceptance cases 48–56, against
// POST /products and POST /notifications. Nothing that was refused may have left a row.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { before, describe, test } from 'node:test';
import { assertProblem } from './problem-assertions.mjs';
import { stack as openStack, until } from './stack.mjs';

let stack;
before(async () => { stack = await openStack(); });

// Each target with a document it takes, as text: what is tried is worked into that text.
const TARGETS = [
  { path: '/products', table: 'products',
    text: () => JSON.stringify({ productId: randomUUID(), name: 'JSON test', price: 1, stockQuantity: 1 }) },
  { path: '/notifications', table: 'notifications',
    text: () => JSON.stringify({ type: 'system', title: 'JSON test', message: 'of the parser' }) },
];

const send = (path, body) => stack.request('POST', path, {
  user: 'staff', body, headers: { 'content-type': 'application/json' },
});

// The audit trail has a row for each row written, with the id of the request that wrote it.
async function written(answers) {
  const ids = answers.map((answer) => answer.headers['x-request-id']).join(',');
  const [{ n }] = await stack.sql(`select count(*)::int as n from audit_log
    where request_id = any(string_to_array($1, ',')) and table_name in ('products', 'notifications')`, [ids]);
  return n;
}

// cases: [name, change(text) -> body].
async function refuse(status, cases, targets = TARGETS) {
  const answers = [];
  for (const { path, text } of targets) {
    for (const [name, change] of cases) {
      const answer = await send(path, change(text()));
      assertProblem(answer, status, `${name} to ${path}`);
      answers.push(answer);
    }
  }
  assert.equal(await written(answers), 0);
  return answers;
}

const first = (member) => (text) => text.replace('{', `{${member},`);
const last = (member) => (text) => text.replace(/}$/, `,${member}}`);
const bytes = (text) => Buffer.from(text, 'latin1');
const deep = (depth) => `"x":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}`; // the document itself is a level

test('the documents that the cases are made of are taken, and each leaves a row', async () => {
  for (const { path, text } of TARGETS) {
    const answer = await send(path, text());
    assert.equal(answer.status, 201, answer.text);
    assert.equal(await written([answer]), 1);
  }
});

test('AC-48 something behind the document, a second one, a BOM: 400', () => refuse(400, [
  ['junk behind', (text) => `${text}x`], ['a comma behind', (text) => `${text},`], ['a brace behind', (text) => `${text}}`],
  ['two documents', (text) => `${text}${text}`], ['two lines', (text) => `${text}\n${text}`], ['NUL behind', (text) => `${text}\0`],
  ['NUL in front', (text) => `\0${text}`], ['BOM', (text) => `\ufeff${text}`], ['UTF-16', (text) => Buffer.from(`\ufeff${text}`, 'utf16le')],
  ['nothing', () => ''], ['spaces', () => '   '], ['half', (text) => text.slice(0, -1)], ['a comment', (text) => `/**/${text}`],
  ['a comma too many', (text) => text.replace(/}$/, ',}')], ['single quotes', (text) => text.replaceAll('"', "'")],
  ['a form feed as white space', (text) => `\f${text}`], ['a no-break space', (text) => `\u00a0${text}`],
]));

test('a document that is no object: 400 or 422', async () => {
  const answers = [];
  for (const { path, text } of TARGETS) {
    for (const body of ['[]', 'null', '"x"', '7', 'true', `[${text()}]`]) {
      const answer = await send(path, body);
      assert.ok([400, 422].includes(answer.status), `${body}: ${answer.status}`);
      answers.push(assertProblem(answer, answer.status) && answer);
    }
  }
  assert.equal(await written(answers), 0);
});

test('AC-49 numbers that JSON does not have: 400', () => refuse(400,
  ['01', '1.', '.5', '1e999', '-1e999', '1e', '1e+', '+1', '--1', '0x10', '1_000', 'NaN', 'Infinity', '-Infinity', '-', '１', '1.0e', '00', '-01', '1 2']
    .map((number) => [number, last(`"x":${number}`)])));

test('AC-50 a name twice, in whatever spelling: 400', () => refuse(400, [
  ['twice the same', (text) => text.replace('{', '{"x":1,"x":1,')],
  ['twice, nested', last('"x":{"a":1,"a":2}')],
  ['twice by escape', (text) => text.replace('{', '{"x":1,"\\u0078":2,')],
  ['name or title first', (text) => first(text.includes('"title"') ? '"title":"other"' : '"name":"other"')(text)],
  ['name or title last', (text) => last(text.includes('"title"') ? '"\\u0074itle":"other"' : '"n\\u0061me":"other"')(text)],
]));

test('AC-50 a name in the wrong case: 400', async () => {
  for (const { path, text } of TARGETS) {
    const answers = [];
    for (const change of [(each) => each.replace(/"(name|title)"/, (name) => name.toUpperCase()), last('"NAME":"other","Title":"other"')]) {
      const answer = await send(path, change(text()));
      assert.equal(answer.status, 400, answer.text);
      answers.push(answer);
    }
    assert.equal(await written(answers), 0);
  }
});

test('AC-51 unknown and read-only fields: 422, all of them named', async () => {
  const answers = await refuse(422, [['both', last('"version":7,"updatedAt":"2023-11-23T11:54:21.000Z","unitsSold":1,"x":1,"__proto__":{}')]], [TARGETS[0]]);
  assert.deepEqual(answers[0].json.errors.map((error) => [error.pointer, error.code]).sort(), [
    ['/__proto__', 'unknown_field'], ['/unitsSold', 'read_only'], ['/updatedAt', 'read_only'], ['/version', 'read_only'], ['/x', 'unknown_field'],
  ]);
  const [notified] = await refuse(422, [['both', last('"isRead":true,"createdAt":null,"user":{},"a/b~c":1')]], [TARGETS[1]]);
  assert.deepEqual(notified.json.errors.map((error) => [error.pointer, error.code]).sort(), [
    ['/a~1b~0c', 'unknown_field'], ['/createdAt', 'read_only'], ['/isRead', 'read_only'], ['/user', 'read_only'],
  ]);
});

test('AC-52 text that is none: 400', () => refuse(400, [
  ['\\u0000', '\\u0000'], ['raw newline', 'a\nb'], ['raw tab', 'a\tb'], ['raw NUL', 'a\0b'], ['raw DEL is allowed, 0x1f is not', 'a\x1fb'],
  ['a lone continuation', '\x80'], ['a cut sequence', '\xc3'], ['overlong slash', '\xc0\xaf'], ['overlong, three bytes', '\xe0\x80\xaf'],
  ['a surrogate in UTF-8', '\xed\xa0\x80'], ['beyond U+10FFFF', '\xf4\x90\x80\x80'], ['0xff', '\xff'], ['a lone surrogate', '\\ud800'],
  ['a low surrogate first', '\\udc00\\ud800'], ['a short escape', '\\u12'], ['no such escape', '\\x41'], ['a backslash at the end', 'a\\'],
].map(([name, value]) => [name, (text) => bytes(text.replace(/"JSON test"/, () => `"${value}"`))])));

describe('AC-53 as a quantity', () => {
  const product = (quantity) => (text) => text.replace('"stockQuantity":1', `"stockQuantity":${quantity}`);

  test('2^53+1, 1.5, -1, 2^31 and the like: 422', () => refuse(422,
    ['9007199254740993', '1.5', '-1', '2147483648', '4294967297', '1e10', '1e-1', '18446744073709551617', '1e300', '"a"', 'true', 'null', '[]', '{}', '""']
      .map((quantity) => [quantity, product(quantity)]), [TARGETS[0]]));

  test('2^31-1, 0 and other spellings of whole numbers are exact', async () => {
    for (const [quantity, stored] of [['2147483647', 2147483647], ['0', 0], ['-0', 0], ['1e3', 1000], ['12.0', 12], ['1.5e1', 15]]) {
      const answer = await send('/products', product(quantity)(TARGETS[0].text()));
      assert.equal(answer.status, 201, `${quantity}: ${answer.text}`);
      const [row] = await stack.sql('select stock_quantity from products where product_id = $1', [answer.json.productId]);
      assert.deepEqual([answer.json.stockQuantity, row.stock_quantity], [stored, stored], quantity);
    }
  });
});

describe('AC-54 as a price', () => {
  const product = (price) => (text) => text.replace('"price":1', `"price":${price}`);

  test('1.005 and the like: 422', () => refuse(422,
    ['1.005', '0.001', '1e-3', '19.9900000000000001', '-0.01', '1000000000000', '1e12', '99999999999999999999.99', '"19,99"', 'null']
      .map((price) => [price, product(price)]), [TARGETS[0]]));

  test('19.99 and what a double cannot hold are exact', async () => {
    for (const [price, stored] of [['19.99', '19.99'], ['0.1', '0.10'], ['1.10', '1.10'], ['999999999999.99', '999999999999.99'], ['1999e-2', '19.99'], ['0', '0.00']]) {
      const answer = await send('/products', product(price)(TARGETS[0].text()));
      assert.equal(answer.status, 201, `${price}: ${answer.text}`);
      const [row] = await stack.sql('select price::text from products where product_id = $1', [answer.json.productId]);
      assert.equal(row.price, stored);
      assert.equal(Number(/"price":([0-9.]+)/.exec(answer.text)[1]).toFixed(2), stored);
    }
  });
});

describe('AC-55 depth', () => {
  test('33 and more: 400', () => refuse(400, [33, 34, 1000, 20_000].map((depth) => [String(depth), last(deep(depth))])));
  test('33 objects: 400', () => refuse(400, [['objects', last(`"x":${'{"a":'.repeat(32)}1${'}'.repeat(32)}`)]]));
  test('32 is read: the field is unknown, not the document malformed', () => refuse(422, [['32', last(deep(32))]]));
});

describe('AC-56 very many names', () => {
  const object = (count) => `{${Array.from({ length: count }, (_, index) => `"k${index}":1`).join(',')}}`;
  // The worker's own time; the median of a few, since this machine has other things to do.
  async function medianTime(body, statuses) {
    const times = [];
    for (let round = 0; round < 7; round += 1) {
      const answer = await send('/products', body);
      assert.ok(statuses.includes(answer.status), `${answer.status}`);
      assertProblem(answer, answer.status);
      const line = await until(() => stack.logLines().find((each) => each.request_id === answer.headers['x-request-id']), { what: 'the log line' });
      times.push(line.duration_us);
    }
    return times.sort((a, b) => a - b)[(times.length - 1) / 2];
  }

  test('200 000: 413 or 400 in under 50 ms', async () => {
    assert.ok(await medianTime(object(200_000), [400, 413]) < 50_000);
  });

  test('as many as fit into what is read, and all the same: 400 or 422 in under 50 ms', async () => {
    assert.ok(await medianTime(object(6500), [400, 422]) < 50_000);
    assert.ok(await medianTime(`{${'"":0,'.repeat(12_000)}"":0}`, [400, 422]) < 50_000);
  });
});
