#include "stockpilot/auth/jwks_fetch.h"

#include "stockpilot/httpclient/httpclient.h"

static int at_most(int milliseconds, int limit)
{
    return milliseconds < limit ? milliseconds : limit;
}

enum error_kind jwks_fetch(void *endpoint, struct deadline deadline, struct jwks *keys,
                           struct error *error)
{
    const struct jwks_endpoint *from = endpoint;
    int left_ms = deadline_left_ms(deadline);
    const struct httpclient_limits limits = {
        .connect_timeout_ms = at_most(left_ms, JWKS_CONNECT_TIMEOUT_MS),
        .total_timeout_ms = at_most(left_ms, JWKS_TOTAL_TIMEOUT_MS),
        .maximum_bytes = JWKS_MAX_BYTES,
        .allow_plain_http = from->allow_plain_http,
    };
    struct httpclient_response response;
    enum error_kind kind = httpclient_get(from->url, &limits, &response, error);
    if (kind != ERROR_NONE) {
        return kind;
    }
    if (response.status == 200) {
        kind = jwks_parse(response.body, response.length, keys, error);
    } else {
        kind = error_set_cause(error, ERROR_UNAVAILABLE, "the key set endpoint answered %d",
                               response.status);
    }
    httpclient_response_free(&response);
    return kind;
}
