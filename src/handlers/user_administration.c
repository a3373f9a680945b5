#include <stdio.h>

#include "stockpilot/handlers/handlers.h"
#include "stockpilot/http/conditional.h"
#include "stockpilot/json/record_json.h"
#include "stockpilot/json/user_json.h"
#include "stockpilot/store/administration_store.h"

#define USER_MAX_JSON (8u * 1024)

static enum error_kind answer_one(struct exchange *exchange, int status,
                                  const struct managed_user *user)
{
    struct json_writer json;
    json_writer_init(&json, &exchange->response->body);
    json_write_managed_user(&json, user);
    exchange->response->version = exchange_record_version(user->version);
    return exchange_finish_json(exchange, status);
}

/* The user as they are, on the answer that says why not. */
static enum error_kind attach_current(struct exchange *exchange, const struct managed_user *user)
{
    struct buffer current;
    struct json_writer json;
    buffer_init(&current, exchange->arena, USER_MAX_JSON);
    json_writer_init(&json, &current);
    json_write_managed_user(&json, user);
    return exchange_attach_current(exchange, &current, user->version);
}

/* After ERROR_STALE. */
static enum error_kind answer_stale(struct exchange *exchange)
{
    const struct store_request request = exchange_store_request(exchange);
    struct managed_user user;
    error_reset(exchange->error);
    enum error_kind kind = administration_store_get(&request, exchange->parameters[0], &user);
    if (kind == ERROR_NONE) {
        kind = attach_current(exchange, &user);
    }
    return kind != ERROR_NONE ? kind
                              : error_set(exchange->error, ERROR_STALE,
                                          "The user is at version %s now.", user.version);
}

static enum error_kind answer_taken(struct exchange *exchange, const struct managed_user *user)
{
    enum error_kind kind = attach_current(exchange, user);
    if (kind != ERROR_NONE) {
        return kind;
    }
    error_add_field(exchange->error, "/email", "taken", "Another user has this address.");
    return error_set(exchange->error, ERROR_CONFLICT, "Somebody has this address already.");
}

static enum error_kind read_input(struct exchange *exchange, const struct field_rule *rules,
                                  size_t rule_count, unsigned required,
                                  struct managed_change *change)
{
    struct managed_change read = { 0 };
    struct record_reading reading = {
        .rules = rules, .rule_count = rule_count, .record = &read, .error = exchange->error
    };
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

enum error_kind users_invite(struct exchange *exchange)
{
    struct managed_change invitation;
    size_t count;
    const struct field_rule *rules = invitation_rules(&count);
    enum error_kind kind = read_input(exchange, rules, count, INVITATION_REQUIRED, &invitation);
    if (kind != ERROR_NONE) {
        return kind;
    }
    const struct store_request request = exchange_store_request(exchange);
    struct managed_user user;
    bool made = false;
    kind = administration_store_invite(&request, &invitation, &user, &made);
    if (kind == ERROR_NONE && !made) {
        return answer_taken(exchange, &user);
    }
    if (kind != ERROR_NONE) {
        return kind;
    }
    char location[64];
    snprintf(location, sizeof location, "/users/%s", user.user.user_id);
    kind = response_add_header(exchange->response, "Location", location);
    return kind != ERROR_NONE ? kind : answer_one(exchange, 201, &user);
}

enum error_kind users_get(struct exchange *exchange)
{
    const struct store_request request = exchange_store_request(exchange);
    struct managed_user user;
    enum error_kind kind = administration_store_get(&request, exchange->parameters[0], &user);
    return kind != ERROR_NONE ? kind : answer_one(exchange, 200, &user);
}

enum error_kind users_change(struct exchange *exchange)
{
    struct managed_change change;
    int64_t version;
    size_t count;
    const struct field_rule *rules = managed_rules(&count);
    enum error_kind kind = if_match_version(exchange->request->if_match, &version, exchange->error);
    if (kind == ERROR_NONE && version > INT32_MAX) {
        kind = ERROR_STALE; /* no user has come that far */
    }
    if (kind == ERROR_NONE) {
        kind = read_input(exchange, rules, count, 0, &change);
    }
    const struct store_request request = exchange_store_request(exchange);
    struct managed_user user;
    if (kind == ERROR_NONE) {
        kind =
            administration_store_change(&request, exchange->parameters[0], &change, version, &user);
    }
    if (kind == ERROR_STALE) {
        return answer_stale(exchange);
    }
    return kind != ERROR_NONE ? kind : answer_one(exchange, 200, &user);
}
