/*
 * credential_refresh.h - when credentials that expire are fetched anew, and when not.
 *
 * Their place has others ready for some minutes before they expire, so they are fetched from five
 * minutes before on. Those that could not be fetched anew are used on, beyond their expiry as well:
 * AWS may still take them, and a service that is about to come back finds us at work ("static
 * stability" of the AWS SDKs). A place that is away is asked once a minute, whoever waits for it.
 *
 * Nothing here reads a clock. Wall time is in seconds since 1970 UTC, the rest in milliseconds of
 * the monotonic clock; `drawn` is any number, by which processes that run side by side do not all
 * ask in the same moment.
 */
#ifndef STOCKPILOT_SRC_AWS_CREDENTIAL_REFRESH_H
#define STOCKPILOT_SRC_AWS_CREDENTIAL_REFRESH_H

#include <stdbool.h>
#include <stdint.h>

#define CREDENTIAL_REFRESH_AHEAD_SECONDS 300
#define CREDENTIAL_REFRESH_SPREAD_SECONDS 60
#define CREDENTIAL_REFRESH_FAILED_PAUSE_MS 60000 /* and up to a sixth more */
#define CREDENTIAL_REFRESH_UNCHANGED_PAUSE_MS 10000
#define CREDENTIAL_REFRESH_ABSENT_PAUSE_MS 5000

/* Zeroed: they were never fetched, and are due. */
struct credential_refresh {
    int64_t due_at;        /* wall time */
    int64_t not_before_ms; /* monotonic */
    bool distrusted;       /* AWS has refused them: due, whatever the time */
};

bool credential_refresh_is_due(const struct credential_refresh *refresh, int64_t wall_seconds,
                               int64_t monotonic_ms);

/* Others were fetched, which expire then. */
void credential_refresh_note_others(struct credential_refresh *refresh, int64_t expires_at,
                                    int64_t drawn);

/* The same came once more. */
void credential_refresh_note_unchanged(struct credential_refresh *refresh, int64_t monotonic_ms);

/* They could not be fetched; there are earlier ones to use. */
void credential_refresh_note_failure(struct credential_refresh *refresh, int64_t monotonic_ms,
                                     int64_t drawn);

/* There are none at all. */
void credential_refresh_note_absence(struct credential_refresh *refresh, int64_t monotonic_ms);

#endif
