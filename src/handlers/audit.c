#include <string.h>

#include "stockpilot/handlers/handlers.h"
#include "stockpilot/handlers/page.h"
#include "stockpilot/json/json_write.h"
#include "stockpilot/store/audit_store.h"
#include "stockpilot/text/uuid.h"

#define AUDIT_DEFAULT_LIMIT 100

static const char *read_uuid(struct exchange *exchange, const char *name)
{
    const char *value = query_value(&exchange->query, name);
    if (value != NULL && !uuid_is_valid(value, strlen(value))) {
        query_refuse(exchange->error, name, "not_a_uuid", "is a UUID");
        return NULL;
    }
    return value;
}

static enum error_kind read_query(struct exchange *exchange, struct audit_query *query)
{
    struct page_request page = { 0 };
    enum error_kind kind = page_read(exchange, PAGE_KEY_NONE, AUDIT_DEFAULT_LIMIT, &page);
    *query = (struct audit_query){
        .table = query_value(&exchange->query, "table"),
        .row_id = read_uuid(exchange, "rowId"),
        .actor_id = read_uuid(exchange, "actorId"),
        .from = query_day(&exchange->query, "from", exchange->error),
        .to = query_day(&exchange->query, "to", exchange->error),
        .after_id = page.after_id,
        .limit = page.limit,
    };
    return kind != ERROR_NONE ? kind : exchange->error->kind;
}

static void write_object(struct json_writer *json, const char *name, const char *object)
{
    json_write_name(json, name);
    if (object != NULL) {
        json_write_raw(json, object);
    } else {
        json_write_null(json);
    }
}

static void write_actor(struct json_writer *json, const struct audit_record *record)
{
    json_write_name(json, "user");
    if (record->actor_name == NULL) {
        json_write_null(json);
        return;
    }
    json_begin_object(json);
    json_member_string(json, "name", record->actor_name);
    json_member_string(json, "email", record->actor_email);
    json_end_object(json);
}

static void write_record(struct json_writer *json, const struct audit_record *record)
{
    json_begin_object(json);
    json_member_number_text(json, "auditId", record->audit_id);
    json_member_timestamp(json, "timestamp", record->at);
    json_member_string(json, "actorId", record->actor_id);
    write_actor(json, record);
    json_member_string(json, "requestId", record->request_id);
    json_member_string(json, "table", record->table_name);
    json_member_string(json, "rowId", record->row_id);
    json_member_string(json, "action", record->action);
    write_object(json, "before", record->before);
    write_object(json, "after", record->after);
    json_end_object(json);
}

enum error_kind audit_list(struct exchange *exchange)
{
    struct audit_query query;
    enum error_kind kind = read_query(exchange, &query);
    if (kind != ERROR_NONE) {
        return kind;
    }
    const struct store_request request = exchange_store_request(exchange);
    struct audit_page page;
    kind = audit_store_list(&request, &query, &page);
    if (kind != ERROR_NONE) {
        return kind;
    }
    struct json_writer json;
    json_writer_init(&json, &exchange->response->body);
    json_begin_array(&json);
    size_t written = 0;
    while (written < page.count && !page_is_full(exchange)) {
        write_record(&json, &page.items[written++]);
    }
    json_end_array(&json);
    if (page.more || written < page.count) {
        kind = page_link_next(exchange, "", page.items[written - 1].audit_id);
    }
    return kind != ERROR_NONE ? kind : exchange_finish_json(exchange, 200);
}
