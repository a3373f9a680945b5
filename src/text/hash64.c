#include "stockpilot/text/hash64.h"

#include <string.h>

/* Numbers nobody chose: the fractional parts of √2 (made odd), √3, √5 and √7. */
#define K0 UINT64_C(0x6a09e667f3bcc909)
#define K1 UINT64_C(0xbb67ae8584caa73b)
#define K2 UINT64_C(0x3c6ef372fe94f82b)
#define K3 UINT64_C(0xa54ff53a5f1d36f1)

static uint64_t read64(const unsigned char *bytes)
{
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    return word;
}

/* All 128 bits of the product, folded: each bit of the result depends on every bit of both. */
static uint64_t fold(uint64_t a, uint64_t b)
{
    unsigned __int128 product = (unsigned __int128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* The step on `state` can be undone, so that no input wipes out what went before it; and the long
 * multiplication does not wait for the state, so that the processor does several at a time. */
static uint64_t mix(uint64_t state, const unsigned char *sixteen)
{
    uint64_t turned = (state << 27 | state >> 37) * K0;
    return turned + fold(read64(sixteen) ^ K1, read64(sixteen + 8) ^ K2);
}

uint64_t hash64(const void *bytes, size_t length)
{
    const unsigned char *at = bytes;
    uint64_t state = K3 ^ length;
    size_t left = length;
    for (; left >= 16; left -= 16, at += 16) {
        state = mix(state, at);
    }
    if (left > 0) {
        unsigned char last[16] = { 0 };
        memcpy(last, at, left);
        state = mix(state, last);
    }
    state = fold(state ^ K1, K3) ^ state;
    return fold(state ^ K2, K0) ^ state >> 29;
}
