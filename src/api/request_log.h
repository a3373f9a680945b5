/* request_log.h - one line for each request. Only for src/api. */
#ifndef STOCKPILOT_SRC_API_REQUEST_LOG_H
#define STOCKPILOT_SRC_API_REQUEST_LOG_H

#include "stockpilot/api/dispatch.h"

/* 5xx is an error with its cause; what took slow_ms or longer is a warning and is called slow (0:
 * nothing is); anything else is information. Neither query, body nor token is written. */
void request_log(const struct http_request *request, const struct http_response *response,
                 const struct dispatch_result *result, int64_t duration_us, int slow_ms);

#endif
