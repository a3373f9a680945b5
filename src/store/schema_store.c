#include <string.h>

#include "pipeline.h"
#include "stockpilot/store/store.h"
#include "stockpilot/text/decimal.h"

/* to_regclass: a database without the table is told apart from one that is away. */
static const struct statement has_migrations = {
    "schema_has_migrations",
    "SELECT to_regclass('public.schema_migrations') IS NOT NULL",
    0,
};

static const struct statement version_of = {
    "schema_version",
    "SELECT coalesce(max(version), 0) FROM schema_migrations",
    0,
};

enum error_kind store_schema_version(const struct store_request *request, int *version)
{
    const struct call check = { &has_migrations, { NULL } };
    const PGresult *result;
    enum error_kind kind = pipeline_read(request, &check, 1, &result);
    if (kind != ERROR_NONE) {
        return kind;
    }
    if (strcmp(PQgetvalue(result, 0, 0), "t") != 0) {
        *version = 0;
        return ERROR_NONE;
    }
    const struct call read = { &version_of, { NULL } };
    kind = pipeline_read(request, &read, 1, &result);
    if (kind != ERROR_NONE) {
        return kind;
    }
    const char *text = PQgetvalue(result, 0, 0);
    int64_t number = 0;
    if (!decimal_parse_integer(text, strlen(text), &number)) {
        return error_set_cause(request->error, ERROR_INTERNAL, "schema version is no number");
    }
    *version = (int)number;
    return ERROR_NONE;
}
