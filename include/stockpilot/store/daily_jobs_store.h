/* daily_jobs_store.h - what is done again and again, by whichever notifier comes first. */
#ifndef STOCKPILOT_STORE_DAILY_JOBS_STORE_H
#define STOCKPILOT_STORE_DAILY_JOBS_STORE_H

#include <stdint.h>

#include "stockpilot/store/store.h"

/* Brings the summaries of the days that have changed up to date; *days says how many there were. It
 * has a minute. */
MUST_CHECK enum error_kind daily_jobs_store_roll_up(const struct store_request *request,
                                                    int64_t *days);

/* Makes the digests whose hour has come. */
MUST_CHECK enum error_kind daily_jobs_store_make_digests(const struct store_request *request,
                                                         int64_t *made);

/* Forgets idempotency keys, old messages, and images that were announced and never shown, which it
 * has deleted; *gone says how many rows, 0 in the end: a call takes a
 * bounded number. topics: "{…}", those that messages can go to. */
MUST_CHECK enum error_kind daily_jobs_store_tidy(const struct store_request *request,
                                                 const char *topics, int64_t *gone);

/* *day is the day to verify the books for, as text; NULL while it is not due, or is somebody
 * else's. */
MUST_CHECK enum error_kind daily_jobs_store_claim_verification(const struct store_request *request,
                                                               int64_t lease_ms, const char **day);

/* Ends the claim, and tells the administrators when there are differences. */
MUST_CHECK enum error_kind daily_jobs_store_verified(const struct store_request *request,
                                                     const char *day, int64_t differences);

#endif
