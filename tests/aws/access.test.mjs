// What matters about infra/stockpilot.yaml: who reaches what, what is public, what is encrypted, and what each role may do.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { describe, test } from 'node:test';
import { DASHBOARD, ofType, SEVERAL, template, templateFor } from './template.mjs';

const LAYOUTS = { 'one host': templateFor(DASHBOARD), 'several hosts': templateFor({ ...DASHBOARD, ...SEVERAL }) };
const inBoth = (what, check) => Object.entries(LAYOUTS).forEach(([name, stack]) => test(`${what}: ${name}`, () => check(stack, name === 'several hosts')));
const read = (name) => fs.readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');
const WORLD = '0.0.0.0/0';

/** 'PORT from SOURCE' for each rule of a security group. */
const ingressOf = ({ Resources }, group) => Resources[group].Properties.SecurityGroupIngress.map(({ FromPort, ToPort, CidrIp, SourceSecurityGroupId }) => {
  assert.equal(FromPort, ToPort);
  return `${FromPort} from ${CidrIp ?? SourceSecurityGroupId['Fn::GetAtt'][0]}`;
}).sort();

describe('The network', () => {
  inBoth('has the addresses of the architecture document', (stack) => {
    assert.equal(stack.Resources.Network.Properties.CidrBlock, '10.0.0.0/16');
    assert.equal(stack.Resources.PublicSubnet.Properties.CidrBlock, '10.0.1.0/24');
    assert.equal(stack.Resources.PrivateSubnet.Properties.CidrBlock, '10.0.2.0/24');
  });

  test('lets the world reach one host on the web and on 8000, and the administrator alone by SSH', () => {
    assert.deepEqual(ingressOf(LAYOUTS['one host'], 'HostSecurityGroup'), [`22 from 203.0.113.7/32`, `443 from ${WORLD}`, `80 from ${WORLD}`, `8000 from ${WORLD}`]);
    assert.deepEqual(ingressOf(templateFor({ OpenPort8000: 'no' }), 'HostSecurityGroup'), [`22 from 203.0.113.7/32`, `443 from ${WORLD}`, `80 from ${WORLD}`]);
  });

  test('lets the world reach the load balancer of several hosts, and nothing behind it', () => {
    assert.deepEqual(ingressOf(LAYOUTS['several hosts'], 'HostSecurityGroup'), ['22 from 203.0.113.7/32', '443 from BalancerSecurityGroup']);
    assert.deepEqual(ingressOf(LAYOUTS['several hosts'], 'BalancerSecurityGroup'), [`443 from ${WORLD}`, `80 from ${WORLD}`]);
  });

  test('has no administrator who is the whole world', () => {
    const allowed = new RegExp(`^(?:${template.Parameters.AdminCidr.AllowedPattern})$`);
    assert.match('203.0.113.7/32', allowed);
    [WORLD, '0.0.0.0/7', '::/0', 'anywhere'].forEach((cidr) => assert.doesNotMatch(cidr, allowed));
  });

  inBoth('lets the hosts reach the database, and nobody else; it reaches nothing', (stack) => {
    assert.deepEqual(ingressOf(stack, 'DatabaseSecurityGroup'), ['5432 from HostSecurityGroup']);
    assert.deepEqual(stack.Resources.DatabaseSecurityGroup.Properties.SecurityGroupEgress.map(({ CidrIp }) => CidrIp), ['255.255.255.255/32']);
    for (const [name, database] of ofType(stack, 'AWS::RDS::DBInstance')) {
      assert.deepEqual(database.VPCSecurityGroups, [{ 'Fn::GetAtt': ['DatabaseSecurityGroup', 'GroupId'] }], name);
      assert.equal(database.PubliclyAccessible, false, name);
    }
    assert.deepEqual(stack.Resources.DatabaseSubnets.Properties.SubnetIds, [{ Ref: 'PrivateSubnet' }, { Ref: 'PrivateSubnetOfSecondZone' }]);
  });

  inBoth('has no way out of the private subnets, and no gateway that costs', (stack) => {
    assert.deepEqual(ofType(stack, 'AWS::EC2::Route').map(([, { RouteTableId }]) => RouteTableId.Ref), ['PublicRoutes']);
    assert.deepEqual(ofType(stack, 'AWS::EC2::NatGateway'), []);
    const routed = Object.fromEntries(ofType(stack, 'AWS::EC2::SubnetRouteTableAssociation').map(([, { SubnetId, RouteTableId }]) => [SubnetId.Ref, RouteTableId.Ref]));
    assert.deepEqual([routed.PrivateSubnet, routed.PrivateSubnetOfSecondZone, routed.PublicSubnet], ['PrivateRoutes', 'PrivateRoutes', 'PublicRoutes']);
  });
});

describe('What is kept', () => {
  inBoth('is encrypted', (stack) => {
    assert.equal(stack.Resources.Database.Properties.StorageEncrypted, true);
    const [{ Ebs }] = stack.Resources.HostTemplate.Properties.LaunchTemplateData.BlockDeviceMappings;
    assert.equal(Ebs.Encrypted, true);
    const [{ ServerSideEncryptionByDefault }] = stack.Resources.Images.Properties.BucketEncryption.ServerSideEncryptionConfiguration;
    assert.equal(ServerSideEncryptionByDefault.SSEAlgorithm, 'AES256');
    assert.equal(stack.Resources.DatabaseSettings.Properties.Parameters['rds.force_ssl'], '1');
  });

  inBoth('outlives a mistake', (stack, several) => {
    const { Database, Images, UserPool } = stack.Resources;
    assert.deepEqual([Database.DeletionPolicy, Images.DeletionPolicy, UserPool.DeletionPolicy], ['Snapshot', 'Retain', 'Retain']);
    assert.equal(Database.Properties.DeletionProtection, true);
    assert.equal(Database.Properties.BackupRetentionPeriod, '7');
    assert.equal(Database.Properties.MultiAZ, several);
    assert.equal(Images.Properties.VersioningConfiguration.Status, 'Enabled');
    assert.equal(UserPool.Properties.DeletionProtection, 'ACTIVE');
  });

  inBoth('is images that CloudFront alone reads, and the world by it', (stack) => {
    const { Images, ImagesPolicy, ImageDistribution } = stack.Resources;
    assert.deepEqual(new Set(Object.values(Images.Properties.PublicAccessBlockConfiguration)), new Set([true]));
    const allowed = ImagesPolicy.Properties.PolicyDocument.Statement.filter(({ Effect }) => Effect === 'Allow');
    assert.deepEqual(allowed.map(({ Principal, Action }) => [Principal, Action]), [[{ Service: 'cloudfront.amazonaws.com' }, 's3:GetObject']]);
    assert.match(JSON.stringify(allowed[0].Condition), /distribution\/\$\{ImageDistribution\}/);
    const { Origins, DefaultCacheBehavior } = ImageDistribution.Properties.DistributionConfig;
    assert.deepEqual(Origins[0].OriginAccessControlId, { 'Fn::GetAtt': ['ImageAccess', 'Id'] });
    assert.equal(DefaultCacheBehavior.ViewerProtocolPolicy, 'redirect-to-https');
    assert.deepEqual(DefaultCacheBehavior.AllowedMethods, ['GET', 'HEAD']);
  });
});

describe('What travels', () => {
  test('is TLS to the load balancer, of versions that are still good, and from there to the hosts', () => {
    const { HttpsListener, HttpListener, HostTargets } = LAYOUTS['several hosts'].Resources;
    assert.deepEqual([HttpsListener.Properties.Protocol, HttpsListener.Properties.SslPolicy], ['HTTPS', 'ELBSecurityPolicy-TLS13-1-2-2021-06']);
    assert.equal(HostTargets.Properties.Protocol, 'HTTPS');
    assert.deepEqual(HttpListener.Properties.DefaultActions.map(({ Type, RedirectConfig }) => [Type, RedirectConfig.Protocol]), [['redirect', 'HTTPS']]);
  });

  inBoth('to the database is TLS, with RDS known by its authorities', (stack) => {
    assert.equal(stack.Resources.DatabaseSettings.Properties.Parameters['rds.force_ssl'], '1');
    const urls = ofType(stack, 'AWS::SSM::Parameter').filter(([, { Name }]) => Name.endsWith('DATABASE_URL'));
    assert.equal(urls.length, 2);
    for (const [name, { Value }] of urls) assert.match(Value['Fn::Sub'], /\?sslmode=verify-full&sslrootcert=\/etc\/stockpilot\/rds-global-bundle\.pem$/, name);
  });

  inBoth('goes to topics by policies of which each speaks of its own: SNS takes no other', (stack) => {
    for (const [name, { Topics, PolicyDocument }] of ofType(stack, 'AWS::SNS::TopicPolicy')) {
      assert.equal(Topics.length, 1, name);
      for (const { Resource } of PolicyDocument.Statement) assert.deepEqual(Resource, Topics[0], name);
    }
  });

  inBoth('is refused by the bucket and the topics without TLS', (stack) => {
    for (const [policy, action] of [['ImagesPolicy', 's3:*'], ['StockAlertsPolicy', 'sns:Publish'], ['SystemAlertsPolicy', 'sns:Publish'], ['OrderNotificationsPolicy', 'sns:Publish']]) {
      const { Effect, Principal, Action, Condition } = stack.Resources[policy].Properties.PolicyDocument.Statement.find(({ Sid }) => Sid === 'NothingWithoutTls');
      assert.deepEqual([Effect, Principal, Action, Condition], ['Deny', '*', action, { Bool: { 'aws:SecureTransport': 'false' } }]);
    }
  });
});

describe('The dashboard', () => {
  inBoth('may write its log and read its secret, and no more', (stack) => {
    const { AssumeRolePolicyDocument, Policies } = stack.Resources.DashboardRole.Properties;
    assert.deepEqual(AssumeRolePolicyDocument.Statement.map(({ Principal }) => Principal), [{ Service: 'amplify.amazonaws.com' }]);
    const actions = Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement.flatMap(({ Action }) => Action));
    assert.deepEqual(actions.filter((action) => !action.startsWith('logs:')), ['ssm:GetParameter']);
  });
});

describe('A host', () => {
  inBoth('answers for its credentials by IMDSv2 only, to itself', (stack) => {
    const { MetadataOptions } = stack.Resources.HostTemplate.Properties.LaunchTemplateData;
    assert.deepEqual([MetadataOptions.HttpTokens, MetadataOptions.HttpPutResponseHopLimit], ['required', 1]);
  });

  /** The statements of docs/aws.md with this template's names for what stands there in capitals. */
  function documented() {
    const policy = JSON.parse(read('docs/aws.md').match(/^```json\n(\{\n {2}"Version"[^]*?\n\})\n```$/m)[1]);
    const names = { 'stock-alerts': 'StockAlerts', 'system-alerts': 'SystemAlerts', 'order-notifications': 'OrderNotifications' };
    const place = (arn) => {
      const topic = arn.match(/^arn:aws:sns:.*:stockpilot-(.*)$/);
      if (topic) return { Ref: names[topic[1]] };
      if (arn === 'arn:aws:s3:::BUCKET') return { 'Fn::GetAtt': ['Images', 'Arn'] };
      if (arn.endsWith('userpool/POOL')) return { 'Fn::GetAtt': ['UserPool', 'Arn'] };
      if (arn.startsWith('arn:aws:s3:::BUCKET/')) return { 'Fn::Sub': arn.replace('arn:aws:s3:::BUCKET', '${Images.Arn}') };
      return arn === '*' ? arn : { 'Fn::Sub': arn.replace('arn:aws', 'arn:${AWS::Partition}').replace('REGION', '${AWS::Region}').replace('ACCOUNT', '${AWS::AccountId}') };
    };
    const placed = (resource) => (Array.isArray(resource) ? resource.map(place) : place(resource));
    return policy.Statement.map((statement) => ({ ...statement, Resource: placed(statement.Resource) }));
  }

  test('may do what docs/aws.md says and the programs do, and beyond that what its first boot takes', () => {
    const policies = Object.fromEntries(LAYOUTS['one host'].Resources.HostRole.Properties.Policies.map(({ PolicyName, PolicyDocument }) => [PolicyName, PolicyDocument.Statement]));
    assert.deepEqual([...policies['stockpilot-programs'], ...policies['cloudwatch-agent']], documented());
    assert.deepEqual(policies['first-boot'].map(({ Action }) => Action), ['s3:GetObject', 'ssm:GetParametersByPath', 'cloudformation:SignalResource']);
    assert.deepEqual(Object.keys(policies), ['stockpilot-programs', 'cloudwatch-agent', 'first-boot']);
  });

  test('alone takes the address, and several hosts have none', () => {
    assert.equal(LAYOUTS['one host'].Resources.Address.Type, 'AWS::EC2::EIP');
    assert.deepEqual(LAYOUTS['one host'].Resources.AddressPolicy.Properties.PolicyDocument.Statement.map(({ Action }) => Action), ['ec2:AssociateAddress', 'ec2:AssociateAddress']);
    assert.equal(LAYOUTS['several hosts'].Resources.Address, undefined);
    assert.equal(LAYOUTS['several hosts'].Resources.AddressPolicy, undefined);
  });
});

describe('Every policy', () => {
  inBoth('names its actions, and has a condition where it is for every resource', (stack) => {
    const documents = [
      ...ofType(stack, 'AWS::IAM::Role').flatMap(([, { Policies }]) => Policies.map((each) => each.PolicyDocument)),
      ...Object.values(stack.Resources).flatMap(({ Properties }) => Properties?.PolicyDocument ?? []),
    ];
    assert.ok(documents.length >= 6);
    for (const { Effect, Action, Resource, Condition } of documents.flatMap(({ Statement }) => Statement)) {
      if (Effect === 'Deny') continue;
      [Action].flat().forEach((action) => assert.doesNotMatch(action, /\*/));
      if ([Resource].flat().includes('*')) assert.ok(Condition);
    }
  });
});

describe('Signing in', () => {
  inBoth('is by code at the hosted page only, by invitation, into one of three groups', (stack) => {
    const { DashboardClient, UserPool } = stack.Resources;
    assert.deepEqual(DashboardClient.Properties.AllowedOAuthFlows, ['code']);
    assert.equal(DashboardClient.Properties.GenerateSecret, false);
    assert.equal(DashboardClient.Properties.RefreshTokenRotation.Feature, 'ENABLED');
    assert.ok(!DashboardClient.Properties.ExplicitAuthFlows.some((flow) => /PASSWORD|REFRESH/.test(flow)));
    assert.equal(UserPool.Properties.AdminCreateUserConfig.AllowAdminCreateUserOnly, true);
    assert.deepEqual(ofType(stack, 'AWS::Cognito::UserPoolGroup').map(([, { GroupName }]) => GroupName).sort(), ['admin', 'staff', 'viewer']);
  });

  inBoth('comes back to where the dashboard says that it is', (stack) => {
    const { DashboardBranch, DashboardClient, Images } = stack.Resources;
    const url = DashboardBranch.Properties.EnvironmentVariables.find(({ Name }) => Name === 'DASHBOARD_URL').Value;
    assert.deepEqual(DashboardClient.Properties.CallbackURLs, [{ 'Fn::Sub': ['${Url}/auth/callback', { Url: url }] }]);
    assert.deepEqual(DashboardClient.Properties.LogoutURLs, [{ 'Fn::Sub': ['${Url}/', { Url: url }] }]);
    assert.deepEqual(Images.Properties.CorsConfiguration.CorsRules[0].AllowedOrigins, [url]);
  });
});
