/* credential_setting.h - single settings that credentials are made of. */
#ifndef STOCKPILOT_SRC_AWS_CREDENTIAL_SETTING_H
#define STOCKPILOT_SRC_AWS_CREDENTIAL_SETTING_H

#include <stdbool.h>
#include <stddef.h>

#include "stockpilot/error/error.h"

/* Of the environment; NULL when it is not set, or to nothing. */
const char *credential_variable(const char *name);

/* Copies a value; false, and nothing copied, when it does not fit. */
MUST_CHECK bool credential_keep(char *into, size_t size, const char *value);

#endif
