#include "stockpilot/http/problem.h"

#include <stdio.h>
#include <string.h>

#include "stockpilot/json/json_write.h"

#define DEFAULT_RETRY_AFTER_SECONDS 2

/* The sentence for people where the place of the error left none. */
static const char *default_detail(enum error_kind kind)
{
    switch (kind) {
    case ERROR_UNAUTHENTICATED:
        return "Send an access token in the Authorization header.";
    case ERROR_INVALID_TOKEN:
        return "The access token is malformed, expired or not meant for this service. Sign in "
               "again.";
    case ERROR_UNAVAILABLE:
        return "Please try again in a moment.";
    case ERROR_INTERNAL:
        return "The fault was logged under this request id.";
    case ERROR_INVALID:
        return "See errors for each value that needs attention.";
    default:
        return error_describe(kind)->title;
    }
}

static void write_fields(struct json_writer *json, const struct error *error)
{
    json_write_name(json, "errors");
    json_begin_array(json);
    for (size_t i = 0; i < error->field_count; i++) {
        const struct field_error *field = &error->fields[i];
        json_begin_object(json);
        json_member_string(json, "pointer", field->pointer);
        json_member_string(json, "code", field->code);
        json_member_string(json, "detail", field->detail);
        json_end_object(json);
    }
    json_end_array(json);
    if (error->fields_dropped > 0) {
        json_member_integer(json, "errorsNotShown", (int64_t)error->fields_dropped);
    }
}

static void write_body(struct buffer *body, const struct error *error, const char *request_id,
                       const char *current_json)
{
    const struct error_description *description = error_describe(error->kind);
    const char *detail = error->detail[0] != '\0' ? error->detail : default_detail(error->kind);
    char type[64];
    snprintf(type, sizeof type, "/problems/%s", description->slug);

    struct json_writer json;
    json_writer_init(&json, body);
    json_begin_object(&json);
    json_member_string(&json, "type", type);
    json_member_string(&json, "title", description->title);
    json_member_integer(&json, "status", description->status);
    json_member_string(&json, "detail", detail);
    json_member_string(&json, "requestId", request_id);
    json_member_string(&json, "message", detail);
    if (error->field_count > 0) {
        write_fields(&json, error);
    }
    if (current_json != NULL) {
        json_write_name(&json, "current");
        json_write_raw(&json, current_json);
    }
    json_end_object(&json);
}

static enum error_kind add_headers(struct http_response *response, const struct error *error)
{
    if (error->kind == ERROR_UNAUTHENTICATED) {
        return response_add_header(response, "WWW-Authenticate", "Bearer realm=\"stockpilot\"");
    }
    if (error->kind == ERROR_INVALID_TOKEN) {
        return response_add_header(response, "WWW-Authenticate",
                                   "Bearer realm=\"stockpilot\", error=\"invalid_token\"");
    }
    if (error->kind == ERROR_UNAVAILABLE || error->retry_after_seconds > 0) {
        char seconds[16];
        snprintf(seconds, sizeof seconds, "%d",
                 error->retry_after_seconds > 0 ? error->retry_after_seconds
                                                : DEFAULT_RETRY_AFTER_SECONDS);
        return response_add_header(response, "Retry-After", seconds);
    }
    return ERROR_NONE;
}

/* The request id is nginx's, in hexadecimal, or a UUID of ours: nothing in it needs escaping. */
static void answer_without_memory(struct http_response *response, const char *request_id)
{
    int length = snprintf(response->last_resort, sizeof response->last_resort,
                          "{\"type\":\"/problems/internal\",\"title\":\"%s\",\"status\":500,"
                          "\"detail\":\"%s\",\"requestId\":\"%.64s\",\"message\":\"%s\"}",
                          error_describe(ERROR_INTERNAL)->title, default_detail(ERROR_INTERNAL),
                          request_id, default_detail(ERROR_INTERNAL));
    response_clear(response);
    response->status = 500;
    response->content_type = "application/problem+json";
    response->fixed_body = response->last_resort;
    response->fixed_length = (size_t)length;
}

void problem_write(struct http_response *response, const struct error *error,
                   const char *request_id, const char *current_json)
{
    response_clear(response);
    response->status = error_describe(error->kind)->status;
    response->content_type = "application/problem+json";
    write_body(&response->body, error, request_id, current_json);
    if (buffer_failed(&response->body) || add_headers(response, error) != ERROR_NONE) {
        answer_without_memory(response, request_id);
    }
}
