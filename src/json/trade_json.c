#include "stockpilot/json/trade_json.h"

#include <stdio.h>

#include "stockpilot/json/actor_json.h"
#include "stockpilot/json/record_json.h"

/* What sales and purchases call the same thing. */
struct trade_names {
    const char *document_id;
    const char *document_total;
    const char *line_id;
    const char *unit_amount;
    const char *line_total;
};

static const struct trade_names names[] = {
    [TRADE_SALE] = { "saleId", "totalAmount", "saleLineId", "unitPrice", "totalAmount" },
    [TRADE_PURCHASE] = { "purchaseId", "totalCost", "purchaseLineId", "unitCost", "totalCost" },
};

static void read_line(enum trade_kind kind, const struct json_value *value, size_t position,
                      struct new_trade *trade, struct error *error)
{
    char at[32];
    snprintf(at, sizeof at, "/lines/%zu", position);
    if (!json_is_object(value)) {
        error_add_field(error, at, "wrong_type", "is an object");
        return;
    }
    struct new_trade_line line = { .position = position };
    struct record_reading reading = { .record = &line, .error = error, .at = at };
    reading.rules = trade_line_rules(kind, &reading.rule_count);
    size_t errors = error->field_count + error->fields_dropped;
    record_read_members(&reading, value);
    record_require(&reading, kind == TRADE_SALE ? SALE_LINE_REQUIRED : PURCHASE_LINE_REQUIRED);
    if (errors == error->field_count + error->fields_dropped) {
        trade_add_line(trade, kind, &line, error);
    }
}

static void read_lines(enum trade_kind kind, const struct json_value *list, struct new_trade *trade,
                       struct error *error)
{
    size_t position = 0;
    for (const struct json_value *value = json_first(list); value != NULL;
         value = json_next(value)) {
        read_line(kind, value, position++, trade, error);
    }
    if (position == 0) {
        error_add_field(error, "/lines", "empty", "has at least one line");
    }
}

enum error_kind trade_read_json(struct arena *arena, enum trade_kind kind, const char *text,
                                size_t length, struct new_trade *trade, struct error *error)
{
    struct record_reading reading = { .record = trade, .error = error };
    reading.rules = trade_rules(kind, &reading.rule_count);
    const struct json_value *object;
    enum error_kind status = record_parse_json(arena, text, length, &object, error);
    if (status != ERROR_NONE) {
        return status;
    }
    record_read_members(&reading, object);
    record_require(&reading, TRADE_REQUIRED);
    const struct json_value *lines = json_member(object, "lines");
    if (lines != NULL && json_is_array(lines)) {
        read_lines(kind, lines, trade, error);
    }
    return error->kind;
}

static void write_line(struct json_writer *json, const struct trade_names *name,
                       const struct trade_row *row)
{
    json_begin_object(json);
    json_member_string(json, name->line_id, row->line_id);
    json_member_string(json, "productId", row->product_id);
    json_member_string(json, "productName", row->product_name);
    json_member_number_text(json, "quantity", row->quantity);
    json_member_number_text(json, name->unit_amount, row->unit_amount);
    json_member_number_text(json, name->line_total, row->total_amount);
    json_member_string(json, "movementId", row->movement_id);
    json_member_string(json, "reversedBy", row->reversal_id);
    json_end_object(json);
}

void json_write_trade(struct json_writer *json, enum trade_kind kind, const struct trade_row *rows,
                      size_t count)
{
    const struct trade_names *name = &names[kind];
    json_begin_object(json);
    json_member_string(json, name->document_id, rows->document_id);
    json_member_timestamp(json, "timestamp", rows->timestamp);
    if (kind == TRADE_PURCHASE) {
        json_member_string(json, "supplier", rows->supplier);
    }
    json_member_string(json, "note", rows->note);
    json_member_number_text(json, name->document_total, rows->document_total);
    json_write_actor(json, rows->actor_id, rows->actor_name, rows->actor_email);
    json_write_name(json, "lines");
    json_begin_array(json);
    for (size_t i = 0; i < count; i++) {
        write_line(json, name, &rows[i]);
    }
    json_end_array(json);
    json_end_object(json);
}
