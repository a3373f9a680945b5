#include "stockpilot/text/decimal.h"

#include <string.h>
#include <inttypes.h>
#include <stdio.h>

/* 10^18 is the largest power of ten in an int64_t, so that no more digits can matter. */
#define MOST_DIGITS 19
/* Further off than this, an exponent has one meaning only: too much or too little. */
#define EXPONENT_BOUND 1000000

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* False when the magnitude does not fit with this sign. */
static bool apply_sign(uint64_t magnitude, bool negative, int64_t *integer)
{
    if (magnitude > (uint64_t)INT64_MAX + negative) {
        return false;
    }
    *integer = negative ? (int64_t)(0 - magnitude) : (int64_t)magnitude;
    return true;
}

bool decimal_parse_integer(const char *text, size_t length, int64_t *integer)
{
    bool negative = length > 0 && text[0] == '-';
    size_t i = negative;
    if (i == length || (text[i] == '0' && length - i > 1) || length - i > MOST_DIGITS) {
        return false;
    }
    uint64_t magnitude = 0;
    for (; i < length; i++) {
        if (!is_digit(text[i])) {
            return false;
        }
        magnitude = magnitude * 10 + (uint64_t)(text[i] - '0');
    }
    return apply_sign(magnitude, negative, integer);
}

bool decimal_parse_integers(const char *line, int64_t *integers, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t length = strcspn(line, " \n");
        bool ends = line[length] != ' ';
        if (!decimal_parse_integer(line, length, &integers[i]) || ends != (i + 1 == count)) {
            return false;
        }
        line += length + !ends;
    }
    return true;
}

/* A literal taken apart: the value is digits × 10^exponent, digits[0] being no zero. */
struct literal {
    bool negative;
    const char *digits; /* may have the point among them */
    size_t digit_count; /* 0 for a zero; neither leading nor trailing zeros */
    int64_t exponent;
};

static size_t count_digits(const char *text, size_t length)
{
    size_t count = 0;
    while (count < length && is_digit(text[count])) {
        count++;
    }
    return count;
}

/* The part behind 'e' or 'E', clamped to ±EXPONENT_BOUND. */
static bool read_exponent(const char *text, size_t length, int64_t *exponent)
{
    bool negative = length > 0 && text[0] == '-';
    size_t i = length > 0 && (text[0] == '-' || text[0] == '+');
    if (i == length || count_digits(text + i, length - i) != length - i) {
        return false;
    }
    int64_t magnitude = 0;
    for (; i < length; i++) {
        magnitude = magnitude * 10 + (text[i] - '0');
        if (magnitude > EXPONENT_BOUND) {
            magnitude = EXPONENT_BOUND;
        }
    }
    *exponent = negative ? -magnitude : magnitude;
    return true;
}

/* Takes the zeros off both ends of `whole` + `fraction` digits that begin at literal->digits. */
static void trim_zeros(struct literal *literal, size_t whole, size_t fraction)
{
    const char *first = literal->digits;
    const char *end = first + whole + (fraction > 0 ? fraction + 1 : 0);
    literal->exponent -= (int64_t)fraction;
    literal->digit_count = whole + fraction;
    while (literal->digit_count > 0 && (*first == '0' || *first == '.')) {
        literal->digit_count -= *first++ == '0';
    }
    while (literal->digit_count > 0 && (end[-1] == '0' || end[-1] == '.')) {
        bool zero = *--end == '0';
        literal->digit_count -= zero;
        literal->exponent += zero;
    }
    literal->digits = first;
}

/* The grammar of RFC 8259, section 6. */
static bool read_literal(const char *text, size_t length, struct literal *literal)
{
    size_t i = length > 0 && text[0] == '-';
    *literal = (struct literal){ .negative = i == 1, .digits = text + i };
    size_t whole = count_digits(text + i, length - i);
    if (whole == 0 || (whole > 1 && text[i] == '0')) {
        return false;
    }
    i += whole;
    size_t fraction = 0;
    if (i < length && text[i] == '.') {
        fraction = count_digits(text + i + 1, length - i - 1);
        if (fraction == 0) {
            return false;
        }
        i += 1 + fraction;
    }
    if (i < length) {
        if ((text[i] != 'e' && text[i] != 'E') ||
            !read_exponent(text + i + 1, length - i - 1, &literal->exponent)) {
            return false;
        }
    }
    trim_zeros(literal, whole, fraction);
    return true;
}

enum decimal_result decimal_parse_scaled(const char *text, size_t length, unsigned scale,
                                         int64_t minimum, int64_t maximum, int64_t *scaled)
{
    struct literal literal;
    if (!read_literal(text, length, &literal)) {
        return DECIMAL_NOT_A_NUMBER;
    }
    uint64_t magnitude = 0;
    if (literal.digit_count > 0) {
        int64_t zeros = literal.exponent + (int64_t)scale;
        if (zeros < 0) {
            return DECIMAL_TOO_PRECISE;
        }
        if (zeros > MOST_DIGITS || literal.digit_count + (size_t)zeros > MOST_DIGITS) {
            return DECIMAL_OUT_OF_RANGE;
        }
        const char *at = literal.digits;
        for (size_t left = literal.digit_count; left > 0; at++) {
            if (*at != '.') {
                magnitude = magnitude * 10 + (uint64_t)(*at - '0');
                left--;
            }
        }
        while (zeros-- > 0) {
            magnitude *= 10;
        }
    }
    int64_t result;
    if (!apply_sign(magnitude, literal.negative, &result) || result < minimum || result > maximum) {
        return DECIMAL_OUT_OF_RANGE;
    }
    *scaled = result;
    return DECIMAL_OK;
}

void decimal_format(int64_t scaled, unsigned scale, char *text, size_t size)
{
    uint64_t magnitude = scaled < 0 ? 0 - (uint64_t)scaled : (uint64_t)scaled;
    uint64_t unit = 1;
    for (unsigned i = 0; i < scale; i++) {
        unit *= 10;
    }
    const char *sign = scaled < 0 ? "-" : "";
    if (scale == 0) {
        snprintf(text, size, "%s%" PRIu64, sign, magnitude);
        return;
    }
    snprintf(text, size, "%s%" PRIu64 ".%0*" PRIu64, sign, magnitude / unit, (int)scale,
             magnitude % unit);
}
