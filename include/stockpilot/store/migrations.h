/*
 * migrations.h - brings the database's schema up to the files.
 *
 * Each file is one transaction together with its row in
 *     schema_migrations(version integer primary key, name text, checksum text, applied_at
 * timestamptz) so that a file is applied as a whole or not at all. Runs at the same time wait for
 * each other by an advisory lock; the second finds nothing left to do.
 */
#ifndef STOCKPILOT_STORE_MIGRATIONS_H
#define STOCKPILOT_STORE_MIGRATIONS_H

#include "stockpilot/store/migration_files.h"

struct migration_settings {
    const char *database_url; /* secret; the role that owns the schema */
    const char *directory;
    bool dry_run; /* only looks: nothing in the database changes */
    /* Called for each file once it was applied or, in a dry run, for each that would be. */
    void (*tell)(void *context, const char *file);
    void *context;
};

struct migration_summary {
    size_t before; /* applied by earlier runs */
    size_t now;    /* applied by this one, or by a dry run's announcement */
};

/* Blocks as long as the statements take. *summary counts also on failure: what was applied stays.
 */
MUST_CHECK bool migrations_run(const struct migration_settings *settings,
                               struct migration_summary *summary,
                               struct migration_failure *failure);

#endif
