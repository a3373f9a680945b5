/*
 * option_table.h - every option there is, in one table.
 *
 * A row says all about its option: what it is called, what it may be, where in struct configuration
 * its value goes. Reading, checking, `stockpilotctl check-config` and the tests go by the rows;
 * adding an option is one row, one field in configuration.h, one paragraph each in
 * docs/configuration.md and man/stockpilot.conf.5, and one name in scripts/dev/state.sh.
 */
#ifndef STOCKPILOT_CONFIG_OPTION_TABLE_H
#define STOCKPILOT_CONFIG_OPTION_TABLE_H

#include <stdbool.h>
#include <stddef.h>

/* The struct's field: int for OPTION_INTEGER, bool for OPTION_BOOLEAN, const char * for all others.
 */
enum option_type {
    OPTION_TEXT,
    OPTION_INTEGER,      /* decimal digits, minimum…maximum */
    OPTION_BOOLEAN,      /* true/false, yes/no, 1/0 */
    OPTION_CHOICE,       /* one of `choices` */
    OPTION_PATH,         /* an absolute path */
    OPTION_WEB_URL,      /* http or https */
    OPTION_DATABASE_URL, /* postgresql://… */
};

enum option_flags {
    OPTION_REQUIRED = 1 << 0,
    OPTION_SECRET = 1 << 1,           /* its value is never shown, not even a part of it */
    OPTION_DEVELOPMENT_ONLY = 1 << 2, /* refused where STOCKPILOT_ENVIRONMENT=production */
    OPTION_LOCAL = 1 << 3, /* of this host, or says where Parameter Store is: not from there */
};

/* NULL when the text is right, else what is wrong with it, to follow the option's name: "is not …".
 * The sentence never contains any of the text, which may be a secret. */
typedef const char *option_check(const char *text);

struct option_definition {
    const char *name;
    enum option_type type;
    unsigned flags;
    size_t offset;              /* in struct configuration */
    const char *default_text;   /* as one would write it in the file; NULL: none */
    int minimum, maximum;       /* OPTION_INTEGER */
    const char *const *choices; /* OPTION_CHOICE, ends with NULL */
    option_check *check;        /* what the type does not say; NULL: nothing */
    const char *expected;       /* what to write, for the hint behind an error: "a …" */
    const char *help;           /* one sentence: what it is for */
    const char *password_of;    /* the OPTION_DATABASE_URL that this is the password for; or NULL */
};

/* More rows than these do not fit into a configuration_report. */
#define OPTION_LIMIT 64

const struct option_definition *option_table(size_t *count);

/* NULL when there is none of exactly that name. */
const struct option_definition *option_find(const char *name);

/* The option whose name is most like a mistyped one; NULL when none is near. */
const struct option_definition *option_nearest(const char *name);

static inline bool option_is_secret(const struct option_definition *option)
{
    return (option->flags & OPTION_SECRET) != 0;
}

#endif
