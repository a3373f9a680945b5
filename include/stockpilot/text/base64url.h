/*
 * base64url.h - strict base64url without padding (RFC 4648 section 5; RFC 7515 section 2).
 *
 * Strict: only the alphabet's characters, no '=', no length of 1 modulo 4, and the unused bits of
 * the last character zero, so that each byte string has exactly one encoding.
 */
#ifndef STOCKPILOT_TEXT_BASE64URL_H
#define STOCKPILOT_TEXT_BASE64URL_H

#include <stdbool.h>
#include <stddef.h>

#define BASE64URL_ENCODED_SIZE(length) (((length)*4 + 2) / 3 + 1)
#define BASE64URL_DECODED_SIZE(length) ((length)*3 / 4)

/* Writes at most capacity bytes; false when the text is not strict or does not fit. */
bool base64url_decode(const char *text, size_t length, unsigned char *bytes, size_t capacity,
                      size_t *decoded);

/* text has room for BASE64URL_ENCODED_SIZE(length); NUL-terminated. Returns the text's length. */
size_t base64url_encode(const unsigned char *bytes, size_t length, char *text);

#endif
