/*
 * credentials.h - who we are to AWS.
 *
 * Looked for in the order of the AWS SDKs: the environment (AWS_ACCESS_KEY_ID,
 * AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN), then the shared credentials file
 * (AWS_SHARED_CREDENTIALS_FILE, or
 * ~/.aws/credentials; the profile AWS_PROFILE, or "default"). The first place that has any is
 * believed; half of a pair there is an error, not a reason to look further.
 *
 * Secrets are wiped from memory when they are replaced or given up, and stand in no error text.
 */
#ifndef STOCKPILOT_AWS_CREDENTIALS_H
#define STOCKPILOT_AWS_CREDENTIALS_H

#include "stockpilot/error/error.h"

#define AWS_KEY_SIZE 129
#define AWS_TOKEN_SIZE 4097

struct aws_credentials {
    char access_key_id[AWS_KEY_SIZE];
    char secret_access_key[AWS_KEY_SIZE];
    char session_token[AWS_TOKEN_SIZE]; /* "" when there is none */
};

/* Remembers what was found, until the file it is from has changed. */
struct aws_credential_source;

/* NULL without memory. */
MUST_CHECK struct aws_credential_source *aws_credential_source_new(void);
void aws_credential_source_free(struct aws_credential_source *source);

/* The credentials as of now; they belong to the source, until the next call. ERROR_UNAVAILABLE with
 * a cause: there are none, or the place that should have them cannot be read. */
MUST_CHECK enum error_kind aws_credentials_get(struct aws_credential_source *source,
                                               const struct aws_credentials **credentials,
                                               struct error *error);

/* AWS has refused them as expired or unknown: the next call looks for them anew, file changed or
 * not. */
void aws_credentials_distrust(struct aws_credential_source *source);

#endif
