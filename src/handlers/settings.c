#include "stockpilot/store/settings_store.h"

#include "stockpilot/handlers/handlers.h"
#include "stockpilot/json/json_write.h"

enum error_kind settings_get(struct exchange *exchange)
{
    const struct store_request request = exchange_store_request(exchange);
    struct business_settings settings;
    enum error_kind kind = settings_store_get(&request, &settings);
    if (kind != ERROR_NONE) {
        return kind;
    }
    struct json_writer json;
    json_writer_init(&json, &exchange->response->body);
    json_begin_object(&json);
    json_member_string(&json, "currency", settings.currency);
    json_member_string(&json, "businessTimeZone", settings.business_time_zone);
    json_member_number_text(&json, "defaultMinimumStock", settings.default_minimum_stock);
    json_member_timestamp(&json, "businessDay", settings.business_day);
    json_member_timestamp(&json, "updatedAt", settings.updated_at);
    json_write_name(&json, "links");
    json_begin_object(&json);
    json_member_string(&json, "docs", "/docs");
    json_member_string(&json, "openapi", "/openapi.json");
    json_member_string(&json, "images", exchange->services->images->base_url);
    json_end_object(&json);
    json_end_object(&json);
    return exchange_finish_json(exchange, 200);
}
