/* imports_store.h - many products at once. Rows belong to the request's arena. */
#ifndef STOCKPILOT_STORE_IMPORTS_STORE_H
#define STOCKPILOT_STORE_IMPORTS_STORE_H

#include <stdbool.h>
#include <stddef.h>

#include "stockpilot/store/store.h"

struct import_fault {
    const char *line;
    const char *field; /* as clients know it */
    const char *code;  /* "archived", "repeated", "taken", "required" */
};

struct import_outcome {
    const char *created; /* counts */
    const char *updated;
    const char *unchanged;
    size_t fault_count; /* with any nothing was written */
    const struct import_fault *faults;
    size_t image_count; /* keys of images that no product has any more */
    const char *const *images;
};

/*
 * Imports the rows, all or none. rows: a JSON array for import_products()
 * (sql/migrations/0012_administration.sql). dry_run: nothing is written in any case.
 * ERROR_CONFLICT when another transaction made one of the products meanwhile.
 */
MUST_CHECK enum error_kind imports_store_products(const struct store_request *request,
                                                  const char *rows, bool dry_run,
                                                  struct import_outcome *outcome);

#endif
