#include "stockpilot/store/daily_jobs_store.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "pipeline.h"

/* The hour of the business at which the books are verified. */
#define VERIFICATION_HOUR "3"

/* For what comes after it in the same transaction. */
static const struct statement have_a_minute = {
    "jobs_have_a_minute",
    "SELECT set_config('statement_timeout', '60s', true)",
    0,
};

/* Looked at before, since it is asked every second and seldom has an answer. */
static const struct statement roll_up = {
    "jobs_roll_up",
    "SELECT CASE WHEN EXISTS (SELECT FROM summary_changes) THEN roll_up_summaries() ELSE 0 END",
    0,
};

static const struct statement make_digests = { "jobs_make_digests", "SELECT make_digests()", 0 };

static const struct statement forget_keys = { "jobs_forget_keys", "SELECT forget_expired_keys()",
                                              0 };

static const struct statement tidy = { "jobs_tidy", "SELECT tidy_outbox($1::text[])", 1 };

static const struct statement tidy_images = { "jobs_tidy_images", "SELECT tidy_image_uploads()",
                                              0 };

static const struct statement claim_verification = {
    "jobs_claim_verification",
    "SELECT claim_daily_job('verification', " VERIFICATION_HOUR ", $1::interval)",
    1,
};

static const struct statement verified = {
    "jobs_verified",
    "SELECT verification_done($1::date, $2::integer)",
    2,
};

static int64_t number(const PGresult *result)
{
    const char *text = result_text(result, 0, 0);
    return text != NULL ? strtoll(text, NULL, 10) : 0;
}

static enum error_kind run_with_a_minute(const struct store_request *request,
                                         const struct statement *statement, int64_t *answer)
{
    const struct call calls[] = { { &have_a_minute, { NULL } }, { statement, { NULL } } };
    const PGresult *results[2];
    enum error_kind kind = pipeline_write(request, calls, 2, results);
    if (kind == ERROR_NONE) {
        *answer = number(results[1]);
    }
    return kind;
}

enum error_kind daily_jobs_store_roll_up(const struct store_request *request, int64_t *days)
{
    return run_with_a_minute(request, &roll_up, days);
}

enum error_kind daily_jobs_store_make_digests(const struct store_request *request, int64_t *made)
{
    return run_with_a_minute(request, &make_digests, made);
}

enum error_kind daily_jobs_store_tidy(const struct store_request *request, const char *topics,
                                      int64_t *gone)
{
    const struct call calls[] = { { &have_a_minute, { NULL } },
                                  { &forget_keys, { NULL } },
                                  { &tidy, { topics } },
                                  { &tidy_images, { NULL } } };
    const PGresult *results[4];
    enum error_kind kind = pipeline_write(request, calls, 4, results);
    if (kind == ERROR_NONE) {
        *gone = number(results[1]) + number(results[2]) + number(results[3]);
    }
    return kind;
}

enum error_kind daily_jobs_store_claim_verification(const struct store_request *request,
                                                    int64_t lease_ms, const char **day)
{
    char lease[40];
    snprintf(lease, sizeof lease, "%" PRId64 " milliseconds", lease_ms);
    const struct call call = { &claim_verification, { lease } };
    const PGresult *result;
    enum error_kind kind = pipeline_write(request, &call, 1, &result);
    if (kind == ERROR_NONE) {
        *day = result_text(result, 0, 0);
    }
    return kind;
}

enum error_kind daily_jobs_store_verified(const struct store_request *request, const char *day,
                                          int64_t differences)
{
    char text[24];
    snprintf(text, sizeof text, "%" PRId64, differences);
    const struct call call = { &verified, { day, text } };
    const PGresult *result;
    return pipeline_write(request, &call, 1, &result);
}
