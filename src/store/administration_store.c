#include "stockpilot/store/administration_store.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "pipeline.h"

#define COLUMNS                                                                                    \
    "a.user_id, a.name, a.email, a.role, a.role_in_force, a.disabled, a.invited, a.version, "      \
    "a.last_seen_at"

static const struct statement list = {
    "administration_list",
    "SELECT " COLUMNS " FROM user_accounts a ORDER BY a.name, a.user_id LIMIT $1::bigint",
    1,
};

static const struct statement list_after = {
    "administration_list_after",
    "SELECT " COLUMNS " FROM user_accounts a WHERE (a.name, a.user_id) > ($2, $3::uuid)"
    " ORDER BY a.name, a.user_id LIMIT $1::bigint",
    3,
};

static const struct statement get = {
    "administration_get",
    "SELECT " COLUMNS " FROM user_accounts a WHERE a.user_id = $1::uuid",
    1,
};

static const struct statement invite = {
    "administration_invite",
    "SELECT " COLUMNS ", i.made FROM invite_user($1, $2, $3) i, LATERAL (SELECT (i.account).*) a",
    3,
};

static const struct statement change_one = {
    "administration_change",
    "SELECT change_user($1::uuid, $2::integer, $3::integer, $4, $5, $6::boolean)",
    6,
};

static void user_from_row(const PGresult *result, int row, struct managed_user *user)
{
    *user = (struct managed_user){
        .user = { result_text(result, row, 0), result_text(result, row, 1),
                  result_text(result, row, 2) },
        .role = result_text(result, row, 3),
        .role_in_force = result_text(result, row, 4),
        .disabled = result_text(result, row, 5),
        .invited = result_text(result, row, 6),
        .version = result_text(result, row, 7),
        .last_seen_at = result_text(result, row, 8),
    };
}

static enum error_kind no_such_user(const struct store_request *request)
{
    return error_set(request->error, ERROR_NOT_FOUND, "There is no such user.");
}

static enum error_kind user_from_result(const struct store_request *request, const PGresult *result,
                                        struct managed_user *user)
{
    if (PQntuples(result) == 0) {
        return no_such_user(request);
    }
    user_from_row(result, 0, user);
    return ERROR_NONE;
}

enum error_kind administration_store_list(const struct store_request *request,
                                          const char *after_name, const char *after_id,
                                          int64_t limit, struct managed_page *page)
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
    struct managed_user *users = arena_array(request->arena, count, sizeof *users);
    if (users == NULL) {
        return store_no_memory(request);
    }
    for (size_t i = 0; i < count; i++) {
        user_from_row(result, (int)i, &users[i]);
    }
    *page = (struct managed_page){ count, users, more };
    return ERROR_NONE;
}

enum error_kind administration_store_get(const struct store_request *request, const char *user_id,
                                         struct managed_user *user)
{
    const struct call call = { &get, { user_id } };
    const PGresult *result;
    enum error_kind kind = pipeline_read(request, &call, 1, &result);
    return kind != ERROR_NONE ? kind : user_from_result(request, result, user);
}

enum error_kind administration_store_invite(const struct store_request *request,
                                            const struct managed_change *invitation,
                                            struct managed_user *user, bool *made)
{
    const struct call call = { &invite, { invitation->email, invitation->name, invitation->role } };
    const PGresult *result;
    enum error_kind kind = pipeline_write(request, &call, 1, &result);
    if (kind != ERROR_NONE) {
        return kind;
    }
    const char *answer = PQntuples(result) == 1 ? result_text(result, 0, 9) : NULL;
    if (answer == NULL) {
        return error_set_cause(request->error, ERROR_INTERNAL, "invite_user() gave no row");
    }
    *made = strcmp(answer, "t") == 0;
    user_from_row(result, 0, user);
    return ERROR_NONE;
}

enum error_kind administration_store_change(const struct store_request *request,
                                            const char *user_id,
                                            const struct managed_change *change,
                                            int64_t expected_version, struct managed_user *user)
{
    char version[24];
    char given[24];
    snprintf(version, sizeof version, "%" PRId64, expected_version);
    snprintf(given, sizeof given, "%u", change->given);
    const struct call calls[] = {
        { &change_one,
          { user_id, expected_version != MANAGED_ANY_VERSION ? version : NULL, given, change->name,
            change->role, change->disabled ? "true" : "false" } },
        { &get, { user_id } },
    };
    const PGresult *results[2];
    enum error_kind kind = pipeline_write(request, calls, 2, results);
    if (kind == ERROR_NOT_FOUND) {
        return no_such_user(request); /* "There is no such product" is what the code alone says */
    }
    return kind != ERROR_NONE ? kind : user_from_result(request, results[1], user);
}
