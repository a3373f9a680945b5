#include "stockpilot/store/user_pool_store.h"

#include <string.h>

#include "pipeline.h"

static const struct statement get = {
    "user_pool_order",
    "SELECT o.payload->>'action', u.user_id, u.name, u.email, u.cognito_sub,"
    " CASE WHEN u.role_told_at IS NULL THEN u.wanted_role END,"
    " CASE o.payload->>'action'"
    " WHEN 'invite' THEN CASE WHEN u.cognito_sub IS NULL THEN u.disabled_at IS NOT NULL"
    " ELSE u.wanted_role IS NULL OR u.role_told_at IS NOT NULL END"
    " WHEN 'set_role' THEN u.wanted_role IS DISTINCT FROM o.payload->>'role'"
    " OR u.role_told_at IS NOT NULL OR (u.cognito_sub IS NULL AND u.disabled_at IS NOT NULL)"
    " WHEN 'disable' THEN u.disabled_at IS NULL"
    " WHEN 'enable' THEN u.disabled_at IS NOT NULL END"
    " FROM outbox o JOIN users u ON u.user_id = (o.payload->>'user_id')::uuid"
    " WHERE o.outbox_id = $1::bigint AND o.topic = 'user-pool'",
    1,
};

static const struct statement invited = {
    "user_pool_invited",
    "SELECT user_id, role FROM user_invited($1::uuid, $2)",
    2,
};

static const struct statement role_told = {
    "user_pool_role_told",
    "SELECT user_role_told($1::uuid, $2)",
    2,
};

enum error_kind user_pool_store_order(const struct store_request *request, const char *outbox_id,
                                      struct user_pool_order *order)
{
    const struct call call = { &get, { outbox_id } };
    const PGresult *result;
    enum error_kind kind = pipeline_read(request, &call, 1, &result);
    if (kind != ERROR_NONE) {
        return kind;
    }
    if (PQntuples(result) == 0) {
        return error_set_cause(request->error, ERROR_NOT_FOUND, "nobody whom it is about");
    }
    const char *superseded = result_text(result, 0, 6);
    if (superseded == NULL) {
        return error_set_cause(request->error, ERROR_INTERNAL, "an action of no known kind");
    }
    *order = (struct user_pool_order){
        .action = result_text(result, 0, 0),
        .user_id = result_text(result, 0, 1),
        .name = result_text(result, 0, 2),
        .email = result_text(result, 0, 3),
        .cognito_sub = result_text(result, 0, 4),
        .role = result_text(result, 0, 5),
        .superseded = strcmp(superseded, "t") == 0,
    };
    return ERROR_NONE;
}

enum error_kind user_pool_store_invited(const struct store_request *request,
                                        const char *cognito_sub, struct user_pool_order *order)
{
    const struct call call = { &invited, { order->user_id, cognito_sub } };
    const PGresult *result;
    enum error_kind kind = pipeline_write(request, &call, 1, &result);
    if (kind != ERROR_NONE) {
        return kind;
    }
    if (PQntuples(result) == 0) {
        return error_set_cause(request->error, ERROR_NOT_FOUND, "nobody whom it is about");
    }
    order->user_id = result_text(result, 0, 0);
    order->role = result_text(result, 0, 1);
    order->cognito_sub = cognito_sub;
    return ERROR_NONE;
}

enum error_kind user_pool_store_role_told(const struct store_request *request,
                                          const struct user_pool_order *order)
{
    const struct call call = { &role_told, { order->user_id, order->role } };
    const PGresult *result;
    return pipeline_write(request, &call, 1, &result);
}
