#include "pool_status.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "stockpilot/clock/clock.h"

/* A worker with one request for so long is worth a sentence, long before the pool kills it. */
#define LONG_REQUEST_US (2 * INT64_C(1000000))

/* Of the workers' time, as the pool measures it. */
#define ALL_BUSY_PERCENT 95

/* In a row. */
#define MANY_DEATHS 2

/* A worker that waits shows so once a second. */
#define LATE_BEAT_US (3 * INT64_C(1000000))

void pool_status_read(const struct pool_access *access, struct pool_status *status)
{
    const struct pool_board *board = &access->scoreboard->pool;
    memset(status, 0, sizeof *status);
    status->pool = pool_access_pid(access);
    status->minimum = atomic_load(&board->minimum);
    status->maximum = atomic_load(&board->maximum);
    status->wanted = atomic_load(&board->wanted);
    status->busy_percent = atomic_load(&board->busy_percent);
    status->reloads = atomic_load(&board->reloads);
    uint32_t reload_state = atomic_load(&board->reload_state);
    status->reload_state =
        reload_state <= RELOAD_DONE ? (enum reload_state)reload_state : RELOAD_NONE;
    status->quick_deaths = atomic_load(&board->quick_deaths);
    status->last_death = atomic_load(&board->last_death);
    status->next_start_us = atomic_load(&board->next_start_us);
    status->hard_limit_us = atomic_load(&board->hard_limit_us);
    status->started_us = atomic_load(&board->started_us);
    status->now_us = clock_monotonic_us();
    for (size_t i = 0; i < SCOREBOARD_SLOTS; i++) {
        status->worker_count +=
            scoreboard_view(access->scoreboard, i, &status->workers[status->worker_count]);
    }
    pool_status_judge(status);
}

const char *pool_status_worker_state(const struct worker_view *view)
{
    if (view->stopped) {
        return "stopped";
    }
    if (view->draining) {
        return "draining";
    }
    return view->state == WORKER_BUSY ? "busy" : view->state == WORKER_IDLE ? "idle" : "starting";
}

const char *pool_status_database(const struct worker_view *view)
{
    static const char *const names[] = { "untried", "connected", "away" };
    return names[view->database];
}

static void find(struct pool_status *status, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void find(struct pool_status *status, const char *format, ...)
{
    if (status->finding_count < STATUS_MAX_FINDINGS) {
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(status->findings[status->finding_count++], STATUS_FINDING_SIZE, format,
                  arguments);
        va_end(arguments);
    }
}

/* "signal 11 (Segmentation fault)" or "exit status 78 (the configuration is wrong)". */
static void describe_death(int status, char *text, size_t size)
{
    if (status == DEATH_BY_MEMORY) {
        snprintf(text, size, "more memory than WORKER_MAX_MEMORY_MB");
        return;
    }
    if (WIFSIGNALED(status)) {
        snprintf(text, size, "signal %d (%s)", WTERMSIG(status), strsignal(WTERMSIG(status)));
        return;
    }
    const char *meaning = WEXITSTATUS(status) == 78    ? " (the configuration is wrong)"
                          : WEXITSTATUS(status) == 127 ? " (the program could not be run)"
                                                       : "";
    snprintf(text, size, "exit status %d%s", WEXITSTATUS(status), meaning);
}

static void judge_deaths(struct pool_status *status)
{
    char death[96];
    if (status->quick_deaths < MANY_DEATHS) {
        return; /* one is replaced before anybody has read this */
    }
    int64_t wait_ms = (status->next_start_us - status->now_us) / 1000;
    describe_death(status->last_death, death, sizeof death);
    find(status,
         "Workers end soon after their start: %u in a row, the last one with %s. The next is "
         "started in %.1f s. The log says more.",
         status->quick_deaths, death, wait_ms > 0 ? (double)wait_ms / 1000 : 0.0);
}

static void judge_reload(struct pool_status *status)
{
    if (status->reload_state == RELOAD_REFUSED) {
        find(status, "The last reload was refused: the new configuration or program does not work. "
                     "The workers go on as before; see stockpilotctl check-config and the log.");
    } else if (status->reload_state == RELOAD_ROLLING && status->quick_deaths > 1) {
        find(status, "The reload does not get on: new workers do not stay up, so those of before "
                     "are kept.");
    }
}

static void judge_worker(struct pool_status *status, const struct worker_view *view)
{
    int64_t silent_us = worker_silence_us(view, status->now_us);
    double seconds = (double)silent_us / 1e6;
    if (view->stopped) {
        find(status,
             "Worker %d was stopped by a signal; kill -CONT %d lets it go on. The pool kills it "
             "when it has been silent for %.0f s.",
             (int)view->pid, (int)view->pid, (double)status->hard_limit_us / 1e6);
    } else if (view->state == WORKER_STARTING && silent_us > LONG_REQUEST_US) {
        find(status, "Worker %d has been starting for %.1f s.", (int)view->pid, seconds);
    } else if (view->state == WORKER_BUSY && silent_us > LONG_REQUEST_US) {
        find(status, "Worker %d has been at one request for %.1f s: %s, request %s.",
             (int)view->pid, seconds, view->route[0] != '\0' ? view->route : "no known route",
             view->request_id);
    } else if (view->state == WORKER_IDLE && silent_us > LATE_BEAT_US) {
        find(status, "Worker %d has shown no sign of life for %.1f s.", (int)view->pid, seconds);
    }
}

struct sums {
    unsigned serving, away;
};

static struct sums add_up(const struct pool_status *status)
{
    struct sums sums = { 0 };
    for (size_t i = 0; i < status->worker_count; i++) {
        const struct worker_view *view = &status->workers[i];
        bool serving = !view->draining && view->state != WORKER_STARTING;
        sums.serving += serving;
        sums.away += view->database == DATABASE_AWAY;
    }
    return sums;
}

static void judge_sums(struct pool_status *status)
{
    struct sums sums = add_up(status);
    if (sums.away > 0) {
        find(status,
             "The database is away for %u of %zu workers, as of their last request. /readyz and "
             "the log say why.",
             sums.away, status->worker_count);
    }
    if (status->pool != 0 && sums.serving < status->wanted) {
        find(status, "Only %u of the %u wanted workers are there.", sums.serving, status->wanted);
    }
    if (status->pool != 0 && status->busy_percent >= ALL_BUSY_PERCENT) {
        find(status,
             "All %u workers are busy: new requests wait. If that stays so, there are too few of "
             "them, or something is slow.",
             sums.serving);
    }
}

void pool_status_judge(struct pool_status *status)
{
    status->finding_count = 0;
    if (status->pool == 0 && status->worker_count == 0) {
        find(status, "Nothing runs: neither a pool nor a worker.");
        return;
    }
    if (status->pool != 0) {
        judge_deaths(status);
        judge_reload(status);
    }
    judge_sums(status); /* before what may be too much for the room there is */
    for (size_t i = 0; i < status->worker_count; i++) {
        judge_worker(status, &status->workers[i]);
    }
}
