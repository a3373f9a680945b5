#include "backoff.h"

#include <stdlib.h>

int64_t backoff_bound_ms(const struct backoff *backoff, int failures)
{
    int64_t bound = backoff->first_ms;
    for (int i = 1; i < failures && bound < backoff->longest_ms; i++) {
        bound *= 2;
    }
    return bound < backoff->longest_ms ? bound : backoff->longest_ms;
}

int64_t backoff_pause_ms(const struct backoff *backoff, int failures)
{
    return random() % (backoff_bound_ms(backoff, failures) + 1);
}
