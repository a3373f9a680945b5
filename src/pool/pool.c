#include "pool.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "stockpilot/clock/clock.h"
#include "stockpilot/log/log.h"

/* How long the pool sleeps when nothing is under way, and when something is. */
#define CALM_TICK_MS SCALING_INTERVAL_MS
#define QUICK_TICK_MS 10

enum error_kind pool_take_signals(struct pool *pool, sigset_t *before, struct error *error)
{
    static const int taken[] = { SIGCHLD, SIGTERM, SIGINT, SIGHUP, SIGTTIN, SIGTTOU, SIGUSR1 };
    sigset_t set;
    sigemptyset(&set);
    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++) {
        sigaddset(&set, taken[i]);
    }
    sigprocmask(SIG_BLOCK, &set, before);
    /* After a reload they are blocked already; a worker begins without that. */
    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++) {
        sigdelset(before, taken[i]);
    }
    pool->signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    if (pool->signals < 0) {
        return error_set_cause(error, ERROR_INTERNAL, "signalfd: %s", strerror(errno));
    }
    return ERROR_NONE;
}

static void set_limits(struct pool *pool, unsigned minimum, unsigned maximum)
{
    struct scaling *scaling = &pool->scaling;
    if (minimum < 1 || minimum > maximum || maximum > POOL_MAX_WORKERS) {
        LOG(LOG_LEVEL_WARNING, "pool_not_scaled", LOG_NUMBER("minimum", minimum),
            LOG_NUMBER("maximum", maximum), LOG_NUMBER("most", POOL_MAX_WORKERS));
        return;
    }
    LOG(LOG_LEVEL_INFO, "pool_scaled", LOG_NUMBER("from_minimum", scaling->minimum),
        LOG_NUMBER("from_maximum", scaling->maximum), LOG_NUMBER("minimum", minimum),
        LOG_NUMBER("maximum", maximum));
    scaling_limit(scaling, minimum, maximum);
}

/* What stockpilotctl scale left on the scoreboard. */
static void take_order(struct pool *pool)
{
    struct pool_board *board = &pool->scoreboard->pool;
    uint64_t asked = atomic_load(&board->asked);
    uint32_t number = (uint32_t)(asked >> 32);
    if (number != atomic_load(&board->answered)) {
        set_limits(pool, (unsigned)(asked >> 16 & 0xffff), (unsigned)(asked & 0xffff));
        atomic_store(&board->answered, number);
    }
}

static void begin_stopping(struct pool *pool)
{
    if (!pool->stopping) {
        int64_t now_us = clock_monotonic_us();
        LOG(LOG_LEVEL_INFO, "pool_stopping", LOG_NUMBER("workers", pool->roster.count));
        pool->stopping = true;
        pool->stopping_since_us = now_us;
        pool_stop_all(pool, now_us);
    }
}

static void take_signal(struct pool *pool, int signal_number)
{
    const struct scaling *scaling = &pool->scaling;
    switch (signal_number) {
    case SIGTERM:
    case SIGINT:
        begin_stopping(pool);
        break;
    case SIGHUP:
        reload_ask(pool);
        break;
    case SIGTTIN:
        set_limits(pool, scaling->minimum + 1, scaling->maximum + 1);
        break;
    case SIGTTOU: /* of 1 to 8 there can still be 1 to 7 */
        set_limits(pool, scaling->minimum - (scaling->minimum == 1 ? 0 : 1), scaling->maximum - 1);
        break;
    case SIGUSR1:
        take_order(pool);
        break;
    default: /* SIGCHLD: they are looked for anyway */
        break;
    }
}

static void take_signals(struct pool *pool)
{
    struct signalfd_siginfo info;
    while (read(pool->signals, &info, sizeof info) == (ssize_t)sizeof info) {
        take_signal(pool, (int)info.ssi_signo);
    }
}

static bool something_is_under_way(const struct pool *pool)
{
    const struct roster *roster = &pool->roster;
    return pool->stopping || pool->rolling || roster_count(roster, CHILD_STARTING, false) > 0 ||
           roster_count(roster, CHILD_SERVING, false) != pool->scaling.wanted;
}

static void wait_for_something(const struct pool *pool)
{
    struct pollfd wanted = { .fd = pool->signals, .events = POLLIN };
    (void)poll(&wanted, 1, something_is_under_way(pool) ? QUICK_TICK_MS : CALM_TICK_MS);
}

/* For stockpilotctl status and /metrics. */
static void publish(const struct pool *pool)
{
    struct pool_board *board = &pool->scoreboard->pool;
    atomic_store(&board->minimum, pool->scaling.minimum);
    atomic_store(&board->maximum, pool->scaling.maximum);
    atomic_store(&board->wanted, pool->scaling.wanted);
    atomic_store(&board->quick_deaths, pool->pause.quick_deaths);
    atomic_store(&board->next_start_us, pool->pause.until_us);
}

static void introduce(struct pool *pool, bool taken_over)
{
    struct pool_board *board = &pool->scoreboard->pool;
    atomic_store(&board->pid, getpid());
    atomic_store(&board->hard_limit_us, pool->settings->hard_limit_us);
    if (atomic_load(&board->started_us) == 0) { /* a new scoreboard, of another layout */
        atomic_store(&board->started_us, clock_monotonic_us());
    }
    if (!taken_over) {
        /* What was asked of a pool before this one is not asked of this one. */
        atomic_store(&board->answered, (uint32_t)(atomic_load(&board->asked) >> 32));
        atomic_store(&board->started_us, clock_monotonic_us());
        atomic_store(&board->reload_state, RELOAD_NONE);
        atomic_store(&board->last_death, 0);
    }
    atomic_store(&board->reloads, pool->generation);
    publish(pool);
    LOG(LOG_LEVEL_INFO, taken_over ? "pool_reloading" : "pool_started",
        LOG_NUMBER("minimum", pool->scaling.minimum), LOG_NUMBER("maximum", pool->scaling.maximum),
        LOG_NUMBER("outdated", pool->roster.count));
}

static void step(struct pool *pool)
{
    take_signals(pool);
    int64_t now_us = clock_monotonic_us();
    pool_reap(pool, now_us);
    pool_watch(pool, now_us);
    report_write(pool, false, now_us);
    if (pool->stopping) {
        pool_kill_overdue(pool, now_us);
        return;
    }
    pool_sample(pool, now_us);
    pool_start_missing(pool, now_us);
    pool_let_go(pool, now_us);
    pool_kill_overdue(pool, now_us);
    reload_progress(pool, now_us);
    publish(pool);
}

void pool_run(struct pool *pool)
{
    bool taken_over = reload_take_over(pool);
    if (!taken_over) {
        pool->generation = 1;
        pool->scaling.wanted = pool->settings->minimum;
        scaling_limit(&pool->scaling, pool->settings->minimum, pool->settings->maximum);
    }
    /* Of before it is set: a scoreboard of another layout has none yet. */
    const int64_t board_started_us = atomic_load(&pool->scoreboard->pool.started_us);
    introduce(pool, taken_over);
    report_begin(pool, board_started_us, clock_monotonic_us());
    step(pool);
    while (!pool->stopping || pool->roster.count > 0) {
        wait_for_something(pool);
        step(pool);
    }
    report_write(pool, true, clock_monotonic_us());
    atomic_store(&pool->scoreboard->pool.pid, 0);
    LOG(LOG_LEVEL_INFO, "pool_stopped",
        LOG_NUMBER("duration_ms", (clock_monotonic_us() - pool->stopping_since_us) / 1000));
}
