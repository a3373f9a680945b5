// How the counterpart of SNS can be made to fail: the errors of SNS, beside what any service may do (../aws/faults.mjs).

import { SnsError } from './topics.mjs';

export const SNS_FAULTS = {
  500: () => new SnsError(500, 'InternalFailure', 'The request processing has failed'),
  503: () => new SnsError(503, 'ServiceUnavailable', 'Try again later'),
  throttle: () => new SnsError(400, 'Throttling', 'Rate exceeded'),
  expired: () => new SnsError(403, 'ExpiredToken', 'The security token included in the request is expired'),
  invalid: () => new SnsError(400, 'InvalidParameter', 'Invalid parameter'),
  denied: () => new SnsError(403, 'AuthorizationError', 'User is not authorized to perform: SNS:Publish'),
};
