#include "preconditions.h"

#include <string.h>

#include "stockpilot/http/media_type.h"

#define MULTIPART "multipart/form-data"
#define JSON "application/json"

/* What a route without a body still takes in, and ignores. */
#define IGNORED_BODY 1024

enum error_kind precondition_request(const struct http_request *request, struct error *error)
{
    if (request->repeated_header) {
        return error_set(error, ERROR_MALFORMED, "A header that may stand once stands twice.");
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
    if (accept_allows(request->accept, route->produces)) {
        return ERROR_NONE;
    }
    return error_set(error, ERROR_NOT_ACCEPTABLE, "This is answered as %s.", route->produces);
}

static enum error_kind unsupported(const struct route *route, struct error *error)
{
    static const char *const expected[] = {
        [BODY_NONE] = "nothing",
        [BODY_JSON] = JSON,
        [BODY_JSON_OR_MULTIPART] = JSON " or " MULTIPART,
        [BODY_MULTIPART] = MULTIPART,
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
    bool json = route->body != BODY_MULTIPART && media_type_is(request->content_type, JSON);
    bool form = route->body != BODY_JSON && media_type_is(request->content_type, MULTIPART);
    if (!json && !form) {
        return unsupported(route, error);
    }
    size_t limit = json ? route->json_limit : ROUTE_MAX_BODY;
    if (request->body_too_large || request->content_length > limit) {
        return error_set(error, ERROR_TOO_LARGE, "The body has at most %zu kB.", limit / 1024);
    }
    return ERROR_NONE;
}
