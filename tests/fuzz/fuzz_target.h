/*
 * fuzz_target.h - what every fuzz target offers to libFuzzer or to replay.c.
 */
#ifndef STOCKPILOT_TESTS_FUZZ_TARGET_H
#define STOCKPILOT_TESTS_FUZZ_TARGET_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* Must not read past bytes[size - 1], and aborts when a promise is broken. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* Not assert(): it must hold in builds with NDEBUG as well. */
#define PROMISE(condition)                                                                         \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: broken: %s\n", __FILE__, __LINE__, #condition);                \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

#endif
