/*
 * clock.h - the two clocks, and deadlines on the monotonic one.
 */
#ifndef STOCKPILOT_CLOCK_CLOCK_H
#define STOCKPILOT_CLOCK_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/* Milliseconds of CLOCK_MONOTONIC: for measuring and for deadlines. */
int64_t clock_monotonic_ms(void);

/* Microseconds of CLOCK_MONOTONIC. */
int64_t clock_monotonic_us(void);

/* Seconds since 1970 UTC: for comparing with what a token or a certificate says. */
int64_t clock_wall_seconds(void);

/* Milliseconds since 1970 UTC: for comparing with what another process noted. May jump. */
int64_t clock_wall_ms(void);

/* When a request must have its answer. */
struct deadline {
    int64_t at_ms; /* on the monotonic clock */
};

struct deadline deadline_after_ms(int64_t milliseconds);

/* The one that passes first. */
struct deadline deadline_earlier(struct deadline one, struct deadline other);

/* Milliseconds left, never below 0; fits the timeout of poll(2). */
int deadline_left_ms(struct deadline deadline);

bool deadline_passed(struct deadline deadline);

/* "2026-11-23T07:28:00.123Z" for now; size must be at least CLOCK_TIMESTAMP_SIZE. */
#define CLOCK_TIMESTAMP_SIZE 25
void clock_timestamp(char *text, int size);

#endif
