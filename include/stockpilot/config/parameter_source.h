/*
 * parameter_source.h - options that stand in a store outside of this host, as parameters below a
 * path. What there is to know of it here: where the store is, and that somebody can read it;
 * src/parameters does.
 */
#ifndef STOCKPILOT_CONFIG_PARAMETER_SOURCE_H
#define STOCKPILOT_CONFIG_PARAMETER_SOURCE_H

#include <stdbool.h>

#include "stockpilot/config/configuration_report.h"
#include "stockpilot/config/option_value.h"
#include "stockpilot/error/error.h"
#include "stockpilot/memory/arena.h"

struct parameter_place {
    const char *region;
    const char *endpoint; /* NULL: AWS's own in the region */
    const char *path;     /* "/stockpilot/production" */
};

struct parameter {
    const char *name; /* whole, with the path in front */
    const char *value;
    bool secure; /* kept encrypted: it is shown nowhere, whatever option it is */
};

/* Whom a source gives its parameters to, one after another. */
struct parameter_taker;

/* false: no memory for more. The texts are copied where they are needed. */
MUST_CHECK bool parameter_take(struct parameter_taker *taker, const struct parameter *parameter);

struct parameter_source {
    /* Gives every parameter below the place's path to the taker, or fails with error->cause, which
     * holds none of their values. Called once at most, and only where options may stand there. */
    enum error_kind (*read)(void *context, const struct parameter_place *place,
                            struct parameter_taker *taker, struct error *error);
    void *context;
};

/*
 * Sets values[i] where the store has the option in row i and nothing else has given it yet. With
 * `names` (ends with NULL) only these options are of interest, else all; then parameters that are
 * none are warned of. The texts live in the arena.
 *
 * False when the store cannot be read: that is in *report then.
 */
MUST_CHECK bool parameter_source_read(const struct parameter_source *source,
                                      const struct parameter_place *place, const char *const *names,
                                      struct arena *arena, struct option_value values[OPTION_LIMIT],
                                      struct configuration_report *report);

#endif
