/*
 * store.h - the worker's one connection to PostgreSQL.
 *
 * It is opened when first needed and again when it broke; the database being away is an answer
 * (ERROR_UNAVAILABLE), never the end of the worker. Nothing here blocks longer than the request's
 * deadline: statements are sent and polled for, and a connection that does not answer in time is
 * dropped.
 *
 * Each function of the <resource>_store.h headers is one transaction in one round trip where it can
 * be. Reads that meet a dead connection are tried once more on a new one, and so are writes that
 * the database does once for their idempotency key; other writes are not, since their outcome is
 * unknown then. Deadlocks and serialization failures are retried at most
 * STORE_MAX_RETRIES times.
 *
 * Rows point into results that the request's arena releases.
 */
#ifndef STOCKPILOT_STORE_STORE_H
#define STOCKPILOT_STORE_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "stockpilot/clock/clock.h"
#include "stockpilot/error/error.h"
#include "stockpilot/memory/arena.h"

#define STORE_MAX_RETRIES 3

struct store;

/* Who asks for what, and until when; the first parameter of every store function. */
struct store_request {
    struct store *store;
    struct arena *arena;
    struct deadline deadline;
    struct error *error;
    const char *actor_id;   /* users.user_id, or NULL before the user is known */
    const char *request_id; /* for the audit trail */
    /* What the actor's token says, and what the request takes ("viewer", "staff", "admin"): it is
     * held against what was decided about the actor since, in each transaction, before anything
     * else (ERROR_FORBIDDEN). token_role NULL: there is no token, and nothing to hold it against.
     */
    const char *token_role;
    int64_t token_issued_at; /* seconds since 1970 UTC */
    const char *required_role;
    /* The actor is to be noted as having been here, with what else the transaction does. */
    bool note_sighting;
    /* Of a write that is done once for its key: the key, and what tells its request from others, as
     * PostgreSQL reads a bytea. NULL on all other requests. */
    const char *idempotency_key;
    const char *fingerprint;
};

/* The URL is copied. request_time_ms: what a request has that did not wait for its turn. NULL
 * without memory. Does not connect. */
MUST_CHECK struct store *store_new(const char *database_url, int request_time_ms);
void store_free(struct store *store);

/* What the worker does meanwhile when the database takes its time over one answer. */
struct store_meanwhile {
    int patience_ms;              /* so long it does nothing */
    int (*begin)(void *context);  /* a descriptor to wait for as well; -1: nothing is to be done */
    void (*ready)(void *context); /* it can be read */
    void *context;
};
void store_do_meanwhile(struct store *store, const struct store_meanwhile *meanwhile);

/* Connects now rather than at the first use of the store. */
MUST_CHECK enum error_kind store_connect(struct store *store, struct deadline deadline,
                                         struct error *error);

/* As of the latest use of it. */
enum store_state { STORE_UNTRIED, STORE_CONNECTED, STORE_AWAY };
enum store_state store_state(const struct store *store);

/* The schema's version as the database has it: the highest row of schema_migrations; 0 when there
 * is no such table yet. */
MUST_CHECK enum error_kind store_schema_version(const struct store_request *request, int *version);

#endif
