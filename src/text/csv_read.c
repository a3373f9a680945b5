#include "stockpilot/text/csv_read.h"

#include <string.h>

#define BYTE_ORDER_MARK "\xef\xbb\xbf"
#define MARK_LENGTH (sizeof BYTE_ORDER_MARK - 1)

/* Where the fields of a row are put. */
struct room {
    char *bytes;
    size_t size;
    size_t used;
};

void csv_reader_init(struct csv_reader *reader, const char *text, size_t length)
{
    bool marked = length >= MARK_LENGTH && memcmp(text, BYTE_ORDER_MARK, MARK_LENGTH) == 0;
    *reader = (struct csv_reader){
        .text = text, .length = length, .at = marked ? MARK_LENGTH : 0, .line = 1, .next_line = 1
    };
}

static bool put(struct room *room, char c)
{
    if (room->used == room->size) {
        return false;
    }
    room->bytes[room->used++] = c;
    return true;
}

/* '\0' at the end: a NUL in the text itself is refused before anybody asks. */
static char peek(const struct csv_reader *reader)
{
    return reader->at < reader->length ? reader->text[reader->at] : '\0';
}

static bool at_end(const struct csv_reader *reader)
{
    return reader->at == reader->length;
}

/* From behind the opening quote to behind the closing one. */
static enum csv_result read_quoted(struct csv_reader *reader, struct room *room)
{
    while (!at_end(reader)) {
        char c = reader->text[reader->at++];
        if (c == '"') {
            if (peek(reader) != '"') {
                return CSV_ROW;
            }
            reader->at++;
        } else if (c == '\0') {
            return CSV_BROKEN;
        }
        reader->next_line += c == '\n';
        if (!put(room, c)) {
            return CSV_TOO_LONG;
        }
    }
    return CSV_BROKEN;
}

static enum csv_result read_plain(struct csv_reader *reader, struct room *room)
{
    while (!at_end(reader)) {
        char c = peek(reader);
        if (c == ',' || c == '\n' || c == '\r') {
            return CSV_ROW;
        }
        if (c == '"' || c == '\0') {
            return CSV_BROKEN;
        }
        if (!put(room, c)) {
            return CSV_TOO_LONG;
        }
        reader->at++;
    }
    return CSV_ROW;
}

/* What stands behind a field: a comma (true in *more), the end of the line, or that of the text. */
static enum csv_result read_separator(struct csv_reader *reader, bool *more)
{
    *more = false;
    if (at_end(reader)) {
        return CSV_ROW;
    }
    char c = reader->text[reader->at++];
    if (c == '\r') {
        c = peek(reader);
        reader->at += c == '\n';
        reader->next_line += c == '\n';
        return c == '\n' ? CSV_ROW : CSV_BROKEN;
    }
    *more = c == ',';
    reader->next_line += c == '\n';
    return c == ',' || c == '\n' ? CSV_ROW : CSV_BROKEN;
}

enum csv_result csv_read_row(struct csv_reader *reader, char *bytes, size_t size,
                             const char **fields, size_t maximum, size_t *count)
{
    struct room room = { .bytes = bytes, .size = size };
    bool more = true;
    *count = 0;
    if (at_end(reader)) {
        return CSV_END;
    }
    reader->line = reader->next_line;
    while (more) {
        if (*count == maximum) {
            return CSV_TOO_LONG;
        }
        fields[(*count)++] = bytes + room.used;
        bool quoted = peek(reader) == '"';
        reader->at += quoted;
        enum csv_result result = quoted ? read_quoted(reader, &room) : read_plain(reader, &room);
        if (result == CSV_ROW) {
            result = put(&room, '\0') ? read_separator(reader, &more) : CSV_TOO_LONG;
        }
        if (result != CSV_ROW) {
            return result;
        }
    }
    return CSV_ROW;
}
