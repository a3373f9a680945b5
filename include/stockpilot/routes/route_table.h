/*
 * route_table.h - the list of endpoints, and what each asks before its handler runs.
 */
#ifndef STOCKPILOT_ROUTES_ROUTE_TABLE_H
#define STOCKPILOT_ROUTES_ROUTE_TABLE_H

#include <stddef.h>

#include "stockpilot/auth/permission.h"
#include "stockpilot/handlers/exchange.h"

/* What bodies a route reads. */
enum body_kind {
    BODY_NONE, /* ignored; former clients send "{}" here and there */
    BODY_JSON,
    BODY_JSON_OR_MULTIPART,
    BODY_MULTIPART,
    BODY_CSV
};

/* What else a request must carry, or needs. */
enum route_demand {
    DEMANDS_KEY = 1u << 0,     /* Idempotency-Key: it moves stock or money */
    DEMANDS_VERSION = 1u << 1, /* If-Match: two people may edit the same record */
    DEMANDS_TIME = 1u << 2,    /* ROUTE_LONG_MS, whatever other requests have */
};

/* nginx waits longer than this for such a route, and the pool lets a worker be silent longer. */
#define ROUTE_LONG_MS 8000

/* The largest body any row may name; nginx refuses larger ones before. */
#define ROUTE_MAX_BODY (6u * 1024 * 1024)

struct route {
    const char *method;
    const char *pattern; /* "{name}" stands for one segment holding a UUID */
    handler *handle;
    enum permission permission;
    enum body_kind body;
    size_t json_limit;        /* bytes of a JSON or CSV body; multipart has ROUTE_MAX_BODY */
    const char *produces;     /* media type of a success */
    const char *const *query; /* NULL-terminated names a query may hold; NULL: none */
    unsigned demands;         /* of enum route_demand */
    const char *const *csv; /* of a list: its columns as CSV (json/json_csv.h); NULL: it has none */
    const char *summary;    /* one line, the same as in docs/openapi.yaml */
};

const struct route *route_table(size_t *count);

#endif
