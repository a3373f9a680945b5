#include "stockpilot/http/conditional.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "stockpilot/text/decimal.h"
#include "stockpilot/text/hash64.h"

/* What stands between the quotes of an entity tag. */
struct opaque_tag {
    const char *bytes;
    size_t length;
};

enum tag_result { TAG_FOUND, TAG_END, TAG_MALFORMED };

void etag_make(char etag[ETAG_SIZE], int64_t version, const char *body, size_t length)
{
    uint64_t hash = hash64(body, length);
    if (version < 0) {
        snprintf(etag, ETAG_SIZE, "\"%016" PRIx64 "\"", hash);
    } else {
        snprintf(etag, ETAG_SIZE, "\"%" PRId64 ".%016" PRIx64 "\"", version, hash);
    }
}

static bool is_etag_character(unsigned char c)
{
    return c == 0x21 || (c >= 0x23 && c != 0x7f);
}

static const char *skip_space(const char *at)
{
    return at + strspn(at, " \t");
}

/* Takes the next entity tag off a list (RFC 9110 section 5.6.1.2: empty elements are let pass). */
static enum tag_result next_tag(const char **header, struct opaque_tag *tag)
{
    const char *at = skip_space(*header);
    while (*at == ',') {
        at = skip_space(at + 1);
    }
    if (*at == '\0') {
        return TAG_END;
    }
    if (at[0] == 'W' && at[1] == '/') {
        at += 2;
    }
    if (*at++ != '"') {
        return TAG_MALFORMED;
    }
    tag->bytes = at;
    while (is_etag_character((unsigned char)*at)) {
        at++;
    }
    tag->length = (size_t)(at - tag->bytes);
    if (*at++ != '"') {
        return TAG_MALFORMED;
    }
    at = skip_space(at);
    if (*at != ',' && *at != '\0') {
        return TAG_MALFORMED;
    }
    *header = at;
    return TAG_FOUND;
}

static bool is_star(const char *header)
{
    header = skip_space(header);
    return *header == '*' && *skip_space(header + 1) == '\0';
}

bool etag_none_match(const char *header, const char *etag)
{
    struct opaque_tag ours;
    struct opaque_tag theirs;
    if (header == NULL || next_tag(&etag, &ours) != TAG_FOUND) {
        return false;
    }
    if (is_star(header)) {
        return true;
    }
    while (next_tag(&header, &theirs) == TAG_FOUND) {
        if (theirs.length == ours.length && memcmp(theirs.bytes, ours.bytes, ours.length) == 0) {
            return true;
        }
    }
    return false;
}

/* "7" of 7.9c2f41aa0b3d5e17. */
static bool version_of(struct opaque_tag tag, int64_t *version)
{
    const char *dot = memchr(tag.bytes, '.', tag.length);
    int64_t read;
    if (dot == NULL || !decimal_parse_integer(tag.bytes, (size_t)(dot - tag.bytes), &read) ||
        read < 0) {
        return false;
    }
    *version = read;
    return true;
}

enum error_kind if_match_version(const char *header, int64_t *version, struct error *error)
{
    if (is_star(header)) {
        *version = -1;
        return ERROR_NONE;
    }
    struct opaque_tag tag;
    size_t count = 0;
    enum tag_result result;
    struct opaque_tag first = { 0 };
    while ((result = next_tag(&header, &tag)) == TAG_FOUND) {
        first = count++ == 0 ? tag : first;
    }
    if (result == TAG_MALFORMED || count == 0) {
        return error_set(error, ERROR_MALFORMED, "If-Match holds no entity tag.");
    }
    if (count > 1 || !version_of(first, version)) {
        return error_set(error, ERROR_STALE, "If-Match names no version of this record.");
    }
    return ERROR_NONE;
}
