#include "credential_refresh.h"

bool credential_refresh_is_due(const struct credential_refresh *refresh, int64_t wall_seconds,
                               int64_t monotonic_ms)
{
    return monotonic_ms >= refresh->not_before_ms &&
           (refresh->distrusted || wall_seconds >= refresh->due_at);
}

void credential_refresh_note_others(struct credential_refresh *refresh, int64_t expires_at,
                                    int64_t drawn)
{
    *refresh = (struct credential_refresh){
        .due_at = expires_at - CREDENTIAL_REFRESH_AHEAD_SECONDS +
                  drawn % CREDENTIAL_REFRESH_SPREAD_SECONDS,
    };
}

static void wait(struct credential_refresh *refresh, int64_t until_ms)
{
    refresh->not_before_ms = until_ms;
    refresh->distrusted = false;
}

void credential_refresh_note_unchanged(struct credential_refresh *refresh, int64_t monotonic_ms)
{
    wait(refresh, monotonic_ms + CREDENTIAL_REFRESH_UNCHANGED_PAUSE_MS);
}

void credential_refresh_note_failure(struct credential_refresh *refresh, int64_t monotonic_ms,
                                     int64_t drawn)
{
    wait(refresh, monotonic_ms + CREDENTIAL_REFRESH_FAILED_PAUSE_MS +
                      drawn % (CREDENTIAL_REFRESH_FAILED_PAUSE_MS / 6));
}

void credential_refresh_note_absence(struct credential_refresh *refresh, int64_t monotonic_ms)
{
    wait(refresh, monotonic_ms + CREDENTIAL_REFRESH_ABSENT_PAUSE_MS);
}
