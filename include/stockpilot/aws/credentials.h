/*
 * credentials.h - who we are to AWS.
 *
 * Looked for in the order of the AWS SDKs: the environment (AWS_ACCESS_KEY_ID,
 * AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN), the shared credentials file
 * (AWS_SHARED_CREDENTIALS_FILE, or ~/.aws/credentials; the profile AWS_PROFILE, or "default"), and
 * the role of the EC2 instance (AWS_EC2_METADATA_SERVICE_ENDPOINT, AWS_EC2_METADATA_DISABLED; see
 * src/aws/instance_credentials.h). The first place that has any is believed; half of a pair there
 * is an error, not a reason to look further. A file that does not exist, or has no default profile,
 * has none; but a profile that AWS_PROFILE asks for by name must be there, so that nobody acts as
 * the instance who meant to be somebody else.
 *
 * The instance's expire, and are fetched anew ahead of that. When they cannot be, those there are
 * are used on, beyond their expiry as well, and the log says so ("credentials_kept"): AWS decides
 * whether it still takes them.
 *
 * Secrets are wiped from memory when they are replaced or given up, and stand in no error text.
 */
#ifndef STOCKPILOT_AWS_CREDENTIALS_H
#define STOCKPILOT_AWS_CREDENTIALS_H

#include <stdint.h>

#include "stockpilot/clock/clock.h"
#include "stockpilot/error/error.h"

#define AWS_KEY_SIZE 129
#define AWS_TOKEN_SIZE 4097

/* The longest that looking for them takes, when the instance does not answer. */
#define AWS_CREDENTIALS_LONGEST_MS 2000

struct aws_credentials {
    char access_key_id[AWS_KEY_SIZE];
    char secret_access_key[AWS_KEY_SIZE];
    char session_token[AWS_TOKEN_SIZE]; /* "" when there is none */
    int64_t expires_at; /* seconds since 1970 UTC, also past ones; 0: never, as far as is told */
};

/* Remembers what was found: of a file until it has changed, of the instance until it is due. */
struct aws_credential_source;

/* NULL without memory. */
MUST_CHECK struct aws_credential_source *aws_credential_source_new(void);
void aws_credential_source_free(struct aws_credential_source *source);

/*
 * The credentials as of now; they belong to the source, until the next call. ERROR_UNAVAILABLE with
 * a cause: there are none, or the place that should have them cannot be read.
 *
 * Who has none waits for the instance, AWS_CREDENTIALS_LONGEST_MS at most; that it has none is
 * believed for some seconds, so that not every call waits. Who has some waits for others for half a
 * second at most, and not again within a minute.
 */
MUST_CHECK enum error_kind aws_credentials_get(struct aws_credential_source *source,
                                               const struct aws_credentials **credentials,
                                               struct error *error);

/* The same, and never beyond the caller's own deadline. */
MUST_CHECK enum error_kind aws_credentials_get_by(struct aws_credential_source *source,
                                                  struct deadline deadline,
                                                  const struct aws_credentials **credentials,
                                                  struct error *error);

/* AWS has refused them as expired or unknown: the next call looks for them anew, file changed or
 * not. The instance's are fetched once more, unless that was tried moments ago, and used on
 * when there are no others. */
void aws_credentials_distrust(struct aws_credential_source *source);

#endif
