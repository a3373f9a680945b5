#include "trade_document.h"

#include <stdio.h>
#include <string.h>

#include "refusal.h"
#include "stockpilot/handlers/page.h"
#include "stockpilot/json/trade_json.h"
#include "stockpilot/store/trade_store.h"

#define TRADE_DEFAULT_LIMIT 100

/* A document of TRADE_MAX_LINES lines of products with long names. */
#define DOCUMENT_MAX_JSON (512u * 1024)

/* How many rows, from the first on, are of one document. */
static size_t document_rows(const struct trade_row *rows, size_t count)
{
    size_t length = 1;
    while (length < count && strcmp(rows[length].document_id, rows->document_id) == 0) {
        length++;
    }
    return length;
}

static enum error_kind read_query(struct exchange *exchange, struct trade_query *query)
{
    struct page_request page = { 0 };
    enum error_kind kind = page_read(exchange, PAGE_KEY_TIME, TRADE_DEFAULT_LIMIT, &page);
    query->product_id = query_uuid(&exchange->query, "productId", exchange->error);
    query->from = query_day(&exchange->query, "from", exchange->error);
    query->to = query_day(&exchange->query, "to", exchange->error);
    query->after_timestamp = page.after_key;
    query->after_id = page.after_id;
    query->limit = page.limit;
    return kind != ERROR_NONE ? kind : exchange->error->kind;
}

enum error_kind trade_document_list(struct exchange *exchange, enum trade_kind kind)
{
    struct trade_query query;
    enum error_kind status = read_query(exchange, &query);
    if (status != ERROR_NONE) {
        return status;
    }
    const struct store_request request = exchange_store_request(exchange);
    struct trade_rows found;
    status = trade_store_list(&request, kind, &query, &found);
    if (status != ERROR_NONE) {
        return status;
    }
    struct json_writer json;
    json_writer_init(&json, &exchange->response->body);
    json_begin_array(&json);
    const struct trade_row *last = NULL;
    size_t written = 0;
    for (int64_t documents = 0; written < found.count && documents < query.limit &&
                                page_has_room(exchange, DOCUMENT_MAX_JSON);
         documents++) {
        last = &found.items[written];
        size_t rows = document_rows(last, found.count - written);
        json_write_trade(&json, kind, last, rows);
        written += rows;
    }
    json_end_array(&json);
    if (last != NULL && written < found.count) {
        status = page_link_next(exchange, last->timestamp, last->document_id);
    }
    return status != ERROR_NONE ? status : exchange_finish_json(exchange, 200);
}

static enum error_kind answer_document(struct exchange *exchange, enum trade_kind kind, int code,
                                       const struct trade_rows *rows)
{
    struct json_writer json;
    json_writer_init(&json, &exchange->response->body);
    json_write_trade(&json, kind, rows->items, rows->count);
    return exchange_finish_json(exchange, code);
}

enum error_kind trade_document_create(struct exchange *exchange, enum trade_kind kind)
{
    struct new_trade *trade = arena_alloc(exchange->arena, sizeof *trade);
    if (trade == NULL) {
        return error_set_cause(exchange->error, ERROR_INTERNAL, "no memory for the document");
    }
    enum error_kind status =
        trade_read_json(exchange->arena, kind, exchange->request->body,
                        exchange->request->content_length, trade, exchange->error);
    if (status != ERROR_NONE) {
        return status;
    }
    const struct store_request request = exchange_store_request(exchange);
    struct trade_rows rows;
    struct refusals refusals = { 0 };
    bool replayed;
    status = trade_store_record(&request, kind, trade, &rows, &replayed, &refusals);
    if (refusals.count > 0) {
        return refusal_answer(exchange, &refusals, trade);
    }
    if (status != ERROR_NONE) {
        return status;
    }
    char location[64];
    snprintf(location, sizeof location, "/%s/%s", kind == TRADE_SALE ? "sales" : "purchases",
             rows.items[0].document_id);
    status = response_add_header(exchange->response, "Location", location);
    if (status == ERROR_NONE) {
        status = exchange_mark_replayed(exchange, replayed);
    }
    return status != ERROR_NONE ? status : answer_document(exchange, kind, 201, &rows);
}

enum error_kind trade_document_get(struct exchange *exchange, enum trade_kind kind)
{
    const struct store_request request = exchange_store_request(exchange);
    struct trade_rows rows;
    enum error_kind status = trade_store_get(&request, kind, exchange->parameters[0], &rows);
    return status != ERROR_NONE ? status : answer_document(exchange, kind, 200, &rows);
}
