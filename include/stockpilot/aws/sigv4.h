/*
 * sigv4.h - AWS Signature Version 4 for requests with headers
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html).
 */
#ifndef STOCKPILOT_AWS_SIGV4_H
#define STOCKPILOT_AWS_SIGV4_H

#include <stdbool.h>
#include <stddef.h>

#include "stockpilot/aws/credentials.h"
#include "stockpilot/memory/arena.h"

#define SIGV4_MAX_HEADERS 32
#define SIGV4_MAX_PARAMETERS 64

#define SIGV4_DIGEST_SIZE 65

struct sigv4_header {
    const char *name; /* in any case */
    const char *value;
};

struct sigv4_request {
    const char *method;
    const char *path;  /* as it is sent, percent sequences included; it begins with '/' */
    const char *query; /* likewise, without the '?'; "" when there is none */
    size_t header_count;
    const struct sigv4_header *headers; /* all of them are signed; host and x-amz-date are there */
    const char *body;
    size_t body_length;
};

struct sigv4_scope {
    const char *region;
    const char *service;
    const char *time;   /* "20150830T123600Z", the same as in x-amz-date */
    bool path_as_it_is; /* for S3: dots are kept, and percent sequences are not encoded once more */
};

/* SHA-256 in hexadecimal, as x-amz-content-sha256 has it. ERROR_INTERNAL. */
MUST_CHECK enum error_kind sigv4_digest(const char *bytes, size_t length,
                                        char text[SIGV4_DIGEST_SIZE]);

/* The value of the header Authorization; it belongs to the arena. x-amz-security-token is the
 * caller's to add. ERROR_INTERNAL for more headers or parameters than fit, and without memory. */
MUST_CHECK enum error_kind sigv4_authorization(struct arena *arena,
                                               const struct sigv4_request *request,
                                               const struct sigv4_scope *scope,
                                               const struct aws_credentials *credentials,
                                               const char **authorization, struct error *error);

/* The signature of a text that is no request, such as a POST policy: by the key of the scope's day,
 * region and service. ERROR_INTERNAL. */
MUST_CHECK enum error_kind sigv4_signature(const struct sigv4_scope *scope,
                                           const struct aws_credentials *credentials,
                                           const char *text, size_t length,
                                           char signature[SIGV4_DIGEST_SIZE]);

#endif
