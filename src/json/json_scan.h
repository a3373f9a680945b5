/*
 * json_scan.h - the strict lexical pass over a JSON text
 * (docs/decisions/json-strict-then-cjson.md).
 */
#ifndef STOCKPILOT_JSON_JSON_SCAN_H
#define STOCKPILOT_JSON_JSON_SCAN_H

#include <stdbool.h>
#include <stddef.h>

struct json_complaint {
    const char *what; /* a literal: "a number cannot begin with 0" */
    size_t at;        /* byte offset */
};

/* True when the text is one strict JSON document; else the first complaint. Member names that occur
 * twice are not seen here: names can be compared only once they are decoded. depth:
 * 1…JSON_DEFAULT_DEPTH. */
bool json_scan(const char *text, size_t length, unsigned depth, struct json_complaint *complaint);

/* The next number token at or behind *at in a text that json_scan() accepted. Moves *at behind it.
 * NULL when there is none. */
const char *json_scan_next_number(const char *text, size_t length, size_t *at,
                                  size_t *token_length);

#endif
