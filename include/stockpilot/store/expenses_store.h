/* expenses_store.h - what was spent, entry by entry. Rows belong to the request's arena. */
#ifndef STOCKPILOT_STORE_EXPENSES_STORE_H
#define STOCKPILOT_STORE_EXPENSES_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "stockpilot/domain/expense.h"
#include "stockpilot/store/store.h"

/* For expected_version: any version will do. */
#define EXPENSE_ANY_VERSION (-1)

struct expense_query {
    const char *category; /* NULL: all */
    const char *from;     /* days, both inclusive; NULL: no bound */
    const char *to;
    const char *after_day; /* both NULL: from the start */
    const char *after_id;
    int64_t limit;
};

struct expense_entries {
    size_t count;
    const struct expense *items;
    bool more;
};

/* Done once for the request's key. */
MUST_CHECK enum error_kind expenses_store_record(const struct store_request *request,
                                                 const struct expense_change *input,
                                                 struct expense *expense, bool *replayed);

/* ERROR_NOT_FOUND, also for a void one. */
MUST_CHECK enum error_kind expenses_store_get(const struct store_request *request,
                                              const char *expense_id, struct expense *expense);

/* By day, then id, newest first. */
MUST_CHECK enum error_kind expenses_store_list(const struct store_request *request,
                                               const struct expense_query *query,
                                               struct expense_entries *page);

/* Writes the given fields. ERROR_NOT_FOUND; ERROR_STALE at another version. */
MUST_CHECK enum error_kind expenses_store_change(const struct store_request *request,
                                                 const char *expense_id,
                                                 const struct expense_change *change,
                                                 int64_t expected_version, struct expense *expense);

/* It counts no more, and is no longer there. Errors as for a change. */
MUST_CHECK enum error_kind expenses_store_void(const struct store_request *request,
                                               const char *expense_id, int64_t expected_version);

#endif
