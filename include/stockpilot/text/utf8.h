/* utf8.h - well-formed UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, up to U+10FFFF.
 */
#ifndef STOCKPILOT_TEXT_UTF8_H
#define STOCKPILOT_TEXT_UTF8_H

#include <stdbool.h>
#include <stddef.h>

bool utf8_is_valid(const char *bytes, size_t length);

/* How many bytes from the start are well-formed: `length` when all are. */
size_t utf8_valid_length(const char *bytes, size_t length);

/* The number of code points in valid UTF-8. */
size_t utf8_count(const char *bytes, size_t length);

#endif
