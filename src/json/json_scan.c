#include "json_scan.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "stockpilot/json/json_read.h"
#include "stockpilot/text/utf8.h"

/* cJSON copies a number into a fixed buffer of this size and takes what is behind it for junk. */
#define NUMBER_MAX_LENGTH 63

/* What may stand at the next place. */
enum expectation {
    EXPECT_VALUE,
    EXPECT_VALUE_OR_END, /* directly behind '[' */
    EXPECT_NAME,
    EXPECT_NAME_OR_END, /* directly behind '{' */
    EXPECT_COMMA_OR_END,
    EXPECT_NOTHING
};

struct scanner {
    const char *text;
    size_t length;
    size_t at;
    unsigned depth;
    unsigned maximum_depth;
    uint64_t objects; /* bit d: the container at depth d is an object, not an array */
    size_t values;
    enum expectation expect;
    struct json_complaint *complaint;
};

static bool complain(struct scanner *scanner, const char *what)
{
    *scanner->complaint = (struct json_complaint){ .what = what, .at = scanner->at };
    return false;
}

/* '\0' at the end: a NUL is nowhere allowed, so the two need not be told apart. */
static char peek(const struct scanner *scanner)
{
    return scanner->at < scanner->length ? scanner->text[scanner->at] : '\0';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static void skip_space(struct scanner *scanner)
{
    for (char c = peek(scanner); c == ' ' || c == '\t' || c == '\n' || c == '\r';
         c = peek(scanner)) {
        scanner->at++;
    }
}

/* False when there is not one digit. */
static bool skip_digits(struct scanner *scanner)
{
    size_t start = scanner->at;
    while (is_digit(peek(scanner))) {
        scanner->at++;
    }
    return scanner->at > start;
}

/* I-JSON: no number beyond the range of a double. The grammar has been checked already. */
static bool is_in_range(const char *token, size_t length)
{
    char copy[NUMBER_MAX_LENGTH + 1];
    memcpy(copy, token, length);
    copy[length] = '\0';
    return isfinite(strtod(copy, NULL));
}

static bool scan_number(struct scanner *scanner)
{
    size_t start = scanner->at;
    bool has_exponent = false;
    if (peek(scanner) == '-') {
        scanner->at++;
    }
    if (peek(scanner) == '0') {
        scanner->at++;
        if (is_digit(peek(scanner))) {
            return complain(scanner, "a number cannot begin with 0");
        }
    } else if (!skip_digits(scanner)) {
        return complain(scanner, "a digit is missing");
    }
    if (peek(scanner) == '.') {
        scanner->at++;
        if (!skip_digits(scanner)) {
            return complain(scanner, "a digit is missing");
        }
    }
    if (peek(scanner) == 'e' || peek(scanner) == 'E') {
        has_exponent = true;
        scanner->at++;
        if (peek(scanner) == '+' || peek(scanner) == '-') {
            scanner->at++;
        }
        if (!skip_digits(scanner)) {
            return complain(scanner, "a digit is missing");
        }
    }
    if (scanner->at - start > NUMBER_MAX_LENGTH) {
        return complain(scanner, "the number is too long");
    }
    if (has_exponent && !is_in_range(scanner->text + start, scanner->at - start)) {
        return complain(scanner, "the number is too large");
    }
    return true;
}

static int hexadecimal_digit(char c)
{
    if (is_digit(c)) {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* "\uXXXX" at the scanner; -1 when it is none. */
static int32_t scan_code_unit(struct scanner *scanner)
{
    if (scanner->length - scanner->at < 6 || scanner->text[scanner->at] != '\\' ||
        scanner->text[scanner->at + 1] != 'u') {
        return -1;
    }
    int32_t unit = 0;
    for (size_t i = 2; i < 6; i++) {
        int digit = hexadecimal_digit(scanner->text[scanner->at + i]);
        if (digit < 0) {
            return -1;
        }
        unit = unit * 16 + digit;
    }
    scanner->at += 6;
    return unit;
}

static bool scan_unicode_escape(struct scanner *scanner)
{
    int32_t unit = scan_code_unit(scanner);
    if (unit < 0) {
        return complain(scanner, "\\u takes four hexadecimal digits");
    }
    if (unit == 0) {
        return complain(scanner, "\\u0000 is not accepted");
    }
    if (unit >= 0xdc00 && unit <= 0xdfff) {
        return complain(scanner, "a surrogate stands alone");
    }
    if (unit >= 0xd800 && unit <= 0xdbff) {
        int32_t low = scan_code_unit(scanner);
        if (low < 0xdc00 || low > 0xdfff) {
            return complain(scanner, "a surrogate stands alone");
        }
    }
    return true;
}

static bool scan_escape(struct scanner *scanner)
{
    char kind = scanner->length - scanner->at < 2 ? '\0' : scanner->text[scanner->at + 1];
    if (kind == 'u') {
        return scan_unicode_escape(scanner);
    }
    if (kind == '\0' || strchr("\"\\/bfnrt", kind) == NULL) {
        return complain(scanner, "there is no such escape");
    }
    scanner->at += 2;
    return true;
}

static bool scan_string(struct scanner *scanner)
{
    scanner->at++;
    while (scanner->at < scanner->length) {
        unsigned char c = (unsigned char)scanner->text[scanner->at];
        if (c == '"') {
            scanner->at++;
            return true;
        }
        if (c < 0x20) {
            return complain(scanner, "a control character in a string must be escaped");
        }
        if (c != '\\') {
            scanner->at++;
        } else if (!scan_escape(scanner)) {
            return false;
        }
    }
    return complain(scanner, "the string does not end");
}

static bool scan_word(struct scanner *scanner, const char *word)
{
    size_t length = strlen(word);
    if (scanner->length - scanner->at < length ||
        memcmp(scanner->text + scanner->at, word, length) != 0) {
        return complain(scanner, "a value is expected");
    }
    scanner->at += length;
    return true;
}

static bool in_object(const struct scanner *scanner)
{
    return (scanner->objects >> scanner->depth & 1) != 0;
}

static bool open_container(struct scanner *scanner, bool object)
{
    if (scanner->depth == scanner->maximum_depth) {
        return complain(scanner, "it is nested too deeply");
    }
    scanner->at++;
    scanner->depth++;
    uint64_t bit = UINT64_C(1) << scanner->depth;
    scanner->objects = object ? scanner->objects | bit : scanner->objects & ~bit;
    scanner->expect = object ? EXPECT_NAME_OR_END : EXPECT_VALUE_OR_END;
    return true;
}

static void value_done(struct scanner *scanner)
{
    scanner->expect = scanner->depth == 0 ? EXPECT_NOTHING : EXPECT_COMMA_OR_END;
}

static bool close_container(struct scanner *scanner)
{
    scanner->at++;
    scanner->depth--;
    value_done(scanner);
    return true;
}

static bool scan_scalar(struct scanner *scanner)
{
    switch (peek(scanner)) {
    case '"':
        return scan_string(scanner);
    case 't':
        return scan_word(scanner, "true");
    case 'f':
        return scan_word(scanner, "false");
    case 'n':
        return scan_word(scanner, "null");
    case '-':
        return scan_number(scanner);
    default:
        return is_digit(peek(scanner)) ? scan_number(scanner)
                                       : complain(scanner, "a value is expected");
    }
}

static bool scan_value(struct scanner *scanner)
{
    if (++scanner->values > JSON_MAX_VALUES) {
        return complain(scanner, "there are too many values");
    }
    if (peek(scanner) == '{' || peek(scanner) == '[') {
        return open_container(scanner, peek(scanner) == '{');
    }
    if (!scan_scalar(scanner)) {
        return false;
    }
    value_done(scanner);
    return true;
}

static bool scan_name(struct scanner *scanner)
{
    if (peek(scanner) != '"') {
        return complain(scanner, "a member name is expected");
    }
    if (!scan_string(scanner)) {
        return false;
    }
    skip_space(scanner);
    if (peek(scanner) != ':') {
        return complain(scanner, "a colon is expected");
    }
    scanner->at++;
    scanner->expect = EXPECT_VALUE;
    return true;
}

static bool scan_comma_or_end(struct scanner *scanner)
{
    if (peek(scanner) == (in_object(scanner) ? '}' : ']')) {
        return close_container(scanner);
    }
    if (peek(scanner) != ',') {
        return complain(scanner, "a comma or the end of the list is expected");
    }
    scanner->at++;
    scanner->expect = in_object(scanner) ? EXPECT_NAME : EXPECT_VALUE;
    return true;
}

static bool scan_token(struct scanner *scanner)
{
    switch (scanner->expect) {
    case EXPECT_VALUE_OR_END:
        return peek(scanner) == ']' ? close_container(scanner) : scan_value(scanner);
    case EXPECT_NAME_OR_END:
        return peek(scanner) == '}' ? close_container(scanner) : scan_name(scanner);
    case EXPECT_NAME:
        return scan_name(scanner);
    case EXPECT_COMMA_OR_END:
        return scan_comma_or_end(scanner);
    case EXPECT_VALUE:
    case EXPECT_NOTHING:
        break;
    }
    return scan_value(scanner);
}

bool json_scan(const char *text, size_t length, unsigned depth, struct json_complaint *complaint)
{
    struct scanner scanner = {
        .text = text, .length = length, .maximum_depth = depth, .complaint = complaint
    };
    if (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
        return complain(&scanner, "there is a byte order mark");
    }
    scanner.at = utf8_valid_length(text, length);
    if (scanner.at != length) {
        return complain(&scanner, "it is not UTF-8");
    }
    scanner.at = 0;
    for (skip_space(&scanner); scanner.expect != EXPECT_NOTHING; skip_space(&scanner)) {
        if (!scan_token(&scanner)) {
            return false;
        }
    }
    return scanner.at == length || complain(&scanner, "something follows the document");
}

/* Behind the string that begins at `at`. */
static size_t behind_string(const char *text, size_t at)
{
    for (at++; text[at] != '"'; at++) {
        at += text[at] == '\\';
    }
    return at + 1;
}

const char *json_scan_next_number(const char *text, size_t length, size_t *at, size_t *token_length)
{
    size_t i = *at;
    while (i < length && text[i] != '-' && !is_digit(text[i])) {
        i = text[i] == '"' ? behind_string(text, i) : i + 1;
    }
    if (i == length) {
        return NULL;
    }
    size_t start = i;
    while (i < length && (is_digit(text[i]) || strchr("+-.eE", text[i]) != NULL)) {
        i++;
    }
    *at = i;
    *token_length = i - start;
    return text + start;
}
