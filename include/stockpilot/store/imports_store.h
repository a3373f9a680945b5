/* imports_store.h - many products at once. Rows belong to the request's arena. */
#ifndef STOCKPILOT_STORE_IMPORTS_STORE_H
#define STOCKPILOT_STORE_IMPORTS_STORE_H

#include <stdbool.h>
#include <stddef.h>

#include "stockpilot/store/store.h"

struct import_fault {
    const char *line;
    const char *field; /* as clients know it */
    const char *code;  /* "archived", "repeated", "taken", "required", "not_its_own" */
};

enum import_mode {
    IMPORT_DRY_RUN, /* writes nothing in any case */
    IMPORT_ALL,     /* all rows or none */
    IMPORT_GOOD     /* the rows that nothing stands against */
};

struct import_outcome {
    const char *created; /* counts */
    const char *updated;
    const char *unchanged;
    size_t fault_count; /* with any, IMPORT_ALL has written nothing */
    const struct import_fault *faults;
};

/*
 * Imports the rows. rows: a JSON array for import_products()
 * (sql/migrations/0015_product_import.sql).
 * ERROR_CONFLICT when another transaction made one of the products meanwhile.
 */
MUST_CHECK enum error_kind imports_store_products(const struct store_request *request,
                                                  const char *rows, enum import_mode mode,
                                                  struct import_outcome *outcome);

#endif
