#include "stockpilot/store/reports_store.h"

#include "pipeline.h"

/* The range that is meant by $1 and $2. Days have no time: daylight saving is in the summaries. */
#define BOUNDS                                                                                     \
    "WITH asked AS (SELECT coalesce($2::date, (now() AT TIME ZONE business_time_zone)::date)"      \
    " AS last FROM settings),"                                                                     \
    " bounds AS (SELECT coalesce($1::date, last - 29) AS first, last FROM asked)"

#define STEP "('1 ' || $3::text)::interval"

/* One period more than a report may have says that there are too many; the rest is not made. */
#define PERIODS(TABLE, TOTAL)                                                                      \
    BOUNDS ", series AS (SELECT begins, greatest(begins::date, first) AS first,"                   \
           " least((begins + " STEP ")::date - 1, last) AS last"                                   \
           " FROM bounds, generate_series(date_trunc($3::text, first::timestamp),"                 \
           " least(last::timestamp, first::timestamp + 1000 * " STEP "), " STEP ") begins),"       \
           " figures AS (SELECT date_trunc($3::text, day::timestamp) AS begins,"                   \
           " sum(" TOTAL ") AS total, count(*) AS days, max(updated_at) AS updated_at"             \
           " FROM " TABLE ", bounds WHERE day BETWEEN first AND last GROUP BY 1)"                  \
           " SELECT s.first, s.last, coalesce(f.total, 0), coalesce(f.days, 0), f.updated_at"      \
           " FROM series s LEFT JOIN figures f USING (begins) WHERE s.first <= s.last"             \
           " ORDER BY begins"

static const struct statement periods[REPORT_SUBJECT_COUNT] = {
    [REPORT_SALES] = { "reports_sales", PERIODS("sales_summary", "total_value"), 3 },
    [REPORT_PURCHASES] = { "reports_purchases", PERIODS("purchase_summary", "total_purchased"), 3 },
    [REPORT_EXPENSES] = { "reports_expenses", PERIODS("expense_summary", "total_expenses"), 3 },
};

/* The cost of a piece is that of the latest purchase that was not reversed. */
static const struct statement stock = {
    "reports_stock",
    "SELECT grouping(category), category, count(*), sum(stock_quantity::bigint),"
    " sum(stock_quantity * price), round(sum(stock_quantity * unit_cost), 2),"
    " coalesce(sum(stock_quantity::bigint) FILTER (WHERE unit_cost IS NULL), 0)"
    " FROM (SELECT category, stock_quantity, price,"
    " CASE WHEN stock_quantity > 0 THEN (SELECT unit_cost FROM purchase_lines l"
    " WHERE l.product_id = p.product_id AND purchase_line_id NOT IN"
    " (SELECT purchase_line_id FROM reversed_lines WHERE purchase_line_id IS NOT NULL)"
    " ORDER BY purchased_at DESC, purchase_id DESC LIMIT 1) END AS unit_cost"
    " FROM products p WHERE archived_at IS NULL) valued"
    " GROUP BY GROUPING SETS ((category), ()) ORDER BY grouping(category) DESC, category",
    0,
};

static const struct statement expenses = {
    "reports_expenses_by_category",
    BOUNDS " SELECT first, last, category, coalesce(sum(amount), 0), max(updated_at)"
           " FROM bounds LEFT JOIN expense_by_category ON day BETWEEN first AND last"
           " GROUP BY GROUPING SETS ((first, last), (first, last, category))"
           " HAVING grouping(category) = 1 OR category IS NOT NULL"
           " ORDER BY grouping(category) DESC, 4 DESC, category",
    2,
};

enum error_kind reports_store_periods(const struct store_request *request,
                                      enum report_subject subject, const struct report_range *range,
                                      const char *by, struct report *report)
{
    const struct call call = { &periods[subject], { range->from, range->to, by } };
    const PGresult *result;
    enum error_kind kind = pipeline_read(request, &call, 1, &result);
    if (kind != ERROR_NONE) {
        return kind;
    }
    size_t count = (size_t)PQntuples(result);
    struct report_period *items = arena_array(request->arena, count, sizeof *items);
    if (items == NULL) {
        return store_no_memory(request);
    }
    for (size_t i = 0; i < count; i++) {
        int row = (int)i;
        items[i] = (struct report_period){
            .first = result_text(result, row, 0),
            .last = result_text(result, row, 1),
            .total = result_text(result, row, 2),
            .days = result_text(result, row, 3),
            .updated_at = result_text(result, row, 4),
        };
    }
    *report = (struct report){ count, items };
    return ERROR_NONE;
}

/* An aggregate of nothing is null where a figure is meant. */
static const char *figure(const PGresult *result, int row, int column)
{
    const char *text = result_text(result, row, column);
    return text != NULL ? text : "0";
}

static struct stock_value value_from_row(const PGresult *result, int row)
{
    return (struct stock_value){
        .category = result_text(result, row, 1),
        .products = result_text(result, row, 2),
        .units = figure(result, row, 3),
        .value_at_price = figure(result, row, 4),
        .value_at_cost = result_text(result, row, 5),
        .units_without_cost = result_text(result, row, 6),
    };
}

enum error_kind reports_store_stock(const struct store_request *request,
                                    struct stock_report *report)
{
    const struct call call = { &stock, { NULL } };
    const PGresult *result;
    enum error_kind kind = pipeline_read(request, &call, 1, &result);
    if (kind != ERROR_NONE) {
        return kind;
    }
    /* The first row is that of all products, and there is one without any. */
    size_t count = (size_t)PQntuples(result) - 1;
    struct stock_value *items = arena_array(request->arena, count, sizeof *items);
    if (items == NULL) {
        return store_no_memory(request);
    }
    for (size_t i = 0; i < count; i++) {
        items[i] = value_from_row(result, (int)i + 1);
    }
    *report = (struct stock_report){ value_from_row(result, 0), count, items };
    return ERROR_NONE;
}

enum error_kind reports_store_expenses(const struct store_request *request,
                                       const struct report_range *range,
                                       struct expense_report *report)
{
    const struct call call = { &expenses, { range->from, range->to } };
    const PGresult *result;
    enum error_kind kind = pipeline_read(request, &call, 1, &result);
    if (kind != ERROR_NONE) {
        return kind;
    }
    /* The first row is that of all categories, and there is one without any. */
    size_t count = (size_t)PQntuples(result) - 1;
    struct category_expense *items = arena_array(request->arena, count, sizeof *items);
    if (items == NULL) {
        return store_no_memory(request);
    }
    for (size_t i = 0; i < count; i++) {
        int row = (int)i + 1;
        items[i] =
            (struct category_expense){ result_text(result, row, 2), result_text(result, row, 3) };
    }
    *report = (struct expense_report){
        .first = result_text(result, 0, 0),
        .last = result_text(result, 0, 1),
        .total = result_text(result, 0, 3),
        .updated_at = result_text(result, 0, 4),
        .count = count,
        .categories = items,
    };
    return ERROR_NONE;
}
