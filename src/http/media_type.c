#include "stockpilot/http/media_type.h"

#include <string.h>
#include <strings.h>

#include "header_parameters.h"

/* "type/subtype" at the start of a header or of an element of a list. */
struct media_range {
    const char *type;
    size_t type_length;
    const char *subtype;
    size_t subtype_length;
};

/* Returns what stands behind it; NULL when there is none. */
static const char *read_range(const char *at, const char *end, struct media_range *range)
{
    while (at < end && (*at == ' ' || *at == '\t')) {
        at++;
    }
    range->type = at;
    range->type_length = header_token_length(at, end);
    at += range->type_length;
    if (range->type_length == 0 || at == end || *at != '/') {
        return NULL;
    }
    range->subtype = at + 1;
    range->subtype_length = header_token_length(at + 1, end);
    return range->subtype_length == 0 ? NULL : range->subtype + range->subtype_length;
}

static bool same(const char *a, size_t a_length, const char *b, size_t b_length)
{
    return a_length == b_length && strncasecmp(a, b, a_length) == 0;
}

bool media_type_is(const char *content_type, const char *type)
{
    struct media_range given;
    struct header_parameter parameter;
    enum parameter_result result;
    if (content_type == NULL) {
        return false;
    }
    const char *end = content_type + strlen(content_type);
    const char *at = read_range(content_type, end, &given);
    if (at == NULL || !same(given.type, (size_t)(at - given.type), type, strlen(type))) {
        return false;
    }
    while ((result = header_parameter_next(&at, end, &parameter)) == PARAMETER_FOUND) {
        if (header_span_is(parameter.name, parameter.name_length, "charset") &&
            !header_span_is(parameter.value, parameter.value_length, "utf-8")) {
            return false;
        }
    }
    return result == PARAMETER_END;
}

/* Thousandths (RFC 9110 section 12.4.2). What is no qvalue, like the ".2" of old Java clients,
 * counts as 1: only the difference between none and some matters here. */
static int quality(const char *text, size_t length)
{
    int thousandths = (text[0] - '0') * 1000;
    if (length == 0 || length > 5 || (text[0] != '0' && text[0] != '1') ||
        (length > 1 && text[1] != '.')) {
        return 1000;
    }
    for (size_t i = 2, unit = 100; i < length; i++, unit /= 10) {
        if (text[i] < '0' || text[i] > '9') {
            return 1000;
        }
        thousandths += (text[i] - '0') * (int)unit;
    }
    return thousandths;
}

/* 3 for the type itself, 2 for any subtype of it, 1 for anything at all, 0 when it does not fit. */
static int specificity(const struct media_range *range, const struct media_range *wanted)
{
    bool any_type = header_span_is(range->type, range->type_length, "*");
    bool any_subtype = header_span_is(range->subtype, range->subtype_length, "*");
    if (any_type) {
        return any_subtype ? 1 : 0;
    }
    if (!same(range->type, range->type_length, wanted->type, wanted->type_length)) {
        return 0;
    }
    if (any_subtype) {
        return 2;
    }
    return same(range->subtype, range->subtype_length, wanted->subtype, wanted->subtype_length) ? 3
                                                                                                : 0;
}

/* What one element says of `wanted`: how narrowly it fits and with which q. Elements that cannot be
 * read fit nothing. */
static int judge_element(const char *at, const char *end, const struct media_range *wanted, int *q)
{
    struct media_range range;
    struct header_parameter parameter;
    enum parameter_result result;
    at = read_range(at, end, &range);
    if (at == NULL) {
        return 0;
    }
    *q = 1000;
    while ((result = header_parameter_next(&at, end, &parameter)) == PARAMETER_FOUND) {
        if (header_span_is(parameter.name, parameter.name_length, "q")) {
            *q = quality(parameter.value, parameter.value_length);
        }
    }
    return result == PARAMETER_END ? specificity(&range, wanted) : 0;
}

/* The comma that ends the element, one within quotes not counted; else the end of the header. */
static const char *element_end(const char *at)
{
    for (bool quoted = false; *at != '\0' && (quoted || *at != ','); at++) {
        if (*at == '"') {
            quoted = !quoted;
        } else if (quoted && *at == '\\' && at[1] != '\0') {
            at++;
        }
    }
    return at;
}

/* How narrowly `type` fits what is accepted, and with which q; 0 when it does not. */
static int judge(const char *accept, const char *type, int *quality)
{
    struct media_range wanted;
    int best = 0;
    *quality = 0;
    if (read_range(type, type + strlen(type), &wanted) == NULL) {
        return 0;
    }
    while (*accept != '\0') {
        const char *end = element_end(accept);
        int q = 0;
        int fit = judge_element(accept, end, &wanted, &q);
        if (fit > best || (fit == best && fit > 0 && q > *quality)) {
            best = fit;
            *quality = q;
        }
        accept = *end == ',' ? end + 1 : end;
    }
    return best;
}

static bool says_nothing(const char *accept)
{
    return accept == NULL || accept[strspn(accept, " \t")] == '\0';
}

bool accept_allows(const char *accept, const char *type)
{
    int quality;
    if (says_nothing(accept)) {
        return true;
    }
    (void)judge(accept, type, &quality);
    return quality > 0;
}

bool accept_prefers(const char *accept, const char *type, const char *usual)
{
    int quality;
    int usual_quality;
    if (says_nothing(accept)) {
        return false;
    }
    int fit = judge(accept, type, &quality);
    int usual_fit = judge(accept, usual, &usual_quality);
    return quality > usual_quality || (quality == usual_quality && quality > 0 && fit > usual_fit);
}
