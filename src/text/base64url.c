#include "stockpilot/text/base64url.h"

#include <stdint.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static int sextet(char c)
{
    if (c >= 'A' && c <= 'Z') {
        return c - 'A';
    }
    if (c >= 'a' && c <= 'z') {
        return c - 'a' + 26;
    }
    if (c >= '0' && c <= '9') {
        return c - '0' + 52;
    }
    if (c == '-') {
        return 62;
    }
    return c == '_' ? 63 : -1;
}

static bool is_strict(const char *text, size_t length)
{
    if (length % 4 == 1) {
        return false;
    }
    for (size_t i = 0; i < length; i++) {
        if (sextet(text[i]) < 0) {
            return false;
        }
    }
    /* 2 characters carry 8 of 12 bits, 3 carry 16 of 18. */
    unsigned unused = length % 4 == 2 ? 0x0f : length % 4 == 3 ? 0x03 : 0;
    return unused == 0 || ((unsigned)sextet(text[length - 1]) & unused) == 0;
}

bool base64url_decode(const char *text, size_t length, unsigned char *bytes, size_t capacity,
                      size_t *decoded)
{
    size_t size = length / 4 * 3 + (length % 4) * 3 / 4;
    if (size > capacity || !is_strict(text, length)) {
        return false;
    }
    uint32_t bits = 0;
    unsigned held = 0;
    size_t done = 0;
    for (size_t i = 0; i < length; i++) {
        bits = bits << 6 | (uint32_t)sextet(text[i]);
        held += 6;
        if (held >= 8) {
            held -= 8;
            bytes[done++] = (unsigned char)(bits >> held);
        }
    }
    *decoded = done;
    return true;
}

size_t base64url_encode(const unsigned char *bytes, size_t length, char *text)
{
    uint32_t bits = 0;
    unsigned held = 0;
    size_t done = 0;
    for (size_t i = 0; i < length; i++) {
        bits = bits << 8 | bytes[i];
        held += 8;
        while (held >= 6) {
            held -= 6;
            text[done++] = alphabet[bits >> held & 0x3f];
        }
    }
    if (held > 0) {
        text[done++] = alphabet[bits << (6 - held) & 0x3f];
    }
    text[done] = '\0';
    return done;
}
