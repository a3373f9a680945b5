#include "refusal.h"
#include "stockpilot/handlers/handlers.h"
#include "stockpilot/handlers/page.h"
#include "stockpilot/json/movement_json.h"
#include "stockpilot/json/record_json.h"
#include "stockpilot/store/stock_store.h"

#define MOVEMENTS_DEFAULT_LIMIT 100

enum error_kind stock_movements(struct exchange *exchange)
{
    struct page_request page;
    enum error_kind kind = page_read(exchange, PAGE_KEY_INTEGER, MOVEMENTS_DEFAULT_LIMIT, &page);
    if (kind != ERROR_NONE) {
        return kind;
    }
    const struct store_request request = exchange_store_request(exchange);
    struct movement_page found;
    kind = stock_store_movements(&request, exchange->parameters[0], page.after_key, page.limit,
                                 &found);
    if (kind != ERROR_NONE) {
        return kind;
    }
    struct json_writer json;
    json_writer_init(&json, &exchange->response->body);
    json_begin_array(&json);
    size_t written = 0;
    while (written < found.count && !page_is_full(exchange)) {
        json_write_movement(&json, &found.items[written++]);
    }
    json_end_array(&json);
    if (found.more || written < found.count) {
        const struct movement *last = &found.items[written - 1];
        kind = page_link_next(exchange, last->sequence, last->movement_id);
    }
    return kind != ERROR_NONE ? kind : exchange_finish_json(exchange, 200);
}

/* Reads the body into the record that `reading` is set up for; `required`: bits that must be there.
 */
static enum error_kind read_body(struct exchange *exchange, struct record_reading *reading,
                                 unsigned required)
{
    reading->error = exchange->error;
    enum error_kind kind = record_read_json(reading, exchange->arena, exchange->request->body,
                                            exchange->request->content_length);
    if (kind != ERROR_NONE && kind != ERROR_INVALID) {
        return kind;
    }
    record_require(reading, required);
    return exchange->error->kind;
}

/* What the store said of a change, as an answer. */
static enum error_kind answer_movement(struct exchange *exchange, enum error_kind kind,
                                       const struct refusals *refusals,
                                       const struct movement *movement, bool replayed)
{
    if (refusals->count > 0) {
        return refusal_answer(exchange, refusals, NULL);
    }
    if (kind == ERROR_NONE) {
        kind = exchange_mark_replayed(exchange, replayed);
    }
    if (kind != ERROR_NONE) {
        return kind;
    }
    struct json_writer json;
    json_writer_init(&json, &exchange->response->body);
    json_write_movement(&json, movement);
    return exchange_finish_json(exchange, 201);
}

enum error_kind stock_adjust(struct exchange *exchange)
{
    struct new_adjustment adjustment = { 0 };
    struct record_reading reading = { .record = &adjustment };
    reading.rules = adjustment_rules(&reading.rule_count);
    enum error_kind kind = read_body(exchange, &reading, ADJUSTMENT_REQUIRED);
    if ((reading.given & ADJUSTMENT_QUANTITY) != 0 && kind == ERROR_NONE &&
        adjustment.quantity == 0) {
        error_add_field(exchange->error, "/quantity", "zero", "is not 0");
        kind = exchange->error->kind;
    }
    if (kind != ERROR_NONE) {
        return kind;
    }
    const struct store_request request = exchange_store_request(exchange);
    struct movement movement;
    struct refusals refusals = { 0 };
    bool replayed = false;
    kind = stock_store_adjust(&request, exchange->parameters[0], &adjustment, &movement, &replayed,
                              &refusals);
    return answer_movement(exchange, kind, &refusals, &movement, replayed);
}

enum error_kind stock_reverse(struct exchange *exchange)
{
    struct new_reversal reversal = { 0 };
    struct record_reading reading = { .record = &reversal };
    reading.rules = reversal_rules(&reading.rule_count);
    enum error_kind kind = read_body(exchange, &reading, 0);
    if (kind != ERROR_NONE) {
        return kind;
    }
    const struct store_request request = exchange_store_request(exchange);
    struct movement movement;
    struct refusals refusals = { 0 };
    bool replayed = false;
    kind = stock_store_reverse(&request, exchange->parameters[0], reversal.note, &movement,
                               &replayed, &refusals);
    return answer_movement(exchange, kind, &refusals, &movement, replayed);
}

static void write_count(struct json_writer *json, const struct count_record *record)
{
    json_begin_object(json);
    json_member_string(json, "productId", record->product_id);
    json_member_number_text(json, "expectedQuantity", record->expected);
    json_member_number_text(json, "countedQuantity", record->counted);
    json_member_number_text(json, "stockQuantity", record->stock_quantity);
    json_write_name(json, "movement");
    if (record->moved) {
        json_write_movement(json, &record->movement);
    } else {
        json_write_null(json);
    }
    json_end_object(json);
}

enum error_kind stock_count(struct exchange *exchange)
{
    struct new_count count = { 0 };
    struct record_reading reading = { .record = &count };
    reading.rules = count_rules(&reading.rule_count);
    enum error_kind kind = read_body(exchange, &reading, COUNT_REQUIRED);
    if (kind != ERROR_NONE) {
        return kind;
    }
    const struct store_request request = exchange_store_request(exchange);
    struct count_record record;
    struct refusals refusals = { 0 };
    bool replayed = false;
    kind =
        stock_store_count(&request, exchange->parameters[0], &count, &record, &replayed, &refusals);
    if (refusals.count > 0) {
        return refusal_answer(exchange, &refusals, NULL);
    }
    if (kind == ERROR_NONE) {
        kind = exchange_mark_replayed(exchange, replayed);
    }
    if (kind != ERROR_NONE) {
        return kind;
    }
    struct json_writer json;
    json_writer_init(&json, &exchange->response->body);
    write_count(&json, &record);
    return exchange_finish_json(exchange, 200);
}
