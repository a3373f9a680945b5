#include "stockpilot/text/uuid.h"

#include <sys/random.h>

static bool is_hexadecimal(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool is_hyphen_place(size_t i)
{
    return i == 8 || i == 13 || i == 18 || i == 23;
}

bool uuid_is_valid(const char *text, size_t length)
{
    if (length != UUID_TEXT_SIZE - 1) {
        return false;
    }
    for (size_t i = 0; i < length; i++) {
        if (is_hyphen_place(i) ? text[i] != '-' : !is_hexadecimal(text[i])) {
            return false;
        }
    }
    return true;
}

enum error_kind uuid_make(char text[UUID_TEXT_SIZE])
{
    static const char digits[] = "0123456789abcdef";
    unsigned char bytes[16];
    /* Requests of up to 256 bytes are neither cut short nor interrupted: getrandom(2). */
    if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes) {
        return ERROR_INTERNAL;
    }
    bytes[6] = (unsigned char)((bytes[6] & 0x0f) | 0x40);
    bytes[8] = (unsigned char)((bytes[8] & 0x3f) | 0x80);
    char *out = text;
    for (size_t i = 0; i < sizeof bytes; i++) {
        if (is_hyphen_place((size_t)(out - text))) {
            *out++ = '-';
        }
        *out++ = digits[bytes[i] >> 4];
        *out++ = digits[bytes[i] & 0x0f];
    }
    *out = '\0';
    return ERROR_NONE;
}
