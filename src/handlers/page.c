#include "stockpilot/handlers/page.h"

#include <string.h>

#include "stockpilot/text/base64url.h"
#include "stockpilot/text/decimal.h"
#include "stockpilot/text/utf8.h"
#include "stockpilot/text/uuid.h"

/* Before encoding a cursor is "<id><key>": the length of a UUID is fixed, and the key may hold
 * anything. With PAGE_KEY_NONE it is an integer, and nothing else. */
#define ID_LENGTH (UUID_TEXT_SIZE - 1)
#define MAX_CURSOR 2048

static bool key_is_number(enum page_key key, const char *text)
{
    size_t digits = strspn(text, "0123456789");
    if (digits == 0 || digits > 18) {
        return false;
    }
    text += digits;
    return key == PAGE_KEY_INTEGER
               ? *text == '\0'
               : *text == '.' && strspn(text + 1, "0123456789") == 2 && text[3] == '\0';
}

/* As PostgreSQL writes a day, and a time in UTC; '9' stands for any digit. */
static bool key_looks_like(enum page_key key, const char *text)
{
    static const char day[] = "9999-99-99";
    static const char seconds[] = "9999-99-99 99:99:99";
    if (key == PAGE_KEY_NAME) {
        return true;
    }
    if (key == PAGE_KEY_INTEGER || key == PAGE_KEY_MONEY) {
        return key_is_number(key, text);
    }
    for (const char *form = key == PAGE_KEY_DAY ? day : seconds; *form != '\0'; form++, text++) {
        if (*form == '9' ? *text < '0' || *text > '9' : *text != *form) {
            return false;
        }
    }
    if (key == PAGE_KEY_TIME) {
        text += *text == '.' ? 1 + strspn(text + 1, "0123456789") : 0;
        return strcmp(text, "+00") == 0;
    }
    return *text == '\0';
}

static bool decode_cursor(struct arena *arena, const char *cursor, enum page_key key,
                          struct page_request *page)
{
    size_t length = strlen(cursor);
    size_t id_length = key == PAGE_KEY_NONE ? 0 : ID_LENGTH;
    unsigned char *bytes = length <= MAX_CURSOR ? arena_alloc(arena, length + 1) : NULL;
    size_t decoded = 0;
    if (bytes == NULL || !base64url_decode(cursor, length, bytes, length, &decoded) ||
        decoded < id_length || memchr(bytes, '\0', decoded) != NULL) {
        return false;
    }
    bytes[decoded] = '\0';
    const char *text = (const char *)bytes;
    if (key == PAGE_KEY_NONE) {
        page->after_id = text;
        page->after_key = "";
        return key_is_number(PAGE_KEY_INTEGER, text);
    }
    if (!uuid_is_valid(text, ID_LENGTH) || !utf8_is_valid(text, decoded)) {
        return false;
    }
    page->after_id = arena_copy(arena, text, ID_LENGTH);
    page->after_key = arena_copy(arena, text + ID_LENGTH, decoded - ID_LENGTH);
    return page->after_id != NULL && page->after_key != NULL &&
           key_looks_like(key, page->after_key);
}

enum error_kind page_read(struct exchange *exchange, enum page_key key, int64_t default_limit,
                          struct page_request *page)
{
    struct page_request read = { 0 };
    read.limit =
        query_integer(&exchange->query, "limit", 1, PAGE_MAX_LIMIT, default_limit, exchange->error);
    const char *cursor = query_value(&exchange->query, "cursor");
    if (cursor != NULL && !decode_cursor(exchange->arena, cursor, key, &read)) {
        query_refuse(exchange->error, "cursor", "not_a_cursor",
                     "is taken from the Link header of the page before");
    }
    if (exchange->error->kind == ERROR_NONE) {
        *page = read;
    }
    return exchange->error->kind;
}

bool page_has_room(const struct exchange *exchange, size_t row)
{
    return exchange->response->body.length <= RESPONSE_MAX_BODY - row;
}

bool page_is_full(const struct exchange *exchange)
{
    return !page_has_room(exchange, PAGE_MAX_ROW);
}

static void append_encoded(struct buffer *out, const char *text)
{
    static const char digits[] = "0123456789ABCDEF";
    static const char plain[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        if (strchr(plain, c) != NULL) {
            buffer_append_char(out, (char)c);
        } else {
            buffer_append_char(out, '%');
            buffer_append_char(out, digits[c >> 4]);
            buffer_append_char(out, digits[c & 15]);
        }
    }
}

static const char *encode_cursor(struct arena *arena, const char *key, const char *id)
{
    char *plain = arena_printf(arena, "%s%s", id, key);
    size_t length = plain != NULL ? strlen(plain) : 0;
    char *cursor = plain != NULL ? arena_alloc(arena, BASE64URL_ENCODED_SIZE(length)) : NULL;
    if (cursor != NULL) {
        base64url_encode((const unsigned char *)plain, length, cursor);
    }
    return cursor;
}

enum error_kind page_link_next(struct exchange *exchange, const char *last_key, const char *last_id)
{
    const char *cursor = encode_cursor(exchange->arena, last_key, last_id);
    exchange->next_cursor = cursor;
    struct buffer link;
    buffer_init(&link, exchange->arena, 16 * 1024);
    buffer_append_char(&link, '<');
    buffer_append_text(&link, exchange->request->path);
    buffer_append_char(&link, '?');
    for (size_t i = 0; i < exchange->query.count; i++) {
        const struct query_parameter *parameter = &exchange->query.parameters[i];
        if (strcmp(parameter->name, "cursor") != 0) {
            append_encoded(&link, parameter->name);
            buffer_append_char(&link, '=');
            append_encoded(&link, parameter->value);
            buffer_append_char(&link, '&');
        }
    }
    buffer_append_text(&link, "cursor=");
    buffer_append_text(&link, cursor != NULL ? cursor : "");
    buffer_append(&link, ">; rel=\"next\"", sizeof ">; rel=\"next\"");
    if (cursor == NULL || buffer_failed(&link)) {
        return error_set_cause(exchange->error, ERROR_INTERNAL, "no memory for the Link header");
    }
    return response_add_header(exchange->response, "Link", link.bytes);
}
