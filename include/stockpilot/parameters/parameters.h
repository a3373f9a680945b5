/*
 * parameters.h - what every program loads its configuration by: environment, file, and AWS Systems
 * Manager Parameter Store where USE_PARAMETER_STORE is true.
 *
 * The store is asked for up to 20 s, through throttling and outages; what is wrong with it stops
 * the start as any other error of the configuration does. A pool asks once for all its workers, and
 * keeps what it read (snapshot.h); docs/decisions/parameter-store.md.
 */
#ifndef STOCKPILOT_PARAMETERS_PARAMETERS_H
#define STOCKPILOT_PARAMETERS_PARAMETERS_H

#include <stdbool.h>

#include "stockpilot/config/configuration.h"
#include "stockpilot/config/configuration_report.h"
#include "stockpilot/error/error.h"

/* Where parameters are from, and whether they are kept. What a snapshot cannot be used for, the
 * store is asked for. */
enum parameters_use {
    PARAMETERS_ASKED,      /* the store */
    PARAMETERS_OF_POOL,    /* a worker: what its pool has read, if it has one */
    PARAMETERS_FOR_POOL,   /* a pool: what the pool before its reload handed on; kept for workers */
    PARAMETERS_FOR_RELOAD, /* the check before a reload: the store; handed to the pool, if it waits
                            */
};

/* configuration_load(). */
MUST_CHECK bool parameters_load(struct configuration *configuration, const char *file,
                                char *const *environ, enum parameters_use use,
                                struct configuration_report *report);

/* The same with every problem as a line of the log, where nobody may sit in front of it, and the
 * log's level set as it says. */
MUST_CHECK bool parameters_load_logged(struct configuration *configuration, const char *file,
                                       char *const *environ, enum parameters_use use);

/* configuration_load_only(), with PARAMETERS_ASKED. */
MUST_CHECK bool parameters_load_only(struct configuration *configuration, const char *file,
                                     char *const *environ, const char *const *names,
                                     struct configuration_report *report);

#endif
