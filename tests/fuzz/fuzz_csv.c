/*
 * CSV: no row is read twice or past the end, and what was read, written with every field in quotes,
 * is read as the same again.
 */
#include <string.h>

#include "fuzz_target.h"
#include "stockpilot/text/csv_read.h"

#define MAX_FIELDS 16
#define ROOM 4096

static size_t write_quoted(char *out, const char *const *fields, size_t count)
{
    size_t length = 0;
    for (size_t i = 0; i < count; i++) {
        out[length++] = '"';
        for (const char *c = fields[i]; *c != '\0'; c++) {
            out[length++] = *c;
            if (*c == '"') {
                out[length++] = '"';
            }
        }
        out[length++] = '"';
        out[length++] = i + 1 < count ? ',' : '\n';
    }
    return length;
}

static void check_again(const char *const *fields, size_t count)
{
    static char text[2 * ROOM + 4 * MAX_FIELDS];
    static char room[ROOM];
    const char *again[MAX_FIELDS];
    size_t found;
    struct csv_reader reader;
    csv_reader_init(&reader, text, write_quoted(text, fields, count));
    PROMISE(csv_read_row(&reader, room, sizeof room, again, MAX_FIELDS, &found) == CSV_ROW);
    PROMISE(found == count);
    for (size_t i = 0; i < count; i++) {
        PROMISE(strcmp(fields[i], again[i]) == 0);
    }
    PROMISE(csv_read_row(&reader, room, sizeof room, again, MAX_FIELDS, &found) == CSV_END);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static char room[ROOM];
    const char *fields[MAX_FIELDS];
    size_t count;
    struct csv_reader reader;
    enum csv_result result;
    csv_reader_init(&reader, (const char *)bytes, size);
    size_t before = reader.at;
    while ((result = csv_read_row(&reader, room, sizeof room, fields, MAX_FIELDS, &count)) ==
           CSV_ROW) {
        PROMISE(reader.at > before && reader.at <= size);
        PROMISE(count > 0 && count <= MAX_FIELDS);
        before = reader.at;
        check_again(fields, count);
    }
    PROMISE(result != CSV_END || reader.at == size);
    return 0;
}
