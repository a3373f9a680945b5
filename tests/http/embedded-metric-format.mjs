// CloudWatch's embedded metric format, after its specification: what a line must be for CloudWatch to make metrics of it.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
import assert from 'node:assert/strict';
import Ajv from 'ajv';

// Of PutMetricData; the specification's own schema has the same list.
const SIZES = ['Bytes', 'Kilobytes', 'Megabytes', 'Gigabytes', 'Terabytes', 'Bits', 'Kilobits', 'Megabits', 'Gigabits', 'Terabits'];
const UNITS = ['Seconds', 'Microseconds', 'Milliseconds', ...SIZES, 'Percent', 'Count', ...SIZES.map((size) => `${size}/Second`), 'Count/Second', 'None'];

const name = { type: 'string', minLength: 1, maxLength: 255 };

const definition = {
  type: 'object',
  required: ['Name'],
  additionalProperties: false,
  properties: { Name: name, Unit: { enum: UNITS }, StorageResolution: { enum: [1, 60] } },
};

const directive = {
  type: 'object',
  required: ['Namespace', 'Dimensions', 'Metrics'],
  additionalProperties: false,
  properties: {
    Namespace: name,
    // As the specification's own schema has it; its text allows none, and 30.
    Dimensions: { type: 'array', minItems: 1, items: { type: 'array', minItems: 1, maxItems: 9, uniqueItems: true, items: name } },
    Metrics: { type: 'array', minItems: 1, maxItems: 100, items: definition },
  },
};

const SCHEMA = {
  type: 'object',
  required: ['_aws'],
  properties: {
    _aws: {
      type: 'object',
      required: ['Timestamp', 'CloudWatchMetrics'],
      additionalProperties: false,
      properties: {
        Timestamp: { type: 'integer', minimum: 1_000_000_000_000 }, // milliseconds, and not seconds
        CloudWatchMetrics: { type: 'array', minItems: 1, maxItems: 100, items: directive },
      },
    },
  },
};

const LONGEST = 256 << 10;
const FORBIDDEN_IN_DIMENSIONS = /^:|[^\x20-\x7e]/;

const ajv = new Ajv({ strict: true, allErrors: true });
const isValid = ajv.compile(SCHEMA);

// What a schema cannot say: references are to members of the root, of the right type.
function checkReferences(line, { Dimensions, Metrics }) {
  for (const key of Dimensions.flat()) {
    assert.equal(typeof line[key], 'string', `the dimension ${key}`);
    assert.ok(line[key].length >= 1 && line[key].length <= 1024 && !FORBIDDEN_IN_DIMENSIONS.test(line[key]), `${key}: ${line[key]}`);
  }
  const names = Metrics.map(({ Name }) => Name);
  assert.deepEqual(names, [...new Set(names)], 'each metric once');
  for (const metric of names) assert.ok(Number.isFinite(line[metric]), `the metric ${metric}: ${line[metric]}`);
}

/** Fails unless `text`, one line of a log, is such a document; gives it parsed. */
export function assertEmbeddedMetrics(text) {
  assert.ok(text.startsWith('{') && text.endsWith('}') && Buffer.byteLength(text) <= LONGEST, text);
  const line = JSON.parse(text);
  assert.ok(isValid(line), `${ajv.errorsText(isValid.errors)}\n${text}`);
  line._aws.CloudWatchMetrics.forEach((one) => checkReferences(line, one));
  return line;
}

/** { Requests: 'Count', … }: the metrics that CloudWatch makes of such a line, by their units. */
export const metricsMadeOf = (line) => Object.fromEntries(
  line._aws.CloudWatchMetrics.flatMap(({ Metrics }) => Metrics.map(({ Name, Unit }) => [Name, Unit])));
