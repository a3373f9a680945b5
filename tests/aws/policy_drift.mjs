#!/usr/bin/env node
// Holds the policy of the programs in infra/stockpilot.yaml against the calls that they made in the test suite.
//
//   policy_drift.mjs [--coverage] FILE
//
// FILE has what the counterparts of AWS were asked with the role's credentials (standins/aws/role_calls.mjs), one kind of call
// a line. A finding is a call that the policy does not allow, and, with --coverage, what a statement allows on a resource
// and no call took. Ends with 1 if anything is found.

import fs from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { allowing, isAbout } from './iam_evaluation.mjs';
import { templateFor } from './template.mjs';

/**
 * The role's other policies are not the programs': cloudwatch-agent is for Amazon's agent, which no test runs, first-boot and take-the-address for
 * what sets a host up, which tests/package/host.test.mjs holds them against. A call of a program that only they allow is one that is missing in this one.
 */
const POLICY = 'stockpilot-programs';

/** What the template's resources are on the stacks of ./dev up (scripts/dev/standins.sh), and AWS's own names there. */
const NAMES = {
  'AWS::Partition': 'aws',
  'AWS::Region': 'us-east-1',
  'AWS::AccountId': '000000000000',
  'Images.Arn': 'arn:aws:s3:::stockpilot-images',
  'UserPool.Arn': 'arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_StockPilot',
  StockAlerts: 'arn:aws:sns:us-east-1:000000000000:stockpilot-stock-alerts',
  SystemAlerts: 'arn:aws:sns:us-east-1:000000000000:stockpilot-system-alerts',
  OrderNotifications: 'arn:aws:sns:us-east-1:000000000000:stockpilot-order-notifications',
};
/** The path of the parameters is no resource: it is written out in the policy, and as PARAMETER_STORE_PATH in the stack's configuration. */
const PARAMETERS = { ofTemplate: ':parameter/stockpilot/production', ofStacks: ':parameter/stockpilot/development' };
/**
 * Allowed, and asked for by nobody. AWS names the path in what it says of a call that it denies, and documents that whoever may ask for a
 * path may have what is below it; that this holds for all that is there, only an account would show.
 */
const BELOW_A_PATH = /^arn:aws:ssm:.*:parameter\/.*\/\*$/;
/** A test has a pool look where nothing is for it, with a path that no policy is for. */
const ON_PURPOSE = ['arn:aws:ssm:us-east-1:000000000000:parameter/elsewhere'];

/** A value of a policy without references, by what they are called: { 'AWS::Region': 'us-east-1', 'Images.Arn': … }. */
function written(value, names) {
  const nameOf = (reference) => {
    if (!Object.hasOwn(names, reference)) throw new Error(`${reference} of the policy has no name here`);
    return names[reference];
  };
  if (Array.isArray(value)) return value.map((each) => written(each, names));
  if (typeof value !== 'object') return value;
  if ('Ref' in value) return nameOf(value.Ref);
  if ('Fn::GetAtt' in value) return nameOf(value['Fn::GetAtt'].join('.'));
  if (typeof value['Fn::Sub'] === 'string') return value['Fn::Sub'].replace(/\$\{([^}]+)\}/g, (_, reference) => nameOf(reference));
  throw new Error(`not known here: ${JSON.stringify(value)}`);
}

/** The statements of the hosts' policies of these names; resources are called by `names`. */
export function hostStatements(policies, names) {
  const { HostRole, AddressPolicy } = templateFor().Resources;
  return [...HostRole.Properties.Policies, AddressPolicy.Properties].filter(({ PolicyName }) => policies.includes(PolicyName))
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement.map((statement) => ({ ...statement, Resource: written(statement.Resource, names) })));
}

/** The statements that are the programs', with the names of the tests' stacks. */
export const programStatements = () => hostStatements([POLICY], NAMES).map(({ Resource, ...rest }) =>
  ({ ...rest, Resource: JSON.parse(JSON.stringify(Resource).replaceAll(PARAMETERS.ofTemplate, PARAMETERS.ofStacks)) }));

const told = ({ action, resource, context = {} }) =>
  [action, 'on', resource, ...Object.entries(context).map(([key, value]) => `with ${key} ${value}`)].join(' ');

/** Calls that were made, and that the policy does not allow: of those for things side by side, such as images, one with the number of others. */
export function missing(statements, calls) {
  const kinds = new Map();
  for (const call of calls.filter((each) => allowing(statements, each).length === 0)) {
    const kind = told({ ...call, resource: call.resource.replace(/\/[^/]*$/, '/') });
    kinds.set(kind, (kinds.get(kind) ?? new Set()).add(told(call)));
  }
  return [...kinds.values()].map(([first, ...more]) => `${first}${more.length > 0 ? ` (and ${more.length} more)` : ''} was asked for and is not allowed`);
}

/** Every action that a statement allows with every resource that it allows it on: statements of one each. */
const apart = (statement) => [statement.Action].flat().flatMap((Action) =>
  [statement.Resource].flat().map((Resource) => ({ ...statement, Action, Resource })));

/** What a statement allows, and no call took by it. */
export const unused = (statements, calls) => statements.filter(({ Effect }) => Effect === 'Allow').flatMap(apart)
  .filter((single) => !BELOW_A_PATH.test(single.Resource) && !calls.some((call) => isAbout(single, call)))
  .map(({ Sid, Action, Resource }) => `${Sid} allows ${Action} on ${Resource}, which no program asked for`);

const readCalls = (file) => fs.readFileSync(file, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line));

function main() {
  const { values, positionals: [file] } = parseArgs({ allowPositionals: true, options: { coverage: { type: 'boolean', default: false } } });
  const calls = readCalls(file).filter(({ resource }) => !ON_PURPOSE.includes(resource));
  if (calls.length === 0) throw new Error('no call was recorded');
  const statements = programStatements();
  const findings = [...missing(statements, calls), ...(values.coverage ? unused(statements, calls) : [])];
  for (const finding of findings) console.log(finding);
  const actions = [...new Set(calls.map(({ action }) => action))].sort();
  console.log(`${calls.length} calls of ${actions.length} actions (${actions.join(', ')}), ${findings.length} findings`);
  process.exitCode = findings.length > 0 ? 1 : 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
