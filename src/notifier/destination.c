#include "destination.h"

#include <stdio.h>
#include <string.h>

const struct destination *const destinations[] = { &destination_sns, &destination_images,
                                                   &destination_user_pool, NULL };

void destinations_topics(const struct configuration *configuration, char text[TOPICS_TEXT_SIZE])
{
    size_t length = 0;
    text[length++] = '{';
    for (const struct destination *const *each = destinations; *each != NULL; each++) {
        char some[TOPICS_TEXT_SIZE];
        if ((*each)->topics(configuration, some)) {
            const int names = (int)strlen(some) - 2; /* without the braces */
            length += (size_t)snprintf(text + length, TOPICS_TEXT_SIZE - length, "%s%.*s",
                                       length > 1 ? "," : "", names, some + 1);
        }
    }
    snprintf(text + length, TOPICS_TEXT_SIZE - length, "}");
}
