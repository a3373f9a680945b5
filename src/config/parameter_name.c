#include "stockpilot/config/parameter_name.h"

#include <ctype.h>
#include <string.h>

#define LONGEST_NAME 64

/* Names of deployments that are not the option's own. */
static const struct {
    const char *name;
    const char *option;
} aliases[] = {
    { "SNS_STOCK_ALERTS_ARN", "SNS_STOCK_ALERTS_TOPIC_ARN" },
    { "SNS_SYSTEM_ALERTS_ARN", "SNS_SYSTEM_ALERTS_TOPIC_ARN" },
    { "SNS_ORDER_NOTIFICATIONS_ARN", "SNS_ORDER_NOTIFICATIONS_TOPIC_ARN" },
};

const struct option_definition *parameter_option(const char *path, const char *name)
{
    char spelled[LONGEST_NAME + 1];
    const size_t path_length = strlen(path);

    if (strncmp(name, path, path_length) != 0 || name[path_length] != '/') {
        return NULL;
    }
    name += path_length + 1;
    const size_t length = strlen(name);
    if (length > LONGEST_NAME) {
        return NULL;
    }
    for (size_t i = 0; i <= length; i++) {
        const bool separates = name[i] == '/' || name[i] == '-';
        spelled[i] = separates ? '_' : (char)toupper((unsigned char)name[i]);
    }
    for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++) {
        if (strcmp(aliases[i].name, spelled) == 0) {
            return option_find(aliases[i].option);
        }
    }
    return option_find(spelled);
}
