#include "connection.h"
#include "held_write.h"

static void send_headers(FCGX_Stream *out, const struct http_response *response, size_t length)
{
    FCGX_FPrintF(out, "Status: %d %s\r\n", response->status, response_reason(response->status));
    if (response->content_type != NULL) {
        FCGX_FPrintF(out, "Content-Type: %s\r\n", response->content_type);
    }
    if (response->status != 204 && response->status != 304 && response->next == NULL) {
        FCGX_FPrintF(out, "Content-Length: %lu\r\n", (unsigned long)length);
    }
    for (size_t i = 0; i < response->header_count; i++) {
        FCGX_PutS(response->headers[i].name, out);
        FCGX_PutS(": ", out);
        FCGX_PutS(response->headers[i].value, out);
        FCGX_PutS("\r\n", out);
    }
    FCGX_PutS("\r\n", out);
}

/* What libfcgi closes by itself it closes at the end of FCGX_Finish_r: that must be written by
 * then. */
static void finish(struct fastcgi_connection *connection, bool held)
{
    FCGX_Request *request = &connection->request;
    FCGX_Finish_r(request);
    bool broken = held && !held_write_end(request->ipcFd) && request->ipcFd >= 0;
    if (broken) {
        FCGX_Free(request, 1);
    }
    if (request->ipcFd < 0) {
        fastcgi_connection_closed(connection);
    }
}

/* Others shall not wait behind a long answer. */
static enum error_kind send_pieces(struct fastcgi_connection *connection,
                                   struct http_response *response)
{
    FCGX_Stream *out = connection->request.out;
    size_t length;
    const char *bytes = response_bytes(response, &length);
    bool can_pass_on = fastcgi_server_step_aside(connection->server) >= 0;
    enum error_kind kind = ERROR_NONE;
    while (kind == ERROR_NONE && length > 0 && FCGX_GetError(out) == 0) {
        FCGX_PutStr(bytes, (int)length, out);
        if (can_pass_on) {
            fastcgi_server_pass_on_waiting(connection->server);
        }
        kind = response->next(response->next_context, response);
        bytes = response_bytes(response, &length);
    }
    return kind;
}

void fastcgi_send(struct fastcgi_connection *connection, struct http_response *response,
                  bool without_body)
{
    FCGX_Stream *out = connection->request.out;
    bool held = connection->request.keepConnection != 0;
    size_t length;
    const char *bytes = response_bytes(response, &length);
    if (held) {
        held_write_begin();
    }
    send_headers(out, response, length);
    if (response->next != NULL && !without_body) {
        if (send_pieces(connection, response) != ERROR_NONE) {
            if (held) {
                (void)!held_write_end(connection->request.ipcFd);
            }
            fastcgi_abandon(connection);
            return;
        }
    } else if (!without_body && length > 0 && response->status != 304) {
        FCGX_PutStr(bytes, (int)length, out);
    }
    finish(connection, held);
}

void fastcgi_abandon(struct fastcgi_connection *connection)
{
    connection->request.keepConnection = 0;
    /* Without an end record nginx sees a broken upstream, never an empty success. */
    FCGX_Free(&connection->request, 1);
    fastcgi_connection_closed(connection);
}
