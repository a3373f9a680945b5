/*
 * s3.h - Amazon S3: the objects of one bucket (https://docs.aws.amazon.com/AmazonS3/latest/API/).
 *
 * On AWS the bucket is in the host name, or in the path where its own name has dots, which no
 * certificate covers; a counterpart under another endpoint has it in the path. Keys are ours: of
 * letters, digits, '-', '.' and '/', so that nothing in a path needs encoding.
 */
#ifndef STOCKPILOT_AWS_S3_H
#define STOCKPILOT_AWS_S3_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stockpilot/aws/aws_client.h"
#include "stockpilot/aws/s3_post_policy.h"
#include "stockpilot/error/error.h"
#include "stockpilot/memory/arena.h"

/* What can be read of an object's beginning at most. */
#define S3_BEGINNING_MAX (1024u * 1024)

struct s3_settings {
    const char *region;
    const char *bucket;
    const char *endpoint; /* "http://127.0.0.1:9700"; NULL: AWS's own in the region */
    struct aws_credential_source *credentials; /* stays the caller's, and outlives the client */
    int connect_timeout_ms;
};

struct s3_object {
    const char *key;
    const char *content_type;
    const char *cache_control;
    const char *bytes;
    size_t length;
};

/* Given back with free(bytes). */
struct s3_beginning {
    bool found;
    int64_t size; /* of the whole object */
    char *bytes;
    size_t length;
};

struct s3_client;

/* The settings' texts are copied. ERROR_INTERNAL without memory. */
MUST_CHECK enum error_kind s3_client_new(const struct s3_settings *settings,
                                         struct s3_client **client, struct error *error);
void s3_client_free(struct s3_client *client);

/* The bucket's own address, without a '/' at its end. */
const char *s3_bucket_url(const struct s3_client *client);

/* The calls below end by the deadline. AWS_REFUSED: no such bucket, no permission. */

/* When it is AWS_DONE the object is stored, whole. */
MUST_CHECK enum aws_outcome s3_put(struct s3_client *client, const struct s3_object *object,
                                   struct deadline deadline, struct error *error);

/* An object that is not there counts as deleted. */
MUST_CHECK enum aws_outcome s3_delete(struct s3_client *client, const char *key,
                                      struct deadline deadline, struct error *error);

/* The first bytes of an object, S3_BEGINNING_MAX at most, and its size. To be told that there is no
 * such object takes the permission s3:ListBucket: without it AWS refuses. */
MUST_CHECK enum aws_outcome s3_read_beginning(struct s3_client *client, const char *key,
                                              struct deadline deadline,
                                              struct s3_beginning *beginning, struct error *error);

/* Signs a form for an upload to this bucket, as of now; bucket, region and now of `upload` are set
 * here. Errors as of s3_post_policy_sign(), and ERROR_UNAVAILABLE without credentials. */
MUST_CHECK enum error_kind s3_sign_form(struct s3_client *client, struct arena *arena,
                                        struct s3_post_upload upload, struct deadline deadline,
                                        struct s3_post_form *form, struct error *error);

#endif
