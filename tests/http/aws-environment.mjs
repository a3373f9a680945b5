// How programs that a test starts itself find AWS credentials.
import path from 'node:path';

/** The environment of a program that is to find them as those of the stack do. */
export const awsEnvironment = ({ state, imdsUrl }) => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_'))),
  AWS_SHARED_CREDENTIALS_FILE: path.join(state, 'aws-credentials'),
  AWS_EC2_METADATA_SERVICE_ENDPOINT: imdsUrl,
});
