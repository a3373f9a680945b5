/*
 * settings_change.h - the settings of the business, shown and changed by whoever owns the database.
 *
 * All changes are one transaction. What a setting may be is said by the constraints of the table
 * alone. A new time zone moves sales and purchases to other days: the summaries are computed anew
 * in the same transaction.
 */
#ifndef STOCKPILOT_STORE_SETTINGS_CHANGE_H
#define STOCKPILOT_STORE_SETTINGS_CHANGE_H

#include <stdbool.h>
#include <stddef.h>

#include "stockpilot/error/error.h"

/* "businessTimeZone=Europe/Berlin"; an empty value is null. */
struct settings_change {
    const char *database_url; /* secret */
    size_t count;             /* 0: only show */
    char *const *assignments;
    /* Called for each setting with its value afterwards; NULL: none. */
    void (*tell)(const char *name, const char *value);
};

/* Blocks as long as the statements take. False: nothing was changed, and why is one line. */
MUST_CHECK bool settings_change(const struct settings_change *change, char *why, size_t size);

#endif
