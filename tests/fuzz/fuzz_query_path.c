/*
 * The query string and the path: an input is a request line without its version, "GET /path?query".
 * What is taken holds clean text only, and a path parameter is a UUID.
 */
#include <string.h>

#include "fuzz_target.h"
#include "stockpilot/http/query.h"
#include "stockpilot/routes/route_match.h"
#include "stockpilot/text/utf8.h"
#include "stockpilot/text/uuid.h"

static const char *const allowed[] = { "search", "limit", "cursor", "type", "isRead", "a", NULL };

static void check_text(const char *text)
{
    PROMISE(utf8_is_valid(text, strlen(text)));
    for (; *text != '\0'; text++) {
        PROMISE((unsigned char)*text >= 0x20 && *text != 0x7f);
    }
}

static void check_error(const struct error *error)
{
    PROMISE(error->kind == ERROR_MALFORMED);
    PROMISE(utf8_is_valid(error->detail, strlen(error->detail)));
    for (size_t i = 0; i < error->field_count; i++) {
        check_text(error->fields[i].pointer);
    }
}

static void check_query(struct arena *arena, const char *text)
{
    struct query query;
    struct error error;
    error_reset(&error);
    if (query_parse(arena, text, allowed, &query, &error) != ERROR_NONE) {
        check_error(&error);
        return;
    }
    PROMISE(query.count <= QUERY_MAX_PARAMETERS);
    for (size_t i = 0; i < query.count; i++) {
        check_text(query.parameters[i].name);
        check_text(query.parameters[i].value);
        PROMISE(query_value(&query, query.parameters[i].name) == query.parameters[i].value);
    }
    int64_t limit = query_integer(&query, "limit", 1, 1000, 50, &error);
    PROMISE(limit >= 1 && limit <= 1000);
}

static void check_path(const char *method, const char *path)
{
    struct route_match match;
    enum route_result result = route_match(method, path, &match);
    if (result == ROUTE_FOUND) {
        PROMISE(match.route != NULL);
        /* No path of ours has these; so neither a decoded "%2e%2e" nor "%252e" finds a route. */
        PROMISE(strpbrk(path, ".%\\") == NULL || strcmp(path, "/openapi.json") == 0);
        for (size_t i = 0; i < EXCHANGE_MAX_PARAMETERS; i++) {
            const char *parameter = match.parameters[i];
            PROMISE(parameter[0] == '\0' || uuid_is_valid(parameter, strlen(parameter)));
        }
    } else {
        PROMISE((result == ROUTE_OTHER_METHOD) == (match.allow[0] != '\0'));
    }
}

static char *split(char *text, char separator)
{
    char *at = strchr(text, separator);
    if (at == NULL) {
        return text + strlen(text);
    }
    *at = '\0';
    return at + 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct arena *arena = arena_new(8u * 1024 * 1024);
    char *method = arena == NULL ? NULL : arena_copy(arena, (const char *)bytes, size);
    if (method != NULL) {
        char *path = split(method, ' ');
        char *query = split(path, '?');
        check_query(arena, query);
        check_path(method, path);
    }
    arena_free(arena);
    return 0;
}
