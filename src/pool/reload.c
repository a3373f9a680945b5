#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "pool.h"
#include "stockpilot/clock/clock.h"
#include "stockpilot/log/log.h"
#include "stockpilot/parameters/snapshot.h"
#include "stockpilot/text/decimal.h"

/* What the next program finds in its environment: a line for the pool, then one for each worker. */
#define HANDOVER "STOCKPILOT_POOL_HANDOVER"
#define HANDOVER_SIZE (ROSTER_SIZE * 80 + 160)

#define MAX_ARGUMENTS 32

static void set_state(struct pool *pool, enum reload_state state)
{
    atomic_store(&pool->scoreboard->pool.reload_state, state);
}

/* Without the pool nobody waits for what it finds, and it would keep the listening socket open. */
static void end_with_pool(pid_t pool)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (getppid() != pool) {
        _exit(EXIT_NOT_RUN); /* it died before that could take effect */
    }
}

static _Noreturn void run_check(const struct pool *pool)
{
    char check[] = "--check";
    char *arguments[MAX_ARGUMENTS + 2] = { NULL };
    size_t count = 0;
    for (char **argument = pool->settings->arguments; *argument != NULL && count < MAX_ARGUMENTS;
         argument++) {
        arguments[count++] = *argument;
    }
    arguments[count] = check;
    sigprocmask(SIG_SETMASK, pool->settings->spawn.signals, NULL);
    if (snapshot_hand_on(pool->offered)) {
        execv(pool->settings->program, arguments);
    }
    _exit(EXIT_NOT_RUN);
}

static void refuse(struct pool *pool, const char *reason)
{
    LOG(LOG_LEVEL_ERROR, "reload_refused", LOG_TEXT("reason", reason));
    set_state(pool, RELOAD_REFUSED);
}

static void withdraw_offer(struct pool *pool)
{
    if (pool->offered >= 0) {
        close(pool->offered);
    }
    pool->offered = -1;
}

static void begin_check(struct pool *pool)
{
    struct error error = { 0 };
    pool->reload_again = false;
    pool->offered = snapshot_new(&error);
    if (pool->offered < 0) {
        refuse(pool, error.cause);
        return;
    }
    const pid_t parent = getpid();
    pid_t pid = fork();
    if (pid == 0) {
        end_with_pool(parent);
        run_check(pool);
    }
    pool->checking = pid > 0 ? pid : 0;
    if (pid < 0) {
        refuse(pool, strerror(errno));
        withdraw_offer(pool);
    }
}

void reload_ask(struct pool *pool)
{
    if (pool->stopping) {
        return;
    }
    /* In this order: whoever sees the number must not take the last reload's end for this one's. */
    set_state(pool, RELOAD_CHECKING);
    atomic_fetch_add(&pool->scoreboard->pool.reloads, 1);
    if (pool->checking != 0) {
        pool->reload_again = true;
    } else {
        begin_check(pool);
    }
}

static bool write_handover(const struct pool *pool, char *text, size_t size)
{
    size_t length = (size_t)snprintf(text, size, "%u %u %u %" PRIu32 "\n", pool->scaling.minimum,
                                     pool->scaling.maximum, pool->scaling.wanted,
                                     atomic_load(&pool->scoreboard->pool.reloads));
    for (size_t i = 0; i < pool->roster.count && length < size; i++) {
        const struct child *child = &pool->roster.children[i];
        length += (size_t)snprintf(text + length, size - length, "%ld %d %" PRId64 " %" PRId64 "\n",
                                   (long)child->pid, (int)child->phase, child->started_us,
                                   child->leaving_us);
    }
    return length < size;
}

/* Becomes the program as it is on disk now. The process, its children and the listening socket stay
 * what they are. Comes back only when that cannot be. */
static void become_new_program(struct pool *pool)
{
    static char handover[HANDOVER_SIZE];
    const int kept = snapshot_inherited();
    const int next = snapshot_is_filled(pool->offered) ? pool->offered : -1;
    if (!write_handover(pool, handover, sizeof handover) || setenv(HANDOVER, handover, 1) != 0 ||
        !report_hand_over(pool) || !snapshot_hand_on(next)) {
        errno = ENOMEM;
    } else {
        execv(pool->settings->program, pool->settings->arguments);
    }
    refuse(pool, strerror(errno));
    unsetenv(HANDOVER);
    report_withdraw();
    if (!snapshot_hand_on(kept)) {
        LOG(LOG_LEVEL_ERROR, "snapshot_lost"); /* workers ask the store themselves */
    }
    withdraw_offer(pool);
}

/* By the exit status of stockpilot-pool --check, which says the rest in the log. */
static const char *why_refused(int status)
{
    if (!WIFEXITED(status)) {
        return "the new program crashed while it was checked";
    }
    switch (WEXITSTATUS(status)) {
    case EX_CONFIG:
        return "the new configuration is wrong, or cannot be read";
    case EXIT_NOT_RUN:
        return "the new program cannot be run";
    default:
        return "the new program does not work with these options";
    }
}

void reload_checked(struct pool *pool, int status)
{
    if (pool->stopping) {
        return;
    }
    if (pool->reload_again) {
        withdraw_offer(pool);
        begin_check(pool); /* what was looked at may have changed since */
    } else if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
        become_new_program(pool);
    } else {
        LOG(LOG_LEVEL_ERROR, "reload_refused", LOG_TEXT("reason", why_refused(status)),
            LOG_NUMBER("exit_status", WIFEXITED(status) ? WEXITSTATUS(status) : -1));
        withdraw_offer(pool);
        set_state(pool, RELOAD_REFUSED);
    }
}

static void take_over_child(struct pool *pool, const char *line)
{
    int64_t numbers[4]; /* as write_handover() has them */
    if (!decimal_parse_integers(line, numbers, 4) || numbers[1] < CHILD_STARTING ||
        numbers[1] > CHILD_KILLED) {
        return;
    }
    pid_t pid = (pid_t)numbers[0];
    /* One that is no child of this process is nobody's business, whatever the environment says. */
    siginfo_t info;
    if (pid <= 0 || waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) != 0) {
        return;
    }
    struct child *child = roster_add(&pool->roster, pid, numbers[2]);
    if (child == NULL) {
        return;
    }
    child->phase = (enum child_phase)numbers[1];
    child->leaving_us = numbers[3];
    child->outdated = REASON_RELOAD;
}

bool reload_take_over(struct pool *pool)
{
    char *text = getenv(HANDOVER);
    int64_t numbers[4];
    if (text == NULL || !decimal_parse_integers(text, numbers, 4) || numbers[0] < 1 ||
        numbers[0] > numbers[1] || numbers[1] > POOL_MAX_WORKERS) {
        return false;
    }
    pool->scaling.wanted = (unsigned)numbers[2];
    pool->generation = (uint32_t)numbers[3];
    scaling_limit(&pool->scaling, (unsigned)numbers[0], (unsigned)numbers[1]);
    for (const char *line = strchr(text, '\n'); line != NULL && line[1] != '\0';
         line = strchr(line + 1, '\n')) {
        take_over_child(pool, line + 1);
    }
    unsetenv(HANDOVER);
    pool->rolling = true;
    pool->rolling_since_us = clock_monotonic_us();
    /* Before the state: the deaths of the workers of before are not those of the new ones. */
    atomic_store(&pool->scoreboard->pool.quick_deaths, 0);
    set_state(pool, RELOAD_ROLLING);
    return true;
}

void reload_progress(struct pool *pool, int64_t now_us)
{
    if (pool->rolling && !roster_has_outdated(&pool->roster, REASON_RELOAD) &&
        roster_count(&pool->roster, CHILD_SERVING, true) >= pool->scaling.wanted) {
        pool->rolling = false;
        set_state(pool, RELOAD_DONE);
        LOG(LOG_LEVEL_INFO, "pool_reloaded", LOG_NUMBER("workers", pool->scaling.wanted),
            LOG_NUMBER("duration_ms", (now_us - pool->rolling_since_us) / 1000));
    }
}
