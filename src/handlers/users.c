#include "stockpilot/store/users_store.h"

#include "stockpilot/handlers/handlers.h"
#include "stockpilot/handlers/page.h"
#include "stockpilot/json/record_json.h"
#include "stockpilot/json/user_json.h"
#include "stockpilot/store/administration_store.h"

#define USERS_DEFAULT_LIMIT 1000

/* A page of either kind. */
struct listing {
    const struct user *users;
    const struct managed_user *managed; /* NULL: the caller is shown the users only */
    size_t count;
    bool more;
};

static enum error_kind find_managed(const struct store_request *request,
                                    const struct page_request *page, struct listing *listing)
{
    struct managed_page found;
    enum error_kind kind =
        administration_store_list(request, page->after_key, page->after_id, page->limit, &found);
    if (kind == ERROR_NONE) {
        *listing = (struct listing){ NULL, found.items, found.count, found.more };
    }
    return kind;
}

static enum error_kind find_users(const struct store_request *request,
                                  const struct page_request *page, struct listing *listing)
{
    struct user_page found;
    enum error_kind kind =
        users_store_list(request, page->after_key, page->after_id, page->limit, &found);
    if (kind == ERROR_NONE) {
        *listing = (struct listing){ found.items, NULL, found.count, found.more };
    }
    return kind;
}

/* Administrators see more. That the token says so is not enough: it may be a role of yesterday, and
 * what all may see is shown then. */
static enum error_kind find(struct exchange *exchange, const struct page_request *page,
                            struct listing *listing)
{
    struct store_request request = exchange_store_request(exchange);
    if (exchange->principal->role == ROLE_ADMIN) {
        request.required_role = role_name(ROLE_ADMIN);
        enum error_kind kind = find_managed(&request, page, listing);
        if (kind != ERROR_FORBIDDEN) {
            return kind;
        }
        error_reset(exchange->error);
        request = exchange_store_request(exchange);
    }
    return find_users(&request, page, listing);
}

static const struct user *user_at(const struct listing *listing, size_t index)
{
    return listing->managed != NULL ? &listing->managed[index].user : &listing->users[index];
}

static void write_at(struct json_writer *json, const struct listing *listing, size_t index)
{
    if (listing->managed != NULL) {
        json_write_managed_user(json, &listing->managed[index]);
    } else {
        json_write_user(json, &listing->users[index]);
    }
}

enum error_kind users_list(struct exchange *exchange)
{
    struct page_request page;
    enum error_kind kind = page_read(exchange, PAGE_KEY_NAME, USERS_DEFAULT_LIMIT, &page);
    if (kind != ERROR_NONE) {
        return kind;
    }
    struct listing found;
    kind = find(exchange, &page, &found);
    if (kind != ERROR_NONE) {
        return kind;
    }
    struct json_writer json;
    json_writer_init(&json, &exchange->response->body);
    json_begin_array(&json);
    size_t written = 0;
    while (written < found.count && !page_is_full(exchange)) {
        write_at(&json, &found, written++);
    }
    json_end_array(&json);
    if (found.more || written < found.count) {
        const struct user *last = user_at(&found, written - 1);
        kind = page_link_next(exchange, last->name, last->user_id);
    }
    return kind != ERROR_NONE ? kind : exchange_finish_json(exchange, 200);
}

static enum error_kind answer_account(struct exchange *exchange, const struct account *account)
{
    struct json_writer json;
    json_writer_init(&json, &exchange->response->body);
    json_write_account(&json, account);
    return exchange_finish_json(exchange, 200);
}

enum error_kind users_show_self(struct exchange *exchange)
{
    const struct store_request request = exchange_store_request(exchange);
    struct account account;
    enum error_kind kind = users_store_self(&request, &account);
    return kind != ERROR_NONE ? kind : answer_account(exchange, &account);
}

/* Without a version: of what administrators edit there is only the name, which is one's own. */
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
