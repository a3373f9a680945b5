// What a form may upload: the policy that its issuer signed
// (https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html).

import { S3Error } from './errors.mjs';

/** Fields that need no condition. */
const uncovered = (name) => ['policy', 'x-amz-signature', 'file'].includes(name) || name.startsWith('x-ignore-');

const invalid = (why) => new S3Error('InvalidPolicyDocument', `Invalid Policy: ${why}`);
const denied = (why) => new S3Error('AccessDenied', `Invalid according to Policy: ${why}`);

/** One condition as { operator, name, value } or { operator: 'content-length-range', least, most }. */
function readCondition(condition) {
  if (Array.isArray(condition) && condition.length === 3) {
    const [operator, first, second] = condition;
    if (operator === 'content-length-range' && Number.isSafeInteger(Number(first)) && Number.isSafeInteger(Number(second))) {
      return { operator, least: Number(first), most: Number(second) };
    }
    if (['eq', 'starts-with'].includes(operator) && /^\$./.test(first) && typeof second === 'string') {
      return { operator, name: first.slice(1).toLowerCase(), value: second, text: condition };
    }
  } else if (condition !== null && typeof condition === 'object' && !Array.isArray(condition)) {
    const pairs = Object.entries(condition);
    if (pairs.length === 1 && typeof pairs[0][1] === 'string') {
      const [[name, value]] = pairs;
      return { operator: 'eq', name: name.toLowerCase(), value, text: ['eq', `$${name}`, value] };
    }
  }
  throw invalid('Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.');
}

function readPolicy(encoded) {
  let policy;
  try {
    policy = JSON.parse(Buffer.from(encoded, 'base64').toString('utf8'));
  } catch {
    throw invalid('Invalid JSON.');
  }
  if (typeof policy?.expiration !== 'string') throw invalid('Policy missing expiration.');
  if (!Array.isArray(policy.conditions)) throw invalid('Policy missing conditions.');
  const expiration = Date.parse(policy.expiration);
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(policy.expiration) || Number.isNaN(expiration)) {
    throw invalid(`Invalid 'expiration' value: '${policy.expiration}'`);
  }
  return { expiration, conditions: policy.conditions.map(readCondition) };
}

function checkLength({ least, most }, length) {
  if (length < least) {
    throw new S3Error('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', { ProposedSize: length, MinSizeAllowed: least });
  }
  if (length > most) {
    throw new S3Error('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size', { ProposedSize: length, MaxSizeAllowed: most });
  }
}

/**
 * Throws an S3Error unless the policy allows this upload. `fields`: by name in lower case; `bucket`: the one that is
 * posted to, whatever the form says; `length`: bytes of the file.
 */
export function checkPolicy({ fields, bucket, length, now }) {
  const { expiration, conditions } = readPolicy(fields.get('policy'));
  if (now > expiration) throw denied('Policy expired.');
  for (const { operator, name, value, text } of conditions.filter((each) => each.operator !== 'content-length-range')) {
    const given = name === 'bucket' ? bucket : fields.get(name);
    const met = given !== undefined && (operator === 'eq' ? given === value : given.startsWith(value));
    if (!met) throw denied(`Policy Condition failed: ${JSON.stringify(text)}`);
  }
  const names = new Set(conditions.map(({ name }) => name));
  const extra = [...fields.keys()].filter((name) => !uncovered(name) && !names.has(name));
  if (extra.length > 0) throw denied(`Extra input fields: ${extra.join(', ')}`);
  conditions.filter(({ operator }) => operator === 'content-length-range').forEach((range) => checkLength(range, length));
}
