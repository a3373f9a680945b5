/* settings_store.h - how the business counts. Texts belong to the request's arena. */
#ifndef STOCKPILOT_STORE_SETTINGS_STORE_H
#define STOCKPILOT_STORE_SETTINGS_STORE_H

#include "stockpilot/store/store.h"

struct business_settings {
    const char *currency;           /* ISO 4217, "USD" */
    const char *business_time_zone; /* IANA, "Europe/Berlin" */
    const char *default_minimum_stock;
    const char *business_day; /* the one it is now */
    const char *updated_at;
};

MUST_CHECK enum error_kind settings_store_get(const struct store_request *request,
                                              struct business_settings *settings);

#endif
