#include "stockpilot/json/json_write.h"

#include <string.h>

void json_writer_init(struct json_writer *writer, struct buffer *out)
{
    *writer = (struct json_writer){ .out = out };
}

/* A comma where one is due, then text between opening and closing, with one look at the buffer's
 * room: an answer consists of thousands of these. False when it does not fit. */
static inline bool write_between(struct json_writer *writer, const char *opening, const char *text,
                                 size_t length, const char *closing)
{
    struct buffer *out = writer->out;
    size_t comma_length = writer->needs_comma;
    size_t opening_length = strlen(opening);
    size_t closing_length = strlen(closing);
    if (!buffer_reserve(out, comma_length + opening_length + length + closing_length)) {
        return false;
    }
    char *at = out->bytes + out->length;
    at = mempcpy(at, ",", comma_length);
    at = mempcpy(at, opening, opening_length);
    at = mempcpy(at, text, length);
    at = mempcpy(at, closing, closing_length);
    out->length = (size_t)(at - out->bytes);
    return true;
}

static void write_literal(struct json_writer *writer, const char *text, size_t length)
{
    (void)write_between(writer, "", text, length, "");
    writer->needs_comma = true;
}

static void begin_container(struct json_writer *writer, const char *bracket)
{
    (void)write_between(writer, bracket, "", 0, "");
    writer->needs_comma = false;
}

static void end_container(struct json_writer *writer, char bracket)
{
    buffer_append_char(writer->out, bracket);
    writer->needs_comma = true;
}

void json_begin_object(struct json_writer *writer)
{
    begin_container(writer, "{");
}

void json_end_object(struct json_writer *writer)
{
    end_container(writer, '}');
}

void json_begin_array(struct json_writer *writer)
{
    begin_container(writer, "[");
}

void json_end_array(struct json_writer *writer)
{
    end_container(writer, ']');
}

void json_write_name(struct json_writer *writer, const char *name)
{
    (void)write_between(writer, "\"", name, strlen(name), "\":");
    writer->needs_comma = false;
}

static bool needs_escape(unsigned char c)
{
    return c < 0x20 || c == '"' || c == '\\';
}

#define EACH_BYTE(byte) (UINT64_C(0x0101010101010101) * (byte))

/* Whether a byte of the word is below `limit`, at most 0x80. */
static bool has_byte_below(uint64_t word, uint64_t limit)
{
    return ((word - EACH_BYTE(limit)) & ~word & EACH_BYTE(0x80)) != 0;
}

/* needs_escape() for eight characters at a time. */
static bool eight_are_plain(const char *text)
{
    uint64_t word;
    memcpy(&word, text, sizeof word);
    return !has_byte_below(word, 0x20) && !has_byte_below(word ^ EACH_BYTE('"'), 1) &&
           !has_byte_below(word ^ EACH_BYTE('\\'), 1);
}

/* How many characters from the start stand for themselves. */
static size_t plain_length(const char *text, size_t length)
{
    size_t plain = 0;
    while (length - plain >= 8 && eight_are_plain(text + plain)) {
        plain += 8;
    }
    while (plain < length && !needs_escape((unsigned char)text[plain])) {
        plain++;
    }
    return plain;
}

static void write_escape(struct buffer *out, unsigned char c)
{
    static const char digits[] = "0123456789abcdef";
    static const char with_letter[] = "\"\\\b\f\n\r\t";
    static const char letters[] = "\"\\bfnrt";
    const char *found = strchr(with_letter, c);
    if (found != NULL) {
        char escape[2] = { '\\', letters[found - with_letter] };
        buffer_append(out, escape, sizeof escape);
    } else {
        char escape[6] = { '\\', 'u', '0', '0', digits[c >> 4], digits[c & 0x0f] };
        buffer_append(out, escape, sizeof escape);
    }
}

static void write_escaped(struct buffer *out, const char *text, size_t length)
{
    size_t plain = plain_length(text, length);
    buffer_append(out, text, plain);
    while (plain < length) {
        write_escape(out, (unsigned char)text[plain]);
        text += plain + 1;
        length -= plain + 1;
        plain = plain_length(text, length);
        buffer_append(out, text, plain);
    }
}

void json_write_string(struct json_writer *writer, const char *text)
{
    if (text == NULL) {
        json_write_null(writer);
        return;
    }
    size_t length = strlen(text);
    size_t plain = plain_length(text, length);
    bool written = write_between(writer, "\"", text, plain, plain == length ? "\"" : "");
    if (written && plain < length) {
        write_escaped(writer->out, text + plain, length - plain);
        buffer_append_char(writer->out, '"');
    }
    writer->needs_comma = true;
}

void json_write_joined(struct json_writer *writer, const char *const texts[], size_t count)
{
    (void)write_between(writer, "\"", "", 0, "");
    for (size_t i = 0; i < count; i++) {
        write_escaped(writer->out, texts[i], strlen(texts[i]));
    }
    buffer_append_char(writer->out, '"');
    writer->needs_comma = true;
}

void json_write_integer(struct json_writer *writer, int64_t number)
{
    char digits[20];
    char *first = digits + sizeof digits;
    uint64_t magnitude = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    do {
        *--first = (char)('0' + magnitude % 10);
        magnitude /= 10;
    } while (magnitude != 0);
    if (number < 0) {
        *--first = '-';
    }
    write_literal(writer, first, (size_t)(digits + sizeof digits - first));
}

void json_write_boolean(struct json_writer *writer, bool value)
{
    write_literal(writer, value ? "true" : "false", value ? 4 : 5);
}

void json_write_null(struct json_writer *writer)
{
    write_literal(writer, "null", 4);
}

void json_write_number_text(struct json_writer *writer, const char *text)
{
    if (text == NULL) {
        json_write_null(writer);
        return;
    }
    write_literal(writer, text, strlen(text));
}

void json_write_raw(struct json_writer *writer, const char *json)
{
    write_literal(writer, json, strlen(json));
}

/* The length of the run in `text` that has the shape of `pattern`, where 9 stands for any digit; 0
 * when it has not. */
static size_t match_shape(const char *text, const char *pattern)
{
    size_t i;
    for (i = 0; pattern[i] != '\0'; i++) {
        bool same = pattern[i] == '9' ? text[i] >= '0' && text[i] <= '9' : text[i] == pattern[i];
        if (!same) {
            return 0;
        }
    }
    return i;
}

/* The first three decimals of a fraction such as ".1234"; false when what follows is not "+00". */
static bool read_milliseconds(const char *text, char milliseconds[3])
{
    milliseconds[0] = milliseconds[1] = milliseconds[2] = '0';
    if (*text == '.') {
        text++;
        for (size_t i = 0; *text >= '0' && *text <= '9'; i++, text++) {
            if (i < 3) {
                milliseconds[i] = *text;
            }
        }
    }
    return strcmp(text, "+00") == 0;
}

void json_write_timestamp(struct json_writer *writer, const char *postgres_text)
{
    char text[] = "0000-00-00T00:00:00.000Z";
    if (postgres_text == NULL) {
        json_write_null(writer);
        return;
    }
    size_t date = match_shape(postgres_text, "9999-99-99");
    const char *rest = postgres_text + date;
    size_t time = match_shape(rest, " 99:99:99");
    if (date == 0 || (*rest != '\0' && (time == 0 || !read_milliseconds(rest + time, text + 20)))) {
        /* Another DateStyle or TimeZone: the connection was not set up. A wrong instant must not
         * leave the server. */
        writer->out->failed = true;
        return;
    }
    memcpy(text, postgres_text, date);
    if (time != 0) {
        memcpy(text + date + 1, rest + 1, time - 1);
    }
    (void)write_between(writer, "\"", text, sizeof text - 1, "\"");
    writer->needs_comma = true;
}

void json_member_string(struct json_writer *writer, const char *name, const char *text)
{
    json_write_name(writer, name);
    json_write_string(writer, text);
}

void json_member_integer(struct json_writer *writer, const char *name, int64_t number)
{
    json_write_name(writer, name);
    json_write_integer(writer, number);
}

void json_member_boolean(struct json_writer *writer, const char *name, bool value)
{
    json_write_name(writer, name);
    json_write_boolean(writer, value);
}

void json_member_number_text(struct json_writer *writer, const char *name, const char *text)
{
    json_write_name(writer, name);
    json_write_number_text(writer, text);
}

void json_member_timestamp(struct json_writer *writer, const char *name, const char *postgres_text)
{
    json_write_name(writer, name);
    json_write_timestamp(writer, postgres_text);
}
