/* reports_store.h - figures over a range of days, from the daily summaries, and what the stock is
 * worth. Rows belong to the request's arena. */
#ifndef STOCKPILOT_STORE_REPORTS_STORE_H
#define STOCKPILOT_STORE_REPORTS_STORE_H

#include <stddef.h>

#include "stockpilot/domain/report.h"
#include "stockpilot/store/store.h"

#define REPORT_MAX_PERIODS 1000

enum report_subject { REPORT_SALES, REPORT_PURCHASES, REPORT_EXPENSES, REPORT_SUBJECT_COUNT };

/* Days of the business, both included, "2026-11-27". NULL: `to` is today, `from` 29 days before. */
struct report_range {
    const char *from;
    const char *to;
};

struct report {
    size_t count; /* 0: the range ends before it begins; more than REPORT_MAX_PERIODS: too long */
    const struct report_period *periods;
};

struct stock_report {
    struct stock_value all;
    size_t count;
    const struct stock_value *categories; /* by name; without one comes last */
};

struct expense_report {
    const char *first; /* the range as it was understood */
    const char *last;
    const char *total;
    const char *updated_at; /* NULL: nothing was spent */
    size_t count;
    const struct category_expense *categories; /* the largest amount first */
};

/* by: "day", "week" or "month". Periods without anything are there, with zero. */
MUST_CHECK enum error_kind reports_store_periods(const struct store_request *request,
                                                 enum report_subject subject,
                                                 const struct report_range *range, const char *by,
                                                 struct report *report);

/* Of the products that are not archived, as they are now. */
MUST_CHECK enum error_kind reports_store_stock(const struct store_request *request,
                                               struct stock_report *report);

MUST_CHECK enum error_kind reports_store_expenses(const struct store_request *request,
                                                  const struct report_range *range,
                                                  struct expense_report *report);

#endif
