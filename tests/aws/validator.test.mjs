// infra/stockpilot.yaml by AWS's own validator, which aws-cdk-lib has in it: cfn-lint's rules and the schemas of all resources.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, describe, test } from 'node:test';
import { DASHBOARD, GIVEN, SEVERAL, templateFile } from './template.mjs';

const inside = createRequire(createRequire(import.meta.url).resolve('aws-cdk-lib'));
const { RegoEngine, TemplateFile } = inside('@aws/cloudformation-validate');

// What it warns of and is meant so: an output may be of one layout or of the other, and an empty parameter is that of what is not made then.
const ACCEPTED = [
  /^W1001 ApiAddress: /,
  /^W1030 DashboardDomain: .*default '' does not match/,
  /^W1030 (RepositoryToken|DashboardApp): .*default '' (does not match|has length 0)/,
  // An override makes a condition what it is, and the other branch unreachable.
  /^W1028 Images: \['Fn::If', [12]\] is not reachable/,
];

describe('The template, by the validator', () => {
  const engine = new RegoEngine();
  after(() => engine.free());

  for (const region of ['us-east-1', 'eu-west-1']) {
    for (const [what, parameters] of [['one host', {}], ['one host and the dashboard', DASHBOARD], ['several hosts', { ...SEVERAL, ...DASHBOARD, DashboardDomain: 'shop.example.com' }]]) {
      test(`has nothing against ${what} in ${region}`, () => {
        const report = engine.validateTemplate(new TemplateFile(templateFile), {
          severityLevel: 'WARN', parameterOverrides: { ...GIVEN, ...parameters }, pseudoParameterOverrides: { region },
        });
        assert.ok(report.metadata.resourcesScanned > 60);
        const told = report.diagnostics.map(({ ruleId, entity, message }) => `${ruleId} ${entity?.logicalId}: ${message}`);
        assert.deepEqual(told.filter((each) => !ACCEPTED.some((accepted) => accepted.test(each))), []);
      });
    }
  }
});
