/* media_type.h - Content-Type and Accept (RFC 9110 sections 8.3 and 12.5.1). */
#ifndef STOCKPILOT_HTTP_MEDIA_TYPE_H
#define STOCKPILOT_HTTP_MEDIA_TYPE_H

#include <stdbool.h>

/* Compares type/subtype without regard to case or parameters; charset, if given, must be UTF-8.
 * NULL header: false. */
bool media_type_is(const char *content_type, const char *type);

/* Whether an Accept header allows `type` ("application/json"): q values and wildcards included.
 * NULL or empty: yes. problem+json is always sent whatever Accept says. */
bool accept_allows(const char *accept, const char *type);

/* Whether it asks for `type` rather than for `usual`: with a higher q, or with the same and by a
 * narrower range. NULL or empty: no. */
bool accept_prefers(const char *accept, const char *type, const char *usual);

#endif
