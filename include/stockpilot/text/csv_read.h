/*
 * csv_read.h - comma-separated values as RFC 4180 has them, read strictly.
 *
 * Lines end with CRLF or LF; the last one may end without. A field in double quotes may hold
 * commas, line ends and, doubled, quotes. A byte order mark at the start is skipped. Whatever two
 * readers could read differently is broken: a quote within a field that does not begin with one,
 * anything behind a closing quote, a CR by itself, a quote that is never closed, a NUL.
 */
#ifndef STOCKPILOT_TEXT_CSV_READ_H
#define STOCKPILOT_TEXT_CSV_READ_H

#include <stdbool.h>
#include <stddef.h>

#include "stockpilot/error/error.h"

struct csv_reader {
    const char *text;
    size_t length;
    size_t at;
    size_t line;      /* of the text, from 1: where the row that was read last begins */
    size_t next_line; /* … and the one after it */
};

enum csv_result {
    CSV_ROW,
    CSV_END,
    CSV_BROKEN,  /* see above; nothing more can be read */
    CSV_TOO_LONG /* the row has more fields or bytes than there is room for; likewise */
};

/* The text is the caller's and is only read. */
void csv_reader_init(struct csv_reader *reader, const char *text, size_t length);

/* Reads a row into fields[0…count), NUL-terminated, in the `size` bytes of `room`. A line with
 * nothing in it is a row with one empty field. */
MUST_CHECK enum csv_result csv_read_row(struct csv_reader *reader, char *room, size_t size,
                                        const char **fields, size_t maximum, size_t *count);

#endif
