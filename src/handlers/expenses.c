#include "stockpilot/domain/expense.h"

#include <stdio.h>
#include <string.h>

#include "stockpilot/handlers/handlers.h"
#include "stockpilot/handlers/page.h"
#include "stockpilot/http/conditional.h"
#include "stockpilot/json/expense_json.h"
#include "stockpilot/json/record_json.h"
#include "stockpilot/json/summary_json.h"
#include "stockpilot/store/expenses_store.h"
#include "stockpilot/store/summaries_store.h"
#include "stockpilot/text/utf8.h"

#define EXPENSES_DEFAULT_LIMIT 1000
#define ENTRIES_DEFAULT_LIMIT 100
#define CATEGORY_MAX_CHARACTERS 100
#define EXPENSE_MAX_JSON (16u * 1024)

enum error_kind expenses_list(struct exchange *exchange)
{
    struct page_request page;
    enum error_kind kind = page_read(exchange, PAGE_KEY_DAY, EXPENSES_DEFAULT_LIMIT, &page);
    if (kind != ERROR_NONE) {
        return kind;
    }
    const struct store_request request = exchange_store_request(exchange);
    struct expense_page found;
    kind = summaries_store_expenses(&request, page.after_key, page.after_id, page.limit, &found);
    if (kind != ERROR_NONE) {
        return kind;
    }
    struct json_writer json;
    json_writer_init(&json, &exchange->response->body);
    json_begin_array(&json);
    size_t written = 0;
    while (written < found.count && !page_is_full(exchange)) {
        json_write_expense_by_category(&json, &found.items[written++]);
    }
    json_end_array(&json);
    if (found.more || written < found.count) {
        const struct expense_by_category *last = &found.items[written - 1];
        kind = page_link_next(exchange, last->day, last->expense_by_category_id);
    }
    return kind != ERROR_NONE ? kind : exchange_finish_json(exchange, 200);
}

static enum error_kind read_query(struct exchange *exchange, struct expense_query *query)
{
    struct page_request page = { 0 };
    enum error_kind kind = page_read(exchange, PAGE_KEY_DAY, ENTRIES_DEFAULT_LIMIT, &page);
    query->category = query_value(&exchange->query, "category");
    if (query->category != NULL &&
        utf8_count(query->category, strlen(query->category)) > CATEGORY_MAX_CHARACTERS) {
        kind = query_refuse(exchange->error, "category", "too_long", "has at most 100 characters");
    }
    query->from = query_day(&exchange->query, "from", exchange->error);
    query->to = query_day(&exchange->query, "to", exchange->error);
    query->after_day = page.after_key;
    query->after_id = page.after_id;
    query->limit = page.limit;
    return kind != ERROR_NONE ? kind : exchange->error->kind;
}

enum error_kind expenses_entries(struct exchange *exchange)
{
    struct expense_query query;
    enum error_kind kind = read_query(exchange, &query);
    if (kind != ERROR_NONE) {
        return kind;
    }
    const struct store_request request = exchange_store_request(exchange);
    struct expense_entries found;
    kind = expenses_store_list(&request, &query, &found);
    if (kind != ERROR_NONE) {
        return kind;
    }
    struct json_writer json;
    json_writer_init(&json, &exchange->response->body);
    json_begin_array(&json);
    size_t written = 0;
    while (written < found.count && !page_is_full(exchange)) {
        json_write_expense(&json, &found.items[written++]);
    }
    json_end_array(&json);
    if (found.more || written < found.count) {
        const struct expense *last = &found.items[written - 1];
        kind = page_link_next(exchange, last->spent_on, last->expense_id);
    }
    return kind != ERROR_NONE ? kind : exchange_finish_json(exchange, 200);
}

static enum error_kind answer_one(struct exchange *exchange, int status,
                                  const struct expense *expense)
{
    struct json_writer json;
    json_writer_init(&json, &exchange->response->body);
    json_write_expense(&json, expense);
    exchange->response->version = exchange_record_version(expense->version);
    return exchange_finish_json(exchange, status);
}

/* After ERROR_STALE: puts the expense as it is now on the answer. */
static enum error_kind answer_stale(struct exchange *exchange)
{
    const struct store_request request = exchange_store_request(exchange);
    struct expense expense;
    error_reset(exchange->error);
    enum error_kind kind = expenses_store_get(&request, exchange->parameters[0], &expense);
    if (kind != ERROR_NONE) {
        return kind;
    }
    struct buffer current;
    struct json_writer json;
    buffer_init(&current, exchange->arena, EXPENSE_MAX_JSON);
    json_writer_init(&json, &current);
    json_write_expense(&json, &expense);
    kind = exchange_attach_current(exchange, &current, expense.version);
    return kind != ERROR_NONE ? kind
                              : error_set(exchange->error, ERROR_STALE,
                                          "The expense is at version %s now.", expense.version);
}

static enum error_kind read_input(struct exchange *exchange, unsigned required,
                                  struct expense_change *change)
{
    struct expense_change read = { 0 };
    struct record_reading reading = { .record = &read, .error = exchange->error };
    reading.rules = expense_rules(&reading.rule_count);
    enum error_kind kind = record_read_json(&reading, exchange->arena, exchange->request->body,
                                            exchange->request->content_length);
    if (kind != ERROR_NONE && kind != ERROR_INVALID) {
        return kind;
    }
    record_require(&reading, required);
    read.given = reading.given;
    *change = read;
    return exchange->error->kind;
}

enum error_kind expenses_create(struct exchange *exchange)
{
    struct expense_change input;
    enum error_kind kind = read_input(exchange, EXPENSE_REQUIRED, &input);
    if (kind != ERROR_NONE) {
        return kind;
    }
    const struct store_request request = exchange_store_request(exchange);
    struct expense expense;
    bool replayed = false;
    kind = expenses_store_record(&request, &input, &expense, &replayed);
    if (kind != ERROR_NONE) {
        return kind;
    }
    char location[64];
    snprintf(location, sizeof location, "/expenses/%s", expense.expense_id);
    kind = response_add_header(exchange->response, "Location", location);
    if (kind == ERROR_NONE) {
        kind = exchange_mark_replayed(exchange, replayed);
    }
    return kind != ERROR_NONE ? kind : answer_one(exchange, 201, &expense);
}

enum error_kind expenses_get(struct exchange *exchange)
{
    const struct store_request request = exchange_store_request(exchange);
    struct expense expense;
    enum error_kind kind = expenses_store_get(&request, exchange->parameters[0], &expense);
    return kind != ERROR_NONE ? kind : answer_one(exchange, 200, &expense);
}

static enum error_kind read_version(struct exchange *exchange, int64_t *version)
{
    enum error_kind kind = if_match_version(exchange->request->if_match, version, exchange->error);
    /* No expense has come that far. */
    return kind == ERROR_NONE && *version > INT32_MAX ? ERROR_STALE : kind;
}

enum error_kind expenses_update(struct exchange *exchange)
{
    struct expense_change change;
    int64_t version;
    enum error_kind kind = read_version(exchange, &version);
    if (kind == ERROR_NONE) {
        kind = read_input(exchange, 0, &change);
    }
    if (kind == ERROR_STALE) {
        return answer_stale(exchange);
    }
    if (kind != ERROR_NONE) {
        return kind;
    }
    const struct store_request request = exchange_store_request(exchange);
    struct expense expense;
    kind = expenses_store_change(&request, exchange->parameters[0], &change, version, &expense);
    if (kind == ERROR_STALE) {
        return answer_stale(exchange);
    }
    return kind != ERROR_NONE ? kind : answer_one(exchange, 200, &expense);
}

enum error_kind expenses_delete(struct exchange *exchange)
{
    int64_t version;
    enum error_kind kind = read_version(exchange, &version);
    if (kind == ERROR_NONE) {
        const struct store_request request = exchange_store_request(exchange);
        kind = expenses_store_void(&request, exchange->parameters[0], version);
    }
    if (kind == ERROR_STALE) {
        return answer_stale(exchange);
    }
    return kind != ERROR_NONE ? kind : exchange_answer_message(exchange, "Expense voided");
}
