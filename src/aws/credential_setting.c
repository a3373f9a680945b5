#include "credential_setting.h"

#include <stdlib.h>
#include <string.h>

const char *credential_variable(const char *name)
{
    const char *value = getenv(name);
    return value != NULL && value[0] != '\0' ? value : NULL;
}

bool credential_keep(char *into, size_t size, const char *value)
{
    size_t length = strlen(value);
    if (length >= size) {
        return false;
    }
    memcpy(into, value, length + 1);
    return true;
}
