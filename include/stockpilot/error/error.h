/*
 * error.h - what can go wrong with a request, in the terms the client sees.
 *
 * A function that can fail returns an error_kind; ERROR_NONE is success. Where a client must be
 * told more than the kind, the function also takes a struct error and fills it. The kind decides
 * the HTTP status and the problem type (RFC 9457) by one table, error.c.
 *
 * `detail` and `fields` are for the client: nothing internal goes in there. `cause` is for our log:
 * it never leaves the server. A function either returns an error or logs it, never both.
 */
#ifndef STOCKPILOT_ERROR_ERROR_H
#define STOCKPILOT_ERROR_ERROR_H

#include <stdbool.h>
#include <stddef.h>

#define MUST_CHECK __attribute__((warn_unused_result))

enum error_kind {
    ERROR_NONE = 0,
    ERROR_MALFORMED,           /* 400: the request cannot be read */
    ERROR_UNAUTHENTICATED,     /* 401: no credentials were given */
    ERROR_INVALID_TOKEN,       /* 401 error="invalid_token" (RFC 6750) */
    ERROR_FORBIDDEN,           /* 403 */
    ERROR_NOT_FOUND,           /* 404 */
    ERROR_METHOD_NOT_ALLOWED,  /* 405, with Allow */
    ERROR_NOT_ACCEPTABLE,      /* 406 */
    ERROR_CONFLICT,            /* 409: another fact in the database stands against it */
    ERROR_STALE,               /* 412: If-Match names an older version */
    ERROR_TOO_LARGE,           /* 413 */
    ERROR_URI_TOO_LONG,        /* 414 */
    ERROR_UNSUPPORTED_MEDIA,   /* 415 */
    ERROR_INVALID,             /* 422: understood, but breaks a rule; `fields` says which */
    ERROR_PRECONDITION_NEEDED, /* 428 */
    ERROR_TOO_MANY_REQUESTS,   /* 429: nginx answers these; listed for the documents */
    ERROR_INTERNAL,            /* 500: our fault */
    ERROR_NOT_IMPLEMENTED,     /* 501 */
    ERROR_UNAVAILABLE,         /* 503 with Retry-After: database or key set away, or too late */
    ERROR_KIND_COUNT
};

/* What the contract says of a kind; one row for each, in error.c. */
struct error_description {
    int status;        /* HTTP status */
    const char *slug;  /* the problem type is "/problems/<slug>" */
    const char *title; /* RFC 9457: the same for every occurrence */
};

/* Longer texts are cut; more field errors than these are counted but not kept. */
#define ERROR_DETAIL_SIZE 256
#define ERROR_MAX_FIELDS 32

struct field_error {
    char pointer[96]; /* RFC 6901, "/price"; for a query key "?limit"; for a form field "/price" */
    char code[32];    /* stable, for programs: "required", "out_of_range", "unknown_field" … */
    char detail[128]; /* for people */
};

struct error {
    enum error_kind kind;
    char detail[ERROR_DETAIL_SIZE];
    char cause[ERROR_DETAIL_SIZE];
    int retry_after_seconds; /* 0: the default of the kind, if it has one */
    bool
        outcome_unknown; /* with ERROR_UNAVAILABLE: a change was sent, and may stand all the same */
    size_t field_count;  /* kept ones, at most ERROR_MAX_FIELDS */
    size_t fields_dropped;
    struct field_error fields[ERROR_MAX_FIELDS];
};

const struct error_description *error_describe(enum error_kind kind);

/* Puts *error back to ERROR_NONE without touching the field array's old bytes. */
void error_reset(struct error *error);

/* Sets kind and detail and returns the kind, so that `return error_set(…)` reads well. */
enum error_kind error_set(struct error *error, enum error_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same for a fault of ours or of a server behind us: the text goes to the log only, and the
 * client gets the kind's general sentence. */
enum error_kind error_set_cause(struct error *error, enum error_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Adds one field error and makes the kind ERROR_INVALID where there was no error yet. Reading goes
 * on, so that the client is told all of them at once. */
void error_add_field(struct error *error, const char *pointer, const char *code, const char *format,
                     ...) __attribute__((format(printf, 4, 5)));

#endif
