/*
 * instance_credentials.h - the credentials of the role of the EC2 instance that we run on, from the
 * instance metadata service, version 2
 * (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html).
 *
 * Three questions: a session token by PUT, the name of the role, its credentials. Token and name
 * are remembered. A token that is refused (401) is replaced once; a role that is gone (404) makes
 * us ask for the name anew. Version 1, without a token, is never spoken.
 *
 * AWS_EC2_METADATA_SERVICE_ENDPOINT says where the service is, http only; otherwise it is at
 * 169.254.169.254. AWS_EC2_METADATA_DISABLED=true: it is not asked. No proxy is used and no
 * redirect followed.
 */
#ifndef STOCKPILOT_SRC_AWS_INSTANCE_CREDENTIALS_H
#define STOCKPILOT_SRC_AWS_INSTANCE_CREDENTIALS_H

#include "stockpilot/aws/credentials.h"
#include "stockpilot/clock/clock.h"

struct instance_metadata;

/* NULL without memory. */
MUST_CHECK struct instance_metadata *instance_metadata_new(void);
void instance_metadata_free(struct instance_metadata *instance);

/* All of it, within the deadline. What it finds may have expired: the service gives out what it
 * has. ERROR_UNAVAILABLE with a cause that holds nothing of what the service answered but its
 * status and its word for what is wrong with the role. */
MUST_CHECK enum error_kind instance_credentials_fetch(struct instance_metadata *instance,
                                                      struct deadline deadline,
                                                      int connect_timeout_ms,
                                                      struct aws_credentials *found,
                                                      struct error *error);

#endif
