/*
 * page.h - keyset pagination: `limit` and an opaque `cursor` in the query, RFC 8288 Link in the
 * answer.
 *
 * A cursor holds the sort key and id of the last row a client has seen, so that a page stays right
 * while rows are added, and costs the same however far down it is.
 */
#ifndef STOCKPILOT_HANDLERS_PAGE_H
#define STOCKPILOT_HANDLERS_PAGE_H

#include <stdint.h>

#include "stockpilot/handlers/exchange.h"

#define PAGE_MAX_LIMIT 1000

/* What the rows of a list are sorted by before their id; a cursor's key must look like it. */
enum page_key {
    PAGE_KEY_NONE, /* nothing: their id is an integer, and orders them by itself */
    PAGE_KEY_NAME,
    PAGE_KEY_DAY,
    PAGE_KEY_TIME,
    PAGE_KEY_INTEGER, /* 0 or more, of at most 18 digits */
    PAGE_KEY_MONEY    /* 0 or more, with two decimals */
};

struct page_request {
    int64_t limit;
    const char *after_key; /* both NULL on the first page */
    const char *after_id;  /* a UUID, or with PAGE_KEY_NONE an integer */
};

/* ERROR_MALFORMED with field errors for a limit outside 1…1000 or a cursor that is none of ours. */
MUST_CHECK enum error_kind page_read(struct exchange *exchange, enum page_key key,
                                     int64_t default_limit, struct page_request *page);

/*
 * Whether the answer has come so near to its largest size that the page must end here, however few
 * rows it has: the next one then begins after the last row written. A row takes at most
 * PAGE_MAX_ROW bytes.
 */
#define PAGE_MAX_ROW (64u * 1024)
bool page_is_full(const struct exchange *exchange);

/* The same for a list whose rows take up to `row` bytes. */
bool page_has_room(const struct exchange *exchange, size_t row);

/* last_key is "" with PAGE_KEY_NONE. Adds Link: <this path with its query and the next cursor>;
 * rel="next". */
MUST_CHECK enum error_kind page_link_next(struct exchange *exchange, const char *last_key,
                                          const char *last_id);

#endif
