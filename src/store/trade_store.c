#include "stockpilot/store/trade_store.h"

#include <inttypes.h>
#include <stdio.h>

#include "recorded.h"
#include "stockpilot/text/buffer.h"

/* In one order for both kinds. */
#define SALE_COLUMNS                                                                               \
    "d.sale_id, d.sold_at, NULL AS supplier, d.note, d.document_total, d.actor_id, d.actor_name,"  \
    " d.actor_email, d.sale_line_id, d.product_id, d.product_name, d.quantity, d.unit_price,"      \
    " d.total_amount, d.movement_id, d.reversal_id"
#define PURCHASE_COLUMNS                                                                           \
    "d.purchase_id, d.purchased_at, d.supplier, d.note, d.document_total, d.actor_id,"             \
    " d.actor_name, d.actor_email, d.purchase_line_id, d.product_id, d.product_name, d.quantity,"  \
    " d.unit_cost, d.total_cost, d.movement_id, d.reversal_id"

static const struct statement record_sale = {
    "sales_record",
    "SELECT " RECORDED_COLUMNS ", " SALE_COLUMNS RECORDED(
        "record_sale($1, $2::bytea, $3::uuid[], $4::integer[], $5::numeric[], $6)",
        "sale_id uuid, sold_at timestamptz, note text, document_total numeric, actor_id uuid,"
        " actor_name text, actor_email text, sale_line_id uuid, unit_price numeric,"
        " total_amount numeric, reversal_id uuid"),
    6,
};

static const struct statement record_purchase = {
    "purchases_record",
    "SELECT " RECORDED_COLUMNS ", " PURCHASE_COLUMNS RECORDED(
        "record_purchase($1, $2::bytea, $3::uuid[], $4::integer[], $5::numeric[], $6, $7)",
        "purchase_id uuid, purchased_at timestamptz, supplier text, note text,"
        " document_total numeric, actor_id uuid, actor_name text, actor_email text,"
        " purchase_line_id uuid, unit_cost numeric, total_cost numeric, reversal_id uuid"),
    7,
};

static const struct statement sale = {
    "sales_get",
    "SELECT " SALE_COLUMNS " FROM sale_details d WHERE sale_id = $1::uuid"
    " ORDER BY product_name, sale_line_id",
    1,
};

static const struct statement purchase = {
    "purchases_get",
    "SELECT " PURCHASE_COLUMNS " FROM purchase_details d WHERE purchase_id = $1::uuid"
    " ORDER BY product_name, purchase_line_id",
    1,
};

/* $1 limit, $2 and $3 the last one seen, $4 and $5 the days: bounds that are not given are beyond
 * everything, so that one statement walks the index in every case. The row's bound is the day's
 * where there is none: it is where the walk begins, and all later days would be walked through. */
#define WITHIN(time, id)                                                                           \
    " (" time ", " id ") <"                                                                        \
    " (coalesce($2::timestamptz, business_day_start($5::date + 1), 'infinity'),"                   \
    " coalesce($3::uuid, '00000000-0000-0000-0000-000000000000'))"                                 \
    " AND " time " >= coalesce(business_day_start($4::date), '-infinity')"                         \
    " AND " time " < coalesce(business_day_start($5::date + 1), 'infinity')"                       \
    " ORDER BY " time " DESC, " id " DESC LIMIT $1::bigint"

static const struct statement sales = {
    "sales_list",
    "SELECT " SALE_COLUMNS " FROM sale_details d WHERE sale_id = ANY (ARRAY("
    "SELECT sale_id FROM sales WHERE" WITHIN(
        "sold_at", "sale_id") "))"
                              " ORDER BY sold_at DESC, sale_id DESC, product_name, sale_line_id",
    5,
};

static const struct statement sales_of_product = {
    "sales_of_product",
    "SELECT " SALE_COLUMNS " FROM sale_details d WHERE sale_id = ANY (ARRAY("
    "SELECT sale_id FROM sale_lines WHERE product_id = $6::uuid AND" WITHIN(
        "sold_at", "sale_id") "))"
                              " ORDER BY sold_at DESC, sale_id DESC, product_name, sale_line_id",
    6,
};

static const struct statement purchases = {
    "purchases_list",
    "SELECT " PURCHASE_COLUMNS " FROM purchase_details d WHERE purchase_id = ANY (ARRAY("
    "SELECT purchase_id FROM purchases WHERE" WITHIN(
        "purchased_at", "purchase_id") "))"
                                       " ORDER BY purchased_at DESC, purchase_id DESC, "
                                       "product_name, purchase_line_id",
    5,
};

static const struct statement purchases_of_product = {
    "purchases_of_product",
    "SELECT " PURCHASE_COLUMNS " FROM purchase_details d WHERE purchase_id = ANY (ARRAY("
    "SELECT purchase_id FROM purchase_lines WHERE product_id = $6::uuid AND" WITHIN(
        "purchased_at", "purchase_id") "))"
                                       " ORDER BY purchased_at DESC, purchase_id DESC, "
                                       "product_name, purchase_line_id",
    6,
};

static enum error_kind rows_from_result(const struct store_request *request, const PGresult *result,
                                        int first_column, struct trade_rows *rows)
{
    size_t count = (size_t)PQntuples(result);
    struct trade_row *items = arena_array(request->arena, count, sizeof *items);
    if (items == NULL) {
        return store_no_memory(request);
    }
    for (size_t i = 0; i < count; i++) {
        int row = (int)i;
        int column = first_column;
        items[i].document_id = result_text(result, row, column++);
        items[i].timestamp = result_text(result, row, column++);
        items[i].supplier = result_text(result, row, column++);
        items[i].note = result_text(result, row, column++);
        items[i].document_total = result_text(result, row, column++);
        items[i].actor_id = result_text(result, row, column++);
        items[i].actor_name = result_text(result, row, column++);
        items[i].actor_email = result_text(result, row, column++);
        items[i].line_id = result_text(result, row, column++);
        items[i].product_id = result_text(result, row, column++);
        items[i].product_name = result_text(result, row, column++);
        items[i].quantity = result_text(result, row, column++);
        items[i].unit_amount = result_text(result, row, column++);
        items[i].total_amount = result_text(result, row, column++);
        items[i].movement_id = result_text(result, row, column++);
        items[i].reversal_id = result_text(result, row, column++);
    }
    *rows = (struct trade_rows){ count, items };
    return ERROR_NONE;
}

/* The lines as three arrays in PostgreSQL's text form; what stands in them needs no quotes. */
struct line_arrays {
    struct buffer products;
    struct buffer quantities;
    struct buffer unit_amounts;
};

/* An array of so many elements, none longer than a number or a UUID. */
static void begin_array(struct buffer *array, struct arena *arena)
{
    buffer_init(array, arena, (TRADE_MAX_LINES + 1) * 40);
    buffer_append_char(array, '{');
}

static void add_element(struct buffer *array, size_t index, const char *text)
{
    if (index > 0) {
        buffer_append_char(array, ',');
    }
    buffer_append_text(array, text);
}

static bool end_array(struct buffer *array)
{
    buffer_append(array, "}", sizeof "}");
    return !buffer_failed(array);
}

static bool write_arrays(struct arena *arena, const struct new_trade *trade,
                         struct line_arrays *arrays)
{
    begin_array(&arrays->products, arena);
    begin_array(&arrays->quantities, arena);
    begin_array(&arrays->unit_amounts, arena);
    for (size_t i = 0; i < trade->line_count; i++) {
        const struct new_trade_line *line = &trade->lines[i];
        char quantity[24];
        snprintf(quantity, sizeof quantity, "%" PRId64, line->quantity);
        add_element(&arrays->products, i, line->product_id);
        add_element(&arrays->quantities, i, quantity);
        add_element(&arrays->unit_amounts, i,
                    line->unit_amount.text[0] != '\0' ? line->unit_amount.text : "NULL");
    }
    return end_array(&arrays->products) && end_array(&arrays->quantities) &&
           end_array(&arrays->unit_amounts);
}

enum error_kind trade_store_record(const struct store_request *request, enum trade_kind kind,
                                   const struct new_trade *trade, struct trade_rows *rows,
                                   bool *replayed, struct refusals *refusals)
{
    struct line_arrays arrays;
    if (!write_arrays(request->arena, trade, &arrays)) {
        return store_no_memory(request);
    }
    struct call call = { .statement = kind == TRADE_SALE ? &record_sale : &record_purchase,
                         .values = { request->idempotency_key, request->fingerprint,
                                     arrays.products.bytes, arrays.quantities.bytes,
                                     arrays.unit_amounts.bytes } };
    if (kind == TRADE_SALE) {
        call.values[5] = trade->note;
    } else {
        call.values[5] = trade->supplier;
        call.values[6] = trade->note;
    }
    const PGresult *result;
    enum error_kind status = recorded_run(request, &call, &result, replayed, refusals);
    return status != ERROR_NONE ? status
                                : rows_from_result(request, result, RECORDED_FIRST_COLUMN, rows);
}

enum error_kind trade_store_get(const struct store_request *request, enum trade_kind kind,
                                const char *document_id, struct trade_rows *rows)
{
    const struct call call = { kind == TRADE_SALE ? &sale : &purchase, { document_id } };
    const PGresult *result;
    enum error_kind status = pipeline_read(request, &call, 1, &result);
    if (status != ERROR_NONE) {
        return status;
    }
    if (PQntuples(result) == 0) {
        return error_set(request->error, ERROR_NOT_FOUND, "There is no such %s.",
                         kind == TRADE_SALE ? "sale" : "purchase");
    }
    return rows_from_result(request, result, 0, rows);
}

static const struct statement *list_statement(enum trade_kind kind, bool of_product)
{
    if (kind == TRADE_SALE) {
        return of_product ? &sales_of_product : &sales;
    }
    return of_product ? &purchases_of_product : &purchases;
}

enum error_kind trade_store_list(const struct store_request *request, enum trade_kind kind,
                                 const struct trade_query *query, struct trade_rows *rows)
{
    char limit[24];
    snprintf(limit, sizeof limit, "%" PRId64, query->limit + 1);
    const struct call call = { list_statement(kind, query->product_id != NULL),
                               { limit, query->after_timestamp, query->after_id, query->from,
                                 query->to, query->product_id } };
    const PGresult *result;
    enum error_kind status = pipeline_read(request, &call, 1, &result);
    return status != ERROR_NONE ? status : rows_from_result(request, result, 0, rows);
}
