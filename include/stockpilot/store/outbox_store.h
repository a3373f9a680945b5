/*
 * outbox_store.h - messages that must still leave the building.
 *
 * A message is claimed for a time, delivered outside of any transaction, and the claim then ends in
 * one of three ways. Who is too slow loses the claim to another: `kept` says whether that happened.
 */
#ifndef STOCKPILOT_STORE_OUTBOX_STORE_H
#define STOCKPILOT_STORE_OUTBOX_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stockpilot/store/store.h"

/* As claimed; texts are NULL where the message has no such fact. */
struct outbox_message {
    const char *outbox_id;
    const char *message_id; /* the same each time it is delivered */
    const char *topic;      /* "stock-alerts" and the others of the table */
    int attempts;           /* this one included */
    const char *kind;       /* "alert" or "digest" */
    const char *title;
    const char *message;
    const char *happened_at; /* "2026-11-27 14:05 Europe/Berlin" */
    const char *product_id;
    const char *product_name;
    const char *sku;
    const char *stock_quantity;
    const char *minimum_stock;
    const char *recipients; /* a JSON array of user ids; NULL: nobody in particular */
    const char *payload;    /* all the facts, a JSON object: for what is no mail */
};

struct outbox_claims {
    size_t count;
    const struct outbox_message *items;
};

/* Up to `limit` that are due, of the topics "{stock-alerts,system-alerts}". */
MUST_CHECK enum error_kind outbox_store_claim(const struct store_request *request,
                                              const char *claimant, int limit, int64_t lease_ms,
                                              const char *topics, struct outbox_claims *claims);

MUST_CHECK enum error_kind outbox_store_sent(const struct store_request *request,
                                             const char *outbox_id, const char *claimant,
                                             bool *kept);

/* It is tried again after pause_ms. */
MUST_CHECK enum error_kind outbox_store_failed(const struct store_request *request,
                                               const char *outbox_id, const char *claimant,
                                               const char *why, int64_t pause_ms, bool *kept);

enum outbox_refusal { OUTBOX_LOST, OUTBOX_FAILED, OUTBOX_PARKED };

/* The same, or it is put aside: that was the refusal number `maximum`. */
MUST_CHECK enum error_kind outbox_store_refused(const struct store_request *request,
                                                const char *outbox_id, const char *claimant,
                                                const char *why, int64_t pause_ms, int maximum,
                                                enum outbox_refusal *outcome);

/* Gives back all claims of the claimant. */
MUST_CHECK enum error_kind outbox_store_release(const struct store_request *request,
                                                const char *claimant);

/* In how many milliseconds the next message or subscription falls due that was not yet looked_ms
 * ago, when it was looked; 0: it has fallen due since; -1: none does. */
MUST_CHECK enum error_kind outbox_store_next_due(const struct store_request *request,
                                                 const char *topics, int64_t looked_ms,
                                                 int64_t *milliseconds);

/* What an administrator looks at: all that is not out, parked ones first. */
struct outbox_entry {
    const char *outbox_id;
    const char *message_id;
    const char *state; /* "parked", "claimed", "waiting" */
    const char *topic;
    const char *title;
    const char *attempts;
    const char *refusals;
    const char *created_at;
    const char *age_seconds;
    const char *due_at;     /* NULL: parked */
    const char *last_error; /* NULL: none yet */
};

struct outbox_listing {
    size_t count;
    const struct outbox_entry *items;
    const char *waiting; /* how many there are of each kind, listed or not */
    const char *parked;
};

MUST_CHECK enum error_kind outbox_store_list(const struct store_request *request, int limit,
                                             struct outbox_listing *listing);

/* found: whether there was such a message that is not out. */
MUST_CHECK enum error_kind outbox_store_retry(const struct store_request *request,
                                              const char *outbox_id, bool *found);
MUST_CHECK enum error_kind outbox_store_retry_parked(const struct store_request *request,
                                                     const char **count);
MUST_CHECK enum error_kind outbox_store_park(const struct store_request *request,
                                             const char *outbox_id, bool *found);

/* How it is with what must still leave the building, and with what there is to tell of. */
struct outbox_figures {
    int64_t age_seconds;     /* of the oldest message that should be out; 0: none should */
    int64_t parked;          /* messages that wait for a person */
    int64_t low_stock_count; /* products below their minimum, of which an episode is open */
};

/* Messages of other topics than these count as parked once they are, but do not age: they wait for
 * a topic. */
MUST_CHECK enum error_kind outbox_store_figures(const struct store_request *request,
                                                const char *topics, struct outbox_figures *figures);

#endif
