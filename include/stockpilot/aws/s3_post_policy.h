/*
 * s3_post_policy.h - an upload to S3 that a browser makes by itself: a form whose fields hold a
 * signed policy, and S3 takes nothing but what the policy says
 * (https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html).
 */
#ifndef STOCKPILOT_AWS_S3_POST_POLICY_H
#define STOCKPILOT_AWS_S3_POST_POLICY_H

#include <stddef.h>
#include <stdint.h>

#include "stockpilot/aws/credentials.h"
#include "stockpilot/error/error.h"
#include "stockpilot/memory/arena.h"

#define S3_POST_MAX_FIELDS 12

/* A form is good for so many seconds, or as long as the credentials are that it is signed with; one
 * that would be good for less than S3_POST_SHORTEST is not made. */
#define S3_POST_LIFETIME 600
#define S3_POST_SHORTEST 60

struct s3_post_upload {
    const char *bucket;
    const char *region;
    const char *key;
    const char *content_type;
    const char *cache_control;
    int64_t minimum_bytes;
    int64_t maximum_bytes;
    int64_t now; /* seconds since 1970 */
};

struct s3_post_field {
    const char *name;
    const char *value;
};

/* The client sends all the fields as they are, and the file behind them in the field "file". S3
 * answers 201. */
struct s3_post_form {
    size_t field_count;
    struct s3_post_field fields[S3_POST_MAX_FIELDS];
    int64_t expires_at; /* seconds since 1970 */
};

/* Texts of the form belong to the arena. ERROR_UNAVAILABLE, with the seconds to wait, when the
 * credentials end too soon; ERROR_INTERNAL. */
MUST_CHECK enum error_kind s3_post_policy_sign(struct arena *arena,
                                               const struct s3_post_upload *upload,
                                               const struct aws_credentials *credentials,
                                               struct s3_post_form *form, struct error *error);

#endif
