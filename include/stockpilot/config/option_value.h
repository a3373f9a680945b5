/*
 * option_value.h - one option's text, checked against its row of the table and put into its field.
 */
#ifndef STOCKPILOT_CONFIG_OPTION_VALUE_H
#define STOCKPILOT_CONFIG_OPTION_VALUE_H

#include <stdbool.h>
#include <stddef.h>

#include "stockpilot/config/configuration.h"
#include "stockpilot/config/configuration_report.h"
#include "stockpilot/config/option_table.h"

/* What one option was given, not yet checked against its row. */
struct option_value {
    const char *text; /* NULL: nothing; never empty */
    struct option_source source;
};

/*
 * Puts the value, or the default when there is none, into the option's field; texts are copied into
 * the configuration's arena. A wrong value goes into *report and leaves the default in the field.
 * value->source says OPTION_DEFAULT afterwards where the default was taken for want of a value.
 */
void option_value_set(const struct option_definition *option, struct option_value *value,
                      struct configuration *configuration, struct configuration_report *report);

/* The field's value as one would write it in the file, "" for none; of a secret only that it is
 * set, of what is kept encrypted only that it is from there. */
void option_value_describe(const struct option_definition *option, struct option_source source,
                           const struct configuration *configuration, char *text, size_t size);

/* "NAME is not set. Set NAME to …."; parameter_path: where it may stand as well, or NULL. */
void option_value_add_missing(const struct option_definition *option, const char *parameter_path,
                              struct configuration_report *report);

#endif
