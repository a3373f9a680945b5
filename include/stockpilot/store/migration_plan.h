/*
 * migration_plan.h - what is still to be run, given what was.
 */
#ifndef STOCKPILOT_STORE_MIGRATION_PLAN_H
#define STOCKPILOT_STORE_MIGRATION_PLAN_H

#include "stockpilot/store/migration_files.h"

/* One row of schema_migrations. */
struct applied_migration {
    int version;
    const char *name;
    const char *checksum;
};

/*
 * *first_pending is the index of the first file to run; all after it are to be run too. `applied`
 * is by version. False when history and files contradict each other: an applied file has changed,
 * has another name or is gone, or a file that was not applied comes before one that was.
 */
MUST_CHECK bool migration_plan(const struct migration_files *files,
                               const struct applied_migration *applied, size_t applied_count,
                               size_t *first_pending, struct migration_failure *failure);

#endif
