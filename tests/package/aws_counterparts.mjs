// All that a host of infra/stockpilot.yaml finds outside of itself, at the addresses and by the names that it has at AWS, in a network where nothing
// else is: instance metadata, Parameter Store, the bucket of packages, EC2, CloudFormation, RDS with TLS, the key set of Cognito, AWS's downloads, and
// Let's Encrypt. Calls are signed with the credentials of the instance's role, or refused.
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import path from 'node:path';
import tls from 'node:tls';
import { SignatureError, SignatureVerifier } from '../../standins/aws/verify_signature.mjs';
import { CognitoCounterpart, POOL } from '../oracle/cognito_counterpart.mjs';
import { KEY, REGION, SECRET, StandinProcess } from '../oracle/standin_process.mjs';
import { SsmCounterpart } from '../oracle/ssm_counterpart.mjs';
import { AcmeCounterpart } from './acme_counterpart.mjs';
import { HOST, METADATA, OUTSIDE } from './host_network.mjs';

export const INSTANCE = 'i-0123456789abcdef0';
export const PACKAGES = 'stockpilot.packages'; // with a dot, so that its name is in the path
export const DATABASE_HOST = `stockpilot-database-1.c0example.${REGION}.rds.amazonaws.com`;
export const API_NAME = 'api.shop.example';
const ACME_NAME = 'acme-v02.api.letsencrypt.org';
const DOWNLOADS = { authorities: 'truststore.pki.rds.amazonaws.com', agent: 'amazoncloudwatch-agent.s3.amazonaws.com' };
const of = (service) => `${service}.${REGION}.amazonaws.com`;
const NAMES = [...['ssm', 's3', 'ec2', 'cloudformation', 'cognito-idp'].map(of), ...Object.values(DOWNLOADS), DATABASE_HOST, ACME_NAME];

/** What EC2 and CloudFormation answer, in the query protocol; no more actions than a host may take. */
const ACTIONS = {
  AssociateAddress: '<AssociateAddressResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>1</requestId><return>true</return><associationId>eipassoc-1</associationId></AssociateAddressResponse>',
  SignalResource: '<SignalResourceResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></SignalResourceResponse>',
};

async function bodyOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Bytes that go to and fro. */
function join(left, right) {
  left.pipe(right).pipe(left);
  for (const [each, other] of [[left, right], [right, left]]) each.on('error', () => other.destroy()).on('close', () => other.destroy());
}

export class AwsCounterparts {
  /** What was called with the role's credentials, as IAM decides about it. */
  get calls() {
    const arn = (service, rest) => `arn:aws:${service}:${REGION}:000000000000:${rest}`;
    // Each kind of resource of the action, as the Service Authorization Reference has them.
    const tagged = { 'ec2:ResourceTag/Name': 'stockpilot' };
    const addresses = this.actions.AssociateAddress.flatMap(({ AllocationId, InstanceId }) => [
      { resource: arn('ec2', `elastic-ip/${AllocationId}`) }, { resource: arn('ec2', `instance/${InstanceId}`), context: tagged },
      { resource: arn('ec2', 'network-interface/eni-1'), context: tagged }].map((each) => ({ action: 'ec2:AssociateAddress', ...each })));
    const signals = this.actions.SignalResource.map(({ StackName }) => ({ action: 'cloudformation:SignalResource', resource: arn('cloudformation', `stack/${StackName}/1`) }));
    return [...fs.readFileSync(this.#file('calls'), 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line)), ...addresses, ...signals];
  }

  /** Which actions were asked for, as parameters, by name. */
  actions = { AssociateAddress: [], SignalResource: [] };

  /** What can be fetched from AWS's downloads, by path. */
  downloads = new Map();

  #servers = [];

  constructor({ folder, databaseSocket }) { Object.assign(this, { folder, databaseSocket }); }

  async open() {
    this.#makeAuthority();
    this.imds = await new StandinProcess('imds', () => ['--role', 'stockpilot-host', '--instance-id', INSTANCE, '--public-ipv4', HOST]).start();
    const credentials = path.join(this.imds.state, 'credentials.json');
    const trusted = () => ['--credential', `${KEY}:${SECRET}`, '--credentials-file', credentials, '--calls-file', this.#file('calls')];
    this.ssm = await new SsmCounterpart('ssm', trusted).start();
    this.s3 = await new StandinProcess('s3', () => [...trusted(), '--bucket', PACKAGES]).start();
    this.cognito = await CognitoCounterpart.start();
    this.verifiers = Object.fromEntries(['ec2', 'cloudformation'].map((service) => {
      const verifier = new SignatureVerifier({ region: REGION, service });
      verifier.acceptFile(credentials);
      return [of(service), verifier];
    }));
    this.acme = new AcmeCounterpart({
      url: `https://${ACME_NAME}`, authority: this.authority, folder: this.folder, lookup: (name, options, done) => (options.all ? done(null, [{ address: HOST, family: 4 }]) : done(null, HOST, 4)),
    });
    const secure = { key: fs.readFileSync(this.#file('names.key')), cert: fs.readFileSync(this.#file('names.pem')) };
    await this.#listen(https.createServer(secure, (request, response) => this.#answer(request, response)), OUTSIDE, 443);
    await this.#listen(net.createServer((socket) => this.#database(socket, tls.createSecureContext(secure))), OUTSIDE, 5432);
    const metadata = Number(new URL(this.imds.url).port);
    await this.#listen(net.createServer((socket) => join(socket, net.connect(metadata, '127.0.0.1'))), METADATA, 80);
    return this;
  }

  #file(name) { return path.join(this.folder, name); }

  /** One authority for all: the host trusts it as it trusts those of Debian, and as that of RDS. */
  #makeAuthority() {
    const openssl = (...words) => execFileSync('openssl', words, { stdio: 'ignore' });
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
    this.authority = { key: this.#file('authority.key'), certificate: this.#file('authority.pem') };
    openssl('req', '-x509', ...key, '-days', '2', '-subj', '/CN=All authorities', '-keyout', this.authority.key, '-out', this.authority.certificate);
    fs.writeFileSync(this.#file('names.ext'), `subjectAltName=${NAMES.map((name) => `DNS:${name}`).join(',')}\n`);
    openssl('req', ...key, '-subj', '/CN=Everybody', '-keyout', this.#file('names.key'), '-out', this.#file('names.csr'));
    openssl('x509', '-req', '-in', this.#file('names.csr'), '-CA', this.authority.certificate, '-CAkey', this.authority.key, '-CAcreateserial', '-days', '2',
      '-extfile', this.#file('names.ext'), '-out', this.#file('names.pem'));
    this.downloads.set(`${DOWNLOADS.authorities}/global/global-bundle.pem`, fs.readFileSync(this.authority.certificate));
  }

  /** What the host's /etc/hosts is to say. */
  get hosts() { return `127.0.0.1 localhost\n${OUTSIDE} ${NAMES.join(' ')}\n`; }

  /** One of the CloudWatch agent's files. */
  offer(target, bytes) { this.downloads.set(`${DOWNLOADS.agent}/${target}`, bytes); }

  async #listen(server, address, port) {
    server.listen(port, address);
    await once(server, 'listening');
    this.#servers.push(server);
  }

  async #answer(request, response) {
    const { host } = request.headers;
    const body = await bodyOf(request);
    const behind = { [of('ssm')]: this.ssm, [of('s3')]: this.s3 }[host];
    const download = this.downloads.get(host + request.url);
    if (behind) this.#passOn(behind, request, response, body);
    else if (this.verifiers[host]) await this.#carryOut(this.verifiers[host], request, response, body);
    else if (download) response.end(download);
    else if (host === ACME_NAME) await this.acme.answer(request, response, body);
    else if (host === of('cognito-idp') && request.url === `/${POOL}/.well-known/jwks.json`) response.end(JSON.stringify(await this.cognito.get(`/${POOL}/.well-known/jwks.json`)));
    else response.writeHead(404).end();
  }

  /** To a counterpart as it came, since its signature is of the name as well. */
  #passOn({ url }, { method, url: target, headers }, response, body) {
    const { 'transfer-encoding': none, ...rest } = headers;
    http.request(url + target, { method, headers: { ...rest, 'content-length': body.length } }, (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    }).end(body);
  }

  async #carryOut(verifier, { method, url, headers }, response, body) {
    try {
      await verifier.check({ method, url, headers, body });
    } catch (error) {
      if (!(error instanceof SignatureError)) throw error;
      response.writeHead(403).end(`<Response><Errors><Error><Code>AuthFailure</Code><Message>${error.message}</Message></Error></Errors></Response>`);
      return;
    }
    const { Action, ...parameters } = Object.fromEntries(new URLSearchParams(body.toString()));
    if (!ACTIONS[Action]) {
      response.writeHead(403).end('<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>not this</Message></Error></Errors></Response>');
      return;
    }
    this.actions[Action].push({ ...parameters, at: process.hrtime.bigint() });
    response.setHeader('Content-Type', 'text/xml').end(ACTIONS[Action]);
  }

  /** As RDS speaks: TLS after PostgreSQL's own greeting, or nothing. */
  async #database(socket, secureContext) {
    socket.on('error', () => {});
    const [greeting] = await once(socket, 'data');
    if (greeting.length !== 8 || greeting.readInt32BE(4) !== 80877103) {
      socket.destroy();
      return;
    }
    socket.write('S');
    join(new tls.TLSSocket(socket, { isServer: true, secureContext }), net.connect(this.databaseSocket));
  }

  async close() {
    for (const server of this.#servers) server.close().closeAllConnections?.();
    for (const each of [this.ssm, this.s3, this.cognito, this.imds]) await each?.stop();
  }
}
