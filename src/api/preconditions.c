#include "preconditions.h"

#include <string.h>

#include "csv_export.h"
#include "stockpilot/http/media_type.h"

#define MULTIPART "multipart/form-data"
#define JSON "application/json"
#define CSV "text/csv"

/* What a route without a body still takes in, and ignores. */
#define IGNORED_BODY 1024

#define IDEMPOTENCY_KEY_MAX 255

enum error_kind precondition_request(const struct http_request *request, struct error *error)
{
    if (request->repeated_header) {
        return error_set(error, ERROR_MALFORMED, "A header that may stand once stands twice.");
    }
    if (request->body_lost) {
        return error_set_cause(error, ERROR_UNAVAILABLE, "no memory for the body");
    }
    if (!request->content_length_valid) {
        return error_set(error, ERROR_MALFORMED, "Content-Length is not a number.");
    }
    size_t raw_length = strcspn(request->raw_target, "?");
    if (raw_length != strlen(request->path) ||
        memcmp(request->raw_target, request->path, raw_length) != 0) {
        return error_set(error, ERROR_NOT_FOUND, "There is nothing at this address.");
    }
    return ERROR_NONE;
}

enum error_kind precondition_accept(const struct route *route, const struct http_request *request,
                                    struct error *error)
{
    if (accept_allows(request->accept, route->produces) || csv_export_wanted(route, request)) {
        return ERROR_NONE;
    }
    return error_set(error, ERROR_NOT_ACCEPTABLE, "This is answered as %s%s.", route->produces,
                     route->csv != NULL ? " or " CSV_TYPE : "");
}

static enum error_kind unsupported(const struct route *route, struct error *error)
{
    static const char *const expected[] = {
        [BODY_NONE] = "nothing",
        [BODY_JSON] = JSON,
        [BODY_JSON_OR_MULTIPART] = (JSON " or " MULTIPART),
        [BODY_MULTIPART] = MULTIPART,
        [BODY_CSV] = CSV,
    };
    return error_set(error, ERROR_UNSUPPORTED_MEDIA, "The body is sent as %s.",
                     expected[route->body]);
}

enum error_kind precondition_body(const struct route *route, const struct http_request *request,
                                  struct error *error)
{
    if (route->body == BODY_NONE) {
        return request->content_length <= IGNORED_BODY
                   ? ERROR_NONE
                   : error_set(error, ERROR_TOO_LARGE, "This takes no body.");
    }
    bool takes_json = route->body == BODY_JSON || route->body == BODY_JSON_OR_MULTIPART;
    bool takes_form = route->body == BODY_MULTIPART || route->body == BODY_JSON_OR_MULTIPART;
    bool form = takes_form && media_type_is(request->content_type, MULTIPART);
    if (!form && !(takes_json && media_type_is(request->content_type, JSON)) &&
        !(route->body == BODY_CSV && media_type_is(request->content_type, CSV))) {
        return unsupported(route, error);
    }
    size_t limit = form ? ROUTE_MAX_BODY : route->json_limit;
    if (request->body_too_large || request->content_length > limit) {
        return error_set(error, ERROR_TOO_LARGE, "The body has at most %zu kB.", limit / 1024);
    }
    return ERROR_NONE;
}

/* draft-ietf-httpapi-idempotency-key-header: the key is opaque, and a request without one is a bad
 * request. */
static enum error_kind check_key(const char *key, struct error *error)
{
    if (key == NULL || key[0] == '\0') {
        return error_set(error, ERROR_MALFORMED,
                         "This takes the header Idempotency-Key: a new value for each new request, "
                         "and the same one when a request is sent again.");
    }
    size_t length = strlen(key);
    for (const char *c = key; *c != '\0'; c++) {
        if (*c < 0x20 || *c > 0x7e) {
            length = IDEMPOTENCY_KEY_MAX + 1;
            break;
        }
    }
    return length <= IDEMPOTENCY_KEY_MAX
               ? ERROR_NONE
               : error_set(error, ERROR_MALFORMED,
                           "An Idempotency-Key has at most %d characters of ASCII.",
                           IDEMPOTENCY_KEY_MAX);
}

enum error_kind precondition_demands(const struct route *route, const struct http_request *request,
                                     struct error *error)
{
    if ((route->demands & DEMANDS_VERSION) != 0 && request->if_match == NULL) {
        return error_set(
            error, ERROR_PRECONDITION_NEEDED,
            "This takes the header If-Match with the ETag of the record as you saw it.");
    }
    return (route->demands & DEMANDS_KEY) != 0 ? check_key(request->idempotency_key, error)
                                               : ERROR_NONE;
}
