#include "stockpilot/store/users_store.h"

#include <inttypes.h>
#include <stdio.h>

#include "pipeline.h"
#include "sqlstate.h"

static const struct statement see = {
    "users_see",
    "SELECT user_id, disabled_at FROM see_user($1, $2, $3, $4, $5::bigint)",
    5,
};

static const struct statement list = {
    "users_list",
    "SELECT user_id, name, email FROM users ORDER BY name, user_id LIMIT $1::bigint",
    1,
};

static const struct statement list_after = {
    "users_list_after",
    "SELECT user_id, name, email FROM users WHERE (name, user_id) > ($2, $3::uuid)"
    " ORDER BY name, user_id LIMIT $1::bigint",
    3,
};

#define ACCOUNT_COLUMNS "user_id, name, email, role_in_force(users), alert_delivery, digest_hour"

static const struct statement self = {
    "users_self",
    "SELECT " ACCOUNT_COLUMNS " FROM users WHERE user_id = $1::uuid",
    1,
};

/* $2 says by the bits of struct account_change which fields count. */
static const struct statement change_self = {
    "users_change_self",
    "UPDATE users SET name = CASE WHEN $2::integer & 1 <> 0 THEN $3 ELSE name END,"
    " alert_delivery = CASE WHEN $2::integer & 2 <> 0 THEN $4 ELSE alert_delivery END,"
    " digest_hour = CASE WHEN $2::integer & 4 <> 0 THEN $5::integer ELSE digest_hour END"
    " WHERE user_id = $1::uuid RETURNING " ACCOUNT_COLUMNS,
    5,
};

enum error_kind users_store_see(const struct store_request *request,
                                const struct user_sighting *sighting, const char **user_id)
{
    char issued_at[24];
    snprintf(issued_at, sizeof issued_at, "%" PRId64, sighting->issued_at);
    const struct call call = {
        &see, { sighting->subject, sighting->name, sighting->email, sighting->role, issued_at }
    };
    const PGresult *result;
    enum error_kind kind = pipeline_write(request, &call, 1, &result);
    if (kind != ERROR_NONE) {
        return kind;
    }
    if (PQntuples(result) != 1) {
        return error_set_cause(request->error, ERROR_INTERNAL, "see_user() gave no row");
    }
    if (result_text(result, 0, 1) != NULL) {
        return error_set(request->error, ERROR_FORBIDDEN, ACCOUNT_DISABLED);
    }
    *user_id = result_text(result, 0, 0);
    return ERROR_NONE;
}

enum error_kind users_store_list(const struct store_request *request, const char *after_name,
                                 const char *after_id, int64_t limit, struct user_page *page)
{
    char rows[24];
    snprintf(rows, sizeof rows, "%" PRId64, limit + 1);
    const struct call call = after_id == NULL
                                 ? (struct call){ &list, { rows } }
                                 : (struct call){ &list_after, { rows, after_name, after_id } };
    const PGresult *result;
    enum error_kind kind = pipeline_read(request, &call, 1, &result);
    if (kind != ERROR_NONE) {
        return kind;
    }
    bool more;
    size_t count = result_page(result, limit, &more);
    struct user *users = arena_array(request->arena, count, sizeof *users);
    if (users == NULL) {
        return store_no_memory(request);
    }
    for (size_t i = 0; i < count; i++) {
        users[i] = (struct user){ result_text(result, (int)i, 0), result_text(result, (int)i, 1),
                                  result_text(result, (int)i, 2) };
    }
    *page = (struct user_page){ count, users, more };
    return ERROR_NONE;
}

static enum error_kind account_from_result(const struct store_request *request,
                                           const PGresult *result, struct account *account)
{
    if (PQntuples(result) != 1) {
        return error_set_cause(request->error, ERROR_INTERNAL, "the user who asks has no row");
    }
    *account = (struct account){
        .user = { result_text(result, 0, 0), result_text(result, 0, 1), result_text(result, 0, 2) },
        .role = result_text(result, 0, 3),
        .alert_delivery = result_text(result, 0, 4),
        .digest_hour = result_text(result, 0, 5),
    };
    return ERROR_NONE;
}

enum error_kind users_store_self(const struct store_request *request, struct account *account)
{
    const struct call call = { &self, { request->actor_id } };
    const PGresult *result;
    enum error_kind kind = pipeline_read(request, &call, 1, &result);
    return kind != ERROR_NONE ? kind : account_from_result(request, result, account);
}

enum error_kind users_store_change_self(const struct store_request *request,
                                        const struct account_change *change,
                                        struct account *account)
{
    char given[24];
    char hour[24];
    snprintf(given, sizeof given, "%u", change->given);
    snprintf(hour, sizeof hour, "%" PRId64, change->digest_hour);
    const struct call call = {
        &change_self, { request->actor_id, given, change->name, change->alert_delivery, hour }
    };
    const PGresult *result;
    enum error_kind kind = pipeline_write(request, &call, 1, &result);
    return kind != ERROR_NONE ? kind : account_from_result(request, result, account);
}
