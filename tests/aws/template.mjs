// infra/stockpilot.yaml, as it was written and as it comes out for given parameters.
import fs from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

export const templateFile = fileURLToPath(new URL('../../infra/stockpilot.yaml', import.meta.url));

// The short forms: `!Ref Name` is { Ref: 'Name' }, `!Sub text` { 'Fn::Sub': 'text' }.
const longName = (name) => (['Ref', 'Condition'].includes(name) ? name : `Fn::${name}`);
const valueOf = (name, value) => (name === 'GetAtt' && typeof value === 'string' ? value.split('.') : value);
const shortForms = ['Ref', 'Condition', 'Sub', 'GetAtt', 'If', 'Equals', 'Not', 'And', 'Or', 'Select', 'GetAZs'].flatMap((name) => [
  { tag: `!${name}`, resolve: (text) => ({ [longName(name)]: valueOf(name, text) }) },
  { tag: `!${name}`, collection: 'seq', resolve: (list) => ({ [longName(name)]: list.toJSON() }) },
  { tag: `!${name}`, collection: 'map', resolve: (map) => ({ [longName(name)]: map.toJSON() }) },
]);

export const template = parse(fs.readFileSync(templateFile, 'utf8'), { customTags: shortForms });

/** What somebody types in, beside the defaults: with nothing of it a stack cannot be made. */
export const GIVEN = {
  ApiDomain: 'api.example.com', AlertEmail: 'owner@example.com', AdminCidr: '203.0.113.7/32', KeyName: 'key', SignInPrefix: 'shop',
  PackageBucket: 'packages', PackageKey: 'stockpilot_1.0.0-1_amd64.deb', PackageSha256: 'a'.repeat(64),
};
export const DASHBOARD = { Repository: 'https://example.com/stockpilot', RepositoryToken: 'token' };
export const SEVERAL = { Layout: 'several-hosts', CertificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/0a1b' };

/** The template for these parameters, without conditions: a resource that is not made is not in it. References to resources stay. */
export function templateFor(parameters = {}) {
  const values = Object.fromEntries(Object.entries(template.Parameters).map(([name, { Default }]) =>
    [name, String({ ...GIVEN, ...parameters }[name] ?? Default)]));
  const test = (condition) => {
    if (typeof condition !== 'object') throw new Error(`not a condition: ${condition}`);
    const [[name, value]] = Object.entries(condition);
    switch (name) {
      case 'Condition': return holds(value);
      case 'Fn::Equals': return String(resolve(value[0])) === String(resolve(value[1]));
      case 'Fn::Not': return !test(value[0]);
      case 'Fn::And': return value.every(test);
      case 'Fn::Or': return value.some(test);
      default: throw new Error(`no such condition: ${name}`);
    }
  };
  const holds = (name) => test(template.Conditions[name]);
  const NOTHING = Symbol('AWS::NoValue');
  const members = (value) => (Array.isArray(value)
    ? value.map(resolve).filter((each) => each !== NOTHING)
    : Object.fromEntries(Object.entries(value).map(([name, each]) => [name, resolve(each)]).filter(([, each]) => each !== NOTHING)));
  const resolve = (value) => {
    if (typeof value !== 'object' || value === null) return value;
    if ('Ref' in value) return value.Ref === 'AWS::NoValue' ? NOTHING : values[value.Ref] ?? value;
    if ('Fn::If' in value) return resolve(value['Fn::If'][holds(value['Fn::If'][0]) ? 1 : 2]);
    return members(value);
  };
  const present = (section) => Object.fromEntries(Object.entries(section)
    .filter(([, { Condition }]) => Condition === undefined || holds(Condition))
    .map(([name, { Condition, ...rest }]) => [name, resolve(rest)]));
  return { Parameters: template.Parameters, Resources: present(template.Resources), Outputs: present(template.Outputs), values };
}

/** The resources of a type, as [name, Properties]. */
export const ofType = ({ Resources }, type) => Object.entries(Resources).filter(([, { Type }]) => Type === type).map(([name, { Properties }]) => [name, Properties]);
