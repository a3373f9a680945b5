/* summaries_store.h - the figures by business day, and what sells most. */
#ifndef STOCKPILOT_STORE_SUMMARIES_STORE_H
#define STOCKPILOT_STORE_SUMMARIES_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "stockpilot/domain/product.h"
#include "stockpilot/domain/summary.h"
#include "stockpilot/store/store.h"

#define DASHBOARD_PRODUCTS 15
#define DASHBOARD_DAYS 5

/* Newest first; products by units sold, most first. */
struct dashboard {
    size_t product_count;
    const struct product *products;
    size_t sales_count;
    struct day_summary sales[DASHBOARD_DAYS];
    size_t purchase_count;
    struct day_summary purchases[DASHBOARD_DAYS];
    size_t expense_count;
    struct day_summary expenses[DASHBOARD_DAYS];
    size_t category_count;
    struct expense_by_category categories[DASHBOARD_DAYS];
};

struct expense_page {
    size_t count;
    const struct expense_by_category *items;
    bool more;
};

MUST_CHECK enum error_kind summaries_store_dashboard(const struct store_request *request,
                                                     struct dashboard *dashboard);

/* By day and id, newest first. after_…: both NULL from the start. */
MUST_CHECK enum error_kind summaries_store_expenses(const struct store_request *request,
                                                    const char *after_day, const char *after_id,
                                                    int64_t limit, struct expense_page *page);

#endif
