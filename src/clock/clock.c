#include "stockpilot/clock/clock.h"

#include <limits.h>
#include <stdio.h>
#include <time.h>

int64_t clock_monotonic_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t clock_monotonic_ms(void)
{
    return clock_monotonic_us() / 1000;
}

int64_t clock_wall_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec;
}

int64_t clock_wall_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

struct deadline deadline_after_ms(int64_t milliseconds)
{
    return (struct deadline){ clock_monotonic_ms() + milliseconds };
}

struct deadline deadline_earlier(struct deadline one, struct deadline other)
{
    return one.at_ms < other.at_ms ? one : other;
}

int deadline_left_ms(struct deadline deadline)
{
    int64_t left = deadline.at_ms - clock_monotonic_ms();
    if (left < 0) {
        return 0;
    }
    return left > INT_MAX ? INT_MAX : (int)left;
}

bool deadline_passed(struct deadline deadline)
{
    return clock_monotonic_ms() >= deadline.at_ms;
}

void clock_timestamp(char *text, int size)
{
    struct timespec now;
    struct tm utc;
    char seconds[32];
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &utc);
    strftime(seconds, sizeof seconds, "%Y-%m-%dT%H:%M:%S", &utc);
    snprintf(text, (size_t)size, "%s.%03dZ", seconds, (int)(now.tv_nsec / 1000000));
}
