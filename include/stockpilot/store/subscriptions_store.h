/* subscriptions_store.h - e-mail subscriptions to topics that have still to be made. */
#ifndef STOCKPILOT_STORE_SUBSCRIPTIONS_STORE_H
#define STOCKPILOT_STORE_SUBSCRIPTIONS_STORE_H

#include <stddef.h>
#include <stdint.h>

#include "stockpilot/store/store.h"

struct subscription {
    const char *user_id;
    const char *topic;
    const char *email;
    int attempts; /* this one included */
};

struct subscription_claims {
    size_t count;
    const struct subscription *items;
};

/* Up to `limit` that are due, of the topics "{stock-alerts,system-alerts}"; nobody else gets them
 * during the lease. */
MUST_CHECK enum error_kind subscriptions_store_claim(const struct store_request *request, int limit,
                                                     int64_t lease_ms, const char *topics,
                                                     struct subscription_claims *claims);

/* How the try ended. why NULL: it is made. Else it is tried again after pause_ms, until it was
 * refused `maximum` times; 0: this was no refusal. */
MUST_CHECK enum error_kind subscriptions_store_tried(const struct store_request *request,
                                                     const struct subscription *subscription,
                                                     const char *why, int64_t pause_ms,
                                                     int maximum);

#endif
