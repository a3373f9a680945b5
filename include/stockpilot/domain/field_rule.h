/*
 * field_rule.h - what a client may write into the fields of a record, as data.
 *
 * Each resource has one table of rules; reading JSON and reading a form both hold their input
 * against it, so that a rule stands in one place. A value that breaks its rule becomes a field
 * error, and reading goes on.
 */
#ifndef STOCKPILOT_DOMAIN_FIELD_RULE_H
#define STOCKPILOT_DOMAIN_FIELD_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stockpilot/error/error.h"

/* A decimal number as text, exact, "1234.50". */
#define DECIMAL_TEXT_SIZE 24

struct decimal_text {
    char text[DECIMAL_TEXT_SIZE]; /* "" stands for null */
};

enum field_type {
    FIELD_LINE,     /* member: const char *; one line without control characters */
    FIELD_TEXT,     /* member: const char *; may have line breaks */
    FIELD_INTEGER,  /* member: int64_t; exact */
    FIELD_DECIMAL,  /* member: struct decimal_text; `scale` decimals */
    FIELD_CHOICE,   /* member: const char *; one of `choices` */
    FIELD_UUID,     /* member: const char * */
    FIELD_URL,      /* member: const char *; http or https, or a path on this site */
    FIELD_EMAIL,    /* member: const char *; an address as HTML's <input type=email> takes it */
    FIELD_DAY,      /* member: const char *; see iso8601_names_day() */
    FIELD_INSTANT,  /* member: const char *; see iso8601_is_instant() */
    FIELD_BOOLEAN,  /* member: bool */
    FIELD_LIST,     /* no member: an array, which the reader of the record sees to */
    FIELD_READ_ONLY /* no member: known, but not for clients to write */
};

struct field_rule {
    const char *name; /* as clients know it */
    enum field_type type;
    unsigned bit;    /* of record_reading.given */
    size_t offset;   /* of the member in the record */
    bool nullable;   /* null or an empty text clears it */
    int64_t minimum; /* texts: code points; numbers: value, scaled by `scale` for FIELD_DECIMAL */
    int64_t maximum;
    unsigned scale;
    const char *const *choices; /* NULL-terminated */
};

/* One record being read: its rules, where its values go, and what was found. */
struct record_reading {
    const struct field_rule *rules;
    size_t rule_count;
    void *record;
    unsigned given; /* bits of the fields that were sent, null included */
    const char *at; /* where in the body the record stands, "/lines/3"; NULL: it is the body */
    struct error *error;
};

/* NULL when the field is not to be written: unknown, read-only, or (ERROR_MALFORMED) in another
 * case. The field error is added. */
const struct field_rule *record_find_rule(struct record_reading *reading, const char *name);

/* Each sets the field or adds a field error at "<at>/name". Texts are valid UTF-8 and outlive the
 * record. */
void record_set_text(struct record_reading *reading, const struct field_rule *rule,
                     const char *text);
/* literal: a JSON number, or what stands in a form field. */
void record_set_number(struct record_reading *reading, const struct field_rule *rule,
                       const char *literal);
void record_set_boolean(struct record_reading *reading, const struct field_rule *rule, bool value);
void record_set_null(struct record_reading *reading, const struct field_rule *rule);
/* The value is of another JSON type than the field ("wrong_type"). */
void record_wrong_type(struct record_reading *reading, const struct field_rule *rule);

/* Adds a "required" error for each field of `bits` that was not sent. */
void record_require(struct record_reading *reading, unsigned bits);

bool field_is_number(const struct field_rule *rule);

#endif
