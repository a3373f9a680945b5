/*
 * ssm.h - AWS Systems Manager Parameter Store: all parameters below a path, decrypted. Its JSON 1.1
 * protocol, GetParametersByPath page by page
 * (https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParametersByPath.html).
 *
 * Values are secrets: they stand in no error, and what is read is overwritten when it is given up.
 */
#ifndef STOCKPILOT_AWS_SSM_H
#define STOCKPILOT_AWS_SSM_H

#include <stdbool.h>
#include <stddef.h>

#include "stockpilot/aws/aws_client.h"
#include "stockpilot/error/error.h"
#include "stockpilot/memory/arena.h"

/* More pages are an error: a store that never comes to an end. */
#define SSM_MAX_PAGES 100

struct ssm_settings {
    const char *region;
    const char *endpoint; /* "http://127.0.0.1:9600"; NULL: AWS's own in the region */
    struct aws_credential_source *credentials; /* stays the caller's, and outlives the client */
    int connect_timeout_ms;
    int call_timeout_ms; /* of one try of one page */
};

struct ssm_parameter {
    const char *name; /* whole, with the path in front */
    const char *value;
    bool secure; /* a SecureString */
    struct ssm_parameter *next;
};

struct ssm_client;

/* The settings' texts are copied. ERROR_INTERNAL without memory. */
MUST_CHECK enum error_kind ssm_client_new(const struct ssm_settings *settings,
                                          struct ssm_client **client, struct error *error);
void ssm_client_free(struct ssm_client *client);

/*
 * Every parameter below path ("/stockpilot/production"), in the order of the answers; *first is
 * NULL when there is none. They live in the arena, which should be a private one.
 *
 * Throttling, 5xx and no answer are tried again, after a pause drawn between nothing and a bound
 * that doubles, until the deadline; a blocked TERM or INT that has arrived ends it within a second,
 * in the midst of a call too (beside the look for credentials, which has its own two).
 * ERROR_UNAVAILABLE with a cause: then *first is untouched.
 */
MUST_CHECK enum error_kind ssm_parameters_below(struct ssm_client *client, const char *path,
                                                struct deadline deadline, struct arena *arena,
                                                struct ssm_parameter **first, struct error *error);

#endif
