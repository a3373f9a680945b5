/*
 * exchange.h - what a handler works with: one request, already checked, and the answer it writes.
 *
 * A handler starts past everything its route row declares: the caller is known and allowed, the
 * query keys are known ones, the body is of a declared type and within its limit. It returns
 * ERROR_NONE with the response filled, or an error in exchange->error; dispatch renders either.
 */
#ifndef STOCKPILOT_HANDLERS_EXCHANGE_H
#define STOCKPILOT_HANDLERS_EXCHANGE_H

#include "stockpilot/auth/principal.h"
#include "stockpilot/clock/clock.h"
#include "stockpilot/error/error.h"
#include "stockpilot/http/query.h"
#include "stockpilot/http/request.h"
#include "stockpilot/http/response.h"
#include "stockpilot/memory/arena.h"
#include "stockpilot/storage/image_storage.h"
#include "stockpilot/store/store.h"

#define EXCHANGE_MAX_PARAMETERS 2

/* The parts a worker lends to every request. */
struct services {
    struct store *store;
    const struct image_storage *images;
    const struct scoreboard *scoreboard; /* NULL: this worker has none */
    /* Whether tokens can be checked at all; for /readyz. */
    enum error_kind (*keys_ready)(void *context, struct deadline deadline, struct error *error);
    void *keys_context;
};

struct exchange {
    const struct services *services;
    struct arena *arena;
    const struct http_request *request;
    struct http_response *response;
    const char *parameters[EXCHANGE_MAX_PARAMETERS]; /* of the path, in order; UUIDs */
    struct query query;
    const struct principal *principal; /* NULL on public routes */
    const char *required_role;         /* of the route: "viewer", "staff", "admin", "public" */
    bool note_sighting;                /* of the caller; see store.h */
    const char *fingerprint;           /* of the request, with an Idempotency-Key; see store.h */
    struct deadline deadline;
    struct error *error;
    const char *current_json; /* the record as it stands, sent along with a 412 */
    int64_t current_version;  /* its version, when current_json is set */
    const char *next_cursor;  /* of a list that goes on; NULL: it does not */
};

typedef enum error_kind handler(struct exchange *exchange);

/* The store's view of this exchange: connection, deadline, and who acts. */
struct store_request exchange_store_request(const struct exchange *exchange);

/* Finishes a JSON answer: content type, and whether all of it fitted into memory. */
MUST_CHECK enum error_kind exchange_finish_json(struct exchange *exchange, int status);

/* A record's version as the store gives it, "3", for its entity tag. */
int64_t exchange_record_version(const char *text);

/* Puts a record as it is now, which was written into `json`, on the answer that says why not.
 * ERROR_INTERNAL when it did not fit. */
MUST_CHECK enum error_kind exchange_attach_current(struct exchange *exchange, struct buffer *json,
                                                   const char *version);

/* Says in the answer whether it is that of an earlier request with the same key. */
MUST_CHECK enum error_kind exchange_mark_replayed(struct exchange *exchange, bool replayed);

/* Answers {"message": …}. */
MUST_CHECK enum error_kind exchange_answer_message(struct exchange *exchange, const char *format,
                                                   ...) __attribute__((format(printf, 2, 3)));

#endif
