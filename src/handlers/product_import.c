#include "stockpilot/store/imports_store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stockpilot/domain/product.h"
#include "stockpilot/handlers/handlers.h"
#include "stockpilot/json/json_write.h"
#include "stockpilot/storage/image_storage.h"
#include "stockpilot/text/csv_read.h"
#include "stockpilot/text/utf8.h"

#define MAX_ROWS 10000
#define MAX_COLUMNS 32
#define MAX_FAULTS 1000
#define ROW_ROOM (64u * 1024)

/* Every byte of the largest body escaped, and the names of the fields. */
#define MAX_JSON (14u * 1024 * 1024)

/* What an export has beside what an import may set, so that it can be taken back as it is. They are
 * passed over, and the report says so. */
static const char *const export_only[] = { "stockQuantity", "unitsSold", "version", "updatedAt" };

#define EXPORT_ONLY_COUNT (sizeof export_only / sizeof *export_only)

/* Row 0 is the header. */
struct fault {
    long row;
    struct field_error field;
};

struct import {
    struct exchange *exchange;
    struct csv_reader reader;
    char *room;
    size_t column_count;
    const struct field_rule *columns[MAX_COLUMNS]; /* NULL: it is passed over */
    bool passed_over[EXPORT_ONLY_COUNT];           /* which of export_only the file has */
    struct buffer rows;
    struct json_writer json;
    long row_count;
    struct fault *faults;
    size_t fault_count;
    size_t faults_not_kept;
    struct error row_error; /* of one row at a time */
};

static void add_row_error(struct import *import, long row, const char *field, const char *code,
                          const char *detail)
{
    if (import->fault_count == MAX_FAULTS) {
        import->faults_not_kept++;
        return;
    }
    struct fault *fault = &import->faults[import->fault_count++];
    fault->row = row;
    snprintf(fault->field.pointer, sizeof fault->field.pointer, "/rows/%ld%s%s", row,
             field[0] != '\0' && field[0] != '/' ? "/" : "", field);
    snprintf(fault->field.code, sizeof fault->field.code, "%s", code);
    snprintf(fault->field.detail, sizeof fault->field.detail, "%s", detail);
}

/* What reading a row has found; its pointers have the row in them already. */
static void take_faults(struct import *import, long row)
{
    for (size_t i = 0; i < import->row_error.field_count; i++) {
        if (import->fault_count == MAX_FAULTS) {
            import->faults_not_kept++;
        } else {
            import->faults[import->fault_count++] =
                (struct fault){ row, import->row_error.fields[i] };
        }
    }
    error_reset(&import->row_error);
}

static bool pass_over(struct import *import, const char *name)
{
    for (size_t i = 0; i < EXPORT_ONLY_COUNT; i++) {
        if (strcmp(export_only[i], name) == 0) {
            import->passed_over[i] = true;
            return true;
        }
    }
    return false;
}

static void read_header(struct import *import, const char *const *names, size_t count)
{
    struct record_reading reading = { .error = &import->row_error, .at = "/rows/0" };
    reading.rules = product_rules(&reading.rule_count);
    for (size_t i = 0; i < count; i++) {
        bool passed_over = pass_over(import, names[i]);
        import->columns[i] = passed_over ? NULL : record_find_rule(&reading, names[i]);
        take_faults(import, 0);
        bool known = passed_over || import->columns[i] != NULL;
        for (size_t j = 0; known && j < i; j++) {
            if (strcmp(names[j], names[i]) == 0) {
                add_row_error(import, 0, names[i], "repeated", "stands twice");
            }
        }
    }
    import->column_count = count;
}

static void member_number(struct json_writer *json, const char *name, const char *text)
{
    json_member_number_text(json, name, text[0] != '\0' ? text : NULL);
}

/* Our own images are given to a product by their upload: an address of one may only be that of the
 * product's own. */
static bool is_own_image(const struct import *import, const char *image_url)
{
    const char *base = import->exchange->services->images->base_url;
    size_t length = strlen(base);
    return image_url != NULL && strncmp(image_url, base, length) == 0 && image_url[length] == '/';
}

/* The key that an address ends with, whatever base was before it when the file was made; NULL:
 * none. */
static const char *image_key(const char *image_url)
{
    const char *found = NULL;
    const char *at = image_url != NULL ? strstr(image_url, "/" IMAGE_KEY_START) : NULL;
    while (at != NULL) {
        found = at + 1;
        at = strstr(found, "/" IMAGE_KEY_START);
    }
    return found != NULL && image_storage_is_key(found) ? found : NULL;
}

/* As import_products() reads it. A field that broke its rule is given, and null. */
static void write_row(struct import *import, const struct product_change *row, unsigned given,
                      bool bad)
{
    struct json_writer *json = &import->json;
    json_begin_object(json);
    json_member_integer(json, "line", import->row_count);
    json_member_boolean(json, "bad", bad);
    json_member_integer(json, "given", given);
    json_member_string(json, "product_id", row->product_id);
    json_member_string(json, "sku", row->sku);
    json_member_string(json, "name", row->name);
    member_number(json, "price", row->price.text);
    member_number(json, "rating", row->rating.text);
    json_write_name(json, "minimum_stock");
    if ((given & PRODUCT_MINIMUM_STOCK) != 0) {
        json_write_integer(json, row->minimum_stock);
    } else {
        json_write_null(json);
    }
    json_member_string(json, "image_url", row->image_url);
    json_member_string(json, "image_key", image_key(row->image_url));
    json_member_boolean(json, "image_is_ours", is_own_image(import, row->image_url));
    json_member_string(json, "description", row->description);
    json_member_string(json, "category", row->category);
    json_end_object(json);
}

/* Without the apostrophe that an export (json/json_csv.h) puts before what looks like a formula. */
static const char *without_guard(const char *cell)
{
    char first = cell[strspn(cell, "'")];
    return cell[0] == '\'' && first != '\0' && strchr("=+-@\t\r", first) != NULL ? cell + 1 : cell;
}

/* An empty cell clears what can be cleared, and leaves anything else as it is. */
static void read_row(struct import *import, const char *const *cells, size_t count)
{
    char at[32];
    struct product_change row = { 0 };
    struct record_reading reading = { .record = &row, .error = &import->row_error, .at = at };
    long number = import->row_count;
    snprintf(at, sizeof at, "/rows/%ld", number);
    size_t faults_before = import->fault_count + import->faults_not_kept;
    if (count != import->column_count) {
        add_row_error(import, number, "", "wrong_length",
                      "has another number of fields than the first row");
        return;
    }
    for (size_t i = 0; i < count; i++) {
        const struct field_rule *rule = import->columns[i];
        if (rule == NULL) {
            continue;
        }
        if (cells[i][0] == '\0' && rule->nullable) {
            record_set_null(&reading, rule);
        } else if (cells[i][0] != '\0' && field_is_number(rule)) {
            record_set_number(&reading, rule, cells[i]);
        } else if (cells[i][0] != '\0') {
            record_set_text(&reading, rule, without_guard(cells[i]));
        }
    }
    take_faults(import, number);
    write_row(import, &row, reading.given,
              import->fault_count + import->faults_not_kept > faults_before);
}

static enum error_kind broken(struct import *import, enum csv_result result)
{
    return error_set(import->exchange->error, ERROR_MALFORMED,
                     result == CSV_TOO_LONG
                         ? "The row on line %zu of the file is too long."
                         : "The row on line %zu of the file is no CSV as RFC 4180 has it.",
                     import->reader.line);
}

static enum error_kind read_file(struct import *import)
{
    const char *cells[MAX_COLUMNS];
    size_t count;
    enum csv_result result =
        csv_read_row(&import->reader, import->room, ROW_ROOM, cells, MAX_COLUMNS, &count);
    if (result == CSV_END) {
        return error_set(import->exchange->error, ERROR_MALFORMED, "The file is empty.");
    }
    if (result == CSV_ROW) {
        read_header(import, cells, count);
    }
    if (import->fault_count > 0) {
        return ERROR_NONE;
    }
    while (result == CSV_ROW) {
        result = csv_read_row(&import->reader, import->room, ROW_ROOM, cells, MAX_COLUMNS, &count);
        if (result == CSV_ROW && import->row_count == MAX_ROWS) {
            return error_set(import->exchange->error, ERROR_TOO_LARGE,
                             "An import has at most %d rows.", MAX_ROWS);
        }
        if (result == CSV_ROW) {
            import->row_count++;
            read_row(import, cells, count);
        }
    }
    return result == CSV_END ? ERROR_NONE : broken(import, result);
}

static const char *say(const char *code)
{
    static const char *const details[][2] = {
        { "archived", "the product is archived" },
        { "repeated", "stands in a row before this one" },
        { "taken", "Another product has this sku." },
        { "required", "is required of a new product" },
        { "not_its_own", "is the image of another product: upload it for this one" },
    };
    for (size_t i = 0; i < sizeof details / sizeof *details; i++) {
        if (strcmp(details[i][0], code) == 0) {
            return details[i][1];
        }
    }
    return "is not possible";
}

static int by_row(const void *left, const void *right)
{
    const struct fault *one = left;
    const struct fault *other = right;
    return one->row != other->row ? (one->row > other->row) - (one->row < other->row)
                                  : strcmp(one->field.pointer, other->field.pointer);
}

static void write_passed_over(struct import *import, struct json_writer *json)
{
    json_write_name(json, "ignoredColumns");
    json_begin_array(json);
    for (size_t i = 0; i < EXPORT_ONLY_COUNT; i++) {
        if (import->passed_over[i]) {
            json_write_string(json, export_only[i]);
        }
    }
    json_end_array(json);
}

static void write_report(struct import *import, bool dry_run, const struct import_outcome *outcome)
{
    struct json_writer json;
    json_writer_init(&json, &import->exchange->response->body);
    json_begin_object(&json);
    json_member_boolean(&json, "dryRun", dry_run);
    json_member_integer(&json, "rows", import->row_count);
    json_member_number_text(&json, "created", outcome->created);
    json_member_number_text(&json, "updated", outcome->updated);
    json_member_number_text(&json, "unchanged", outcome->unchanged);
    json_write_name(&json, "errors");
    json_begin_array(&json);
    for (size_t i = 0; i < import->fault_count; i++) {
        const struct field_error *field = &import->faults[i].field;
        json_begin_object(&json);
        json_member_string(&json, "pointer", field->pointer);
        json_member_string(&json, "code", field->code);
        json_member_string(&json, "detail", field->detail);
        json_end_object(&json);
    }
    json_end_array(&json);
    json_member_integer(&json, "errorsNotShown", (int64_t)import->faults_not_kept);
    write_passed_over(import, &json);
    json_end_object(&json);
}

/* The 422 has the first of the faults, and says how many more there are. */
static enum error_kind refuse(struct import *import)
{
    struct error *error = import->exchange->error;
    for (size_t i = 0; i < import->fault_count; i++) {
        const struct field_error *field = &import->faults[i].field;
        error_add_field(error, field->pointer, field->code, "%s", field->detail);
    }
    error->fields_dropped += import->faults_not_kept;
    return error->kind;
}

static enum error_kind ask_database(struct import *import, enum import_mode mode,
                                    struct import_outcome *outcome)
{
    struct exchange *exchange = import->exchange;
    json_end_array(&import->json);
    buffer_append_char(&import->rows, '\0');
    if (buffer_failed(&import->rows)) {
        return error_set_cause(exchange->error, ERROR_INTERNAL, "no memory for the import");
    }
    const struct store_request request = exchange_store_request(exchange);
    if (mode == IMPORT_ALL && import->fault_count > 0) {
        mode = IMPORT_DRY_RUN; /* for the faults that only the database knows of */
    }
    enum error_kind kind = imports_store_products(&request, import->rows.bytes, mode, outcome);
    if (kind == ERROR_CONFLICT) {
        error_reset(exchange->error);
        return error_set(exchange->error, ERROR_UNAVAILABLE,
                         "Somebody made one of these products just now. Please try again.");
    }
    for (size_t i = 0; kind == ERROR_NONE && i < outcome->fault_count; i++) {
        const struct import_fault *fault = &outcome->faults[i];
        add_row_error(import, strtol(fault->line, NULL, 10), fault->field, fault->code,
                      say(fault->code));
    }
    return kind;
}

static bool is_true(struct exchange *exchange, const char *name)
{
    static const char *const booleans[] = { "true", "false", NULL };
    const char *value = query_choice(&exchange->query, name, booleans, exchange->error);
    return value != NULL && strcmp(value, "true") == 0;
}

static enum import_mode read_mode(struct exchange *exchange)
{
    bool dry_run = is_true(exchange, "dryRun");
    bool good_rows = is_true(exchange, "partial");
    if (dry_run) {
        return IMPORT_DRY_RUN;
    }
    return good_rows ? IMPORT_GOOD : IMPORT_ALL;
}

static struct import *new_import(struct exchange *exchange)
{
    struct import *import = arena_alloc(exchange->arena, sizeof *import);
    if (import == NULL) {
        return NULL;
    }
    import->exchange = exchange;
    import->room = arena_alloc(exchange->arena, ROW_ROOM);
    import->faults = arena_array(exchange->arena, MAX_FAULTS, sizeof *import->faults);
    buffer_init(&import->rows, exchange->arena, MAX_JSON);
    json_writer_init(&import->json, &import->rows);
    csv_reader_init(&import->reader, exchange->request->body, exchange->request->content_length);
    return import->room != NULL && import->faults != NULL ? import : NULL;
}

enum error_kind product_import(struct exchange *exchange)
{
    enum import_mode mode = read_mode(exchange);
    enum error_kind kind = exchange->error->kind;
    if (kind != ERROR_NONE) {
        return kind;
    }
    if (!utf8_is_valid(exchange->request->body, exchange->request->content_length)) {
        return error_set(exchange->error, ERROR_MALFORMED, "The file is not UTF-8 text.");
    }
    struct import *import = new_import(exchange);
    if (import == NULL) {
        return error_set_cause(exchange->error, ERROR_INTERNAL, "no memory for the import");
    }
    struct import_outcome outcome = { .created = "0", .updated = "0", .unchanged = "0" };
    json_begin_array(&import->json);
    kind = read_file(import);
    if (kind == ERROR_NONE && import->row_count > 0) {
        kind = ask_database(import, mode, &outcome);
    }
    if (kind != ERROR_NONE) {
        return kind;
    }
    qsort(import->faults, import->fault_count, sizeof *import->faults, by_row);
    /* Without its first row nothing of the file is understood. */
    bool unreadable = import->fault_count > 0 && import->faults[0].row == 0;
    if (import->fault_count > 0 && (mode == IMPORT_ALL || (mode == IMPORT_GOOD && unreadable))) {
        return refuse(import);
    }
    write_report(import, mode == IMPORT_DRY_RUN, &outcome);
    return exchange_finish_json(exchange, 200);
}
