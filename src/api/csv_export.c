#include "csv_export.h"

#include <stdio.h>
#include <string.h>

#include "stockpilot/api/worker.h"
#include "stockpilot/http/media_type.h"
#include "stockpilot/json/json_csv.h"
#include "stockpilot/log/log.h"

/* The most that a page may have: an order without an index is sorted anew for each. */
#define PAGE_LIMIT "1000"

/* What is sent at once: some records more than ENOUGH bytes, of which one has at most a few
 * hundred lines. */
#define ENOUGH (256u * 1024)
#define MAX_PIECE (8u * 1024 * 1024)

/* For all pages together. */
#define EXPORT_MS 60000

#define MAX_CURSOR 2048

struct csv_export {
    const struct route *route;
    struct activity *activity;
    int deadline_ms;
    struct arena *pages; /* of the page at hand */
    struct exchange exchange;
    struct http_response page;
    struct error error;
    struct deadline end;
    const char
        *columns[JSON_CSV_MAX_COLUMNS + 1]; /* of the route, those that the caller is shown */
    size_t written;          /* bytes of the page's JSON that are sent, or are being sent */
    char cursor[MAX_CURSOR]; /* of the next page; "": there is none */
};

bool csv_export_wanted(const struct route *route, const struct http_request *request)
{
    return route->csv != NULL && accept_prefers(request->accept, CSV_TYPE, route->produces);
}

static void set_parameter(struct query *query, const char *name, const char *value)
{
    size_t i = 0;
    while (i < query->count && strcmp(query->parameters[i].name, name) != 0) {
        i++;
    }
    /* There is room: a name stands once, and no route knows as many. */
    query->parameters[i] = (struct query_parameter){ name, value };
    query->count += i == query->count;
}

static enum error_kind take_cursor(struct csv_export *export)
{
    const char *cursor = export->exchange.next_cursor;
    size_t length = cursor != NULL ? strlen(cursor) : 0;
    if (length >= sizeof export->cursor) {
        return error_set_cause(export->exchange.error, ERROR_INTERNAL, "a cursor is too long");
    }
    memcpy(export->cursor, cursor != NULL ? cursor : "", length + 1);
    return ERROR_NONE;
}

static enum error_kind make_page(struct csv_export *export)
{
    struct exchange *exchange = &export->exchange;
    arena_reset(export->pages);
    response_init(&export->page, export->pages);
    exchange->next_cursor = NULL;
    exchange->deadline = deadline_after_ms(export->deadline_ms);
    export->written = 0;
    if (export->cursor[0] != '\0') {
        set_parameter(&exchange->query, "cursor", export->cursor);
    }
    enum error_kind kind = export->route->handle(exchange);
    return kind != ERROR_NONE ? kind : take_cursor(export);
}

/* More of the page at hand. */
static enum error_kind write_piece(struct csv_export *export, struct buffer *csv)
{
    size_t length;
    const char *json = response_bytes(&export->page, &length);
    json_csv_write_records(csv, export->columns, json, length, &export->written, ENOUGH);
    return buffer_failed(csv) ? error_set_cause(export->exchange.error, ERROR_INTERNAL,
                                                "no memory for a piece of CSV")
                              : ERROR_NONE;
}

static void choose_columns(struct csv_export *export)
{
    size_t length;
    const char *json = response_bytes(&export->page, &length);
    json_csv_choose_columns(export->route->csv, json, length, export->columns);
}

static bool page_is_written(const struct csv_export *export)
{
    size_t length;
    (void)response_bytes(&export->page, &length);
    return export->written == length;
}

static enum error_kind make_next_page(struct csv_export *export, struct buffer *csv)
{
    if (deadline_passed(export->end)) {
        return error_set_cause(&export->error, ERROR_UNAVAILABLE, "it took more than %d s",
                               EXPORT_MS / 1000);
    }
    enum error_kind kind = make_page(export);
    buffer_init(csv, export->pages, MAX_PIECE);
    return kind;
}

static enum error_kind next_piece(void *context, struct http_response *response)
{
    struct csv_export *export = context;
    response->body.length = 0;
    bool page_done = page_is_written(export);
    if (page_done && export->cursor[0] == '\0') {
        return ERROR_NONE;
    }
    activity_goes_on(export->activity);
    enum error_kind kind = page_done ? make_next_page(export, &response->body) : ERROR_NONE;
    if (kind == ERROR_NONE) {
        kind = write_piece(export, &response->body);
    }
    if (kind != ERROR_NONE) {
        LOG(LOG_LEVEL_ERROR, "export_broken_off",
            LOG_TEXT("request_id", export->exchange.request->request_id),
            LOG_TEXT("route", export->route->pattern), LOG_TEXT("cause", export->error.cause));
    }
    return kind;
}

static void free_pages(void *arena)
{
    arena_free(arena);
}

/* The dispatcher's are gone when the second page is made. */
static bool keep_parameters(struct csv_export *export, const struct exchange *exchange)
{
    for (size_t i = 0; i < EXCHANGE_MAX_PARAMETERS; i++) {
        const char *parameter = exchange->parameters[i];
        if (parameter == NULL) {
            continue;
        }
        export->exchange.parameters[i] = arena_copy(exchange->arena, parameter, strlen(parameter));
        if (export->exchange.parameters[i] == NULL) {
            return false;
        }
    }
    return true;
}

static struct csv_export *export_new(struct exchange *exchange)
{
    struct csv_export *export = arena_alloc(exchange->arena, sizeof *export);
    struct arena *pages = export != NULL ? arena_new(2 * WORKER_ARENA_LIMIT) : NULL;
    if (pages == NULL || arena_defer(exchange->arena, free_pages, pages) != ERROR_NONE) {
        error_set_cause(exchange->error, ERROR_INTERNAL, "no memory for an export");
        return NULL;
    }
    export->pages = pages;
    export->exchange = *exchange;
    export->exchange.arena = pages;
    export->exchange.response = &export->page;
    if (!keep_parameters(export, exchange)) {
        error_set_cause(exchange->error, ERROR_INTERNAL, "no memory for an export");
        return NULL;
    }
    return export;
}

/* "/sales" becomes sales.csv, "/products/…/movements" movements.csv. */
static enum error_kind add_headers(struct exchange *exchange, const struct csv_export *export)
{
    char disposition[128];
    const char *name = strrchr(export->route->pattern, '/') + 1;
    snprintf(disposition, sizeof disposition, "attachment; filename=\"%s.csv\"", name);
    enum error_kind kind =
        response_add_header(exchange->response, "Content-Disposition", disposition);
    if (kind == ERROR_NONE) {
        kind = response_add_header(exchange->response, "Cache-Control", "no-store");
    }
    for (size_t i = 0; kind == ERROR_NONE && i < export->page.header_count; i++) {
        const struct http_header *header = &export->page.headers[i];
        if (export->cursor[0] == '\0') { /* of this page alone */
            kind = response_add_header(exchange->response, header->name, header->value);
        }
    }
    return kind;
}

/* The rest of it is sent while others wait for their turn: so half of the workers at most. */
static enum error_kind go_on_with(struct csv_export *export, struct http_response *response,
                                  struct error *error)
{
    if (export->cursor[0] != '\0' && !activity_exports(export->activity)) {
        return error_set(error, ERROR_UNAVAILABLE,
                         "Others are exporting long lists just now. Please try again.");
    }
    if (export->cursor[0] != '\0' || !page_is_written(export)) {
        export->exchange.error = &export->error; /* the caller's is gone by then */
        response->next = next_piece;
        response->next_context = export;
    }
    return ERROR_NONE;
}

enum error_kind csv_export_begin(struct exchange *exchange, const struct route *route,
                                 struct activity *activity, int deadline_ms)
{
    struct csv_export *export = export_new(exchange);
    if (export == NULL) {
        return ERROR_INTERNAL;
    }
    export->route = route;
    export->activity = activity;
    export->deadline_ms = deadline_ms;
    export->end = deadline_after_ms(EXPORT_MS);
    bool one_page = query_value(&exchange->query, "limit") != NULL ||
                    query_value(&exchange->query, "cursor") != NULL;
    if (!one_page) {
        set_parameter(&export->exchange.query, "limit", PAGE_LIMIT);
    }
    enum error_kind kind = make_page(export);
    if (kind != ERROR_NONE) {
        return kind;
    }
    if (one_page) {
        export->cursor[0] = '\0';
    }
    struct http_response *response = exchange->response;
    buffer_init(&response->body, export->pages, MAX_PIECE);
    choose_columns(export);
    json_csv_write_header(&response->body, export->columns);
    kind = write_piece(export, &response->body);
    if (kind == ERROR_NONE) {
        kind = add_headers(exchange, export);
    }
    response->status = 200;
    response->content_type = CSV_TYPE "; charset=utf-8; header=present";
    return kind != ERROR_NONE ? kind : go_on_with(export, response, exchange->error);
}
