#include "stockpilot/handlers/exchange.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "stockpilot/json/json_write.h"
#include "stockpilot/text/decimal.h"

struct store_request exchange_store_request(const struct exchange *exchange)
{
    const struct principal *principal = exchange->principal;
    return (struct store_request){
        .store = exchange->services->store,
        .arena = exchange->arena,
        .deadline = exchange->deadline,
        .error = exchange->error,
        .actor_id = principal != NULL && principal->user_id[0] != '\0' ? principal->user_id : NULL,
        .request_id = exchange->request->request_id,
        .token_role = principal != NULL ? role_name(principal->role) : NULL,
        .token_issued_at = principal != NULL ? principal->issued_at : 0,
        .required_role = exchange->required_role,
        .note_sighting = exchange->note_sighting,
        .idempotency_key = exchange->request->idempotency_key,
        .fingerprint = exchange->fingerprint,
    };
}

enum error_kind exchange_finish_json(struct exchange *exchange, int status)
{
    if (buffer_failed(&exchange->response->body)) {
        return error_set_cause(exchange->error, ERROR_INTERNAL,
                               "the answer could not be written: too large, out of memory, or a "
                               "value of another form");
    }
    exchange->response->status = status;
    exchange->response->content_type = "application/json";
    return ERROR_NONE;
}

int64_t exchange_record_version(const char *text)
{
    int64_t version = 0;
    (void)decimal_parse_integer(text, strlen(text), &version);
    return version;
}

enum error_kind exchange_attach_current(struct exchange *exchange, struct buffer *json,
                                        const char *version)
{
    buffer_append_char(json, '\0');
    if (buffer_failed(json)) {
        return error_set_cause(exchange->error, ERROR_INTERNAL, "no memory for the current record");
    }
    exchange->current_json = json->bytes;
    exchange->current_version = exchange_record_version(version);
    return ERROR_NONE;
}

enum error_kind exchange_mark_replayed(struct exchange *exchange, bool replayed)
{
    return replayed ? response_add_header(exchange->response, "Idempotent-Replayed", "true")
                    : ERROR_NONE;
}

enum error_kind exchange_answer_message(struct exchange *exchange, const char *format, ...)
{
    char message[160];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);

    struct json_writer json;
    json_writer_init(&json, &exchange->response->body);
    json_begin_object(&json);
    json_member_string(&json, "message", message);
    json_end_object(&json);
    return exchange_finish_json(exchange, 200);
}
