#include "stockpilot/store/summaries_store.h"

#include <inttypes.h>
#include <stdio.h>

#include "pipeline.h"
#include "product_row.h"

#define CATEGORY_COLUMNS                                                                           \
    "expense_by_category_id, expense_summary_id, category, amount, day, updated_at"

static const struct statement popular = {
    "summaries_popular",
    "SELECT " PRODUCT_COLUMNS " FROM products"
    " WHERE archived_at IS NULL ORDER BY units_sold DESC, product_id LIMIT 15",
    0,
};

static const struct statement sales = {
    "summaries_sales",
    "SELECT sales_summary_id, total_value, change_percentage, day, updated_at"
    " FROM sales_summary ORDER BY day DESC LIMIT 5",
    0,
};

static const struct statement purchases = {
    "summaries_purchases",
    "SELECT purchase_summary_id, total_purchased, change_percentage, day, updated_at"
    " FROM purchase_summary ORDER BY day DESC LIMIT 5",
    0,
};

static const struct statement expenses = {
    "summaries_expenses",
    "SELECT expense_summary_id, total_expenses, NULL, day, updated_at"
    " FROM expense_summary ORDER BY day DESC LIMIT 5",
    0,
};

/* With its limit in the text: with a parameter in its place PostgreSQL plans it anew each time. */
static const struct statement latest_categories = {
    "summaries_latest_categories",
    "SELECT " CATEGORY_COLUMNS " FROM expense_by_category"
    " ORDER BY day DESC, expense_by_category_id DESC LIMIT 5",
    0,
};

static const struct statement categories = {
    "summaries_categories",
    "SELECT " CATEGORY_COLUMNS " FROM expense_by_category"
    " ORDER BY day DESC, expense_by_category_id DESC LIMIT $1::bigint",
    1,
};

static const struct statement categories_after = {
    "summaries_categories_after",
    "SELECT " CATEGORY_COLUMNS " FROM expense_by_category"
    " WHERE (day, expense_by_category_id) < ($2::date, $3::uuid)"
    " ORDER BY day DESC, expense_by_category_id DESC LIMIT $1::bigint",
    3,
};

static size_t days_from_rows(const PGresult *result, struct day_summary *days)
{
    int rows = PQntuples(result);
    for (int i = 0; i < rows; i++) {
        days[i] = (struct day_summary){
            .summary_id = result_text(result, i, 0),
            .total = result_text(result, i, 1),
            .change_percentage = result_text(result, i, 2),
            .day = result_text(result, i, 3),
            .updated_at = result_text(result, i, 4),
        };
    }
    return (size_t)rows;
}

static void categories_from_rows(const PGresult *result, size_t count,
                                 struct expense_by_category *items)
{
    for (size_t i = 0; i < count; i++) {
        int row = (int)i;
        items[i] = (struct expense_by_category){
            .expense_by_category_id = result_text(result, row, 0),
            .expense_summary_id = result_text(result, row, 1),
            .category = result_text(result, row, 2),
            .amount = result_text(result, row, 3),
            .day = result_text(result, row, 4),
            .updated_at = result_text(result, row, 5),
        };
    }
}

enum error_kind summaries_store_dashboard(const struct store_request *request,
                                          struct dashboard *dashboard)
{
    const struct call calls[] = { { &popular, { NULL } },
                                  { &sales, { NULL } },
                                  { &purchases, { NULL } },
                                  { &expenses, { NULL } },
                                  { &latest_categories, { NULL } } };
    const PGresult *results[5];
    enum error_kind kind = pipeline_read(request, calls, 5, results);
    if (kind != ERROR_NONE) {
        return kind;
    }
    dashboard->product_count = (size_t)PQntuples(results[0]);
    dashboard->products = products_from_rows(request->arena, results[0], dashboard->product_count);
    if (dashboard->products == NULL) {
        return store_no_memory(request);
    }
    dashboard->sales_count = days_from_rows(results[1], dashboard->sales);
    dashboard->purchase_count = days_from_rows(results[2], dashboard->purchases);
    dashboard->expense_count = days_from_rows(results[3], dashboard->expenses);
    dashboard->category_count = (size_t)PQntuples(results[4]);
    categories_from_rows(results[4], dashboard->category_count, dashboard->categories);
    return ERROR_NONE;
}

enum error_kind summaries_store_expenses(const struct store_request *request, const char *after_day,
                                         const char *after_id, int64_t limit,
                                         struct expense_page *page)
{
    char rows[24];
    snprintf(rows, sizeof rows, "%" PRId64, limit + 1);
    const struct call call =
        after_id == NULL ? (struct call){ &categories, { rows } }
                         : (struct call){ &categories_after, { rows, after_day, after_id } };
    const PGresult *result;
    enum error_kind kind = pipeline_read(request, &call, 1, &result);
    if (kind != ERROR_NONE) {
        return kind;
    }
    bool more;
    size_t count = result_page(result, limit, &more);
    struct expense_by_category *items = arena_array(request->arena, count, sizeof *items);
    if (items == NULL) {
        return store_no_memory(request);
    }
    categories_from_rows(result, count, items);
    *page = (struct expense_page){ count, items, more };
    return ERROR_NONE;
}
