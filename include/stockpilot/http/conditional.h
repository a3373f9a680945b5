/*
 * conditional.h - If-Match and If-None-Match (RFC 9110 section 13).
 *
 * Our entity tags are "<version>.<hash of the body>" for a single resource that can be edited and
 * "<hash>" for anything else. nginx makes them weak (W/"…") when it compresses, so weak and strong
 * forms count as equal here (docs/decisions/entity-tags.md).
 */
#ifndef STOCKPILOT_HTTP_CONDITIONAL_H
#define STOCKPILOT_HTTP_CONDITIONAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stockpilot/error/error.h"

#define ETAG_SIZE 48

/* Quoted, e.g. "\"7.9c2f41aa0b3d5e17\""; version < 0 leaves the version out. */
void etag_make(char etag[ETAG_SIZE], int64_t version, const char *body, size_t length);

/* true when the If-None-Match header names this tag or is "*". */
bool etag_none_match(const char *header, const char *etag);

/* The version an If-Match header asks for: -1 for "*" (any), else the version of its only entity
 * tag. A list of several tags, a tag without a version of ours, or a malformed header is
 * ERROR_STALE or ERROR_MALFORMED in turn. */
MUST_CHECK enum error_kind if_match_version(const char *header, int64_t *version,
                                            struct error *error);

#endif
