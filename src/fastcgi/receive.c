#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "connection.h"
#include "gated_read.h"
#include "stockpilot/clock/clock.h"
#include "stockpilot/text/decimal.h"
#include "stockpilot/text/uuid.h"

/* The FastCGI parameters that are read; everything else nginx sends is passed over. */
struct parameter {
    const char *name;
    size_t name_length;
    size_t offset; /* of a const char * in struct parameters */
};

struct parameters {
    const char *method, *path, *raw_target, *query, *request_id, *remote_address, *authorization,
        *accept, *content_type, *content_length, *if_match, *if_none_match, *idempotency_key,
        *passed;
};

#define PARAMETER(name, member)                                                                    \
    {                                                                                              \
        (name), sizeof(name) - 1, offsetof(struct parameters, member)                              \
    }

static const struct parameter known_parameters[] = {
    PARAMETER("REQUEST_METHOD", method),
    PARAMETER("PATH_INFO", path),
    PARAMETER("REQUEST_URI", raw_target),
    PARAMETER("QUERY_STRING", query),
    PARAMETER("REQUEST_ID", request_id),
    PARAMETER("REQUEST_PASSED", passed),
    PARAMETER("REMOTE_ADDR", remote_address),
    PARAMETER("CONTENT_TYPE", content_type),
    PARAMETER("CONTENT_LENGTH", content_length),
    PARAMETER("HTTP_AUTHORIZATION", authorization),
    PARAMETER("HTTP_ACCEPT", accept),
    PARAMETER("HTTP_IF_MATCH", if_match),
    PARAMETER("HTTP_IF_NONE_MATCH", if_none_match),
    PARAMETER("HTTP_IDEMPOTENCY_KEY", idempotency_key),
};

#define KNOWN_COUNT (sizeof known_parameters / sizeof *known_parameters)

static const char **parameter_slot(struct parameters *found, const struct parameter *parameter)
{
    return (const char **)(void *)((char *)found + parameter->offset);
}

/* Fills *found from "NAME=value" strings; a name twice makes *repeated true. */
static void collect(char *const *environment, struct parameters *found, bool *repeated)
{
    for (; *environment != NULL; environment++) {
        const char *equals = strchr(*environment, '=');
        if (equals == NULL) {
            continue;
        }
        size_t length = (size_t)(equals - *environment);
        for (size_t i = 0; i < KNOWN_COUNT; i++) {
            const struct parameter *known = &known_parameters[i];
            if (known->name_length == length && memcmp(known->name, *environment, length) == 0) {
                const char **slot = parameter_slot(found, known);
                *repeated = *repeated || *slot != NULL;
                *slot = equals + 1;
                break;
            }
        }
    }
}

static const char *copy(struct arena *arena, const char *text, bool *failed)
{
    if (text == NULL) {
        return NULL;
    }
    char *result = arena_copy(arena, text, strlen(text));
    *failed = *failed || result == NULL;
    return result;
}

/* passed: nginx's $msec, seconds and three decimals of this host's clock. */
static int64_t waited_since(const char *passed)
{
    char digits[24];
    int64_t passed_ms;
    const char *point = passed != NULL ? strchr(passed, '.') : NULL;
    if (point == NULL || strlen(point) != sizeof ".123" - 1 || strlen(passed) >= sizeof digits) {
        return 0;
    }
    int length =
        snprintf(digits, sizeof digits, "%.*s%s", (int)(point - passed), passed, point + 1);
    if (!decimal_parse_integer(digits, (size_t)length, &passed_ms)) {
        return 0;
    }
    int64_t waited = clock_wall_ms() - passed_ms;
    return waited > 0 ? waited : 0;
}

static bool fill_request(struct arena *arena, const struct parameters *found,
                         struct http_request *request)
{
    bool failed = false;
    request->method = copy(arena, found->method != NULL ? found->method : "", &failed);
    request->path = copy(arena, found->path != NULL ? found->path : "", &failed);
    request->raw_target = copy(arena, found->raw_target != NULL ? found->raw_target : "", &failed);
    request->query_string = copy(arena, found->query != NULL ? found->query : "", &failed);
    request->remote_address =
        copy(arena, found->remote_address != NULL ? found->remote_address : "", &failed);
    request->authorization = copy(arena, found->authorization, &failed);
    request->accept = copy(arena, found->accept, &failed);
    request->if_match = copy(arena, found->if_match, &failed);
    request->if_none_match = copy(arena, found->if_none_match, &failed);
    request->idempotency_key = copy(arena, found->idempotency_key, &failed);
    bool typed = found->content_type != NULL && found->content_type[0] != '\0';
    request->content_type = typed ? copy(arena, found->content_type, &failed) : NULL;

    char made_id[UUID_TEXT_SIZE];
    const char *id = found->request_id;
    if (id == NULL || id[0] == '\0') {
        id = uuid_make(made_id) == ERROR_NONE ? made_id : "";
    }
    request->request_id = copy(arena, id, &failed);

    int64_t length = 0;
    const char *announced = found->content_length;
    bool given = announced != NULL && announced[0] != '\0';
    request->content_length_valid =
        !given || (decimal_parse_integer(announced, strlen(announced), &length) && length >= 0);
    request->content_length = request->content_length_valid ? (size_t)length : 0;
    request->waited_ms = waited_since(found->passed);
    return !failed;
}

/*
 * Reads the standard input stream to its end, which also takes in the record that ends it: left
 * behind, it would be mistaken for the start of the next request on this connection. False when
 * fewer or more bytes came than announced, or the stream broke.
 */
static bool read_body(FCGX_Stream *in, size_t announced, char *kept, size_t capacity)
{
    char scrap[8192];
    size_t total = 0;
    for (;;) {
        bool keep = kept != NULL && total < capacity;
        char *target = keep ? kept + total : scrap;
        size_t room = keep ? capacity - total : sizeof scrap;
        int count = FCGX_GetStr(target, room > 65536 ? 65536 : (int)room, in);
        if (count <= 0) {
            break;
        }
        total += (size_t)count;
        if (total > announced) {
            break;
        }
    }
    return total == announced && FCGX_GetError(in) == 0;
}

static bool receive_body(FCGX_Stream *in, struct arena *arena, size_t maximum_body,
                         struct http_request *request)
{
    char *body = NULL;
    request->body_too_large = request->content_length > maximum_body;
    if (!request->body_too_large) {
        body = arena_alloc(arena, request->content_length + 1);
        request->body_lost = body == NULL;
    }
    request->body = body;
    return read_body(in, request->content_length, body, request->content_length);
}

bool fastcgi_receive(struct fastcgi_connection *connection, struct arena *arena,
                     size_t maximum_body, struct http_request *request)
{
    FCGX_Request *fcgi = &connection->request;
    gated_read_start();
    if (FCGX_Accept_r(fcgi) != 0) {
        /* libfcgi has closed it: end of file, a stall, or not FastCGI. */
        fastcgi_connection_closed(connection);
        return false;
    }
    struct parameters found = { 0 };
    bool repeated = false;
    collect(fcgi->envp, &found, &repeated);
    struct http_request received = { 0 };
    bool usable = strcmp(fcgi->envp[0], "FCGI_ROLE=RESPONDER") == 0 &&
                  fill_request(arena, &found, &received) &&
                  receive_body(fcgi->in, arena, maximum_body, &received) && gated_read_complete();
    if (!usable) {
        fastcgi_abandon(connection);
        return false;
    }
    received.repeated_header = repeated;
    *request = received;
    return true;
}
