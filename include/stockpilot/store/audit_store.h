/* audit_store.h - the trail of who changed what. Rows belong to the request's arena. */
#ifndef STOCKPILOT_STORE_AUDIT_STORE_H
#define STOCKPILOT_STORE_AUDIT_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stockpilot/store/store.h"

/* One change of one row. Texts are PostgreSQL's. */
struct audit_record {
    const char *audit_id; /* a positive integer: later ones are greater */
    const char *at;
    const char *actor_id;   /* NULL: the system itself */
    const char *actor_name; /* NULL: no such user is known */
    const char *actor_email;
    const char *request_id;
    const char *table_name;
    const char *row_id;
    const char *action; /* "insert", "update" or "delete" */
    const char *before; /* JSON objects; NULL: there was none */
    const char *after;
};

/* NULL: not asked for. */
struct audit_query {
    const char *table;
    const char *row_id;
    const char *actor_id;
    const char *from; /* days of the business, both included, "2026-11-27" */
    const char *to;
    const char *after_id; /* the last audit_id seen */
    int64_t limit;
};

struct audit_page {
    size_t count;
    const struct audit_record *items;
    bool more;
};

/* Newest first, by audit_id. */
MUST_CHECK enum error_kind audit_store_list(const struct store_request *request,
                                            const struct audit_query *query,
                                            struct audit_page *page);

#endif
