#include "response.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { CHUNK_SIZE, CHUNK_EXTENSION, CHUNK_DATA, CHUNK_END, CHUNK_TRAILER };

void response_begin(struct response *response)
{
    response->state = RESPONSE_HEAD;
    response->status = 0;
    response->closes = false;
    response->body_length = response->left = 0;
    response->chunk_state = CHUNK_SIZE;
    response->head_length = response->begin_length = 0;
}

/* The value of a header, or NULL; the head is a string. */
static const char *header(const struct response *response, const char *name)
{
    size_t length = strlen(name);
    const char *line = response->head;
    while ((line = strstr(line, "\r\n")) != NULL) {
        line += 2;
        if (strncasecmp(line, name, length) == 0 && line[length] == ':') {
            const char *value = line + length + 1;
            return value + strspn(value, " ");
        }
    }
    return NULL;
}

static void read_head(struct response *response)
{
    response->head[response->head_length] = '\0';
    if (strncmp(response->head, "HTTP/1.1 ", 9) != 0) {
        response->state = RESPONSE_BAD;
        return;
    }
    response->status = (int)strtol(response->head + 9, NULL, 10);
    const char *connection = header(response, "Connection");
    response->closes = connection != NULL && strncasecmp(connection, "close", 5) == 0;
    const char *length = header(response, "Content-Length");
    const char *coding = header(response, "Transfer-Encoding");
    if (response->status == 204 || response->status == 304) {
        response->state = RESPONSE_DONE;
    } else if (coding != NULL && strncasecmp(coding, "chunked", 7) == 0) {
        response->state = RESPONSE_CHUNKS;
    } else if (length != NULL) {
        response->left = strtoul(length, NULL, 10);
        response->state = response->left > 0 ? RESPONSE_BODY : RESPONSE_DONE;
    } else {
        response->state = RESPONSE_BAD;
    }
}

/* Returns how many of the bytes belonged to the head. */
static size_t take_head(struct response *response, const char *bytes, size_t length)
{
    size_t before = response->head_length;
    size_t room = RESPONSE_MAX_HEAD - before;
    size_t taken = length < room ? length : room;
    memcpy(response->head + before, bytes, taken);
    size_t from = before > 3 ? before - 3 : 0;
    const char *end = memmem(response->head + from, before + taken - from, "\r\n\r\n", 4);
    if (end == NULL) {
        response->head_length += taken;
        if (taken < length) {
            response->state = RESPONSE_BAD;
        }
        return taken;
    }
    response->head_length = (size_t)(end - response->head) + 4;
    read_head(response);
    return response->head_length - before;
}

static size_t take_body(struct response *response, const char *bytes, size_t length)
{
    size_t taken = length < response->left ? length : response->left;
    size_t room = sizeof response->begin - response->begin_length;
    size_t kept = taken < room ? taken : room;
    memcpy(response->begin + response->begin_length, bytes, kept);
    response->begin_length += kept;
    response->body_length += taken;
    response->left -= taken;
    return taken;
}

static void take_chunk_size(struct response *response, char digit)
{
    static const char digits[] = "0123456789abcdef";
    const char *found = digit != '\0' ? strchr(digits, digit | 0x20) : NULL;
    if (digit == '\n') {
        response->chunk_state = response->left > 0 ? CHUNK_DATA : CHUNK_TRAILER;
    } else if (found != NULL) {
        response->left = 16 * response->left + (size_t)(found - digits);
    } else {
        response->chunk_state = digit == ';' || digit == '\r' ? CHUNK_EXTENSION : CHUNK_SIZE;
    }
}

static size_t take_chunks(struct response *response, const char *bytes, size_t length)
{
    char next = bytes[0];
    switch (response->chunk_state) {
    case CHUNK_SIZE:
        take_chunk_size(response, next);
        return 1;
    case CHUNK_EXTENSION:
        if (next == '\n') {
            response->chunk_state = response->left > 0 ? CHUNK_DATA : CHUNK_TRAILER;
        }
        return 1;
    case CHUNK_DATA: {
        size_t taken = take_body(response, bytes, length);
        response->chunk_state = response->left > 0 ? CHUNK_DATA : CHUNK_END;
        return taken;
    }
    case CHUNK_END:
        response->chunk_state = next == '\n' ? CHUNK_SIZE : CHUNK_END;
        return 1;
    default: /* nginx sends no trailers: the next line is empty and the last */
        if (next == '\n') {
            response->state = RESPONSE_DONE;
        }
        return 1;
    }
}

void response_take(struct response *response, const char *bytes, size_t length)
{
    while (length > 0 && response->state < RESPONSE_DONE) {
        size_t taken = 0;
        switch (response->state) {
        case RESPONSE_HEAD:
            taken = take_head(response, bytes, length);
            break;
        case RESPONSE_BODY:
            taken = take_body(response, bytes, length);
            response->state = response->left > 0 ? RESPONSE_BODY : RESPONSE_DONE;
            break;
        default:
            taken = take_chunks(response, bytes, length);
            break;
        }
        bytes += taken;
        length -= taken;
    }
    if (length > 0 && response->state == RESPONSE_DONE) {
        response->state = RESPONSE_BAD; /* nobody asked for more */
    }
}
