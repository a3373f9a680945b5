#include "stockpilot/handlers/handlers.h"
#include "stockpilot/handlers/openapi_document.h"

enum error_kind openapi_json_get(struct exchange *exchange)
{
    exchange->response->content_type = "application/json";
    exchange->response->fixed_body = (const char *)openapi_json;
    exchange->response->fixed_length = openapi_json_size;
    return ERROR_NONE;
}

enum error_kind openapi_docs_get(struct exchange *exchange)
{
    exchange->response->content_type = "text/html; charset=utf-8";
    exchange->response->fixed_body = (const char *)docs_html;
    exchange->response->fixed_length = docs_html_size;
    return response_add_header(exchange->response, "Content-Security-Policy",
                               docs_html_security_policy);
}
