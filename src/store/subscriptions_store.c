#include "stockpilot/store/subscriptions_store.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "pipeline.h"

static const struct statement claim = {
    "subscriptions_claim",
    "SELECT user_id, topic, email, attempts"
    " FROM claim_subscriptions($1::integer, $2::interval, $3::text[])",
    3,
};

static const struct statement tried = {
    "subscriptions_tried",
    "SELECT subscription_tried($1::uuid, $2, $3, $4, $5::interval, $6::integer)",
    6,
};

enum error_kind subscriptions_store_claim(const struct store_request *request, int limit,
                                          int64_t lease_ms, const char *topics,
                                          struct subscription_claims *claims)
{
    char most[24];
    char lease[40];
    snprintf(most, sizeof most, "%d", limit);
    snprintf(lease, sizeof lease, "%" PRId64 " milliseconds", lease_ms);
    const struct call call = { &claim, { most, lease, topics } };
    const PGresult *result;
    enum error_kind kind = pipeline_write(request, &call, 1, &result);
    if (kind != ERROR_NONE) {
        return kind;
    }
    size_t count = (size_t)PQntuples(result);
    struct subscription *items = arena_array(request->arena, count, sizeof *items);
    if (items == NULL) {
        return store_no_memory(request);
    }
    for (size_t i = 0; i < count; i++) {
        items[i] = (struct subscription){
            .user_id = result_text(result, (int)i, 0),
            .topic = result_text(result, (int)i, 1),
            .email = result_text(result, (int)i, 2),
            .attempts = (int)strtol(result_text(result, (int)i, 3), NULL, 10),
        };
    }
    *claims = (struct subscription_claims){ count, items };
    return ERROR_NONE;
}

enum error_kind subscriptions_store_tried(const struct store_request *request,
                                          const struct subscription *subscription, const char *why,
                                          int64_t pause_ms, int maximum)
{
    char pause[40];
    char most[24];
    snprintf(pause, sizeof pause, "%" PRId64 " milliseconds", pause_ms);
    snprintf(most, sizeof most, "%d", maximum);
    const struct call call = { &tried,
                               { subscription->user_id, subscription->topic, subscription->email,
                                 why, pause, maximum > 0 ? most : NULL } };
    const PGresult *result;
    return pipeline_write(request, &call, 1, &result);
}
