#include "stockpilot/aws/sns_text.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define SUBJECT_MAX (SNS_SUBJECT_SIZE - 1)

/* U+00C0 to U+017F without their accents; '?' where there is no such letter. */
static const char plain_letters[] = "AAAAAAACEEEEIIIIDNOOOOOxOUUUUYTs"
                                    "aaaaaaaceeeeiiiidnooooo/ouuuuyty"
                                    "AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGg"
                                    "GgGgHhHhIiIiIiIiIiIiJjKkkLlLlLlL"
                                    "lLlNnNnNnnNnOoOoOoOoRrRrRrSsSsSs"
                                    "SsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzs";

_Static_assert(sizeof plain_letters - 1 == 0x180 - 0xC0, "a letter for each code point");

/* The next code point of valid UTF-8. */
static uint32_t next_character(const char **text)
{
    const unsigned char *bytes = (const unsigned char *)*text;
    size_t length = bytes[0] < 0x80 ? 1 : bytes[0] < 0xe0 ? 2 : bytes[0] < 0xf0 ? 3 : 4;
    static const unsigned char marks[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
    uint32_t character = bytes[0] & marks[length];
    for (size_t i = 1; i < length; i++) {
        character = character << 6 | (bytes[i] & 0x3f);
    }
    *text += length;
    return character;
}

static char plain(uint32_t character)
{
    if (character <= ' ' || (character >= 0x7f && character <= 0xa0)) {
        return ' ';
    }
    if (character < 0x7f) {
        return (char)character;
    }
    if (character >= 0xc0 && character < 0x180) {
        return plain_letters[character - 0xc0];
    }
    switch (character) {
    case 0x2010: /* hyphens and dashes */
    case 0x2011:
    case 0x2012:
    case 0x2013:
    case 0x2014:
        return '-';
    case 0x2018: /* quotation marks */
    case 0x2019:
        return '\'';
    case 0x201c:
    case 0x201d:
    case 0x201e:
        return '"';
    case 0x20ac:
        return 'E'; /* the sign of the euro */
    default:
        return '?';
    }
}

void sns_subject(const char *text, char subject[SNS_SUBJECT_SIZE])
{
    size_t length = 0;
    bool cut = false;
    while (*text != '\0' && !cut) {
        char c = plain(next_character(&text));
        /* Never a space in front, nor two in a row. */
        if (c == ' ' && (length == 0 || subject[length - 1] == ' ')) {
            continue;
        }
        cut = length == SUBJECT_MAX;
        if (!cut) {
            subject[length++] = c;
        }
    }
    if (cut) {
        memcpy(subject + SUBJECT_MAX - 3, "...", 3);
    }
    while (length > 0 && subject[length - 1] == ' ') {
        length--;
    }
    subject[length] = '\0';
    if (length == 0) {
        memcpy(subject, "StockPilot", sizeof "StockPilot");
    }
}

size_t sns_fitting_length(const char *text, size_t maximum)
{
    size_t length = strlen(text);
    if (length <= maximum) {
        return length;
    }
    length = maximum;
    while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80) {
        length--;
    }
    return length;
}
