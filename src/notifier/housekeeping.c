#include "housekeeping.h"

#include <stdlib.h>
#include <time.h>

#include "backoff.h"
#include "destination.h"
#include "report.h"
#include "stockpilot/clock/clock.h"
#include "stockpilot/log/log.h"
#include "stockpilot/store/daily_jobs_store.h"
#include "stockpilot/store/verification_store.h"

#define ARENA_LIMIT (16u << 20)
#define JOB_TIME_MS 65000 /* more than PostgreSQL allows any of them but the verification */
#define VERIFICATION_LEASE_MS (VERIFICATION_TIME_MS + 60000)

struct household {
    struct store *store;
    struct arena *arena;
    char topics[TOPICS_TEXT_SIZE];
    const char *environment;
};

struct job {
    const char *name;
    int64_t interval_ms;
    enum error_kind (*run)(const struct household *household, const struct store_request *request);
    int64_t due_ms;
    int failures; /* in a row */
};

static enum error_kind roll_up(const struct household *household,
                               const struct store_request *request)
{
    int64_t days;
    (void)household;
    return daily_jobs_store_roll_up(request, &days);
}

static enum error_kind make_digests(const struct household *household,
                                    const struct store_request *request)
{
    int64_t made = 0;
    (void)household;
    enum error_kind kind = daily_jobs_store_make_digests(request, &made);
    if (kind == ERROR_NONE && made > 0) {
        LOG(LOG_LEVEL_INFO, "digests_made", LOG_NUMBER("count", made));
    }
    return kind;
}

static enum error_kind tidy(const struct household *household, const struct store_request *request)
{
    int64_t gone = 0;
    enum error_kind kind;
    do {
        kind = daily_jobs_store_tidy(request, household->topics, &gone);
    } while (kind == ERROR_NONE && gone > 0);
    return kind;
}

static enum error_kind report(const struct household *household,
                              const struct store_request *request)
{
    return report_outbox(request, household->topics, household->environment);
}

static void log_verification(const char *day, const struct verification *found, int64_t duration_ms)
{
    if (found->count == 0) {
        LOG(LOG_LEVEL_INFO, "books_verified", LOG_TEXT("day", day),
            LOG_NUMBER("duration_ms", duration_ms));
        return;
    }
    const struct difference *first = &found->items[0];
    LOG(LOG_LEVEL_ERROR, "books_differ", LOG_TEXT("day", day),
        LOG_NUMBER("differences", found->count), LOG_TEXT("first", first->what),
        LOG_TEXT("row", first->row_id), LOG_NUMBER("duration_ms", duration_ms));
}

static enum error_kind verify(const struct household *household,
                              const struct store_request *request)
{
    const char *day = NULL;
    (void)household;
    enum error_kind kind =
        daily_jobs_store_claim_verification(request, VERIFICATION_LEASE_MS, &day);
    if (kind != ERROR_NONE || day == NULL) {
        return kind;
    }
    struct store_request patient = *request;
    patient.deadline = deadline_after_ms(VERIFICATION_TIME_MS + JOB_TIME_MS);
    struct verification found;
    int64_t began_ms = clock_monotonic_ms();
    kind = verification_store_run(&patient, &found);
    if (kind != ERROR_NONE) {
        return kind;
    }
    log_verification(day, &found, clock_monotonic_ms() - began_ms);
    patient.deadline = deadline_after_ms(JOB_TIME_MS);
    return daily_jobs_store_verified(&patient, day, found.count);
}

/* That the database is away the store has said already. */
static void log_failure(const struct job *job, const struct error *error)
{
    if (job->failures == 1) {
        LOG(LOG_LEVEL_WARNING, "housekeeping_failed", LOG_TEXT("job", job->name),
            LOG_TEXT("cause", error->cause));
    }
}

static void run_job(struct job *job, const struct household *household)
{
    static const struct backoff backoff = { 1000, 30000 };
    struct error error = { 0 };
    const struct store_request request = { .store = household->store,
                                           .arena = household->arena,
                                           .deadline = deadline_after_ms(JOB_TIME_MS),
                                           .error = &error,
                                           .request_id = "notifier" };
    enum error_kind kind = job->run(household, &request);
    arena_reset(household->arena);
    job->failures = kind == ERROR_NONE ? 0 : job->failures + 1;
    int64_t pause_ms = job->interval_ms;
    if (kind != ERROR_NONE) {
        log_failure(job, &error);
        pause_ms = backoff_bound_ms(&backoff, job->failures);
    }
    job->due_ms = clock_monotonic_ms() + pause_ms;
}

static struct job *next_job(struct job *jobs, size_t count)
{
    struct job *next = jobs;
    for (size_t i = 1; i < count; i++) {
        if (jobs[i].due_ms < next->due_ms) {
            next = &jobs[i];
        }
    }
    return next;
}

static void sleep_until(int64_t at_ms)
{
    int64_t left_ms = at_ms - clock_monotonic_ms();
    if (left_ms > 0) {
        const struct timespec pause = { .tv_sec = left_ms / 1000,
                                        .tv_nsec = left_ms % 1000 * 1000000 };
        nanosleep(&pause, NULL);
    }
}

int housekeeping_run(const struct configuration *configuration, enum housekeeping what)
{
    static struct job frequent[] = {
        { .name = "summaries", .interval_ms = 1000, .run = roll_up },
        { .name = "digests", .interval_ms = 5000, .run = make_digests },
        { .name = "tidying", .interval_ms = 60000, .run = tidy },
        { .name = "metrics", .run = report }, /* the last: it may be left out */
    };
    static struct job nightly = { .name = "verification", .interval_ms = 60000, .run = verify };
    struct household household = { .store = store_new(configuration->database_url, JOB_TIME_MS),
                                   .arena = arena_new(ARENA_LIMIT),
                                   .environment = configuration->environment };
    size_t count = sizeof frequent / sizeof *frequent;
    frequent[count - 1].interval_ms = (int64_t)configuration->metrics_interval_s * 1000;
    if (configuration->metrics_interval_s == 0) {
        count--;
    }
    destinations_topics(configuration, household.topics);
    while (household.store != NULL && household.arena != NULL) {
        struct job *job = what == HOUSEKEEPING_VERIFICATION ? &nightly : next_job(frequent, count);
        sleep_until(job->due_ms);
        run_job(job, &household);
    }
    arena_free(household.arena);
    store_free(household.store);
    LOG(LOG_LEVEL_ERROR, "notifier_failed", LOG_TEXT("cause", "no memory"));
    return EXIT_FAILURE;
}
