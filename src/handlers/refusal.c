#include "refusal.h"

#include <stdio.h>
#include <string.h>

#include "stockpilot/json/json_write.h"
#include "stockpilot/text/utf8.h"

#define CURRENT_MAX_JSON (256u * 1024)

/* As much of a product's name as fits into a sentence. */
#define NAME_BYTES 60

static int name_length(const char *name)
{
    size_t length = strlen(name);
    return (int)utf8_valid_length(name, length < NAME_BYTES ? length : NAME_BYTES);
}

static void add_field(struct error *error, const struct refusal *refusal,
                      const struct new_trade *trade, const char *field, const char *code,
                      const char *detail)
{
    char pointer[64];
    if (trade != NULL) {
        snprintf(pointer, sizeof pointer, "/lines/%zu%s", trade->lines[refusal->line].position,
                 field);
    } else {
        snprintf(pointer, sizeof pointer, "%s", field);
    }
    error_add_field(error, pointer, code, "%s", detail);
}

static void explain(struct error *error, const struct refusal *refusal,
                    const struct new_trade *trade)
{
    char detail[128];
    switch (refusal->problem) {
    case REFUSAL_UNKNOWN:
        add_field(error, refusal, trade, "/productId", "unknown", "there is no such product");
        break;
    case REFUSAL_ARCHIVED:
        add_field(error, refusal, trade, "/productId", "archived", "the product is archived");
        break;
    case REFUSAL_SHORTAGE:
        snprintf(detail, sizeof detail, "%s are available", refusal->available);
        add_field(error, refusal, trade, "/quantity", "not_enough_stock", detail);
        break;
    case REFUSAL_STALE:
        snprintf(detail, sizeof detail, "the books had %s then", refusal->expected);
        add_field(error, refusal, trade, "/expectedQuantity", "stale", detail);
        break;
    case REFUSAL_REVERSED:
    case REFUSAL_IRREVERSIBLE:
        break;
    }
}

static enum error_kind summarize(struct error *error, const struct refusals *refusals)
{
    const struct refusal *first = &refusals->items[0];
    switch (first->problem) {
    case REFUSAL_STALE:
        return error_set(error, ERROR_CONFLICT,
                         "The stock was another than expected: %s then, %s now.", first->expected,
                         first->available);
    case REFUSAL_REVERSED:
        return error_set(error, ERROR_CONFLICT, "The movement was undone before.");
    case REFUSAL_IRREVERSIBLE:
        return error_set(error, ERROR_CONFLICT,
                         "The movement undoes another one: it cannot be undone itself.");
    default:
        if (refusals->count > 1) {
            return error_set(error, ERROR_CONFLICT,
                             "There is not that much in stock of %zu products.", refusals->count);
        }
        return error_set(error, ERROR_CONFLICT, "There are only %s of \"%.*s\" in stock.",
                         first->available, name_length(first->product_name), first->product_name);
    }
}

static void write_current(struct json_writer *json, const struct refusal *refusal)
{
    json_begin_object(json);
    if (refusal->movement_id != NULL) {
        json_member_string(json, "movementId", refusal->movement_id);
    } else {
        json_member_string(json, "productId", refusal->product_id);
        json_member_string(json, "productName", refusal->product_name);
        json_member_number_text(json, "stockQuantity", refusal->available);
    }
    json_end_object(json);
}

/* An array for a document, one object for anything else. */
static enum error_kind attach_current(struct exchange *exchange, const struct refusals *refusals,
                                      bool document)
{
    struct buffer current;
    struct json_writer json;
    buffer_init(&current, exchange->arena, CURRENT_MAX_JSON);
    json_writer_init(&json, &current);
    if (document) {
        json_begin_array(&json);
    }
    for (size_t i = 0; i < refusals->count; i++) {
        write_current(&json, &refusals->items[i]);
    }
    if (document) {
        json_end_array(&json);
    }
    buffer_append_char(&current, '\0');
    if (buffer_failed(&current)) {
        return error_set_cause(exchange->error, ERROR_INTERNAL, "no memory for a refusal");
    }
    exchange->current_json = current.bytes;
    return ERROR_NONE;
}

enum error_kind refusal_answer(struct exchange *exchange, const struct refusals *refusals,
                               const struct new_trade *trade)
{
    struct error *error = exchange->error;
    bool invalid = false;
    error_reset(error);
    for (size_t i = 0; i < refusals->count; i++) {
        enum refusal_problem problem = refusals->items[i].problem;
        invalid = invalid || problem == REFUSAL_UNKNOWN || problem == REFUSAL_ARCHIVED;
        explain(error, &refusals->items[i], trade);
    }
    if (invalid) {
        return error->kind;
    }
    enum error_kind kind = attach_current(exchange, refusals, trade != NULL);
    return kind != ERROR_NONE ? kind : summarize(error, refusals);
}
