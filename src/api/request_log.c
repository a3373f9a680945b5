#include "request_log.h"

#include "stockpilot/log/log.h"

void request_log(const struct http_request *request, const struct http_response *response,
                 const struct dispatch_result *result, int64_t duration_us, int slow_ms)
{
    bool slow = slow_ms > 0 && duration_us >= (int64_t)slow_ms * 1000;
    enum log_level level = response->status >= 500 ? LOG_LEVEL_ERROR
                           : slow                  ? LOG_LEVEL_WARNING
                                                   : LOG_LEVEL_INFO;
    const char *cause = result->cause[0] != '\0' ? result->cause : NULL;
    LOG(level, "request", LOG_TEXT("request_id", request->request_id),
        LOG_TEXT("method", request->method),
        LOG_TEXT("route", result->route != NULL ? result->route->pattern : NULL),
        LOG_TEXT("path", result->route != NULL ? NULL : request->path),
        LOG_NUMBER("status", response->status), LOG_NUMBER("waited_ms", request->waited_ms),
        LOG_NUMBER("duration_us", duration_us), LOG_TEXT("slow", slow ? "yes" : NULL),
        LOG_TEXT("remote", request->remote_address), LOG_TEXT("actor", result->subject),
        LOG_TEXT("cause", cause));
}
