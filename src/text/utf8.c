#include "stockpilot/text/utf8.h"

#include <stdint.h>
#include <string.h>

static bool is_continuation(unsigned char byte)
{
    return (byte & 0xc0) == 0x80;
}

/* The length of the well-formed sequence at the start, 0 without one: RFC 3629, section 4. */
static size_t sequence_length(const unsigned char *bytes, size_t left)
{
    unsigned char first = bytes[0];
    if (first < 0x80) {
        return 1;
    }
    if (first < 0xc2 || first > 0xf4) {
        return 0;
    }
    size_t length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (left < length || !is_continuation(bytes[1])) {
        return 0;
    }
    /* The second byte tells overlong forms, surrogates and code points past U+10FFFF. */
    if ((first == 0xe0 && bytes[1] < 0xa0) || (first == 0xed && bytes[1] > 0x9f) ||
        (first == 0xf0 && bytes[1] < 0x90) || (first == 0xf4 && bytes[1] > 0x8f)) {
        return 0;
    }
    for (size_t i = 2; i < length; i++) {
        if (!is_continuation(bytes[i])) {
            return 0;
        }
    }
    return length;
}

static bool eight_are_ascii(const unsigned char *bytes)
{
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    return (word & UINT64_C(0x8080808080808080)) == 0;
}

size_t utf8_valid_length(const char *bytes, size_t length)
{
    const unsigned char *at = (const unsigned char *)bytes;
    size_t done = 0;
    while (done < length) {
        if (length - done >= 8 && eight_are_ascii(at + done)) {
            done += 8;
            continue;
        }
        size_t step = sequence_length(at + done, length - done);
        if (step == 0) {
            break;
        }
        done += step;
    }
    return done;
}

bool utf8_is_valid(const char *bytes, size_t length)
{
    return utf8_valid_length(bytes, length) == length;
}

size_t utf8_count(const char *bytes, size_t length)
{
    size_t count = 0;
    for (size_t i = 0; i < length; i++) {
        count += !is_continuation((unsigned char)bytes[i]);
    }
    return count;
}
