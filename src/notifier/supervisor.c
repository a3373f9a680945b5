#include "supervisor.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "housekeeping.h"
#include "publisher.h"
#include "stockpilot/clock/clock.h"
#include "stockpilot/log/log.h"
#include "stockpilot/pool/restart_pause.h"
#include "stockpilot/store/outbox_store.h"
#include "stockpilot/text/uuid.h"

#define END_MS 1300    /* what a process has for its end */
#define RELEASE_MS 500 /* what giving back claims for it may take */
#define ARENA_LIMIT (64u << 10)

enum role { ROLE_PUBLISHER, ROLE_HOUSEKEEPING, ROLE_VERIFICATION, ROLE_COUNT };

static const char *const role_names[ROLE_COUNT] = { "publisher", "housekeeping", "verification" };

struct process {
    pid_t pid; /* 0: none runs */
    int64_t started_us;
    struct restart_pause pause;
};

struct supervisor {
    const struct configuration *configuration;
    char claimant[UUID_TEXT_SIZE];
    struct process processes[ROLE_COUNT];
};

static void awaited_signals(sigset_t *signals)
{
    sigemptyset(signals);
    sigaddset(signals, SIGTERM);
    sigaddset(signals, SIGINT);
    sigaddset(signals, SIGHUP);
    sigaddset(signals, SIGCHLD);
}

void supervisor_take_signals(void)
{
    sigset_t signals;
    awaited_signals(&signals);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    signal(SIGPIPE, SIG_IGN);
}

/* INT and HUP are the supervisor's, also when a terminal sends them to all. */
static void take_signals_of(enum role role)
{
    signal(SIGINT, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    sigset_t freed;
    awaited_signals(&freed);
    if (role == ROLE_PUBLISHER) {
        sigdelset(&freed, SIGTERM);
    }
    sigprocmask(SIG_UNBLOCK, &freed, NULL);
}

static _Noreturn void be(const struct supervisor *supervisor, enum role role, pid_t parent)
{
    /* Without the supervisor nobody would end it. */
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (getppid() != parent) {
        _exit(EXIT_FAILURE);
    }
    take_signals_of(role);
    srandom((unsigned)(getpid() ^ time(NULL)));
    switch (role) {
    case ROLE_PUBLISHER:
        exit(publisher_run(supervisor->configuration, supervisor->claimant));
    case ROLE_HOUSEKEEPING:
        exit(housekeeping_run(supervisor->configuration, HOUSEKEEPING_FREQUENT));
    default:
        exit(housekeeping_run(supervisor->configuration, HOUSEKEEPING_VERIFICATION));
    }
}

static void start(struct supervisor *supervisor, enum role role)
{
    struct process *process = &supervisor->processes[role];
    pid_t parent = getpid();
    process->started_us = clock_monotonic_us();
    process->pid = fork();
    if (process->pid == 0) {
        be(supervisor, role, parent);
    }
    if (process->pid < 0) {
        LOG(LOG_LEVEL_ERROR, "process_not_started", LOG_TEXT("process", role_names[role]),
            LOG_TEXT("reason", strerror(errno)));
        process->pid = 0;
        restart_pause_note_death(&process->pause, process->started_us, clock_monotonic_us());
    }
}

/* Starts what may start now; returns when the next one may, or -1. */
static int64_t start_missing(struct supervisor *supervisor)
{
    int64_t next_us = -1;
    for (enum role role = 0; role < ROLE_COUNT; role++) {
        const struct process *process = &supervisor->processes[role];
        if (process->pid == 0 && process->pause.until_us <= clock_monotonic_us()) {
            start(supervisor, role);
        }
        if (process->pid == 0 && (next_us < 0 || process->pause.until_us < next_us)) {
            next_us = process->pause.until_us;
        }
    }
    return next_us;
}

/* Those that have ended; `wanted`: as they were told to. */
static void reap(struct supervisor *supervisor, bool wanted)
{
    int status;
    for (pid_t pid = waitpid(-1, &status, WNOHANG); pid > 0; pid = waitpid(-1, &status, WNOHANG)) {
        for (enum role role = 0; role < ROLE_COUNT; role++) {
            struct process *process = &supervisor->processes[role];
            if (process->pid != pid) {
                continue;
            }
            process->pid = 0;
            if (!wanted) {
                LOG(LOG_LEVEL_ERROR, "process_ended", LOG_TEXT("process", role_names[role]),
                    LOG_NUMBER("status", WIFEXITED(status) ? WEXITSTATUS(status) : 0),
                    LOG_NUMBER("signal", WIFSIGNALED(status) ? WTERMSIG(status) : 0));
                restart_pause_note_death(&process->pause, process->started_us,
                                         clock_monotonic_us());
            }
        }
    }
}

/* The next signal, or 0 when the time is up first. until_us -1: however long it takes. */
static int wait_for_signal(int64_t until_us)
{
    sigset_t signals;
    awaited_signals(&signals);
    int64_t left_us = until_us - clock_monotonic_us();
    left_us = left_us > 0 ? left_us : 0;
    const struct timespec left = { .tv_sec = left_us / 1000000,
                                   .tv_nsec = left_us % 1000000 * 1000 };
    int came = until_us < 0 ? sigwaitinfo(&signals, NULL) : sigtimedwait(&signals, NULL, &left);
    return came > 0 ? came : 0;
}

static bool any_runs(const struct supervisor *supervisor)
{
    for (enum role role = 0; role < ROLE_COUNT; role++) {
        if (supervisor->processes[role].pid > 0) {
            return true;
        }
    }
    return false;
}

static void signal_all(const struct supervisor *supervisor, int signal_number)
{
    for (enum role role = 0; role < ROLE_COUNT; role++) {
        if (supervisor->processes[role].pid > 0) {
            kill(supervisor->processes[role].pid, signal_number);
        }
    }
}

static void release_claims(const struct supervisor *supervisor)
{
    struct error error = { 0 };
    struct store *store = store_new(supervisor->configuration->database_url, RELEASE_MS);
    struct arena *arena = arena_new(ARENA_LIMIT);
    if (store != NULL && arena != NULL) {
        const struct store_request request = { .store = store,
                                               .arena = arena,
                                               .deadline = deadline_after_ms(RELEASE_MS),
                                               .error = &error,
                                               .request_id = "notifier" };
        if (outbox_store_release(&request, supervisor->claimant) != ERROR_NONE) {
            LOG(LOG_LEVEL_WARNING, "claims_not_released", LOG_TEXT("cause", error.cause));
        }
    }
    arena_free(arena);
    store_free(store);
}

static void stop(struct supervisor *supervisor)
{
    int64_t until_us = clock_monotonic_us() + END_MS * INT64_C(1000);
    signal_all(supervisor, SIGTERM);
    while (any_runs(supervisor) && clock_monotonic_us() < until_us) {
        if (wait_for_signal(until_us) == SIGCHLD) {
            reap(supervisor, true);
        }
    }
    bool publishing = supervisor->processes[ROLE_PUBLISHER].pid > 0;
    signal_all(supervisor, SIGKILL);
    while (any_runs(supervisor)) {
        if (wait_for_signal(-1) == SIGCHLD) {
            reap(supervisor, true);
        }
    }
    if (publishing) {
        LOG(LOG_LEVEL_WARNING, "publisher_killed", LOG_NUMBER("after_ms", END_MS));
        release_claims(supervisor);
    }
}

enum supervisor_end supervisor_run(const struct configuration *configuration)
{
    struct supervisor supervisor = { .configuration = configuration };
    if (uuid_make(supervisor.claimant) != ERROR_NONE) {
        LOG(LOG_LEVEL_ERROR, "notifier_failed", LOG_TEXT("cause", "no random numbers"));
        return SUPERVISOR_STOPPED;
    }
    for (;;) {
        switch (wait_for_signal(start_missing(&supervisor))) {
        case SIGCHLD:
            reap(&supervisor, false);
            break;
        case SIGHUP:
            stop(&supervisor);
            return SUPERVISOR_RELOAD;
        case SIGTERM:
        case SIGINT:
            stop(&supervisor);
            return SUPERVISOR_STOPPED;
        default:
            break;
        }
    }
}
