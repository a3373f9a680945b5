/*
 * configuration_report.h - what a configuration was made of, and all that is wrong with it.
 *
 * A problem is worded as PostgreSQL words its messages: the fact, without blame, and the hint,
 * which is the remedy. Values of secret options and of SecureStrings never get in here.
 */
#ifndef STOCKPILOT_CONFIG_CONFIGURATION_REPORT_H
#define STOCKPILOT_CONFIG_CONFIGURATION_REPORT_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "stockpilot/config/option_table.h"

enum option_origin {
    OPTION_UNSET,
    OPTION_DEFAULT,
    OPTION_PARAMETER,
    OPTION_FILE,
    OPTION_ENVIRONMENT
};

struct option_source {
    enum option_origin origin;
    int line;              /* of the file, from 1, for OPTION_FILE */
    const char *parameter; /* its whole name, for OPTION_PARAMETER */
    bool secure;           /* likewise: kept encrypted, and not to be shown */
};

/* Longer texts are cut; more problems than these are counted but not kept. An error takes the place
 * of the last warning. */
#define CONFIGURATION_MAX_PROBLEMS 64

enum problem_severity { PROBLEM_WARNING, PROBLEM_ERROR };

struct configuration_problem {
    enum problem_severity severity;
    char subject[160]; /* the option's name, or the file's or parameter's that it is about */
    char place[160];   /* "line 12", "environment"; "" when the option is set nowhere */
    char fact[256];    /* follows the subject: "is not set" */
    char hint[256];    /* a sentence: what to do */
};

struct configuration_report {
    char file[PATH_MAX]; /* the file that was read; "" for none */
    size_t error_count;
    size_t problem_count; /* kept ones */
    size_t problems_dropped;
    struct configuration_problem problems[CONFIGURATION_MAX_PROBLEMS];
    /* Of a success, in the order of option_table(); names live as long as the configuration. */
    struct option_source sources[OPTION_LIMIT];
};

void configuration_report_init(struct configuration_report *report);

/* Copies the texts. `source` says where the value at fault stands. */
void configuration_report_add(struct configuration_report *report, enum problem_severity severity,
                              const char *subject, struct option_source source, const char *fact,
                              const char *hint);

/* One problem a line: "error: NAME (line 12) is not …. Set NAME to …." */
void configuration_report_print(const struct configuration_report *report, FILE *stream);

/* "default", "environment", "line 12", "parameter /stockpilot/…" or "not set", for people. */
void option_source_describe(struct option_source source, char *text, size_t size);

#endif
