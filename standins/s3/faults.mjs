// How the counterpart of S3 can be made to fail: the errors of S3, beside what any service may do (../aws/faults.mjs).

import { S3Error } from './errors.mjs';

export const S3_FAULTS = {
  500: () => new S3Error('InternalError', 'We encountered an internal error. Please try again.'),
  503: () => new S3Error('SlowDown', 'Please reduce your request rate.'),
  slow: () => new S3Error('RequestTimeout', 'Your socket connection to the server was not read from or written to within the timeout period.'),
  expired: () => new S3Error('ExpiredToken', 'The provided token has expired.'),
  denied: () => new S3Error('AccessDenied', 'Access Denied'),
};
