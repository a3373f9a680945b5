#include "stockpilot/store/verification_store.h"

#include <stdlib.h>

#include "pipeline.h"

/* One statement, so it sees one moment, whatever is sold meanwhile. The settings hold until its
 * transaction ends; whoever asked may be gone, and then nothing is computed for nobody. */
static const struct statement have_time = {
    "verification_have_time",
    "SELECT set_config('statement_timeout', '600s', true),"
    " set_config('client_connection_check_interval', '1s', true)",
    0,
};

static const struct statement verify = {
    "verification_verify",
    "SELECT count(*) OVER (), what, row_id, expected, found FROM verify_books()"
    " ORDER BY what, row_id LIMIT 1000",
    0,
};

enum error_kind verification_store_run(const struct store_request *request,
                                       struct verification *verification)
{
    const struct call calls[] = { { &have_time, { NULL } }, { &verify, { NULL } } };
    const PGresult *results[2];
    enum error_kind kind = pipeline_read(request, calls, 2, results);
    if (kind != ERROR_NONE) {
        return kind;
    }
    const PGresult *rows = results[1];
    size_t count = (size_t)PQntuples(rows);
    struct difference *items = arena_array(request->arena, count, sizeof *items);
    if (items == NULL) {
        return store_no_memory(request);
    }
    for (size_t i = 0; i < count; i++) {
        items[i] =
            (struct difference){ result_text(rows, (int)i, 1), result_text(rows, (int)i, 2),
                                 result_text(rows, (int)i, 3), result_text(rows, (int)i, 4) };
    }
    *verification =
        (struct verification){ count > 0 ? strtoll(result_text(rows, 0, 0), NULL, 10) : 0, count,
                               items };
    return ERROR_NONE;
}
