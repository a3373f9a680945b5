#include "stockpilot/store/settings_store.h"

#include "pipeline.h"

static const struct statement get = {
    "settings_get",
    "SELECT currency, business_time_zone, default_minimum_stock,"
    " (now() AT TIME ZONE business_time_zone)::date, updated_at FROM settings",
    0,
};

enum error_kind settings_store_get(const struct store_request *request,
                                   struct business_settings *settings)
{
    const struct call call = { &get, { NULL } };
    const PGresult *result;
    enum error_kind kind = pipeline_read(request, &call, 1, &result);
    if (kind != ERROR_NONE) {
        return kind;
    }
    if (PQntuples(result) != 1) {
        return error_set_cause(request->error, ERROR_INTERNAL, "the table settings has no row");
    }
    *settings = (struct business_settings){
        .currency = result_text(result, 0, 0),
        .business_time_zone = result_text(result, 0, 1),
        .default_minimum_stock = result_text(result, 0, 2),
        .business_day = result_text(result, 0, 3),
        .updated_at = result_text(result, 0, 4),
    };
    return ERROR_NONE;
}
