#include "database_hosts.h"

#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>

static const char *const list_keywords[HOST_LIST_COUNT] = { "host", "hostaddr", "port" };

static unsigned count_entries(const char *list)
{
    unsigned count = 1;
    for (; *list != '\0'; list++) {
        count += *list == ',';
    }
    return count;
}

/* "a,b,c" begun at 1 is "b,c,a". A single entry, as a port may be for all hosts, stays. */
static char *begin_at(const char *list, unsigned first)
{
    const char *start = list;
    for (unsigned skip = first % count_entries(list); skip > 0; skip--) {
        start += strcspn(start, ",") + 1;
    }
    char *turned = malloc(strlen(list) + 1);
    if (turned == NULL) {
        return NULL;
    }
    size_t tail = strlen(start);
    memcpy(turned, start, tail);
    if (start != list) {
        turned[tail++] = ',';
        memcpy(turned + tail, list, (size_t)(start - 1 - list));
        tail += (size_t)(start - 1 - list);
    }
    turned[tail] = '\0';
    return turned;
}

enum error_kind database_hosts_from(const char *database_url, unsigned first,
                                    struct database_hosts *hosts)
{
    PQconninfoOption *options = PQconninfoParse(database_url, NULL);
    if (options == NULL) {
        return ERROR_INTERNAL;
    }
    struct database_hosts found = { 0 };
    bool complete = true;
    for (int i = 0; i < HOST_LIST_COUNT; i++) {
        found.keywords[i] = list_keywords[i];
        for (const PQconninfoOption *option = options; option->keyword != NULL; option++) {
            if (strcmp(option->keyword, list_keywords[i]) == 0 && option->val != NULL) {
                found.values[i] = begin_at(option->val, first);
                complete = complete && found.values[i] != NULL;
            }
        }
    }
    PQconninfoFree(options);
    if (!complete) {
        database_hosts_free(&found);
        return ERROR_INTERNAL;
    }
    *hosts = found;
    return ERROR_NONE;
}

void database_hosts_free(struct database_hosts *hosts)
{
    for (int i = 0; i < HOST_LIST_COUNT; i++) {
        free(hosts->values[i]);
        hosts->values[i] = NULL;
    }
}
