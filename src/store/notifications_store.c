#include "stockpilot/store/notifications_store.h"

#include <inttypes.h>
#include <stdio.h>

#include "pipeline.h"

/* $1 is always the user who asks. */
#define NOTIFICATION_COLUMNS                                                                       \
    "n.notification_id, n.user_id, n.type, n.title, n.message, r.read_at IS NOT NULL AS is_read, " \
    "n.created_at, u.name, u.email"
#define READ_STATE_AND_USER                                                                        \
    " LEFT JOIN notification_reads r ON r.user_id = $1::uuid"                                      \
    " AND r.notification_id = n.notification_id"                                                   \
    " LEFT JOIN users u ON u.user_id = n.user_id"

/* One half of a list: an index walk over the notifications of one owner, newest first. */
#define LIST_HALF(owner, after)                                                                    \
    "(SELECT " NOTIFICATION_COLUMNS " FROM notifications n" READ_STATE_AND_USER " WHERE " owner    \
    " AND r.dismissed_at IS NULL"                                                                  \
    " AND ($3::text IS NULL OR n.type = $3)"                                                       \
    " AND ($4::boolean IS NULL OR (r.read_at IS NOT NULL) = $4)" after                             \
    " ORDER BY n.created_at DESC, n.notification_id DESC LIMIT $2::bigint)"

/* An OR over both owners could not follow either index. */
#define LIST(after)                                                                                \
    "SELECT * FROM (" LIST_HALF("n.user_id IS NULL", after) " UNION ALL " LIST_HALF(               \
        "n.user_id = $1::uuid", after) ") n ORDER BY created_at DESC, notification_id DESC LIMIT " \
                                       "$2::bigint"

/* The rows that mark_read and delete may touch: this user's and everyone's. */
#define VISIBLE "(n.user_id IS NULL OR n.user_id = $1::uuid)"

static const struct statement list = { "notifications_list", LIST(""), 4 };

static const struct statement list_after = {
    "notifications_list_after",
    LIST(" AND (n.created_at, n.notification_id) < ($5::timestamptz, $6::uuid)"),
    6,
};

static const struct statement unread_count = {
    "notifications_unread_count",
    "SELECT count(*) FROM notifications n"
    " LEFT JOIN notification_reads r ON r.user_id = $1::uuid"
    " AND r.notification_id = n.notification_id"
    " WHERE " VISIBLE " AND r.read_at IS NULL AND r.dismissed_at IS NULL",
    1,
};

static const struct statement create = {
    "notifications_create",
    "WITH n AS (INSERT INTO notifications (type, title, message, user_id)"
    " VALUES ($2, $3, $4, $5::uuid) RETURNING *)"
    " SELECT " NOTIFICATION_COLUMNS " FROM n" READ_STATE_AND_USER,
    5,
};

static const struct statement get = {
    "notifications_get",
    "SELECT " NOTIFICATION_COLUMNS " FROM notifications n" READ_STATE_AND_USER
    " WHERE n.notification_id = $2::uuid AND " VISIBLE " AND r.dismissed_at IS NULL",
    2,
};

static const struct statement mark_read = {
    "notifications_mark_read",
    "INSERT INTO notification_reads (notification_id, user_id, read_at)"
    " SELECT n.notification_id, $1::uuid, now() FROM notifications n"
    " WHERE n.notification_id = $2::uuid AND " VISIBLE
    " ON CONFLICT (user_id, notification_id) DO UPDATE SET read_at = excluded.read_at"
    " WHERE notification_reads.read_at IS NULL",
    2,
};

static const struct statement mark_all_read = {
    "notifications_mark_all_read",
    "INSERT INTO notification_reads (notification_id, user_id, read_at)"
    " SELECT n.notification_id, $1::uuid, now() FROM notifications n"
    " LEFT JOIN notification_reads r ON r.user_id = $1::uuid"
    " AND r.notification_id = n.notification_id"
    " WHERE " VISIBLE " AND r.read_at IS NULL"
    " ON CONFLICT (user_id, notification_id) DO UPDATE SET read_at = excluded.read_at"
    " WHERE notification_reads.read_at IS NULL",
    1,
};

/* The user's own row goes; one for everyone is dismissed. One of the two touches a row, or there is
 * none. */
static const struct statement delete_own = {
    "notifications_delete_own",
    "DELETE FROM notifications n WHERE n.notification_id = $2::uuid AND n.user_id = $1::uuid"
    " RETURNING 1",
    2,
};

static const struct statement dismiss = {
    "notifications_dismiss",
    "INSERT INTO notification_reads (notification_id, user_id, read_at, dismissed_at)"
    " SELECT n.notification_id, $1::uuid, now(), now() FROM notifications n"
    " WHERE n.notification_id = $2::uuid AND n.user_id IS NULL"
    " ON CONFLICT (user_id, notification_id) DO UPDATE SET dismissed_at = excluded.dismissed_at,"
    " read_at = coalesce(notification_reads.read_at, excluded.read_at)"
    " WHERE notification_reads.dismissed_at IS NULL RETURNING 1",
    2,
};

static const struct statement delete_read = {
    "notifications_delete_read",
    "WITH own AS (DELETE FROM notifications n USING notification_reads r"
    " WHERE n.user_id = $1::uuid AND r.user_id = $1::uuid"
    " AND r.notification_id = n.notification_id AND r.read_at IS NOT NULL"
    " RETURNING n.notification_id),"
    " everyones AS (UPDATE notification_reads r SET dismissed_at = now() FROM notifications n"
    " WHERE r.user_id = $1::uuid AND r.notification_id = n.notification_id AND n.user_id IS NULL"
    " AND r.read_at IS NOT NULL AND r.dismissed_at IS NULL RETURNING r.notification_id)"
    " SELECT (SELECT count(*) FROM own) + (SELECT count(*) FROM everyones)",
    1,
};

static const struct statement check_low_stock = {
    "notifications_check_low_stock",
    "SELECT " NOTIFICATION_COLUMNS " FROM check_low_stock($2::integer) n" READ_STATE_AND_USER
    " ORDER BY n.title, n.notification_id",
    2,
};

static void notification_from_row(const PGresult *result, int row,
                                  struct notification *notification)
{
    *notification = (struct notification){
        .notification_id = result_text(result, row, 0),
        .user_id = result_text(result, row, 1),
        .type = result_text(result, row, 2),
        .title = result_text(result, row, 3),
        .message = result_text(result, row, 4),
        .is_read = result_text(result, row, 5),
        .created_at = result_text(result, row, 6),
        .user_name = result_text(result, row, 7),
        .user_email = result_text(result, row, 8),
    };
}

static enum error_kind page_from_result(const struct store_request *request, const PGresult *result,
                                        int64_t limit, struct notification_page *page)
{
    bool more;
    size_t count = result_page(result, limit, &more);
    struct notification *items = arena_array(request->arena, count, sizeof *items);
    if (items == NULL) {
        return store_no_memory(request);
    }
    for (size_t i = 0; i < count; i++) {
        notification_from_row(result, (int)i, &items[i]);
    }
    *page = (struct notification_page){ count, items, more };
    return ERROR_NONE;
}

enum error_kind notifications_store_list(const struct store_request *request,
                                         const struct notification_query *query,
                                         struct notification_page *page)
{
    char rows[24];
    snprintf(rows, sizeof rows, "%" PRId64, query->limit + 1);
    const struct call call = { query->after_id == NULL ? &list : &list_after,
                               { request->actor_id, rows, query->type, query->is_read,
                                 query->after_created_at, query->after_id } };
    const PGresult *result;
    enum error_kind kind = pipeline_read(request, &call, 1, &result);
    return kind != ERROR_NONE ? kind : page_from_result(request, result, query->limit, page);
}

enum error_kind notifications_store_unread_count(const struct store_request *request,
                                                 const char **count)
{
    const struct call call = { &unread_count, { request->actor_id } };
    const PGresult *result;
    enum error_kind kind = pipeline_read(request, &call, 1, &result);
    if (kind == ERROR_NONE) {
        *count = result_text(result, 0, 0);
    }
    return kind;
}

enum error_kind notifications_store_create(const struct store_request *request,
                                           const struct new_notification *input,
                                           struct notification *notification)
{
    const struct call call = {
        &create, { request->actor_id, input->type, input->title, input->message, input->user_id }
    };
    const PGresult *result;
    enum error_kind kind = pipeline_write(request, &call, 1, &result);
    if (kind == ERROR_NONE) {
        notification_from_row(result, 0, notification);
    }
    return kind;
}

static enum error_kind not_found(const struct store_request *request)
{
    return error_set(request->error, ERROR_NOT_FOUND, "There is no such notification.");
}

enum error_kind notifications_store_mark_read(const struct store_request *request,
                                              const char *notification_id,
                                              struct notification *notification)
{
    const struct call calls[] = { { &mark_read, { request->actor_id, notification_id } },
                                  { &get, { request->actor_id, notification_id } } };
    const PGresult *results[2];
    enum error_kind kind = pipeline_write(request, calls, 2, results);
    if (kind != ERROR_NONE) {
        return kind;
    }
    if (PQntuples(results[1]) == 0) {
        return not_found(request);
    }
    notification_from_row(results[1], 0, notification);
    return ERROR_NONE;
}

enum error_kind notifications_store_mark_all_read(const struct store_request *request)
{
    const struct call call = { &mark_all_read, { request->actor_id } };
    const PGresult *result;
    return pipeline_write(request, &call, 1, &result);
}

enum error_kind notifications_store_delete(const struct store_request *request,
                                           const char *notification_id)
{
    const struct call calls[] = { { &delete_own, { request->actor_id, notification_id } },
                                  { &dismiss, { request->actor_id, notification_id } } };
    const PGresult *results[2];
    enum error_kind kind = pipeline_write(request, calls, 2, results);
    if (kind != ERROR_NONE) {
        return kind;
    }
    return PQntuples(results[0]) + PQntuples(results[1]) == 0 ? not_found(request) : ERROR_NONE;
}

enum error_kind notifications_store_delete_read(const struct store_request *request,
                                                const char **count)
{
    const struct call call = { &delete_read, { request->actor_id } };
    const PGresult *result;
    enum error_kind kind = pipeline_write(request, &call, 1, &result);
    if (kind == ERROR_NONE) {
        *count = result_text(result, 0, 0);
    }
    return kind;
}

enum error_kind notifications_store_check_low_stock(const struct store_request *request,
                                                    const char *threshold,
                                                    struct notification_page *page)
{
    const struct call call = { &check_low_stock, { request->actor_id, threshold } };
    const PGresult *result;
    enum error_kind kind = pipeline_write(request, &call, 1, &result);
    return kind != ERROR_NONE ? kind : page_from_result(request, result, PQntuples(result), page);
}
