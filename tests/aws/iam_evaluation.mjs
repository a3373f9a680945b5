// Whether IAM allows a call: statements of an identity's policy, nothing else having a say. What is not allowed is denied, and
// what is denied is not allowed by another statement. As much of the language as the template speaks: the rest is an error.

const KNOWN = ['Sid', 'Effect', 'Action', 'Resource', 'Condition'];
const ARN_PARTS = 6;

const withWildcards = (pattern, flags = '') =>
  new RegExp(`^${pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*').replaceAll('?', '.')}$`, flags);
const fits = (pattern, text) => withWildcards(pattern, 's').test(text);

/** The last part may have colons of its own. */
function partsOf(arn) {
  const parts = arn.split(':');
  return parts.length < ARN_PARTS ? parts : [...parts.slice(0, ARN_PARTS - 1), parts.slice(ARN_PARTS - 1).join(':')];
}

/** A wildcard goes no further than its part of the ARN, and stands for slashes there. */
function isResource(pattern, arn) {
  if (pattern === '*' || arn === '*') return pattern === '*';
  const [patterns, parts] = [partsOf(pattern), partsOf(arn)];
  return patterns.length === parts.length && patterns.every((each, index) => fits(each, parts[index]));
}

function holds(condition, context) {
  const told = Object.fromEntries(Object.entries(context).map(([key, value]) => [key.toLowerCase(), value]));
  return Object.entries(condition).every(([operator, wanted]) => {
    if (operator !== 'StringEquals') throw new Error(`${operator} is not known here`);
    return Object.entries(wanted).every(([key, values]) => [values].flat().includes(told[key.toLowerCase()]));
  });
}

/** Whether a statement is about a call, { action, resource, context? }: whether it allows or denies it, if so. */
export function isAbout(statement, { action, resource, context = {} }) {
  const unknown = Object.keys(statement).filter((name) => !KNOWN.includes(name));
  if (unknown.length > 0) throw new Error(`${statement.Sid}: ${unknown} is not known here`);
  return [statement.Action].flat().some((pattern) => withWildcards(pattern, 'i').test(action))
    && [statement.Resource].flat().some((pattern) => isResource(pattern, resource))
    && holds(statement.Condition ?? {}, context);
}

/** The statements that allow a call: none, if it is denied. */
export function allowing(statements, call) {
  const about = statements.filter((statement) => isAbout(statement, call));
  return about.some(({ Effect }) => Effect !== 'Allow') ? [] : about;
}
