// infra/stockpilot.yaml by cdk-nag's rules for solutions on AWS. Every finding is accepted with its reason, or is a fault; and an accepted one that
// is not found any more is taken off the list.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { DASHBOARD, SEVERAL, templateFor } from './template.mjs';

const LOGS_COST = 'access logs of S3, CloudFront and the load balancer cost storage and tell nothing that nginx and the audit trail do not';
const GROUPS = 'names the log groups of StockPilot, or has to list all: a list cannot be asked for by group';
/** 'RULE RESOURCE' as the rules name them, for every layout that has the resource. */
const ACCEPTED = {
  'VPC7 Network': 'flow logs are paid for by the gigabyte; who reaches what is in the security groups, and held by network.test.mjs',
  'EC23 HostSecurityGroup': 'it is a web server: 80, 443 and 8000 are for the world, 22 is not',
  'EC23 BalancerSecurityGroup': 'likewise',
  'IAM5 HostRole': 'objects of one bucket, parameters below two paths, log groups of one prefix; PutMetricData has no resource, and a condition in its place',
  'IAM5 DashboardRole': GROUPS,
  'AS3 Hosts': 'mail about each host that comes or goes is what alarms are for',
  'S1 Images': LOGS_COST,
  'CFR3 ImageDistribution': LOGS_COST,
  'ELB2 Balancer': LOGS_COST,
  'CFR4 ImageDistribution': 'with the name that CloudFront gives, CloudFront chooses the TLS versions; product images are public',
  'CFR1 ImageDistribution': 'customers and staff travel',
  'CFR2 ImageDistribution': 'a WAF is paid for by the month; behind it are public images that change nothing',
  'COG8 UserPool': 'the Plus plan is paid for from the first user',
  'COG2 UserPool': 'staff of a shop may share a counter: an authenticator app is offered, not demanded',
  'RDS3 Database': 'one host has one database: the free tier. Several hosts have a standby',
  'RDS3 DatabaseReplica': 'what it is a copy of has a standby',
  'RDS10 DatabaseReplica': 'it holds nothing that its source does not',
  'RDS2 DatabaseReplica': 'it is encrypted as its source is, and may not say so itself',
  'RDS11 Database': 'another port would hide nothing from who is inside, and the document says 5432',
  'RDS11 DatabaseReplica': 'likewise',
};

const program = fileURLToPath(new URL('nag_findings.mjs', import.meta.url));

/** ['RULE RESOURCE'], each once. */
function findings({ Parameters, Resources, Outputs }) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'nag-'));
  try {
    const [templateFile, out] = ['template.json', 'out'].map((name) => path.join(folder, name));
    fs.writeFileSync(templateFile, JSON.stringify({ Parameters, Resources, Outputs }));
    const { stderr } = spawnSync(process.execPath, [program, templateFile, out], { encoding: 'utf8' });
    const report = path.join(out, 'validation-report.json');
    assert.ok(fs.existsSync(report), stderr);
    const { pluginReports } = JSON.parse(fs.readFileSync(report, 'utf8'));
    const { violations } = pluginReports.find(({ pluginName }) => pluginName === 'AwsSolutions');
    return [...new Set(violations.flatMap(({ ruleName, violatingConstructs }) => violatingConstructs.map(({ constructPath }) =>
      `${ruleName.replace('AwsSolutions-', '').replace(/\[.*/, '')} ${constructPath.split('/').at(-1)}`)))];
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

describe('The template, by cdk-nag', () => {
  const found = new Set();
  for (const [what, parameters] of [['one host', DASHBOARD], ['several hosts', { ...DASHBOARD, ...SEVERAL }]]) {
    test(`is found nothing in that is not accepted, with a reason: ${what}`, () => {
      const told = findings(templateFor(parameters));
      told.forEach((each) => found.add(each));
      assert.deepEqual(told.filter((each) => !ACCEPTED[each]), []);
    });
  }

  test('is found what is accepted, and what is not accepted when it comes', () => {
    assert.deepEqual(Object.keys(ACCEPTED).filter((each) => !found.has(each)), []);
    const unencrypted = structuredClone(templateFor());
    delete unencrypted.Resources.Database.Properties.StorageEncrypted;
    const told = findings(unencrypted);
    assert.ok(told.includes('RDS2 Database'), told.join(', '));
  });
});
