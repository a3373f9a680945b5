#include <string.h>

#include "stockpilot/handlers/handlers.h"
#include "stockpilot/json/json_write.h"
#include "stockpilot/store/schema_version.h"
#include "stockpilot/store/store.h"

#define NOT_READY_RETRY_AFTER "5"

enum error_kind health_live(struct exchange *exchange)
{
    struct json_writer json;
    json_writer_init(&json, &exchange->response->body);
    json_begin_object(&json);
    json_member_string(&json, "status", "ok");
    json_end_object(&json);
    return exchange_finish_json(exchange, 200);
}

/* What /readyz says of each part; `cause` goes to the log only. */
struct readiness {
    const char *database;
    const char *schema;
    const char *key_set;
};

static bool is_ready(const struct readiness *readiness)
{
    return strcmp(readiness->database, "ok") == 0 && strcmp(readiness->schema, "ok") == 0 &&
           strcmp(readiness->key_set, "ok") == 0;
}

static void check_database(struct exchange *exchange, struct readiness *readiness)
{
    const struct store_request request = exchange_store_request(exchange);
    int version = 0;
    readiness->database = "unavailable";
    readiness->schema = "unknown";
    if (store_schema_version(&request, &version) != ERROR_NONE) {
        return;
    }
    readiness->database = "ok";
    int expected = schema_version_expected();
    /* Newer is fine: during an upgrade old workers go on with the new tables. */
    readiness->schema = version >= expected ? "ok" : version == 0 ? "missing" : "outdated";
    if (version < expected) {
        error_set_cause(exchange->error, ERROR_UNAVAILABLE,
                        "the database's schema is at version %d, this program needs %d: run "
                        "stockpilotctl migrate",
                        version, expected);
    }
}

static void check_keys(struct exchange *exchange, struct readiness *readiness)
{
    const struct services *services = exchange->services;
    struct error error = { 0 };
    bool ready =
        services->keys_ready(services->keys_context, exchange->deadline, &error) == ERROR_NONE;
    readiness->key_set = ready ? "ok" : "missing";
    if (!ready && exchange->error->kind == ERROR_NONE) {
        error_set_cause(exchange->error, ERROR_UNAVAILABLE, "%s", error.cause);
    }
}

enum error_kind health_ready(struct exchange *exchange)
{
    struct readiness readiness;
    check_database(exchange, &readiness);
    check_keys(exchange, &readiness);
    bool ready = is_ready(&readiness);

    struct json_writer json;
    json_writer_init(&json, &exchange->response->body);
    json_begin_object(&json);
    json_member_string(&json, "status", ready ? "ready" : "not ready");
    json_write_name(&json, "checks");
    json_begin_object(&json);
    json_member_string(&json, "database", readiness.database);
    json_member_string(&json, "schema", readiness.schema);
    json_member_string(&json, "keySet", readiness.key_set);
    json_end_object(&json);
    json_end_object(&json);
    if (ready) {
        return exchange_finish_json(exchange, 200);
    }
    /* The answer is this one and no problem document: whoever asks wants all checks. */
    exchange->error->kind = ERROR_NONE;
    enum error_kind kind =
        response_add_header(exchange->response, "Retry-After", NOT_READY_RETRY_AFTER);
    return kind != ERROR_NONE ? kind : exchange_finish_json(exchange, 503);
}
