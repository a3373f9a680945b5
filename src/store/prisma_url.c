#include "prisma_url.h"

#include <stdio.h>
#include <string.h>

static const char *const prismas_own[] = {
    "schema",    "connection_limit", "pool_timeout",
    "pgbouncer", "socket_timeout",   "statement_cache_size"
};

static bool is_prismas(const char *parameter, size_t name_length)
{
    for (size_t i = 0; i < sizeof prismas_own / sizeof *prismas_own; i++) {
        if (strlen(prismas_own[i]) == name_length &&
            memcmp(prismas_own[i], parameter, name_length) == 0) {
            return true;
        }
    }
    return false;
}

/* One parameter: kept in the URL, or taken out of it. */
static bool take(const char *parameter, size_t length, char *clean, size_t size, char *separator,
                 char schema[PRISMA_SCHEMA_SIZE])
{
    size_t name_length = strcspn(parameter, "=&");
    if (!is_prismas(parameter, name_length)) {
        size_t used = strlen(clean);
        int added =
            snprintf(clean + used, size - used, "%c%.*s", *separator, (int)length, parameter);
        *separator = '&';
        return added > 0 && (size_t)added < size - used;
    }
    if (name_length == strlen("schema") && memcmp(parameter, "schema", name_length) == 0 &&
        length > name_length + 1) {
        int copied = snprintf(schema, PRISMA_SCHEMA_SIZE, "%.*s", (int)(length - name_length - 1),
                              parameter + name_length + 1);
        return copied < PRISMA_SCHEMA_SIZE;
    }
    return true;
}

bool prisma_url_split(const char *url, char *clean, size_t size, char schema[PRISMA_SCHEMA_SIZE])
{
    size_t address = strcspn(url, "?");
    char separator = '?';
    snprintf(schema, PRISMA_SCHEMA_SIZE, "public");
    if (address >= size) {
        return false;
    }
    memcpy(clean, url, address);
    clean[address] = '\0';
    const char *parameter = url[address] == '?' ? url + address + 1 : url + address;
    while (*parameter != '\0') {
        size_t length = strcspn(parameter, "&");
        if (length > 0 && !take(parameter, length, clean, size, &separator, schema)) {
            return false;
        }
        parameter += length + (parameter[length] == '&' ? 1 : 0);
    }
    return true;
}
