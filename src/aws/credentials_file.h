/*
 * credentials_file.h - the shared credentials file of AWS's tools
 * (https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html): AWS_SHARED_CREDENTIALS_FILE,
 * or ~/.aws/credentials, and in it the profile AWS_PROFILE, or "default".
 */
#ifndef STOCKPILOT_SRC_AWS_CREDENTIALS_FILE_H
#define STOCKPILOT_SRC_AWS_CREDENTIALS_FILE_H

#include <stdbool.h>
#include <sys/types.h>
#include <time.h>

#include "stockpilot/aws/credentials.h"

/* What the file was when it was read. */
struct credentials_file_state {
    struct timespec changed;
    ino_t number;
};

/*
 * ERROR_NOT_FOUND: there is no such file, or it has no default profile with a key.
 * ERROR_UNAVAILABLE with a cause: it cannot be read, it has half a pair, or AWS_PROFILE names a
 * profile that is not there or has none. A file that nobody named and that may not be looked for (a
 * home folder that the unit hides) is none.
 */
MUST_CHECK enum error_kind credentials_file_read(struct aws_credentials *found,
                                                 struct credentials_file_state *state,
                                                 struct error *error);

/* Whether it is the same file as then. */
bool credentials_file_is_unchanged(const struct credentials_file_state *state);

#endif
