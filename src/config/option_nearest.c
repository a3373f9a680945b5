#include "stockpilot/config/option_table.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define LONGEST_NAME 64

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Levenshtein's distance without regard to case; other is at most LONGEST_NAME characters. */
static size_t edit_distance(const char *name, const char *other)
{
    size_t row[LONGEST_NAME + 1];
    const size_t other_length = strlen(other);

    for (size_t j = 0; j <= other_length; j++) {
        row[j] = j;
    }
    for (size_t i = 1; name[i - 1] != '\0'; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= other_length; j++) {
            const int a = toupper((unsigned char)name[i - 1]);
            const int b = toupper((unsigned char)other[j - 1]);
            const size_t replaced = diagonal + (a != b);
            diagonal = row[j];
            row[j] = least(replaced, least(row[j], row[j - 1]) + 1);
        }
    }
    return row[other_length];
}

/* Whether one name is the beginning of the other, as JWT_LEEWAY is of JWT_LEEWAY_SECONDS. */
static bool is_shortened(const char *name, const char *other)
{
    const size_t shorter = least(strlen(name), strlen(other));
    return shorter >= 5 && strncasecmp(name, other, shorter) == 0;
}

const struct option_definition *option_nearest(const char *name)
{
    const struct option_definition *nearest = NULL;
    size_t nearest_distance = strlen(name) / 3 + 1;
    size_t count;
    const struct option_definition *options = option_table(&count);

    if (strlen(name) > LONGEST_NAME) {
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        const size_t distance = edit_distance(name, options[i].name);
        if (distance < nearest_distance) {
            nearest = &options[i];
            nearest_distance = distance;
        }
    }
    for (size_t i = 0; i < count && nearest == NULL; i++) {
        nearest = is_shortened(name, options[i].name) ? &options[i] : NULL;
    }
    return nearest;
}
