/*
 * json_csv.h - records that were written as JSON, as lines of CSV (RFC 4180: CRLF, quotes where
 * they are needed).
 *
 * A column is named like the member that it holds; "user.name" is a member of a member, and with
 * "lines.quantity", where "lines" is an array, the record becomes a line for each of its elements,
 * with the record's own members on each. Numbers and booleans stand as in JSON, null is nothing,
 * and an object or array that no column looks into is its JSON.
 *
 * A text that a spreadsheet would take for a formula (it begins with = + - @, a tab or a carriage
 * return, after any number of apostrophes) gets an apostrophe in front.
 */
#ifndef STOCKPILOT_JSON_JSON_CSV_H
#define STOCKPILOT_JSON_JSON_CSV_H

#include <stddef.h>

#include "stockpilot/text/buffer.h"

#define JSON_CSV_MAX_COLUMNS 24

/*
 * Those of `columns` that the first record of `json` (as below) has, into `chosen`, which has room
 * for JSON_CSV_MAX_COLUMNS and the NULL that ends it; all of them where there is no record. No
 * record leaves a member out, but some callers are shown more members than others.
 */
void json_csv_choose_columns(const char *const *columns, const char *json, size_t length,
                             const char **chosen);

/* The first line. columns: ends with NULL, at most JSON_CSV_MAX_COLUMNS. */
void json_csv_write_header(struct buffer *csv, const char *const *columns);

/*
 * json: an array of objects by our own json_write.h, `length` bytes. *at: where to begin, 0 at
 * first; afterwards where to go on, and `length` once all is written. It stops after the record
 * with which `csv` has `enough` bytes.
 */
void json_csv_write_records(struct buffer *csv, const char *const *columns, const char *json,
                            size_t length, size_t *at, size_t enough);

#endif
