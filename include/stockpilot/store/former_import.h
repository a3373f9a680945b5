/*
 * former_import.h - takes over a database of the former Express/Prisma backend.
 *
 * The source is read in one snapshot by a session that can change nothing there. The target is
 * written in one transaction of the role that owns the schema: everything or nothing. What is
 * judged and how is in sql/migrations/0013_former_import.sql. Rows pass through one by one: memory
 * does not grow with them.
 */
#ifndef STOCKPILOT_STORE_FORMER_IMPORT_H
#define STOCKPILOT_STORE_FORMER_IMPORT_H

#include <stdbool.h>

#include "stockpilot/error/error.h"

struct former_import {
    const char *source_url; /* secret; may have Prisma's parameters, "?schema=shop" */
    const char *target_url; /* secret; the role that owns the schema */
    bool dry_run;           /* all of it is done, told, and taken back */
    /* Called for each row that breaks a rule, and then for each table. row_id may be NULL. */
    void (*tell_finding)(void *context, const char *table, const char *row_id, const char *what,
                         const char *done);
    void (*tell_total)(void *context, const char *table, const char *read, const char *taken);
    void *context;
};

enum former_outcome {
    FORMER_IMPORTED,
    FORMER_NOTHING_NEW, /* an earlier import has brought all of it; nothing was changed */
    FORMER_NOT_EMPTY,   /* the target has other products or trade; nothing was changed */
    FORMER_FAILED       /* error->cause says why; nothing was changed */
};

/* Blocks as long as it takes. */
MUST_CHECK enum former_outcome former_import_run(const struct former_import *import,
                                                 struct error *error);

#endif
