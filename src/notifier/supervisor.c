#include "supervisor.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "destination.h"
#include "housekeeping.h"
#include "relay.h"
#include "stockpilot/clock/clock.h"
#include "stockpilot/log/log.h"
#include "stockpilot/pool/restart_pause.h"
#include "stockpilot/store/outbox_store.h"
#include "stockpilot/text/uuid.h"

#define END_MS 1300    /* what a process has for its end */
#define RELEASE_MS 500 /* what giving back claims for it may take */
#define ARENA_LIMIT (64u << 10)

/* One for each destination, and two that keep house. */
#define MAX_PROCESSES 8

struct process {
    const char *name;
    const struct destination *destination; /* NULL: it keeps house */
    enum housekeeping housekeeping;
    char claimant[UUID_TEXT_SIZE]; /* of a destination */
    pid_t pid;                     /* 0: none runs */
    int64_t started_us;
    struct restart_pause pause;
};

struct supervisor {
    const struct configuration *configuration;
    size_t count;
    struct process processes[MAX_PROCESSES];
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
static void take_signals_of(const struct process *process)
{
    signal(SIGINT, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    sigset_t freed;
    awaited_signals(&freed);
    if (process->destination != NULL) {
        sigdelset(&freed, SIGTERM);
    }
    sigprocmask(SIG_UNBLOCK, &freed, NULL);
}

static _Noreturn void be(const struct supervisor *supervisor, const struct process *process,
                         pid_t parent)
{
    /* Without the supervisor nobody would end it. */
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (getppid() != parent) {
        _exit(EXIT_FAILURE);
    }
    take_signals_of(process);
    srandom((unsigned)(getpid() ^ time(NULL)));
    exit(process->destination != NULL
             ? relay_run(supervisor->configuration, process->destination, process->claimant)
             : housekeeping_run(supervisor->configuration, process->housekeeping));
}

static void start(const struct supervisor *supervisor, struct process *process)
{
    pid_t parent = getpid();
    process->started_us = clock_monotonic_us();
    process->pid = fork();
    if (process->pid == 0) {
        be(supervisor, process, parent);
    }
    if (process->pid < 0) {
        LOG(LOG_LEVEL_ERROR, "process_not_started", LOG_TEXT("process", process->name),
            LOG_TEXT("reason", strerror(errno)));
        process->pid = 0;
        restart_pause_note_death(&process->pause, process->started_us, clock_monotonic_us());
    }
}

/* Starts what may start now; returns when the next one may, or -1. */
static int64_t start_missing(struct supervisor *supervisor)
{
    int64_t next_us = -1;
    for (size_t i = 0; i < supervisor->count; i++) {
        struct process *process = &supervisor->processes[i];
        if (process->pid == 0 && process->pause.until_us <= clock_monotonic_us()) {
            start(supervisor, process);
        }
        if (process->pid == 0 && (next_us < 0 || process->pause.until_us < next_us)) {
            next_us = process->pause.until_us;
        }
    }
    return next_us;
}

static void note_death(struct process *process, int status)
{
    LOG(LOG_LEVEL_ERROR, "process_ended", LOG_TEXT("process", process->name),
        LOG_NUMBER("status", WIFEXITED(status) ? WEXITSTATUS(status) : 0),
        LOG_NUMBER("signal", WIFSIGNALED(status) ? WTERMSIG(status) : 0));
    restart_pause_note_death(&process->pause, process->started_us, clock_monotonic_us());
}

/* Those that have ended; `wanted`: as they were told to. */
static void reap(struct supervisor *supervisor, bool wanted)
{
    int status;
    for (pid_t pid = waitpid(-1, &status, WNOHANG); pid > 0; pid = waitpid(-1, &status, WNOHANG)) {
        for (size_t i = 0; i < supervisor->count; i++) {
            struct process *process = &supervisor->processes[i];
            if (process->pid != pid) {
                continue;
            }
            process->pid = 0;
            if (!wanted) {
                note_death(process, status);
            }
        }
    }
}

/* The next of the signals, or 0 when the time is up first. until_us -1: however long it takes. */
static int wait_for(const sigset_t *signals, int64_t until_us)
{
    int64_t left_us = until_us - clock_monotonic_us();
    left_us = left_us > 0 ? left_us : 0;
    const struct timespec left = { .tv_sec = left_us / 1000000,
                                   .tv_nsec = left_us % 1000000 * 1000 };
    int came = until_us < 0 ? sigwaitinfo(signals, NULL) : sigtimedwait(signals, NULL, &left);
    return came > 0 ? came : 0;
}

static int wait_for_signal(int64_t until_us)
{
    sigset_t signals;
    awaited_signals(&signals);
    return wait_for(&signals, until_us);
}

static bool any_runs(const struct supervisor *supervisor)
{
    for (size_t i = 0; i < supervisor->count; i++) {
        if (supervisor->processes[i].pid > 0) {
            return true;
        }
    }
    return false;
}

static void signal_all(const struct supervisor *supervisor, int signal_number)
{
    for (size_t i = 0; i < supervisor->count; i++) {
        if (supervisor->processes[i].pid > 0) {
            kill(supervisor->processes[i].pid, signal_number);
        }
    }
}

/* What else arrives is left for later: a TERM or another HUP while all end for a reload counts. */
static void reap_until(struct supervisor *supervisor, int64_t until_us)
{
    sigset_t deaths;
    sigemptyset(&deaths);
    sigaddset(&deaths, SIGCHLD);
    while (any_runs(supervisor) && (until_us < 0 || clock_monotonic_us() < until_us)) {
        if (wait_for(&deaths, until_us) == SIGCHLD) {
            reap(supervisor, true);
        }
    }
}

/* Of those that are marked, all within RELEASE_MS. */
static void release_claims(const struct supervisor *supervisor, const bool killed[MAX_PROCESSES])
{
    struct error error = { 0 };
    struct store *store = store_new(supervisor->configuration->database_url, RELEASE_MS);
    struct arena *arena = arena_new(ARENA_LIMIT);
    const struct store_request request = { .store = store,
                                           .arena = arena,
                                           .deadline = deadline_after_ms(RELEASE_MS),
                                           .error = &error,
                                           .request_id = "notifier" };
    for (size_t i = 0; i < supervisor->count && store != NULL && arena != NULL; i++) {
        const struct process *process = &supervisor->processes[i];
        if (killed[i] && outbox_store_release(&request, process->claimant) != ERROR_NONE) {
            LOG(LOG_LEVEL_WARNING, "claims_not_released", LOG_TEXT("process", process->name),
                LOG_TEXT("cause", error.cause));
        }
    }
    arena_free(arena);
    store_free(store);
}

static void stop(struct supervisor *supervisor)
{
    bool killed[MAX_PROCESSES] = { false };
    bool any_killed = false;
    signal_all(supervisor, SIGTERM);
    reap_until(supervisor, clock_monotonic_us() + END_MS * INT64_C(1000));
    for (size_t i = 0; i < supervisor->count; i++) {
        const struct process *process = &supervisor->processes[i];
        killed[i] = process->destination != NULL && process->pid > 0;
        if (killed[i]) {
            any_killed = true;
            LOG(LOG_LEVEL_WARNING, "relay_killed", LOG_TEXT("process", process->name),
                LOG_NUMBER("after_ms", END_MS));
        }
    }
    signal_all(supervisor, SIGKILL);
    reap_until(supervisor, -1);
    if (any_killed) {
        release_claims(supervisor, killed);
    }
}

static void add_housekeeping(struct supervisor *supervisor, const char *name,
                             enum housekeeping housekeeping)
{
    supervisor->processes[supervisor->count++] =
        (struct process){ .name = name, .housekeeping = housekeeping };
}

/* Whom there is to keep going: destinations that are not configured have no process. */
static bool choose_processes(struct supervisor *supervisor)
{
    add_housekeeping(supervisor, "housekeeping", HOUSEKEEPING_FREQUENT);
    add_housekeeping(supervisor, "verification", HOUSEKEEPING_VERIFICATION);
    for (const struct destination *const *each = destinations;
         *each != NULL && supervisor->count < MAX_PROCESSES; each++) {
        char topics[TOPICS_TEXT_SIZE];
        struct process process = { .name = (*each)->name, .destination = *each };
        if (!(*each)->topics(supervisor->configuration, topics)) {
            continue;
        }
        if (uuid_make(process.claimant) != ERROR_NONE) {
            return false;
        }
        supervisor->processes[supervisor->count++] = process;
    }
    return true;
}

enum supervisor_end supervisor_run(const struct configuration *configuration,
                                   const struct supervisor_reload *reload)
{
    struct supervisor supervisor = { .configuration = configuration };
    if (!choose_processes(&supervisor)) {
        LOG(LOG_LEVEL_ERROR, "notifier_failed", LOG_TEXT("cause", "no random numbers"));
        return SUPERVISOR_STOPPED;
    }
    for (;;) {
        switch (wait_for_signal(start_missing(&supervisor))) {
        case SIGCHLD:
            reap(&supervisor, false);
            break;
        case SIGHUP:
            if (reload->prepare(reload->context)) {
                stop(&supervisor);
                return SUPERVISOR_RELOAD;
            }
            break;
        case SIGTERM:
        case SIGINT:
            stop(&supervisor);
            return SUPERVISOR_STOPPED;
        default:
            break;
        }
    }
}
