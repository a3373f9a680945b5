#include "stockpilot/store/users_store.h"

#include "stockpilot/handlers/handlers.h"
#include "stockpilot/handlers/page.h"
#include "stockpilot/json/json_write.h"
#include "stockpilot/json/record_json.h"

#define USERS_DEFAULT_LIMIT 1000

static void write_members(struct json_writer *json, const struct user *user)
{
    json_member_string(json, "userId", user->user_id);
    json_member_string(json, "name", user->name);
    json_member_string(json, "email", user->email);
}

static void write_user(struct json_writer *json, const struct user *user)
{
    json_begin_object(json);
    write_members(json, user);
    json_end_object(json);
}

enum error_kind users_list(struct exchange *exchange)
{
    struct page_request page;
    enum error_kind kind = page_read(exchange, PAGE_KEY_NAME, USERS_DEFAULT_LIMIT, &page);
    if (kind != ERROR_NONE) {
        return kind;
    }
    const struct store_request request = exchange_store_request(exchange);
    struct user_page found;
    kind = users_store_list(&request, page.after_key, page.after_id, page.limit, &found);
    if (kind != ERROR_NONE) {
        return kind;
    }
    struct json_writer json;
    json_writer_init(&json, &exchange->response->body);
    json_begin_array(&json);
    size_t written = 0;
    while (written < found.count && !page_is_full(exchange)) {
        write_user(&json, &found.items[written++]);
    }
    json_end_array(&json);
    if (found.more || written < found.count) {
        const struct user *last = &found.items[written - 1];
        kind = page_link_next(exchange, last->name, last->user_id);
    }
    return kind != ERROR_NONE ? kind : exchange_finish_json(exchange, 200);
}

static enum error_kind answer_account(struct exchange *exchange, const struct account *account)
{
    struct json_writer json;
    json_writer_init(&json, &exchange->response->body);
    json_begin_object(&json);
    write_members(&json, &account->user);
    json_member_string(&json, "role", account->role);
    json_member_string(&json, "alertDelivery", account->alert_delivery);
    json_member_number_text(&json, "digestHour", account->digest_hour);
    json_end_object(&json);
    return exchange_finish_json(exchange, 200);
}

enum error_kind users_show_self(struct exchange *exchange)
{
    const struct store_request request = exchange_store_request(exchange);
    struct account account;
    enum error_kind kind = users_store_self(&request, &account);
    return kind != ERROR_NONE ? kind : answer_account(exchange, &account);
}

/* Without a version: only oneself edits it, and each field stands for itself. */
enum error_kind users_change_self(struct exchange *exchange)
{
    struct account_change change = { 0 };
    struct record_reading reading = { .record = &change, .error = exchange->error };
    reading.rules = account_rules(&reading.rule_count);
    enum error_kind kind = record_read_json(&reading, exchange->arena, exchange->request->body,
                                            exchange->request->content_length);
    if (kind != ERROR_NONE) {
        return kind;
    }
    change.given = reading.given;
    const struct store_request request = exchange_store_request(exchange);
    struct account account;
    kind = users_store_change_self(&request, &change, &account);
    return kind != ERROR_NONE ? kind : answer_account(exchange, &account);
}
