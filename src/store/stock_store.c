#include "stockpilot/store/stock_store.h"

#include <inttypes.h>
#include <stdio.h>

#include "recorded.h"

#define MOVEMENT_COLUMNS                                                                           \
    "d.movement_id, d.sequence, d.product_id, d.type, d.quantity, d.quantity_after, d.reason,"     \
    " d.note, d.sale_id, d.purchase_id, d.reversal_of, d.reversal_id, d.actor_id, d.actor_name,"   \
    " d.actor_email, d.moved_at"
#define MOVEMENT_COLUMN_COUNT 16

/* Those that recorded.h does not name. */
#define MOVEMENT_FIELDS                                                                            \
    "sequence bigint, type text, quantity_after integer, reason text, note text, sale_id uuid,"    \
    " purchase_id uuid, reversal_of uuid, reversal_id uuid, actor_id uuid, actor_name text,"       \
    " actor_email text, moved_at timestamptz"

static const struct statement adjust = {
    "stock_adjust",
    "SELECT " RECORDED_COLUMNS ", " MOVEMENT_COLUMNS RECORDED(
        "record_adjustment($1, $2::bytea, $3::uuid, $4::integer, $5, $6)", MOVEMENT_FIELDS),
    6,
};

static const struct statement count_stock = {
    "stock_count",
    "SELECT " RECORDED_COLUMNS ", " MOVEMENT_COLUMNS ", d.counted, d.stock_quantity" RECORDED(
        "record_count($1, $2::bytea, $3::uuid, $4::integer, $5::integer, $6::timestamptz, $7)",
        MOVEMENT_FIELDS ", counted integer, stock_quantity integer"),
    7,
};

static const struct statement reverse = {
    "stock_reverse",
    "SELECT " RECORDED_COLUMNS
    ", " MOVEMENT_COLUMNS RECORDED("record_reversal($1, $2::bytea, $3::uuid, $4)", MOVEMENT_FIELDS),
    4,
};

static const struct statement product_exists = {
    "stock_product_exists",
    "SELECT 1 FROM products WHERE product_id = $1::uuid",
    1,
};

static const struct statement movements = {
    "stock_movements",
    "SELECT " MOVEMENT_COLUMNS " FROM movement_details d WHERE movement_id = ANY (ARRAY("
    "SELECT movement_id FROM stock_movements WHERE product_id = $1::uuid"
    " AND sequence < coalesce($3::bigint, 9223372036854775807)"
    " ORDER BY sequence DESC LIMIT $2::bigint))"
    " ORDER BY sequence DESC",
    3,
};

static void movement_from_row(const PGresult *result, int row, int column,
                              struct movement *movement)
{
    movement->movement_id = result_text(result, row, column++);
    movement->sequence = result_text(result, row, column++);
    movement->product_id = result_text(result, row, column++);
    movement->type = result_text(result, row, column++);
    movement->quantity = result_text(result, row, column++);
    movement->quantity_after = result_text(result, row, column++);
    movement->reason = result_text(result, row, column++);
    movement->note = result_text(result, row, column++);
    movement->sale_id = result_text(result, row, column++);
    movement->purchase_id = result_text(result, row, column++);
    movement->reversal_of = result_text(result, row, column++);
    movement->reversal_id = result_text(result, row, column++);
    movement->actor_id = result_text(result, row, column++);
    movement->actor_name = result_text(result, row, column++);
    movement->actor_email = result_text(result, row, column++);
    movement->moved_at = result_text(result, row, column);
}

static enum error_kind not_found(const struct store_request *request, const char *what)
{
    return error_set(request->error, ERROR_NOT_FOUND, "There is no such %s.", what);
}

enum error_kind stock_store_adjust(const struct store_request *request, const char *product_id,
                                   const struct new_adjustment *adjustment,
                                   struct movement *movement, bool *replayed,
                                   struct refusals *refusals)
{
    char quantity[24];
    snprintf(quantity, sizeof quantity, "%" PRId64, adjustment->quantity);
    const struct call call = { &adjust,
                               { request->idempotency_key, request->fingerprint, product_id,
                                 quantity, adjustment->reason, adjustment->note } };
    const PGresult *result;
    enum error_kind kind = recorded_run(request, &call, &result, replayed, refusals);
    if (kind == ERROR_NOT_FOUND) {
        return not_found(request, "product");
    }
    if (kind == ERROR_NONE) {
        movement_from_row(result, 0, RECORDED_FIRST_COLUMN, movement);
    }
    return kind;
}

enum error_kind stock_store_count(const struct store_request *request, const char *product_id,
                                  const struct new_count *count, struct count_record *record,
                                  bool *replayed, struct refusals *refusals)
{
    char counted[24];
    char expected[24];
    snprintf(counted, sizeof counted, "%" PRId64, count->counted);
    snprintf(expected, sizeof expected, "%" PRId64, count->expected);
    const struct call call = { &count_stock,
                               { request->idempotency_key, request->fingerprint, product_id,
                                 counted, expected, count->counted_at, count->note } };
    const PGresult *result;
    enum error_kind kind = recorded_run(request, &call, &result, replayed, refusals);
    if (kind == ERROR_NOT_FOUND) {
        return not_found(request, "product");
    }
    if (kind == ERROR_NONE) {
        movement_from_row(result, 0, RECORDED_FIRST_COLUMN, &record->movement);
        record->moved = record->movement.movement_id != NULL;
        record->product_id = record->movement.product_id;
        record->expected = result_text(result, 0, 7);
        record->counted = result_text(result, 0, RECORDED_FIRST_COLUMN + MOVEMENT_COLUMN_COUNT);
        record->stock_quantity =
            result_text(result, 0, RECORDED_FIRST_COLUMN + MOVEMENT_COLUMN_COUNT + 1);
    }
    return kind;
}

enum error_kind stock_store_reverse(const struct store_request *request, const char *movement_id,
                                    const char *note, struct movement *movement, bool *replayed,
                                    struct refusals *refusals)
{
    const struct call call = {
        &reverse, { request->idempotency_key, request->fingerprint, movement_id, note }
    };
    const PGresult *result;
    enum error_kind kind = recorded_run(request, &call, &result, replayed, refusals);
    if (kind == ERROR_NOT_FOUND) {
        return not_found(request, "movement");
    }
    if (kind == ERROR_NONE) {
        movement_from_row(result, 0, RECORDED_FIRST_COLUMN, movement);
    }
    return kind;
}

enum error_kind stock_store_movements(const struct store_request *request, const char *product_id,
                                      const char *after_sequence, int64_t limit,
                                      struct movement_page *page)
{
    char rows[24];
    snprintf(rows, sizeof rows, "%" PRId64, limit + 1);
    const struct call calls[] = { { &product_exists, { product_id } },
                                  { &movements, { product_id, rows, after_sequence } } };
    const PGresult *results[2];
    enum error_kind kind = pipeline_read(request, calls, 2, results);
    if (kind != ERROR_NONE) {
        return kind;
    }
    if (PQntuples(results[0]) == 0) {
        return not_found(request, "product");
    }
    bool more;
    size_t count = result_page(results[1], limit, &more);
    struct movement *items = arena_array(request->arena, count, sizeof *items);
    if (items == NULL) {
        return store_no_memory(request);
    }
    for (size_t i = 0; i < count; i++) {
        movement_from_row(results[1], (int)i, 0, &items[i]);
    }
    *page = (struct movement_page){ count, items, more };
    return ERROR_NONE;
}
