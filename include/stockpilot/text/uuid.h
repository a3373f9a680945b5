/* uuid.h - UUIDs in their canonical text form (RFC 9562), 36 characters. */
#ifndef STOCKPILOT_TEXT_UUID_H
#define STOCKPILOT_TEXT_UUID_H

#include <stdbool.h>
#include <stddef.h>

#include "stockpilot/error/error.h"

#define UUID_TEXT_SIZE 37

/* 8-4-4-4-12 hexadecimal digits in either case, any version. */
bool uuid_is_valid(const char *text, size_t length);

/* A random one (version 4) from getrandom(2), in lower case. */
MUST_CHECK enum error_kind uuid_make(char text[UUID_TEXT_SIZE]);

#endif
