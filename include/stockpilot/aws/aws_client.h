/*
 * aws_client.h - signed calls to one service of AWS.
 *
 * A call is signed (sigv4.h), sent once, and judged: done, worth another try, or refused for good.
 * Credentials that the service calls expired or unknown are looked for anew and the call is sent
 * once more, within the same time. Redirects are not followed: an answer of 3xx is an outage.
 */
#ifndef STOCKPILOT_AWS_AWS_CLIENT_H
#define STOCKPILOT_AWS_AWS_CLIENT_H

#include <stdbool.h>
#include <stddef.h>

#include "stockpilot/aws/credentials.h"
#include "stockpilot/clock/clock.h"
#include "stockpilot/error/error.h"
#include "stockpilot/httpclient/httpclient.h"

#define AWS_MAX_HEADERS 8
#define AWS_ERROR_CODE_SIZE 64

struct aws_client_settings {
    const char *name;     /* of the service in causes: "SNS" */
    const char *service;  /* in the signature's scope: "sns" */
    const char *region;   /* likewise */
    const char *endpoint; /* "http://127.0.0.1:9500", without a path; NULL: AWS's own,
                             https://<service>.<region>.amazonaws.com */
    struct aws_credential_source *credentials; /* stays the caller's, and outlives the client */
    int connect_timeout_ms;
    int total_timeout_ms;      /* of one call, its second try with other credentials included */
    size_t maximum_answer;     /* bytes of a body */
    bool path_as_it_is;        /* for S3, see sigv4.h; the body's digest is then sent as well */
    bool (*is_unwanted)(void); /* true ends a call that waits for its answer; NULL: never */
};

struct aws_call {
    const char *method;
    const char *path;  /* as it is sent, percent sequences included; it begins with '/' */
    const char *query; /* likewise, without the '?', sorted; "" when there is none */
    size_t header_count;
    struct httpclient_header headers[AWS_MAX_HEADERS]; /* beside those of signing */
    const char *body;                                  /* NULL: none */
    size_t body_length;
};

/*
 * How a call ended. AWS_TRY_AGAIN: nobody can say whether it was done, or it was not and may be
 * later (no connection, no answer in time, a call that came too slowly, 5xx, throttled, a quota
 * used up, credentials missing or expired, clocks apart). AWS_REFUSED: it will be refused again as
 * it is.
 */
enum aws_outcome { AWS_DONE, AWS_TRY_AGAIN, AWS_REFUSED };

struct aws_answer {
    int status;                     /* 0: there was none */
    char code[AWS_ERROR_CODE_SIZE]; /* AWS's own word for what is wrong; "" when it says none */
    char *body;                     /* NUL-terminated; NULL: there was no answer */
    size_t length;
    char content_range[64]; /* as the header has it; "" without one */
};

struct aws_client;

/* The settings' texts are copied. ERROR_INTERNAL without memory. */
MUST_CHECK enum error_kind aws_client_new(const struct aws_client_settings *settings,
                                          struct aws_client **client, struct error *error);
void aws_client_free(struct aws_client *client);

/* *answer is set in any case and given back with aws_answer_free(). Unless it is AWS_DONE,
 * error->cause has the HTTP status and AWS's code; it holds no secret. */
MUST_CHECK enum aws_outcome aws_client_call(struct aws_client *client, const struct aws_call *call,
                                            struct aws_answer *answer, struct error *error);

/* The same, and never beyond the caller's own deadline. */
MUST_CHECK enum aws_outcome aws_client_call_by(struct aws_client *client,
                                               const struct aws_call *call,
                                               struct deadline deadline, struct aws_answer *answer,
                                               struct error *error);

/* Overwrites the body: it may hold secrets. */
void aws_answer_free(struct aws_answer *answer);

/* What stands in the first element <name> of a document; false when there is none, it is empty, or
 * it does not fit. For the few plain texts that AWS answers; no XML reader. */
MUST_CHECK bool aws_element(const char *xml, const char *name, char *text, size_t size);

#endif
