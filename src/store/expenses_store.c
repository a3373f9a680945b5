#include "stockpilot/store/expenses_store.h"

#include <inttypes.h>
#include <stdio.h>

#include "recorded.h"

#define EXPENSE_COLUMNS                                                                            \
    "d.expense_id, d.category, d.amount, d.spent_on, d.note, d.version, d.created_at,"             \
    " d.updated_at, d.actor_id, d.actor_name, d.actor_email"

static const struct statement record = {
    "expenses_record",
    "SELECT " RECORDED_COLUMNS ", " EXPENSE_COLUMNS RECORDED(
        "record_expense($1, $2::bytea, $3, $4::numeric, $5::date, $6)",
        "expense_id uuid, category text, amount numeric, spent_on date, note text,"
        " version integer, created_at timestamptz, updated_at timestamptz, actor_id uuid,"
        " actor_name text, actor_email text"),
    6,
};

static const struct statement get = {
    "expenses_get",
    "SELECT " EXPENSE_COLUMNS " FROM expense_details d WHERE expense_id = $1::uuid",
    1,
};

/* Bounds that are not given are beyond everything, so that one statement walks the index in every
 * case. */
static const struct statement list = {
    "expenses_list",
    "SELECT " EXPENSE_COLUMNS " FROM expense_details d"
    " WHERE (spent_on, expense_id) < (coalesce($2::date, $5::date + 1, 'infinity'),"
    " coalesce($3::uuid, '00000000-0000-0000-0000-000000000000'))"
    " AND spent_on >= coalesce($4::date, '-infinity') AND spent_on <= coalesce($5::date, "
    "'infinity')"
    " AND ($6::text IS NULL OR category = $6)"
    " ORDER BY spent_on DESC, expense_id DESC LIMIT $1::bigint",
    6,
};

static const struct statement change_one = {
    "expenses_change",
    "SELECT change_expense($1::uuid, $2::integer, $3::integer, $4, $5::numeric, $6::date, $7)",
    7,
};

static const struct statement void_one = {
    "expenses_void",
    "SELECT void_expense($1::uuid, $2::integer)",
    2,
};

static void expense_from_row(const PGresult *result, int row, int column, struct expense *expense)
{
    expense->expense_id = result_text(result, row, column++);
    expense->category = result_text(result, row, column++);
    expense->amount = result_text(result, row, column++);
    expense->spent_on = result_text(result, row, column++);
    expense->note = result_text(result, row, column++);
    expense->version = result_text(result, row, column++);
    expense->created_at = result_text(result, row, column++);
    expense->updated_at = result_text(result, row, column++);
    expense->actor_id = result_text(result, row, column++);
    expense->actor_name = result_text(result, row, column++);
    expense->actor_email = result_text(result, row, column);
}

enum error_kind expenses_store_record(const struct store_request *request,
                                      const struct expense_change *input, struct expense *expense,
                                      bool *replayed)
{
    const struct call call = { &record,
                               { request->idempotency_key, request->fingerprint, input->category,
                                 input->amount.text, input->spent_on, input->note } };
    const PGresult *result;
    struct refusals none;
    enum error_kind kind = recorded_run(request, &call, &result, replayed, &none);
    if (kind == ERROR_NONE) {
        expense_from_row(result, 0, RECORDED_FIRST_COLUMN, expense);
    }
    return kind;
}

static enum error_kind expense_from_result(const struct store_request *request,
                                           const PGresult *result, struct expense *expense)
{
    if (PQntuples(result) == 0) {
        return error_set(request->error, ERROR_NOT_FOUND, "There is no such expense.");
    }
    expense_from_row(result, 0, 0, expense);
    return ERROR_NONE;
}

enum error_kind expenses_store_get(const struct store_request *request, const char *expense_id,
                                   struct expense *expense)
{
    const struct call call = { &get, { expense_id } };
    const PGresult *result;
    enum error_kind kind = pipeline_read(request, &call, 1, &result);
    return kind != ERROR_NONE ? kind : expense_from_result(request, result, expense);
}

enum error_kind expenses_store_list(const struct store_request *request,
                                    const struct expense_query *query, struct expense_entries *page)
{
    char rows[24];
    snprintf(rows, sizeof rows, "%" PRId64, query->limit + 1);
    const struct call call = {
        &list, { rows, query->after_day, query->after_id, query->from, query->to, query->category }
    };
    const PGresult *result;
    enum error_kind kind = pipeline_read(request, &call, 1, &result);
    if (kind != ERROR_NONE) {
        return kind;
    }
    bool more;
    size_t count = result_page(result, query->limit, &more);
    struct expense *items = arena_array(request->arena, count, sizeof *items);
    if (items == NULL) {
        return store_no_memory(request);
    }
    for (size_t i = 0; i < count; i++) {
        expense_from_row(result, (int)i, 0, &items[i]);
    }
    *page = (struct expense_entries){ count, items, more };
    return ERROR_NONE;
}

static const char *version_text(int64_t expected_version, char *text, size_t size)
{
    snprintf(text, size, "%" PRId64, expected_version);
    return expected_version != EXPENSE_ANY_VERSION ? text : NULL;
}

/* "There is no such product" is what the code alone would say. */
static enum error_kind named(const struct store_request *request, enum error_kind kind)
{
    return kind == ERROR_NOT_FOUND ? error_set(request->error, kind, "There is no such expense.")
                                   : kind;
}

enum error_kind expenses_store_change(const struct store_request *request, const char *expense_id,
                                      const struct expense_change *change, int64_t expected_version,
                                      struct expense *expense)
{
    char version[24];
    char given[24];
    snprintf(given, sizeof given, "%u", change->given);
    const char *amount = change->amount.text[0] != '\0' ? change->amount.text : NULL;
    const struct call calls[] = {
        { &change_one,
          { expense_id, version_text(expected_version, version, sizeof version), given,
            change->category, amount, change->spent_on, change->note } },
        { &get, { expense_id } },
    };
    const PGresult *results[2];
    enum error_kind kind = pipeline_write(request, calls, 2, results);
    return kind != ERROR_NONE ? named(request, kind)
                              : expense_from_result(request, results[1], expense);
}

enum error_kind expenses_store_void(const struct store_request *request, const char *expense_id,
                                    int64_t expected_version)
{
    char version[24];
    const struct call call = {
        &void_one, { expense_id, version_text(expected_version, version, sizeof version) }
    };
    const PGresult *result;
    return named(request, pipeline_write(request, &call, 1, &result));
}
