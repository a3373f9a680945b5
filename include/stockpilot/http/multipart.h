/*
 * multipart.h - multipart/form-data (RFC 7578, RFC 2046), whole body in memory.
 *
 * Parts point into the body; nothing is copied but names. Bounded: at most MULTIPART_MAX_PARTS
 * parts, part headers at most 4 kB. Strict: CRLF line ends, nothing before the first boundary and
 * nothing behind the closing one, a name on every part, no name twice, no nested multipart, no
 * "filename*", no Content-Transfer-Encoding other than binary, 7bit or 8bit, plain fields in UTF-8
 * without NUL.
 *
 * In names, \" and \\ are resolved and any other backslash stands for itself, as browsers send it.
 * A file input that was left empty arrives as a part with the file name "" and no bytes.
 */
#ifndef STOCKPILOT_HTTP_MULTIPART_H
#define STOCKPILOT_HTTP_MULTIPART_H

#include <stddef.h>

#include "stockpilot/error/error.h"
#include "stockpilot/memory/arena.h"

#define MULTIPART_MAX_PARTS 32

struct multipart_part {
    const char *name;
    const char *file_name;    /* NULL for a plain field; never used as a path */
    const char *content_type; /* as sent, or NULL; judged by nobody: bytes are sniffed */
    const char *bytes;        /* into the body */
    size_t length;
};

struct multipart {
    size_t count;
    struct multipart_part parts[MULTIPART_MAX_PARTS];
};

/* content_type: the request's, with its boundary parameter. ERROR_MALFORMED with detail. */
MUST_CHECK enum error_kind multipart_parse(struct arena *arena, const char *content_type,
                                           const char *body, size_t length,
                                           struct multipart *multipart, struct error *error);

/* NULL when there is none of that name. */
const struct multipart_part *multipart_part_named(const struct multipart *multipart,
                                                  const char *name);

#endif
