// What an administrator does to the people of a pool, as Cognito's API has it: the JSON protocol, with every
// signature checked. POST / with X-Amz-Target AWSCognitoIdentityProviderService.…
import { RoleCalls } from '../aws/role_calls.mjs';
import { SignatureError, SignatureVerifier } from '../aws/verify_signature.mjs';
import { PoolError } from './people.mjs';

const TARGET = 'AWSCognitoIdentityProviderService.';
const BODY_MAX = 64 * 1024;

// As services with the JSON protocol call what the query protocol has other names for.
const SIGNATURE_CODES = {
  MissingAuthenticationToken: 'MissingAuthenticationTokenException',
  IncompleteSignature: 'IncompleteSignatureException',
  InvalidClientTokenId: 'UnrecognizedClientException',
  ExpiredToken: 'ExpiredTokenException',
  SignatureDoesNotMatch: 'InvalidSignatureException',
};

/** How the calls can be made to fail, beside what any service may do (../aws/faults.mjs). */
export const POOL_FAULTS = {
  500: () => new PoolError('InternalErrorException', 'The request processing has failed', 500),
  503: () => new PoolError('ServiceUnavailableException', 'Try again later', 503),
  throttle: () => new PoolError('TooManyRequestsException', 'Rate exceeded'),
  quota: () => new PoolError('LimitExceededException', 'Exceeded daily email limit for the operation or the account'),
  expired: () => new PoolError('ExpiredTokenException', 'The security token included in the request is expired'),
  denied: () => new PoolError('AccessDeniedException', 'User is not authorized to perform this'),
};

const attributes = ({ sub, email, name, unconfirmed }) => [
  { Name: 'sub', Value: sub }, { Name: 'email', Value: email }, { Name: 'email_verified', Value: String(!unconfirmed) },
  { Name: 'name', Value: name },
];
const valueOf = (list, wanted) => (list ?? []).find(({ Name }) => Name === wanted)?.Value;

const mail = (email, password, issuer) => ({
  subject: 'Your temporary password',
  body: `You are invited to StockPilot. Your username is ${email} and your temporary password is ${password}\n\n${issuer}`,
});

async function bodyOf(request) {
  const chunks = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > BODY_MAX) throw new PoolError('InvalidParameterException', 'The request is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

export class AdminApi {
  #verifier;

  #roleCalls;

  // credentials: ["KEY:SECRET"]; files: of credentials that are given out; callsFile: see ../aws/role_calls.mjs; mailbox: what Cognito
  // would mail; faults: of tests, or undefined.
  constructor({ region, account, pool, credentials, files, callsFile, people, mailbox, faults }) {
    Object.assign(this, { region, account, pool, people, mailbox, faults });
    this.#verifier = new SignatureVerifier({ region, service: 'cognito-idp' });
    credentials.forEach((each) => this.#verifier.accept(...each.split(':')));
    files.forEach((file) => this.#verifier.acceptFile(file));
    this.#roleCalls = new RoleCalls(callsFile, this.#verifier);
  }

  get verifier() { return this.#verifier; }

  /** Whether a request is for this and not for the provider. */
  takes(request) { return request.method === 'POST' && 'x-amz-target' in request.headers; }

  async handle(request, response, issuer) {
    const send = (status, value) => {
      response.writeHead(status, { 'Content-Type': 'application/x-amz-json-1.1', 'Cache-Control': 'no-store' });
      response.end(JSON.stringify(value));
    };
    try {
      const body = await bodyOf(request);
      const { answered, after } = this.faults?.meet(request, response) ?? {};
      if (answered) return;
      const answer = await this.#carryOut(request, body, issuer);
      if (after) after(request);
      else send(200, answer);
    } catch (error) {
      if (error instanceof SignatureError) send(400, { __type: SIGNATURE_CODES[error.code] ?? error.code, message: error.message });
      else if (error instanceof PoolError) send(error.status, { __type: error.code, message: error.message });
      else throw error;
    }
  }

  async #carryOut(request, body, issuer) {
    const keyId = await this.#verifier.check({ method: request.method, url: request.url, headers: request.headers, body });
    const target = request.headers['x-amz-target'];
    const operation = target.startsWith(TARGET) ? target.slice(TARGET.length) : '';
    if (!Object.hasOwn(OPERATIONS, operation)) throw new PoolError('UnknownOperationException', `There is no ${target}`);
    let parameters;
    try {
      parameters = JSON.parse(body.toString('utf8'));
    } catch {
      throw new PoolError('SerializationException', 'The body is no JSON');
    }
    this.#roleCalls.note(keyId, {
      action: `cognito-idp:${operation}`, resource: `arn:aws:cognito-idp:${this.region}:${this.account}:userpool/${parameters.UserPoolId}`,
    });
    if (parameters.UserPoolId !== this.pool) throw new PoolError('ResourceNotFoundException', `User pool ${parameters.UserPoolId} does not exist.`);
    if (typeof parameters.Username !== 'string' || !parameters.Username) throw new PoolError('InvalidParameterException', 'Username is missing');
    return OPERATIONS[operation](this, parameters, issuer);
  }
}

const done = (people, call) => { call(people); return {}; };

const OPERATIONS = {
  AdminCreateUser: ({ people, mailbox }, { Username, UserAttributes, MessageAction }, issuer) => {
    const email = valueOf(UserAttributes, 'email') ?? Username;
    if (!/^[^\s@]+@[^\s@]+$/.test(email)) throw new PoolError('InvalidParameterException', 'Username should be an email.');
    const { person, password } = people.create({ email, name: valueOf(UserAttributes, 'name') });
    if (MessageAction !== 'SUPPRESS') {
      mailbox.deliver({ to: email, topicArn: 'cognito', messageId: person.sub, at: new Date().toISOString(), ...mail(email, password, issuer) });
    }
    return { User: { Username: person.username, Attributes: attributes(person), Enabled: true, UserStatus: 'FORCE_CHANGE_PASSWORD' } };
  },
  AdminGetUser: ({ people }, { Username }) => {
    const person = people.get(Username);
    const UserStatus = person.unconfirmed ? 'UNCONFIRMED' : 'CONFIRMED';
    return { Username: person.username, UserAttributes: attributes(person), Enabled: person.enabled, UserStatus };
  },
  AdminListGroupsForUser: ({ people }, { Username }) => ({ Groups: people.get(Username).groups.map((GroupName) => ({ GroupName })) }),
  AdminAddUserToGroup: ({ people }, { Username, GroupName }) => done(people, (all) => all.addToGroup(Username, GroupName)),
  AdminRemoveUserFromGroup: ({ people }, { Username, GroupName }) => done(people, (all) => all.removeFromGroup(Username, GroupName)),
  AdminDisableUser: ({ people }, { Username }) => done(people, (all) => all.setEnabled(Username, false)),
  AdminEnableUser: ({ people }, { Username }) => done(people, (all) => all.setEnabled(Username, true)),
};
