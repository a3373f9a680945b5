/*
 * decimal.h - numbers as text, exact: nothing passes through a double.
 */
#ifndef STOCKPILOT_TEXT_DECIMAL_H
#define STOCKPILOT_TEXT_DECIMAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An integer literal: optional '-', no leading zeros or '+', no spaces. False when it does not fit.
 */
bool decimal_parse_integer(const char *text, size_t length, int64_t *integer);

/* `count` such literals with one space between them, up to the end of the line or of the text.
 * False when there are fewer or more. */
bool decimal_parse_integers(const char *line, int64_t *integers, size_t count);

enum decimal_result { DECIMAL_OK, DECIMAL_NOT_A_NUMBER, DECIMAL_TOO_PRECISE, DECIMAL_OUT_OF_RANGE };

/*
 * A JSON number literal ("19.99", "2e1", "-0") as scaled integer with `scale` decimals: "19.99"
 * with 2 gives 1999. Digits past the scale must be zero (1.005 is DECIMAL_TOO_PRECISE, 1.500 is
 * fine).
 */
enum decimal_result decimal_parse_scaled(const char *text, size_t length, unsigned scale,
                                         int64_t minimum, int64_t maximum, int64_t *scaled);

/* "19.99" for 1999 with scale 2. size at least 24. */
void decimal_format(int64_t scaled, unsigned scale, char *text, size_t size);

#endif
