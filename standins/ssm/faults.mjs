// How the counterpart of SSM can be made to fail: the errors of SSM, beside what any service may do (../aws/faults.mjs).

import { SsmError } from './parameters.mjs';

export const SSM_FAULTS = {
  500: () => new SsmError(500, 'InternalServerError', 'An error occurred on the server side.'),
  503: () => new SsmError(503, 'ServiceUnavailableException', 'Try again later'),
  401: () => new SsmError(401, 'UnauthorizedException', 'Not authorized'),
  throttle: () => new SsmError(400, 'ThrottlingException', 'Rate exceeded'),
  expired: () => new SsmError(400, 'ExpiredTokenException', 'The security token included in the request is expired'),
  denied: () => new SsmError(400, 'AccessDeniedException', 'User is not authorized to perform: ssm:GetParametersByPath'),
};
