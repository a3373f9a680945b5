#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pool.h"
#include "stockpilot/clock/clock.h"
#include "stockpilot/log/log.h"

/* How many are on their way up at once: starting takes a processor for some ten milliseconds. */
#define START_AT_ONCE 4

/* A worker drains within 30 s by itself; whoever takes longer hangs. */
#define LEAVE_LIMIT_US (35 * INT64_C(1000000))

/* One without a slot of the scoreboard cannot say that it is ready. */
#define UNSEEN_START_US INT64_C(1000000)

static bool view_of(const struct pool *pool, pid_t pid, struct worker_view *view)
{
    const struct scoreboard_slot *slot = scoreboard_find(pool->scoreboard, pid);
    return slot != NULL &&
           scoreboard_view(pool->scoreboard, (size_t)(slot - pool->scoreboard->slots), view);
}

static enum metric metric_of(enum child_reason reason)
{
    switch (reason) {
    case REASON_REQUESTS:
        return METRIC_WORKERS_RECYCLED_REQUESTS;
    case REASON_MEMORY:
        return METRIC_WORKERS_RECYCLED_MEMORY;
    case REASON_RELOAD:
        return METRIC_WORKERS_RELOADED;
    case REASON_SCALED_DOWN:
    case REASON_STOP:
    case REASON_NONE:
        break;
    }
    return METRIC_WORKERS_SCALED_DOWN;
}

static bool ended_well(int status)
{
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* With the request the worker had, if any. */
static void log_death(const struct child *child, int status, const struct worker_view *view,
                      int64_t now_us)
{
    char how[96];
    bool busy = view->pid != 0 && view->state == WORKER_BUSY;
    if (WIFSIGNALED(status)) {
        snprintf(how, sizeof how, "signal %d (%s)", WTERMSIG(status), strsignal(WTERMSIG(status)));
    } else {
        snprintf(how, sizeof how, "exit status %d", WEXITSTATUS(status));
    }
    LOG(ended_well(status) ? LOG_LEVEL_WARNING : LOG_LEVEL_ERROR,
        ended_well(status) ? "worker_left" : "worker_crashed", LOG_NUMBER("worker", child->pid),
        LOG_TEXT("how", how), LOG_NUMBER("lived_ms", (now_us - child->started_us) / 1000),
        LOG_TEXT("route", busy ? view->route : NULL),
        LOG_TEXT("request_id", busy ? view->request_id : NULL));
}

static void note_end(struct pool *pool, struct child *child, int status,
                     const struct worker_view *view, int64_t now_us)
{
    if (child->phase == CHILD_LEAVING && ended_well(status)) {
        return;
    }
    if (child->phase != CHILD_KILLED) {
        metrics_add(METRIC_WORKERS_CRASHED);
        log_death(child, status, view, now_us);
    }
    if (child->phase != CHILD_LEAVING) {
        restart_pause_note_death(&pool->pause, child->started_us, now_us);
        atomic_store(&pool->scoreboard->pool.last_death, status);
    }
}

static void child_ended(struct pool *pool, pid_t pid, int status, int64_t now_us)
{
    struct worker_view view = { 0 };
    struct child *child = roster_find(&pool->roster, pid);
    bool seen = view_of(pool, pid, &view); /* before it is waited for: then its pid is free */
    (void)waitpid(pid, NULL, 0);
    if (seen) {
        scoreboard_leave(scoreboard_find(pool->scoreboard, pid), pid);
    }
    if (child != NULL) {
        note_end(pool, child, status, &view, now_us);
        roster_remove(&pool->roster, child);
    }
}

static void child_stopped(struct pool *pool, pid_t pid, bool stopped)
{
    struct scoreboard_slot *slot = scoreboard_find(pool->scoreboard, pid);
    LOG(LOG_LEVEL_WARNING, stopped ? "worker_stopped_by_signal" : "worker_continued",
        LOG_NUMBER("worker", pid));
    if (slot != NULL) {
        atomic_store(&slot->stopped, stopped);
    }
}

/* As waitpid(2) would have given it. */
static int wait_status(const siginfo_t *info)
{
    return info->si_code == CLD_EXITED ? info->si_status << 8 : info->si_status & 0x7f;
}

void pool_reap(struct pool *pool, int64_t now_us)
{
    for (;;) {
        siginfo_t info = { 0 };
        /* Looked at, not waited for: while it is there its pid is nobody else's. */
        if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == 0) {
            break;
        }
        if (info.si_pid == pool->checking) {
            (void)waitpid(info.si_pid, NULL, 0);
            pool->checking = 0;
            reload_checked(pool, wait_status(&info));
        } else {
            child_ended(pool, info.si_pid, wait_status(&info), now_us);
        }
    }
    for (;;) {
        siginfo_t info = { 0 };
        if (waitid(P_ALL, 0, &info, WSTOPPED | WCONTINUED | WNOHANG) != 0 || info.si_pid == 0) {
            break;
        }
        child_stopped(pool, info.si_pid, info.si_code != CLD_CONTINUED);
    }
}

static void kill_stuck(struct child *child, const struct worker_view *view, int64_t silent_us)
{
    bool busy = view->state == WORKER_BUSY;
    const char *what = view->stopped ? "stopped" : busy ? "busy" : "hanging";
    LOG(LOG_LEVEL_ERROR, "worker_stuck", LOG_NUMBER("worker", child->pid), LOG_TEXT("state", what),
        LOG_NUMBER("silent_ms", silent_us / 1000), LOG_TEXT("route", busy ? view->route : NULL),
        LOG_TEXT("request_id", busy ? view->request_id : NULL));
    metrics_add(METRIC_WORKERS_STUCK);
    kill(child->pid, SIGKILL);
    child->phase = CHILD_KILLED;
}

/* One that has outgrown its memory soon after its start will be followed by another such: the
 * pauses are those of workers that end soon. */
static void recycle_if_due(struct pool *pool, struct child *child, const struct worker_view *view,
                           int64_t now_us)
{
    const struct pool_settings *settings = pool->settings;
    if (settings->max_requests > 0 && view->requests >= settings->max_requests) {
        child->outdated = REASON_REQUESTS;
    } else if (settings->max_memory_kb > 0 && view->memory_kb >= settings->max_memory_kb) {
        child->outdated = REASON_MEMORY;
        if (now_us - child->started_us < (int64_t)RESTART_CALM_MS * 1000) {
            restart_pause_note_death(&pool->pause, child->started_us, now_us);
            atomic_store(&pool->scoreboard->pool.last_death, DEATH_BY_MEMORY);
        }
    } else {
        return;
    }
    LOG(LOG_LEVEL_INFO, "worker_recycled", LOG_NUMBER("worker", child->pid),
        LOG_TEXT("reason", child_reason_name(child->outdated)),
        LOG_NUMBER("requests", view->requests), LOG_NUMBER("memory_kb", view->memory_kb));
}

static void watch_child(struct pool *pool, struct child *child, int64_t now_us)
{
    struct worker_view view;
    if (!view_of(pool, child->pid, &view)) {
        if (child->phase == CHILD_STARTING && now_us - child->started_us > UNSEEN_START_US) {
            child->phase = CHILD_SERVING;
        }
        return;
    }
    if (child->phase == CHILD_STARTING && view.state != WORKER_STARTING) {
        child->phase = CHILD_SERVING;
    }
    int64_t silent_us = worker_silence_us(&view, now_us);
    if (child->phase != CHILD_KILLED && silent_us > pool->settings->hard_limit_us) {
        kill_stuck(child, &view, silent_us);
    } else if (child->phase == CHILD_SERVING && child->outdated == REASON_NONE) {
        recycle_if_due(pool, child, &view, now_us);
    }
}

void pool_watch(struct pool *pool, int64_t now_us)
{
    for (size_t i = 0; i < pool->roster.count; i++) {
        watch_child(pool, &pool->roster.children[i], now_us);
    }
}

/* What a worker was busy since the last look, the request at hand counted as far as it has got. */
static int64_t busy_since_last(const struct pool *pool, struct child *child, int64_t now_us)
{
    struct worker_view view;
    if (!view_of(pool, child->pid, &view)) {
        return 0;
    }
    int64_t busy_us = view.busy_us + (view.state == WORKER_BUSY ? now_us - view.since_us : 0);
    int64_t more_us = busy_us - child->sampled_busy_us;
    child->sampled_busy_us = busy_us;
    return more_us > 0 ? more_us : 0;
}

void pool_sample(struct pool *pool, int64_t now_us)
{
    int64_t interval_us = now_us - pool->sampled_us;
    if (interval_us < SCALING_INTERVAL_MS * 1000) {
        return;
    }
    int64_t busy_us = 0;
    unsigned serving = 0;
    for (size_t i = 0; i < pool->roster.count; i++) {
        struct child *child = &pool->roster.children[i];
        if (child->phase == CHILD_SERVING) {
            busy_us += busy_since_last(pool, child, now_us);
            serving++;
        }
    }
    /* The first look is at all that they have ever done. */
    if (pool->sampled_us > 0) {
        report_note_busy(&pool->report, busy_us, interval_us * serving);
    }
    pool->sampled_us = now_us;
    if (serving > 0) {
        unsigned busy_percent = (unsigned)(busy_us * 100 / (interval_us * serving));
        scaling_note(&pool->scaling, serving, busy_percent);
        atomic_store(&pool->scoreboard->pool.busy_percent, busy_percent);
    }
}

static void start_one(struct pool *pool, int64_t now_us)
{
    pid_t pid = spawn_worker(&pool->settings->spawn, pool->scoreboard, pool->generation);
    if (pid < 0) {
        LOG(LOG_LEVEL_ERROR, "worker_not_started", LOG_TEXT("reason", strerror(errno)));
        restart_pause_note_death(&pool->pause, now_us, now_us);
        return;
    }
    metrics_add(METRIC_WORKERS_STARTED);
    (void)roster_add(&pool->roster, pid, now_us);
}

/* A pause that quick deaths brought ends when all have been well for long enough. */
static void end_pause_when_well(struct pool *pool, unsigned serving, int64_t now_us)
{
    if (serving < pool->scaling.wanted || pool->pause.quick_deaths == 0) {
        pool->well_since_us = now_us;
    } else if (now_us - pool->well_since_us >= (int64_t)RESTART_CALM_MS * 1000) {
        restart_pause_end(&pool->pause);
    }
}

void pool_start_missing(struct pool *pool, int64_t now_us)
{
    unsigned starting = roster_count(&pool->roster, CHILD_STARTING, true);
    unsigned serving = roster_count(&pool->roster, CHILD_SERVING, true);
    end_pause_when_well(pool, serving, now_us);
    while (starting + serving < pool->scaling.wanted && starting < START_AT_ONCE &&
           pool->roster.count < ROSTER_SIZE && now_us >= pool->pause.until_us) {
        start_one(pool, now_us);
        starting++;
    }
}

static void tell_to_leave(struct pool *pool, struct child *child, enum child_reason reason,
                          int64_t now_us)
{
    struct scoreboard_slot *slot = scoreboard_find(pool->scoreboard, child->pid);
    if (slot != NULL) {
        atomic_store(&slot->draining, 1); /* it will say so itself, but not before it hears of it */
    }
    if (reason != REASON_STOP) {
        metrics_add(metric_of(reason));
    }
    child->phase = CHILD_LEAVING;
    child->leaving_us = now_us;
    /* Where there are others it leaves its connections to them; else it drains. */
    kill(child->pid, reason == REASON_STOP ? SIGTERM : SIGUSR2);
}

/* An outdated one, else the youngest: the others have warmer caches. NULL: nobody may go. */
static struct child *next_to_leave(struct pool *pool)
{
    struct child *youngest = NULL;
    unsigned current = 0;
    for (size_t i = 0; i < pool->roster.count; i++) {
        struct child *child = &pool->roster.children[i];
        if (child->phase != CHILD_SERVING) {
            continue;
        }
        if (child->outdated != REASON_NONE) {
            return child;
        }
        current++;
        if (youngest == NULL || child->started_us >= youngest->started_us) {
            youngest = child;
        }
    }
    return current > pool->scaling.wanted ? youngest : NULL;
}

void pool_let_go(struct pool *pool, int64_t now_us)
{
    while (roster_count(&pool->roster, CHILD_SERVING, false) > pool->scaling.wanted) {
        struct child *child = next_to_leave(pool);
        if (child == NULL) {
            return;
        }
        enum child_reason reason =
            child->outdated != REASON_NONE ? child->outdated : REASON_SCALED_DOWN;
        tell_to_leave(pool, child, reason, now_us);
    }
}

void pool_stop_all(struct pool *pool, int64_t now_us)
{
    for (size_t i = 0; i < pool->roster.count; i++) {
        struct child *child = &pool->roster.children[i];
        if (child->phase == CHILD_STARTING || child->phase == CHILD_SERVING) {
            tell_to_leave(pool, child, REASON_STOP, now_us);
        }
    }
}

void pool_kill_overdue(struct pool *pool, int64_t now_us)
{
    for (size_t i = 0; i < pool->roster.count; i++) {
        struct child *child = &pool->roster.children[i];
        if (child->phase == CHILD_LEAVING && now_us - child->leaving_us > LEAVE_LIMIT_US) {
            LOG(LOG_LEVEL_ERROR, "worker_does_not_leave", LOG_NUMBER("worker", child->pid));
            metrics_add(METRIC_WORKERS_STUCK);
            kill(child->pid, SIGKILL);
            child->phase = CHILD_KILLED;
        }
    }
}
