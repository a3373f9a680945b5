#include "stockpilot/store/audit_store.h"

#include <inttypes.h>
#include <stdio.h>

#include "pipeline.h"

/* What is asked for by row, actor or table is walked in the order of an index that begins with it,
 * and everything in that of the ids. */
#define LIST(FOUND_BY)                                                                             \
    "SELECT audit_id, at, a.actor_id, u.name, u.email, request_id, table_name, row_id, action,"    \
    " before, after FROM (SELECT * FROM audit_log"                                                 \
    " WHERE audit_id < coalesce($2::bigint, 9223372036854775807)" FOUND_BY                         \
    " AND ($3::text IS NULL OR table_name = $3) AND ($4::uuid IS NULL OR row_id = $4)"             \
    " AND ($5::uuid IS NULL OR actor_id = $5)"                                                     \
    " AND ($6::date IS NULL OR at >= business_day_start($6))"                                      \
    " AND ($7::date IS NULL OR at < business_day_start($7 + 1))"                                   \
    " ORDER BY audit_id DESC LIMIT $1::bigint) a"                                                  \
    " LEFT JOIN users u ON u.user_id = a.actor_id ORDER BY audit_id DESC"

static const struct statement list = { "audit_list", LIST(""), 7 };
static const struct statement of_row = { "audit_of_row", LIST(" AND row_id = $4::uuid"), 7 };
static const struct statement of_actor = { "audit_of_actor", LIST(" AND actor_id = $5::uuid"), 7 };
static const struct statement of_table = { "audit_of_table", LIST(" AND table_name = $3"), 7 };

static const struct statement *choose_statement(const struct audit_query *query)
{
    if (query->row_id != NULL) {
        return &of_row;
    }
    if (query->actor_id != NULL) {
        return &of_actor;
    }
    return query->table != NULL ? &of_table : &list;
}

static void record_from_row(const PGresult *result, int row, struct audit_record *record)
{
    *record = (struct audit_record){
        .audit_id = result_text(result, row, 0),
        .at = result_text(result, row, 1),
        .actor_id = result_text(result, row, 2),
        .actor_name = result_text(result, row, 3),
        .actor_email = result_text(result, row, 4),
        .request_id = result_text(result, row, 5),
        .table_name = result_text(result, row, 6),
        .row_id = result_text(result, row, 7),
        .action = result_text(result, row, 8),
        .before = result_text(result, row, 9),
        .after = result_text(result, row, 10),
    };
}

enum error_kind audit_store_list(const struct store_request *request,
                                 const struct audit_query *query, struct audit_page *page)
{
    char rows[24];
    snprintf(rows, sizeof rows, "%" PRId64, query->limit + 1);
    const struct call call = { choose_statement(query),
                               { rows, query->after_id, query->table, query->row_id,
                                 query->actor_id, query->from, query->to } };
    const PGresult *result;
    enum error_kind kind = pipeline_read(request, &call, 1, &result);
    if (kind != ERROR_NONE) {
        return kind;
    }
    bool more;
    size_t count = result_page(result, query->limit, &more);
    struct audit_record *items = arena_array(request->arena, count, sizeof *items);
    if (items == NULL) {
        return store_no_memory(request);
    }
    for (size_t i = 0; i < count; i++) {
        record_from_row(result, (int)i, &items[i]);
    }
    *page = (struct audit_page){ count, items, more };
    return ERROR_NONE;
}
