#include "stockpilot/routes/route_match.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* One path against one pattern. spans: where the parameters' values begin in path. */
static bool pattern_fits(const char *pattern, const char *path,
                         const char *spans[EXCHANGE_MAX_PARAMETERS], size_t *span_count)
{
    size_t count = 0;
    while (*pattern != '\0' && *path != '\0') {
        if (*pattern == '{') {
            size_t length = strcspn(path, "/");
            if (count == EXCHANGE_MAX_PARAMETERS || !uuid_is_valid(path, length)) {
                return false;
            }
            spans[count++] = path;
            path += length;
            pattern += strcspn(pattern, "}") + 1;
        } else if (*pattern == *path) {
            pattern++;
            path++;
        } else {
            return false;
        }
    }
    *span_count = count;
    return *pattern == '\0' && *path == '\0';
}

static void copy_parameters(const char *const *spans, size_t count, struct route_match *match)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j + 1 < UUID_TEXT_SIZE; j++) {
            match->parameters[i][j] = (char)tolower((unsigned char)spans[i][j]);
        }
    }
}

static void add_allowed(char *allow, size_t size, const char *method)
{
    size_t used = strlen(allow);
    snprintf(allow + used, size - used, "%s%s", used == 0 ? "" : ", ", method);
}

enum route_result route_match(const char *method, const char *path, struct route_match *match)
{
    size_t route_count;
    const struct route *table = route_table(&route_count);
    const char *wanted = strcmp(method, "HEAD") == 0 ? "GET" : method;
    *match = (struct route_match){ 0 };
    for (size_t i = 0; i < route_count; i++) {
        const struct route *route = &table[i];
        const char *spans[EXCHANGE_MAX_PARAMETERS];
        size_t span_count;
        if (!pattern_fits(route->pattern, path, spans, &span_count)) {
            continue;
        }
        add_allowed(match->allow, sizeof match->allow, route->method);
        if (strcmp(route->method, "GET") == 0) {
            add_allowed(match->allow, sizeof match->allow, "HEAD");
        }
        if (strcmp(route->method, wanted) == 0) {
            copy_parameters(spans, span_count, match);
            match->route = route;
            return ROUTE_FOUND;
        }
    }
    if (match->allow[0] == '\0') {
        return ROUTE_NO_PATH;
    }
    add_allowed(match->allow, sizeof match->allow, "OPTIONS");
    return ROUTE_OTHER_METHOD;
}
