// A call to Parameter Store, signed by the signer of AWS's own SDK.

import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';

const credentialsOf = ({ AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN }) =>
  ({ accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY, sessionToken: AWS_SESSION_TOKEN });

/** The answer to one action; throws what the service says against it. */
export async function callSsm(endpoint, action, input, environment = process.env) {
  const { hostname, host } = new URL(endpoint);
  const signer = new SignatureV4({
    service: 'ssm', region: environment.AWS_REGION, credentials: credentialsOf(environment), sha256: Sha256,
  });
  const body = JSON.stringify(input);
  const { headers } = await signer.sign({
    method: 'POST',
    protocol: 'http:',
    hostname,
    path: '/',
    headers: { host, 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `AmazonSSM.${action}` },
    body,
  });
  const answer = await fetch(endpoint, { method: 'POST', headers, body });
  const value = await answer.json();
  if (!answer.ok) throw new Error(`${action} of ${input.Name ?? input.Path}: ${value.__type} ${value.message}`);
  return value;
}
