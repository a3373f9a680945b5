#include "stockpilot/http/response.h"

#include <string.h>

void response_init(struct http_response *response, struct arena *arena)
{
    response->arena = arena;
    response_clear(response);
}

void response_clear(struct http_response *response)
{
    response->status = 200;
    response->content_type = NULL;
    response->header_count = 0;
    response->fixed_body = NULL;
    response->fixed_length = 0;
    response->next = NULL;
    response->next_context = NULL;
    response->version = -1;
    buffer_init(&response->body, response->arena, RESPONSE_MAX_BODY);
}

enum error_kind response_add_header(struct http_response *response, const char *name,
                                    const char *value)
{
    for (const unsigned char *c = (const unsigned char *)value; *c != '\0'; c++) {
        if (*c < 0x20 || *c == 0x7f) {
            return ERROR_INTERNAL;
        }
    }
    if (response->header_count == RESPONSE_MAX_HEADERS) {
        return ERROR_INTERNAL;
    }
    char *copy = arena_copy(response->arena, value, strlen(value));
    if (copy == NULL) {
        return ERROR_INTERNAL;
    }
    response->headers[response->header_count++] = (struct http_header){ name, copy };
    return ERROR_NONE;
}

const char *response_bytes(const struct http_response *response, size_t *length)
{
    if (response->fixed_body != NULL) {
        *length = response->fixed_length;
        return response->fixed_body;
    }
    *length = response->body.length;
    return response->body.bytes;
}

const char *response_reason(int status)
{
    switch (status) {
    case 200:
        return "OK";
    case 201:
        return "Created";
    case 204:
        return "No Content";
    case 304:
        return "Not Modified";
    case 400:
        return "Bad Request";
    case 401:
        return "Unauthorized";
    case 403:
        return "Forbidden";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 406:
        return "Not Acceptable";
    case 409:
        return "Conflict";
    case 412:
        return "Precondition Failed";
    case 413:
        return "Content Too Large";
    case 414:
        return "URI Too Long";
    case 415:
        return "Unsupported Media Type";
    case 422:
        return "Unprocessable Content";
    case 428:
        return "Precondition Required";
    case 501:
        return "Not Implemented";
    case 503:
        return "Service Unavailable";
    default:
        return "Internal Server Error";
    }
}
