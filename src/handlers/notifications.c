#include <stdio.h>
#include <string.h>

#include "stockpilot/handlers/handlers.h"
#include "stockpilot/handlers/page.h"
#include "stockpilot/json/notification_json.h"
#include "stockpilot/json/record_json.h"
#include "stockpilot/store/notifications_store.h"

#define NOTIFICATIONS_DEFAULT_LIMIT 50

/* Returns how many were written before the answer was full. */
static size_t write_list(const struct exchange *exchange, struct json_writer *json,
                         const struct notification_page *page)
{
    size_t written = 0;
    json_begin_array(json);
    while (written < page->count && !page_is_full(exchange)) {
        json_write_notification(json, &page->items[written++]);
    }
    json_end_array(json);
    return written;
}

static enum error_kind read_list_query(struct exchange *exchange, struct notification_query *query)
{
    static const char *const booleans[] = { "true", "false", NULL };
    struct page_request page = { 0 };
    enum error_kind kind = page_read(exchange, PAGE_KEY_TIME, NOTIFICATIONS_DEFAULT_LIMIT, &page);
    query->type = query_choice(&exchange->query, "type", notification_types(), exchange->error);
    query->is_read = query_choice(&exchange->query, "isRead", booleans, exchange->error);
    query->after_created_at = page.after_key;
    query->after_id = page.after_id;
    query->limit = page.limit;
    return kind != ERROR_NONE ? kind : exchange->error->kind;
}

enum error_kind notifications_list(struct exchange *exchange)
{
    struct notification_query query;
    enum error_kind kind = read_list_query(exchange, &query);
    if (kind != ERROR_NONE) {
        return kind;
    }
    const struct store_request request = exchange_store_request(exchange);
    struct notification_page page;
    kind = notifications_store_list(&request, &query, &page);
    if (kind != ERROR_NONE) {
        return kind;
    }
    struct json_writer json;
    json_writer_init(&json, &exchange->response->body);
    size_t written = write_list(exchange, &json, &page);
    if (page.more || written < page.count) {
        const struct notification *last = &page.items[written - 1];
        kind = page_link_next(exchange, last->created_at, last->notification_id);
    }
    return kind != ERROR_NONE ? kind : exchange_finish_json(exchange, 200);
}

static enum error_kind answer_one(struct exchange *exchange, int status,
                                  const struct notification *notification)
{
    struct json_writer json;
    json_writer_init(&json, &exchange->response->body);
    json_write_notification(&json, notification);
    return exchange_finish_json(exchange, status);
}

enum error_kind notifications_create(struct exchange *exchange)
{
    struct new_notification input = { 0 };
    struct record_reading reading = { .record = &input, .error = exchange->error };
    reading.rules = notification_rules(&reading.rule_count);
    enum error_kind kind = record_read_json(&reading, exchange->arena, exchange->request->body,
                                            exchange->request->content_length);
    if (kind != ERROR_NONE && kind != ERROR_INVALID) {
        return kind;
    }
    record_require(&reading, NOTIFICATION_REQUIRED);
    if (exchange->error->kind != ERROR_NONE) {
        return exchange->error->kind;
    }
    const struct store_request request = exchange_store_request(exchange);
    struct notification created;
    kind = notifications_store_create(&request, &input, &created);
    return kind != ERROR_NONE ? kind : answer_one(exchange, 201, &created);
}

enum error_kind notifications_unread_count(struct exchange *exchange)
{
    const struct store_request request = exchange_store_request(exchange);
    const char *count;
    enum error_kind kind = notifications_store_unread_count(&request, &count);
    if (kind != ERROR_NONE) {
        return kind;
    }
    struct json_writer json;
    json_writer_init(&json, &exchange->response->body);
    json_begin_object(&json);
    json_member_number_text(&json, "count", count);
    json_end_object(&json);
    return exchange_finish_json(exchange, 200);
}

enum error_kind notifications_mark_read(struct exchange *exchange)
{
    const struct store_request request = exchange_store_request(exchange);
    struct notification marked;
    enum error_kind kind =
        notifications_store_mark_read(&request, exchange->parameters[0], &marked);
    return kind != ERROR_NONE ? kind : answer_one(exchange, 200, &marked);
}

enum error_kind notifications_mark_all_read(struct exchange *exchange)
{
    const struct store_request request = exchange_store_request(exchange);
    enum error_kind kind = notifications_store_mark_all_read(&request);
    return kind != ERROR_NONE
               ? kind
               : exchange_answer_message(exchange, "All notifications marked as read");
}

enum error_kind notifications_delete(struct exchange *exchange)
{
    const struct store_request request = exchange_store_request(exchange);
    enum error_kind kind = notifications_store_delete(&request, exchange->parameters[0]);
    return kind != ERROR_NONE
               ? kind
               : exchange_answer_message(exchange, "Notification deleted successfully");
}

enum error_kind notifications_delete_read(struct exchange *exchange)
{
    const struct store_request request = exchange_store_request(exchange);
    const char *count;
    enum error_kind kind = notifications_store_delete_read(&request, &count);
    return kind != ERROR_NONE
               ? kind
               : exchange_answer_message(exchange, "Deleted %s read notifications", count);
}

enum error_kind notifications_check_low_stock(struct exchange *exchange)
{
    /* What the query holds is checked as a number, and then passed on as the text it is. */
    query_integer(&exchange->query, "threshold", 0, INT32_MAX, 0, exchange->error);
    if (exchange->error->kind != ERROR_NONE) {
        return exchange->error->kind;
    }
    const struct store_request request = exchange_store_request(exchange);
    struct notification_page alerts;
    enum error_kind kind = notifications_store_check_low_stock(
        &request, query_value(&exchange->query, "threshold"), &alerts);
    if (kind != ERROR_NONE) {
        return kind;
    }
    struct json_writer json;
    json_writer_init(&json, &exchange->response->body);
    json_begin_object(&json);
    char message[64];
    snprintf(message, sizeof message, "Created %zu low stock alert%s", alerts.count,
             alerts.count == 1 ? "" : "s");
    json_member_string(&json, "message", message);
    json_write_name(&json, "alerts");
    write_list(exchange, &json, &alerts);
    json_end_object(&json);
    return exchange_finish_json(exchange, 200);
}
