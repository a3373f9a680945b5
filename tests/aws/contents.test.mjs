// What infra/stockpilot.yaml says again of what is decided elsewhere: options, alarms, log groups, the dashboard's environment.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { describe, test } from 'node:test';
import { DASHBOARD, ofType, SEVERAL, templateFor } from './template.mjs';

const read = (name) => fs.readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');
const stack = templateFor(DASHBOARD);

describe('Parameter Store', () => {
  const names = ofType(stack, 'AWS::SSM::Parameter').map(([, { Name }]) => Name);
  const options = new Set(read('src/config/option_table.c').match(/"[A-Z][A-Z0-9_]+"/g).map((each) => each.slice(1, -1)));

  test('has options of the programs, and no others', () => {
    const below = (path) => names.filter((name) => name.startsWith(path)).map((name) => name.slice(path.length));
    const [production, administration] = [below('/stockpilot/production/'), below('/stockpilot/administration/')];
    assert.equal(production.length + administration.length, names.length);
    [...production, ...administration].forEach((name) => assert.ok(options.has(name), name));
    for (const needed of ['DATABASE_URL', 'COGNITO_USER_POOL_ID', 'COGNITO_CLIENT_ID', 'S3_BUCKET_NAME', 'CLOUDFRONT_DOMAIN']) assert.ok(production.includes(needed), needed);
    assert.deepEqual(administration, ['MIGRATION_DATABASE_URL']);
  });

  test('has nothing secret from the template, which cannot make a SecureString', () => {
    for (const [name, { Type, Value }] of ofType(stack, 'AWS::SSM::Parameter')) {
      assert.equal(Type, 'String', name);
      assert.doesNotMatch(JSON.stringify(Value), /resolve:|password/i, name);
    }
    assert.equal(stack.Resources.Database.Properties.MasterUserPassword, '{{resolve:ssm-secure:/stockpilot/setup/MASTER_PASSWORD}}');
  });
});

describe('CloudWatch', () => {
  /** The first table below the heading, as rows of cells. */
  const rows = (document, heading) => read(document).split(`## ${heading}\n`)[1].split('\n## ')[0].split('\n\n').find((part) => part.startsWith('| alarm'))
    .split('\n').slice(2).map((row) => row.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '').trim()));
  const OPERATORS = { '≥': 'GreaterThanOrEqualToThreshold', '>': 'GreaterThanThreshold', '<': 'LessThanThreshold' };
  const wordsOf = (title) => title.toLowerCase().replace(/^the /, '').replace(/'s /, ' ').replaceAll(' ', '-');

  test('has the alarms of docs/cloudwatch.md, and each tells of itself and of its end', () => {
    const alarms = Object.fromEntries(ofType(stack, 'AWS::CloudWatch::Alarm').map(([, properties]) => [properties.AlarmName, properties]));
    const documented = rows('docs/cloudwatch.md', 'Alarms');
    assert.equal(documented.length, Object.keys(alarms).length);
    for (const [title, metric, statistic, when, missing] of documented) {
      const alarm = alarms[`stockpilot-${wordsOf(title)}`];
      assert.ok(alarm, title);
      const [, operator, threshold, , least, most] = when.match(/^([≥><]) ([\d.]+)(?: GB \((\d+)\))?,? (\d+) of (\d+)/) ?? [];
      assert.ok(operator, when);
      const bytes = when.match(/\((\d+)\)/)?.[1];
      assert.equal(alarm.ComparisonOperator, OPERATORS[operator], title);
      assert.equal(alarm.Threshold, Number(bytes ?? threshold), title);
      assert.deepEqual([alarm.DatapointsToAlarm ?? alarm.EvaluationPeriods, alarm.EvaluationPeriods], [Number(least), Number(most)], title);
      assert.equal(alarm.TreatMissingData, missing, title);
      const metrics = alarm.Metrics?.flatMap(({ MetricStat }) => MetricStat ?? []) ?? [{ Metric: alarm, Stat: alarm.Statistic, Period: alarm.Period }];
      for (const { Metric, Stat, Period } of metrics) {
        assert.ok(metric.includes(`\`${Metric.Namespace}\``) && metric.includes(`\`${Metric.MetricName}\``), title);
        assert.ok(statistic.startsWith(`${Stat}, ${Period} s`), title);
      }
      const expression = alarm.Metrics?.find(({ Expression }) => Expression)?.Expression;
      if (expression) assert.ok(statistic.includes(`\`${expression}\``), title);
      assert.deepEqual([alarm.AlarmActions, alarm.OKActions], [[{ Ref: 'SystemAlerts' }], [{ Ref: 'SystemAlerts' }]], title);
    }
  });

  test('has one more for several hosts: one that the balancer sends nothing, and that nobody replaces', () => {
    const several = templateFor({ ...DASHBOARD, ...SEVERAL });
    const [[name, alarm], ...others] = ofType(several, 'AWS::CloudWatch::Alarm').filter(([each]) => !(each in stack.Resources));
    assert.deepEqual([name, alarm.AlarmName, alarm.MetricName, others], ['HostIsNotReady', 'stockpilot-host-is-not-ready', 'UnHealthyHostCount', []]);
    assert.ok(read('docs/cloudwatch.md').includes(`\`${alarm.AlarmName}\``));
    assert.equal(several.Resources.Hosts.Properties.HealthCheckType, 'EC2', 'an absent database is no reason to replace all hosts');
  });

  test('keeps the logs of the agent as long as the agent says', () => {
    const { logs } = JSON.parse(read('infra/cloudwatch/amazon-cloudwatch-agent.json'));
    const kept = Object.fromEntries(ofType(stack, 'AWS::Logs::LogGroup').map(([, { LogGroupName, RetentionInDays }]) => [LogGroupName, RetentionInDays]));
    for (const { log_group_name: name, retention_in_days: days } of logs.logs_collected.files.collect_list) assert.equal(kept[name], days, name);
    for (const [name, { RetentionInDays }] of ofType(stack, 'AWS::Logs::LogGroup')) assert.ok(RetentionInDays > 0, name);
  });

  test('shows every metric on one dashboard, which is JSON', () => {
    const { widgets } = JSON.parse(stack.Resources.OperatorsView.Properties.DashboardBody['Fn::Sub']);
    const text = JSON.stringify(widgets);
    for (const metric of ['Requests', 'Errors', 'LatencyP50', 'LatencyP99', 'BusyWorkers', 'OutboxAge', 'OutboxParked', 'DatabaseConnections', 'FreeStorageSpace']) {
      assert.ok(text.includes(`"${metric}"`), metric);
    }
  });
});

describe('The topics', () => {
  test('are those of the architecture document, and mail whom the parameter names', () => {
    const topics = ofType(stack, 'AWS::SNS::Topic').map(([, properties]) => properties);
    assert.deepEqual(topics.map(({ TopicName }) => TopicName).sort(), ['stockpilot-order-notifications', 'stockpilot-stock-alerts', 'stockpilot-system-alerts']);
    for (const { Subscription } of topics) assert.deepEqual(Subscription, [{ Protocol: 'email', Endpoint: 'owner@example.com' }]);
  });
});

describe('The dashboard', () => {
  test('is given what its server reads; the secret is not in the template', () => {
    const needed = read('web/src/server/configuration.ts').match(/^ {2}([A-Z][A-Z0-9_]+): /gm).map((line) => line.trim().replace(':', ''));
    const given = stack.Resources.DashboardBranch.Properties.EnvironmentVariables.map(({ Name }) => Name);
    assert.deepEqual([...given, 'SESSION_SECRET'].sort(), needed.sort());
    assert.equal(stack.Resources.DashboardApp.Properties.Platform, 'WEB_COMPUTE');
    assert.equal(templateFor().Resources.DashboardApp, undefined);
  });
});

describe('The first boot', () => {
  for (const [what, parameters] of [['one host', {}], ['several hosts', SEVERAL]]) {
    test(`is a script that installs the package which was meant, or nothing: ${what}`, () => {
      const [script] = templateFor(parameters).Resources.HostTemplate.Properties.LaunchTemplateData.UserData['Fn::Base64']['Fn::Sub'];
      assert.equal(spawnSync('bash', ['-n'], { input: script }).status, 0);
      const lines = script.split('\n');
      const steps = [/^set -euo pipefail$/, /^patiently aws s3 cp/, /sha256sum --check/, /^patiently \$install \/var\/cache/, /^\/usr\/share\/stockpilot\/aws\/set-up-host/]
        .map((pattern) => lines.findIndex((line) => pattern.test(line)));
      assert.ok(!steps.includes(-1), steps.join());
      assert.deepEqual(steps, [...steps].sort((a, b) => a - b));
    });
  }
});

describe('Several hosts', () => {
  const several = templateFor({ ...DASHBOARD, ...SEVERAL });

  test('are two or more in two zones behind a load balancer, and beside them a standby and a replica of the database', () => {
    const { Hosts, Balancer, DatabaseReplica } = several.Resources;
    assert.equal(Hosts.Properties.MinSize, '2');
    assert.equal(Hosts.Properties.VPCZoneIdentifier.length, 2);
    assert.equal(Balancer.Properties.Subnets.length, 2);
    assert.deepEqual(DatabaseReplica.Properties.SourceDBInstanceIdentifier, { Ref: 'Database' });
    assert.equal(Hosts.UpdatePolicy.AutoScalingRollingUpdate.MinInstancesInService, 2);
  });

  test('are no part of the layout that is free, which has one host that comes back by itself', () => {
    for (const type of ['AWS::ElasticLoadBalancingV2::LoadBalancer', 'AWS::ElasticLoadBalancingV2::TargetGroup']) assert.deepEqual(ofType(stack, type), []);
    assert.equal(ofType(stack, 'AWS::RDS::DBInstance').length, 1);
    assert.deepEqual([stack.Resources.Hosts.Properties.MinSize, stack.Resources.Hosts.Properties.MaxSize], ['1', '1']);
    assert.equal(stack.Resources.Hosts.UpdatePolicy, undefined);
  });
});
