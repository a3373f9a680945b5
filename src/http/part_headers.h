/*
 * part_headers.h - the header lines of one part of a multipart/form-data body.
 */
#ifndef STOCKPILOT_HTTP_PART_HEADERS_H
#define STOCKPILOT_HTTP_PART_HEADERS_H

#include "stockpilot/http/multipart.h"

/* text: the lines, each with its CRLF, without the empty one. Fills name, file_name and
 * content_type. */
MUST_CHECK enum error_kind part_headers_read(struct arena *arena, const char *text, size_t length,
                                             struct multipart_part *part, struct error *error);

#endif
