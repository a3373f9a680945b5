#include "stockpilot/json/json_csv.h"

#include <stdbool.h>
#include <string.h>

/* A value as it stands in the JSON; NULL: there is none. */
struct span {
    const char *at;
    size_t length;
};

struct scan {
    const char *const *columns;
    struct buffer *csv;
    struct span cells[JSON_CSV_MAX_COLUMNS];
    struct span lines; /* the array that columns look into, of the record at hand */
    char lines_name[32];
};

static const char *skip_string(const char *at, const char *end)
{
    for (at++; at < end && *at != '"'; at++) {
        at += *at == '\\';
    }
    return at + 1;
}

static const char *skip_blank(const char *at, const char *end)
{
    while (at < end && (*at == ' ' || *at == ',' || *at == ':')) {
        at++;
    }
    return at;
}

static struct span read_value(const char *at, const char *end)
{
    const char *begin = at;
    unsigned depth = 0;
    do {
        if (*at == '"') {
            at = skip_string(at, end);
        } else {
            depth += *at == '{' || *at == '[';
            depth -= *at == '}' || *at == ']';
            at++;
        }
    } while (at < end && (depth > 0 || (*begin != '{' && *begin != '[' && *begin != '"' &&
                                        strchr(",}]", *at) == NULL)));
    return (struct span){ begin, (size_t)(at - begin) };
}

/* The name of the member at `*at`, which is then behind the member, and its value. */
static struct span next_member(const char **at, const char *end, struct span *value)
{
    struct span name = read_value(*at, end);
    *value = read_value(skip_blank(name.at + name.length, end), end);
    *at = skip_blank(value->at + value->length, end);
    return (struct span){ name.at + 1, name.length - 2 };
}

/* Whether the column is `prefix` and `name`, or with `deeper` something within that. */
static bool column_is(const char *column, const char *prefix, struct span name, bool deeper)
{
    size_t length = strlen(prefix);
    if (strncmp(column, prefix, length) != 0 ||
        strncmp(column + length, name.at, name.length) != 0) {
        return false;
    }
    return column[length + name.length] == (deeper ? '.' : '\0');
}

static int find_column(const struct scan *scan, const char *prefix, struct span name, bool deeper)
{
    for (int i = 0; scan->columns[i] != NULL; i++) {
        if (column_is(scan->columns[i], prefix, name, deeper)) {
            return i;
        }
    }
    return -1;
}

static void read_object(struct scan *scan, struct span object, const char *prefix);

static void read_member(struct scan *scan, const char *prefix, struct span name, struct span value)
{
    int column = find_column(scan, prefix, name, false);
    if (column >= 0) {
        scan->cells[column] = value;
        return;
    }
    if (prefix[0] != '\0' || find_column(scan, prefix, name, true) < 0) {
        return;
    }
    char deeper[sizeof scan->lines_name] = { 0 };
    if (name.length < sizeof deeper - 1) {
        memcpy(deeper, name.at, name.length);
        deeper[name.length] = '.';
    }
    if (*value.at == '{') {
        read_object(scan, value, deeper);
    } else if (*value.at == '[') {
        scan->lines = value;
        memcpy(scan->lines_name, deeper, sizeof deeper);
    }
}

static void read_object(struct scan *scan, struct span object, const char *prefix)
{
    const char *end = object.at + object.length - 1;
    const char *at = skip_blank(object.at + 1, end);
    while (at < end) {
        struct span value;
        struct span name = next_member(&at, end, &value);
        read_member(scan, prefix, name, value);
    }
}

/* Of a \u escape: json_write.h has them for control characters only. */
static char control_character(const char *digits)
{
    static const char hexadecimal[] = "0123456789abcdef";
    const char *low = strchr(hexadecimal, digits[3] | 0x20);
    return (char)((digits[2] - '0') * 16 + (low != NULL ? (int)(low - hexadecimal) : 0));
}

/* Decodes one character of a string; gives what is behind it. */
static const char *read_character(const char *at, char *character)
{
    static const char escapes[] = "bfnrt";
    static const char meant[] = "\b\f\n\r\t";
    *character = at[0];
    if (at[0] != '\\') {
        return at + 1;
    }
    if (at[1] == 'u') {
        *character = control_character(at + 2);
        return at + 6;
    }
    const char *escape = strchr(escapes, at[1]);
    *character = escape != NULL ? meant[escape - escapes] : at[1];
    return at + 2;
}

/* Apostrophes that it begins with count for nothing, so that what is guarded once can be told from
 * what was like this before. */
static bool looks_like_formula(struct span text)
{
    const char *end = text.at + text.length;
    char first = '\'';
    for (const char *at = text.at; at < end && first == '\'';) {
        at = read_character(at, &first);
    }
    return strchr("=+-@\t\r", first) != NULL;
}

static void write_quoted(struct buffer *csv, struct span text, bool is_string)
{
    const char *at = text.at;
    const char *end = at + text.length;
    char character;
    buffer_append_char(csv, '"');
    if (is_string && looks_like_formula(text)) {
        buffer_append_char(csv, '\'');
    }
    while (at < end) {
        character = *at;
        at = is_string ? read_character(at, &character) : at + 1;
        if (character == '"') {
            buffer_append_char(csv, '"');
        }
        buffer_append_char(csv, character);
    }
    buffer_append_char(csv, '"');
}

/* What can stand as it is: the most, so it is worth a look. */
static bool is_plain(struct span text)
{
    for (size_t i = 0; i < text.length; i++) {
        if (strchr("\",\\\r\n", text.at[i]) != NULL) {
            return false;
        }
    }
    return !looks_like_formula(text);
}

static void write_cell(struct buffer *csv, struct span value)
{
    if (value.at == NULL || *value.at == 'n') { /* null: nothing else begins so */
        return;
    }
    if (*value.at == '{' || *value.at == '[') {
        write_quoted(csv, value, false);
        return;
    }
    if (*value.at != '"') {
        buffer_append(csv, value.at, value.length);
        return;
    }
    struct span text = { value.at + 1, value.length - 2 };
    if (is_plain(text)) {
        buffer_append(csv, text.at, text.length);
    } else {
        write_quoted(csv, text, true);
    }
}

static void write_line(const struct scan *scan)
{
    for (size_t i = 0; scan->columns[i] != NULL; i++) {
        if (i > 0) {
            buffer_append_char(scan->csv, ',');
        }
        write_cell(scan->csv, scan->cells[i]);
    }
    buffer_append(scan->csv, "\r\n", 2);
}

static void write_record(struct scan *scan, struct span record)
{
    memset(scan->cells, 0, sizeof scan->cells);
    scan->lines = (struct span){ NULL, 0 };
    read_object(scan, record, "");
    if (scan->lines.at == NULL) {
        write_line(scan);
        return;
    }
    const char *end = scan->lines.at + scan->lines.length - 1;
    const char *at = skip_blank(scan->lines.at + 1, end);
    while (at < end) {
        struct span line = read_value(at, end);
        at = skip_blank(line.at + line.length, end);
        read_object(scan, line, scan->lines_name);
        write_line(scan);
    }
}

/* Whether the record has the member that the column is, or looks into. */
static bool has_member_of(struct span record, const char *column)
{
    const char *end = record.at + record.length - 1;
    const char *at = skip_blank(record.at + 1, end);
    while (at < end) {
        struct span value;
        struct span name = next_member(&at, end, &value);
        if (column_is(column, "", name, false) || column_is(column, "", name, true)) {
            return true;
        }
    }
    return false;
}

void json_csv_choose_columns(const char *const *columns, const char *json, size_t length,
                             const char **chosen)
{
    const char *end = json + length - 1;
    const char *first = skip_blank(json + 1, end);
    size_t count = 0;
    for (size_t i = 0; columns[i] != NULL; i++) {
        if (first >= end || has_member_of(read_value(first, end), columns[i])) {
            chosen[count++] = columns[i];
        }
    }
    chosen[count] = NULL;
}

void json_csv_write_header(struct buffer *csv, const char *const *columns)
{
    for (size_t i = 0; columns[i] != NULL; i++) {
        if (i > 0) {
            buffer_append_char(csv, ',');
        }
        buffer_append_text(csv, columns[i]);
    }
    buffer_append(csv, "\r\n", 2);
}

void json_csv_write_records(struct buffer *csv, const char *const *columns, const char *json,
                            size_t length, size_t *at, size_t enough)
{
    struct scan scan = { .columns = columns, .csv = csv };
    const char *end = json + length - 1;
    const char *next = skip_blank(json + (*at == 0 ? 1 : *at), end);
    while (next < end && csv->length < enough && !buffer_failed(csv)) {
        struct span record = read_value(next, end);
        next = skip_blank(record.at + record.length, end);
        write_record(&scan, record);
    }
    *at = next < end ? (size_t)(next - json) : length;
}
