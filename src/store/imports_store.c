#include "stockpilot/store/imports_store.h"

#include <string.h>

#include "pipeline.h"

/* For this transaction: shorter than the request's own time (route_table.h), so that what becomes
 * of it is known. */
static const struct statement take_time = {
    "imports_take_time",
    "SELECT set_config('statement_timeout', '7s', true)",
    0,
};

static const struct statement import_all = {
    "imports_products",
    "SELECT kind, line, field, code FROM import_products($1::jsonb, $2::boolean, $3::boolean)",
    3,
};

enum error_kind imports_store_products(const struct store_request *request, const char *rows,
                                       enum import_mode mode, struct import_outcome *outcome)
{
    const struct call calls[] = { { &take_time, { NULL } },
                                  { &import_all,
                                    { rows, mode == IMPORT_DRY_RUN ? "true" : "false",
                                      mode == IMPORT_GOOD ? "true" : "false" } } };
    const PGresult *results[2];
    enum error_kind kind = pipeline_write(request, calls, 2, results);
    if (kind != ERROR_NONE) {
        return kind;
    }
    const PGresult *result = results[1];
    size_t count = (size_t)PQntuples(result);
    struct import_fault *faults = arena_array(request->arena, count, sizeof *faults);
    if (faults == NULL) {
        return store_no_memory(request);
    }
    *outcome = (struct import_outcome){ .faults = faults };
    for (int row = 0; row < PQntuples(result); row++) {
        const char *what = result_text(result, row, 0);
        const char *line = result_text(result, row, 1);
        const char *code = result_text(result, row, 3);
        if (strcmp(what, "fault") == 0) {
            faults[outcome->fault_count++] =
                (struct import_fault){ line, result_text(result, row, 2), code };
        } else if (strcmp(what, "created") == 0) {
            outcome->created = line;
        } else if (strcmp(what, "updated") == 0) {
            outcome->updated = line;
        } else {
            outcome->unchanged = line;
        }
    }
    return ERROR_NONE;
}
