/* backoff.h - how long to wait before something is tried again. */
#ifndef STOCKPILOT_SRC_NOTIFIER_BACKOFF_H
#define STOCKPILOT_SRC_NOTIFIER_BACKOFF_H

#include <stdint.h>

struct backoff {
    int64_t first_ms;   /* the bound after the first failure; doubles with each further one */
    int64_t longest_ms; /* of any pause */
};

/* The bound of the pause after so many failures (from 1). */
int64_t backoff_bound_ms(const struct backoff *backoff, int failures);

/* A pause anywhere from nothing to that bound, drawn evenly ("full jitter"): many who failed
 * together do not come back together. */
int64_t backoff_pause_ms(const struct backoff *backoff, int failures);

#endif
